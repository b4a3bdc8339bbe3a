package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// foundBy is how many studies a search shows.
func foundBy(t *testing.T, s *Site, path string) string {
	t.Helper()
	found := regexp.MustCompile(`<strong>([\d,]+) stud(y|ies)</strong>`).FindStringSubmatch(get(t, s, path).Body.String())
	if found == nil {
		return "0"
	}
	return found[1]
}

// TestFiltersOfOneKind: several values of one facet are alternatives, and the
// others of the facet can still be added.
func TestFiltersOfOneKind(t *testing.T) {
	b := index.NewBuilder()
	for id, status := range map[string]string{"NCT99990001": "COMPLETED", "NCT99990002": "RECRUITING", "NCT99990003": "WITHDRAWN"} {
		study := rdf.IRI(model.StudyBase + id)
		b.Add(rdf.Quad{Subject: study, Predicate: rdf.IRI(model.Expand("ctg:nct_id")), Object: rdf.String(id)})
		b.Add(rdf.Quad{Subject: study, Predicate: rdf.IRI(model.Expand("ctg:overall_status")), Object: rdf.String(status)})
	}
	s := New(b.Build(), nil)
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/?status=COMPLETED": "1", "/?status=COMPLETED&status=RECRUITING": "2", "/?status=COMPLETED&status=NOPE": "1", "/?status=NOPE": "0"} {
		if got := foundBy(t, s, path); got != want {
			t.Errorf("%s finds %s, expected %s", path, got, want)
		}
	}
	body := get(t, s, "/?status=COMPLETED").Body.String()
	if !strings.Contains(body, "status=COMPLETED&amp;status=RECRUITING") {
		t.Error("another status cannot be added")
	}
	if chosen, hits := strings.Index(body, `class="chosen"`), strings.Index(body, `class="hit"`); chosen < strings.Index(body, `class="hits"`) || chosen > hits {
		t.Error("the filters do not stand above the hits")
	}
}

// TestSearchWords: a number without NCT leads to its study; signs alone find
// nothing; what is ignored is said.
func TestSearchWords(t *testing.T) {
	s := testSite(t)
	if to := get(t, s, "/?q=99990001").Header().Get("Location"); to != "/study/NCT99990001" {
		t.Errorf("a number without NCT leads to %q", to)
	}
	if got := foundBy(t, s, "/?q=99990001+exemplitis"); got != "1" {
		t.Errorf("a number without NCT and a word find %s, expected 1", got)
	}
	if got := foundBy(t, s, "/?q=%25"); got != "0" {
		t.Errorf("a percent sign finds %s, expected nothing", got)
	}
	for q, want := range map[string]bool{`%22two+words%22`: true, "a+-b": true, "covid-19": false, "a+-": false} {
		if got := strings.Contains(get(t, s, "/?q="+q).Body.String(), "are ignored"); got != want {
			t.Errorf("%s: says that something is ignored: %v, expected %v", q, got, want)
		}
	}
}

// TestHomeAsData: the first page is JSON-LD, too; nobody who refuses HTML gets it.
func TestHomeAsData(t *testing.T) {
	s := testSite(t)
	w := get(t, s, "/", "Accept", "application/ld+json")
	said := false
	for q, err := range jsonld.ReadDocument(w.Body, "", "") {
		if err != nil {
			t.Fatal(err)
		}
		said = said || q.Predicate.Value == rdf.RDFType && q.Object.Value == model.NSSchema+"Dataset"
	}
	if w.Code != 200 || !said {
		t.Errorf("status %d, a Dataset: %v", w.Code, said)
	}
	for accept, want := range map[string]int{"text/html;q=0": http.StatusNotAcceptable, "text/html;q=0, application/json": http.StatusNotAcceptable, "text/*;q=0.1": 200, "": 200, "application/xhtml+xml": 200} {
		for _, path := range []string{"/", "/questions", "/study/NCT99990001/data"} {
			if got := get(t, s, path, "Accept", accept).Code; got != want {
				t.Errorf("%s, Accept %q: status %d, expected %d", path, accept, got, want)
			}
		}
	}
	for path, want := range map[string]string{"/study/NCT99990001": "text/turtle", "/ns": "text/turtle", "/": "application/ld+json"} {
		if kind := get(t, s, path, "Accept", "text/html;q=0, */*").Header().Get("Content-Type"); !strings.HasPrefix(kind, want) {
			t.Errorf("%s for who takes everything but HTML: %q, expected %s", path, kind, want)
		}
	}
	if got := get(t, s, "/questions", "Accept", "text/html;q=0, */*").Code; got != http.StatusNotAcceptable {
		t.Errorf("a page that is HTML alone: status %d, expected 406", got)
	}
	if got := get(t, s, "/study/NCT99990001.html", "Accept", "text/turtle").Code; got != 200 {
		t.Errorf("HTML by suffix: status %d", got)
	}
}

// TestTriplesOfTheModel: the first page says how many triples describe the model.
func TestTriplesOfTheModel(t *testing.T) {
	want := 0
	for _, data := range [][]byte{model.Ontology(), model.Enums(), model.CountryNames()} {
		want += len(readForm(t, dataFormats[0], data))
	}
	if body := get(t, testSite(t), "/").Body.String(); !strings.Contains(body, "<dt>Triples, of which "+grouped(want)+" describe the model</dt>") {
		t.Errorf("the number of triples does not say that %d are of the model", want)
	}
	if body := get(t, siteOf(nil, triple("schema:name", rdf.String("x"))), "/").Body.String(); !strings.Contains(body, "<dt>Triples</dt>") {
		t.Error("without the model it is said to be there")
	}
}

// TestWarnings: a base that is not that of the data is noticed.
func TestWarnings(t *testing.T) {
	for base, want := range map[string]int{"": 0, model.DefaultBase: 0, "https://other.example.org/": 1} {
		if got := New(store(t, studyFiles(t), nil), &Options{Base: base}).Warnings(); len(got) != want {
			t.Errorf("base %q: warnings %q, expected %d", base, got, want)
		}
	}
	if got := siteOf(&Options{Base: "https://other.example.org/"}).Warnings(); len(got) != 0 {
		t.Errorf("without data: warnings %q", got)
	}
}

// TestNumbersWithNouns: what stands behind a number agrees with it.
func TestNumbersWithNouns(t *testing.T) {
	for number, want := range map[string]string{"1": " event)", "0": " events)", "11": " events)"} {
		if got := after("numEvents", number); got != want {
			t.Errorf("after %s: %q, expected %q", number, got, want)
		}
	}
	for _, f := range model.Default().Fields {
		if v := (&value{key: f.Key, field: f}); strings.HasSuffix(f.Path, "firstMcpInfo.postDateStruct") && title(v) == name(f.Key) {
			t.Errorf("%s has the title %q of any day", f.Path, title(v))
		}
	}
}

// TestPositions: an item alone is no list.
func TestPositions(t *testing.T) {
	body := get(t, testSite(t), "/study/NCT99990001").Body.String()
	for _, list := range regexp.MustCompile(`(?s)<ul class="inner">.*?</ul>`).FindAllString(body, -1) {
		if strings.Count(list, "<li>") < 2 {
			t.Errorf("a list of one item: %s", list)
		}
	}
	if !strings.Contains(body, "39.80172") {
		t.Error("the study has no position")
	}
}
