package model

import "strconv"

// Dataset is what a description of converted studies says. Empty fields are
// left out.
type Dataset struct {
	// Base is where the nodes live that are not fragments of a study;
	// DefaultBase if empty.
	Base string
	// Publisher is the IRI of whoever publishes the triples.
	Publisher string
	// Processed is the day of the conversion, Version the day of the registry's
	// data (versionHolder), both YYYY-MM-DD.
	Processed, Version string
	// Studies and Quads count what was written.
	Studies, Quads int64
	// Reduced says what was left out, in words.
	Reduced string
}

// Describe makes the description of the dataset, as Turtle: VoID, DCAT and
// PROV. It names the source, the day of processing and what was changed, as
// the registry's terms ask of those who republish its data.
func (d Dataset) Describe() []byte {
	if d.Base == "" {
		d.Base = DefaultBase
	}
	t := newTurtle(append(Prefixes(),
		Prefix{"void", "http://rdfs.org/ns/void#"}, Prefix{"dcat", "http://www.w3.org/ns/dcat#"}, skosPrefix)...)
	dataset, run := iri(d.Base+"dataset"), iri(d.Base+"dataset#run")
	changed := "Records of the registry, turned into RDF: values kept as served, links and numbers added under " + NSTool + "."
	if d.Reduced != "" {
		changed += " Reduced: " + d.Reduced + "."
	}
	t.subject(dataset,
		[2]string{"a", "void:Dataset , dcat:Dataset"},
		[2]string{"dcterms:title", english("Studies of ClinicalTrials.gov as linked data")},
		[2]string{"dcterms:description", english(changed)},
		[2]string{"dcterms:source", iri("https://clinicaltrials.gov/api/v2/studies")},
		[2]string{"dcterms:rights", iri("https://clinicaltrials.gov/about-site/terms-conditions")},
		[2]string{"dcterms:publisher", optional(d.Publisher, iri)},
		[2]string{"dcterms:issued", optional(d.Processed, day)},
		[2]string{"ctg:version_holder", optional(d.Version, day)},
		[2]string{"void:uriSpace", literal(StudyBase)},
		[2]string{"void:exampleResource", iri(StudyBase + "NCT00000102")},
		[2]string{"void:vocabulary", joined([]string{NSRegistry, NSTool, NSSchema, "http://purl.org/dc/terms/", "http://www.w3.org/ns/prov#"}, iri)},
		[2]string{"void:triples", count(d.Quads)},
		[2]string{"void:entities", count(d.Studies)},
		[2]string{"void:subset", iri(d.Base+"dataset#mesh-links") + " , " + iri(d.Base+"dataset#pubmed-links")},
		[2]string{"prov:wasGeneratedBy", run})
	t.subject(iri(d.Base+"dataset#mesh-links"),
		[2]string{"a", "void:Linkset"}, [2]string{"void:subjectsTarget", dataset},
		[2]string{"void:objectsTarget", iri(d.Base + "dataset#mesh")},
		[2]string{"void:linkPredicate", "ctg:condition_mesh , ctg:intervention_mesh"})
	t.subject(iri(d.Base+"dataset#mesh"),
		[2]string{"a", "void:Dataset"}, [2]string{"dcterms:title", english("Medical Subject Headings")},
		[2]string{"foaf:homepage", iri("https://id.nlm.nih.gov/mesh/")}, [2]string{"void:uriSpace", literal(NSMesh)})
	t.subject(iri(d.Base+"dataset#pubmed-links"),
		[2]string{"a", "void:Linkset"}, [2]string{"void:subjectsTarget", dataset},
		[2]string{"void:objectsTarget", iri(d.Base + "dataset#pubmed")},
		[2]string{"void:linkPredicate", "dcterms:references"})
	t.subject(iri(d.Base+"dataset#pubmed"),
		[2]string{"a", "void:Dataset"}, [2]string{"dcterms:title", english("PubMed")},
		[2]string{"foaf:homepage", iri("https://pubmed.ncbi.nlm.nih.gov/")}, [2]string{"void:uriSpace", literal("https://pubmed.ncbi.nlm.nih.gov/")})
	t.subject(run,
		[2]string{"a", "prov:Activity"},
		[2]string{"prov:used", iri("https://clinicaltrials.gov/api/v2/studies")},
		[2]string{"prov:endedAtTime", optional(d.Processed, func(s string) string { return literal(s+"T00:00:00Z") + "^^xsd:dateTime" })},
		[2]string{"prov:wasAssociatedWith", iri(d.Base + "dataset#tool")})
	t.subject(iri(d.Base+"dataset#tool"),
		[2]string{"a", "prov:SoftwareAgent"}, [2]string{"foaf:name", literal("trialweave")})
	return t.bytes()
}

func day(s string) string { return literal(s) + "^^xsd:date" }

func optional(s string, write func(string) string) string {
	if s == "" {
		return ""
	}
	return write(s)
}

func count(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
