package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping/model"
)

// LoadOptions says how to load; nil and the zero value mean the defaults.
type LoadOptions struct {
	// Base is where the graphs live that are of no study. Default:
	// model.DefaultBase.
	Base string
	// Journal remembers what was loaded. Default: none.
	Journal *Journal
	// Changed sends only what the journal does not know to be there already;
	// see Sync. Default: everything is sent.
	Changed bool
	// OneGraph puts all triples into the default graph, where nothing can be
	// replaced. Default: a graph for each study.
	OneGraph bool
	// DryRun only asks, and counts what would be sent.
	DryRun bool
	// OnRefused is told each graph that the store does not take; an error that
	// it returns ends the run. Default: the first ends it.
	OnRefused func(graph string, err error) error
	// BatchBytes is about how many bytes are sent together. Default: 16 MiB.
	BatchBytes int
	// BatchGraphs is how many graphs are sent together at most. Default: 256.
	BatchGraphs int
	// Dataset is described in the graph {base}graph/dataset when all is done, with
	// the counts and the day of the data. Default: no description.
	Dataset *model.Dataset
	// Keep says that studies that do not come are kept (Sync). Default: false.
	Keep bool
	// Recount counts the studies of the store before they are believed to be whole
	// (Sync). Default: only where the store is known to forget.
	Recount bool
	// MostWithdrawn is how many studies may be withdrawn in one sync, as a part
	// of those that are there; more is taken for a fault of the input. Studies
	// whose records were rejected count as well, though they are kept. Default:
	// 0.05, and always ten.
	MostWithdrawn float64
	// AllowEmpty lets an input without a study withdraw all of them (Sync), as
	// far as MostWithdrawn does. Default: that is an error.
	AllowEmpty bool
}

// Summary is what a run came to.
type Summary struct {
	New, Replaced, Unchanged, Withdrawn int64 // studies
	Other                               int64 // other graphs that were sent, the pieces of one counted each
	Quads                               int64 // sent
	Shared                              int64 // lines of the shared graph among them
	Stale                               int64 // lines of the shared graph that went
	Refused                             int64 // graphs
	Torn                                int64 // graphs that the store did not hold as they were counted there
	// Version is the newest day of the registry's data among the records.
	Version string
	// LongLiteral is the length of the longest literal over 64 kB, or 0.
	LongLiteral int
	// Studies and Total are how many studies and quads the store is known to
	// hold in the end.
	Studies, Total int64
}

// Loader brings graphs into a store. It is for one run.
type Loader struct {
	store   *Store
	options LoadOptions
	summary Summary

	hash    hash.Hash
	batch   *batch
	batches chan *batch
	stopped <-chan struct{}
	first   []byte // a line of a graph that was loaded
	proved  bool   // updates arrive as they were sent

	seeds    [2]maphash.Seed
	shared   map[lineHash]struct{} // lines of the shared graph in this run
	parts    map[string]*part      // graphs that came in several pieces
	resend   bool                  // the shared graph is not as it was left
	unsure   bool                  // a record was rejected whose study is not known
	rejected bool                  // a record was
	kept     map[string]bool       // graphs that came, and studies whose record was rejected
	refused  map[string]bool       // studies whose record was rejected
}

type lineHash [2]uint64

// part is a graph that comes in several pieces, whose triples may overlap.
type part struct{ most, sum int64 }

// NewLoader makes a loader.
func (s *Store) NewLoader(options *LoadOptions) *Loader {
	l := &Loader{
		store: s, hash: newHash(), batch: &batch{}, batches: make(chan *batch, 1),
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, shared: map[lineHash]struct{}{},
		parts: map[string]*part{}, kept: map[string]bool{}, refused: map[string]bool{},
	}
	if options != nil {
		l.options = *options
	}
	if l.options.Base == "" {
		l.options.Base = model.DefaultBase
	}
	if l.options.BatchBytes <= 0 {
		l.options.BatchBytes = 16 << 20
	}
	if l.options.BatchGraphs <= 0 {
		l.options.BatchGraphs = 256
	}
	if l.options.MostWithdrawn <= 0 {
		l.options.MostWithdrawn = 0.05
	}
	return l
}

var errStopped = errors.New("the sender stopped")

// Run calls feed with a sink for studies and other graphs, and sends what comes
// there. When feed is done without error, the shared graph is compared, and in
// a Sync what did not come is withdrawn. What was counted in the store when an
// error comes stays there, and the journal knows it.
func (l *Loader) Run(ctx context.Context, feed func(*Sink) error) (Summary, error) {
	if l.options.OneGraph && l.store.capability.NoDefault {
		return l.summary, fmt.Errorf("%s has no default graph of its own, expected a graph for each study", l.store.capability.Name)
	}
	if l.options.Changed {
		if err := l.compare(ctx); err != nil {
			return l.summary, err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l.stopped = ctx.Done()
	var sender sync.WaitGroup
	var sendErr error
	sender.Go(func() {
		for b := range l.batches {
			if sendErr == nil {
				if sendErr = l.send(ctx, b); sendErr != nil {
					cancel(errStopped)
				}
			}
		}
	})
	err := feed(&Sink{l})
	if err == nil {
		err = l.flush()
	}
	close(l.batches)
	sender.Wait()
	if sendErr != nil {
		return l.summary, sendErr
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = l.finish(ctx)
	}
	return l.summary, err
}

// Sink takes graphs; it is a convert.Sink.
type Sink struct{ loader *Loader }

var _ convert.Sink = (*Sink)(nil)

// WriteStudy takes what a study became.
func (s *Sink) WriteStudy(shared []byte, record ...[]byte) error {
	return s.loader.take(shared, newPiece(s.loader.hash, convert.Whole(record)))
}

// WriteShared takes lines that are added to their graph, which may come again.
func (s *Sink) WriteShared(lines []byte) error { return s.loader.take(lines, piece{}) }

// WriteGraph takes a graph, or with more a further part of one, as canonical
// N-Quads without a line twice.
func (s *Sink) WriteGraph(lines []byte, more bool) error {
	first, _ := cutLine(lines)
	graph, err := parsedGraph(first)
	if err != nil {
		return err
	}
	if graph == "" && s.loader.store.capability.NoDefault {
		return fmt.Errorf("%s has no default graph of its own, expected triples in named graphs", s.loader.store.capability.Name)
	}
	p := newPiece(s.loader.hash, lines)
	p.graph, p.more = graph, more || graph == ""
	return s.loader.take(nil, p)
}

// Close does nothing: Run goes on once feed returns.
func (s *Sink) Close() error { return nil }

// Rejected tells the sink of a record that was rejected: of the studies that its
// bytes name, none is withdrawn, and if they name none, none at all is.
func (s *Sink) Rejected(record []byte) {
	s.loader.rejected = true
	found := false
	for rest := record; ; {
		i := bytes.Index(rest, []byte("NCT"))
		if i < 0 || i+11 > len(rest) {
			break
		}
		if id, ok := model.NormalID(string(rest[i : i+11])); ok {
			s.loader.kept[id], s.loader.refused[id] = true, true
			found = true
		}
		rest = rest[i+3:]
	}
	s.loader.unsure = s.loader.unsure || !found
}

// take puts a piece into the batch at hand.
func (l *Loader) take(shared []byte, p piece) error {
	l.remember(shared)
	l.summary.Version = max(l.summary.Version, p.version)
	if l.unchanged(&p) {
		if isStudy(p.graph) {
			l.summary.Unchanged++
		}
		if !l.resend || len(shared) == 0 {
			return nil
		}
		p = piece{}
	}
	l.summary.LongLiteral = max(l.summary.LongLiteral, longLiteral(p.lines, 64<<10))
	if len(l.batch.pieces) > 0 && (l.batch.size()+len(shared)+len(p.lines) > l.options.BatchBytes ||
		len(l.batch.pieces) >= l.options.BatchGraphs || l.batch.has(p.graph)) {
		if err := l.flush(); err != nil {
			return err
		}
	}
	l.batch.shared = append(l.batch.shared, shared...)
	if len(p.lines) > 0 {
		l.batch.add(p)
	}
	if l.batch.size() > l.options.BatchBytes {
		return l.flush()
	}
	return nil
}

// remember keeps 16 bytes for each line of the shared graph.
func (l *Loader) remember(shared []byte) {
	for len(shared) > 0 {
		var line []byte
		line, shared = cutLine(shared)
		l.shared[l.hashOf(line)] = struct{}{}
	}
}

func (l *Loader) hashOf(line []byte) lineHash {
	return lineHash{maphash.Bytes(l.seeds[0], line), maphash.Bytes(l.seeds[1], line)}
}

// unchanged reports whether the store has the graph already, and marks it as seen.
func (l *Loader) unchanged(p *piece) bool {
	if !l.options.Changed || p.more || len(p.lines) == 0 {
		return false
	}
	e, known := l.options.Journal.lookup(p.graph)
	l.kept[shortName(p.graph)] = true
	return known && e.mark == p.mark
}

// flush hands the batch at hand to the sender.
func (l *Loader) flush() error {
	if l.batch.size() == 0 {
		return nil
	}
	b := l.batch
	l.batch = &batch{}
	b.seal()
	select {
	case l.batches <- b:
		return nil
	case <-l.stopped:
		return errStopped
	}
}

func (l *Loader) sharedGraph() string  { return l.options.Base + "graph/shared" }
func (l *Loader) datasetGraph() string { return l.options.Base + "graph/dataset" }

func (l *Loader) stagingGraph(worker int) string {
	return fmt.Sprintf("%sgraph/staging-%d", l.options.Base, worker+1)
}

// isStudy reports whether a graph is that of a study.
func isStudy(graph string) bool {
	return strings.HasPrefix(graph, model.StudyBase+"NCT") && strings.HasSuffix(graph, "#record")
}

// names returns the graphs of pieces.
func names(pieces []piece) []string {
	out := make([]string, 0, len(pieces))
	for i := range pieces {
		if pieces[i].graph != "" {
			out = append(out, pieces[i].graph)
		}
	}
	return slices.Compact(out)
}
