package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

// pagesToSee are a page of each kind.
var pagesToSee = []string{
	"/", "/?q=exemplitis", "/?q=nothing+at+all", "/?status=COMPLETED&phase=PHASE3", "/study/NCT99990001", "/study/NCT99990001/data", "/study/NCT99990005", "/study/NCT99990008",
	"/ns", "/ns/ctg/overall_status", "/ns/ctg/Study", "/ns/tw/country", "/ns/overall_status", "/ns/ctg:overall_status", "/model", "/questions", "/questions/10-why-stopped", "/sparql", "/country/USA",
	"/node?iri=https%3A%2F%2Fclinicaltrials.gov%2Fstudy%2FNCT99990001%23eligibility",
}

// TestPages: every page is well-formed, has its policy and a title, and names
// nothing of another origin that would be loaded.
func TestPages(t *testing.T) {
	s := testSite(t)
	titles := map[string]string{}
	for _, path := range pagesToSee {
		w := get(t, s, path)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
			continue
		}
		inspect(t, path, w.Body.String())
		policy := w.Header().Get("Content-Security-Policy")
		nonce := regexp.MustCompile(`'nonce-([\w-]+)'`).FindStringSubmatch(policy)
		if nonce == nil || strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		root, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		ids, headings := map[string]bool{}, 0
		walk(root, nil, func(n *html.Node, around []*html.Node) {
			switch {
			case n.Data == "title":
				if len(around) > 0 && around[len(around)-1].Data == "head" {
					titles[path] = textOf(n)
				}
			case n.Data == "h1":
				headings++
			case n.Data == "script" || n.Data == "link" && attribute(n, "rel") == "stylesheet":
				if src := attribute(n, "src") + attribute(n, "href"); src != "" && !strings.HasPrefix(src, "/assets/") {
					t.Errorf("%s: loads %s", path, src)
				}
			}
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: the id %s occurs twice", path, id)
				}
				ids[id] = true
			}
		})
		if headings != 1 || titles[path] == "" {
			t.Errorf("%s: %d headings of the first level, title %q", path, headings, titles[path])
		}
	}
}

// TestNegotiation: the page of a study and of what it leads to in every form, by
// header and by suffix; each says what the store holds.
func TestNegotiation(t *testing.T) {
	s := testSite(t)
	organization := regexp.MustCompile(`/organization/\w+`).FindString(get(t, s, "/study/NCT99990001").Body.String())
	for _, path := range []string{"/study/NCT99990001", organization, "/ns/ctg/overall_status", "/country/USA"} {
		iri := s.links.iri(path, nil)
		for _, f := range dataFormats {
			if f.record && path != "/study/NCT99990001" {
				continue
			}
			bySuffix, byHeader := get(t, s, path+f.suffix), get(t, s, path, "Accept", f.media+", text/html;q=0.5")
			if kind, _, _ := strings.Cut(byHeader.Header().Get("Content-Type"), ";"); byHeader.Code != 200 || bySuffix.Code != 200 || kind != f.media || byHeader.Body.String() != bySuffix.Body.String() {
				t.Errorf("%s as %s: status %d and %d, type %q", path, f.name, byHeader.Code, bySuffix.Code, kind)
			}
			if quads := readForm(t, f, bySuffix.Body.Bytes()); quads != nil && !slices.ContainsFunc(quads, func(q rdf.Quad) bool { return q.Subject.Value == iri }) {
				t.Errorf("%s as %s says nothing of <%s>", path, f.name, iri)
			}
			if !slices.ContainsFunc(get(t, s, path).Header().Values("Link"), func(l string) bool { return strings.Contains(l, f.suffix) && strings.Contains(l, f.media) }) {
				t.Errorf("%s: no Link to %s", path, f.suffix)
			}
		}
	}
	for accept, want := range map[string]int{"image/png": 406, "*/*": 200, "": 200, "text/html;q=0": 406, "application/json": 200} {
		if got := get(t, s, "/study/NCT99990001", "Accept", accept).Code; got != want {
			t.Errorf("Accept %q: status %d, expected %d", accept, got, want)
		}
	}
}

// readForm reads an answer; JSON has no quads.
func readForm(t *testing.T, f format, data []byte) []rdf.Quad {
	t.Helper()
	seq := rdf.Read(bytes.NewReader(data), f.syntax, nil)
	switch {
	case f.name == "JSON":
		if !json.Valid(data) {
			t.Errorf("%s: invalid", f.name)
		}
		return nil
	case f.syntax == rdf.UnknownFormat:
		seq = jsonld.ReadDocument(bytes.NewReader(data), "", "")
	}
	var out []rdf.Quad
	for q, err := range seq {
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		out = append(out, q)
	}
	return out
}

// TestRestoredRecord: the JSON of a study is its record.
func TestRestoredRecord(t *testing.T) {
	var want, got any
	if err := json.Unmarshal(studyFiles(t)["NCT99990001"], &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(get(t, testSite(t), "/study/NCT99990001.json").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if string(a) != string(b) {
		t.Error("the record differs")
	}
}

// TestTurtleAgrees: what the store says of a study is what its Turtle says.
func TestTurtleAgrees(t *testing.T) {
	s := testSite(t)
	rec, err := s.record(t.Context(), "NCT99990001", "")
	if err != nil {
		t.Fatal(err)
	}
	said := map[rdf.Quad]bool{}
	for _, q := range readForm(t, dataFormats[0], get(t, s, "/study/NCT99990001.ttl").Body.Bytes()) {
		said[q] = true
	}
	for _, q := range rec.quads {
		q.Graph = rdf.Term{}
		if !said[q] {
			t.Errorf("the Turtle lacks %s", q)
		}
	}
}

// TestBase: the shared nodes of data that was converted with another base have
// pages under their own paths.
func TestBase(t *testing.T) {
	const base = "https://data.example.org/trials/"
	s := New(store(t, studyFiles(t), &mapping.Options{Base: base}), nil)
	organization := regexp.MustCompile(`/organization/\w+`).FindString(get(t, s, "/study/NCT99990001").Body.String())
	if body := get(t, s, organization).Body.String(); !strings.Contains(body, base+strings.TrimPrefix(organization, "/")) || !strings.Contains(body, "/study/NCT99990001") {
		t.Errorf("the page %q does not lead to its study", organization)
	}
}

// TestContacts: of data without contacts no page shows any.
func TestContacts(t *testing.T) {
	study := map[string][]byte{"NCT99990001": studyFiles(t)["NCT99990001"]}
	with, without := New(store(t, study, nil), nil), New(store(t, study, &mapping.Options{Without: []string{"contacts"}}), nil)
	for _, path := range []string{"/study/NCT99990001", "/study/NCT99990001/data", "/study/NCT99990001.json", "/study/NCT99990001.ttl"} {
		for _, person := range []string{"grace.sample@example.org", "erika.beispiel@example.org", "555-010-0199"} {
			if strings.Contains(get(t, without, path).Body.String(), person) {
				t.Errorf("%s shows %s", path, person)
			}
		}
	}
	if !strings.Contains(get(t, with, "/study/NCT99990001").Body.String(), "grace.sample@example.org") {
		t.Error("the page of the study has no contact where the data has")
	}
}

// TestSearchPage: words and facets find what the records hold.
func TestSearchPage(t *testing.T) {
	s := testSite(t)
	for path, want := range map[string]string{
		"/?q=examplumab": "NCT99990001", "/?q=examplum*+exemplitis": "NCT99990001", "/?country=DEU": "NCT99990001", "/?q=NCT99990001x": "No study matches",
		"/?status=COMPLETED&results=yes": "NCT99990001",
	} {
		w := get(t, s, path)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s does not show %s", path, want)
		}
	}
	// Each link of a facet finds as many studies as it says.
	link := regexp.MustCompile(`<a href="(/\?[^"]+)"><span dir="auto">[^<]*</span> <span class="n">([\d,]+)</span>`)
	links := link.FindAllStringSubmatch(get(t, s, "/").Body.String(), -1)
	if len(links) < 20 {
		t.Fatalf("%d links of facets", len(links))
	}
	for _, l := range links {
		body := get(t, s, html.UnescapeString(l[1])).Body.String()
		if found := regexp.MustCompile(`<strong>([\d,]+) stud(y|ies)</strong>`).FindStringSubmatch(body); found == nil || found[1] != l[2] {
			t.Errorf("%s finds %v, expected %s", l[1], found, l[2])
		}
	}
}

// TestSearchNotReady: before the search is ready, pages say so, and the others
// work.
func TestSearchNotReady(t *testing.T) {
	s := New(store(t, studyFiles(t), nil), nil)
	if body := get(t, s, "/").Body.String(); !strings.Contains(body, "is being prepared") || !strings.Contains(body, "/study/NCT9999") {
		t.Error("the page does not say that the search is not ready, or shows no study")
	}
}

// TestMethods: pages can only be read.
func TestMethods(t *testing.T) {
	s := testSite(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/study/NCT99990001", nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &recorder{header: http.Header{}}
	s.ServeHTTP(w, r)
	if w.status != http.StatusMethodNotAllowed {
		t.Errorf("status %d, expected 405", w.status)
	}
}

type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }

// TestFindings: the page of a study says what the shapes find in it, and where.
func TestFindings(t *testing.T) {
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(model.Shapes()), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		quads = append(quads, q)
	}
	shapes, err := shacl.Compile(quads)
	if err != nil {
		t.Fatal(err)
	}
	s := New(store(t, studyFiles(t), nil), &Options{Shapes: shapes})
	body := get(t, s, "/study/NCT99990004").Body.String()
	inspect(t, "findings", body)
	if !strings.Contains(body, `id="checks"`) || !regexp.MustCompile(`<p>\d+ findings? of the rules`).MatchString(body) || !strings.Contains(body, `/data?at=%2F`) {
		t.Error("the page has no findings")
	}
	if body := get(t, testSite(t), "/study/NCT99990004").Body.String(); strings.Contains(body, `id="checks"`) {
		t.Error("without shapes the page has checks")
	}
}

// required are the properties that search engines ask for, by the type of a
// description.
var required = map[string][]string{
	"MedicalTrial": {"@context", "@id", "name", "url", "identifier", "sponsor", "healthCondition", "status", "description"},
	"Dataset":      {"@context", "name", "description", "license", "isBasedOn", "version"},
}

func TestSchemaOrg(t *testing.T) {
	s := testSite(t)
	for path, kind := range map[string]string{"/": "Dataset", "/study/NCT99990001": "MedicalTrial"} {
		found := ""
		walk(parsed(t, s, path), nil, func(n *html.Node, _ []*html.Node) {
			if n.Data == "script" && attribute(n, "type") == "application/ld+json" {
				found = textOf(n)
			}
		})
		var said map[string]any
		if err := json.Unmarshal([]byte(found), &said); err != nil {
			t.Fatalf("%s: %v in %q", path, err, found)
		}
		if said["@type"] != kind {
			t.Errorf("%s: type %v, expected %s", path, said["@type"], kind)
		}
		for _, property := range required[kind] {
			if said[property] == nil {
				t.Errorf("%s: no %s", path, property)
			}
		}
	}
}

// TestEveryTerm: every term of the model has a page.
func TestEveryTerm(t *testing.T) {
	s := testSite(t)
	for _, p := range model.Default().Properties() {
		if w := get(t, s, termPage(p.Name)); w.Code != 200 {
			t.Errorf("%s: status %d", p.Name, w.Code)
		}
	}
}

// TestWriteVocabulary: the pages of the vocabulary as files lead to each other,
// and to nothing that is not there.
func TestWriteVocabulary(t *testing.T) {
	files := map[string][]byte{}
	err := WriteVocabulary(t.Context(), func(name string, data []byte) error {
		files[name] = data
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < len(model.Default().Properties())*3 {
		t.Errorf("%d files", len(files))
	}
	for i, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		if !strings.HasSuffix(name, ".html") || i%portion.Count(8, 1) != 0 {
			continue
		}
		inspect(t, name, string(data))
		root, err := html.Parse(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		walk(root, nil, func(n *html.Node, _ []*html.Node) {
			to, _, _ := strings.Cut(attribute(n, "href")+attribute(n, "src"), "#")
			to, _, _ = strings.Cut(to, "?")
			if !strings.HasPrefix(to, "/") {
				return
			}
			if files[to[1:]] == nil && files[to[1:]+"/index.html"] == nil {
				t.Errorf("%s leads to %s, which is not there", name, to)
			}
		})
	}
	if quads := readForm(t, dataFormats[0], files["ns.ttl"]); len(quads) < 1000 {
		t.Errorf("the ontology has %d triples", len(quads))
	}
}

// TestSlots: where all slots are taken, a page waits, and then says so.
func TestSlots(t *testing.T) {
	s := New(store(t, studyFiles(t), nil), &Options{Timeout: 50 * time.Millisecond})
	for range cap(s.slots) {
		s.slots <- struct{}{}
	}
	if w := get(t, s, "/ns/ctg/phase"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, expected 503", w.Code)
	}
	<-s.slots
	if w := get(t, s, "/ns/ctg/phase"); w.Code != http.StatusOK || len(s.slots) != cap(s.slots)-1 {
		t.Errorf("status %d, expected 200", w.Code)
	}
}

// TestTheDayOfTheData: what a record has in place of a day is not shown as the
// last of all days.
func TestTheDayOfTheData(t *testing.T) {
	page := get(t, testSite(t), "/").Body.String()
	for _, name := range []string{"Registry data of", "Last update of a study"} {
		if !regexp.MustCompile("<dt>" + name + `</dt><dd>\d{4}-\d\d-\d\d</dd>`).MatchString(page) {
			t.Errorf("the first page does not have a day of %q", name)
		}
	}
}
