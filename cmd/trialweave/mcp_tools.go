package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/toolserver"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/web"
)

// Limits of answers.
const (
	usualStudies, mostStudies = 20, 100
	usualRows, mostRows       = 100, 1000
	usualSize, mostSize       = 100 << 10, 512 << 10
	mostExplained             = 30
	maxCell                   = 8 << 10
)

type findIn struct {
	Words     string   `json:"words,omitempty" jsonschema:"words of titles, conditions, interventions, sponsors, criteria; one that ends in * stands for all that begin so"`
	Status    []string `json:"status,omitempty" jsonschema:"codes of the status, such as RECRUITING"`
	Phase     []string `json:"phase,omitempty" jsonschema:"codes of the phase, such as PHASE3"`
	Type      []string `json:"type,omitempty" jsonschema:"INTERVENTIONAL, OBSERVATIONAL or EXPANDED_ACCESS"`
	Results   []string `json:"results,omitempty" jsonschema:"yes or no"`
	Condition []string `json:"condition,omitempty" jsonschema:"MeSH ids of conditions, such as D001249; their descendants count, too"`
	Country   []string `json:"country,omitempty" jsonschema:"countries of sites by ISO 3166-1 alpha-3, such as USA"`
	Sponsor   []string `json:"sponsor,omitempty" jsonschema:"names of lead sponsors, as the facets of an answer have them"`
	Year      []string `json:"year,omitempty" jsonschema:"years in which studies start"`
	Offset    int      `json:"offset,omitempty"`
	Limit     int      `json:"limit,omitempty" jsonschema:"most studies in the answer; default 20, at most 100"`
}

type findOut struct {
	Total   int         `json:"total"`
	Studies []toolStudy `json:"studies"`
	Facets  []toolFacet `json:"facets" jsonschema:"the values that the found studies have most"`
	Unknown []string    `json:"unknown" jsonschema:"words that no study has"`
}

type toolStudy struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Status     string   `json:"status,omitempty"`
	Sponsor    string   `json:"sponsor,omitempty"`
	Conditions []string `json:"conditions"`
	Facts      []string `json:"facts"`
}

type toolFacet struct {
	Name   string      `json:"name"`
	Values []toolValue `json:"values"`
}

type toolValue struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

func (t *tools) find(ctx context.Context, in findIn) (findOut, error) {
	select {
	case <-t.ready:
	case <-ctx.Done():
		return findOut{}, errors.New("the search is still being read; ask again later, or use query")
	}
	limit := in.Limit
	if limit <= 0 {
		limit = usualStudies
	}
	found, err := t.site.Find(ctx, web.Search{Words: in.Words, Offset: in.Offset, Limit: min(limit, mostStudies), Facets: map[string][]string{
		"status": in.Status, "phase": in.Phase, "type": in.Type, "results": in.Results, "condition": in.Condition,
		"country": in.Country, "sponsor": in.Sponsor, "year": in.Year,
	}})
	if err != nil {
		return findOut{}, err
	}
	out := findOut{Total: found.Total, Studies: []toolStudy{}, Facets: []toolFacet{}, Unknown: notNil(found.Unknown)}
	for _, s := range found.Studies {
		out.Studies = append(out.Studies, toolStudy{s.ID, s.Title, s.Status, s.Sponsor, notNil(s.Conditions), notNil(s.Facts)})
	}
	for _, f := range found.Facets {
		facet := toolFacet{Name: f.Name, Values: []toolValue{}}
		for _, v := range f.Values {
			facet.Values = append(facet.Values, toolValue(v))
		}
		out.Facets = append(out.Facets, facet)
	}
	return out, nil
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type studyIn struct {
	ID      string `json:"id" jsonschema:"the NCT number"`
	Format  string `json:"format,omitempty" jsonschema:"json or turtle; default json"`
	Pointer string `json:"pointer,omitempty" jsonschema:"a JSON pointer to the part that is wanted, such as /protocolSection/eligibilityModule; only with json"`
	Version string `json:"version,omitempty" jsonschema:"the day of a version, YYYY-MM-DD, where the data has several; default the newest"`
	Most    int    `json:"most,omitempty" jsonschema:"most bytes in the answer; default 102400, at most 524288"`
}

type studyOut struct {
	ID    string `json:"id"`
	JSON  any    `json:"json,omitempty" jsonschema:"the study, or the part of it"`
	Text  string `json:"turtle,omitempty"`
	Bytes int    `json:"bytes" jsonschema:"how long the study, or the part, is"`
	// Parts are given in place of what is too long.
	Parts []toolPart `json:"parts,omitempty" jsonschema:"where it is longer than asked for: its parts, to be asked for by their pointers"`
}

type toolPart struct {
	Pointer string `json:"pointer"`
	Bytes   int    `json:"bytes"`
}

func (t *tools) study(ctx context.Context, in studyIn) (studyOut, error) {
	id, ok := model.NormalID(strings.TrimSpace(in.ID))
	if !ok {
		return studyOut{}, fmt.Errorf("%q is not the number of a study, expected NCT and eight digits", in.ID)
	}
	most := usualSize
	if in.Most > 0 {
		most = min(in.Most, mostSize)
	}
	var err error
	out := studyOut{ID: id}
	switch cmp.Or(in.Format, "json") {
	case "json":
		var record []byte
		if record, err = t.site.Record(ctx, id, in.Version); err == nil {
			err = out.part(record, in.Pointer, most)
		}
	case "turtle":
		var text bytes.Buffer
		if err = t.site.WriteStudy(ctx, &text, id, in.Version); err == nil && text.Len() > most {
			err = fmt.Errorf("the Turtle of %s has %d bytes, more than %d; ask for more, for parts of its JSON, or by a query", id, text.Len(), most)
		}
		out.Text, out.Bytes = text.String(), text.Len()
	default:
		err = fmt.Errorf("unknown format %q, expected json or turtle", in.Format)
	}
	if errors.Is(err, web.ErrNotHere) {
		err = fmt.Errorf("%s is not in this dataset", strings.TrimSpace(id+" "+in.Version))
	}
	if err != nil {
		return studyOut{}, err
	}
	return out, nil
}

// part takes the part of a record that a pointer leads to, or lists the parts of
// one that is too long.
func (o *studyOut) part(record []byte, pointer string, most int) error {
	value := json.RawMessage(record)
	if pointer != "" && !strings.HasPrefix(pointer, "/") {
		return fmt.Errorf("%q is not a JSON pointer, expected one such as /protocolSection", pointer)
	}
	at := ""
	for _, step := range strings.Split(pointer, "/")[1:] {
		name := strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		members, list := membersOf(value)
		i, err := strconv.Atoi(name)
		switch {
		case list != nil && err == nil && i >= 0 && i < len(list):
			value = list[i]
		case members[name] != nil:
			value = members[name]
		default:
			return fmt.Errorf("the record has nothing at %s", at+"/"+step)
		}
		at += "/" + step
	}
	if o.Bytes = len(value); len(value) <= most {
		o.JSON = value
		return nil
	}
	members, list := membersOf(value)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		o.Parts = append(o.Parts, toolPart{at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name), len(members[name])})
	}
	for i := range list[:min(len(list), mostRows)] {
		o.Parts = append(o.Parts, toolPart{at + "/" + strconv.Itoa(i), len(list[i])})
	}
	if len(o.Parts) == 0 {
		return fmt.Errorf("the value at %s has %d bytes, more than %d", at, len(value), most)
	}
	return nil
}

// membersOf are the members of an object, or the items of a list.
func membersOf(value json.RawMessage) (members map[string]json.RawMessage, list []json.RawMessage) {
	if json.Unmarshal(value, &members) != nil {
		_ = json.Unmarshal(value, &list) // a scalar has neither
	}
	return members, list
}

type vocabularyIn struct {
	Word string `json:"word" jsonschema:"a path of a record or its end, an IRI, a term such as ctg:overall_status, a class, a code, or words to search for"`
}

type vocabularyOut struct {
	Explained []toolExplained `json:"explained" jsonschema:"what has this name"`
	Found     []toolHit       `json:"found" jsonschema:"what has the words in its name or description, where nothing has the name"`
}

type toolExplained struct {
	Title string            `json:"title"`
	Says  []toolExplanation `json:"says"`
}

type toolExplanation struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type toolHit struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Text string `json:"text"`
}

func (t *tools) vocabulary(_ context.Context, in vocabularyIn) (vocabularyOut, error) {
	m, word := model.Default(), strings.TrimSpace(in.Word)
	out := vocabularyOut{Explained: []toolExplained{}, Found: []toolHit{}}
	if word == "" || len(word) > maxCell {
		return out, errors.New("the word is empty or too long")
	}
	for _, e := range m.Explain(word) {
		if len(out.Explained) == mostExplained {
			break
		}
		one := toolExplained{Title: e.Title, Says: []toolExplanation{}}
		for _, l := range e.Lines {
			one.Says = append(one.Says, toolExplanation{l[0], l[1]})
		}
		out.Explained = append(out.Explained, one)
	}
	if len(out.Explained) > 0 {
		return out, nil
	}
	for _, h := range m.Search(word) {
		if len(out.Found) < mostExplained {
			out.Found = append(out.Found, toolHit{h.Kind, h.Name, h.Text})
		}
	}
	if len(out.Found) == 0 {
		err := fmt.Errorf("%q is not a path, term, piece, column, element or code of the model, and in no description", word)
		if near := m.Suggest(word); len(near) > 0 {
			err = fmt.Errorf("%w; did you mean %s?", err, strings.Join(near, " or "))
		}
		return out, err
	}
	return out, nil
}

type questionsIn struct {
	Name string `json:"name,omitempty" jsonschema:"the name or number of the one whose text is wanted"`
}

type questionsOut struct {
	Questions []toolQuestion `json:"questions"`
}

type toolQuestion struct {
	Name     string `json:"name"`
	Question string `json:"question"`
	SPARQL   string `json:"sparql,omitempty"`
}

func (t *tools) questions(_ context.Context, in questionsIn) (questionsOut, error) {
	out := questionsOut{Questions: []toolQuestion{}}
	if in.Name != "" {
		q, ok := model.FindQuery(in.Name)
		if !ok {
			return out, fmt.Errorf("no bundled question or view is named %q; questions without a name lists them", in.Name)
		}
		out.Questions = append(out.Questions, toolQuestion{q.Name, q.Question(), q.SPARQL})
		return out, nil
	}
	for _, q := range append(model.Queries(), model.Views()...) {
		out.Questions = append(out.Questions, toolQuestion{Name: q.Name, Question: q.Question()})
	}
	return out, nil
}

type queryIn struct {
	SPARQL string `json:"sparql" jsonschema:"the query, or the name or number of a bundled question"`
	Limit  int    `json:"limit,omitempty" jsonschema:"most rows in the answer; default 100, at most 1000"`
}

type queryOut struct {
	Columns  []string              `json:"columns"`
	Rows     []map[string]toolTerm `json:"rows" jsonschema:"by column; a variable without a value is not there"`
	More     bool                  `json:"more" jsonschema:"whether there are more rows, or quads, than the answer has"`
	Answer   *bool                 `json:"answer,omitempty" jsonschema:"of ASK"`
	Turtle   string                `json:"turtle,omitempty" jsonschema:"of CONSTRUCT and DESCRIBE"`
	Warnings []string              `json:"warnings"`
}

type toolTerm struct {
	Type     string `json:"type" jsonschema:"iri, literal, blank or triple"`
	Value    string `json:"value"`
	Datatype string `json:"datatype,omitempty"`
	Language string `json:"language,omitempty"`
	Cut      bool   `json:"cut,omitempty" jsonschema:"whether the value is longer"`
}

func (t *tools) query(ctx context.Context, in queryIn) (out queryOut, err error) {
	text := in.SPARQL
	if q, ok := model.FindQuery(text); ok {
		text = q.SPARQL
	}
	q, err := sparql.ParseWith(text, "", mapping.QueryPrefixes())
	if err != nil {
		return out, fmt.Errorf("the query: %w", err)
	}
	limit := in.Limit
	if limit <= 0 {
		limit = usualRows
	}
	limit, out.Columns, out.Rows = min(limit, mostRows), []string{}, []map[string]toolTerm{}
	opts := &sparql.Options{Limits: sparql.Limits{Bytes: t.memory}}
	err = t.index.View(func() error {
		out.Warnings = notNil(doubts(ctx, q, t.index, nil))
		return nil
	})
	if err != nil {
		return out, err
	}
	switch q.Form {
	case sparql.Ask:
		var answer bool
		answer, err = q.Ask(ctx, t.index, opts)
		out.Answer = &answer
	case sparql.Select:
		err = t.rows(ctx, q, opts, limit, &out)
	default:
		err = t.graph(ctx, q, opts, &out)
	}
	return out, err
}

// rows takes the first rows, as far as they are not too long together.
func (t *tools) rows(ctx context.Context, q *sparql.Query, opts *sparql.Options, limit int, out *queryOut) error {
	out.Columns = q.Variables
	size := 0
	for row, err := range q.Rows(ctx, t.index, opts) {
		if err != nil {
			return err
		}
		if out.More = len(out.Rows) == limit || size > mostSize; out.More {
			return nil
		}
		one := map[string]toolTerm{}
		for i, term := range row {
			if !term.IsZero() {
				one[q.Variables[i]] = toolTermOf(term)
				size += len(one[q.Variables[i]].Value) + len(q.Variables[i]) + len(term.Datatype) + 60
			}
		}
		out.Rows = append(out.Rows, one)
	}
	return nil
}

func toolTermOf(term rdf.Term) toolTerm {
	out := toolTerm{Type: "iri"}
	switch term.Kind {
	case rdf.LiteralTerm:
		out.Type, out.Language = "literal", term.Language
		if term.Datatype != rdf.XSDString && term.Language == "" {
			out.Datatype = term.Datatype
		}
	case rdf.BlankTerm:
		out.Type = "blank"
	case rdf.TripleTerm:
		out.Type = "triple"
		out.Value, out.Cut = toolserver.Shortened(term.String(), maxCell)
		return out
	}
	out.Value, out.Cut = toolserver.Shortened(term.Value, maxCell)
	return out
}

// graph writes the first quads, as far as they are not too long together.
func (t *tools) graph(ctx context.Context, q *sparql.Query, opts *sparql.Options, out *queryOut) error {
	var text bytes.Buffer
	w, err := sparql.NewGraphWriter(&text, "turtle", &rdf.WriteOptions{Prefixes: mapping.Prefixes(), Extend: true})
	if err != nil {
		return err
	}
	size := 0
	for quad, err := range q.Quads(ctx, t.index, opts) {
		if err != nil {
			return err
		}
		if size += len(quad.Subject.Value) + len(quad.Predicate.Value) + len(quad.Object.Value); size > mostSize {
			out.More = true
			break
		}
		if err := w.Write(quad); err != nil {
			return err
		}
	}
	err = w.Close()
	out.Turtle = text.String()
	return err
}
