// Package index holds a set of quads so that every pattern of them is found
// fast: terms are numbered, quads are rows of numbers, and sorted in three
// orders, written as differences. An index stands in a folder, of which the
// files are mapped into memory, or in memory alone.
//
// Create and Update write a folder, Open reads it; a Builder makes an index in
// memory. An Index never changes and may be read from several goroutines; who
// writes to its folder meanwhile changes nothing for who has it open.
//
// What is read from a folder is checked against checksums. Where a file is not
// as it was written, the methods of an Index panic with a *CorruptionError, which
// names it: there is no answer then that could be right. [Index.View] makes an
// error of that, and of files that are cut or changed while they are read; what
// reads an index that others can write to belongs in it.
package index

import (
	"slices"
	"sync/atomic"

	"github.com/trialweave/trialweave/rdf"
)

// ID is the number of a term of an index. The zero ID is not a term: in a
// pattern it stands for any, as a graph for the default graph.
type ID uint32

// Quad is a quad as numbers: subject, predicate, object, graph.
type Quad [4]ID

// Places of a term in a quad.
const (
	Subject = iota
	Predicate
	Object
	Graph
)

// Index is an immutable set of quads.
type Index struct {
	segments []*segment // in the sequence in which they were written
	watched  []*file    // those that may change
	// dropped says of a graph which segment dropped it last: what segments
	// before that one hold of it is no part of the index.
	dropped map[ID]int
	graphs  atomic.Pointer[readGraphs]
}

// readGraphs are graphs that were listed when the files had changed so often.
type readGraphs struct {
	all    []ID
	change uint32
}

// segment is what one writer added.
type segment struct {
	terms  *dictionary
	hashes *hashes
	orders [len(orders)]*sorted
	graphs *graphs
	// dropped are the graphs of which earlier segments count no more; nil in
	// memory.
	dropped *file
	text    *textIndex // nil in an index without words
	quads   int        // that no later segment dropped
}

func newIndex(segments []*segment, dropped map[ID]int) *Index {
	x := &Index{segments: segments, dropped: dropped}
	for _, s := range segments {
		for _, f := range s.files() {
			if f.watch != nil {
				x.watched = append(x.watched, f)
			}
		}
	}
	return x
}

// Len counts the quads.
func (x *Index) Len() int {
	n := 0
	for _, s := range x.segments {
		n += s.quads
	}
	return n
}

// Terms counts the terms; their IDs are 1 to Terms. Some may be in no quad any
// more.
func (x *Index) Terms() int {
	if len(x.segments) == 0 {
		return 0
	}
	last := x.segments[len(x.segments)-1].terms
	return int(last.base) + int(last.count)
}

// Term returns a term by its number.
func (x *Index) Term(id ID) rdf.Term {
	for _, s := range slices.Backward(x.segments) {
		if s.terms.holds(id) {
			return s.terms.term(id)
		}
	}
	return rdf.Term{}
}

// Lookup returns the number of a term, and whether the index has it.
func (x *Index) Lookup(t rdf.Term) (ID, bool) {
	if t.IsZero() {
		return 0, false
	}
	tag, key := appendKey(make([]byte, 0, 128), t)
	return x.find(digestOf(tag, key), tag, key)
}

func (x *Index) find(d digest, tag byte, key []byte) (ID, bool) {
	for _, s := range x.segments {
		if id, ok := s.hashes.find(s.terms, d[0], tag, key); ok {
			return id, true
		}
	}
	return 0, false
}

// Graphs returns the named graphs that hold quads, by number, which are listed
// when they are first asked for.
func (x *Index) Graphs() []ID {
	change := x.changes()
	if read := x.graphs.Load(); read != nil && read.change == change {
		return read.all
	}
	all := x.listGraphs()
	x.graphs.Store(&readGraphs{all, change})
	return all
}

func (x *Index) listGraphs() []ID {
	var all []ID
	for i, s := range x.segments {
		for n := range s.graphs.entries() {
			if g := s.graphs.entry(n).id; g != 0 && x.dropped[g] <= i {
				all = append(all, g)
			}
		}
	}
	slices.Sort(all)
	return slices.Clip(slices.Compact(all)) // so that who appends gets another
}

// HasGraph reports whether a named graph holds quads.
func (x *Index) HasGraph(g ID) bool { return g != 0 && x.graphSize(g) > 0 }

// graphSize counts the quads of a graph.
func (x *Index) graphSize(g ID) int {
	n := 0
	for i, s := range x.segments {
		if x.dropped[g] <= i {
			n += s.graphs.of(g).quads
		}
	}
	return n
}

// Predicates returns the predicates of quads, by number. After updates, before
// the index is compacted, some may be in no quad any more.
func (x *Index) Predicates() []ID {
	var all []ID
	for _, s := range x.segments {
		for n := range s.orders[posg].counts() {
			all = append(all, s.orders[posg].count1(n).id)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Counts are those of a predicate.
type Counts struct{ Quads, Subjects, Objects int }

// Predicate counts the quads of a predicate, their different subjects and
// objects. After updates, before the index is compacted, they are upper bounds.
func (x *Index) Predicate(p ID) Counts {
	var c Counts
	for _, s := range x.segments {
		with := s.orders[posg].of(p)
		c.Quads += int(with.quads)
		c.Objects += int(with.distinct)
		c.Subjects += int(s.orders[spog].of(p).distinct)
	}
	return c
}
