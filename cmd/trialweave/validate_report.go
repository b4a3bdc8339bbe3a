package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/validate"
)

// findingWriter writes findings in a format.
type findingWriter interface {
	Add(validate.Finding) error
	Close() error
}

const shaclNS = "http://www.w3.org/ns/shacl#"

func shapePrefixes() []rdf.Prefix {
	return append(mapping.Prefixes(), rdf.Prefix{Name: "tws", IRI: model.NSShapes})
}

func newFindingWriter(w io.Writer, format string, shapes *shacl.Shapes) (findingWriter, error) {
	switch format {
	case "turtle":
		out, err := rdf.NewWriter(w, rdf.Turtle, &rdf.WriteOptions{Prefixes: shapePrefixes(), Version: rdf.RDF12})
		return &turtleFindings{out: out, shapes: shapes}, err
	case "summary":
		return &countedFindings{w: w, counts: map[shacl.Result]*findingCount{}}, nil
	case "sarif", "json":
		return &reportedFindings{w: w, format: formats.Format(format), shapes: shapes}, nil
	}
	return &tableFindings{w: bufio.NewWriter(w), shapes: shapes, prefixes: shapePrefixes()}, nil
}

// compact writes an IRI with a prefix, where one fits.
func compact(prefixes []rdf.Prefix, t rdf.Term) string {
	if t.Kind != rdf.IRITerm {
		return t.String()
	}
	best := ""
	out := "<" + t.Value + ">"
	for _, p := range prefixes {
		if local, ok := strings.CutPrefix(t.Value, p.IRI); ok && len(p.IRI) > len(best) && !strings.ContainsAny(local, "/#") {
			best, out = p.IRI, p.Name+":"+local
		}
	}
	return out
}

// tableFindings writes a line for each finding, below one for its record.
type tableFindings struct {
	w        *bufio.Writer
	shapes   *shacl.Shapes
	prefixes []rdf.Prefix
	last     string
}

// Add writes a finding.
func (t *tableFindings) Add(f validate.Finding) error {
	head := strings.TrimSpace((source.Position{File: f.File, Offset: f.Offset}).String() + " " + f.Study[strings.LastIndexByte(f.Study, '/')+1:])
	if head != t.last {
		fmt.Fprintln(t.w, head)
		t.last = head
	}
	where := "#" + f.Pointer
	if f.Pointer == "" && f.Focus.Value != f.Study {
		where = f.Focus.String()
	}
	if !f.Path.IsZero() {
		where += " " + compact(t.prefixes, f.Path)
	}
	what := t.shapes.Message(f.Result)
	if !f.Value.IsZero() && f.Value != f.Focus {
		what = short(f.Value) + ": " + what
	}
	_, err := fmt.Fprintf(t.w, "  %-9s  %s  %s  %s %s\n", f.Severity, where, what, compact(t.prefixes, f.Shape), f.Constraint())
	return err
}

// Close ends the table.
func (t *tableFindings) Close() error { return t.w.Flush() }

// short is a term cut to what a line has room for.
func short(t rdf.Term) string {
	const most = 80
	s := t.Value
	if t.Kind == rdf.TripleTerm {
		s = t.String()
	}
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	switch t.Kind {
	case rdf.LiteralTerm:
		return strconv.Quote(s)
	case rdf.TripleTerm:
		return s
	}
	return "<" + s + ">"
}

// countedFindings counts findings by constraint.
type countedFindings struct {
	w      io.Writer
	counts map[shacl.Result]*findingCount
}

type findingCount struct {
	n     int
	first validate.Finding
}

// Add counts a finding.
func (c *countedFindings) Add(f validate.Finding) error {
	key := shacl.Result{Shape: f.Shape, Component: f.Component, Severity: f.Severity}
	if c.counts[key] == nil {
		c.counts[key] = &findingCount{first: f}
	}
	c.counts[key].n++
	return nil
}

// Close writes the counts, the worst and most frequent first.
func (c *countedFindings) Close() error {
	t := tabwriter.NewWriter(c.w, 0, 0, 2, ' ', 0)
	keys := slices.SortedFunc(maps.Keys(c.counts), func(a, b shacl.Result) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(c.counts[b].n, c.counts[a].n), cmp.Compare(a.Shape.Value, b.Shape.Value), cmp.Compare(a.Component, b.Component))
	})
	for _, k := range keys {
		first := c.counts[k].first
		fmt.Fprintf(t, "%s\t%d\t%s %s\tfirst %s\n", k.Severity, c.counts[k].n, compact(shapePrefixes(), k.Shape), k.Constraint(),
			strings.TrimSpace(first.Study[strings.LastIndexByte(first.Study, '/')+1:]+" "+first.Pointer))
	}
	return t.Flush()
}

// turtleFindings writes a validation report (SHACL, section 3.6).
type turtleFindings struct {
	out    *rdf.Writer
	shapes *shacl.Shapes
	n      int
}

// Add writes a result.
func (t *turtleFindings) Add(f validate.Finding) error {
	t.n++
	result := rdf.Blank("r" + strconv.Itoa(t.n))
	report := rdf.Blank("report")
	quads := []rdf.Quad{{Subject: report, Predicate: rdf.IRI(shaclNS + "result"), Object: result}}
	say := func(property string, o rdf.Term) {
		if !o.IsZero() {
			quads = append(quads, rdf.Quad{Subject: result, Predicate: rdf.IRI(property), Object: o})
		}
	}
	say(rdf.RDFType, rdf.IRI(shaclNS+"ValidationResult"))
	say(shaclNS+"focusNode", f.Focus)
	say(shaclNS+"resultPath", f.Path)
	say(shaclNS+"value", f.Value)
	say(shaclNS+"sourceShape", f.Shape)
	say(shaclNS+"sourceConstraintComponent", rdf.IRI(f.Component))
	say(shaclNS+"resultSeverity", rdf.IRI(f.SeverityIRI()))
	say(shaclNS+"sourceConstraint", f.Source)
	say(shaclNS+"resultMessage", rdf.String(t.shapes.Message(f.Result)))
	for _, q := range quads {
		if err := t.out.Write(q); err != nil {
			return err
		}
	}
	return nil
}

// Close writes the verdict.
func (t *turtleFindings) Close() error {
	report := rdf.Blank("report")
	for _, q := range []rdf.Quad{
		{Subject: report, Predicate: rdf.IRI(rdf.RDFType), Object: rdf.IRI(shaclNS + "ValidationReport")},
		{Subject: report, Predicate: rdf.IRI(shaclNS + "conforms"), Object: rdf.Typed(strconv.FormatBool(t.n == 0), rdf.XSDBoolean)},
	} {
		if err := t.out.Write(q); err != nil {
			return err
		}
	}
	return t.out.Close()
}

// reportedFindings makes them findings of a report.
type reportedFindings struct {
	w      io.Writer
	format formats.Format
	shapes *shacl.Shapes
	report report.Report
}

// Add keeps a finding.
func (r *reportedFindings) Add(f validate.Finding) error {
	severity := [...]report.Severity{report.Error, report.Warn, report.Info}[f.Severity]
	rule := f.Shape.Value[strings.LastIndexAny(f.Shape.Value, "/#")+1:] + " " + f.Constraint()
	message := r.shapes.Message(f.Result)
	if !f.Value.IsZero() && f.Value != f.Focus {
		message = short(f.Value) + ": " + message
	}
	place := report.Place{File: f.File}
	if f.Pointer != "" {
		for _, step := range strings.Split(f.Pointer[1:], "/") {
			place.Path = append(place.Path, source.UnescapePointer(step))
		}
	}
	message += " (" + f.Focus.Value
	if !f.Path.IsZero() {
		message += ", " + compact(shapePrefixes(), f.Path)
	}
	r.report.Findings = append(r.report.Findings, report.Finding{Rule: rule, Severity: severity, Message: message + ")", Place: place})
	r.report.Documents = append(r.report.Documents, report.Document{File: f.File, Kind: "study"})
	r.report.Rules = append(r.report.Rules, report.Rule{ID: rule, Description: r.shapes.Message(f.Result), Severity: severity, From: f.Shape.Value})
	return nil
}

// Close writes the report.
func (r *reportedFindings) Close() error {
	r.report.Sort()
	return formats.Write(r.w, r.format, &r.report, &formats.Options{Tool: "trialweave"})
}
