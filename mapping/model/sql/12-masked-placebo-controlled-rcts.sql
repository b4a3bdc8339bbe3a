SELECT p.phase, s.masking, count(DISTINCT s.id) AS n
FROM study s
CROSS JOIN unnest(s.phase) AS p(phase)
WHERE s.allocation = 'RANDOMIZED' AND s.masking IS NOT NULL
  AND EXISTS (FROM arm_group a WHERE a.parent = s.id AND a.arm_group_type = 'PLACEBO_COMPARATOR')
GROUP BY ALL ORDER BY p.phase, s.masking
