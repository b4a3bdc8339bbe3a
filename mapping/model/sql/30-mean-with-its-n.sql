SELECT m.nct_id AS nct, m.name AS measure, m.outcome_type AS type, x.class_title AS "class", x.category_title AS category,
  g.name AS "group", x.value_num AS mean, m.unit_of_measure AS unit, d.value_num AS n, d.units AS "of"
FROM outcome_measure m
JOIN measurement x ON x.parent = m.id
JOIN denominator d ON d.id = x.denominator
JOIN outcome_group g ON g.id = x."group"
WHERE m.param_type = 'MEAN' AND m.name IS NOT NULL AND m.outcome_type IS NOT NULL
  AND x.value_num IS NOT NULL AND d.value_num IS NOT NULL AND g.name IS NOT NULL
ORDER BY nct, type, measure, x.class_order NULLS FIRST, x.category_order NULLS FIRST, "group"
