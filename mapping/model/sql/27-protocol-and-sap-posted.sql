SELECT d.nct_id AS nct, d.id AS doc, d.label
FROM document d
WHERE EXISTS (FROM document x WHERE x.parent = d.parent AND x.has_protocol)
  AND EXISTS (FROM document x WHERE x.parent = d.parent AND x.has_sap)
ORDER BY nct
