SELECT s.nct_id AS nct, s.completion_date_max AS done, s.enrollment_count AS n
FROM study s
WHERE s.study_type = 'INTERVENTIONAL' AND s.overall_status = 'COMPLETED' AND NOT s.has_results AND s.completion_date_max IS NOT NULL
  AND NOT EXISTS (FROM reference r WHERE r.parent = s.id AND r.reference_type IN ('RESULT', 'DERIVED'))
ORDER BY done, nct
