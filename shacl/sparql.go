package shacl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

const (
	owlImports = "http://www.w3.org/2002/07/owl#imports"
	// shapesGraph names the graph of the shapes, which $shapesGraph has as value.
	shapesGraph = "urn:trialweave:shapes"
	// ofShapes ends the labels of blank nodes of the shapes where queries see them:
	// no blank node of data has such a label.
	ofShapes = " shapes"
)

// The names of variables that have a meaning in queries of shapes (sections 5.3.1
// and 6.3).
const (
	varThis         = "this"
	varValue        = "value"
	varPath         = "path"
	varMessage      = "message"
	varFailure      = "failure"
	varShapesGraph  = "shapesGraph"
	varCurrentShape = "currentShape"
	varPathOfShape  = "PATH"
)

// question is a query of a constraint or target.
type question struct {
	// name says in errors which one it is.
	name  string
	query *sparql.Query
	// source is the constraint; zero for those of components.
	source rdf.Term
	// message is a template (sections 5.2.1.2 and 6.2.3); empty where there is none.
	message string
	// label is sh:labelTemplate of the component.
	label    string
	bindings map[string]rdf.Term
	path     string // what PATH stands for
}

// apart is a term of the shapes as queries see it.
func apart(t rdf.Term) rdf.Term {
	if t.Kind == rdf.BlankTerm {
		t.Value += ofShapes
	}
	return t
}

// asWritten is the opposite of apart.
func asWritten(t rdf.Term) rdf.Term {
	if t.Kind == rdf.BlankTerm {
		t.Value = strings.TrimSuffix(t.Value, ofShapes)
	}
	return t
}

// reader says how a query is read.
type reader struct {
	at        rdf.Term // subject of sh:select or sh:ask
	property  string   // select or ask
	name      string
	variables []string
	optional  []string
	path      string
}

// question reads the query of a node.
func (c *compiler) question(r reader) (*question, error) {
	texts := c.graph[r.at][ns+r.property]
	if len(texts) != 1 || texts[0].Kind != rdf.LiteralTerm || texts[0].Datatype != rdf.XSDString {
		return nil, fmt.Errorf("%s: expected one sh:%s, a text", r.name, r.property)
	}
	prefixes, err := c.prefixes(r.at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	reads := sparql.Prebinding{Prefixes: prefixes, Variables: r.variables, Optional: append(r.optional, varShapesGraph, varCurrentShape), Path: r.path}
	q, err := reads.Parse(texts[0].Value)
	if err != nil {
		return nil, fmt.Errorf("%s: sh:%s: %w", r.name, r.property, err)
	}
	want, form := "SELECT", sparql.Select
	if r.property == "ask" {
		want, form = "ASK", sparql.Ask
	}
	switch {
	case q.Form != form:
		return nil, fmt.Errorf("%s: sh:%s: the query has another form, expected %s", r.name, r.property, want)
	case form == sparql.Select && !slices.Contains(q.Variables, varThis):
		return nil, fmt.Errorf("%s: sh:select: the query does not return ?this", r.name)
	}
	c.shapes.asksShapes = c.shapes.asksShapes || strings.Contains(texts[0].Value, varShapesGraph)
	return &question{name: r.name, query: q, message: preferred(c.graph[r.at][ns+"message"]), path: r.path}, nil
}

// preferred is the text in English or in no language, if there is one.
func preferred(texts []rdf.Term) string {
	out := ""
	for _, t := range texts {
		if out == "" || t.Language == "" || strings.HasPrefix(t.Language, "en") {
			out = t.Value
		}
	}
	return out
}

// prefixes are those that the values of sh:prefixes declare, and what they import
// (section 5.2.1).
func (c *compiler) prefixes(of rdf.Term) ([]rdf.Prefix, error) {
	next := slices.Clone(c.graph[of][ns+"prefixes"])
	seen := map[rdf.Term]bool{}
	found := map[string]string{}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		next = append(next, c.graph[at][owlImports]...)
		for _, declaration := range c.graph[at][ns+"declare"] {
			names, namespaces := c.graph[declaration][ns+"prefix"], c.graph[declaration][ns+"namespace"]
			if len(names) != 1 || len(namespaces) != 1 {
				return nil, fmt.Errorf("sh:declare of %s: expected one sh:prefix and one sh:namespace", at)
			}
			name, namespace := names[0].Value, namespaces[0].Value
			if old, known := found[name]; known && old != namespace {
				return nil, fmt.Errorf("sh:prefixes: the prefix %q is declared as <%s> and as <%s>", name, min(old, namespace), max(old, namespace))
			}
			found[name] = namespace
		}
	}
	var out []rdf.Prefix
	for _, name := range slices.Sorted(maps.Keys(found)) {
		out = append(out, rdf.Prefix{Name: name, IRI: found[name]})
	}
	return out, nil
}

// isTrue reports whether a property of a node is true.
func (c *compiler) isTrue(node rdf.Term, property string) bool {
	return slices.ContainsFunc(c.graph[node][ns+property], func(t rdf.Term) bool {
		return t.Datatype == rdf.XSDBoolean && (t.Value == "true" || t.Value == "1")
	})
}

// constraint compiles a value of sh:sparql (section 5).
func (c *compiler) constraint(s *shape, k *check) (err error) {
	k.component = ns + "SPARQLConstraintComponent"
	k.question, err = c.question(reader{
		at: k.term, property: "select", name: k.term.String(), variables: []string{varThis}, path: c.shapes.pathText(s),
	})
	if err != nil {
		return err
	}
	k.question.name = fmt.Sprintf("shape %s: sh:sparql %s", s.id, k.term)
	k.question.source = k.term
	k.question.bindings = c.bindings(s)
	return nil
}

// bindings are the values that every query of a shape gets.
func (c *compiler) bindings(s *shape) map[string]rdf.Term {
	return map[string]rdf.Term{varShapesGraph: rdf.IRI(shapesGraph), varCurrentShape: apart(s.id)}
}

// target is a query for the focus nodes of a shape (SHACL Advanced Features,
// section 3).
type target struct {
	shape    *shape
	question *question
}

// target compiles a value of sh:target.
func (c *compiler) target(s *shape, at rdf.Term) error {
	name := fmt.Sprintf("shape %s: sh:target %s", s.id, at)
	if len(c.graph[at][ns+"select"]) > 0 {
		q, err := c.question(reader{at: at, property: "select", name: name})
		if err != nil {
			return err
		}
		q.bindings = c.bindings(s)
		c.shapes.queried = append(c.shapes.queried, target{s, q})
		return nil
	}
	for _, kind := range c.graph[at][rdf.RDFType] {
		if len(c.graph[kind][ns+"select"]) == 0 {
			continue
		}
		declared := c.component(kind)
		if declared.fault != nil {
			return fmt.Errorf("%s: %w", name, declared.fault)
		}
		for _, p := range declared.parameters {
			if len(c.graph[at][p.path]) == 0 && !p.optional {
				return fmt.Errorf("%s: no <%s>, which targets of type %s require", name, p.path, kind)
			}
		}
		values, err := c.values(declared, at)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := c.declares(declared, at, name); err != nil {
			return err
		}
		q, err := c.question(reader{at: kind, property: "select", name: name, variables: declared.names()})
		if err != nil {
			return err
		}
		q.bindings = c.bindings(s)
		maps.Copy(q.bindings, values)
		c.shapes.queried = append(c.shapes.queried, target{s, q})
		return nil
	}
	return fmt.Errorf("%s, expected a sh:SPARQLTarget with sh:select, or an instance of a sh:SPARQLTargetType", name)
}
