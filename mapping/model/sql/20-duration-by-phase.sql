SELECT p.phase, count(*) AS n,
  avg((year(s.completion_date_min) - year(s.start_date_min)) * 12 + month(s.completion_date_min) - month(s.start_date_min)) AS meanMonths
FROM study s CROSS JOIN unnest(s.phase) AS p(phase)
WHERE s.completion_date_type = 'ACTUAL' AND s.start_date_min IS NOT NULL AND s.completion_date_min IS NOT NULL
GROUP BY p.phase ORDER BY p.phase
