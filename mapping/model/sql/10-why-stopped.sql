SELECT nct_id AS nct, overall_status AS status, why_stopped AS why,
  if(enrollment_type IS NULL, NULL, enrollment_count) AS n, if(enrollment_count IS NULL, NULL, enrollment_type) AS type
FROM study
WHERE overall_status IS NOT NULL AND why_stopped IS NOT NULL
ORDER BY status, nct
