package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

// graphReader checks the graphs of an RDF file as they end. What is in no
// study's graph is kept: studies point at it.
type graphReader struct {
	v      *validation
	check  validator
	file   string
	graph  rdf.Term
	lines  []byte
	points []string // the objects of the lines
	ended  map[rdf.Term]bool
	others map[string][]byte // lines by subject
	order  []string
	used   map[string]bool
	told   map[shacl.Result]bool // of nodes that several studies point at
}

// graphsOf checks an RDF file, or an index.
func (v *validation) graphsOf(ctx context.Context, name string, shapes []rdf.Quad) error {
	newValidator, err := v.validators(shapes)
	if err != nil {
		return err
	}
	r := graphReader{
		v: v, check: newValidator(), file: name, ended: map[rdf.Term]bool{},
		others: map[string][]byte{}, used: map[string]bool{}, told: map[shacl.Result]bool{},
	}
	for q, err := range input.Quads(ctx, name, v.std.rdf(v.From)) {
		if err == nil {
			err = r.add(q)
		}
		if err != nil {
			return err
		}
	}
	if err := r.end(); err != nil {
		return err
	}
	return r.rest()
}

func (r *graphReader) add(q rdf.Quad) error {
	if !input.IsRecord(q.Graph) || r.v.Together {
		subject := q.Subject.String()
		if r.others[subject] == nil {
			r.order = append(r.order, subject)
		}
		r.others[subject] = rdf.AppendQuad(r.others[subject], q)
		return nil
	}
	if q.Graph != r.graph {
		if err := r.end(); err != nil {
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
func (r *graphReader) end() error {
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
	results, err := r.check.Check(shared, r.lines)
	if err != nil {
		return fmt.Errorf("%s: graph %s: %w", r.file, r.graph, err)
	}
	if err := r.report(results, input.StudyOf(r.graph.Value)); err != nil {
		return err
	}
	r.ended[r.graph] = true
	r.lines, r.points, r.graph = r.lines[:0], r.points[:0], rdf.Term{}
	return nil
}

// rest checks what no study pointed at.
func (r *graphReader) rest() error {
	var lines []byte
	for _, subject := range r.order {
		if !r.used[subject] {
			lines = append(lines, r.others[subject]...)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	results, err := r.check.Check(lines)
	if err != nil {
		return fmt.Errorf("%s: %w", r.file, err)
	}
	return r.report(results, "")
}

func (r *graphReader) report(results []shacl.Result, study string) error {
	var found []finding
	for _, result := range results {
		if study != "" && !strings.HasPrefix(result.Focus.Value, study) {
			if r.told[result] {
				continue
			}
			r.told[result] = true
		}
		found = append(found, finding{Result: result, File: r.file, Offset: -1, Study: study})
	}
	return r.v.add(found)
}
