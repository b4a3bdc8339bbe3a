package web

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// siteOf is a site of these quads alone.
func siteOf(o *Options, quads ...rdf.Quad) *Site {
	b := index.NewBuilder()
	for _, q := range quads {
		b.Add(q)
	}
	return New(b.Build(), o)
}

// triple is a triple of the study NCT99990001 by a compact property.
func triple(property string, object rdf.Term) rdf.Quad {
	return rdf.Quad{Subject: rdf.IRI(model.StudyBase + "NCT99990001"), Predicate: rdf.IRI(model.Expand(property)), Object: object}
}

// TestPhases: a study in two phases is shown with both.
func TestPhases(t *testing.T) {
	s := siteOf(nil, triple("ctg:nct_id", rdf.String("NCT99990001")), triple("ctg:phase", rdf.String("PHASE2")), triple("ctg:phase", rdf.String("PHASE1")))
	if body := get(t, s, "/").Body.String(); !strings.Contains(body, "Phase 1/Phase 2") {
		t.Errorf("the hit does not have both phases: %s", body)
	}
}

// TestCountry: the page of a country has its name and leads to its studies, and
// so do links to it.
func TestCountry(t *testing.T) {
	s := testSite(t)
	body := get(t, s, "/country/USA").Body.String()
	if !regexp.MustCompile(`<h1[^>]*>United States[^<]*</h1>`).MatchString(body) || !regexp.MustCompile(`<title>United States`).MatchString(body) {
		t.Error("the title is not the name of the country")
	}
	found := regexp.MustCompile(`<a href="(/\?country=USA)">(\d+ stud(y|ies))</a>`).FindStringSubmatch(body)
	if found == nil || !strings.Contains(get(t, s, found[1]).Body.String(), "<strong>"+found[2]+"</strong>") {
		t.Errorf("the page does not lead to its studies: %v", found)
	}
	if body := get(t, s, "/ns/tw/country").Body.String(); !regexp.MustCompile(`<a href="/country/[A-Z]{3}">[A-Z][a-z]`).MatchString(body) {
		t.Error("a country is linked without its name")
	}
	bare := siteOf(nil, triple("tw:country", rdf.IRI(model.NSCountry+"USA")))
	if body := get(t, bare, "/country/USA").Body.String(); !regexp.MustCompile(`<h1[^>]*>United States`).MatchString(body) {
		t.Error("without the model in the data the country has no name")
	}
}

// TestVocabularyAsData: the ontology is the same by suffix and by header, for the
// vocabulary and the model; what it cannot be is refused.
func TestVocabularyAsData(t *testing.T) {
	s := testSite(t)
	want := get(t, s, "/ns", "Accept", "text/turtle").Body.String()
	for _, path := range []string{"/ns.ttl", "/model.ttl", "/ns?format=ttl"} {
		if w := get(t, s, path); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: status %d, %d bytes, expected %d", path, w.Code, w.Body.Len(), len(want))
		}
	}
	if got := get(t, s, "/model", "Accept", "text/turtle").Body.String(); got != want {
		t.Errorf("/model is %d bytes of Turtle, expected %d", len(got), len(want))
	}
	for _, path := range []string{"/ns", "/model"} {
		if got := get(t, s, path, "Accept", "image/png").Code; got != http.StatusNotAcceptable {
			t.Errorf("%s as a picture: status %d, expected 406", path, got)
		}
		if links := strings.Join(get(t, s, path).Header().Values("Link"), " "); !strings.Contains(links, "</ns.ttl>") {
			t.Errorf("%s does not name its Turtle: %q", path, links)
		}
	}
}

// TestTermsWithoutTriples: a term that the data says nothing of is described by
// the model, or is not there; no answer is empty.
func TestTermsWithoutTriples(t *testing.T) {
	s := testSite(t)
	w := get(t, s, "/ns/schema/name.ttl")
	if quads := readForm(t, dataFormats[0], w.Body.Bytes()); w.Code != 200 || len(quads) == 0 || quads[0].Subject.Value != model.Expand("schema:name") {
		t.Errorf("status %d, %d triples", w.Code, len(quads))
	}
	if body := get(t, s, "/ns/schema/name").Body.String(); strings.Contains(body, "The value of briefTitle") || !regexp.MustCompile(`each of \d+ fields`).MatchString(body) {
		t.Error("the meaning of schema:name is that of one field")
	}
	const used = "https://example.org/onlyUsed"
	alone := siteOf(nil, rdf.Quad{Subject: rdf.IRI("https://example.org/a"), Predicate: rdf.IRI(used), Object: rdf.String("x")})
	for _, suffix := range []string{"", "&format=ttl", "&format=jsonld"} {
		if got := get(t, alone, nodePage(used)+suffix).Code; got != http.StatusNotFound {
			t.Errorf("%q: status %d, expected 404", suffix, got)
		}
	}
}

// TestParts: the RDF of a node with many links comes in parts, which together
// are all of it.
func TestParts(t *testing.T) {
	const total = maxIncoming + 7
	node := rdf.IRI(model.NSMesh + "D000001")
	var quads []rdf.Quad
	for i := range total {
		quads = append(quads, rdf.Quad{Subject: rdf.IRI(fmt.Sprintf("https://example.org/%d", i)), Predicate: rdf.IRI(model.Expand("ctg:condition_mesh")), Object: node})
	}
	s := siteOf(nil, quads...)
	next := regexp.MustCompile(`<([^>]+)>; rel="next"`)
	seen, path := map[rdf.Quad]bool{}, "/mesh/D000001.nt"
	for range 3 {
		w := get(t, s, path)
		for _, q := range readForm(t, dataFormats[1], w.Body.Bytes()) {
			seen[q] = true
		}
		found := next.FindStringSubmatch(strings.Join(w.Header().Values("Link"), ", "))
		if found == nil {
			break
		}
		path = found[1]
	}
	if len(seen) != total || path != "/mesh/D000001.nt?page=2" {
		t.Errorf("%d triples up to %s, expected %d", len(seen), path, total)
	}
	if got := get(t, s, "/mesh/D000001.nt?page=3").Code; got != http.StatusNotFound {
		t.Errorf("after the last part: status %d, expected 404", got)
	}
}

// TestRDFXMLWithoutCharacters: what RDF/XML cannot hold is refused with the
// reason, and logged.
func TestRDFXMLWithoutCharacters(t *testing.T) {
	var log bytes.Buffer
	s := siteOf(&Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, triple("schema:name", rdf.String("a\x01b")))
	w := get(t, s, "/study/NCT99990001.rdf", "Accept", "*/*;q=0.1, application/rdf+xml")
	if w.Code != http.StatusNotAcceptable || !strings.Contains(w.Body.String(), "RDF/XML cannot hold") || !strings.Contains(log.String(), "RDF/XML cannot hold") {
		t.Errorf("status %d: %s; log %q", w.Code, w.Body, log.String())
	}
	if got := get(t, s, "/study/NCT99990001.ttl").Code; got != 200 {
		t.Errorf("Turtle: status %d", got)
	}
}

// TestPastTheEnd: pages after the last one, and of properties that lead nowhere,
// are not there.
func TestPastTheEnd(t *testing.T) {
	s := testSite(t)
	for _, path := range []string{"/?page=9999", "/study/NCT99990001/data?page=9999", "/country/USA?by=nope", "/country/USA?by=tw:country&page=9999", "/study/NCT99990001/list?at=/protocolSection/contactsLocationsModule/locations&page=99"} {
		if got := get(t, s, path).Code; got != http.StatusNotFound {
			t.Errorf("%s: status %d, expected 404", path, got)
		}
	}
	if got := get(t, s, "/country/USA?by=tw:country").Code; got != 200 {
		t.Errorf("a page that is there: status %d", got)
	}
}

// TestCompactTerms: terms of SKOS and OWL have prefixes on pages, as those of RDFS
// do.
func TestCompactTerms(t *testing.T) {
	s := siteOf(nil, rdf.Quad{Subject: rdf.IRI(model.NSCountry + "USA"), Predicate: rdf.IRI("http://www.w3.org/2004/02/skos/core#prefLabel"), Object: rdf.String("United States")})
	if body := get(t, s, "/country/USA").Body.String(); !strings.Contains(body, ">skos:prefLabel<") {
		t.Error("skos:prefLabel has no prefix")
	}
}
