SELECT c.class, count(*) AS n, avg(s.days_to_report_results) AS meanDays,
  min(s.days_to_report_results) AS min, max(s.days_to_report_results) AS max
FROM study s
JOIN organization o ON o.id = s.sponsor
CROSS JOIN unnest(o.agency_class) AS c(class)
WHERE s.days_to_report_results IS NOT NULL
GROUP BY c.class ORDER BY c.class
