package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// formatCmd converts and checks RDF between its syntaxes.
type formatCmd struct {
	Inputs       []string          `arg:"" name:"INPUT" help:"RDF files; - is standard input. Compressed ones (gzip, zstd) are recognised."`
	Format       string            `help:"Syntax to write: ${syntaxes}. Default: by the name of the output."`
	Output       string            `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write; .gz and .zst compress. Default: standard output."`
	From         string            `help:"Syntax of the inputs. Default: by name, then by content."`
	Base         string            `help:"IRI that relative IRIs are resolved against. Default: none."`
	Prefix       map[string]string `placeholder:"NAME=IRI" mapsep:"none" help:"Prefix for Turtle and TriG, beside the usual ones."`
	MergeGraphs  bool              `help:"Leave graph names out, as N-Triples and Turtle have none."`
	Check        bool              `help:"Only read, and print how many quads there are."`
	Canonical    bool              `help:"Write the canonical form of all inputs together (RDFC-1.0)."`
	RDF          string            `name:"rdf" enum:"1.1,1.2" default:"1.1" help:"Version of RDF to read and write: 1.1, or 1.2 with triple terms, reifiers and directions of texts."`
	RDFDirection string            `name:"rdf-direction" enum:",i18n-datatype,compound-literal" default:"" help:"What stands in RDF for the @direction of texts in JSON-LD, read and written: i18n-datatype or compound-literal. Default: with --rdf 1.2 its literals with a direction, else nothing, and the direction is dropped."`
	To11         bool              `name:"to-1.1" help:"Read RDF 1.2 and write RDF 1.1: triple terms become rdf:Statement nodes, directions become i18n datatypes."`
}

// Run carries the command out.
func (c *formatCmd) Run(ctx context.Context, std *streams) error {
	if _, err := input.Syntax(c.From); c.From != "" && c.From != "jsonld" && err != nil {
		return err
	}
	if c.To11 && c.RDF == "1.2" {
		return errors.New("--to-1.1 writes RDF 1.1, and --rdf 1.2 asks for RDF 1.2; give one of them")
	}
	if c.Check {
		return c.check(ctx, std)
	}
	var f rdf.Format
	if !c.isJSONLD() {
		var err error
		if f, err = c.target(); err != nil {
			return err
		}
	}
	out, err := output.Create(c.Output, std.out, 2)
	if err != nil {
		return err
	}
	defer out.Abort()
	quads := c.quads(ctx, std)
	if c.To11 {
		quads = rdf.To11(quads)
	}
	if err := c.write(ctx, out, f, quads); err != nil {
		return err
	}
	return out.Commit()
}

// isJSONLD reports whether JSON-LD is to be written, which the package rdf does
// not know.
func (c *formatCmd) isJSONLD() bool {
	return !c.Canonical && (c.Format == "jsonld" || c.Format == "" && input.IsJSONLD(c.Output))
}

func (c *formatCmd) write(ctx context.Context, w io.Writer, f rdf.Format, quads iter.Seq2[rdf.Quad, error]) error {
	switch {
	case c.isJSONLD():
		return writeJSONLD(w, quads, jsonld.Directions(c.RDFDirection))
	case !c.Canonical:
		return c.convert(w, f, quads)
	}
	form, err := rdf.Canonicalize(ctx, quads)
	if err != nil {
		return err
	}
	_, err = w.Write(form)
	return err
}

func writeJSONLD(w io.Writer, quads iter.Seq2[rdf.Quad, error], directions jsonld.Directions) error {
	out := jsonld.NewWriter(w)
	out.Directions = directions
	for q, err := range quads {
		if err != nil {
			return err
		}
		if err := out.Write(q); err != nil {
			return err
		}
	}
	return out.Close()
}

// target is the syntax to write.
func (c *formatCmd) target() (rdf.Format, error) {
	f := rdf.FormatByFile(c.Output)
	switch {
	case c.Format != "":
		f = rdf.FormatByName(c.Format)
	case c.Canonical:
		f = rdf.NQuads
	}
	switch {
	case c.Canonical && f != rdf.NQuads:
		return f, fmt.Errorf("the canonical form is N-Quads, not %q", c.Format)
	case f == rdf.UnknownFormat && c.Format != "":
		return f, fmt.Errorf("cannot write the syntax %q, expected one of %s", c.Format, strings.Join(input.Syntaxes(), ", "))
	case f == rdf.UnknownFormat:
		var names []string
		for _, known := range rdf.Formats() {
			names = append(names, known.Extension())
		}
		return f, fmt.Errorf("no syntax to write\nhint: give --format, or a name to -o that ends in %s", wording.Or(names))
	}
	return f, nil
}

func (c *formatCmd) convert(w io.Writer, f rdf.Format, quads iter.Seq2[rdf.Quad, error]) error {
	out, err := rdf.NewWriter(w, f, &rdf.WriteOptions{Prefixes: c.prefixes(), MergeGraphs: c.MergeGraphs, Version: c.version()})
	if err != nil {
		return err
	}
	for q, err := range quads {
		if err != nil {
			return err
		}
		if !q.Graph.IsZero() && !f.HasGraphs() && !c.MergeGraphs {
			return fmt.Errorf("%s has no graphs, and the input names %s\nhint: write nquads or trig, or give --merge-graphs", f, q.Graph)
		}
		if err := out.Write(q); err != nil {
			return err
		}
	}
	return out.Close()
}

// prefixes are the usual ones, and those given, which win.
func (c *formatCmd) prefixes() []rdf.Prefix {
	var list []rdf.Prefix
	for _, p := range mapping.Prefixes() {
		if _, given := c.Prefix[p.Name]; !given {
			list = append(list, p)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Prefix)) {
		list = append(list, rdf.Prefix{Name: name, IRI: c.Prefix[name]})
	}
	return list
}

// check reads every input and says what is in it, and goes on after one that is
// at fault.
func (c *formatCmd) check(ctx context.Context, std *streams) error {
	faults := 0
	for _, name := range c.Inputs {
		count, graphs := 0, make(map[rdf.Term]bool)
		var fault error
		for q, err := range notEmpty(name, input.RDF(ctx, name, c.reading(std))) {
			if err != nil {
				fault = err
				break
			}
			count++
			graphs[q.Graph] = true
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if fault != nil {
			faults++
			std.complain(fault)
			continue
		}
		if _, err := fmt.Fprintf(std.out, "%s: %s in %s\n", name, countOf(count, "quad"), countOf(len(graphs), "graph")); err != nil {
			return err
		}
	}
	if faults > 0 {
		return fmt.Errorf("%d of %d inputs could not be read whole", faults, len(c.Inputs))
	}
	return nil
}

// quads reads all inputs, one after the other. Blank nodes of two inputs are
// never the same, so where there are several their labels are told apart.
func (c *formatCmd) quads(ctx context.Context, std *streams) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		for i, name := range c.Inputs {
			for q, err := range notEmpty(name, input.RDF(ctx, name, c.reading(std))) {
				if len(c.Inputs) > 1 {
					q = input.Relabel(q, fmt.Sprintf("i%d_", i+1))
				}
				if !yield(q, err) || err != nil {
					return
				}
			}
		}
	}
}

// version is that to write.
func (c *formatCmd) version() rdf.Version { return versionOf(c.RDF) }

// versionOf is the version of RDF with a name.
func versionOf(name string) rdf.Version {
	if name == "1.2" {
		return rdf.RDF12
	}
	return rdf.RDF11
}

// reading says how the inputs are read.
func (c *formatCmd) reading(std *streams) *input.Options {
	o := std.rdf(c.From)
	o.Base, o.Directions = c.Base, jsonld.Directions(c.RDFDirection)
	if o.Version = c.version(); c.To11 {
		o.Version = rdf.RDF12
	}
	return o
}
