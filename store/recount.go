package store

import (
	"context"
	"slices"

	"github.com/trialweave/trialweave/jsonld/model"
)

// recount takes out of the journal the graphs of which the store holds more or
// less than was counted there: a server that was killed may have lost a part of
// what it had acknowledged, and not the part by which a study is known. One sum
// tells that all is well with the studies; only where it is not, each is counted.
func (l *Loader) recount(ctx context.Context) error {
	j := l.options.Journal
	var studies, others []string
	noted := map[string]int64{}
	sum := int64(0)
	j.mu.Lock()
	for name, e := range j.entries {
		switch graph := longName(name); {
		case e.quads == 0 || graph == l.sharedGraph(): // which compareShared reads
		case isStudy(graph):
			studies, noted[graph] = append(studies, graph), e.quads
			sum += e.quads
		default:
			others, noted[graph] = append(others, graph), e.quads
		}
	}
	j.mu.Unlock()
	found, err := l.store.sum(ctx)
	if err != nil {
		return err
	}
	if found != sum {
		others = append(others, studies...)
	}
	slices.Sort(others)
	for some := range slices.Chunk(others, l.options.BatchGraphs) {
		found, err := l.store.counts(ctx, some)
		if err != nil {
			return err
		}
		for _, g := range some {
			if found[g] != noted[g] {
				l.summary.Torn++
				j.forget(g)
			}
		}
	}
	return nil
}

// recountShared says whether the shared graph is not known to be as the last run
// left it: then all of its lines are sent.
func (l *Loader) recountShared(ctx context.Context) (again bool, err error) {
	e, _ := l.lookup(l.sharedGraph())
	n, err := l.store.Count(ctx, l.sharedGraph())
	return n != e.quads, err
}

// sum counts the triples in the graphs of studies. Names are compared once for
// each graph, and not for each triple.
func (s *Store) sum(ctx context.Context) (n int64, err error) {
	query := "SELECT (SUM(?n) AS ?sum) WHERE { { SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g }" +
		" FILTER(STRSTARTS(STR(?g), \"" + model.StudyBase + "NCT\")) }"
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
