-- No scheme of the model has broader codes: that column is empty.
SELECT c.label, NULL AS broader, count(DISTINCT s.id) AS n
FROM study s JOIN concept c ON c.scheme = 'Status' AND c.code = s.overall_status
GROUP BY c.label ORDER BY n DESC, c.label
