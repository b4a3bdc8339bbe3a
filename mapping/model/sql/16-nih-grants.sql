SELECT i.id_value AS "grant", i.nct_id AS nct, count(DISTINCT r."references") AS papers
FROM secondary_id i
LEFT JOIN reference r ON r.parent = i.parent AND r.reference_type IN ('RESULT', 'DERIVED')
WHERE i.id_type = 'NIH' AND i.id_value IS NOT NULL
GROUP BY ALL ORDER BY "grant", nct
