package mapping

import (
	"fmt"
	"iter"
	"strings"

	"github.com/trialweave/trialweave/internal/inorder"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// RestoreAll restores the studies of quads that come from anywhere, each as the
// JSON of the Data API v2 on one line. The quads of a record's graph stand
// together; those of a syntax without graphs are one graph. What is in other
// graphs is passed over. A slice is valid until the next one.
func RestoreAll(quads iter.Seq2[rdf.Quad, error]) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for r, err := range RestoreEach(quads) {
			if !yield(r.JSON, err) {
				return
			}
		}
	}
}

// Restored is a study that was restored.
type Restored struct {
	// JSON is that of the Data API v2, on one line.
	JSON []byte
	// Partial says that it is not all of the record that was converted: its hash,
	// which the graph has, is that of another one. Parts were left out of the
	// conversion, or quads were lost.
	Partial bool
}

// RestoreEach is RestoreAll, and says of each study whether it is all of the
// record.
func RestoreEach(quads iter.Seq2[rdf.Quad, error]) iter.Seq2[Restored, error] {
	return RestoreOn(1, quads)
}

// RestoreOn is RestoreEach on so many goroutines: what comes is the same. Some graphs
// for each of them are held at a time.
func RestoreOn(workers int, quads iter.Seq2[rdf.Quad, error]) iter.Seq2[Restored, error] {
	return func(yield func(Restored, error) bool) {
		g := grouping{yield: yield, done: map[rdf.Term]bool{}}
		g.work = inorder.NewQueue(workers, func() func(*graphWork) { return (*graphWork).restore }, g.hand)
		defer g.work.Close()
		for q, err := range quads {
			if err == nil {
				err = g.add(&q)
			}
			if err != nil {
				g.work.Flush()
				g.fail(err)
			}
			if g.ended {
				return
			}
		}
		g.flush()
		g.work.Flush()
	}
}

// grouping collects the quads of one graph at a time, and hands on what was restored
// of the graphs before, in their order.
type grouping struct {
	yield func(Restored, error) bool
	ended bool
	quads []rdf.Quad
	graph rdf.Term
	done  map[rdf.Term]bool
	work  *inorder.Queue[*graphWork]
	free  [][]rdf.Quad
}

// graphWork is the quads of one graph, and what is restored of them.
type graphWork struct {
	graph   rdf.Term
	quads   []rdf.Quad
	records []Restored
	err     error
}

func (g *grouping) fail(err error) {
	if !g.ended {
		g.ended = true
		g.yield(Restored{}, err)
	}
}

func (g *grouping) add(q *rdf.Quad) error {
	if q.Graph != g.graph {
		g.flush()
		if g.graph = q.Graph; g.done[q.Graph] && isRecord(q.Graph) {
			return fmt.Errorf("graph %s comes in two places, expected each graph in one piece\nhint: sort the quads by graph, as in sort -k4", q.Graph)
		}
		g.done[q.Graph] = true
	}
	g.quads = append(g.quads, *q)
	return nil
}

// isRecord reports whether a graph is that of a study's record, or has no name.
func isRecord(graph rdf.Term) bool {
	return graph.IsZero() || strings.HasPrefix(graph.Value, model.StudyBase) && strings.Contains(graph.Value, "#record")
}

// flush has the studies of the graph that was collected restored.
func (g *grouping) flush() {
	if len(g.quads) == 0 || !isRecord(g.graph) || g.ended {
		g.quads = g.quads[:0]
		return
	}
	g.work.Add(&graphWork{graph: g.graph, quads: g.quads})
	g.quads = nil
	if len(g.free) > 0 {
		last := len(g.free) - 1
		g.quads, g.free = g.free[last], g.free[:last]
	}
}

// hand hands on what was restored of a graph.
func (g *grouping) hand(one *graphWork) {
	for _, record := range one.records {
		if !g.ended && !g.yield(record, nil) {
			g.ended = true
		}
	}
	if one.err != nil {
		g.fail(one.err)
	}
	g.free = append(g.free, one.quads[:0])
}

// restore restores the studies of the graph, up to the first that cannot be.
func (one *graphWork) restore() {
	studies := studyGraphs(one.quads)
	if len(studies) == 0 && !one.graph.IsZero() {
		one.err = fmt.Errorf("the graph %s describes no study: no subject has a ctg:nct_id; the RDF is cut, or only a part of it is there", one.graph)
	}
	for _, study := range studies {
		record, err := restoreOne(study)
		if err != nil {
			one.err = err
			return
		}
		one.records = append(one.records, record)
	}
}
