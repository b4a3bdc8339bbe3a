SELECT e.nct_id AS nct, if(e.minimum_age_years IS NULL, NULL, e.minimum_age) AS min, e.maximum_age AS max
FROM eligibility_criteria e
WHERE list_contains(e.std_age, 'CHILD') AND (e.minimum_age_years IS NULL OR e.minimum_age_years < 12)
  AND EXISTS (FROM intervention i WHERE i.parent = e.parent AND i.intervention_type = 'DRUG')
ORDER BY nct
