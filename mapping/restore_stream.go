package mapping

import (
	"fmt"
	"iter"
	"strings"

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
	return func(yield func(Restored, error) bool) {
		g := grouping{yield: yield, done: map[rdf.Term]bool{}}
		for q, err := range quads {
			if err == nil {
				err = g.add(q)
			}
			if err != nil {
				g.fail(err)
			}
			if g.ended {
				return
			}
		}
		g.flush()
	}
}

// grouping collects the quads of one graph at a time.
type grouping struct {
	yield func(Restored, error) bool
	ended bool
	quads []rdf.Quad
	graph rdf.Term
	done  map[rdf.Term]bool
}

func (g *grouping) fail(err error) {
	if !g.ended {
		g.ended = true
		g.yield(Restored{}, err)
	}
}

func (g *grouping) add(q rdf.Quad) error {
	if q.Graph != g.graph {
		g.flush()
		if g.graph = q.Graph; g.done[q.Graph] && isRecord(q.Graph) {
			return fmt.Errorf("graph %s comes in two places, expected each graph in one piece\nhint: sort the quads by graph, as in sort -k4", q.Graph)
		}
		g.done[q.Graph] = true
	}
	g.quads = append(g.quads, q)
	return nil
}

// isRecord reports whether a graph is that of a study's record, or has no name.
func isRecord(graph rdf.Term) bool {
	return graph.IsZero() || strings.HasPrefix(graph.Value, model.StudyBase) && strings.Contains(graph.Value, "#record")
}

// flush restores the studies of the graph that was collected.
func (g *grouping) flush() {
	defer func() { g.quads = g.quads[:0] }()
	if len(g.quads) == 0 || !isRecord(g.graph) || g.ended {
		return
	}
	studies := Studies(g.quads)
	if len(studies) == 0 && !g.graph.IsZero() {
		g.fail(fmt.Errorf("the graph %s describes no study: no subject has a ctg:nct_id; the RDF is cut, or only a part of it is there", g.graph))
	}
	for _, study := range studies {
		record, err := restoreOne(study)
		if err != nil {
			g.fail(err)
			return
		}
		if !g.yield(record, nil) {
			g.ended = true
			return
		}
	}
}
