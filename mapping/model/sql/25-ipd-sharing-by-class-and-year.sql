SELECT c.class, year(s.study_first_submit_date) AS year, s.ipd_sharing AS plan, count(DISTINCT s.id) AS n
FROM study s
JOIN organization o ON o.id = s.sponsor
CROSS JOIN unnest(o.agency_class) AS c(class)
WHERE s.study_first_submit_date IS NOT NULL AND s.ipd_sharing IS NOT NULL
GROUP BY ALL ORDER BY c.class, year, plan
