package shacl

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// Checker checks one graph after the other. It belongs to one goroutine.
type Checker struct {
	shapes *Shapes
	graph  *rdf.Batch
	own    rdf.Batch // a graph that comes as lines
	names  resolver

	about   []about
	nodes   []int32 // by the number of a term: 1 + its index in about, or 0
	quads   []quad
	parents map[uint32][]uint32 // of classes, where the graph says some
	above   map[uint32][]uint32 // superclasses, as they were asked for
	closed  bool                // some shape asks for predicates that no path has

	// Of the focus node that is looked at: its values by predicate.
	first, last []int32 // of quads, -1 for none
	present     []int
	applied     []int // by number of the shape: the focus node it was last applied to
	focus       int

	forms   []map[string]bool // by number of the datatype: whether texts are of it
	matched []match           // by number of the pattern

	stack []uint32 // of values
	root  *shape   // whose target the focus node of the validation is
	trail []step   // from there to the shape that is looked at
	looks int      // at focus nodes
	// The value of what has one: of a node shape, and of a property shape that has the
	// focus node as a target.
	one, single [1]uint32

	text  []byte
	found []Result
	seen  map[noted]bool
	quiet int
	wrong int // while quiet
	depth int

	// Of queries: the data that they ask, and the first error.
	ctx     context.Context
	limits  sparql.Limits
	now     time.Time
	indexed *index.Index
	err     error
}

// match remembers for a pattern the last term that was matched, and whether it did. The
// term 0 is none.
type match struct {
	term uint32
	ok   bool
}

// step leads from a node on to the values of a property shape, which another one
// is asked about.
type step struct {
	from, to *shape
	focus    uint32
}

// about is what is said of a node: its number, and the ends of its list of quads.
type about struct {
	number     uint32
	head, tail int32
}

// quad is an edge of the graph.
type quad struct {
	predicate  int32 // of the shapes; -1 where they name it nowhere
	next, same int32 // of the node; of the node and predicate
	term       uint32
	object     uint32
}

// NewChecker makes a checker.
func (s *Shapes) NewChecker(o *Options) *Checker {
	c := &Checker{shapes: s, seen: map[noted]bool{}, limits: o.limits()}
	c.first, c.last = make([]int32, len(s.preds)), make([]int32, len(s.preds))
	for i := range c.first {
		c.first[i] = -1
	}
	c.applied = make([]int, s.targets)
	c.forms, c.matched = make([]map[string]bool, len(s.datatypes.texts)), make([]match, s.patterns)
	for _, t := range s.all {
		for i := range t.checks {
			c.closed = c.closed || t.checks[i].op == opClosed
		}
	}
	return c
}

// Check returns what a graph has wrong, in the order of its nodes. Results may be equal:
// each constraint, and each pair of values, has its own. The graph is what all the lines say together, whatever graph names they
// have: N-Quads, each line ended by "\n", as rdf.Lines and converters
// write them. The error is of a line that is none, or a *QueryError.
func (c *Checker) Check(ctx context.Context, lines ...[]byte) ([]Result, error) {
	c.own.Shrink()
	c.own.Reset(c.shapes.vocabulary)
	for _, part := range lines {
		if err := addLines(&c.own, part); err != nil {
			return nil, err
		}
	}
	return c.CheckBatch(ctx, &c.own)
}

// CheckBatch is Check for a graph whose terms are numbers, which it looks at once for
// each vocabulary. It may add terms to the batch, but no quads.
func (c *Checker) CheckBatch(ctx context.Context, graph *rdf.Batch) ([]Result, error) {
	return c.run(ctx, graph, func() {
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

// run looks for results in a graph.
func (c *Checker) run(ctx context.Context, graph *rdf.Batch, look func()) ([]Result, error) {
	c.reset(graph)
	c.ctx, c.now = ctx, time.Now()
	defer func() { c.ctx, c.graph, c.indexed = nil, nil, nil }()
	c.read(graph.Rows)
	look()
	if c.err != nil {
		return nil, c.err
	}
	return c.found, nil
}

func (c *Checker) reset(graph *rdf.Batch) {
	c.graph = graph
	c.names.begin(c.shapes, graph.Vocabulary)
	terms := graph.Vocabulary.Len() + len(graph.Names) + 1
	c.nodes = slices.Grow(c.nodes[:0], terms)[:terms]
	clear(c.nodes)
	c.about, c.quads, c.found = c.about[:0], c.quads[:0], nil
	c.parents, c.err = nil, nil
	clear(c.seen)
	clear(c.matched)
	for i := range c.applied {
		c.applied[i] = -1
	}
}

// addLines adds lines to a batch, each of which has to be a quad.
func addLines(to *rdf.Batch, lines []byte) error {
	const line = "%.80q, expected a line of N-Quads"
	before := len(to.Rows)
	switch err := to.AddLines(lines); {
	case err != nil:
		return err
	case len(lines) > 0 && lines[len(lines)-1] != '\n':
		return fmt.Errorf("%.80q, expected a line that ends", lines[bytes.LastIndexByte(lines, '\n')+1:])
	case bytes.Count(lines, []byte("\n")) == len(to.Rows)-before:
		return nil
	}
	for l := range bytes.Lines(lines) {
		if l[0] != '<' && l[0] != '_' {
			return fmt.Errorf(line, l)
		}
	}
	return fmt.Errorf(line, lines)
}

// read links the quads of each node.
func (c *Checker) read(rows []rdf.BatchRow) {
	subject, node := uint32(0), -1
	for i := range rows {
		row := &rows[i]
		if row[0] != subject {
			subject = row[0]
			node = c.add(subject)
		}
		if p := c.predicate(row[1]); p >= 0 || c.closed {
			c.edge(node, p, row)
		}
	}
}

func (c *Checker) add(number uint32) int {
	at := &c.nodes[number]
	if *at == 0 {
		c.about = append(c.about, about{number, -1, -1})
		*at = int32(len(c.about)) //nolint:gosec // as many as there are terms
	}
	return int(*at) - 1
}

// find returns the place of a node that something is said of, or -1.
func (c *Checker) find(term uint32) int {
	if int(term) < len(c.nodes) { // no literal is, and no term that was added later
		return int(c.nodes[term]) - 1
	}
	return -1
}

func (c *Checker) edge(node int, predicate int32, row *rdf.BatchRow) {
	n := int32(len(c.quads)) //nolint:gosec // fewer than fit into memory
	c.quads = append(c.quads, quad{predicate: predicate, next: -1, same: -1, term: row[1], object: row[2]})
	a := &c.about[node]
	if a.head < 0 {
		a.head, a.tail = n, n
	} else {
		c.quads[a.tail].next = n
		a.tail = n
	}
	if predicate == parentNumber {
		if c.parents == nil {
			c.parents, c.above = map[uint32][]uint32{}, map[uint32][]uint32{}
		}
		c.parents[a.number] = append(c.parents[a.number], row[2])
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
func (c *Checker) ofClass(class uint32) {
	c.ofOneClass(class)
	if c.parents != nil {
		for _, p := range c.superclasses(class) {
			c.ofOneClass(p)
		}
	}
}

func (c *Checker) ofOneClass(class uint32) {
	if k := int(c.class(class)); k >= 0 && k < len(c.shapes.byClass) {
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
	focus := c.about[c.focus].number
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
	for _, name := range c.shapes.named {
		node := c.graph.AddTerm(name)
		for _, s := range c.shapes.nodes[name] {
			c.validate(s, node)
		}
	}
}

// validate applies a shape to a node that it has as its target.
func (c *Checker) validate(s *shape, node uint32) {
	c.root = s
	if !s.off {
		c.looks++
	}
	c.evaluate(s, node)
}

// report makes a result of a constraint; the value may be 0, for none.
func (c *Checker) report(s *shape, k *check, focus, value uint32, path rdf.Term) {
	c.reportOf("", s, k, focus, value, path)
}

// reportOf reports a value, once for each other thing that it is about.
func (c *Checker) reportOf(other string, s *shape, k *check, focus, value uint32, path rdf.Term) {
	if c.quiet > 0 {
		c.wrong++
		return
	}
	c.note(k, other, c.result(s, k, c.graph.Term(focus), c.graph.Term(value), path))
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
		fmt.Fprintf(&b, "%p %p %s\n", at.from, at.to, c.key(at.focus))
	}
	return b.String()
}
