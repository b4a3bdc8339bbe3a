package main

import (
	"context"
	"errors"
	"fmt"
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
	Inputs   []string `arg:"" name:"INPUT" help:"Studies in any form, RDF files, or folders that trialweave index made."`
	Shapes   string   `placeholder:"FILE" help:"SHACL shapes in Turtle. Default: those of the model (trialweave model shapes)."`
	Engine   string   `enum:",compiled,gordflib" default:"" placeholder:"ENGINE" help:"What checks: compiled (shapes made into tables, at half the speed of conversion) or gordflib (a SHACL validator over RDF). Default: compiled; gordflib is for constraints in SPARQL."`
	From     string   `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Together bool     `help:"Take all graphs of an RDF input as one, in memory. By default each study's graph is checked when it ends, with what it points at in the other graphs."`
	Format   string   `enum:"table,summary,turtle,sarif,json" default:"table" help:"table, summary (how often each constraint fails), turtle (a SHACL report), sarif or json."`
	FailOn   string   `enum:"violation,warning,info,never" default:"violation" help:"The mildest severity that makes the exit status 1."`
	Output   string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write. Default: standard output."`
	Workers  int      `help:"Goroutines that check studies. Default: one for each processor."`
}

// Help tells what the severities and the exit status mean.
func (validateCmd) Help() string {
	return `A violation is what the registry guarantees not to happen, a warning a rule on data
elements that records break, info a hint.

Exit status: 0 nothing at or above --fail-on; 1 something; 2 some input could not be
checked, after everything else was.`
}

// errFindings is the outcome of a validation that found what --fail-on asks for.
var errFindings = errors.New("the shapes are not met")

// validation is a run of the command.
type validation struct {
	*validateCmd
	std      *streams
	shapes   *shacl.Shapes // nil where they are not compiled
	report   findingWriter
	start    time.Time
	graphs   int
	rejected int64
	count    [3]int // by severity
	// uncompiled says why the shapes are not compiled, where they are not.
	uncompiled error
}

// Run carries the command out.
func (c *validateCmd) Run(ctx context.Context, std *streams) error {
	v := &validation{validateCmd: c, std: std, start: time.Now()}
	quads, err := validate.Shapes(c.Shapes)
	if err != nil {
		return err
	}
	v.shapes, v.uncompiled = shacl.Compile(quads)
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	if v.report, err = newFindingWriter(out, c.Format, v.shapes); err != nil {
		return err
	}
	if err := v.check(ctx, quads); err != nil {
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
func (v *validation) check(ctx context.Context, shapes []rdf.Quad) error {
	engine, err := v.validators(shapes)
	if err != nil {
		return err
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
	for _, name := range graphs {
		if err := validate.Graphs(input.Quads(ctx, name, v.std.rdf(v.From)), name, engine(), v.Together, v.add); err != nil {
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

// validators returns what makes an engine. Shapes that the compiler refuses for
// anything but SPARQL are refused for both engines: goRDFlib passes over what it
// does not know.
func (v *validation) validators(shapes []rdf.Quad) (func() validate.Engine, error) {
	_, inSPARQL := errors.AsType[*shacl.SPARQLError](v.uncompiled)
	switch {
	case v.Engine == "gordflib" && (v.uncompiled == nil || inSPARQL):
		return func() validate.Engine { return newGraphValidator(shapes) }, nil
	case inSPARQL:
		return nil, fmt.Errorf("%s: %w\nhint: --engine gordflib runs constraints in SPARQL", v.shapesName(), v.uncompiled)
	case v.uncompiled != nil:
		return nil, fmt.Errorf("%s: %w", v.shapesName(), v.uncompiled)
	}
	return func() validate.Engine { return v.shapes.NewChecker() }, nil
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

// outcome tells what the run came to, and its exit status.
func (v *validation) outcome() error {
	fmt.Fprintf(v.std.err, "%s, %s, %s, %s, %.1f s\n",
		countOf(v.graphs, "graph"), countOf(v.count[shacl.Violation], "violation"), countOf(v.count[shacl.Warning], "warning"), countOf(v.count[shacl.Info], "info"), time.Since(v.start).Seconds())
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
