package shacl

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trialweave/trialweave/rdf"
)

// plainChecker checks graphs as lines, every term as its text: slower than Checker, and
// simpler. It does not ask queries, and has no limits.
type plainChecker struct {
	shapes  *Shapes
	nodes   nodeTable
	about   []plainAbout
	quads   []plainQuad
	parents map[string][][]byte // of classes, where the graph says some
	above   map[string][][]byte // superclasses, as they were asked for
	closed  bool                // some shape asks for predicates that no path has

	// Of the focus node that is looked at: its values by predicate.
	first, last []int32 // of quads, -1 for none
	present     []int
	applied     []int // by number of the shape: the focus node it was last applied to
	focus       int

	stack [][]byte    // of values
	root  *shape      // whose target the focus node of the validation is
	trail []plainStep // from there to the shape that is looked at
	looks int         // at focus nodes
	one   [1][]byte
	found []Result
	seen  map[noted]bool
	quiet int
	wrong int // while quiet
	depth int
}

// plainStep leads from a node on to the values of a property shape, which another one
// is asked about.
type plainStep struct {
	from, to *shape
	focus    []byte
}

// plainAbout is what is said of a node: the ends of its list of quads.
type plainAbout struct{ head, tail int32 }

// plainQuad is an edge of the graph with a predicate that the shapes name.
type plainQuad struct {
	predicate  int32
	next, same int32 // of the node; of the node and predicate
	object     []byte
}

func newPlainChecker(s *Shapes) *plainChecker {
	c := &plainChecker{shapes: s, seen: map[noted]bool{}, nodes: nodeTable{seed: maphash.MakeSeed()}}
	c.first, c.last = make([]int32, len(s.preds)), make([]int32, len(s.preds))
	for i := range c.first {
		c.first[i] = -1
	}
	c.applied = make([]int, s.targets)
	for i := range c.applied {
		c.applied[i] = -1
	}
	for _, t := range s.all {
		for i := range t.checks {
			c.closed = c.closed || t.checks[i].op == opClosed
		}
	}
	return c
}

// results returns what a graph has wrong; the checker is then used up.
func (c *plainChecker) results(lines []byte) ([]Result, error) {
	if err := c.read(lines); err != nil {
		return nil, err
	}
	for n := range c.about {
		c.node(n)
	}
	for _, name := range c.shapes.named {
		for _, s := range c.shapes.nodes[name] {
			c.validate(s, []byte(name.String()))
		}
	}
	return c.found, nil
}

// read takes lines apart.
func (c *plainChecker) read(lines []byte) error {
	var subject, graph []byte
	node := -1
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n')
		if end < 0 {
			return fmt.Errorf("%.80q, expected a line that ends", lines)
		}
		line := lines[:end]
		lines = lines[end+1:]
		if len(subject) == 0 || len(line) <= len(subject) || !bytes.HasPrefix(line, subject) || line[len(subject)] != ' ' {
			at := bytes.IndexByte(line, ' ')
			if at < 0 {
				return fmt.Errorf("%.80q, expected a line of N-Quads", line)
			}
			subject = line[:at]
			node = c.add(subject)
		}
		rest := line[len(subject)+1:]
		at := bytes.IndexByte(rest, ' ')
		if at < 0 || len(rest) < at+4 || line[len(line)-1] != '.' {
			return fmt.Errorf("%.80q, expected a line of N-Quads", line)
		}
		predicate, object := rest[:at], rest[at+1:len(rest)-2]
		if len(graph) > 0 && bytes.HasSuffix(object, graph) { // no term ends as a graph name with its space does
			object = object[:len(object)-len(graph)]
		} else {
			object, graph = splitGraph(object)
		}
		if !looksLikeTerm(object) || !looksLikeTerm(subject) {
			return fmt.Errorf("%.80q, expected a line of N-Quads", line)
		}
		c.edge(node, predicate, object)
	}
	return nil
}

// looksLikeTerm reports whether a text begins and ends as a term does.
func looksLikeTerm(v []byte) bool {
	if len(v) < 2 {
		return false
	}
	switch end := v[len(v)-1]; v[0] {
	case '<':
		return len(v) > 2 && end == '>'
	case '_':
		return v[1] == ':'
	case '"':
		return end == '"' || end == '>' || closing(v) > 0
	}
	return false
}

// closing is the place of the quotation mark that ends a literal.
func closing(literal []byte) int {
	for i := 1; i < len(literal); i++ {
		at := bytes.IndexByte(literal[i:], '"')
		if at < 0 {
			return -1
		}
		i += at
		slashes := 0
		for literal[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return -1
}

// splitGraph takes the graph name, with the space before it, off an object.
func splitGraph(object []byte) (term, graph []byte) {
	from := 0
	if len(object) > 0 && object[0] == '"' {
		from = max(closing(object), 0)
	}
	if at := bytes.IndexByte(object[from:], ' '); at >= 0 {
		return object[:from+at], object[from+at:]
	}
	return object, nil
}

func (c *plainChecker) add(name []byte) int {
	n, isNew := c.nodes.add(name)
	if isNew {
		c.about = append(c.about, plainAbout{-1, -1})
	}
	return n
}

func (c *plainChecker) edge(node int, predicate, object []byte) {
	p := c.shapes.predicates.find(predicate)
	if p < 0 {
		if !c.closed {
			return
		}
		object = append(append([]byte{}, predicate...), object...) // for closed shapes alone
	}
	n := int32(len(c.quads))
	c.quads = append(c.quads, plainQuad{predicate: int32(p), next: -1, same: -1, object: object})
	if a := &c.about[node]; a.head < 0 {
		a.head, a.tail = n, n
	} else {
		c.quads[a.tail].next = n
		a.tail = n
	}
	if p == parentNumber {
		if c.parents == nil {
			c.parents, c.above = map[string][][]byte{}, map[string][][]byte{}
		}
		child := string(c.nodes.names[node])
		c.parents[child] = append(c.parents[child], object)
	}
}

// node applies the shapes of a subject, and those of the objects it points at.
func (c *plainChecker) node(n int) {
	c.focus = n
	c.gather(n)
	for q := c.first[typeNumber]; q >= 0; q = c.quads[q].same {
		c.ofClass(c.quads[q].object)
	}
	for _, p := range c.present {
		if p < len(c.shapes.subjectsOf) {
			c.apply(c.shapes.subjectsOf[p])
		}
	}
	if len(c.shapes.objectsOf) > 0 {
		c.objects()
	}
}

// gather brings the quads of a node in order by predicate.
func (c *plainChecker) gather(n int) {
	for _, p := range c.present {
		c.first[p] = -1
	}
	c.present = c.present[:0]
	if n < 0 {
		return
	}
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		p := c.quads[q].predicate
		if p < 0 {
			continue
		}
		c.quads[q].same = -1
		if c.first[p] < 0 {
			c.first[p] = q
			c.present = append(c.present, int(p))
		} else {
			c.quads[c.last[p]].same = q
		}
		c.last[p] = q
	}
}

// ofClass applies the shapes of a class and of its superclasses.
func (c *plainChecker) ofClass(class []byte) {
	c.ofOneClass(class)
	if c.parents != nil {
		for _, p := range c.superclasses(class) {
			c.ofOneClass(p)
		}
	}
}

func (c *plainChecker) ofOneClass(class []byte) {
	if k := c.shapes.classes.find(class); k >= 0 && k < len(c.shapes.byClass) {
		c.apply(c.shapes.byClass[k])
	}
}

// apply applies shapes to the focus node, each once.
func (c *plainChecker) apply(shapes []*shape) {
	for _, s := range shapes {
		if c.applied[s.number] == c.focus || s.off {
			continue
		}
		c.applied[s.number] = c.focus
		c.target(s)
	}
}

// target looks at the focus node: at the properties that it has, and at those
// that it lacks.
func (c *plainChecker) target(s *shape) {
	c.root = s
	c.looks++
	focus := c.nodes.names[c.focus]
	if !s.pathTerm.IsZero() {
		c.property(s, c.focus, focus)
		return
	}
	c.one[0] = focus
	for i := range s.checks {
		c.check(s, &s.checks[i], c.focus, focus, c.one[:])
	}
	for _, p := range c.present {
		for _, property := range s.byPath[p] {
			c.property(property, c.focus, focus)
		}
	}
	for _, property := range s.needed {
		if c.first[property.path] < 0 {
			c.property(property, c.focus, focus)
		}
	}
	for _, property := range s.routed {
		c.property(property, c.focus, focus)
	}
}

// objects applies shapes to what a node points at.
func (c *plainChecker) objects() {
	for q := c.about[c.focus].head; q >= 0; q = c.quads[q].next {
		p := int(c.quads[q].predicate)
		if p >= 0 && p < len(c.shapes.objectsOf) {
			for _, s := range c.shapes.objectsOf[p] {
				c.validate(s, c.quads[q].object)
			}
		}
	}
}

// validate applies a shape to a node that it has as its target.
func (c *plainChecker) validate(s *shape, node []byte) {
	c.root = s
	if !s.off {
		c.looks++
	}
	c.evaluate(s, node)
}

// report makes a result of a constraint.
func (c *plainChecker) report(s *shape, k *check, focus, value []byte, path rdf.Term) {
	c.reportOf("", s, k, focus, value, path)
}

// reportOf reports a value, once for each other thing that it is about.
func (c *plainChecker) reportOf(other string, s *shape, k *check, focus, value []byte, path rdf.Term) {
	if c.quiet > 0 {
		c.wrong++
		return
	}
	var of rdf.Term
	if value != nil {
		of = termOf(value)
	}
	c.note(k, other, c.result(s, k, termOf(focus), of, path))
}

func (c *plainChecker) result(s *shape, k *check, focus, value, path rdf.Term) Result {
	r := Result{Focus: focus, Path: path, Value: value, Shape: s.id, Component: k.component, Severity: s.severity, CustomSeverity: s.custom}
	return r
}

// note keeps a result: one for each constraint, for each other thing that it is about
// (the second value of a pair, a language), and for each way from a target to its focus
// node (SHACL, section 3.4). What lines or targets say twice is noted once.
func (c *plainChecker) note(k *check, other string, r Result) {
	if c.quiet > 0 {
		c.wrong++
		return
	}
	if key := (noted{r, k, c.root, c.way(), other}); !c.seen[key] {
		c.seen[key] = true
		c.found = append(c.found, r)
	}
}

// way is the trail as a text.
func (c *plainChecker) way() string {
	if len(c.trail) == 0 {
		return ""
	}
	var b strings.Builder
	for _, at := range c.trail {
		fmt.Fprintf(&b, "%p %p %s\n", at.from, at.to, at.focus)
	}
	return b.String()
}

// termOf reads a canonical term.
func termOf(text []byte) rdf.Term {
	if len(text) > 2 && text[0] == '<' {
		return rdf.IRI(string(text[1 : len(text)-1]))
	}
	if t, known := termsRead[string(text)]; known {
		return t
	}
	line := append(append([]byte("<s:> <p:> "), text...), " .\n"...)
	for q, err := range rdf.Read(bytes.NewReader(line), rdf.NTriples, nil) {
		if err == nil {
			termsRead[string(text)] = q.Object
			return q.Object
		}
	}
	return rdf.String(string(text))
}

// termsRead are the terms that termOf has read.
var termsRead = map[string]rdf.Term{}

// evaluate applies a shape to any node, a literal too.
func (c *plainChecker) evaluate(s *shape, node []byte) {
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
func (c *plainChecker) conforms(s *shape, node []byte) bool {
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
func (c *plainChecker) property(s *shape, n int, focus []byte) {
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
		c.trail = append(c.trail, plainStep{s, p, focus})
		for _, v := range values {
			c.evaluate(p, v)
		}
		c.trail = c.trail[:len(c.trail)-1]
	}
	c.stack = c.stack[:mark]
}

// values puts the values of a property on the stack. One may come twice, where
// lines do.
func (c *plainChecker) values(n, path int) [][]byte {
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
func (c *plainChecker) check(s *shape, k *check, n int, focus []byte, values [][]byte) {
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
		if !contains(values, []byte(k.term.String())) {
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
func (c *plainChecker) value(k *check, v []byte) bool {
	switch k.op {
	case opClass:
		return c.instance(v, k)
	case opDatatype:
		return plainDatatype(v, k.term.Value)
	case opNodeKind:
		return strings.Contains(k.term.Value[len(ns):], plainKind(v))
	case opIn:
		return k.set[termOf(v)]
	case opMaxLength:
		return v[0] != '_' && (len(v) <= k.count || utf8.RuneCount(lexical(v)) <= k.count)
	case opMinLength:
		return v[0] != '_' && utf8.RuneCount(lexical(v)) >= k.count
	case opPattern:
		return v[0] != '_' && c.matches(k, v)
	case opLanguageIn:
		return slices.ContainsFunc(k.list, func(of string) bool { return languageMatches(language(v), of) })
	case opMinInclusive, opMaxInclusive, opMinExclusive, opMaxExclusive:
		return plainInRange(k, v)
	}
	return c.logical(k, v)
}

func plainInRange(k *check, v []byte) bool {
	order, comparable := plainCompare(v, []byte(k.term.String()))
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
func (c *plainChecker) logical(k *check, v []byte) bool {
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
func (c *plainChecker) qualifying(k *check, values [][]byte) int {
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[string(v)] && c.conforms(k.shapes[0], v) && !slices.ContainsFunc(k.siblings, func(s *shape) bool { return c.conforms(s, v) }) {
			seen[string(v)] = true
		}
	}
	return len(seen)
}

// plainKind names the kind of a term as sh:nodeKind does.
func plainKind(v []byte) string {
	switch v[0] {
	case '<':
		return "IRI"
	case '_':
		return "BlankNode"
	}
	return "Literal"
}

// instance reports whether a node has the class, or a subclass of it.
func (c *plainChecker) instance(v []byte, k *check) bool {
	n := c.nodes.find(v)
	if n < 0 {
		return false
	}
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		if c.quads[q].predicate == typeNumber && c.subclass(c.quads[q].object, []byte(k.term.String())) {
			return true
		}
	}
	return false
}

// matches reports whether a value matches a pattern.
func (c *plainChecker) matches(k *check, v []byte) bool {
	ok, err := k.match.Match(context.Background(), lexical(v))
	return err == nil && ok
}

func (c *plainChecker) subclass(class, of []byte) bool {
	return bytes.Equal(class, of) || c.parents != nil && slices.ContainsFunc(c.superclasses(class), func(p []byte) bool { return bytes.Equal(p, of) })
}

// superclasses are the classes above a class, each once.
func (c *plainChecker) superclasses(class []byte) [][]byte {
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
func (c *plainChecker) pair(s *shape, k *check, n int, focus []byte, values [][]byte) {
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
			if order, ok := plainCompare(v, o); !ok || order > 0 || order == 0 && k.op == opLessThan {
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

func (c *plainChecker) uniqueLang(s *shape, k *check, focus []byte, values [][]byte) {
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
func (c *plainChecker) closedShape(s *shape, k *check, focus []byte, values [][]byte) {
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

func (c *plainChecker) allowed(s *shape, k *check, focus []byte, q *plainQuad) {
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

// follow puts on the stack where a path leads from a node, each node once.
func (c *plainChecker) follow(r *route, from []byte) [][]byte {
	mark := len(c.stack)
	seen := map[string]bool{}
	c.walk(r, from, func(v []byte) {
		if !seen[string(v)] {
			seen[string(v)] = true
			c.stack = append(c.stack, v)
		}
	})
	return c.stack[mark:len(c.stack):len(c.stack)]
}

func (c *plainChecker) walk(r *route, from []byte, found func([]byte)) {
	switch r.kind {
	case "predicatePath":
		if n := c.nodes.find(from); n >= 0 {
			c.edges(n, r.predicate, found)
		}
	case "inversePath":
		c.back(r.parts[0], from, found)
	case "sequence":
		c.inTurn(r.parts, from, found)
	case "alternativePath":
		for _, p := range r.parts {
			c.walk(p, from, found)
		}
	case "zeroOrOnePath":
		found(from)
		c.walk(r.parts[0], from, found)
	default:
		c.again(r.parts[0], from, r.kind == "zeroOrMorePath", found)
	}
}

func (c *plainChecker) inTurn(parts []*route, from []byte, found func([]byte)) {
	if len(parts) == 1 {
		c.walk(parts[0], from, found)
		return
	}
	c.walk(parts[0], from, func(v []byte) { c.inTurn(parts[1:], v, found) })
}

// edges finds the objects of a node and predicate.
func (c *plainChecker) edges(n, predicate int, found func([]byte)) {
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		if int(c.quads[q].predicate) == predicate {
			found(c.quads[q].object)
		}
	}
}

// back follows a path from its end: from every node, of those that arrive.
func (c *plainChecker) back(r *route, to []byte, found func([]byte)) {
	for n := range c.about {
		name := c.nodes.names[n]
		arrives := false
		c.walk(r, name, func(v []byte) { arrives = arrives || bytes.Equal(v, to) })
		if arrives {
			found(name)
		}
	}
}

// again follows a path as often as it goes on.
func (c *plainChecker) again(r *route, from []byte, zero bool, found func([]byte)) {
	seen := map[string]bool{}
	next := [][]byte{from}
	if zero {
		seen[string(from)] = true
		found(from)
	}
	for len(next) > 0 {
		at := next[0]
		next = slices.Delete(next, 0, 1)
		c.walk(r, at, func(v []byte) {
			if !seen[string(v)] {
				seen[string(v)] = true
				found(v)
				next = append(next, v)
			}
		})
	}
}
