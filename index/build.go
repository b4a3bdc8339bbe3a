package index

import (
	"bytes"
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// Builder collects quads for an index in memory.
type Builder struct {
	adder
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder { return &Builder{} }

// Add takes a quad; the same quad may come several times.
func (b *Builder) Add(q rdf.Quad) { b.quad(q) }

// AddPacket takes what a Packer made.
func (b *Builder) AddPacket(packet []byte) { b.packet(packet) }

// AddGraph makes a named graph known that may hold no quad.
func (b *Builder) AddGraph(name rdf.Term) { b.term(name) }

// Build makes the index. The builder is empty afterwards.
func (b *Builder) Build() *Index {
	c := &b.chunk
	s := &segment{}
	s.terms = &dictionary{file: inMemory(partTerms, func(w *fileWriter) {
		terms := dictionaryWriter{to: w}
		for i := range c.terms {
			terms.add(c.key(i + 1))
		}
		_, _ = terms.finish() // memory takes all
	})}
	s.hashes = &hashes{inMemory(partHashes, func(w *fileWriter) {
		to := hashWriter{to: w}
		for _, r := range c.hashRows() {
			to.add(&r)
		}
		_, _ = to.finish()
	})}
	new(sorter).all(c.quads, func(which int, rows []row) {
		s.orders[which] = newSorted(inMemory(partOrder+part(which), func(w *fileWriter) {
			to := newOrderWriter(w, &orders[which])
			for i := range rows {
				to.add(&rows[i])
			}
			_, _ = to.finish()
		}), &orders[which])
	})
	s.quads = s.orders[spog].rows()
	*b = Builder{}
	return newIndex([]*segment{s}, nil)
}

func inMemory(kind part, write func(*fileWriter)) *file {
	var b bytes.Buffer
	write(newFileWriter(&b))
	f, err := newFile("index in memory", b.Bytes(), kind, func() error { return nil })
	if err != nil {
		panic(err) // it was just written
	}
	return f
}

// adder puts quads into a chunk.
type adder struct {
	chunk   chunk
	scratch []byte
	numbers []uint32
}

func (a *adder) quad(q rdf.Quad) {
	a.chunk.quads = append(a.chunk.quads, row{a.term(q.Subject), a.term(q.Predicate), a.term(q.Object), a.term(q.Graph)})
}

func (a *adder) term(t rdf.Term) uint32 {
	if t.IsZero() {
		return 0
	}
	tag, key := appendKey(a.scratch[:0], t)
	a.scratch = key
	return a.chunk.intern(digestOf(tag, key), tag, key)
}

func (a *adder) packet(b []byte) { a.numbers = a.chunk.addPacket(b, a.numbers) }

// hashRows returns digest and number of each term, sorted.
func (c *chunk) hashRows() []row {
	rows := make([]row, len(c.terms))
	for i := range c.terms {
		d := &c.terms[i].digest
		rows[i] = row{d[0], d[1], d[2], uint32(i + 1)}
	}
	rows, _ = sortBy(rows, make([]row, len(rows)), 0)
	sortRuns(rows, 1)
	return rows
}

func compareRows(a, b row) int {
	switch {
	case a.less(&b):
		return -1
	case b.less(&a):
		return 1
	}
	return 0
}

// sorter sorts quads, in room that it keeps.
type sorter struct{ other, third []row }

// all sorts quads in each order, and calls use with the rows of each; they are
// good for the call. The quads are not what they were afterwards.
func (s *sorter) all(quads []row, use func(which int, rows []row)) {
	s.other, s.third = slices.Grow(s.other[:0], len(quads)), slices.Grow(s.third[:0], len(quads))
	other := s.other[:len(quads)]
	for _, place := range [...]int{Object, Predicate, Subject} {
		quads, other = sortBy(quads, other, place)
	}
	sortRuns(quads, 3) // few triples are in several graphs
	quads = slices.Compact(quads)
	other = other[:len(quads)]
	use(spog, quads)
	// Sorting what is sorted by subject once more gives the orders that begin
	// otherwise: rows that are equal there stay in sequence.
	third := append(s.third, quads...)
	byGraph, rest := sortBy(third, other, Graph)
	for i, r := range byGraph {
		rest[i] = row{r[Graph], r[Subject], r[Predicate], r[Object]}
	}
	use(gspo, rest)
	byObject, rest := sortBy(quads, rest, Object)
	for i, r := range byObject {
		byGraph[i] = orders[ospg].row(Quad{ID(r[0]), ID(r[1]), ID(r[2]), ID(r[3])})
	}
	use(ospg, byGraph)
	byPredicate, rest := sortBy(byObject, rest, Predicate)
	for i, r := range byPredicate {
		rest[i] = orders[posg].row(Quad{ID(r[0]), ID(r[1]), ID(r[2]), ID(r[3])})
	}
	use(posg, rest)
}

// sortRuns sorts rows that are sorted by their first places so far.
func sortRuns(rows []row, depth int) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && prefixed(&rows[to], &rows[from], depth) == 0 {
			to++
		}
		if to > from+1 {
			slices.SortFunc(rows[from:to], compareRows)
		}
		from = to
	}
}
