package shacl

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

const (
	rdfsNS       = "http://www.w3.org/2000/01/rdf-schema#"
	rdfsClass    = rdfsNS + "Class"
	subClassOf   = rdfsNS + "subClassOf"
	typeNumber   = 0 // of rdf:type
	parentNumber = 1 // of rdfs:subClassOf
)

// compiler reads a shapes graph.
type compiler struct {
	graph  map[rdf.Term]map[string][]rdf.Term
	shapes *Shapes
	made   map[rdf.Term]*shape
	open   []rdf.Term // shapes that are being compiled, from the outside in
	// components are the constraint components that the graph declares,
	// parameters the predicates of their parameters.
	components []*component
	parameters map[string]bool
	// constraints are the values of sh:sparql.
	constraints map[rdf.Term]bool
	// given are the nodes that give values to declared parameters.
	given []argument
}

// unknownParameter is the error of a parameter in SHACL's namespace that is not
// known: to pass over it would let data conform that nobody checked.
func unknownParameter(shape rdf.Term, name string) error {
	near, _ := nearest.Of(name, append(parameters[:], "path", "target", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
	if near != "" {
		near = "sh:" + near
	}
	return fmt.Errorf("shape %s: unknown parameter sh:%s%s", shape, name, nearest.DidYouMean(near))
}

// Compile compiles the shapes of a graph. The error names the shape and what of
// it cannot be compiled: a parameter of SHACL that is not known, a query that is
// invalid or that appendix A does not allow, a constraint component without a
// query for the shape, or shapes that refer to themselves, of which SHACL does
// not say what they mean (section 3.4.3).
func Compile(quads []rdf.Quad) (*Shapes, error) {
	c := compiler{graph: map[rdf.Term]map[string][]rdf.Term{}, made: map[rdf.Term]*shape{}, constraints: map[rdf.Term]bool{}}
	c.shapes = &Shapes{predicates: newTable(), classes: newTable(), datatypes: newTable(), nodes: map[rdf.Term][]*shape{}}
	seen := map[rdf.Quad]bool{}
	for _, q := range quads {
		q.Graph = rdf.Term{}
		if seen[q] {
			continue
		}
		seen[q] = true
		if c.graph[q.Subject] == nil {
			c.graph[q.Subject] = map[string][]rdf.Term{}
		}
		c.graph[q.Subject][q.Predicate.Value] = append(c.graph[q.Subject][q.Predicate.Value], q.Object)
		if q.Predicate.Value == ns+"sparql" {
			c.constraints[q.Object] = true
		}
	}
	c.declared()
	c.predicate(rdf.IRI(rdf.RDFType))
	c.predicate(rdf.IRI(subClassOf))
	subjects := slices.SortedFunc(maps.Keys(c.graph), func(a, b rdf.Term) int { return cmp.Compare(a.String(), b.String()) })
	for _, id := range subjects {
		if err := c.targeted(id); err != nil {
			return nil, err
		}
	}
	c.shapes.all = c.made
	for _, s := range c.made {
		c.index(s)
	}
	c.shapes.named = slices.SortedFunc(maps.Keys(c.shapes.nodes), func(a, b rdf.Term) int { return cmp.Compare(a.String(), b.String()) })
	c.shapes.number()
	if err := c.arguments(quads); err != nil {
		return nil, err
	}
	if c.shapes.asksShapes {
		for _, q := range quads {
			c.shapes.graph = append(c.shapes.graph, rdf.Quad{Subject: apart(q.Subject), Predicate: q.Predicate, Object: apart(q.Object), Graph: rdf.IRI(shapesGraph)})
		}
	}
	return c.shapes, nil
}

func (c *compiler) predicate(t rdf.Term) int {
	n := c.shapes.predicates.add(t.String())
	if n == len(c.shapes.preds) {
		c.shapes.preds = append(c.shapes.preds, t)
	}
	return n
}

// targeted compiles a shape that has targets (section 2.1.3).
func (c *compiler) targeted(id rdf.Term) error {
	type place struct {
		lists *[][]*shape
		n     int
	}
	var at []place
	classes := c.graph[id][ns+"targetClass"]
	if slices.Contains(c.graph[id][rdf.RDFType], rdf.IRI(rdfsClass)) && c.isShape(id) {
		classes = append(slices.Clip(classes), id)
	}
	for _, t := range classes {
		at = append(at, place{&c.shapes.byClass, c.shapes.classes.add(t.String())})
	}
	for _, t := range c.graph[id][ns+"targetSubjectsOf"] {
		at = append(at, place{&c.shapes.subjectsOf, c.predicate(t)})
	}
	for _, t := range c.graph[id][ns+"targetObjectsOf"] {
		at = append(at, place{&c.shapes.objectsOf, c.predicate(t)})
	}
	nodes := c.graph[id][ns+"targetNode"]
	if len(at)+len(nodes)+len(c.graph[id][ns+"target"]) == 0 {
		if !c.isShape(id) {
			return nil
		}
		_, err := c.shape(id) // it may be a target that is misspelled
		return err
	}
	s, err := c.shape(id)
	if err != nil {
		return err
	}
	s.number = c.shapes.targets
	c.shapes.targets++
	for _, p := range at {
		for len(*p.lists) <= p.n {
			*p.lists = append(*p.lists, nil)
		}
		(*p.lists)[p.n] = append((*p.lists)[p.n], s)
	}
	for _, t := range nodes {
		c.shapes.nodes[t] = append(c.shapes.nodes[t], s)
	}
	for _, t := range c.graph[id][ns+"target"] {
		if err := c.target(s, t); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) isShape(id rdf.Term) bool {
	types := c.graph[id][rdf.RDFType]
	return slices.Contains(types, rdf.IRI(ns+"NodeShape")) || slices.Contains(types, rdf.IRI(ns+"PropertyShape"))
}

// index prepares a shape for focus nodes.
func (c *compiler) index(s *shape) {
	s.byPath = make([][]*shape, len(c.shapes.preds))
	for _, p := range s.properties {
		switch {
		case p.off:
			continue
		case p.path < 0:
			s.routed = append(s.routed, p)
			continue
		}
		s.byPath[p.path] = append(s.byPath[p.path], p)
		if slices.ContainsFunc(p.checks, check.asksForMore) {
			s.needed = append(s.needed, p)
		}
	}
}

// asksForMore reports whether the constraint can fail without a value.
func (k check) asksForMore() bool {
	return k.question != nil && k.question.query.Form == sparql.Select || k.op == opMinCount || k.op == opHasValue || k.op == opEquals || k.op == opQualifiedMinCount
}

// silent are properties of a shape that constrain nothing by themselves.
var silent = []string{
	"path", "property", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue",
	"target", "declare", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "flags", "ignoredProperties", qualifiedShape, qualifiedApart, "optional",
}

func (c *compiler) shape(id rdf.Term) (*shape, error) {
	if at := slices.Index(c.open, id); at >= 0 {
		var names []string
		for _, t := range append(slices.Clone(c.open[at:]), id) {
			names = append(names, t.String())
		}
		return nil, fmt.Errorf("shape %s: it refers to itself: %s; SHACL does not define what that means", id, strings.Join(names, " -> "))
	}
	if s := c.made[id]; s != nil {
		return s, nil
	}
	if len(c.open) > maxDepth {
		return nil, fmt.Errorf("shape %s: shapes within shapes, more than %d deep", id, maxDepth)
	}
	if err := c.formed(id); err != nil {
		return nil, err
	}
	c.open = append(c.open, id)
	defer func() { c.open = c.open[:len(c.open)-1] }()
	s := &shape{id: id, path: -1}
	c.made[id] = s
	said := c.graph[id]
	if paths := said[ns+"path"]; len(paths) > 0 {
		if err := c.path(s, paths[0]); err != nil {
			return nil, fmt.Errorf("shape %s: %w", id, err)
		}
	}
	if err := c.severity(s); err != nil {
		return nil, err
	}
	s.message = preferred(said[ns+"message"])
	s.off = c.isTrue(id, "deactivated")
	for _, t := range said[ns+"property"] {
		p, err := c.shape(t)
		if err != nil {
			return nil, err
		}
		s.properties = append(s.properties, p)
	}
	return s, c.checks(s)
}

func (c *compiler) severity(s *shape) error {
	for _, t := range c.graph[s.id][ns+"severity"] {
		var known bool
		if s.severity, known = SeverityOf(t.Value); known {
			continue
		}
		if t.Kind != rdf.IRITerm || strings.HasPrefix(t.Value, ns) {
			return fmt.Errorf("shape %s: severity %s, expected sh:Violation, sh:Warning, sh:Info, or an IRI of another namespace", s.id, t)
		}
		s.custom = t.Value
	}
	return nil
}

func (c *compiler) path(s *shape, at rdf.Term) (err error) {
	s.pathTerm = at
	if at.Kind == rdf.IRITerm {
		s.path = c.predicate(at)
		return nil
	}
	s.route, err = c.route(at, 0)
	return err
}

// checks compiles the constraints of a shape.
func (c *compiler) checks(s *shape) error {
	said := c.graph[s.id]
	for _, p := range slices.Sorted(maps.Keys(said)) {
		name, ours := strings.CutPrefix(p, ns)
		if !ours || c.parameters[p] && opOf(name) == opNone || c.constraints[s.id] && (name == "select" || name == "prefixes") || slices.Contains(silent, name) || strings.HasPrefix(name, "qualified") && len(said[ns+qualifiedShape]) == 0 {
			continue
		}
		for _, value := range said[p] {
			if name == "sparql" && c.isTrue(value, "deactivated") {
				continue
			}
			k := check{op: opOf(name), component: componentOf(name), term: value, limit: operandOf(value)}
			known, err := c.fill(s, &k)
			switch {
			case err != nil:
				return fmt.Errorf("shape %s: sh:%s: %w", s.id, name, err)
			case !known:
				return unknownParameter(s.id, name)
			}
			if k.op != opClosed && k.op != opUniqueLang || value.Value == "true" { // not "1", says the suite of the W3C
				s.checks = append(s.checks, k)
			}
		}
	}
	return c.componentChecks(s)
}

// fill compiles the value of a parameter (section 4).
func (c *compiler) fill(s *shape, k *check) (known bool, err error) {
	switch k.op {
	case opClass:
		k.class = int32(c.shapes.classes.add(k.term.String())) //nolint:gosec // as many as the shapes have
	case opDatatype:
		k.datatype = int32(c.shapes.datatypes.add(k.term.String())) //nolint:gosec // as many as the shapes have
		k.form = formOf(k.term.Value)
	case opNodeKind:
		k.kinds = kindsOf(k.term.Value)
	case opHasValue, opMinInclusive, opMaxInclusive, opMinExclusive, opMaxExclusive, opUniqueLang:
	case opMinCount, opMaxCount, opMinLength, opMaxLength:
		k.count, err = strconv.Atoi(k.term.Value)
		k.allowsOne = k.op == opMinCount && k.count <= 1 || k.op == opMaxCount && k.count >= 1
	case opPattern:
		flags := ""
		for _, f := range c.graph[s.id][ns+"flags"] {
			flags = f.Value
		}
		k.match, err = sparql.CompilePattern(k.term.Value, flags)
		k.pattern = c.shapes.patterns
		c.shapes.patterns++
	case opEquals, opDisjoint, opLessThan, opLessThanOrEquals:
		k.other = c.predicate(k.term)
	case opIn, opLanguageIn:
		err = c.listed(k)
	case opAnd, opOr, opXone:
		var list []rdf.Term
		if list, err = c.list(k.term); err == nil {
			err = c.inner(k, list)
		}
	case opNot, opNode:
		err = c.inner(k, []rdf.Term{k.term})
	case opQualifiedMinCount, opQualifiedMaxCount:
		if k.count, err = strconv.Atoi(k.term.Value); err == nil {
			err = c.qualified(s, k)
		}
	case opSPARQL:
		err = c.constraint(s, k)
	case opClosed:
		k.allowed, err = c.allowed(s)
	default:
		return false, nil
	}
	return true, err
}

// listed compiles the members of a list of values.
func (c *compiler) listed(k *check) error {
	list, err := c.list(k.term)
	if err != nil {
		return err
	}
	k.set, k.texts = map[rdf.Term]bool{}, map[string]bool{}
	for _, t := range list {
		k.list = append(k.list, t.Value)
		k.set[t] = true
		if t.Kind == rdf.LiteralTerm && t.Datatype == rdf.XSDString {
			k.texts[t.Value] = true
		}
	}
	return nil
}

func (c *compiler) inner(k *check, ids []rdf.Term) error {
	for _, id := range ids {
		if err := c.described(id); err != nil {
			return err
		}
		s, err := c.shape(id)
		if err != nil {
			return err
		}
		k.shapes = append(k.shapes, s)
	}
	return nil
}

// qualified compiles the shape that values are counted by, and those that none of
// them may conform to (section 4.7.3).
func (c *compiler) qualified(s *shape, k *check) error {
	own := c.graph[s.id][ns+qualifiedShape]
	if err := c.inner(k, own); err != nil || !c.isTrue(s.id, qualifiedApart) {
		return err
	}
	siblings := check{}
	for _, said := range c.graph {
		if !slices.Contains(said[ns+"property"], s.id) {
			continue
		}
		for _, p := range said[ns+"property"] {
			for _, other := range c.graph[p][ns+qualifiedShape] {
				if slices.Contains(own, other) {
					continue
				}
				if err := c.inner(&siblings, []rdf.Term{other}); err != nil {
					return err
				}
			}
		}
	}
	k.siblings = siblings.shapes
	return nil
}

// allowed are the properties of a closed shape (section 4.8.1).
func (c *compiler) allowed(s *shape) (map[string]bool, error) {
	out := map[string]bool{}
	for _, p := range s.properties {
		out[p.pathTerm.String()] = true
	}
	for _, l := range c.graph[s.id][ns+"ignoredProperties"] {
		list, err := c.list(l)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			out[t.String()] = true
		}
	}
	return out, nil
}

// sorted returns the shapes that have targets, by name.
func (s *Shapes) sorted() []*shape {
	seen := map[*shape]bool{}
	for _, lists := range [][][]*shape{s.byClass, s.subjectsOf, s.objectsOf, slices.Collect(maps.Values(s.nodes))} {
		for _, l := range lists {
			for _, t := range l {
				seen[t] = true
			}
		}
	}
	for _, t := range s.queried {
		seen[t.shape] = true
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b *shape) int { return cmp.Compare(a.id.String(), b.id.String()) })
}
