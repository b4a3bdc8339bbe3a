package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

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
Quads are read graph by graph; a syntax without graphs is read whole. A graph that
ends before its record is an error, and a study that is not all of what was
converted, by the hash in its graph, is counted.`
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
	partial := 0
	for _, name := range c.Inputs {
		n, err := c.restore(ctx, std, name, &list)
		if err != nil {
			return err
		}
		partial += n
	}
	if err := list.close(); err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	if partial > 0 {
		fmt.Fprintf(std.err, "%s restored, %d of them not whole: parts were left out of the conversion, or quads were lost\n", countOf(list.n, "study"), partial)
	}
	return nil
}

// restore reads one file and writes its studies. It returns how many are not all of
// their records.
func (c *restoreCmd) restore(ctx context.Context, std *streams, name string, list *documents) (partial int, _ error) {
	var unread error // it names the file and the place itself
	reading := std.rdf(c.From)
	reading.Version = rdf.RDF12 // what is said of statements is passed over
	quads := func(yield func(rdf.Quad, error) bool) {
		for q, err := range notEmpty(name, input.RDF(ctx, name, reading)) {
			if err != nil {
				unread = err
			}
			if !yield(q, err) {
				return
			}
		}
	}
	before := list.n
	defer relaxGC()()
	for record, err := range mapping.RestoreOn(runtime.GOMAXPROCS(0), quads) {
		switch {
		case unread != nil && errors.Is(err, unread): // what was read before it comes first
			return 0, unread
		case err != nil:
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		if record.Partial {
			partial++
		}
		if err := list.add(record.JSON); err != nil {
			return 0, err
		}
	}
	if list.n == before {
		return 0, &source.Error{Position: source.At(name, source.NoOffset), Problem: "no study was found", Expected: "RDF of converted studies"}
	}
	return partial, nil
}
