SELECT DISTINCT nct_id AS nct, id_type AS type, id_value AS value, see_also AS eu
FROM secondary_id
WHERE id_value IS NOT NULL AND (id_type IN ('EUDRACT_NUMBER', 'CTIS') OR see_also IS NOT NULL)
ORDER BY nct
