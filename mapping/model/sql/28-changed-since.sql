SELECT id AS record, primary_topic AS study, modified, content_hash AS hash
FROM record
WHERE modified >= DATE '2025-01-01' AND primary_topic IS NOT NULL AND content_hash IS NOT NULL
ORDER BY modified DESC, record
