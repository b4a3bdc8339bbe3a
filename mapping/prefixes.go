package mapping

import "github.com/trialweave/trialweave/rdf"

// QueryPrefixes are those that queries may use without declaring them: the
// Prefixes, and those of functions and units.
func QueryPrefixes() []rdf.Prefix {
	return append(Prefixes(),
		rdf.Prefix{Name: "geof", IRI: "http://www.opengis.net/def/function/geosparql/"},
		rdf.Prefix{Name: "uom", IRI: "http://www.opengis.net/def/uom/OGC/1.0/"},
	)
}

// Prefixes are those that documents are written with: of the namespaces of the
// model, and of the vocabularies that most data has.
func Prefixes() []rdf.Prefix {
	return []rdf.Prefix{
		{Name: "ctg", IRI: "https://clinicaltrials.gov/ns/"},
		{Name: "tw", IRI: "https://w3id.org/trialweave/ns#"},
		{Name: "schema", IRI: "https://schema.org/"},
		{Name: "dcterms", IRI: "http://purl.org/dc/terms/"},
		{Name: "foaf", IRI: "http://xmlns.com/foaf/0.1/"},
		{Name: "geo", IRI: "http://www.opengis.net/ont/geosparql#"},
		{Name: "wgs", IRI: "http://www.w3.org/2003/01/geo/wgs84_pos#"},
		{Name: "mesh", IRI: "http://id.nlm.nih.gov/mesh/"},
		{Name: "prov", IRI: "http://www.w3.org/ns/prov#"},
		{Name: "skos", IRI: "http://www.w3.org/2004/02/skos/core#"},
		{Name: "sh", IRI: "http://www.w3.org/ns/shacl#"},
		{Name: "void", IRI: "http://rdfs.org/ns/void#"},
		{Name: "dcat", IRI: "http://www.w3.org/ns/dcat#"},
		{Name: "owl", IRI: "http://www.w3.org/2002/07/owl#"},
		{Name: "rdf", IRI: "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
		{Name: "rdfs", IRI: "http://www.w3.org/2000/01/rdf-schema#"},
		{Name: "xsd", IRI: "http://www.w3.org/2001/XMLSchema#"},
	}
}
