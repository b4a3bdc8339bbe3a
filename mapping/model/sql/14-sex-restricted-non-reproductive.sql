-- Urogenital diseases, breast diseases and complications of pregnancy.
WITH p AS (SELECT ['http://id.nlm.nih.gov/mesh/D000091642', 'http://id.nlm.nih.gov/mesh/D001941', 'http://id.nlm.nih.gov/mesh/D011248'] AS excluded)
SELECT s.nct_id AS nct, e.gender AS sex, s.name AS title
FROM p, study s JOIN eligibility_criteria e ON e.parent = s.id
WHERE e.gender IN ('FEMALE', 'MALE') AND s.name IS NOT NULL
  AND NOT coalesce(list_has_any(s.condition_mesh, p.excluded), false)
  AND NOT coalesce(list_has_any(s.condition_mesh_ancestor, p.excluded), false)
ORDER BY nct
