package main

import (
	"context"
	"fmt"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/store"
)

// rdfFeed gives the graphs of an RDF file to a sink, each as a whole where its
// quads stand together.
type rdfFeed struct {
	std  *streams
	name string
	from string
	base string

	rdf12 string // the first quad that only RDF 1.2 has
	lines []byte
	seen  map[string]struct{} // lines of the piece at hand
	given map[string]bool     // graphs that were given, in part at least
}

// check reads the whole file before anything is sent.
func (f *rdfFeed) check(ctx context.Context) error {
	if f.name == "-" {
		return fmt.Errorf("RDF is not loaded from standard input, expected a file: it is read twice, since it is checked before anything is sent")
	}
	for q, err := range input.RDF(ctx, f.name, f.reading()) {
		if err != nil {
			return err
		}
		if f.rdf12 == "" && (q.Object.Kind == rdf.TripleTerm || q.Object.Direction != rdf.NoDirection) {
			f.rdf12 = q.String()
		}
		for _, t := range [...]rdf.Term{q.Subject, innermost(q.Object), q.Graph} {
			if t.Kind == rdf.BlankTerm {
				return fmt.Errorf("%s: the blank node _:%s, expected IRIs: blank nodes cannot be compared or replaced\nhint: the store's own loader takes such files", f.name, t.Value)
			}
		}
	}
	return nil
}

// reading says how the file is read: as RDF 1.2, which a store may take.
func (f *rdfFeed) reading() *input.Options {
	o := f.std.rdf(f.from)
	o.Version = rdf.RDF12
	return o
}

// innermost is the blank node in a triple term, or else the term.
func innermost(t rdf.Term) rdf.Term {
	s, _, o, ok := t.Triple()
	switch {
	case !ok:
		return t
	case s.Kind == rdf.BlankTerm:
		return s
	}
	return innermost(o)
}

// pieceBytes is about where a graph is sent in parts.
const pieceBytes = 16 << 20

func (f *rdfFeed) feed(ctx context.Context, sink *store.Sink) error {
	f.seen, f.given = map[string]struct{}{}, map[string]bool{}
	var graph rdf.Term
	for q, err := range input.RDF(ctx, f.name, f.reading()) {
		if err != nil {
			return err
		}
		if q.Graph != graph || len(f.lines) > pieceBytes {
			if err := f.give(sink, graph); err != nil {
				return err
			}
			graph = q.Graph
		}
		start := len(f.lines)
		f.lines = rdf.AppendQuad(f.lines, q)
		line := f.lines[start:]
		if _, twice := f.seen[string(line)]; twice {
			f.lines = f.lines[:start]
			continue
		}
		f.seen[string(line)] = struct{}{}
	}
	return f.give(sink, graph)
}

// give hands over what was collected of a graph.
func (f *rdfFeed) give(sink *store.Sink, graph rdf.Term) error {
	if len(f.lines) == 0 {
		return nil
	}
	base := f.base
	if base == "" {
		base = model.DefaultBase
	}
	var err error
	if graph.Value == base+"graph/shared" {
		err = sink.WriteShared(f.lines)
	} else {
		err = sink.WriteGraph(f.lines, f.given[graph.Value])
		f.given[graph.Value] = true
	}
	f.lines = f.lines[:0]
	clear(f.seen)
	return err
}
