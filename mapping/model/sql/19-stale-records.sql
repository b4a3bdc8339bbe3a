SELECT nct_id AS nct, status_verified_date_max AS verified, completion_date_max AS completion
FROM study
WHERE overall_status IN ('RECRUITING', 'NOT_YET_RECRUITING')
  AND (status_verified_date_max < DATE '2024-11-22' OR status_verified_date_max IS NOT NULL AND completion_date_max < DATE '2026-11-22')
ORDER BY verified, nct
