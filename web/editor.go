package web

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/sparql"
)

// maxQuery bounds the text of a query.
const maxQuery = 1 << 20

// firstQuery is what the editor begins with.
const firstQuery = `# Recruiting studies and their conditions
SELECT ?study ?title ?condition WHERE {
  ?study a ctg:Study ;
    schema:name ?title ;
    ctg:overall_status "RECRUITING" ;
    ctg:condition_name ?condition .
}
LIMIT 100
`

// editorPage is the editor of queries. Without scripts it is a form.
type editorPage struct {
	page
	Query     string
	Fault     string
	Questions []questionLink
	Charts    string // the address of the script that draws
	World     string // and of the map
}

// editor shows the editor, with a bundled question where one is asked for.
func (s *Site) editor(w http.ResponseWriter, r *http.Request) error {
	p := &editorPage{page: s.page("SPARQL"), Query: firstQuery, Questions: questionLinks()}
	q := r.URL.Query()
	if name := q.Get("question"); name != "" {
		text, ok := bundled(name)
		if !ok {
			return errNotHere
		}
		p.Query = text
		if changed, err := s.withValuesInRange(text, q); err != nil {
			p.Fault = visible(err.Error())
		} else {
			p.Query = changed
		}
	}
	p.Wide, p.NoFind = true, true
	p.Scripts = append(p.Scripts, assetPage("editor.js"))
	p.Charts, p.World = assetPage("charts.js"), assetPage("world.json")
	return s.html(w, r, "editor", p)
}

// bundled is the text of a question.
func bundled(name string) (string, bool) {
	for _, q := range model.Queries() {
		if q.Name == name {
			return q.SPARQL, true
		}
	}
	return "", false
}

// withValuesInRange is withValues of a bundled question, which finds nothing by values
// out of range.
func (s *Site) withValuesInRange(text string, q url.Values) (string, error) {
	for _, key := range slices.Sorted(maps.Keys(q)) {
		name, ok := strings.CutPrefix(key, "p.")
		for _, value := range strings.Fields(strings.Join(q[key], " ")) {
			if err := model.CheckParameter(name, value); ok && err != nil {
				return "", err
			}
		}
	}
	return s.withValues(text, q)
}

// withValues puts the values of p.NAME into a query. A value that is as it was
// changes nothing.
func (s *Site) withValues(text string, q url.Values) (string, error) {
	parsed, err := sparql.ParseWith(text, "", s.options.Prefixes)
	if err != nil {
		return "", err
	}
	values := map[string][]string{}
	for _, parameter := range parsed.Parameters() {
		given, ok := q["p."+parameter.Name]
		if ok && strings.Join(given, " ") != strings.Join(parameter.Values, " ") {
			values[parameter.Name] = separated(strings.Join(given, " "), parameter.Values)
		}
	}
	if len(values) == 0 {
		return text, nil
	}
	var head strings.Builder // what the query uses without declaring it
	for _, p := range parsed.Implied {
		head.WriteString("PREFIX " + p.Name + ": <" + p.IRI + ">\n")
	}
	out, err := sparql.WithValues(head.String()+text, values)
	return strings.TrimPrefix(out, head.String()), err
}

// oneTerm is a term of a list of values.
var oneTerm = regexp.MustCompile(`"(?:[^"\\]|\\.)*"[^\s"]*|<[^>]*>|\S+`)

// separated takes the terms of a field apart. A text in the place of one is one
// value, spaces included, where it has no quotes.
func separated(field string, before []string) []string {
	if len(before) > 0 && strings.HasPrefix(before[0], `"`) && !strings.Contains(field, `"`) {
		return []string{field}
	}
	return oneTerm.FindAllString(field, -1)
}

// checked is what the parser says of a query.
type checked struct {
	Form       string         `json:"form,omitempty"`
	Variables  []string       `json:"variables"`
	Error      *placedError   `json:"error,omitempty"`
	Warnings   []string       `json:"warnings"`
	Prefixes   []prefixView   `json:"prefixes"`
	Parameters []parameterOut `json:"parameters"`
	Query      string         `json:"query,omitempty"`
}

type placedError struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

type prefixView struct {
	Name string `json:"name"`
	IRI  string `json:"iri"`
}

type parameterOut struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// check parses a query and says what is wrong with it, or odd about it. With
// values for its parameters it returns the query with those.
func (s *Site) check(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("query")
	if len(text) > maxQuery {
		return &statusError{http.StatusRequestEntityTooLarge, "The query is too long."}
	}
	out := checked{Variables: []string{}, Warnings: []string{}, Prefixes: []prefixView{}, Parameters: []parameterOut{}}
	q, err := sparql.ParseWith(text, "", s.options.Prefixes)
	if err == nil && r.URL.Query().Has("values") {
		if out.Query, err = s.withValues(text, r.URL.Query()); err == nil {
			q, err = sparql.ParseWith(out.Query, "", s.options.Prefixes)
		}
	}
	if err != nil {
		out.Error = &placedError{1, 1, source.Visible(err.Error())}
		if fault, ok := errors.AsType[*sparql.Error](err); ok {
			out.Error = &placedError{fault.Line, fault.Column, source.Visible(fault.Problem)}
		}
		return s.json(w, out)
	}
	out.Form = [...]string{"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}[q.Form]
	out.Variables = append(out.Variables, q.Variables...)
	for _, p := range q.Implied {
		out.Prefixes = append(out.Prefixes, prefixView{p.Name, p.IRI})
	}
	for _, p := range q.Parameters() {
		out.Parameters = append(out.Parameters, parameterOut{p.Name, p.Values})
	}
	if s.options.Warn != nil {
		for _, text := range s.options.Warn(r.Context(), q) {
			out.Warnings = append(out.Warnings, source.Visible(text))
		}
		if err := r.Context().Err(); err != nil {
			return err
		}
	}
	return s.json(w, out)
}

func (s *Site) json(w http.ResponseWriter, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(data)
	return err
}

// completionView is a word that a query may hold.
type completionView struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Label  string `json:"label,omitempty"`
	Detail string `json:"detail,omitempty"`
}

type completionsView struct {
	Terms     []completionView `json:"terms"`
	Codes     []completionView `json:"codes"`
	Prefixes  []prefixView     `json:"prefixes"`
	Questions []questionView   `json:"questions"`
}

type questionView struct {
	Name     string `json:"name"`
	Sentence string `json:"sentence"`
	Query    string `json:"query"`
}

// completions lists the terms, codes, countries, prefixes and questions that the
// editor offers.
func (s *Site) completions(w http.ResponseWriter, r *http.Request) error {
	var out completionsView
	for _, t := range s.terms.order {
		kind := "property"
		if t.Class {
			kind = "class"
		}
		_, local, _ := strings.Cut(t.Name, ":")
		out.Terms = append(out.Terms, completionView{t.Name, kind, strings.ReplaceAll(snake(local), "_", " "), t.Comment})
	}
	for _, c := range s.links.model.Concepts {
		out.Codes = append(out.Codes, completionView{`"` + c.Code + `"`, "code", c.Label, c.Scheme})
	}
	seen := map[string]bool{}
	for _, c := range s.links.model.Countries {
		if c.Alpha3 != "" && !seen[c.Alpha3] {
			seen[c.Alpha3] = true
			out.Codes = append(out.Codes, completionView{"<" + model.NSCountry + c.Alpha3 + ">", "country", c.Name, c.Alpha3})
		}
	}
	for _, p := range s.options.Prefixes {
		out.Prefixes = append(out.Prefixes, prefixView{p.Name, p.IRI})
	}
	for _, q := range model.Queries() {
		out.Questions = append(out.Questions, questionView{q.Name, sentence(q.SPARQL), q.SPARQL})
	}
	w.Header().Set("Cache-Control", "private, max-age=600")
	return s.json(w, out)
}

// maxLabels bounds the IRIs of one question for labels.
const maxLabels = 100

// labelView is what an IRI is called and where its page is.
type labelView struct {
	Label string `json:"label,omitempty"`
	Page  string `json:"page"`
}

// labels names IRIs.
func (s *Site) labels(w http.ResponseWriter, r *http.Request) error {
	iris := r.URL.Query()["iri"]
	if len(iris) > maxLabels {
		return &statusError{http.StatusBadRequest, "Too many IRIs."}
	}
	out := map[string]labelView{}
	for _, iri := range iris {
		id, ok := s.graph.Lookup(rdf.IRI(iri))
		if !ok && s.terms.named(iri) == nil {
			continue
		}
		v := labelView{Page: s.at(s.links.page(iri))}
		if ok {
			v.Label = visible(s.graph.label(id))
		}
		if v.Label == "" {
			v.Label = visible(s.links.model.Compact(iri))
		}
		out[iri] = v
	}
	return s.json(w, out)
}
