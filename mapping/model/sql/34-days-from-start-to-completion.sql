WITH bounds AS (
  SELECT *, completion_date_max - start_date_min AS most, completion_date_min - start_date_max AS least
  FROM study WHERE completion_date_type = 'ACTUAL')
SELECT nct_id AS nct, start_date AS start, completion_date AS completion,
  if(least < 0 AND most >= 0, 0, least) AS fewest, most -- where the dates overlap, the completion may be on the day of the start
FROM bounds
WHERE most IS NOT NULL AND least IS NOT NULL
ORDER BY nct
