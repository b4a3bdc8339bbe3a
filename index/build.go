package index

import (
	"bytes"
	"context"

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
func (b *Builder) AddPacket(p *Packet) { b.packet(p) }

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
	var several *subjectSet
	new(sorter).all(c.quads, func(which int, rows []row) {
		add := func(with *graphsWriter) *file {
			return inMemory(partOrder+part(which), func(w *fileWriter) {
				to := newOrderWriter(w, &orders[which], several)
				to.graphs = with
				for i := range rows {
					to.add(&rows[i])
				}
				_, _ = to.finish()
			})
		}
		if which != spog {
			s.orders[which] = newSorted(add(nil), &orders[which], s.graphs)
			return
		}
		s.graphs = &graphs{inMemory(partGraphs, func(w *fileWriter) {
			with := &graphsWriter{to: w}
			s.orders[spog] = newSorted(add(with), &orders[spog], nil)
			_, _ = with.finish(context.Background())
			several = &with.several
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

func (a *adder) packet(p *Packet) { a.numbers = a.chunk.addPacket(p, a.numbers, a.chunk.intern) }

func compareRows(a, b row) int {
	switch {
	case a.less(&b):
		return -1
	case b.less(&a):
		return 1
	}
	return 0
}
