package web

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// editorSite is a site as serve makes one, with the prefixes of the model.
func editorSite(t *testing.T) *Site {
	t.Helper()
	var prefixes []rdf.Prefix
	for _, p := range model.Prefixes() {
		prefixes = append(prefixes, rdf.Prefix{Name: p.Name, IRI: p.IRI})
	}
	warn := func(_ context.Context, q *sparql.Query) []string {
		if mentions, _ := q.Mentions(); slices.ContainsFunc(mentions, func(m sparql.Mention) bool { return m.Property.Value == model.Expand("ctg:odd") }) {
			return []string{"ctg:odd is odd"}
		}
		return nil
	}
	return New(store(t, studyFiles(t), nil), &Options{Prefixes: prefixes, Warn: warn})
}

func checkedBy(t *testing.T, s *Site, parameters url.Values) checked {
	t.Helper()
	w := get(t, s, "/editor/check?"+parameters.Encode())
	var out checked
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != 200 {
		t.Fatalf("status %d, %v: %s", w.Code, err, w.Body)
	}
	return out
}

// TestCheck: the editor learns where a query is wrong, what is odd about it, and
// which parameters it has.
func TestCheck(t *testing.T) {
	s := editorSite(t)
	if c := checkedBy(t, s, url.Values{"query": {"SELECT ?s {\n  ?s ctg:odd ?o .\n}"}}); c.Form != "SELECT" || c.Error != nil || !slices.Equal(c.Warnings, []string{"ctg:odd is odd"}) || len(c.Prefixes) != 1 || c.Prefixes[0].Name != "ctg" {
		t.Errorf("%+v", c)
	}
	if c := checkedBy(t, s, url.Values{"query": {"SELECT ?s {\n  ?s ctg:phase }"}}); c.Error == nil || c.Error.Line != 2 || c.Error.Column != 16 || c.Error.Message == "" {
		t.Errorf("%+v %+v", c, c.Error)
	}
	query := "SELECT * { VALUES ?phase { \"PHASE3\" } ?s ctg:phase ?phase }"
	c := checkedBy(t, s, url.Values{"query": {query}, "values": {"1"}, "p.phase": {"PHASE2"}})
	if len(c.Parameters) != 1 || c.Parameters[0].Name != "phase" || !strings.Contains(c.Query, `"PHASE2"`) || strings.Contains(c.Query, `"PHASE3"`) {
		t.Errorf("%+v", c)
	}
	if c := checkedBy(t, s, url.Values{"query": {"ASK { ?s ctg:start_date ?d VALUES ?d { \"2020-01-01\"^^xsd:date } }"}, "values": {"1"}, "p.d": {"yesterday"}}); c.Error == nil {
		t.Errorf("an invalid date is taken: %+v", c)
	}
}

// TestQuestionForm: the form of a question opens it in the editor with its values.
func TestQuestionForm(t *testing.T) {
	s := editorSite(t)
	for _, q := range model.Queries() {
		body := get(t, s, "/questions/"+q.Name).Body.String()
		if !strings.Contains(body, `name="question" value="`+q.Name+`"`) {
			t.Errorf("%s has no form", q.Name)
		}
	}
	textarea := regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`)
	body := get(t, s, "/sparql?question=01-recruiting-phase3-mesh-descendants-country&p.disease=D001249&p.phase=PHASE3&p.country=USA+CAN").Body.String()
	text := textarea.FindStringSubmatch(body)
	if text == nil || !strings.Contains(text[1], "mesh:D001249") || strings.Contains(text[1], "mesh:D008171") || !strings.Contains(text[1], "&#34;PHASE3&#34;") {
		t.Errorf("the query is %q", text)
	}
	if body := get(t, s, "/sparql?question=31-recruiting-within-a-distance&p.latitude=142").Body.String(); !strings.Contains(body, "latitude=142: expected a number from -90 to 90") {
		t.Error("a latitude of 142 is taken")
	}
	if got := get(t, s, "/sparql?question=no-such").Code; got != 404 {
		t.Errorf("status %d, expected 404", got)
	}
}

// TestCompletions: the editor offers the terms, codes, countries and questions.
func TestCompletions(t *testing.T) {
	var out completionsView
	if err := json.Unmarshal(get(t, editorSite(t), "/editor/terms").Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	has := func(list []completionView, name string) bool {
		return slices.ContainsFunc(list, func(c completionView) bool { return c.Name == name && c.Label != "" })
	}
	if !has(out.Terms, "ctg:overall_status") || !has(out.Terms, "ctg:Study") || !has(out.Codes, `"RECRUITING"`) || !has(out.Codes, "<"+model.NSCountry+"DEU>") || len(out.Questions) != len(model.Queries()) || len(out.Prefixes) == 0 {
		t.Errorf("%d terms, %d codes, %d prefixes, %d questions", len(out.Terms), len(out.Codes), len(out.Prefixes), len(out.Questions))
	}
}

// TestLabels: IRIs of answers have labels and pages; what is not here has none.
func TestLabels(t *testing.T) {
	s := editorSite(t)
	study := model.StudyBase + "NCT99990001"
	var out map[string]labelView
	w := get(t, s, "/editor/labels?"+url.Values{"iri": {study, "https://example.org/nothing", model.Expand("ctg:phase")}}.Encode())
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if len(out) != 2 || out[study].Page != "/study/NCT99990001" || !strings.HasPrefix(out[study].Label, "Synthetic") {
		t.Errorf("%v", out)
	}
	many := url.Values{}
	for range maxLabels + 1 {
		many.Add("iri", study)
	}
	if got := get(t, s, "/editor/labels?"+many.Encode()).Code; got != 400 {
		t.Errorf("status %d, expected 400", got)
	}
}

// TestAssets: what pages load is there, does not change under its address, and
// holds the licences of what is in it.
func TestAssets(t *testing.T) {
	s := New(index.NewBuilder().Build(), nil)
	links := regexp.MustCompile(`(?:src|href|data-\w+)="(/assets/[^"#]+)`).FindAllStringSubmatch(get(t, s, "/sparql").Body.String(), -1)
	if len(links) < 6 {
		t.Fatalf("%d assets", len(links))
	}
	for _, l := range links {
		if w := get(t, s, l[1]); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: status %d, %q", l[1], w.Code, w.Header().Get("Cache-Control"))
		}
	}
	licenses := get(t, s, "/assets/licenses.txt").Body.String()
	for _, name := range []string{"@codemirror/view", "@observablehq/plot", "d3-scale", "world-atlas", "topojson-client"} {
		if !strings.Contains(licenses, "\n"+name+" ") {
			t.Errorf("licenses.txt lacks %s", name)
		}
	}
	if w := get(t, s, "/assets/site.css", "If-None-Match", `"`+assets()["site.css"].hash+`"`); w.Code != 304 {
		t.Errorf("status %d, expected 304", w.Code)
	}
	for _, path := range []string{"/assets/nothing.js", "/assets/", "/assets/../site.go"} {
		if got := get(t, s, path).Code; got == 200 {
			t.Errorf("%s: status 200", path)
		}
	}
}

// TestEmptyStore: pages of nothing are pages.
func TestEmptyStore(t *testing.T) {
	s := New(index.NewBuilder().Build(), nil)
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/?q=asthma", "/ns", "/ns/ctg/phase", "/model", "/questions", "/sparql", "/sitemap.xml", "/robots.txt"} {
		if got := get(t, s, path).Code; got != 200 {
			t.Errorf("%s: status %d", path, got)
		}
	}
}
