SELECT m.nct_id AS nct, m.name AS measure, a.statistical_method AS method, a.p_value AS p,
  if(a.param_value IS NULL, NULL, a.param_type) AS pt, if(a.param_type IS NULL, NULL, a.param_value) AS v,
  if(a.ci_upper_limit IS NULL, NULL, a.ci_lower_limit) AS lo, if(a.ci_lower_limit IS NULL, NULL, a.ci_upper_limit) AS hi
FROM outcome_measure m JOIN analysis a ON a.parent = m.id
WHERE m.outcome_type = 'PRIMARY' AND m.name IS NOT NULL AND a.p_value_operator NOT IN ('>', '>=')
  AND (a.p_value_num < 0.05 OR a.p_value_num = 0.05 AND a.p_value_operator = '<')
ORDER BY nct
