package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/jsonld/model"
	"github.com/trialweave/trialweave/rdf"
)

type restoreCmd struct {
	Inputs []string `arg:"" name:"RDF" help:"RDF files of converted studies, compressed or not; - is standard input."`
	From   string   `placeholder:"SYNTAX" help:"The syntax of the input, where its name or content does not say."`
	Format string   `enum:"ndjson,json" default:"ndjson" help:"ndjson: one study a line. json: a study, or an array of them."`
	Output string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write; .gz and .zst compress. Default: standard output."`
}

// Help tells what comes back.
func (restoreCmd) Help() string {
	return `The JSON is that of the Data API v2, equal to what was converted but for the
order of keys and white space. What was left out of the conversion stays out.
Quads are read graph by graph; a syntax without graphs is read whole.`
}

// Run carries the command out.
func (c *restoreCmd) Run(ctx context.Context, std *streams) error {
	if err := apart(c.Inputs, c.Output); err != nil {
		return err
	}
	out, err := output.Create(c.Output, std.out, 2)
	if err != nil {
		return err
	}
	defer out.Abort()
	list := documents{w: out, lines: c.Format == "ndjson"}
	for _, name := range c.Inputs {
		if err := c.restore(ctx, std, name, &list); err != nil {
			return err
		}
	}
	if err := list.close(); err != nil {
		return err
	}
	return out.Commit()
}

// restore reads one file and writes its studies.
func (c *restoreCmd) restore(ctx context.Context, std *streams, name string, list *documents) error {
	groups := grouping{list: list, done: map[rdf.Term]bool{}}
	for q, err := range input.RDF(ctx, name, std.rdf(c.From)) {
		if err != nil {
			return err
		}
		if err := groups.add(q); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := groups.flush(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// grouping collects the quads of one graph at a time.
type grouping struct {
	list  *documents
	quads []rdf.Quad
	graph rdf.Term
	done  map[rdf.Term]bool
}

func (g *grouping) add(q rdf.Quad) error {
	if q.Graph != g.graph {
		if err := g.flush(); err != nil {
			return err
		}
		if g.graph = q.Graph; g.done[q.Graph] && isRecord(q.Graph) {
			return fmt.Errorf("graph %s comes in two places, expected each graph in one piece\nhint: sort the quads by graph, as in sort -k4", q.Graph)
		}
		g.done[q.Graph] = true
	}
	g.quads = append(g.quads, q)
	return nil
}

// isRecord says whether a graph is that of a study.
func isRecord(graph rdf.Term) bool {
	return graph.IsZero() || strings.HasPrefix(graph.Value, model.StudyBase) && strings.Contains(graph.Value, "#record")
}

// flush restores the studies of the graph that was collected.
func (g *grouping) flush() error {
	defer func() { g.quads = g.quads[:0] }()
	if len(g.quads) == 0 || !isRecord(g.graph) {
		return nil
	}
	for _, study := range jsonld.Studies(g.quads) {
		record, err := jsonld.Restore(study)
		if err != nil {
			return err
		}
		if err := g.list.add(record); err != nil {
			return err
		}
	}
	return nil
}
