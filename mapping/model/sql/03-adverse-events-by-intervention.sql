SELECT i.name AS drug, e.term, sum(c.num_affected) AS affected, sum(c.num_at_risk) AS atRisk,
  sum(c.num_affected) * 100.0 / sum(c.num_at_risk) AS pct, count(DISTINCT e.nct_id) AS trials
FROM adverse_event e
JOIN event_count c ON c.parent = e.id
JOIN event_group g ON g.id = c."group"
JOIN arm_group a ON a.id = g.matches_arm
CROSS JOIN unnest(a.uses_intervention) AS used(intervention)
JOIN intervention i ON i.id = used.intervention
WHERE e.parent_property = 'serious_event' AND c.num_at_risk > 0 AND c.num_affected IS NOT NULL
  AND e.term IS NOT NULL AND i.name IS NOT NULL AND i.intervention_type = 'DRUG'
GROUP BY drug, term HAVING sum(c.num_affected) > 0
ORDER BY affected DESC, drug, term LIMIT 50
