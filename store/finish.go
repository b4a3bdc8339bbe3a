package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// compare takes out of the journal what the store does not say too, and puts in
// what it does not know: a store that was emptied, restored or filled by others
// is then brought right.
func (l *Loader) compare(ctx context.Context) error {
	j := l.options.Journal
	if j == nil {
		return fmt.Errorf("a sync needs a journal")
	}
	there, err := l.store.studies(ctx)
	if err != nil {
		return err
	}
	l.reconcile(there)
	if l.resend, err = l.recountShared(ctx); err != nil {
		return err
	}
	if l.options.Recount || l.store.capability.Forgets {
		return l.recount(ctx)
	}
	return nil
}

// reconcile makes the journal say no more than the store.
func (l *Loader) reconcile(there map[string]string) {
	j := l.options.Journal
	j.mu.Lock()
	defer j.mu.Unlock()
	for name, e := range j.entries {
		content, found := there[name]
		if isStudy(longName(name)) && (!found || content != e.content) {
			delete(j.entries, name)
		}
	}
	for name := range there {
		if _, known := j.entries[name]; !known {
			j.entries[name] = entry{} // its mark is that of no graph
		}
	}
}

// studies asks the store which studies it holds, and the hash of each record
// where the graph states it. The answer may have many rows: it is asked for in
// pages where the store answers with a bounded number.
func (s *Store) studies(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	after := ""
	for {
		page, last, n := map[string]string{}, "", 0
		query := "SELECT ?g ?h WHERE { GRAPH ?g { ?s a <" + model.NSRegistry + "Study> . OPTIONAL { ?g <" + model.NSTool + "content_hash> ?h } }"
		if after != "" {
			query += " FILTER(STR(?g) > \"" + after + "\")"
		}
		query += " }"
		if s.capability.Rows > 0 {
			query += fmt.Sprintf(" ORDER BY STR(?g) LIMIT %d", s.capability.Rows)
		}
		err := s.rows(ctx, query, func() { clear(page); n, last = 0, "" }, func(row []string) {
			n++
			last = row[0]
			if isStudy(row[0]) && len(row) > 1 {
				page[strings.Clone(shortName(row[0]))] = strings.Clone(row[1])
			}
		})
		if err != nil {
			return nil, err
		}
		for name, content := range page {
			out[name] = content
		}
		if s.capability.Rows == 0 || n < s.capability.Rows {
			return out, nil
		}
		after = strings.Clone(last)
	}
}

// finish does what can only be done when everything came.
func (l *Loader) finish(ctx context.Context) error {
	if l.options.Changed && !l.options.Keep {
		if err := l.withdraw(ctx); err != nil {
			return err
		}
	}
	switch {
	case l.options.DryRun:
		return nil
	case l.options.OneGraph:
		return l.sweep(ctx)
	}
	if err := l.compareShared(ctx); err != nil {
		return err
	}
	if err := l.describe(ctx); err != nil {
		return err
	}
	return l.sweep(ctx)
}

// withdraw removes the studies that did not come.
func (l *Loader) withdraw(ctx context.Context) error {
	j := l.options.Journal
	var gone []string
	known, rejected := 0, 0
	for name := range j.entries {
		graph := longName(name)
		if !isStudy(graph) {
			continue
		}
		known++
		if !l.kept[name] {
			gone = append(gone, graph)
		} else if l.refused[name] {
			rejected++
		}
	}
	slices.Sort(gone)
	switch most := max(10, int(l.options.MostWithdrawn*float64(known))); {
	case len(gone) == known && known > 0 && !l.options.AllowEmpty:
		return fmt.Errorf("the input has none of the %d studies in the store, so none was withdrawn\nhint: check the input; --allow-empty withdraws them all the same", known)
	case len(gone) > 0 && rejected > 0 && len(gone)+rejected > most:
		return fmt.Errorf("%d of %d studies are missing from the input and the records of %d others were rejected; the limit is %d, so none was withdrawn (missing: %s)\nhint: check that the input is complete; --max-withdrawn 100%% withdraws them, --keep keeps them", len(gone), known, rejected, most, firstStudies(gone))
	case len(gone) == 0:
		return nil
	case l.unsure:
		return fmt.Errorf("a rejected record does not say of which study it is: the %d studies that did not come are not withdrawn, since it may be one of them\nhint: mend the record, or say --keep", len(gone))
	case len(gone) > most:
		return fmt.Errorf("%d of %d studies are missing from the input; the limit is %d, so none was withdrawn (missing: %s)\nhint: check that the input is complete; --max-withdrawn 100%% withdraws them, --keep keeps them", len(gone), known, most, firstStudies(gone))
	}
	l.summary.Withdrawn = int64(len(gone))
	if l.options.DryRun {
		return nil
	}
	for some := range slices.Chunk(gone, l.options.BatchGraphs) {
		if err := l.remove(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// firstStudies lists the numbers of the first few studies of graphs.
func firstStudies(graphs []string) string {
	const most = 3
	var names []string
	for _, graph := range graphs[:min(len(graphs), most)] {
		id, _, _ := strings.Cut(strings.TrimPrefix(graph, model.StudyBase), "#")
		names = append(names, id)
	}
	text := strings.Join(names, ", ")
	if len(graphs) > most {
		text += ", …"
	}
	return text
}

func (l *Loader) remove(ctx context.Context, graphs []string) error {
	j := l.options.Journal
	if err := l.store.Drop(ctx, graphs...); err != nil {
		return err
	}
	left, err := l.store.counts(ctx, graphs)
	if err != nil {
		return err
	}
	for _, g := range graphs {
		if left[g] > 0 {
			return &CountError{g, 0, left[g]}
		}
		j.gone(g)
	}
	return j.flush()
}

// compareShared reads the shared graph back: what was sent has to be there, and
// after a sync that is complete, what no study uses any more goes.
func (l *Loader) compareShared(ctx context.Context) error {
	complete := l.options.Changed && !l.options.Keep && !l.rejected && l.summary.Refused == 0
	if len(l.shared) == 0 {
		return nil
	}
	graph := l.sharedGraph()
	var stale []byte
	var buf []byte
	var found map[lineHash]struct{}
	err := l.store.read(ctx, graph, func() { stale, found = nil, make(map[lineHash]struct{}, len(l.shared)) }, func(line rdf.Line) {
		var h lineHash
		h, buf = l.hashLine(line, graph, buf)
		if _, wanted := l.shared[h]; wanted {
			found[h] = struct{}{}
		} else if complete {
			stale = append(stale, buf...)
		}
	})
	if err != nil {
		return err
	}
	if len(found) < len(l.shared) {
		return &CountError{graph, int64(len(l.shared)), int64(len(found))}
	}
	l.summary.Stale = int64(countLines(stale))
	if err := l.removeShared(ctx, stale); err != nil || l.options.Journal == nil {
		return err
	}
	n, err := l.store.Count(ctx, graph)
	if err == nil {
		l.options.Journal.note(graph, entry{quads: n})
		err = l.options.Journal.flush()
	}
	return err
}

func (l *Loader) removeShared(ctx context.Context, stale []byte) error {
	if l.store.at.update == "" {
		l.summary.Stale = 0
		return nil // the Graph Store Protocol cannot remove triples
	}
	const most = 1000
	graph := l.sharedGraph()
	for rest := stale; len(rest) > 0; {
		var some []byte
		some, rest = cutLines(rest, most)
		text := "DELETE DATA {\nGRAPH <" + graph + "> {\n" + string(appendSPARQL(nil, appendTriples(nil, some, graph))) + "}\n}"
		if err := l.store.update(ctx, "removing what no study uses from <"+graph+">", text, false); err != nil {
			return err
		}
	}
	return nil
}

// describe says in the store what the dataset is.
func (l *Loader) describe(ctx context.Context) error {
	if err := l.total(ctx); err != nil {
		return err
	}
	if l.options.Dataset == nil {
		return nil
	}
	d := *l.options.Dataset
	d.Base, d.Studies, d.Quads = l.options.Base, l.summary.Studies, l.summary.Total
	if l.summary.Version > d.Version {
		d.Version = l.summary.Version
	}
	lines, err := GraphLines(l.datasetGraph(), rdf.Turtle, d.Describe())
	if err != nil {
		return err
	}
	p := newPiece(l.hash, lines)
	if e, known := l.lookup(p.graph); known && l.options.Changed && e.mark == p.mark {
		return nil
	}
	b := &batch{}
	b.add(p)
	b.seal()
	return l.send(ctx, b)
}

// total counts what the store holds: what the journal knows, or what was sent
// where there is none, and the shared graph.
func (l *Loader) total(ctx context.Context) error {
	shared, err := l.store.Count(ctx, l.sharedGraph())
	if err != nil {
		return err
	}
	l.summary.Studies = l.summary.New + l.summary.Replaced
	l.summary.Total = l.summary.Quads + shared
	if l.options.Journal == nil {
		return nil
	}
	if err := l.countUnknown(ctx); err != nil {
		return err
	}
	l.summary.Studies, l.summary.Total = 0, shared
	for name, e := range l.options.Journal.entries {
		if graph := longName(name); graph != l.datasetGraph() && graph != l.sharedGraph() {
			l.summary.Total += e.quads
			if isStudy(graph) {
				l.summary.Studies++
			}
		}
	}
	return nil
}

// countUnknown counts the studies of the store that the journal does not know,
// and that stay.
func (l *Loader) countUnknown(ctx context.Context) error {
	j := l.options.Journal
	var unknown []string
	for name, e := range j.entries {
		if graph := longName(name); e.quads == 0 && isStudy(graph) {
			unknown = append(unknown, graph)
		}
	}
	for some := range slices.Chunk(unknown, l.options.BatchGraphs) {
		found, err := l.store.counts(ctx, some)
		if err != nil {
			return err
		}
		for g, n := range found {
			j.entries[shortName(g)] = entry{quads: n}
		}
	}
	return nil
}

// sweep removes what this run or one that was killed left behind.
func (l *Loader) sweep(ctx context.Context) error {
	if l.store.at.update == "" {
		return nil
	}
	for w := range max(1, l.store.capability.Workers) {
		n, err := l.store.Count(ctx, l.stagingGraph(w))
		if err == nil && n > 0 {
			err = l.store.Drop(ctx, l.stagingGraph(w))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SeesUnion reports whether a query without GRAPH sees what was loaded; how to
// have it so is in the capabilities. True where nothing was loaded.
func (l *Loader) SeesUnion(ctx context.Context) (bool, error) {
	if l.first == nil || l.store.at.query == "" || l.options.DryRun {
		return true, nil
	}
	return l.store.UnionDefault(ctx, l.first)
}

// GraphLines turns documents of RDF into the lines of one graph, sorted, each
// once.
func GraphLines(graph string, format rdf.Format, documents ...[]byte) ([]byte, error) {
	var lines [][]byte
	for _, data := range documents {
		for q, err := range rdf.Read(bytes.NewReader(data), format, &rdf.ReadOptions{Version: rdf.RDF12}) {
			if err != nil {
				return nil, err
			}
			q.Graph = rdf.IRI(graph)
			lines = append(lines, rdf.AppendQuad(nil, q))
		}
	}
	slices.SortFunc(lines, bytes.Compare)
	lines = slices.CompactFunc(lines, bytes.Equal)
	return bytes.Join(lines, nil), nil
}
