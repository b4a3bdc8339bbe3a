SELECT nct_id AS nct, name AS "group", deaths_num_affected AS deaths, deaths_num_at_risk AS atRisk
FROM event_group
WHERE deaths_num_at_risk > 0 AND deaths_num_affected IS NOT NULL AND name IS NOT NULL
ORDER BY deaths DESC, nct, "group"
