SELECT o.name, c.class, count(*) FILTER (s.overall_status IN ('TERMINATED', 'WITHDRAWN')) AS stopped, count(*) AS "all",
  stopped * 100.0 / count(*) AS pct
FROM study s
JOIN organization o ON o.id = s.sponsor
LEFT JOIN LATERAL unnest(o.agency_class) AS c(class) ON true
WHERE s.overall_status IS NOT NULL
GROUP BY o.name, c.class HAVING stopped > 0
ORDER BY stopped DESC, pct DESC, o.name, c.class NULLS FIRST LIMIT 25
