SELECT b.nct_id AS nct, f.value_num * 100.0 / (f.value_num + m.value_num) AS femalePct
FROM baseline_measure b
JOIN measurement f ON f.parent = b.id AND f.category_title = 'Female'
JOIN measurement m ON m.parent = b.id AND m.category_title = 'Male' AND m."group" = f."group"
WHERE starts_with(b.name, 'Sex') AND f.value_num + m.value_num > 0
  AND (EXISTS (FROM baseline_group g WHERE g.id = f."group" AND g.name = 'Total')
    OR NOT EXISTS (FROM baseline_group g WHERE g.parent = b.parent AND g.id <> f."group"))
ORDER BY femalePct DESC, nct
