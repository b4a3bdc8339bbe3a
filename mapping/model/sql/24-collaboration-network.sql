SELECT l.name AS lead, o.name AS "with", count(DISTINCT s.id) AS trials
FROM study s
JOIN organization l ON l.id = s.sponsor
CROSS JOIN unnest(s.collaborator) AS c(id)
JOIN organization o ON o.id = c.id
GROUP BY ALL ORDER BY trials DESC, lead, "with" LIMIT 50
