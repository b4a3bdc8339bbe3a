SELECT r.nct_id AS nct, r.reference_type AS type, r."references" AS paper, x.pmid AS retractedBy
FROM reference r LEFT JOIN retraction x ON x.parent = r.id AND x.pmid IS NOT NULL
WHERE r.reference_type IN ('RESULT', 'DERIVED') AND r."references" IS NOT NULL
ORDER BY nct
