-- Of tables that convert --history makes.
WITH version AS (
  SELECT nct_id, version, modified, lag(version) OVER w AS before, lag(modified) OVER w AS modified_before
  FROM record WINDOW w AS (PARTITION BY nct_id ORDER BY version)),
said AS (SELECT DISTINCT nct_id, version, measure FROM outcome WHERE parent_property = 'primary_outcome')
SELECT v.nct_id AS nct, v.modified_before AS "from", v.modified AS "to", 'dropped' AS change, a.measure
FROM version v JOIN said a ON a.nct_id = v.nct_id AND a.version = v.before
WHERE NOT EXISTS (FROM said b WHERE b.nct_id = v.nct_id AND b.version = v.version AND b.measure = a.measure)
UNION ALL
SELECT v.nct_id, v.modified_before, v.modified, 'added', a.measure
FROM version v JOIN said a ON a.nct_id = v.nct_id AND a.version = v.version
WHERE v.before IS NOT NULL
  AND NOT EXISTS (FROM said b WHERE b.nct_id = v.nct_id AND b.version = v.before AND b.measure = a.measure)
ORDER BY nct, "to", change
