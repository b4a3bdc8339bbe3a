package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

type describeCmd struct {
	Args     []string `arg:"" name:"NCT... INPUT" help:"NCT numbers, then indexes, RDF files or studies in any form, which are converted on the fly."`
	Endpoint string   `placeholder:"URL" help:"Ask a SPARQL service in place of inputs."`
	From     string   `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Format   string   `enum:",turtle,table" default:"" help:"turtle, or table: every property of every node on the width of the page. Default: table on a terminal, else turtle."`
	Width    int      `placeholder:"COLUMNS" help:"The width of the table. Default: that of the terminal, else 100."`
	Output   string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write. Default: standard output."`
}

// Run carries the command out.
func (c *describeCmd) Run(ctx context.Context, std *streams) error {
	var ids, inputs []string
	for i, arg := range c.Args {
		id, ok := model.NormalID(arg)
		if !ok {
			inputs = c.Args[i:]
			break
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return fmt.Errorf("%q is not an NCT number, expected one or more before the inputs", c.Args[0])
	}
	if c.Endpoint != "" {
		if err := checkSource(c.Endpoint, inputs); err != nil {
			return err
		}
		inputs = []string{c.Endpoint}
	} else if len(inputs) == 0 {
		return fmt.Errorf("no input to look for %s in\nhint: name files of studies or RDF; api:%s is the live registry", ids[0], ids[0])
	}
	var found *described
	var err error
	if c.Endpoint != "" {
		found, err = endpoint{c.Endpoint, std.network}.collect(ctx, ids)
	} else {
		found, err = c.collect(ctx, std, ids, inputs)
	}
	if err != nil {
		return err
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	for _, id := range ids {
		if len(found.studies[id]) == 0 {
			err = errors.Join(err, fmt.Errorf("%s is not in %s", id, strings.Join(inputs, ", ")))
			continue
		}
		if err := c.write(out, std, found, id); err != nil {
			return err
		}
	}
	return errors.Join(err, out.Commit())
}

// described is what was found of the studies asked for.
type described struct {
	studies map[string][]rdf.Quad
	labels  map[string]string // of shared nodes and concepts, by IRI
}

// collect finds the quads about each study: all whose subject is the study, its
// record or a fragment of it.
func (c *describeCmd) collect(ctx context.Context, std *streams, ids, inputs []string) (*described, error) {
	d := &described{studies: map[string][]rdf.Quad{}, labels: map[string]string{}}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	_, err := gather(ctx, std, inputs, c.From, func(q rdf.Quad) error {
		rest, ours := strings.CutPrefix(q.Subject.Value, model.StudyBase)
		if id, _, _ := strings.Cut(rest, "#"); ours && wanted[id] {
			d.studies[id] = append(d.studies[id], q)
		}
		if isLabel(q.Predicate.Value) && !ours {
			d.labels[q.Subject.Value] = q.Object.Value
		}
		return nil
	})
	return d, err
}

func isLabel(property string) bool {
	return property == "http://www.w3.org/2000/01/rdf-schema#label" || property == model.NSSchema+"name"
}

func (c *describeCmd) write(w io.Writer, std *streams, d *described, id string) error {
	width, terminal := c.Width, false
	if f, ok := std.out.(*os.File); ok && isTerminal(f) && c.Output == "-" {
		terminal = true
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && width == 0 {
			width = columns
		}
	}
	if width < 40 {
		width = 100
	}
	if c.Format == "table" || c.Format == "" && terminal {
		return d.table(w, id, width)
	}
	out, err := rdf.NewWriter(w, rdf.Turtle, &rdf.WriteOptions{Prefixes: mapping.Prefixes(), MergeGraphs: true, Extend: true})
	if err != nil {
		return err
	}
	for _, q := range d.nodes(id) {
		for _, quad := range q.quads {
			if err := out.Write(quad); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// node is what is said of one thing.
type node struct {
	iri   string
	quads []rdf.Quad
}

// nodes groups the quads of a study by subject, as they came: the study first.
func (d *described) nodes(id string) []node {
	var out []node
	place := map[string]int{}
	for _, q := range d.studies[id] {
		at, known := place[q.Subject.Value]
		if !known {
			at = len(out)
			place[q.Subject.Value] = at
			out = append(out, node{iri: q.Subject.Value})
		}
		out[at].quads = append(out[at].quads, q)
	}
	return out
}

// table shows each node under its name, a property a line, long values wrapped.
func (d *described) table(w io.Writer, id string, width int) error {
	labels := map[string]string{}
	for _, q := range d.studies[id] {
		if isLabel(q.Predicate.Value) {
			labels[q.Subject.Value] = q.Object.Value
		}
	}
	var b strings.Builder
	for _, n := range d.nodes(id) {
		title := strings.TrimPrefix(n.iri, model.StudyBase)
		if label := labels[n.iri]; label != "" {
			title += "  " + label
		}
		fmt.Fprintf(&b, "%s\n", strings.Join(wrap(title, width), "\n"))
		column := 0
		for _, q := range n.quads {
			column = max(column, utf8.RuneCountInString(property(q.Predicate.Value)))
		}
		column = min(column, width/2)
		for _, q := range n.quads {
			d.row(&b, q, labels, column, width)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d *described) row(b *strings.Builder, q rdf.Quad, labels map[string]string, column, width int) {
	value := q.Object.Value
	if q.Object.Kind == rdf.IRITerm {
		value = shown(strings.Replace(q.Object.Value, model.StudyBase, "", 1))
		for _, known := range []map[string]string{labels, d.labels} {
			if label := known[q.Object.Value]; label != "" {
				value += "  " + label
				break
			}
		}
	}
	name := property(q.Predicate.Value)
	for i, line := range wrap(value, width-column-4) {
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(b, "  %-*s  %s\n", column, name, line)
	}
}

// property is the name of a property as Turtle has it.
func property(iri string) string {
	if iri == rdf.RDFType {
		return "a"
	}
	return shown(iri)
}

// wrap breaks a text into lines of at most so many characters, at spaces where
// there are some; the breaks of the text itself stay, controls do not.
func wrap(text string, width int) []string {
	var out []string
	for paragraph := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		line := []rune{}
		for _, r := range paragraph {
			if r < ' ' || r == 0x7f {
				r = ' '
			}
			line = append(line, r)
			if len(line) > width {
				at := lastSpace(line)
				out = append(out, strings.TrimRight(string(line[:at]), " "))
				line = []rune(strings.TrimLeft(string(line[at:]), " "))
			}
		}
		out = append(out, string(line))
	}
	return out
}

// lastSpace is where a line that is one character too long is broken.
func lastSpace(line []rune) int {
	for i := len(line) - 1; i > len(line)/3; i-- {
		if line[i] == ' ' {
			return i
		}
	}
	return len(line) - 1
}
