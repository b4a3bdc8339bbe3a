SELECT s.nct_id AS nct, o.measure
FROM study s JOIN outcome o ON o.parent = s.id AND o.parent_property = 'primary_outcome'
WHERE s.has_results AND o.measure IS NOT NULL
  AND NOT EXISTS (FROM outcome_measure m WHERE m.reports_outcome = o.id AND m.reporting_status IS DISTINCT FROM 'NOT_POSTED')
ORDER BY nct
