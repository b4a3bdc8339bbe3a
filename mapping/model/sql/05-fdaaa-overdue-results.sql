-- A trial of a drug and of a device has two rows.
SELECT s.nct_id AS nct, o.name AS sponsor, s.primary_completion_date_max AS pcd
FROM study s
JOIN organization o ON o.id = s.sponsor
CROSS JOIN unnest([s.is_fda_regulated_drug, s.is_fda_regulated_device]) AS r(regulated)
WHERE r.regulated AND s.study_type = 'INTERVENTIONAL' AND s.primary_completion_date_type = 'ACTUAL'
  AND NOT s.has_results AND s.primary_completion_date_max < DATE '2025-11-22' -- a year before the load
  AND NOT coalesce(list_has_any(s.phase, ['EARLY_PHASE1', 'PHASE1']) AND NOT list_contains(s.phase, 'PHASE2'), false)
  AND s.overall_status IS DISTINCT FROM 'WITHDRAWN' AND s.results_waived IS DISTINCT FROM true
  AND s.disp_first_submit_date IS NULL
  AND NOT EXISTS (FROM unposted_event u WHERE u.parent = s.id AND u.unposted_event_type = 'RELEASE')
ORDER BY pcd, nct
