package registry

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/mapping/model"
)

// Query says which studies to fetch: those that a search finds, or those of a
// list of NCT numbers. The zero value finds every study of the registry.
type Query struct {
	// ids are the numbers of a list, in their normal form; a query has either
	// these or parameters of a search.
	ids    []string
	values map[string]string
}

// managed are the parameters that fetching sets itself.
var managed = []string{"format", "countTotal", "pageToken"}

// NewQuery makes a query of parameters of the search, which it checks against
// the description. Lists may have commas or "|" between their items. Where
// only some fields are asked for, the NCT number is always one of them, since
// a record without it is no study. Its errors are *ParameterError values, or
// wrap one.
func NewQuery(parameters map[string]string) (Query, error) {
	q := Query{values: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		p := search(name)
		if p == nil || slices.Contains(managed, name) {
			return Query{}, unknownParameter(name)
		}
		value, err := p.normal(parameters[name])
		if err != nil {
			return Query{}, err
		}
		q.values[name] = value
	}
	if fields, ok := q.values["fields"]; ok && !hasID(fields) {
		q.values["fields"] = "NCTId|" + fields
	}
	return q, nil
}

// hasID reports whether a list of fields comprises the NCT number.
func hasID(fields string) bool {
	const path = "protocolSection.identificationModule.nctId"
	for field := range strings.SplitSeq(fields, "|") {
		f := model.Default().Field(field)
		switch {
		case field == "NCTId", field == path:
			return true
		case f != nil && strings.HasPrefix(path, f.Path+"."):
			return true
		case field == "IdentificationModule", field == "ProtocolSection":
			return true
		}
	}
	return false
}

func unknownParameter(name string) error {
	var names []string
	for _, p := range searchParameters {
		if !slices.Contains(managed, p.Name) {
			names = append(names, p.Name)
		}
	}
	err := fmt.Errorf("%q is not a parameter that fetching takes, expected one of %s", name, strings.Join(names, ", "))
	if near := model.Nearest(name, names); near != "" {
		return fmt.Errorf("%w\nhint: did you mean %s?", err, near)
	}
	return err
}

// NewList makes a query of NCT numbers, in any spelling that the registry
// accepts; a number twice is one.
func NewList(ids []string) (Query, error) {
	q := Query{}
	for _, id := range ids {
		normal, ok := model.NormalID(id)
		if !ok {
			return Query{}, fmt.Errorf("%q is not an NCT number, expected NCT and up to eight digits", id)
		}
		if !slices.Contains(q.ids, normal) {
			q.ids = append(q.ids, normal)
		}
	}
	return q, nil
}

// ParseQuery reads a query as it is written in one word: NCT numbers with
// commas between them, or parameters in the form of a URL's query,
// "query.cond=asthma&filter.overallStatus=RECRUITING", among which "since"
// stands for Since. The empty text is the query for everything.
func ParseQuery(text string) (Query, error) {
	if len(text) > 3 && strings.EqualFold(text[:3], "NCT") && !strings.Contains(text, "=") {
		return NewList(strings.Split(text, ","))
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return Query{}, fmt.Errorf("%q is not a query, expected name=value pairs with & between them: %w", text, err)
	}
	since := values.Get("since")
	values.Del("since")
	one := map[string]string{}
	for name, all := range values {
		if len(all) > 1 {
			return Query{}, &ParameterError{Name: name, Value: strings.Join(all, ", "), Expected: "one value; the items of a list have | between them"}
		}
		one[name] = all[0]
	}
	q, err := NewQuery(one)
	if err != nil || since == "" {
		return q, err
	}
	return q.Since(since)
}

// ParseSource reads the query of an input: as ParseQuery, or with the address
// of an API before it, "https://mirror.example.org/api/v2?query.cond=asthma".
// The address is empty where the text has none.
func ParseSource(text string) (base string, q Query, err error) {
	if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		base, text, _ = strings.Cut(text, "?")
	}
	q, err = ParseQuery(text)
	return base, q, err
}

// Doubts says which of the fields that a search asks for the model does not
// know. The registry may know them all the same.
func (q Query) Doubts() []string {
	var out []string
	m := model.Default()
	known := map[string]bool{"@query": true}
	var pieces []string
	for _, f := range m.Fields {
		known[f.Path], known[f.Piece] = true, true
		for older := range strings.SplitSeq(f.AltPiece, ",") {
			known[older] = true
		}
		pieces = append(pieces, f.Piece)
	}
	for field := range strings.SplitSeq(q.values["fields"], "|") {
		if field == "" || known[field] {
			continue
		}
		doubt := fmt.Sprintf("fields: the model knows no %q", field)
		if near := model.Nearest(field, pieces); near != "" {
			doubt += "; did you mean " + near + "?"
		}
		out = append(out, doubt)
	}
	return out
}

// Since narrows a search to the studies whose last update was posted on a day,
// written 2024-05-31, or later.
func (q Query) Since(day string) (Query, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return Query{}, &ParameterError{Name: "since", Value: day, Expected: "a day such as 2024-05-31"}
	}
	if q.ids != nil {
		return Query{}, fmt.Errorf("since narrows a search, expected no list of NCT numbers")
	}
	const advanced = "filter.advanced"
	changed := "AREA[LastUpdatePostDate]RANGE[" + day + ",MAX]"
	out := Query{values: maps.Clone(q.values)}
	if out.values == nil {
		out.values = map[string]string{}
	}
	if also := out.values[advanced]; also != "" {
		changed = "(" + also + ") AND " + changed
	}
	out.values[advanced] = changed
	return out, nil
}

// List reports whether the query is a list of NCT numbers, and how many.
func (q Query) List() (int, bool) { return len(q.ids), q.ids != nil }

// String writes the query as ParseQuery reads it, always in the same way.
func (q Query) String() string {
	if q.ids != nil {
		return strings.Join(q.ids, ",")
	}
	return q.encode().Encode()
}

func (q Query) encode() url.Values {
	out := url.Values{}
	for name, value := range q.values {
		out.Set(name, value)
	}
	return out
}
