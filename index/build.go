package index

import (
	"bytes"
	"context"
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
		for i := range c.count {
			terms.add(c.key(i + 1))
		}
		_, _ = terms.finish() // memory takes all
	})}
	s.hashes = newHashes(inMemory(partHashes, func(w *fileWriter) {
		to := newHashWriter(w, 0, uint64(c.count))
		rows, _ := c.distinct(new(sorter))
		for i := range rows {
			to.add(&rows[i])
		}
		_, _ = to.finish()
	}))
	new(sorter).all(c.quads, func(which int, rows []row) {
		add := func(g *graphs, with *graphsWriter) *file {
			return inMemory(partOrder+part(which), func(w *fileWriter) {
				to := newOrderWriter(w, &orders[which], g)
				to.graphs = with
				for i := range rows {
					to.add(&rows[i])
				}
				_, _ = to.finish()
			})
		}
		if which != spog {
			s.orders[which] = newSorted(add(s.graphs, nil), &orders[which], s.graphs)
			return
		}
		s.graphs = &graphs{inMemory(partGraphs, func(w *fileWriter) {
			with := &graphsWriter{to: w}
			s.orders[spog] = newSorted(add(nil, with), &orders[spog], nil)
			_, _ = with.finish(context.Background())
		})}
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

func (a *adder) packet(b []byte) { a.numbers = a.chunk.addPacket(b, a.numbers, a.chunk.intern) }

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

// room returns room for n rows, twice.
func (s *sorter) room(n int) (other, third []row) {
	if cap(s.other) < n {
		s.other, s.third = nil, nil
		s.other, s.third = make([]row, n), make([]row, n)
	}
	return s.other[:n], s.third[:n]
}

// all sorts quads in each order, and calls use with the rows of each; they are
// good for the call. The quads are not what they were afterwards.
func (s *sorter) all(quads []row, use func(which int, rows []row)) {
	next := s.sorted(quads)
	for range orders {
		use(next())
	}
}

// sorted returns a function that sorts quads in one order after the other: spog,
// ospg, posg. Rows are good until those after the next are asked for.
func (s *sorter) sorted(quads []row) func() (which int, rows []row) {
	other, third := s.room(len(quads))
	turn := 0
	return func() (int, []row) {
		turn++
		switch turn {
		case 1:
			for _, place := range [...]int{Object, Predicate, Subject} {
				quads, other = sortBy(quads, other, place)
			}
			sortRuns(quads, 3) // few triples are in several graphs
			quads = slices.Compact(quads)
			other, third = other[:len(quads)], third[:len(quads)]
			return spog, quads
		// Sorting what is sorted by subject once more gives the orders that begin
		// otherwise: rows that are equal there stay in sequence.
		case 2:
			quads, other = sortBy(quads, other, Object)
			for i, r := range quads {
				third[i] = orders[ospg].row(Quad{ID(r[0]), ID(r[1]), ID(r[2]), ID(r[3])})
			}
			return ospg, third
		}
		quads, other = sortBy(quads, other, Predicate)
		for i, r := range quads {
			other[i] = orders[posg].row(Quad{ID(r[0]), ID(r[1]), ID(r[2]), ID(r[3])})
		}
		return posg, other
	}
}

// feeds sorts quads order by order, as files.rows asks for them.
func (s *sorter) feeds(quads []row) func(which int) feed {
	next := s.sorted(quads)
	return func(int) feed {
		_, rows := next()
		return list(rows)
	}
}

// sortRuns sorts rows that are sorted by their first places so far.
func sortRuns(rows []row, depth int) {
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && prefixed(&rows[to], &rows[from], depth) == 0 {
			to++
		}
		if to > from+1 && !slices.IsSortedFunc(rows[from:to], compareRows) {
			slices.SortFunc(rows[from:to], compareRows)
		}
		from = to
	}
}
