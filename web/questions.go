package web

import (
	"net/http"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/sparql"
)

// questionLink is a bundled question in a list.
type questionLink struct {
	Name, Number, Sentence, Href string
}

func questionLinks() []questionLink {
	var out []questionLink
	for _, q := range model.Queries() {
		number, _, _ := strings.Cut(q.Name, "-")
		out = append(out, questionLink{q.Name, number, sentence(q.SPARQL), "/questions/" + q.Name})
	}
	return out
}

// sentence is the question of a query: the comments that it begins with, up to
// the first sentence's end.
func sentence(query string) string {
	var lines []string
	for line := range strings.SplitSeq(query, "\n") {
		text, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		lines = append(lines, strings.TrimSpace(text))
	}
	text := strings.Join(lines, " ")
	if at := strings.IndexByte(text, '?'); at > 0 {
		return text[:at+1]
	}
	return text
}

type questionsPage struct {
	page
	Questions []questionLink
}

func (s *Site) questions(w http.ResponseWriter, r *http.Request) error {
	return s.html(w, r, "questions", &questionsPage{page: s.page("Questions"), Questions: questionLinks()})
}

// questionPage is a bundled question as a form.
type questionPage struct {
	page
	Name, Sentence, Rest string
	Query                string
	Parameters           []parameterView
	Run                  string // the address of the answer as it stands
}

type parameterView struct {
	Name   string
	Values []string
}

func (s *Site) question(w http.ResponseWriter, r *http.Request, name string) error {
	for _, q := range model.Queries() {
		if q.Name != name {
			continue
		}
		p := &questionPage{page: s.page(sentence(q.SPARQL)), Name: q.Name, Sentence: sentence(q.SPARQL), Query: q.SPARQL}
		parsed, err := sparql.ParseWith(q.SPARQL, "", s.options.Prefixes)
		if err != nil {
			return err
		}
		for _, parameter := range parsed.Parameters() {
			p.Parameters = append(p.Parameters, parameterView{parameter.Name, parameter.Values})
		}
		return s.html(w, r, "question", p)
	}
	return errNotHere
}
