package shacl

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// Checker checks one graph after the other. It belongs to one goroutine.
type Checker struct {
	shapes  *Shapes
	nodes   nodeTable
	about   []about
	quads   []quad
	parents map[string][][]byte // of classes, where the graph says some
	above   map[string][][]byte // superclasses, as they were asked for
	closed  bool                // some shape asks for predicates that no path has

	// Of the focus node that is looked at: its values by predicate.
	first, last []int32 // of quads, -1 for none
	present     []int
	applied     []int // by number of the shape: the focus node it was last applied to
	focus       int

	stack [][]byte // of values
	root  *shape   // whose target the focus node of the validation is
	trail []step   // from there to the shape that is looked at
	looks int      // at focus nodes
	one   [1][]byte
	found []Result
	seen  map[noted]bool
	quiet int
	wrong int // while quiet
	depth int

	// Of queries: the data that they ask, and the first error.
	ctx     context.Context
	limits  sparql.Limits
	now     time.Time
	lines   [][]byte
	indexed *index.Index
	err     error
}

// step leads from a node on to the values of a property shape, which another one
// is asked about.
type step struct {
	from, to *shape
	focus    []byte
}

// about is what is said of a node: the ends of its list of quads.
type about struct{ head, tail int32 }

// quad is an edge of the graph with a predicate that the shapes name.
type quad struct {
	predicate  int32
	next, same int32 // of the node; of the node and predicate
	object     []byte
}

// NewChecker makes a checker.
func (s *Shapes) NewChecker(o *Options) *Checker {
	c := &Checker{shapes: s, seen: map[noted]bool{}, nodes: nodeTable{seed: maphash.MakeSeed()}, limits: o.limits()}
	c.first, c.last = make([]int32, len(s.preds)), make([]int32, len(s.preds))
	for i := range c.first {
		c.first[i] = -1
	}
	c.applied = make([]int, s.targets)
	for _, t := range s.all {
		for i := range t.checks {
			c.closed = c.closed || t.checks[i].op == opClosed
		}
	}
	return c
}

// Check returns what a graph has wrong, in the order of its nodes. Results may be equal:
// each constraint, and each pair of values, has its own. The graph is what all the lines say together, whatever graph names they
// have: canonical N-Quads, each line ended by "\n", as rdf.Lines and converters
// write them. The error is of a line that is none, or a *QueryError.
func (c *Checker) Check(ctx context.Context, lines ...[]byte) ([]Result, error) {
	return c.run(ctx, lines, func() {
		for n := range c.about {
			c.node(n)
		}
		c.namedNodes()
		c.queriedNodes()
	})
}

// Focused counts the focus nodes that were looked at so far, once for each shape that
// has one as a target. Where there are none, nothing was checked.
func (c *Checker) Focused() int { return c.looks }

// run reads lines and looks for results in them.
func (c *Checker) run(ctx context.Context, lines [][]byte, look func()) ([]Result, error) {
	c.reset()
	c.ctx, c.lines, c.now = ctx, lines, time.Now()
	defer func() { c.ctx, c.lines, c.indexed = nil, nil, nil }()
	for _, part := range lines {
		if err := c.read(part); err != nil {
			return nil, err
		}
	}
	look()
	if c.err != nil {
		return nil, c.err
	}
	return c.found, nil
}

func (c *Checker) reset() {
	c.nodes.reset()
	c.about, c.quads, c.found = c.about[:0], c.quads[:0], nil
	c.parents, c.err = nil, nil
	clear(c.seen)
	for i := range c.applied {
		c.applied[i] = -1
	}
}

// read takes lines apart.
func (c *Checker) read(lines []byte) error {
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

func (c *Checker) add(name []byte) int {
	n, isNew := c.nodes.add(name)
	if isNew {
		c.about = append(c.about, about{-1, -1})
	}
	return n
}

func (c *Checker) edge(node int, predicate, object []byte) {
	p := c.shapes.predicates.find(predicate)
	if p < 0 {
		if !c.closed {
			return
		}
		object = append(append([]byte{}, predicate...), object...) // for closed shapes alone
	}
	n := int32(len(c.quads))
	c.quads = append(c.quads, quad{predicate: int32(p), next: -1, same: -1, object: object})
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
func (c *Checker) node(n int) {
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
func (c *Checker) gather(n int) {
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
func (c *Checker) ofClass(class []byte) {
	c.ofOneClass(class)
	if c.parents != nil {
		for _, p := range c.superclasses(class) {
			c.ofOneClass(p)
		}
	}
}

func (c *Checker) ofOneClass(class []byte) {
	if k := c.shapes.classes.find(class); k >= 0 && k < len(c.shapes.byClass) {
		c.apply(c.shapes.byClass[k])
	}
}

// maxDepth bounds chains of shapes that name each other.
const maxDepth = 64

// apply applies shapes to the focus node, each once.
func (c *Checker) apply(shapes []*shape) {
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
func (c *Checker) target(s *shape) {
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
func (c *Checker) objects() {
	for q := c.about[c.focus].head; q >= 0; q = c.quads[q].next {
		p := int(c.quads[q].predicate)
		if p >= 0 && p < len(c.shapes.objectsOf) {
			for _, s := range c.shapes.objectsOf[p] {
				c.validate(s, c.quads[q].object)
			}
		}
	}
}

// namedNodes applies the shapes that name their focus nodes.
func (c *Checker) namedNodes() {
	for _, name := range sortedKeys(c.shapes.nodes) {
		for _, s := range c.shapes.nodes[name] {
			c.validate(s, []byte(name))
		}
	}
}

// validate applies a shape to a node that it has as its target.
func (c *Checker) validate(s *shape, node []byte) {
	c.root = s
	if !s.off {
		c.looks++
	}
	c.evaluate(s, node)
}

// report makes a result of a constraint.
func (c *Checker) report(s *shape, k *check, focus, value []byte, path rdf.Term) {
	c.reportOf("", s, k, focus, value, path)
}

// reportOf reports a value, once for each other thing that it is about.
func (c *Checker) reportOf(other string, s *shape, k *check, focus, value []byte, path rdf.Term) {
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

func (c *Checker) result(s *shape, k *check, focus, value, path rdf.Term) Result {
	r := Result{Focus: focus, Path: path, Value: value, Shape: s.id, Component: k.component, Severity: s.severity, CustomSeverity: s.custom}
	if k.question != nil {
		r.Source = k.question.source
	}
	return r
}

// note keeps a result: one for each constraint, for each other thing that it is about
// (the second value of a pair, a language), and for each way from a target to its focus
// node (SHACL, section 3.4). What lines or targets say twice is noted once.
func (c *Checker) note(k *check, other string, r Result) {
	if c.quiet > 0 {
		c.wrong++
		return
	}
	if key := (noted{r, k, c.root, c.way(), other}); !c.seen[key] {
		c.seen[key] = true
		c.found = append(c.found, r)
	}
}

// noted is a result that was kept.
type noted struct {
	Result
	check      *check
	root       *shape
	way, other string
}

// way is the trail as a text.
func (c *Checker) way() string {
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
	line := append(append([]byte("<s:> <p:> "), text...), " .\n"...)
	for q, err := range rdf.Read(bytes.NewReader(line), rdf.NTriples, nil) {
		if err == nil {
			return q.Object
		}
	}
	return rdf.String(string(text))
}
