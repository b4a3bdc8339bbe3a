// Package shacl checks graphs against shapes of SHACL, Core and SPARQL (W3C
// Recommendation, 20 July 2017). Shapes are compiled once; a Checker then runs
// them over the lines of one graph after the other. Only for queries is the
// graph put into an index, when the first one is asked.
//
// The first call to make is Compile. What it does not compile it refuses, so that
// no shape is passed over in silence.
package shacl

import (
	"strings"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

const ns = "http://www.w3.org/ns/shacl#"

// Severity is how bad a result is (section 2.1.4).
type Severity uint8

// The severities, from the worst to the mildest.
const (
	Violation Severity = iota
	Warning
	Info
)

// String names the severity in lower case.
func (s Severity) String() string { return [...]string{"violation", "warning", "info"}[min(s, Info)] }

// IRI returns the severity's IRI.
func (s Severity) IRI() string { return ns + [...]string{"Violation", "Warning", "Info"}[min(s, Info)] }

// SeverityOf returns the severity with an IRI, and whether it is one.
func SeverityOf(iri string) (Severity, bool) {
	for s := Violation; s <= Info; s++ {
		if s.IRI() == iri {
			return s, true
		}
	}
	return Violation, false
}

// Result is one thing that a graph has wrong (section 3.6.2). Results are
// comparable.
type Result struct {
	// Focus is the node that was looked at.
	Focus rdf.Term
	// Path is the property that was looked at; zero where it was the node itself.
	Path rdf.Term
	// Value is what is wrong; zero where something is missing or too much.
	Value rdf.Term
	// Shape is the source shape, which a message can be found by.
	Shape rdf.Term
	// Component is the IRI of the constraint component.
	Component string
	Severity  Severity
	// CustomSeverity is the IRI of a severity that is not one of SHACL's, which
	// counts as a violation; empty for others.
	CustomSeverity string
	// Source is the value of sh:sparql whose query found it; zero for others.
	Source rdf.Term
	// Message is what a query says, or its message with the values filled in;
	// empty for others. Shapes.Message has the message of every result.
	Message string
}

// SeverityIRI returns the IRI of the severity.
func (r Result) SeverityIRI() string {
	if r.CustomSeverity != "" {
		return r.CustomSeverity
	}
	return r.Severity.IRI()
}

// Constraint names the component as its parameter is written: sh:maxCount. One that
// the shapes declare is named by its IRI.
func (r Result) Constraint() string {
	if !strings.HasPrefix(r.Component, ns) {
		return "<" + r.Component + ">"
	}
	return "sh:" + parameter(r.Component)
}

func parameter(component string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(component, ns), "ConstraintComponent")
	if name == "" {
		return component
	}
	if name == "SPARQL" {
		return "sparql"
	}
	return strings.ToLower(name[:1]) + name[1:]
}

func componentOf(parameter string) string {
	return ns + strings.ToUpper(parameter[:1]) + parameter[1:] + "ConstraintComponent"
}

// Shapes are compiled shapes. They never change and may be shared.
type Shapes struct {
	predicates table
	classes    table
	datatypes  table
	vocabulary *rdf.Vocabulary // of all of these
	preds      []rdf.Term
	byClass    [][]*shape // by number of class
	subjectsOf [][]*shape // by number of predicate
	objectsOf  [][]*shape
	nodes      map[rdf.Term][]*shape
	named      []rdf.Term // of nodes, in order
	all        map[rdf.Term]*shape
	targets    int
	patterns   int
	queried    []target
	asksShapes bool       // some query may ask for the shapes graph
	graph      []rdf.Quad // the shapes graph, where asksShapes
}

// shape is a node shape or a property shape.
type shape struct {
	id         rdf.Term
	number     int    // of shapes with a target
	path       int    // number of the predicate, -1 for none
	route      *route // a path that is no predicate
	pathTerm   rdf.Term
	severity   Severity
	custom     string // the IRI of another severity
	message    string
	off        bool
	checks     []check
	properties []*shape
	// The rest is of shapes with a target: its properties by predicate, those
	// that also say something where there is no value, and those with a path.
	byPath [][]*shape
	needed []*shape
	routed []*shape
}

// check is a constraint.
type check struct {
	op        op
	component string
	count     int
	term      rdf.Term
	limit     operand // the term as it is compared
	set       map[rdf.Term]bool
	texts     map[string]bool // of set: those of xsd:string
	datatype  int32           // number
	form      lexicalForm     // of the datatype
	kinds     uint8           // the bits of the kinds of sh:nodeKind
	list      []string
	match     *sparql.Pattern
	pattern   int  // its number
	allowsOne bool // it can only fail where there are no values, or several
	class     int32
	other     int // number of a predicate
	shapes    []*shape
	siblings  []*shape // of a qualified shape
	allowed   map[string]bool
	question  *question // of opSPARQL and opComponent
}

// Message says what a result's shape asks for: its sh:message, or the
// constraint in words. Of no shapes (nil), the constraint's name.
func (s *Shapes) Message(r Result) string {
	if r.Message != "" {
		return r.Message
	}
	if s == nil || s.all[r.Shape] == nil {
		return r.Constraint()
	}
	from := s.all[r.Shape]
	if from.message != "" {
		return from.message
	}
	for i := range from.checks {
		if from.checks[i].component == r.Component {
			return from.checks[i].words()
		}
	}
	return r.Constraint()
}

// Constraint is a constraint of a shape that applies to focus nodes: of the node
// shape itself, or of one of its properties.
type Constraint struct {
	Target    rdf.Term // the node shape
	Shape     rdf.Term // the source shape of results
	Path      rdf.Term // zero for a node shape
	Component string
	Severity  Severity
}

// Targets counts the shapes that have targets: without one nothing is checked.
func (s *Shapes) Targets() int { return s.targets }

// Constraints lists the constraints in the order of the shapes' names.
func (s *Shapes) Constraints() []Constraint {
	var out []Constraint
	for _, t := range s.sorted() {
		for _, c := range t.checks {
			out = append(out, Constraint{t.id, t.id, t.pathTerm, c.component, t.severity})
		}
		for _, p := range t.properties {
			for _, c := range p.checks {
				out = append(out, Constraint{t.id, p.id, p.pathTerm, c.component, p.severity})
			}
		}
	}
	return out
}
