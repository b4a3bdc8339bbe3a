package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

const seedFile = "data/governance/clinical-trials-gov/json-ld/clinical-trials-gov-context.jsonld"

func decodeContext(t testing.TB, data []byte) object {
	t.Helper()
	var doc object
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc["@context"].(object)
}

// seedContext returns the context that the project started from, or the core
// context, which has the same terms, where the shared data is not there.
func seedContext(t testing.TB) object {
	t.Helper()
	shared := os.Getenv("TRIALWEAVE_SHARED")
	if shared == "" {
		shared = "../../shared"
	}
	data, err := os.ReadFile(filepath.Join(shared, seedFile))
	if err != nil {
		t.Logf("no seed context (%v): the core context stands in for it", err)
		data = jsonld.CoreContext()
	}
	return decodeContext(t, data)
}

// TestCoreContextHasTheSeedsIRIs: the core context says exactly what the seed
// context says, term by term.
func TestCoreContextHasTheSeedsIRIs(t *testing.T) {
	data, err := os.ReadFile(w3c.Dir(t, seedFile))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decodeContext(t, data), decodeContext(t, jsonld.CoreContext())); diff != "" {
		t.Errorf("seed, then core:\n%s", diff)
	}
}

// seedSources says where in a record the values of a seed term are, where they
// are not under a key of that name: 5 of the terms name no field of the API.
func seedSources() map[string]string {
	return map[string]string{
		"Study.phase": "phases", "Study.startDate": "startDateStruct.date", "Study.completionDate": "completionDateStruct.date",
		"Study.lastUpdateDate": "lastUpdatePostDateStruct.date", "Sponsor.agencyClass": "class",
	}
}

// seedView flattens a record to the terms of the seed context.
type seedView struct {
	t       testing.TB
	context object
	used    map[string]bool
}

// node makes a node of a class from an object of the record. A place of more
// keys than one has its keys joined by dots.
func (s *seedView) node(class string, from object) object {
	out := object{"@type": class}
	for term := range s.context[class].(object)["@context"].(object) {
		key := term
		if k := seedSources()[class+"."+term]; k != "" {
			key = k
		}
		var v any = from
		for _, k := range strings.Split(key, ".") {
			inner, _ := v.(object)
			v = inner[k]
		}
		if v != nil && !isObject(v) {
			out[term] = v
			s.used[class+"."+term] = true
		}
	}
	return out
}

func isObject(v any) bool {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return isObject(list[0])
	}
	_, ok := v.(object)
	return ok
}

// study flattens the whole record.
func (s *seedView) study(record object) []any {
	protocol := record["protocolSection"].(object)
	merged := object{}
	for _, module := range protocol {
		if m, ok := module.(object); ok {
			for k, v := range m {
				if _, there := merged[k]; !there {
					merged[k] = v
				}
			}
		}
	}
	study := s.node("Study", merged)
	study["@id"] = model.StudyBase + study["nctId"].(string)
	study["conditions"] = s.conditions(merged["conditions"])
	study["interventions"] = s.list("Intervention", merged["interventions"])
	if lead, ok := merged["leadSponsor"].(object); ok {
		study["leadSponsor"] = s.node("Sponsor", lead)
	}
	graph := []any{study}
	if eligibility, ok := protocol["eligibilityModule"].(object); ok {
		graph = append(graph, s.node("EligibilityCriteria", eligibility))
	}
	graph = append(graph, s.list("Location", merged["locations"])...)
	for _, kind := range []string{"primary", "secondary", "other"} {
		for _, o := range s.list("Outcome", merged[kind+"Outcomes"]) {
			o.(object)["type"] = strings.ToUpper(kind)
			s.used["Outcome.type"] = true
			graph = append(graph, o)
		}
	}
	return graph
}

func (s *seedView) list(class string, v any) []any {
	items, _ := v.([]any)
	out := []any{}
	for _, x := range items {
		if o, ok := x.(object); ok {
			out = append(out, s.node(class, o))
			s.used["Study."+strings.ToLower(class)+"s"] = true
		}
	}
	return out
}

func (s *seedView) conditions(v any) []any {
	items, _ := v.([]any)
	out := []any{}
	for _, x := range items {
		out = append(out, s.node("Condition", object{"name": x}))
		s.used["Study.conditions"], s.used["Study.leadSponsor"] = true, true
	}
	return out
}

// TestSuperset: what the seed context says of a study, flattened to its terms,
// is in the full profile: in the record's graph or the shared one.
func TestSuperset(t *testing.T) {
	view := &seedView{t, seedContext(t), map[string]bool{}}
	studies := fixtures(t)
	partial := 0
	for _, f := range studies {
		if f.name == strange || f.name == "NCT99990005.json" { // of wrong types, and of holes
			continue
		}
		partial += superset(t, view, f)
	}
	if partial == 0 {
		t.Error("no fixture has a partial date, which the seed context types as xsd:date")
	}
	for class, def := range view.context {
		if d, ok := def.(object); ok {
			for term := range d["@context"].(object) {
				if !view.used[class+"."+term] {
					t.Errorf("no fixture has a value for %s.%s of the seed context", class, term)
				}
			}
		}
	}
}

func TestSupersetOfRealStudies(t *testing.T) {
	view := &seedView{t, seedContext(t), map[string]bool{}}
	n, partial := 0, 0
	for name, data := range sampled(t, 200) {
		partial += superset(t, view, named{name, data})
		n++
	}
	t.Logf("%d studies, %d partial dates that the seed context types as xsd:date", n, partial)
}

// superset checks one study and counts the partial dates.
func superset(t *testing.T, view *seedView, f named) (partial int) {
	t.Helper()
	var record object
	if err := json.Unmarshal(f.data, &record); err != nil {
		t.Fatal(err)
	}
	var seed strings.Builder
	for line := range expandWith(t, view.context, view.study(record)) {
		seed.WriteString(line)
	}
	out := convert(t, nil, f.data)
	ours := statements(append(quadsOf(t, out.Record), quadsOf(t, out.Shared)...))
	theirs := quadsOf(t, []byte(seed.String()))
	stars := map[rdf.Term][]rdf.Quad{}
	for i, q := range theirs {
		if q.Object.Kind == rdf.LiteralTerm && q.Object.Datatype == model.NSXSD+"date" && len(q.Object.Value) < len("2006-01-02") {
			partial++
			theirs[i].Object = rdf.Typed(q.Object.Value, model.NSXSD+map[int]string{4: "gYear", 7: "gYearMonth"}[len(q.Object.Value)])
		}
		stars[q.Subject] = append(stars[q.Subject], theirs[i])
	}
	for s, star := range stars {
		if s.Kind == rdf.BlankTerm {
			if !ours.holds(star) {
				t.Errorf("%s: no node of the full profile has all of %v", f.name, star)
			}
			continue
		}
		for _, q := range star {
			if q.Object.Kind != rdf.BlankTerm && !ours.has(s, q) {
				t.Errorf("%s: the full profile lacks %v", f.name, q)
			}
			if q.Object.Kind == rdf.BlankTerm && !ours.links(q, stars[q.Object]) {
				t.Errorf("%s: no object of %v has all of %v", f.name, q.Predicate, stars[q.Object])
			}
		}
	}
	return partial
}

// facts index statements by subject.
type facts map[rdf.Term]map[[2]rdf.Term]bool

func statements(quads []rdf.Quad) facts {
	out := facts{}
	for _, q := range quads {
		if out[q.Subject] == nil {
			out[q.Subject] = map[[2]rdf.Term]bool{}
		}
		out[q.Subject][[2]rdf.Term{q.Predicate, q.Object}] = true
	}
	return out
}

// has looks for a statement of a subject. Names of shared nodes are in NFC,
// with runs of white space made one.
func (f facts) has(s rdf.Term, q rdf.Quad) bool {
	if f[s][[2]rdf.Term{q.Predicate, q.Object}] {
		return true
	}
	plain := q.Object
	plain.Value = strings.Join(strings.Fields(norm.NFC.String(plain.Value)), " ")
	return f[s][[2]rdf.Term{q.Predicate, plain}]
}

// holds looks for a node that has all of the statements of a blank one.
func (f facts) holds(star []rdf.Quad) bool {
	for s := range f {
		if f.hasAll(s, star) {
			return true
		}
	}
	return false
}

func (f facts) hasAll(s rdf.Term, star []rdf.Quad) bool {
	for _, q := range star {
		if !f.has(s, q) {
			return false
		}
	}
	return true
}

// links looks for such a node among the objects of a statement.
func (f facts) links(q rdf.Quad, star []rdf.Quad) bool {
	for po := range f[q.Subject] {
		if po[0] == q.Predicate && f.hasAll(po[1], star) {
			return true
		}
	}
	return false
}
