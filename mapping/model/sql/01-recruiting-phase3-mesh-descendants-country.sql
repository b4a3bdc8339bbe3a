WITH p AS (SELECT 'http://id.nlm.nih.gov/mesh/D008171' AS disease, -- lung diseases
                  'http://publications.europa.eu/resource/authority/country/CHN' AS country)
SELECT s.nct_id AS nct, s.name AS title, count(DISTINCT l.id) AS sites
FROM p, study s JOIN location l USING (nct_id)
WHERE s.overall_status = 'RECRUITING' AND list_contains(s.phase, 'PHASE3') AND l.country = p.country
  AND (list_contains(s.condition_mesh, p.disease) OR list_contains(s.condition_mesh_ancestor, p.disease))
GROUP BY ALL ORDER BY sites DESC, nct
