package index

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"sort"
)

// graphs say where the quads of graphs are. Terms that come together have
// numbers that lie together, so a graph is a few runs of rows of spog, and a
// subject, as a rule, is in one graph, which is that of its neighbours.
type graphs struct{ *file }

// Sections of the file of graphs.
const (
	sectionSubjects = iota // a subject, and the graph of it and those behind it
	sectionRuns            // of each graph: where a run begins, and its length
	sectionGraphs          // of each graph: its quads, and its first run
)

const (
	subjectSize = 4 + 4
	runSize     = 8
	graphSize   = 4 + 8 + 8
	// runBits are those of the length of a run.
	runBits = 24
	longest = 1<<runBits - 1
	// noGraph is of subjects that are in several graphs.
	noGraph = ^uint32(0)
)

// subjects counts the entries of subjects.
func (g *graphs) subjects() int {
	from, to := g.section(sectionSubjects)
	return int(to-from) / subjectSize
}

// subject returns an entry: the first subject, and the graph.
func (g *graphs) subject(i int) (first, graph uint32) {
	v := g.uint64(sectionSubjects, i)
	return uint32(v >> 32), uint32(v)
}

// subjectGraphs finds the graphs of subjects, one after the other.
type subjectGraphs struct {
	*graphs
	at          int // of the entry that was found last
	first, next uint32
	graph       uint32 // of all from first on that are before next
}

// of returns the graph of all quads of a subject, noGraph for none.
func (s *subjectGraphs) of(subject uint32) uint32 {
	if subject-s.first < s.next-s.first {
		return s.graph
	}
	n := s.subjects()
	if subject < s.next || s.next == 0 || !s.near(subject, n) {
		s.at = sort.Search(n, func(i int) bool { first, _ := s.subject(i); return first > subject }) - 1
	}
	if s.at < 0 {
		s.at, s.first, s.next = 0, 0, 0
		return noGraph
	}
	s.first, s.graph = s.subject(s.at)
	s.next = noGraph
	if s.at+1 < n {
		s.next, _ = s.subject(s.at + 1)
	}
	return s.graph
}

// near looks for a subject in the entries behind the last one, where it is as a
// rule, and reports whether it is there.
func (s *subjectGraphs) near(subject uint32, n int) bool {
	const window = 8
	to := min(n, s.at+1+window)
	from, _ := s.section(sectionSubjects)
	b := s.bytes(from+subjectSize*int64(s.at+1), from+subjectSize*int64(to))
	for i := s.at + 1; i < to; i++ {
		if binary.LittleEndian.Uint32(b[subjectSize*(i-s.at-1)+4:]) > subject {
			s.at = i - 1
			return true
		}
	}
	return false
}

// graphEntry is a graph: its quads, and the runs that it has.
type graphEntry struct {
	id       ID
	quads    int
	from, to int
}

func (g *graphs) entries() int { return int(g.count) }

func (g *graphs) entry(i int) graphEntry {
	from, _ := g.section(sectionGraphs)
	from += graphSize * int64(i)
	b := g.bytes(from, from+graphSize)
	e := graphEntry{id: ID(binary.LittleEndian.Uint32(b)), quads: int(binary.LittleEndian.Uint64(b[4:])), from: int(binary.LittleEndian.Uint64(b[12:]))}
	start, end := g.section(sectionRuns)
	if e.to = int(end-start) / runSize; i+1 < g.entries() {
		b = g.bytes(from+graphSize, from+2*graphSize)
		e.to = int(binary.LittleEndian.Uint64(b[12:]))
	}
	return e
}

// of returns the entry of a graph, which has no quads if the graph is unknown.
func (g *graphs) of(id ID) graphEntry {
	i := sort.Search(g.entries(), func(i int) bool { return g.entry(i).id >= id })
	if i < g.entries() {
		if e := g.entry(i); e.id == id {
			return e
		}
	}
	return graphEntry{id: id}
}

// run returns the positions of the first row of a run, and of the one behind it.
func (g *graphs) run(i int) (from, to int) {
	v := g.uint64(sectionRuns, i)
	from = int(v >> runBits)
	return from, from + int(v&longest)
}

// graphScan is the rows of a graph, as spog has them, that lie between two
// positions.
type graphScan struct {
	*cursor
	graphs   *graphs
	run, end int // runs that have not begun
	at, to   int // positions in the run
	last     int
}

// inGraph returns the rows of a graph whose first places agree with a key, in
// the sequence of spog.
func (s *segment) inGraph(g ID, key *row, depth int) *graphScan {
	e := s.graphs.of(g)
	out := &graphScan{cursor: s.orders[spog].cursor(true), graphs: s.graphs, run: e.from, end: e.to, last: s.orders[spog].rows()}
	if depth == 0 || e.quads == 0 {
		return out
	}
	var first int
	first, out.last = s.orders[spog].between(key, depth)
	out.run += sort.Search(e.to-e.from, func(i int) bool { _, to := s.graphs.run(e.from + i); return to > first })
	if out.run < out.end {
		out.at, out.to = s.graphs.run(out.run)
		out.at = max(out.at, first)
		out.run++
		out.begin()
	}
	return out
}

// begin moves to the rows between at and to.
func (s *graphScan) begin() {
	if s.to = min(s.to, s.last); s.at >= s.to {
		s.at, s.to, s.run = 0, 0, s.end
		return
	}
	if s.to > s.rows() {
		s.graphs.damaged(-1, "a run of rows that there are not", "one of the graph")
	}
	s.move(s.at)
}

func (s *graphScan) next() *row {
	for s.at == s.to {
		if s.run >= s.end {
			return nil
		}
		s.at, s.to = s.graphs.run(s.run)
		s.run++
		s.begin()
	}
	s.at++
	return s.cursor.next()
}

// mostRuns are the runs that are counted one by one.
const mostRuns = 64

// countInGraph counts the rows that inGraph returns: exactly where they are in
// few runs, else it is an upper bound.
func (s *segment) countInGraph(g ID, key *row, depth int) int {
	e := s.graphs.of(g)
	if depth == 0 || e.quads == 0 {
		return e.quads
	}
	first, last := s.orders[spog].between(key, depth)
	n := 0
	from := e.from + sort.Search(e.to-e.from, func(i int) bool { _, to := s.graphs.run(e.from + i); return to > first })
	for i := from; i < e.to; i++ {
		at, to := s.graphs.run(i)
		if at >= last {
			break
		}
		if i == from+mostRuns {
			return min(last-first, e.quads)
		}
		n += min(to, last) - max(at, first)
	}
	return n
}

// graphsWriter makes the file of graphs of the rows of spog, which come in order.
type graphsWriter struct {
	to      *fileWriter
	spilled *runs // where there are many runs
	space   *workspace

	begun            bool
	position         int
	from             int    // where the run began
	graph            uint32 // of the run
	subject, only    uint32 // the subject at hand and its graph, noGraph for several
	several          subjectSet
	written          uint32 // the graph of the entry that was written last
	subjects         int
	pending          []row // runs: graph, where it begins in two parts, length
	entry            graphEntry
	entries, allRuns uint64
}

// mostPending is how many runs are held in memory.
const mostPending = 1 << 18

func (w *graphsWriter) add(r *row) {
	switch {
	case !w.begun:
		w.begun = true
		w.graph, w.subject, w.only = r[3], r[0], r[3]
	case r[0] != w.subject:
		w.endSubject()
		w.subject, w.only = r[0], r[3]
	case r[3] != w.only:
		w.only = noGraph
	}
	if r[3] != w.graph || w.position-w.from == longest {
		w.endRun()
		w.graph, w.from = r[3], w.position
	}
	w.position++
}

func (w *graphsWriter) endSubject() {
	if w.only == noGraph {
		w.several.add(w.subject)
	}
	if w.subjects > 0 && w.only == w.written {
		return
	}
	w.subjects++
	w.written = w.only
	var b [subjectSize]byte
	binary.LittleEndian.PutUint64(b[:], uint64(w.subject)<<32|uint64(w.only))
	w.to.write(b[:])
}

func (w *graphsWriter) endRun() {
	w.pending = append(w.pending, row{w.graph, uint32(w.from >> 32), uint32(w.from), uint32(w.position - w.from)})
	if len(w.pending) == mostPending && w.space != nil {
		w.spill()
	}
}

// spill leaves runs in a file. What goes wrong is a panic, as while rows are merged.
func (w *graphsWriter) spill() {
	var err error
	if w.spilled == nil {
		w.spilled, err = newRuns(w.space, nameGraphs, nil)
	}
	slices.SortFunc(w.pending, compareRows)
	if err == nil {
		err = w.spilled.add(w.pending)
	}
	if err != nil {
		panic(failure{err})
	}
	w.pending = w.pending[:0]
}

// finish writes the file.
func (w *graphsWriter) finish(ctx context.Context) (seal uint32, err error) {
	if w.begun {
		w.endSubject()
		w.endRun()
	}
	w.to.endSection()
	slices.SortFunc(w.pending, compareRows)
	sources := []source{&rowList{rows: w.pending}}
	if w.spilled != nil {
		sources = append(sources, w.spilled.sources()...)
	}
	if err := merge(steps(ctx, nil), sources, runWriter{w}); err != nil {
		return 0, err
	}
	w.endGraph()
	w.to.nextSection()
	return w.to.finish(partGraphs, w.entries)
}

// close removes what was spilled.
func (w *graphsWriter) close() error { return w.spilled.remove() }

// runWriter takes the runs of all graphs.
type runWriter struct{ *graphsWriter }

func (w runWriter) add(r *row) {
	if w.allRuns == 0 || ID(r[0]) != w.entry.id {
		w.endGraph()
		w.entry = graphEntry{id: ID(r[0]), from: int(w.allRuns)}
	}
	w.allRuns++
	w.entry.quads += int(r[3])
	var b [runSize]byte
	binary.LittleEndian.PutUint64(b[:], (uint64(r[1])<<32|uint64(r[2]))<<runBits|uint64(r[3]))
	w.to.write(b[:])
}

func (w *graphsWriter) endGraph() {
	if w.allRuns == 0 {
		return
	}
	w.entries++
	b := binary.LittleEndian.AppendUint32(nil, uint32(w.entry.id))
	b = binary.LittleEndian.AppendUint64(b, uint64(w.entry.quads))
	w.to.later(binary.LittleEndian.AppendUint64(b, uint64(w.entry.from)))
}

// rowList gives rows that are in memory.
type rowList struct {
	rows []row
	at   int
}

func (l *rowList) next() *row {
	if l.at == len(l.rows) {
		return nil
	}
	l.at++
	return &l.rows[l.at-1]
}

// subjectSet is a set of numbers, most of which are near one another.
type subjectSet struct {
	pages []*[setPage / 64]uint64 // nil for one without a number
}

const setPage = 1 << 14 // numbers of a page

func (s *subjectSet) add(n uint32) {
	page := int(n / setPage)
	if page >= len(s.pages) {
		s.pages = append(s.pages, make([]*[setPage / 64]uint64, page+1-len(s.pages))...)
	}
	if s.pages[page] == nil {
		s.pages[page] = new([setPage / 64]uint64)
	}
	s.pages[page][n%setPage/64] |= 1 << (n % 64)
}

func (s *subjectSet) has(n uint32) bool {
	page := int(n / setPage)
	return page < len(s.pages) && s.pages[page] != nil && s.pages[page][n%setPage/64]&(1<<(n%64)) != 0
}

// writtenGraphs is what is known when spog and the graphs were written.
type writtenGraphs struct {
	rows         int
	spog, graphs uint32 // seals
	several      subjectSet
}

// writeGraphs writes the rows of spog, and the graphs that they have.
func writeGraphs(ctx context.Context, in *workspace, give feed) (out writtenGraphs, err error) {
	defer recoverError(&err)
	f, err := os.Create(in.path(nameGraphs))
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	g := &graphsWriter{to: newFileWriter(f), space: in}
	defer func() { err = errors.Join(err, g.close()) }()
	out.spog, err = writeFile(in.path(orders[spog].name), func(w *fileWriter) (uint32, error) {
		to := newOrderWriter(w, &orders[spog], nil)
		to.graphs = g
		if err := give(steps(ctx, in.meter), to); err != nil {
			return 0, err
		}
		out.rows = to.rows
		return to.finish()
	})
	if err == nil {
		out.graphs, err = g.finish(ctx)
	}
	out.several = g.several
	return out, err
}
