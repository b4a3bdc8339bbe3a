package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/jsonld/model"
	"github.com/trialweave/trialweave/rdf"
)

type statsCmd struct {
	Inputs []string `arg:"" name:"INPUT" help:"RDF files, or studies in any form, which are converted on the fly."`
	From   string   `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Format string   `enum:"table,tsv,turtle" default:"table" help:"table, with the biggest 20 graphs; tsv, with all; or turtle, a VoID description."`
	Output string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write. Default: standard output."`
}

// Help tells what is counted.
func (statsCmd) Help() string {
	return `Counts quads by class, property and graph, as they stand in the inputs: a quad that
comes twice counts twice. The entities of a class are its statements of rdf:type.`
}

// counts are those of a dataset.
type counts struct {
	quads                       int64
	classes, properties, graphs map[string]int64
}

func (c *counts) add(q rdf.Quad) error {
	c.quads++
	c.properties[q.Predicate.Value]++
	c.graphs[q.Graph.Value]++
	if q.Predicate.Value == rdf.RDFType {
		c.classes[q.Object.Value]++
	}
	return nil
}

// Run carries the command out.
func (c *statsCmd) Run(ctx context.Context, std *streams) error {
	n := counts{classes: map[string]int64{}, properties: map[string]int64{}, graphs: map[string]int64{}}
	rejected, err := gather(ctx, std, c.Inputs, c.From, n.add)
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
		err = n.turtle(out)
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

// sorted returns the names, the most frequent first.
func sorted(n map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(n), func(a, b string) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), strings.Compare(a, b))
	})
}

func (c *counts) table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "quads\t%d\ngraphs\t%d\nstudies\t%d\n", c.quads, len(c.graphs), c.classes[model.NSRegistry+"Study"])
	for _, part := range c.parts() {
		fmt.Fprintf(t, "\n%s\t%s\n", part.plural, part.unit)
		names := sorted(part.n)
		for i, name := range names {
			if part.most > 0 && i == part.most {
				fmt.Fprintf(t, "… and %d more\t\n", len(names)-i)
				break
			}
			fmt.Fprintf(t, "%s\t%d\n", shown(name), part.n[name])
		}
	}
	return t.Flush()
}

// part is one way to count.
type part struct {
	plural, singular, unit string
	n                      map[string]int64
	most                   int
}

func (c *counts) parts() []part {
	const mostGraphs = 20
	return []part{
		{"class", "class", "entities", c.classes, 0},
		{"property", "property", "triples", c.properties, 0},
		{"graph", "graph", "triples", c.graphs, mostGraphs},
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
	fmt.Fprintf(&b, "quads\t\t%d\n", c.quads)
	for _, part := range c.parts() {
		for _, name := range sorted(part.n) {
			fmt.Fprintf(&b, "%s\t%s\t%d\n", part.singular, name, part.n[name])
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const voidNS = "http://rdfs.org/ns/void#"

// turtle describes the dataset in VoID, the graphs as subsets.
func (c *counts) turtle(w io.Writer) error {
	out, err := rdf.NewWriter(w, rdf.Turtle, &rdf.WriteOptions{Prefixes: usualPrefixes()})
	if err != nil {
		return err
	}
	dataset := rdf.IRI(model.DefaultBase + "dataset")
	v := voidWriter{out: out}
	v.write(dataset, rdf.RDFType, rdf.IRI(voidNS+"Dataset"))
	v.count(dataset, "triples", c.quads)
	v.count(dataset, "classes", int64(len(c.classes)))
	v.count(dataset, "properties", int64(len(c.properties)))
	v.count(dataset, "entities", c.classes[model.NSRegistry+"Study"])
	for _, p := range []struct {
		relation, points, counted string
		n                         map[string]int64
	}{
		{"classPartition", "class", "entities", c.classes},
		{"propertyPartition", "property", "triples", c.properties},
	} {
		for i, name := range sorted(p.n) {
			node := rdf.IRI(fmt.Sprintf("%s#%s-%d", dataset.Value, p.points, i+1))
			v.write(dataset, voidNS+p.relation, node)
			v.write(node, voidNS+p.points, rdf.IRI(name))
			v.count(node, p.counted, p.n[name])
		}
	}
	for _, name := range sorted(c.graphs) {
		if name != "" {
			v.write(dataset, voidNS+"subset", rdf.IRI(name))
			v.count(rdf.IRI(name), "triples", c.graphs[name])
		}
	}
	if v.err != nil {
		return v.err
	}
	return out.Close()
}

// voidWriter keeps the first error.
type voidWriter struct {
	out *rdf.Writer
	err error
}

func (v *voidWriter) write(s rdf.Term, p string, o rdf.Term) {
	if v.err == nil {
		v.err = v.out.Write(rdf.Quad{Subject: s, Predicate: rdf.IRI(p), Object: o})
	}
}

func (v *voidWriter) count(s rdf.Term, p string, n int64) {
	v.write(s, voidNS+p, rdf.Typed(fmt.Sprint(n), rdf.XSDInteger))
}
