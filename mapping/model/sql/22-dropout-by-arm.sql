WITH reached AS (
  SELECT p.nct_id, p.id, m.milestone_type, c."group", c.num_subjects_num AS n
  FROM flow_period p JOIN flow_milestone m ON m.parent = p.id JOIN flow_count c ON c.parent = m.id
  WHERE p."order" = 0 AND c.num_subjects_num IS NOT NULL)
SELECT a.nct_id AS nct, g.name AS "group", a.n AS started, b.n AS completed, (a.n - b.n) * 100.0 / a.n AS dropPct
FROM reached a JOIN reached b ON b.id = a.id AND b."group" = a."group" JOIN flow_group g ON g.id = a."group"
WHERE a.milestone_type = 'STARTED' AND b.milestone_type = 'COMPLETED' AND a.n > 0 AND g.name IS NOT NULL
ORDER BY dropPct DESC, nct, "group"
