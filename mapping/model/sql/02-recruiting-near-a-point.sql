SELECT nct_id AS nct, name AS facility, address_locality AS city, lat, "long"
FROM location
WHERE recruitment_status = 'RECRUITING' AND address_locality IS NOT NULL
  AND lat > 41.6 AND lat < 43.1 AND "long" > -72.1 AND "long" < -70.0
ORDER BY nct
