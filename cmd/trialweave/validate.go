package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/validate"
)

type validateCmd struct {
	Inputs   []string      `arg:"" name:"INPUT" help:"Studies in any form, RDF files, or folders that trialweave index made."`
	Shapes   string        `placeholder:"FILE" help:"SHACL shapes in Turtle. Default: those of the model (trialweave model shapes)."`
	From     string        `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Together bool          `help:"Take all graphs of an RDF input as one, in memory. By default each study's graph is checked when it ends, with what it points at in the other graphs."`
	Format   string        `enum:"table,summary,turtle,sarif,json" default:"table" help:"table, summary (how often each constraint fails), turtle (a SHACL report), sarif or json."`
	FailOn   string        `enum:"violation,warning,info,never" default:"violation" help:"The mildest severity that makes the exit status 1."`
	Output   string        `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write. Default: standard output."`
	Workers  int           `help:"Goroutines that check studies. Default: one for each processor."`
	Timeout  time.Duration `default:"1m" placeholder:"DURATION" help:"End a query of the shapes with an error after this time."`
	Memory   int           `default:"256" placeholder:"MB" help:"End a query of the shapes with an error when it holds about this much memory."`
}

// Help tells what the severities and the exit status mean.
func (validateCmd) Help() string {
	return `A violation is what the registry guarantees not to happen, a warning a rule on data
elements that records break, info a hint. Severities of other shapes count as violations.

Queries of the shapes (SHACL-SPARQL) ask the graph of each study, or of each input
that is checked as a whole. One that does not end within --timeout and --memory is an
error, and what it was asked about counts as not checked.

Exit status: 0 nothing at or above --fail-on; 1 something; 2 some input could not be
checked, after everything else was.`
}

// errFindings is the outcome of a validation that found what --fail-on asks for.
var errFindings = errors.New("the shapes are not met")

// validation is a run of the command.
type validation struct {
	*validateCmd
	std      *streams
	shapes   *shacl.Shapes
	report   findingWriter
	start    time.Time
	graphs   int
	rejected int64
	count    [3]int // by severity

	mu       sync.Mutex
	checkers []*shacl.Checker
}

// Run carries the command out.
func (c *validateCmd) Run(ctx context.Context, std *streams) error {
	v := &validation{validateCmd: c, std: std, start: time.Now()}
	quads, err := validate.Shapes(c.Shapes)
	if err != nil {
		return err
	}
	if v.shapes, err = shacl.Compile(quads); err != nil {
		return fmt.Errorf("%s: %w", c.shapesName(), err)
	}
	if v.shapes.Targets() == 0 {
		return fmt.Errorf("%s: no shape has a target, so that nothing would be checked\nhint: sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf name what a shape is for", c.shapesName())
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	if v.report, err = newFindingWriter(out, c.Format, v.shapes); err != nil {
		return err
	}
	if err := v.check(ctx); err != nil {
		return err
	}
	if err := v.report.Close(); err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	return v.outcome()
}

// check checks the studies of the inputs, then the graphs.
func (v *validation) check(ctx context.Context) error {
	engine := func() validate.Engine {
		checker := v.shapes.NewChecker(&shacl.Options{Time: v.Timeout, Bytes: v.Memory << 20})
		v.mu.Lock()
		defer v.mu.Unlock()
		v.checkers = append(v.checkers, checker)
		return checker
	}
	studies, graphs := input.Divide(v.Inputs, v.From)
	if len(studies) > 0 {
		summary, err := convertOnTheFly(v.std, studies, v.Workers, func(in *study.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
			return validate.Studies(ctx, in, converter, engine, v.add, o)
		})
		if err != nil {
			return err
		}
		v.rejected = summary.Rejected
	}
	reading := v.std.rdf(v.From)
	reading.Version = rdf.RDF12 // a triple term is a value that is of no other kind
	for _, name := range graphs {
		if err := validate.Graphs(ctx, input.Quads(ctx, name, reading), name, engine(), v.Together, v.add); err != nil {
			return err
		}
	}
	return nil
}

func (c *validateCmd) shapesName() string {
	if c.Shapes == "" {
		return "the shapes of the model"
	}
	return c.Shapes
}

// add reports findings.
func (v *validation) add(found []validate.Finding) error {
	v.graphs++
	for _, f := range found {
		v.count[f.Severity]++
		if err := v.report.Add(f); err != nil {
			return err
		}
	}
	return nil
}

// unfocused says where nothing was checked, since no shape has a node as a target.
func (v *validation) unfocused() string {
	if v.graphs == 0 || slices.ContainsFunc(v.checkers, func(c *shacl.Checker) bool { return c.Focused() > 0 }) {
		return ""
	}
	return "; no focus nodes: no shape has a node of these graphs as its target"
}

// outcome tells what the run came to, and its exit status.
func (v *validation) outcome() error {
	fmt.Fprintf(v.std.err, "%s, %s, %s, %s, %.1f s%s\n",
		countOf(v.graphs, "graph"), countOf(v.count[shacl.Violation], "violation"), countOf(v.count[shacl.Warning], "warning"), countOf(v.count[shacl.Info], "info"), time.Since(v.start).Seconds(), v.unfocused())
	if v.graphs == 0 && v.rejected == 0 {
		return errors.New("nothing was checked: the inputs hold no studies and no quads")
	}
	if v.rejected > 0 {
		return fmt.Errorf("records that could not be checked: %d", v.rejected)
	}
	for s := shacl.Violation; s <= shacl.Info && v.FailOn != "never"; s++ {
		if v.count[s] > 0 {
			return errFindings
		}
		if s.String() == v.FailOn {
			break
		}
	}
	return nil
}
