package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// recount takes out of the journal the graphs of which the store holds more or
// less than was counted there: a server that was killed may have lost a part of
// what it had acknowledged, and not the part by which a study is known.
func (l *Loader) recount(ctx context.Context) error {
	noted := l.noted()
	found, err := l.store.walk(ctx)
	if l.store.capability.Rows > 0 {
		found, err = l.someCounts(ctx, noted)
	}
	if err != nil {
		return err
	}
	for g, n := range noted {
		if found[g] != n {
			l.summary.Torn++
			l.options.Journal.forget(g)
		}
	}
	for g := range found { // of a study that was sent in part
		if _, known := l.lookup(g); !known && isStudy(g) {
			l.options.Journal.forget(g)
		}
	}
	return nil
}

// noted is what was counted of each graph, but for the shared one, which
// compareShared reads.
func (l *Loader) noted() map[string]int64 {
	j := l.options.Journal
	j.mu.Lock()
	defer j.mu.Unlock()
	noted := map[string]int64{}
	for name, e := range j.entries {
		if graph := longName(name); e.quads > 0 && graph != l.sharedGraph() {
			noted[graph] = e.quads
		}
	}
	return noted
}

// someCounts counts graphs where an answer cannot have a row for each: one sum
// tells that all is well with the studies; only where it is not, each is counted.
func (l *Loader) someCounts(ctx context.Context, noted map[string]int64) (map[string]int64, error) {
	sum, err := l.store.sum(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]int64{}
	var graphs []string
	for g, n := range noted {
		if isStudy(g) {
			sum -= n
			found[g] = n
		} else {
			graphs = append(graphs, g)
		}
	}
	if sum != 0 {
		graphs = slices.Collect(maps.Keys(noted))
	}
	slices.Sort(graphs)
	for some := range slices.Chunk(graphs, l.options.BatchGraphs) {
		counts, err := l.store.counts(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, g := range some {
			found[g] = counts[g]
		}
	}
	return found, nil
}

// walk counts every graph by going through all that the store holds, and not by
// looking each up: of RDF4J's native store it was seen that the two differ, once
// it had been killed.
func (s *Store) walk(ctx context.Context) (map[string]int64, error) {
	found := map[string]int64{}
	var fault error
	err := s.rows(ctx, "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", func() { clear(found) }, func(row []string) {
		n, err := number(row, 1)
		if err != nil {
			fault = err
			return
		}
		found[strings.Clone(row[0])] = n
	})
	return found, errors.Join(err, fault)
}

// recountShared reports whether the shared graph is not known to be as the last run
// left it: then all of its lines are sent.
func (l *Loader) recountShared(ctx context.Context) (again bool, err error) {
	e, _ := l.lookup(l.sharedGraph())
	n, err := l.store.Count(ctx, l.sharedGraph())
	return n != e.quads, err
}

// sum counts the triples in the graphs of studies. Names are compared once for
// each graph; Virtuoso takes a filter for one of each triple.
func (s *Store) sum(ctx context.Context) (n int64, err error) {
	query := "SELECT (SUM(IF(STRSTARTS(STR(?g), \"" + model.StudyBase + "NCT\"), ?n, 0)) AS ?sum) WHERE {" +
		" { SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g } }"
	var fault error
	err = s.rows(ctx, query, func() { n, fault = 0, nil }, func(row []string) {
		if len(row) > 0 && row[0] != "" { // which it is without any graph
			n, fault = number(row, 0)
		}
	})
	if err == nil {
		err = fault
	}
	return n, err
}
