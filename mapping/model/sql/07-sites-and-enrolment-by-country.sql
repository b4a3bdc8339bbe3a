SELECT l.cc, count(*) AS trials, sum(l.n) AS sites, sum(coalesce(s.enrollment_count, 0)) AS enrolmentOfThoseTrials
FROM (SELECT parent, country AS cc, count(*) AS n FROM location WHERE country IS NOT NULL GROUP BY ALL) l
JOIN study s ON s.id = l.parent
GROUP BY l.cc ORDER BY trials DESC, l.cc LIMIT 40
