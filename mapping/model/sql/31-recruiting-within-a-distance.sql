-- The distance on a sphere of the earth's mean radius, as geof:distance has it.
WITH p AS (SELECT 42.36 AS latitude, -71.06 AS longitude, 100 AS within),
near AS (
  SELECT l.*, 2 * 6371.0088 * asin(sqrt(
    sin(radians(l.lat - p.latitude) / 2) ** 2
    + cos(radians(l.lat)) * cos(radians(p.latitude)) * sin(radians(l."long" - p.longitude) / 2) ** 2)) AS distance
  FROM p, location l)
SELECT n.nct_id AS nct, n.name AS facility, n.address_locality AS city, round(10 * n.distance) / 10 AS kilometres
FROM p, near n
WHERE n.recruitment_status = 'RECRUITING' AND n.address_locality IS NOT NULL AND n.distance <= p.within
ORDER BY n.distance, nct, facility NULLS FIRST
