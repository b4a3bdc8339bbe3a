package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/void"
)

type statsCmd struct {
	Inputs   []string `arg:"" optional:"" name:"INPUT" help:"Indexes, RDF files, or studies in any form, which are converted on the fly."`
	Endpoint string   `placeholder:"URL" help:"Count what a SPARQL service has, in place of inputs."`
	From     string   `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Format   string   `enum:"table,tsv,turtle" default:"table" help:"table, with the biggest 20 graphs; tsv, with all; or turtle, a VoID description."`
	Output   string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write. Default: standard output."`
}

// Help tells what is counted.
func (statsCmd) Help() string {
	return `Counts quads by class, property and graph, as they stand in the inputs: a quad that
comes twice counts twice. The entities of a class are its statements of rdf:type.`
}

// counts are shown in several forms.
type counts struct{ *void.Counts }

// Run carries the command out.
func (c *statsCmd) Run(ctx context.Context, std *streams) error {
	if err := checkSource(c.Endpoint, c.Inputs); err != nil {
		return err
	}
	n, rejected := counts{void.New()}, int64(0)
	var err error
	if c.Endpoint != "" {
		err = endpoint{c.Endpoint, std.network}.count(ctx, n.Counts)
	} else {
		rejected, err = gather(ctx, std, c.Inputs, c.From, func(q rdf.Quad) error { n.Add(q); return nil })
	}
	if err != nil {
		return err
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	switch c.Format {
	case "turtle":
		err = n.Turtle(out, mapping.Prefixes())
	case "tsv":
		err = n.tsv(out)
	default:
		err = n.table(out)
	}
	if err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	if rejected > 0 {
		return errRejected
	}
	return nil
}

func (c *counts) table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "quads\t%d\ngraphs\t%d\nstudies\t%d\n", c.Quads, len(c.Graphs), c.Studies())
	for _, part := range c.parts() {
		fmt.Fprintf(t, "\n%s\t%s\n", part.plural, part.unit)
		names := part.n.Sorted()
		for i, name := range names {
			if part.most > 0 && i == part.most {
				fmt.Fprintf(t, "… and %d more\t\n", len(names)-i)
				break
			}
			fmt.Fprintf(t, "%s\t%d\n", shown(name), part.n.N(name))
		}
	}
	return t.Flush()
}

// part is one way to count.
type part struct {
	plural, singular, unit string
	n                      void.Tally
	most                   int
}

func (c *counts) parts() []part {
	const mostGraphs = 20
	return []part{
		{"class", "class", "entities", c.Classes, 0},
		{"property", "property", "triples", c.Properties, 0},
		{"graph", "graph", "triples", c.Graphs, mostGraphs},
	}
}

// shown is a name for people; the empty name is the default graph.
func shown(iri string) string {
	if iri == "" {
		return "(default graph)"
	}
	return model.Default().Compact(iri)
}

func (c *counts) tsv(w io.Writer) error {
	var b strings.Builder
	b.WriteString("what\tiri\tcount\n")
	fmt.Fprintf(&b, "quads\t\t%d\n", c.Quads)
	for _, part := range c.parts() {
		for _, name := range part.n.Sorted() {
			fmt.Fprintf(&b, "%s\t%s\t%d\n", part.singular, name, part.n.N(name))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
