package validate

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

// graphReader checks the graphs of an RDF file as they end. What is in no
// study's graph is kept: studies point at it.
type graphReader struct {
	engine Engine
	report func([]Finding) error
	// together is set where no graph is checked by itself.
	together bool
	file     string
	graph    rdf.Term
	lines    []byte
	points   []string // the objects of the lines
	ended    map[rdf.Term]bool
	others   map[string][]byte // lines by subject
	order    []string
	used     map[string]bool
	told     map[shacl.Result]bool // of nodes that several studies point at
}

// Graphs checks quads, which file is the name of: each study's graph when it ends,
// with what it points at in the other graphs, and at the end what no study
// pointed at. With together, all graphs are taken as one, in memory. Report gets
// the findings on each graph, which may be none.
func Graphs(ctx context.Context, quads iter.Seq2[rdf.Quad, error], file string, engine Engine, together bool, report func([]Finding) error) error {
	r := graphReader{
		engine: engine, report: report, together: together, file: file, ended: map[rdf.Term]bool{},
		others: map[string][]byte{}, used: map[string]bool{}, told: map[shacl.Result]bool{},
	}
	for q, err := range quads {
		if err == nil {
			err = r.add(ctx, q)
		}
		if err != nil {
			return err
		}
	}
	if err := r.end(ctx); err != nil {
		return err
	}
	return r.rest(ctx)
}

func (r *graphReader) add(ctx context.Context, q rdf.Quad) error {
	if !input.IsRecord(q.Graph) || r.together {
		subject := q.Subject.String()
		if r.others[subject] == nil {
			r.order = append(r.order, subject)
		}
		r.others[subject] = rdf.AppendQuad(r.others[subject], q)
		return nil
	}
	if q.Graph != r.graph {
		if err := r.end(ctx); err != nil {
			return err
		}
		if r.ended[q.Graph] {
			return fmt.Errorf("%s: the graph %s begins again, expected its quads together\nhint: --together takes all graphs as one, in memory", r.file, q.Graph)
		}
		r.graph = q.Graph
	}
	r.lines = rdf.AppendQuad(r.lines, q)
	if q.Object.Kind == rdf.IRITerm {
		r.points = append(r.points, q.Object.String())
	}
	return nil
}

// end checks the graph of a study, with what it points at.
func (r *graphReader) end(ctx context.Context) error {
	if len(r.lines) == 0 {
		return nil
	}
	var shared []byte
	slices.Sort(r.points)
	for _, p := range slices.Compact(r.points) {
		if lines := r.others[p]; lines != nil {
			shared = append(shared, lines...)
			r.used[p] = true
		}
	}
	results, err := r.engine.Check(ctx, shared, r.lines)
	if err != nil {
		return fmt.Errorf("%s: graph %s: %w", r.file, r.graph, err)
	}
	if err := r.hand(results, input.StudyOf(r.graph.Value)); err != nil {
		return err
	}
	r.ended[r.graph] = true
	r.lines, r.points, r.graph = r.lines[:0], r.points[:0], rdf.Term{}
	return nil
}

// rest checks what no study pointed at.
func (r *graphReader) rest(ctx context.Context) error {
	var lines []byte
	for _, subject := range r.order {
		if !r.used[subject] {
			lines = append(lines, r.others[subject]...)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	results, err := r.engine.Check(ctx, lines)
	if err != nil {
		return fmt.Errorf("%s: %w", r.file, err)
	}
	return r.hand(results, "")
}

func (r *graphReader) hand(results []shacl.Result, study string) error {
	var found []Finding
	for _, result := range results {
		if study != "" && !strings.HasPrefix(result.Focus.Value, study) {
			if r.told[result] {
				continue
			}
			r.told[result] = true
		}
		found = append(found, Finding{Result: result, File: r.file, Offset: -1, Study: study})
	}
	return r.report(found)
}
