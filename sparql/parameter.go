package sparql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// Parameter is a variable to which a query gives values in a VALUES block of
// its own: what the same question can be asked with in their place.
type Parameter struct {
	// Name is the name of the variable.
	Name string
	// Values are what the query has, as it is written there.
	Values []string

	terms      []rdf.Term // the values
	first      tokenKind  // of the first of them
	suffix     string     // of the first: its datatype or language, as written
	start, end int        // of what is between the braces
}

// Parameters returns the parameters of the query, in the order of its text.
func (q *Query) Parameters() []Parameter { return q.parameters }

// WithValues returns a query with other values for some of its parameters. A
// value takes the form of the first one that the query has: where that is
// mesh:D008171, D001249 stands for mesh:D001249, and where it is
// "2025-01-01"^^xsd:date, 2026-01-01 is a date. A value may also be a term in
// the syntax of SPARQL: an IRI in angle brackets, a prefixed name for another,
// a literal in quotes. A value of another datatype is an error: it would be
// equal to nothing, and the answer empty.
func WithValues(text string, values map[string][]string) (string, error) {
	q, err := Parse(text, "")
	if err != nil {
		return "", err
	}
	for name := range values {
		if !slices.ContainsFunc(q.parameters, func(p Parameter) bool { return p.Name == name }) {
			return "", fmt.Errorf("the query has no parameter %q, expected %s", name, q.parameterNames())
		}
	}
	text = plain(text)
	for i, p := range slices.Backward(q.parameters) {
		for _, v := range values[p.Name] {
			if err := p.takes(text, i, v); err != nil {
				return "", fmt.Errorf("%s=%s: %w", p.Name, v, err)
			}
		}
		if given := values[p.Name]; len(given) > 0 {
			text = p.replaced(text, given)
		}
	}
	return text, nil
}

func (q *Query) parameterNames() string {
	if len(q.parameters) == 0 {
		return "none: it has no VALUES block of one variable"
	}
	var all []string
	for _, p := range q.parameters {
		if !slices.Contains(all, p.Name) {
			all = append(all, p.Name)
		}
	}
	return strings.Join(all, ", ")
}

// takes reports whether text, with v for the parameter i, is the same query with
// one value of the same kind there.
func (p Parameter) takes(text string, i int, v string) error {
	if v == "" {
		return fmt.Errorf("the value is empty, expected one like %s", p.Values[0])
	}
	with, err := Parse(p.replaced(text, []string{v}), "")
	if err != nil || i >= len(with.parameters) || len(with.parameters[i].terms) != 1 {
		return fmt.Errorf("the value must be a term of SPARQL, such as %s", p.Values[0])
	}
	got := with.parameters[i]
	rest := len(text) - p.end
	if got.start != p.start || got.end != len(p.replaced(text, []string{v}))-rest {
		return fmt.Errorf("the value must be one term of SPARQL, such as %s", p.Values[0])
	}
	if old, is := valueOf(p.terms[0]), valueOf(got.terms[0]); old.kind != kindNone && old.kind != is.kind && !(old.numeric() && is.numeric()) {
		return fmt.Errorf("the value must be valid and of the same type as %s", p.Values[0])
	}
	return nil
}

func (p Parameter) replaced(text string, values []string) string {
	var data strings.Builder
	for _, v := range values {
		data.WriteString(" " + p.like(v))
	}
	return text[:p.start] + data.String() + " " + text[p.end:]
}

// like writes a value in the form of the first one.
func (p Parameter) like(v string) string {
	if v != "" && strings.ContainsAny(v[:1], `<"'`) {
		return v
	}
	old := p.Values[0]
	switch p.first {
	case tokIRI:
		if !strings.Contains(v, ":") {
			v = old[1:1+strings.LastIndexAny(old, "/#:")] + v
		}
		return "<" + v + ">"
	case tokName:
		if strings.Contains(v, "://") {
			return "<" + v + ">"
		}
		if !strings.Contains(v, ":") {
			return old[:1+strings.Index(old, ":")] + v
		}
	case tokString:
		return rdf.String(v).String() + p.suffix
	case tokWord:
		if strings.EqualFold(old, "UNDEF") {
			return rdf.String(v).String()
		}
	}
	return v
}
