package validate

import (
	"cmp"
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
	checker graphChecker
	report  func([]Finding) error
	// together is set where no graph is checked by itself.
	together bool
	file     string
	graph    rdf.Term
	quads    rdf.Batch  // of the graph
	points   []rdf.Term // the objects of them
	ended    map[rdf.Term]bool
	others   map[rdf.Term][]byte // lines by subject
	order    []rdf.Term
	used     map[rdf.Term]bool
	told     map[shacl.Result]bool // of nodes that several studies point at
}

// Graphs checks quads, which file is the name of: each study's graph when it ends,
// with what it points at in the other graphs, and at the end what no study
// pointed at. With together, all graphs are taken as one, in memory. Report gets
// the findings on each graph, which may be none.
func Graphs(ctx context.Context, quads iter.Seq2[rdf.Quad, error], file string, engine Engine, together bool, report func([]Finding) error) error {
	r := graphReader{
		checker: graphChecker{engine: engine}, report: report, together: together, file: file, ended: map[rdf.Term]bool{},
		others: map[rdf.Term][]byte{}, used: map[rdf.Term]bool{}, told: map[shacl.Result]bool{},
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
		if r.others[q.Subject] == nil {
			r.order = append(r.order, q.Subject)
		}
		r.others[q.Subject] = rdf.AppendQuad(r.others[q.Subject], q)
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
		r.quads.Shrink()
		r.quads.Reset(r.checker.vocabulary())
	}
	r.quads.Add(q)
	if q.Object.Kind == rdf.IRITerm {
		r.points = append(r.points, q.Object)
	}
	return nil
}

// end checks the graph of a study, with what it points at.
func (r *graphReader) end(ctx context.Context) error {
	if r.graph.IsZero() {
		return nil
	}
	r.points = slices.DeleteFunc(r.points, func(t rdf.Term) bool { return r.others[t] == nil })
	slices.SortFunc(r.points, func(a, b rdf.Term) int { return cmp.Compare(a.String(), b.String()) })
	var shared []byte
	for _, p := range slices.Compact(r.points) {
		shared = append(shared, r.others[p]...)
		r.used[p] = true
	}
	results, err := r.checker.check(ctx, &r.quads, shared)
	if err != nil {
		return fmt.Errorf("%s: graph %s: %w", r.file, r.graph, err)
	}
	if err := r.hand(results, input.StudyOf(r.graph.Value)); err != nil {
		return err
	}
	r.ended[r.graph] = true
	r.points, r.graph = r.points[:0], rdf.Term{}
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
	results, err := r.checker.engine.Check(ctx, lines)
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
