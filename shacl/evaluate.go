package shacl

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trialweave/trialweave/rdf"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// evaluate applies a shape to any node, a literal too.
func (c *Checker) evaluate(s *shape, node []byte) {
	if s.off || c.depth > maxDepth {
		return
	}
	c.depth++
	defer func() { c.depth-- }()
	n := c.nodes.find(node)
	if !s.pathTerm.IsZero() {
		c.property(s, n, node)
		return
	}
	for i := range s.checks {
		c.check(s, &s.checks[i], n, node, [][]byte{node})
	}
	for _, p := range s.properties {
		if !p.off {
			c.property(p, n, node)
		}
	}
}

// conforms reports whether a node has nothing wrong (section 3.5).
func (c *Checker) conforms(s *shape, node []byte) bool {
	before := c.wrong
	c.quiet++
	c.wrong = 0
	c.evaluate(s, node)
	ok := c.wrong == 0
	c.quiet--
	c.wrong = before
	return ok
}

// property applies a property shape to the values of a node.
func (c *Checker) property(s *shape, n int, focus []byte) {
	mark := len(c.stack)
	var values [][]byte
	if s.route != nil {
		values = c.follow(s.route, focus)
	} else {
		values = c.values(n, s.path)
	}
	for i := range s.checks {
		c.check(s, &s.checks[i], n, focus, values)
	}
	for _, p := range s.properties {
		c.trail = append(c.trail, step{s, p, focus})
		for _, v := range values {
			c.evaluate(p, v)
		}
		c.trail = c.trail[:len(c.trail)-1]
	}
	c.stack = c.stack[:mark]
}

// values puts the values of a property on the stack. One may come twice, where
// lines do.
func (c *Checker) values(n, path int) [][]byte {
	if n < 0 {
		return nil
	}
	mark := len(c.stack)
	if n == c.focus && c.depth == 0 {
		for q := c.first[path]; q >= 0; q = c.quads[q].same {
			c.stack = append(c.stack, c.quads[q].object)
		}
		return c.stack[mark:len(c.stack):len(c.stack)]
	}
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		if int(c.quads[q].predicate) == path {
			c.stack = append(c.stack, c.quads[q].object)
		}
	}
	return c.stack[mark:len(c.stack):len(c.stack)]
}

// check checks one constraint (section 4).
func (c *Checker) check(s *shape, k *check, n int, focus []byte, values [][]byte) {
	switch k.op {
	case opMinCount:
		if len(values) < k.count || len(values) > 1 && distinct(values) < k.count {
			c.report(s, k, focus, nil, s.pathTerm)
		}
	case opMaxCount:
		if len(values) > k.count && distinct(values) > k.count {
			c.report(s, k, focus, nil, s.pathTerm)
		}
	case opHasValue:
		if !contains(values, k.text) {
			c.report(s, k, focus, nil, s.pathTerm)
		}
	case opQualifiedMinCount:
		if c.qualifying(k, values) < k.count {
			c.report(s, k, focus, nil, s.pathTerm)
		}
	case opQualifiedMaxCount:
		if c.qualifying(k, values) > k.count {
			c.report(s, k, focus, nil, s.pathTerm)
		}
	case opEquals, opDisjoint, opLessThan, opLessThanOrEquals:
		c.pair(s, k, n, focus, values)
	case opUniqueLang:
		c.uniqueLang(s, k, focus, values)
	case opSPARQL, opComponent:
		c.ask(s, k, focus, values)
	case opClosed:
		c.closedShape(s, k, focus, values)
	default:
		for _, v := range values {
			if !c.value(k, v) {
				c.report(s, k, focus, v, s.pathTerm)
			}
		}
	}
}

// value checks one value.
func (c *Checker) value(k *check, v []byte) bool {
	switch k.op {
	case opClass:
		return c.instance(v, k)
	case opDatatype:
		return hasDatatype(v, k.term.Value)
	case opNodeKind:
		return strings.Contains(k.term.Value[len(ns):], kind(v))
	case opIn:
		return k.set[string(v)]
	case opMaxLength:
		return v[0] != '_' && (len(v) <= k.count || utf8.RuneCount(lexical(v)) <= k.count)
	case opMinLength:
		return v[0] != '_' && utf8.RuneCount(lexical(v)) >= k.count
	case opPattern:
		return v[0] != '_' && c.matches(k, v)
	case opLanguageIn:
		return slices.ContainsFunc(k.list, func(of string) bool { return languageMatches(language(v), of) })
	case opMinInclusive, opMaxInclusive, opMinExclusive, opMaxExclusive:
		return inRange(k, v)
	}
	return c.logical(k, v)
}

func inRange(k *check, v []byte) bool {
	order, comparable := compare(v, k.text)
	switch k.op {
	case opMinInclusive:
		return comparable && order >= 0
	case opMaxInclusive:
		return comparable && order <= 0
	case opMinExclusive:
		return comparable && order > 0
	}
	return comparable && order < 0
}

// logical checks a value against other shapes (sections 4.6 and 4.7).
func (c *Checker) logical(k *check, v []byte) bool {
	conform := 0
	for _, s := range k.shapes {
		if c.conforms(s, v) {
			conform++
		}
	}
	switch k.op {
	case opOr:
		return conform > 0
	case opXone:
		return conform == 1
	case opNot:
		return conform == 0
	}
	return conform == len(k.shapes) // and, node
}

// qualifying counts the values that conform to a qualified shape, and to none of
// its siblings.
func (c *Checker) qualifying(k *check, values [][]byte) int {
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[string(v)] && c.conforms(k.shapes[0], v) && !slices.ContainsFunc(k.siblings, func(s *shape) bool { return c.conforms(s, v) }) {
			seen[string(v)] = true
		}
	}
	return len(seen)
}

// kind names the kind of a term as sh:nodeKind does.
func kind(v []byte) string {
	switch v[0] {
	case '<':
		return "IRI"
	case '_':
		return "BlankNode"
	}
	return "Literal"
}

// instance reports whether a node has the class, or a subclass of it.
func (c *Checker) instance(v []byte, k *check) bool {
	n := c.nodes.find(v)
	if n < 0 {
		return false
	}
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		if c.quads[q].predicate == typeNumber && c.subclass(c.quads[q].object, k.text) {
			return true
		}
	}
	return false
}

// matches reports whether a value matches a pattern.
func (c *Checker) matches(k *check, v []byte) bool {
	ok, err := k.match.Match(c.ctx, lexical(v))
	if err != nil && c.err == nil {
		c.err = &QueryError{Name: "sh:pattern " + strconv.Quote(k.term.Value), Focus: termOf(v), Cause: err}
	}
	return ok
}

func (c *Checker) subclass(class, of []byte) bool {
	return bytes.Equal(class, of) || c.parents != nil && slices.ContainsFunc(c.superclasses(class), func(p []byte) bool { return bytes.Equal(p, of) })
}

// superclasses are the classes above a class, each once.
func (c *Checker) superclasses(class []byte) [][]byte {
	if found, known := c.above[string(class)]; known {
		return found
	}
	seen := map[string]bool{string(class): true}
	var out [][]byte
	for next := c.parents[string(class)]; len(next) > 0; next = next[1:] {
		if seen[string(next[0])] {
			continue
		}
		seen[string(next[0])] = true
		out = append(out, next[0])
		next = append(slices.Clip(next), c.parents[string(next[0])]...)
	}
	c.above[string(class)] = out
	return out
}

// pair compares values with those of another property (section 4.5).
func (c *Checker) pair(s *shape, k *check, n int, focus []byte, values [][]byte) {
	others := c.values(n, k.other)
	for _, v := range values {
		switch k.op {
		case opEquals, opDisjoint:
			if contains(others, v) != (k.op == opEquals) {
				c.report(s, k, focus, v, s.pathTerm)
			}
			continue
		}
		for _, o := range others {
			if order, ok := compare(v, o); !ok || order > 0 || order == 0 && k.op == opLessThan {
				c.reportOf(string(o), s, k, focus, v, s.pathTerm)
			}
		}
	}
	if k.op == opEquals {
		for _, o := range others {
			if !contains(values, o) {
				c.report(s, k, focus, o, s.pathTerm)
			}
		}
	}
}

func (c *Checker) uniqueLang(s *shape, k *check, focus []byte, values [][]byte) {
	var none rdf.Term
	count := map[string]int{}
	for i, v := range values {
		if l := strings.ToLower(language(v)); l != "" && !contains(values[:i], v) { // a line may come twice
			if count[l]++; count[l] == 2 {
				c.note(k, l, c.result(s, k, termOf(focus), none, s.pathTerm))
			}
		}
	}
}

// closedShape reports what a node has beside the properties of its shape.
func (c *Checker) closedShape(s *shape, k *check, focus []byte, values [][]byte) {
	for _, v := range values {
		n := c.nodes.find(v)
		if n < 0 {
			continue
		}
		for q := c.about[n].head; q >= 0; q = c.quads[q].next {
			c.allowed(s, k, focus, &c.quads[q])
		}
	}
}

func (c *Checker) allowed(s *shape, k *check, focus []byte, q *quad) {
	if q.predicate >= 0 {
		if !k.allowed[c.shapes.preds[q.predicate].String()] {
			c.report(s, k, focus, q.object, c.shapes.preds[q.predicate])
		}
		return
	}
	end := bytes.IndexByte(q.object, '>') + 1
	predicate := q.object[:end]
	if k.allowed[string(predicate)] {
		return
	}
	c.report(s, k, focus, q.object[end:], termOf(predicate))
}

func contains(list [][]byte, v []byte) bool {
	return slices.ContainsFunc(list, func(o []byte) bool { return bytes.Equal(o, v) })
}

// distinct counts the values, each once.
func distinct(values [][]byte) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[string(v)] = true
	}
	return len(seen)
}

// words says what a constraint asks for.
func (k *check) words() string {
	switch k.op {
	case opMinCount:
		return fmt.Sprintf("expected at least %d", k.count)
	case opMaxCount:
		return fmt.Sprintf("expected at most %d", k.count)
	case opIn:
		return "expected one of " + strings.Join(k.list, ", ")
	case opDatatype:
		return "expected a value of datatype " + local(k.term.Value)
	case opClass:
		return "expected a node of class " + local(k.term.Value)
	case opNodeKind:
		return "expected a node of kind " + local(k.term.Value)
	case opPattern:
		return "expected a match of " + k.term.Value
	case opMaxLength:
		return fmt.Sprintf("expected at most %d characters", k.count)
	case opMinLength:
		return fmt.Sprintf("expected at least %d characters", k.count)
	case opLessThanOrEquals:
		return "expected at most the value of " + local(k.term.Value)
	case opHasValue:
		return "expected the value " + k.term.Value
	case opSPARQL:
		return "a query of the shape found it"
	case opComponent:
		return "expected what the constraint component " + local(k.component) + " asks for"
	case opOr:
		return "expected one of several shapes, fits none"
	}
	return "expected sh:" + parameter(k.component) + " " + local(k.term.Value)
}

// local is what comes after the last slash or hash of an IRI.
func local(iri string) string { return iri[strings.LastIndexAny(iri, "/#")+1:] }
