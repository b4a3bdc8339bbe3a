package shacl

import (
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
func (c *Checker) evaluate(s *shape, node uint32) {
	if s.off || c.depth > maxDepth {
		return
	}
	c.depth++
	c.within(s, node)
	c.depth--
}

// within applies a shape to a node below the focus node of the validation, or to that.
func (c *Checker) within(s *shape, node uint32) {
	n := c.find(node)
	if !s.pathTerm.IsZero() {
		c.property(s, n, node)
		return
	}
	mark := len(c.stack)
	c.stack = append(c.stack, node)
	for i := range s.checks {
		c.check(s, &s.checks[i], n, node, c.stack[mark:mark+1:mark+1])
	}
	c.stack = c.stack[:mark]
	for _, p := range s.properties {
		if !p.off {
			c.property(p, n, node)
		}
	}
}

// conforms reports whether a node has nothing wrong (section 3.5).
func (c *Checker) conforms(s *shape, node uint32) bool {
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
func (c *Checker) property(s *shape, n int, focus uint32) {
	mark := len(c.stack)
	var values []uint32
	switch {
	case s.route != nil:
		values = c.follow(s.route, focus)
	case n == c.focus && c.depth == 0 && c.first[s.path] >= 0 && c.quads[c.first[s.path]].same < 0: // as most have it
		c.single[0] = c.quads[c.first[s.path]].object
		values = c.single[:]
	default:
		values = c.values(n, s.path)
	}
	for i := range s.checks {
		if k := &s.checks[i]; len(values) != 1 || !k.allowsOne {
			c.check(s, k, n, focus, values)
		}
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
func (c *Checker) values(n, path int) []uint32 {
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
func (c *Checker) check(s *shape, k *check, n int, focus uint32, values []uint32) {
	switch k.op {
	case opMinCount:
		if len(values) < k.count || len(values) > 1 && c.distinct(values) < k.count {
			c.report(s, k, focus, 0, s.pathTerm)
		}
	case opMaxCount:
		if len(values) > k.count && c.distinct(values) > k.count {
			c.report(s, k, focus, 0, s.pathTerm)
		}
	case opHasValue:
		if !c.hasTerm(values, k.term) {
			c.report(s, k, focus, 0, s.pathTerm)
		}
	case opQualifiedMinCount:
		if c.qualifying(k, values) < k.count {
			c.report(s, k, focus, 0, s.pathTerm)
		}
	case opQualifiedMaxCount:
		if c.qualifying(k, values) > k.count {
			c.report(s, k, focus, 0, s.pathTerm)
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
func (c *Checker) value(k *check, v uint32) bool {
	switch k.op {
	case opClass:
		return c.instance(v, k)
	case opDatatype:
		return c.hasDatatype(v, k)
	case opNodeKind:
		return k.kinds&(1<<c.kind(v)) != 0
	case opIn:
		return c.isIn(v, k)
	case opMaxLength:
		text, ok := c.lexical(v)
		return ok && (len(text) <= k.count || utf8.RuneCount(text) <= k.count)
	case opMinLength:
		text, ok := c.lexical(v)
		return ok && utf8.RuneCount(text) >= k.count
	case opPattern:
		return c.matches(k, v)
	case opLanguageIn:
		return slices.ContainsFunc(k.list, func(of string) bool { return languageMatches(c.language(v), of) })
	case opMinInclusive, opMaxInclusive, opMinExclusive, opMaxExclusive:
		return inRange(k, c.operand(v))
	}
	return c.logical(k, v)
}

func inRange(k *check, v operand) bool {
	order, comparable := compare(v, k.limit)
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
func (c *Checker) logical(k *check, v uint32) bool {
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
func (c *Checker) qualifying(k *check, values []uint32) int {
	seen := map[string]bool{}
	for _, v := range values {
		if key := c.key(v); !seen[key] && c.conforms(k.shapes[0], v) && !slices.ContainsFunc(k.siblings, func(s *shape) bool { return c.conforms(s, v) }) {
			seen[key] = true
		}
	}
	return len(seen)
}

// instance reports whether a node has the class, or a subclass of it.
func (c *Checker) instance(v uint32, k *check) bool {
	n := c.find(v)
	if n < 0 {
		return false
	}
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		if c.quads[q].predicate == typeNumber && c.subclass(c.quads[q].object, k) {
			return true
		}
	}
	return false
}

// matches reports whether a value matches a pattern.
func (c *Checker) matches(k *check, v uint32) bool {
	last := &c.matched[k.pattern]
	if last.term == v {
		return last.ok
	}
	text, ok := c.lexical(v)
	if !ok {
		return false
	}
	ok, err := k.match.Match(c.ctx, text)
	if err != nil && c.err == nil {
		c.err = &QueryError{Name: "sh:pattern " + strconv.Quote(k.term.Value), Focus: c.graph.Term(v), Cause: err}
	}
	*last = match{v, ok}
	return ok
}

// subclass reports whether a class is that of a constraint, or below it.
func (c *Checker) subclass(class uint32, k *check) bool {
	return c.class(class) == k.class || c.parents != nil && slices.ContainsFunc(c.superclasses(class), func(p uint32) bool { return c.class(p) == k.class })
}

// superclasses are the classes above a class, each once.
func (c *Checker) superclasses(class uint32) []uint32 {
	if found, known := c.above[class]; known {
		return found
	}
	seen := map[uint32]bool{class: true}
	var out []uint32
	for next := c.parents[class]; len(next) > 0; next = next[1:] {
		if seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		out = append(out, next[0])
		next = append(slices.Clip(next), c.parents[next[0]]...)
	}
	c.above[class] = out
	return out
}

// pair compares values with those of another property (section 4.5).
func (c *Checker) pair(s *shape, k *check, n int, focus uint32, values []uint32) {
	others := c.values(n, k.other)
	for _, v := range values {
		switch k.op {
		case opEquals, opDisjoint:
			if c.contains(others, v) != (k.op == opEquals) {
				c.report(s, k, focus, v, s.pathTerm)
			}
			continue
		}
		for _, o := range others {
			if order, ok := compare(c.operand(v), c.operand(o)); !ok || order > 0 || order == 0 && k.op == opLessThan {
				c.reportOf(c.key(o), s, k, focus, v, s.pathTerm)
			}
		}
	}
	if k.op == opEquals {
		for _, o := range others {
			if !c.contains(values, o) {
				c.report(s, k, focus, o, s.pathTerm)
			}
		}
	}
}

func (c *Checker) uniqueLang(s *shape, k *check, focus uint32, values []uint32) {
	var none rdf.Term
	count := map[string]int{}
	for i, v := range values {
		if l := strings.ToLower(c.language(v)); l != "" && !c.contains(values[:i], v) { // a line may come twice
			if count[l]++; count[l] == 2 {
				c.note(k, l, c.result(s, k, c.graph.Term(focus), none, s.pathTerm))
			}
		}
	}
}

// closedShape reports what a node has beside the properties of its shape.
func (c *Checker) closedShape(s *shape, k *check, focus uint32, values []uint32) {
	for _, v := range values {
		n := c.find(v)
		if n < 0 {
			continue
		}
		for q := c.about[n].head; q >= 0; q = c.quads[q].next {
			c.allowed(s, k, focus, &c.quads[q])
		}
	}
}

func (c *Checker) allowed(s *shape, k *check, focus uint32, q *quad) {
	if path := c.graph.Term(q.term); !k.allowed[path.String()] {
		c.report(s, k, focus, q.object, path)
	}
}

func (c *Checker) contains(list []uint32, v uint32) bool {
	return slices.ContainsFunc(list, func(o uint32) bool { return c.equal(o, v) })
}

// hasTerm reports whether a list has a term of the shapes.
func (c *Checker) hasTerm(list []uint32, t rdf.Term) bool {
	return slices.ContainsFunc(list, func(o uint32) bool { return c.graph.Term(o) == t })
}

// distinct counts the values, each once.
func (c *Checker) distinct(values []uint32) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[c.key(v)] = true
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
