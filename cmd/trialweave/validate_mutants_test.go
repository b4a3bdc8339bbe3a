package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/validate"
)

// quadsOf reads lines.
func quadsOf(t *testing.T, lines ...[]byte) []rdf.Quad {
	t.Helper()
	var out []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(slices.Concat(lines...)), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		q.Graph = rdf.Term{}
		out = append(out, q)
	}
	return out
}

func linesOf(quads []rdf.Quad) []byte {
	var out []byte
	for _, q := range quads {
		out = rdf.AppendQuad(out, q)
	}
	return out
}

// mutant is a copy of a node of a study that breaks one constraint.
type mutant struct {
	shacl.Constraint
	node  rdf.Term
	quads []rdf.Quad
}

// TestEveryConstraintHasAMutant breaks every constraint of the shapes on a copy
// of a node of a study. Each is noticed in the study with that copy alone, and
// both engines notice all of them in one graph.
func TestEveryConstraintHasAMutant(t *testing.T) {
	e := newEngines(t)
	record, err := os.ReadFile("../../testdata/studies/NCT99990001.json")
	if err != nil {
		t.Fatal(err)
	}
	shared, own := e.lines(t, record)
	base := quadsOf(t, shared, own)
	lines := linesOf(base)
	all := slices.Clone(base)
	var mutants []mutant
	for i, c := range e.shapes.Constraints() {
		m := e.mutate(c, base, i)
		if m.quads == nil {
			t.Errorf("no mutant breaks %s %s %s", c.Target, c.Shape, c.Component)
			continue
		}
		mutants = append(mutants, m)
		all = append(all, m.quads...)
		if i%portion.Count(16, 1) != 0 {
			continue // all are noticed together, below
		}
		if results := e.check(t, e.compiled, linesOf(m.quads), lines); !m.noticed(results) {
			t.Errorf("%s %s is not broken by\n%s", c.Shape, c.Component, linesOf(m.quads))
		}
	}
	fast, slow := e.check(t, e.compiled, linesOf(all)), e.check(t, e.gordflib, linesOf(all))
	for _, m := range mutants {
		if !m.noticed(slow) {
			t.Errorf("goRDFlib does not notice that %s %s is broken", m.Shape, m.Component)
		}
	}
	if diff := cmp.Diff(slow, fast); diff != "" {
		t.Errorf("the engines disagree (- gordflib, + compiled):\n%s", diff)
	}
	t.Logf("%d constraints", len(mutants))
}

func (e *engines) check(t *testing.T, v validate.Engine, lines ...[]byte) map[shacl.Result]bool {
	t.Helper()
	results, err := v.Check(t.Context(), lines...)
	if err != nil {
		t.Fatal(err)
	}
	out := map[shacl.Result]bool{}
	for _, r := range results {
		out[r] = true
	}
	return out
}

func (m mutant) noticed(results map[shacl.Result]bool) bool {
	for r := range results {
		r.Value = rdf.Term{}
		if r == (shacl.Result{Focus: m.node, Path: m.Path, Shape: m.Shape, Component: m.Component, Severity: m.Severity}) {
			return true
		}
	}
	return false
}

const (
	ctg = "https://clinicaltrials.gov/ns/"
	xsd = "http://www.w3.org/2001/XMLSchema#"
)

// mutate copies a node that the constraint is about, and breaks it there.
func (e *engines) mutate(c shacl.Constraint, base []rdf.Quad, number int) mutant {
	m := mutant{Constraint: c, node: rdf.IRI(fmt.Sprintf("https://clinicaltrials.gov/study/NCT98%06d", number))}
	target := e.parameter(c.Target, "targetClass")
	typed := rdf.Quad{Subject: m.node, Predicate: rdf.IRI(rdf.RDFType), Object: target}
	if target.IsZero() {
		typed.Predicate, typed.Object = e.parameter(c.Target, "targetSubjectsOf"), rdf.String("mutant")
	}
	m.quads = append(m.quads, typed)
	for _, q := range base {
		if q.Predicate == typed.Predicate && (target.IsZero() || q.Object == target) {
			m.copy(q.Subject, base)
			break
		}
	}
	value := e.parameter(c.Shape, strings.TrimPrefix(shacl.Result{Component: c.Component}.Constraint(), "sh:"))
	switch {
	case c.Path.IsZero():
		m.breakNode()
	default:
		m.breakProperty(value)
	}
	return m
}

// parameter is what a shape says.
func (e *engines) parameter(shape rdf.Term, name string) rdf.Term {
	for _, q := range e.quads {
		if q.Subject == shape && q.Predicate.Value == shaclNS+name {
			return q.Object
		}
	}
	return rdf.Term{}
}

func (m *mutant) copy(node rdf.Term, base []rdf.Quad) {
	for _, q := range base {
		if q.Subject == node {
			q.Subject = m.node
			m.quads = append(m.quads, q)
		}
	}
}

func (m *mutant) rename(node rdf.Term) {
	for i := range m.quads {
		m.quads[i].Subject = node
	}
	m.node = node
}

func (m *mutant) set(property rdf.Term, values ...rdf.Term) {
	m.quads = slices.DeleteFunc(m.quads, func(q rdf.Quad) bool { return q.Predicate == property })
	for _, v := range values {
		m.quads = append(m.quads, rdf.Quad{Subject: m.node, Predicate: property, Object: v})
	}
}

// breakNode breaks a constraint on the node itself.
func (m *mutant) breakNode() {
	shape := strings.TrimPrefix(m.Shape.Value, "https://w3id.org/trialweave/shapes/")
	switch {
	case m.Component == shaclNS+"NodeKindConstraintComponent":
		m.rename(rdf.Blank("mutant" + m.node.Value[len(m.node.Value)-6:]))
	case shape == "StudyIdentity":
		m.rename(rdf.IRI("https://example.org/study"))
	case shape == "Withdrawn":
		m.set(rdf.IRI(ctg+"overall_status"), rdf.String("WITHDRAWN"))
		m.set(rdf.IRI(ctg+"enrollment_count"), rdf.Typed("3", xsd+"integer"))
	case shape == "InterventionalDesign":
		m.set(rdf.IRI(ctg+"study_type"), rdf.String("INTERVENTIONAL"))
		m.set(rdf.IRI(ctg + "primary_purpose"))
	default:
		m.quads = nil
	}
}

// breakProperty breaks a constraint on a property, of which the value is given.
func (m *mutant) breakProperty(value rdf.Term) {
	n, _ := strconv.Atoi(value.Value) // 0 for what is not a number
	switch strings.TrimSuffix(strings.TrimPrefix(m.Component, shaclNS), "ConstraintComponent") {
	case "MinCount", "HasValue":
		m.set(m.Path)
	case "MaxCount":
		var many []rdf.Term
		for i := range n + 1 {
			many = append(many, rdf.String("mutant "+strconv.Itoa(i)))
		}
		m.set(m.Path, many...)
	case "Datatype":
		m.set(m.Path, rdf.Typed("of another datatype", "https://example.org/datatype"))
	case "Class":
		m.set(m.Path, rdf.IRI("https://example.org/of-no-class"))
	case "NodeKind", "In", "Pattern", "Or":
		m.set(m.Path, rdf.String("no such thing"))
	case "MinInclusive":
		m.set(m.Path, rdf.Typed(strconv.Itoa(n-1), xsd+"integer"))
	case "MaxInclusive":
		m.set(m.Path, rdf.Typed(strconv.Itoa(n+1), xsd+"integer"))
	case "MaxLength":
		m.set(m.Path, rdf.String(strings.Repeat("é", n+1)))
	case "LessThanOrEquals":
		m.set(m.Path, rdf.Typed("2020-01-02", xsd+"date"))
		m.set(value, rdf.Typed("2020-01-01", xsd+"date"))
	default:
		m.quads = nil
	}
}
