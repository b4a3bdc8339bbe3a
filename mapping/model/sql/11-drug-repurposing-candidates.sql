WITH tested AS (
  SELECT i.drug, s.id,
    list_contains(s.condition_mesh, 'http://id.nlm.nih.gov/mesh/D009369') -- neoplasms
      OR list_contains(s.condition_mesh_ancestor, 'http://id.nlm.nih.gov/mesh/D009369') AS one,
    list_contains(s.condition_mesh, 'http://id.nlm.nih.gov/mesh/D009422') -- nervous system diseases
      OR list_contains(s.condition_mesh_ancestor, 'http://id.nlm.nih.gov/mesh/D009422') AS other
  FROM study s CROSS JOIN unnest(s.intervention_mesh) AS i(drug))
SELECT t.drug, list_min(m.label) AS label, count(DISTINCT t.id) FILTER (t.one) AS inOne, count(DISTINCT t.id) FILTER (t.other) AS inOther
FROM tested t LEFT JOIN mesh_heading m ON m.id = t.drug
GROUP BY ALL HAVING inOne > 0 AND inOther > 0
ORDER BY inOne DESC, drug
