-- Tables have no statements: this is question 32, of tables that convert --history makes. A month stands for its first day.
WITH p AS (SELECT DATE '2023-07-01' AS day),
version AS (
  SELECT nct_id, version, CAST(if(length(version) = 7, version || '-01', version) AS DATE) AS of FROM record),
stood AS (SELECT v.nct_id, max(v.of) AS of FROM p, version v WHERE v.of <= p.day GROUP BY v.nct_id)
SELECT DISTINCT o.nct_id AS nct, o.measure
FROM stood JOIN version v USING (nct_id, of) JOIN outcome o USING (nct_id, version)
WHERE o.parent_property = 'primary_outcome' AND o.measure IS NOT NULL
ORDER BY nct, measure
