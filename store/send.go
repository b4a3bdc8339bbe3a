package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// send brings a batch into the store and notes what is there afterwards.
func (l *Loader) send(ctx context.Context, b *batch) error {
	if err := l.withhold(b); err != nil {
		return err
	}
	graphs := names(b.pieces)
	if l.options.DryRun {
		return l.dryRun(ctx, b, graphs)
	}
	if l.options.OneGraph {
		return l.sendPlain(ctx, b)
	}
	if l.options.Journal != nil && len(graphs) > 0 {
		if err := l.options.Journal.uncertain(graphs); err != nil {
			return err
		}
	}
	var err error
	if l.store.capability.Quads && l.store.at.quads != "" {
		err = l.sendQuads(ctx, b)
	} else {
		err = l.sendGraphs(ctx, b)
	}
	if l.options.Journal != nil && len(graphs) > 0 {
		err = errors.Join(err, l.options.Journal.flush())
	}
	return err
}

// withhold refuses the graphs with a literal that is longer than the store takes
// over HTTP: it would cut or reject the literal, some stores without an error.
func (l *Loader) withhold(b *batch) error {
	most := l.store.capability.LiteralMost
	if most == 0 {
		return nil
	}
	tooLong := func(lines []byte) error {
		if n := longLiteral(lines, most); n > most {
			return fmt.Errorf("a literal has %d bytes, and %s takes at most %d over HTTP\nhint: --bulk DIR loads it with the store's own loader", n, l.store.capability.Name, most)
		}
		return nil
	}
	if err := tooLong(b.shared); err != nil {
		return err
	}
	kept := b.pieces[:0]
	for _, p := range b.pieces {
		if err := tooLong(p.lines); err == nil {
			kept = append(kept, p)
		} else if err := l.refuse(p.graph, err); err != nil {
			return err
		}
	}
	b.pieces = kept
	return nil
}

// dryRun counts what would be sent.
func (l *Loader) dryRun(ctx context.Context, b *batch, graphs []string) error {
	there, err := l.store.counts(ctx, graphs)
	if err != nil {
		return err
	}
	l.summary.Shared += int64(countLines(b.shared))
	for i := range b.pieces {
		l.placed(&b.pieces[i], there[b.pieces[i].graph] > 0)
	}
	return nil
}

// placed counts a piece that is in place.
func (l *Loader) placed(p *piece, was bool) {
	l.summary.Quads += p.quads
	switch {
	case !isStudy(p.graph):
		l.summary.Other++
	case was:
		l.summary.Replaced++
	default:
		l.summary.New++
	}
	if l.first == nil {
		line, _ := cutLine(p.lines)
		l.first = append(l.first, line...)
	}
}

// sendQuads sends graphs that are new as N-Quads, which is fastest, and replaces
// those that are there in one update, which the store carries out whole or not
// at all: a body that was cut is no update.
func (l *Loader) sendQuads(ctx context.Context, b *batch) error {
	there, err := l.store.counts(ctx, names(b.pieces))
	if err != nil {
		return err
	}
	var fresh, old batch
	fresh.shared = b.shared
	for _, p := range b.pieces {
		if there[p.graph] == 0 || p.more {
			fresh.pieces = append(fresh.pieces, p)
		} else {
			old.pieces = append(old.pieces, p)
		}
	}
	refused := map[string]bool{}
	if err := l.bisect(&fresh, refused, func(b *batch) error { return l.postBatch(ctx, b) }); err != nil {
		return err
	}
	if err := l.bisect(&old, refused, func(b *batch) error { return l.replace(ctx, b.pieces) }); err != nil {
		return err
	}
	l.summary.Shared += int64(countLines(b.shared))
	return l.verify(ctx, b.pieces, there, refused)
}

// replace replaces graphs in one update, and asks whether it was carried out:
// a graph may have as many triples as the one before. What it asks for is a
// triple that the same update makes. (MOVE would be simpler. On TDB2 of Jena
// 5.6.0 it loses triples.)
func (l *Loader) replace(ctx context.Context, pieces []piece) error {
	if err := l.tryProof(ctx, pieces[0].graph); err != nil {
		return err
	}
	proof := l.proof()
	if err := l.store.update(ctx, "replacing graphs", replacement(pieces, l.stagingGraph(0), proof), false); err != nil {
		return err
	}
	return l.proven(ctx, proof, pieces[0].graph)
}

// tryProof proves, before the first graph of a run is replaced, that updates
// arrive as they were sent.
func (l *Loader) tryProof(ctx context.Context, graph string) error {
	if l.proved {
		return nil
	}
	proof := l.proof()
	err := l.store.update(ctx, "trying an update", replacement(nil, l.stagingGraph(0), proof), false)
	if err == nil {
		err = l.proven(ctx, proof, graph)
	}
	l.proved = err == nil
	return err
}

// proof is a triple that no update made before, and that is another one to a
// store that takes UTF-8 for something else.
func (l *Loader) proof() string {
	return fmt.Sprintf("<%s> <%sproof> \"%s é 漢 𝄞\"", l.stagingGraph(0), model.NSTool, rand.Text())
}

func (l *Loader) proven(ctx context.Context, proof, graph string) error {
	done, err := l.store.any(ctx, "GRAPH <"+l.stagingGraph(0)+"> { "+proof+" . ?s ?p ?o }")
	if err == nil && !done {
		err = &ContentError{graph}
	}
	return err
}

func (l *Loader) postBatch(ctx context.Context, b *batch) error {
	var body [][]byte
	if len(b.shared) > 0 {
		body = append(body, b.shared)
	}
	for i := range b.pieces {
		body = append(body, b.pieces[i].lines)
	}
	return l.store.post(ctx, body...)
}

// bisect sends a batch, and where the store refuses what is in it, its halves,
// until the graphs that it does not take are found.
func (l *Loader) bisect(b *batch, refused map[string]bool, send func(*batch) error) error {
	if len(b.pieces) == 0 && len(b.shared) == 0 {
		return nil
	}
	err := send(b)
	var no *RefusedError
	if err == nil || !errors.As(err, &no) || !no.data() || len(b.pieces) == 0 {
		return err
	}
	if len(b.pieces) > 1 {
		first, second := b.halves()
		if err := l.bisect(first, refused, send); err != nil {
			return err
		}
		return l.bisect(second, refused, send)
	}
	if len(b.shared) > 0 { // one of the two is at fault
		if err := send(&batch{shared: b.shared}); err != nil {
			return err
		}
		return l.bisect(&batch{pieces: b.pieces}, refused, send)
	}
	refused[b.pieces[0].graph] = true
	return l.refuse(b.pieces[0].graph, err)
}

// refuse tells of a graph that the store does not take.
func (l *Loader) refuse(graph string, err error) error {
	l.summary.Refused++
	if l.options.OnRefused == nil {
		return err
	}
	return l.options.OnRefused(graph, err)
}

// verify counts what is there, and notes what is right.
func (l *Loader) verify(ctx context.Context, pieces []piece, there map[string]int64, refused map[string]bool) error {
	if len(pieces) == 0 {
		return nil
	}
	found, err := l.counted(ctx, pieces, there)
	if err == nil {
		err = l.rebuild(ctx, pieces, there, found, refused)
	}
	if err != nil {
		return err
	}
	for i := range pieces {
		p := &pieces[i]
		if refused[p.graph] {
			continue
		}
		if fault := l.check(p, found[p.graph], there[p.graph] > 0); fault != nil && err == nil {
			err = fault
		}
	}
	return err
}

// counted counts graphs. Of those that were not there none can hold more than was
// sent: that their sum is right tells that each is.
func (l *Loader) counted(ctx context.Context, pieces []piece, there map[string]int64) (map[string]int64, error) {
	fresh, others, sum := map[string]int64{}, []string{}, int64(0)
	for i := range pieces {
		if p := &pieces[i]; l.store.at.size == "" || p.more || l.parts[p.graph] != nil || there[p.graph] > 0 {
			others = append(others, p.graph)
		} else {
			fresh[p.graph] = p.quads
			sum += p.quads
		}
	}
	graphs := slices.Sorted(maps.Keys(fresh))
	if n, err := l.store.size(ctx, graphs); err != nil || n != sum {
		fresh, others = map[string]int64{}, append(others, graphs...)
	}
	if len(others) == 0 {
		return fresh, nil
	}
	found, err := l.store.counts(ctx, slices.Compact(others))
	if err != nil {
		return nil, err
	}
	maps.Copy(found, fresh)
	return found, nil
}

// rebuild makes graphs anew of which the store says, though it replaced them, that
// they hold something else, as RDF4J's native store may once it was killed.
func (l *Loader) rebuild(ctx context.Context, pieces []piece, there, found map[string]int64, refused map[string]bool) error {
	for i := range pieces {
		p := &pieces[i]
		if p.more || l.parts[p.graph] != nil || refused[p.graph] || there[p.graph] == 0 || found[p.graph] == p.quads {
			continue
		}
		if err := l.clearGraph(ctx, p.graph); err != nil {
			return err
		}
		if err := l.replace(ctx, pieces[i:i+1]); err != nil {
			return err
		}
		n, err := l.store.Count(ctx, p.graph)
		if err != nil {
			return err
		}
		found[p.graph] = n
	}
	return nil
}

// clearGraph removes a graph. Rows that a killed store has in one of its indexes only
// outlast that; added again, they are in all of them, and go.
func (l *Loader) clearGraph(ctx context.Context, graph string) error {
	drop := func() error { return l.store.Drop(ctx, graph) }
	err := l.expect(ctx, graph, graph, 0, drop)
	var left *ContentError
	if !errors.As(err, &left) {
		return err
	}
	var rows []byte
	err = l.store.read(ctx, graph, func() { rows = rows[:0] }, func(line rdf.Line) {
		rows = fmt.Appendf(rows, "%s %s %s .\n", line.Subject, line.Predicate, line.Object)
	})
	if err == nil {
		err = l.store.add(ctx, graph, rows)
	}
	if err != nil {
		return err
	}
	return l.expect(ctx, graph, graph, 0, drop)
}

// check compares the count of a graph, and notes it in the journal.
func (l *Loader) check(p *piece, found int64, was bool) error {
	if p.more || l.parts[p.graph] != nil {
		return l.checkPart(p, found)
	}
	if found != p.quads {
		return &CountError{p.graph, p.quads, found}
	}
	l.placed(p, was)
	if l.options.Journal != nil {
		l.options.Journal.note(p.graph, entry{mark: p.mark, content: p.content, quads: p.quads})
	}
	return nil
}

// checkPart compares the count of a graph that comes in pieces, of which two
// may hold the same triple.
func (l *Loader) checkPart(p *piece, found int64) error {
	if p.graph == "" {
		l.placed(p, false)
		return nil // what else is in the default graph is not known
	}
	sum := l.parts[p.graph]
	if sum == nil {
		sum = &part{}
		if e, known := l.lookup(p.graph); known {
			sum.most, sum.sum = e.quads, e.quads
		}
		l.parts[p.graph] = sum
	}
	sum.most, sum.sum = max(sum.most, p.quads), sum.sum+p.quads
	if found < sum.most || found > sum.sum {
		return &CountError{p.graph, sum.sum, found}
	}
	l.placed(p, true)
	if l.options.Journal != nil {
		l.options.Journal.note(p.graph, entry{quads: found})
	}
	return nil
}

func (l *Loader) lookup(graph string) (entry, bool) {
	if l.options.Journal == nil {
		return entry{}, false
	}
	return l.options.Journal.lookup(graph)
}

// sendGraphs sends graph by graph, several at a time.
func (l *Loader) sendGraphs(ctx context.Context, b *batch) error {
	if len(b.shared) > 0 {
		if err := l.store.add(ctx, l.sharedGraph(), appendTriples(nil, b.shared, l.sharedGraph())); err != nil {
			return err
		}
		l.summary.Shared += int64(countLines(b.shared))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan *piece)
	var all sync.WaitGroup
	var mu sync.Mutex
	var first error
	for w := range max(1, l.store.capability.Workers) {
		all.Go(func() {
			for p := range work {
				was, found, err := l.place(ctx, p, l.stagingGraph(w))
				mu.Lock()
				if err = l.placedOrNot(p, was, found, err); err != nil && first == nil {
					first = err
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	for i := range b.pieces {
		work <- &b.pieces[i]
	}
	close(work)
	all.Wait()
	return first
}

// placedOrNot takes the outcome of one graph.
func (l *Loader) placedOrNot(p *piece, was bool, found int64, err error) error {
	var no *RefusedError
	switch {
	case err == nil:
		return l.check(p, found, was)
	case errors.As(err, &no) && no.data():
		return l.refuse(p.graph, err)
	}
	return err
}

// place puts one graph in place and counts it: staged under another name,
// counted there and moved, where the store can.
func (l *Loader) place(ctx context.Context, p *piece, staging string) (was bool, found int64, err error) {
	if err := ctx.Err(); err != nil {
		return false, 0, err
	}
	before, err := l.store.Count(ctx, p.graph)
	if err != nil {
		return false, 0, err
	}
	was = before > 0
	switch {
	case p.more:
		err = l.store.add(ctx, p.graph, p.triples())
	case l.store.at.update == "" || l.store.at.query == "":
		err = l.replaceAndLook(ctx, p)
	default:
		err = l.stage(ctx, p, staging)
	}
	if err != nil {
		return was, 0, err
	}
	found, err = l.store.Count(ctx, p.graph)
	return was, found, err
}

// replaceAndLook replaces a graph where nothing can be staged, and looks whether
// the store then holds each line of it.
func (l *Loader) replaceAndLook(ctx context.Context, p *piece) error {
	if err := l.store.put(ctx, p.graph, p.triples()); err != nil || p.content == "" {
		return err
	}
	content := ""
	err := l.store.read(ctx, p.graph, func() { content = "" }, func(line rdf.Line) {
		if string(line.Predicate) == "<"+model.NSTool+"content_hash>" {
			content = strings.Trim(string(line.Object), `"`)
		}
	})
	if err == nil && content != p.content {
		err = &ContentError{p.graph}
	}
	return err
}

// stage is done as a whole again where the MOVE failed: one whose answer was lost
// may have happened, and must not be sent twice.
func (l *Loader) stage(ctx context.Context, p *piece, staging string) error {
	triples := p.triples()
	return l.store.client.again(ctx, func() (bool, error) { return l.stageOnce(ctx, p, triples, staging) })
}

// stageOnce begins and ends with nothing under the other name: so what is counted
// there was sent now, and what is not there any more was moved.
func (l *Loader) stageOnce(ctx context.Context, p *piece, triples []byte, staging string) (again bool, err error) {
	if err := l.expect(ctx, staging, p.graph, 0, func() error { return l.store.Drop(ctx, staging) }); err != nil {
		return false, err
	}
	if err := l.store.put(ctx, staging, triples); err != nil {
		return false, err
	}
	if err := l.expect(ctx, staging, p.graph, p.quads, nil); err != nil {
		return false, err
	}
	move := "MOVE GRAPH <" + staging + "> TO <" + p.graph + ">"
	if err := l.store.update(ctx, "moving <"+p.graph+"> into place", move, true); err != nil {
		return true, err
	}
	return false, l.expect(ctx, staging, p.graph, 0, nil)
}

// expect counts a graph, if it is not as expected, after a remedy again.
func (l *Loader) expect(ctx context.Context, staging, graph string, quads int64, remedy func() error) error {
	n, err := l.store.Count(ctx, staging)
	if err == nil && n != quads && remedy != nil {
		if err = remedy(); err == nil {
			n, err = l.store.Count(ctx, staging)
		}
	}
	if err == nil && n != quads {
		if quads == 0 {
			return &ContentError{graph}
		}
		err = &CountError{graph, quads, n}
	}
	return err
}

// sendPlain adds everything to the default graph.
func (l *Loader) sendPlain(ctx context.Context, b *batch) error {
	p := piece{}
	seen := map[string]struct{}{}
	collect := func(lines []byte, graph string) {
		for rest := appendTriples(nil, lines, graph); len(rest) > 0; {
			var line []byte
			line, rest = cutLine(rest)
			if _, twice := seen[string(line)]; !twice {
				seen[string(line)] = struct{}{}
				p.lines = append(p.lines, line...)
				p.quads++
			}
		}
	}
	collect(b.shared, l.sharedGraph())
	for i := range b.pieces {
		collect(b.pieces[i].lines, b.pieces[i].graph)
	}
	if err := l.addPlain(ctx, &p); err != nil {
		return err
	}
	l.summary.Shared += int64(countLines(b.shared))
	for i := range b.pieces {
		l.placed(&b.pieces[i], false)
	}
	return nil
}

// addPlain adds triples to the default graph: in one update with its proof, or
// staged, counted and added.
func (l *Loader) addPlain(ctx context.Context, p *piece) error {
	staging := l.stagingGraph(0)
	if l.store.capability.Atomic {
		proof := l.proof()
		text := "DROP SILENT GRAPH <" + staging + ">;\nINSERT DATA {\nGRAPH <" + staging + "> { " + proof + " }\n" + string(appendSPARQL(nil, p.lines)) + "}"
		if err := l.store.update(ctx, "adding to the default graph", text, false); err != nil {
			return err
		}
		return l.proven(ctx, proof, staging)
	}
	if err := l.store.put(ctx, staging, p.lines); err != nil {
		return err
	}
	if err := l.expect(ctx, staging, staging, p.quads, nil); err != nil {
		return err
	}
	if err := l.store.update(ctx, "adding to the default graph", "ADD GRAPH <"+staging+"> TO DEFAULT", false); err != nil {
		return err
	}
	return l.store.Drop(ctx, staging)
}

func countLines(b []byte) (n int) {
	for len(b) > 0 {
		_, b = cutLine(b)
		n++
	}
	return n
}

// hashLine is the hash of a triple as the line of a graph.
func (l *Loader) hashLine(line rdf.Line, graph string, buf []byte) (lineHash, []byte) {
	line.Graph = append(append(append([]byte{}, '<'), graph...), '>')
	buf = line.Append(buf[:0])
	return l.hashOf(buf), buf
}
