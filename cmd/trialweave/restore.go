package main

import (
	"context"
	"fmt"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
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
	var unread error // it names the file and the place itself
	quads := func(yield func(rdf.Quad, error) bool) {
		for q, err := range notEmpty(name, input.RDF(ctx, name, std.rdf(c.From))) {
			if err != nil {
				unread = err
			}
			if !yield(q, err) {
				return
			}
		}
	}
	before := list.n
	for record, err := range mapping.RestoreAll(quads) {
		switch {
		case err != nil && unread != nil:
			return unread
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := list.add(record); err != nil {
			return err
		}
	}
	if list.n == before {
		return &source.Error{Position: source.At(name, source.NoOffset), Problem: "no study was found", Expected: "RDF of converted studies"}
	}
	return nil
}
