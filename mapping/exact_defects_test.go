package mapping_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// fullStudy is the graph of the fixture that has nearly everything.
func fullStudy(t *testing.T) (quads []rdf.Quad, text string) {
	t.Helper()
	out := convert(t, nil, readStudy(t, "../testdata/studies/NCT99990001.json").data)
	return quadsOf(t, out.Record), string(out.Record)
}

func objects(quads []rdf.Quad, subject, property string) []string {
	var out []string
	for _, q := range quads {
		if (subject == "" || q.Subject.Value == subject) && q.Predicate.Value == model.Expand(property) {
			out = append(out, q.Object.Value)
		}
	}
	return out
}

func subjects(quads []rdf.Quad, property, value string) []string {
	var out []string
	for _, q := range quads {
		if q.Predicate.Value == model.Expand(property) && q.Object.Value == value {
			out = append(out, q.Subject.Value)
		}
	}
	return out
}

// TestBio2RDFPadsMissingDays: its clinicaltrials.php made 2022-12 the first of
// the month at midnight. Ours keeps what was served, and types it by precision.
func TestBio2RDFPadsMissingDays(t *testing.T) {
	_, text := fullStudy(t)
	if strings.Contains(text, "-01T00:00:00") || !strings.Contains(text, `"2022-12"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>`) {
		t.Error("2022-12 is not a month")
	}
}

// TestBio2RDFDropsQuotes: it took " out of every literal and turned \ into /.
func TestBio2RDFDropsQuotes(t *testing.T) {
	quads, _ := fullStudy(t)
	got := objects(quads, "", "ctg:detailed_description")
	if len(got) != 1 || !strings.Contains(got[0], "\"quoted\", has a back\\slash, a tab\tand an entity &amp;") {
		t.Errorf("%q", got)
	}
}

// TestBio2RDFHashesMeSH: it hashed MeSH terms instead of linking them.
func TestBio2RDFHashesMeSH(t *testing.T) {
	quads, _ := fullStudy(t)
	if got := objects(quads, "", "ctg:condition_mesh"); !slices.Equal(got, []string{model.NSMesh + "D000999001"}) {
		t.Errorf("%v", got)
	}
}

// TestBio2RDFSharesResultGroups: its groups were the same nodes in every
// outcome, though OG000 begins anew in each.
func TestBio2RDFSharesResultGroups(t *testing.T) {
	quads := quadsOf(t, convert(t, nil, readStudy(t, "../testdata/studies/NCT99990004.json").data).Record)
	groups := objects(quads, "", "ctg:outcome_group")
	if distinct := slices.Compact(slices.Sorted(slices.Values(groups))); len(groups) != 5 || len(distinct) != 5 {
		t.Errorf("%d groups of five outcomes, %d of them different", len(groups), len(distinct))
	}
}

// TestBio2RDFCopiesTheFirstContact: every location got the first site's contact.
func TestBio2RDFCopiesTheFirstContact(t *testing.T) {
	quads, _ := fullStudy(t)
	for _, place := range objects(quads, "", "ctg:location") {
		contacts := len(objects(quads, place, "ctg:contact"))
		if city := objects(quads, place, "schema:addressLocality")[0]; city != "Springfield" && contacts != 0 {
			t.Errorf("%s has %d contacts", city, contacts)
		}
	}
	if len(objects(quads, "", "ctg:contact")) != 5 {
		t.Error("the five contacts of the first site are not all there")
	}
}

// TestBio2RDFKeepsOnlyTheFirst: only the first collaborator and country were kept.
func TestBio2RDFKeepsOnlyTheFirst(t *testing.T) {
	quads, _ := fullStudy(t)
	if n := len(objects(quads, "", "ctg:collaborator")); n != 8 {
		t.Errorf("%d collaborators of 8", n)
	}
	for _, country := range []string{"United States", "Germany", "Exampleland"} {
		if len(subjects(quads, "schema:addressCountry", country)) == 0 {
			t.Errorf("no site in %s", country)
		}
	}
}

// TestBio2RDFLosesResultReferences: references to results were lost.
func TestBio2RDFLosesResultReferences(t *testing.T) {
	quads, _ := fullStudy(t)
	if n := len(subjects(quads, "ctg:reference_type", "RESULT")); n != 2 {
		t.Errorf("%d references to results of 2", n)
	}
	if !slices.Contains(objects(quads, "", "dcterms:references"), "https://pubmed.ncbi.nlm.nih.gov/99999901") {
		t.Error("the publication is not linked")
	}
}

// TestLinkedCTLabelsAreHexStrings: its nodes had nothing else to be called by.
func TestLinkedCTLabelsAreHexStrings(t *testing.T) {
	quads, _ := fullStudy(t)
	hex := regexp.MustCompile(`^[0-9a-f]{8,}$`)
	named := map[string]bool{}
	for _, q := range quads {
		if p := q.Predicate.Value; p == model.NSSchema+"name" || strings.HasSuffix(p, "#label") {
			named[q.Subject.Value] = true
			if hex.MatchString(q.Object.Value) {
				t.Errorf("%v", q)
			}
		}
	}
	for _, class := range []string{"Study", "Record", "ArmGroup", "Intervention", "Outcome", "Location", "Contact", "Official", "OutcomeMeasure", "BaselineMeasure", "FlowGroup", "AdverseEvent", "Document", "Link"} {
		for _, node := range subjects(quads, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", model.NSRegistry+class) {
			if !named[node] {
				t.Errorf("%s %s has no name", class, node)
			}
		}
	}
}

// TestNoStudyNeedsWhatJSONGoldGetsWrong: json-gold fails tests of lists, of
// contexts on terms that alias @nest, of directions, JSON literals and reverse
// properties, and panics on a list of lists. Neither an annotated document nor
// the context has any of these; one class of things it gets wrong, relative
// IRIs, would show as a line without an absolute one.
func TestNoStudyNeedsWhatJSONGoldGetsWrong(t *testing.T) {
	e := engine(t, nil)
	keywords := regexp.MustCompile(`"(@[a-zA-Z]+)"\s*:`)
	allowed := []string{"@context", "@graph", "@id", "@propagate", "@type", "@value", "@version"}
	studies := fixtures(t)
	for _, f := range studies {
		doc, err := e.Annotate(nil, f.data, "inline")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keywords.FindAllStringSubmatch(string(doc), -1) {
			if !slices.Contains(allowed, m[1]) {
				t.Errorf("%s: %s", f.name, m[1])
			}
		}
		for _, q := range quadsOf(t, convert(t, nil, f.data).Record) {
			for _, x := range []rdf.Term{q.Subject, q.Predicate, q.Graph, q.Object} {
				if x.Kind == rdf.BlankTerm || x.Kind == rdf.IRITerm && !strings.Contains(x.Value, "://") {
					t.Errorf("%s: %v", f.name, q)
				}
			}
		}
	}
	nests, context := 0, bundledContext(t)
	for _, term := range contextTerms(context) {
		class, _ := context[term.class].(object)
		scoped, _ := class["@context"].(object)
		if def, ok := scoped[term.name].(object); ok && (def["@id"] == "@nest" || def["@context"] != nil || def["@nest"] != nil) {
			t.Errorf("%s: a context below a class, or an alias of @nest with one", term)
		}
		if scoped[term.name] == "@nest" {
			nests++
		}
	}
	if nests == 0 {
		t.Error("no term aliases @nest: the check looks at nothing")
	}
}
