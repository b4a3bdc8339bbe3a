package validate

import (
	"context"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

// batchEngine is an Engine that takes terms as numbers, too; *shacl.Checker is one.
type batchEngine interface {
	CheckBatch(ctx context.Context, graph *rdf.Batch) ([]shacl.Result, error)
	// Vocabulary is the best one for batches that are made for the engine.
	Vocabulary() *rdf.Vocabulary
}

// graphChecker checks graphs with an engine of either kind.
type graphChecker struct {
	engine Engine
	rows   []rdf.BatchRow
	lines  []byte
}

// vocabulary is that of batches that are made for the engine.
func (c *graphChecker) vocabulary() *rdf.Vocabulary {
	if engine, ok := c.engine.(batchEngine); ok {
		return engine.Vocabulary()
	}
	return nil
}

// check checks a graph and what else is to be known: those lines come before its rows.
func (c *graphChecker) check(ctx context.Context, graph *rdf.Batch, others []byte) ([]shacl.Result, error) {
	if own := len(graph.Rows); len(others) > 0 {
		if err := graph.AddLines(others); err != nil {
			return nil, err
		}
		c.rows = append(append(c.rows[:0], graph.Rows[own:]...), graph.Rows[:own]...)
		graph.Rows, c.rows = c.rows, graph.Rows
	}
	if engine, ok := c.engine.(batchEngine); ok {
		return engine.CheckBatch(ctx, graph)
	}
	c.lines = c.lines[:0]
	for q := range graph.Quads() {
		c.lines = rdf.AppendQuad(c.lines, q)
	}
	return c.engine.Check(ctx, c.lines)
}
