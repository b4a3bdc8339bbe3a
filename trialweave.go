// Package trialweave turns study records of ClinicalTrials.gov into linked data,
// and back.
//
// Two functions to begin with: [Convert] writes what records become, and [Quads]
// yields it, quad by quad. Both take records in every form in which they are
// delivered: files, folders and archives of JSON, XML, CSV or tables of AACT,
// compressed or not.
//
//	summary, err := trialweave.Convert(ctx, w, []string{"studies.zip"}, nil)
//
//	for q, err := range trialweave.Quads(ctx, []string{"studies.zip"}, nil) { … }
//
// [Annotate] makes JSON-LD of one record, [Restore] makes records of quads,
// [Validate] checks records and graphs against SHACL shapes, and [Open] opens an
// index, which is asked in SPARQL.
//
// The packages below do the work, and can do more: study reads records, jsonld
// holds the model, convert, index, sparql, shacl and store what their names say,
// and rdf reads and writes RDF. What is linted is linted by package lint.
//
// # Errors
//
// An error of an input is a [*source.Error], with file, offset and what was
// expected; one of writing a [*convert.WriteError]; one of a query a
// [*sparql.Error]. A context that ends is the cause of its error.
package trialweave

import (
	"context"
	"io"
	"iter"
	"sync"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/validate"
)

// Options say how to read and what to make; nil and the zero value mean the
// defaults.
type Options struct {
	// Model says what studies become. Default: the full profile.
	Model *mapping.Options
	// Format is the syntax that Convert writes. Default: N-Quads.
	Format rdf.Format
	// Syntax is that of inputs of RDF, by the name of an rdf.Format or "jsonld".
	// Default: by the name of an input; what is no RDF by its name holds studies.
	Syntax string
	// Shapes is a file of SHACL shapes in Turtle, for Validate. Default: the
	// shapes of the model.
	Shapes string
	// Stdin is what the input "-" stands for. Default: os.Stdin.
	Stdin io.Reader
	// Workers is how many goroutines convert. Default: one for each processor.
	Workers int
	// OnReject gets each record that is rejected, in the order of the input; its
	// error ends the run. Default: the first rejected record ends the run.
	OnReject func(*source.Error) error
}

func (o *Options) orDefaults() *Options {
	if o == nil {
		return &Options{}
	}
	return o
}

// Convert writes what the studies of the inputs become to w. The output is the
// same bytes for the same input. What was written before an error stays written.
func Convert(ctx context.Context, w io.Writer, inputs []string, o *Options) (convert.Summary, error) {
	o = o.orDefaults()
	format := o.Format
	if format == rdf.UnknownFormat {
		format = rdf.NQuads
	}
	sink, err := convert.NewSink(w, format, &rdf.WriteOptions{Prefixes: mapping.Prefixes(), Version: o.version()})
	if err != nil {
		return convert.Summary{}, err
	}
	return o.run(inputs, func(in *study.Input, converter func() convert.Converter, settings *convert.Options) (convert.Summary, error) {
		settings.Pieces = settings.Validated && format == rdf.NQuads
		return convert.Run(ctx, in, converter, sink, settings)
	})
}

// version is that of RDF that is written.
func (o *Options) version() rdf.Version {
	if o.Model != nil && o.Model.Statements {
		return rdf.RDF12
	}
	return rdf.RDF11
}

// run opens studies, and runs what converts them.
func (o *Options) run(inputs []string, run func(*study.Input, func() convert.Converter, *convert.Options) (convert.Summary, error)) (convert.Summary, error) {
	engine, err := o.engine()
	if err != nil {
		return convert.Summary{}, err
	}
	in, err := study.Open(inputs, &study.Options{Stdin: o.Stdin})
	if err != nil {
		return convert.Summary{}, err
	}
	settings := &convert.Options{Workers: o.Workers, OnReject: o.OnReject, Validated: engine.Compiled()}
	if o.OnReject == nil {
		settings.OnReject = func(fault *source.Error) error { return fault }
	}
	if o.Model != nil && o.Model.History {
		settings.HistoryGraph = o.Model.HistoryGraph()
	}
	return run(in, func() convert.Converter {
		if engine.Compiled() {
			return engine.NewConverter()
		}
		return engine.NewReference()
	}, settings)
}

// Quads yields the quads of the inputs: those of studies, which are converted on
// the way, of RDF files and of indexes. Quads of RDF and indexes come first, in
// the order of the inputs, then those of the studies. Blank nodes of several
// inputs are told apart by their labels. An error is the last that is yielded.
func Quads(ctx context.Context, inputs []string, o *Options) iter.Seq2[rdf.Quad, error] {
	o = o.orDefaults()
	return func(yield func(rdf.Quad, error) bool) {
		studies, graphs := input.Divide(inputs, o.Syntax)
		for i, name := range graphs {
			for q, err := range input.Quads(ctx, name, &input.Options{Stdin: o.Stdin, Syntax: o.Syntax}) {
				if len(inputs) > 1 {
					q = input.Relabel(q, scope(i))
				}
				if !yield(q, err) || err != nil {
					return
				}
			}
		}
		if len(studies) == 0 {
			return
		}
		for quads, err := range stream(ctx, func(ctx context.Context, send func([]rdf.Quad) error) error {
			return o.quads(ctx, studies, send)
		}) {
			if err != nil {
				yield(rdf.Quad{}, err)
				return
			}
			for _, q := range quads {
				if !yield(q, nil) {
					return
				}
			}
		}
	}
}

// quads sends the quads of studies, some at a time.
func (o *Options) quads(ctx context.Context, studies []string, send func([]rdf.Quad) error) error {
	const most = 1000
	var quads []rdf.Quad
	_, err := o.run(studies, func(in *study.Input, converter func() convert.Converter, settings *convert.Options) (convert.Summary, error) {
		return convert.Run(ctx, in, converter, input.Sink(func(q rdf.Quad) error {
			if quads = append(quads, q); len(quads) < most {
				return nil
			}
			err := send(quads)
			quads = nil
			return err
		}), settings)
	})
	if err == nil && len(quads) > 0 {
		err = send(quads)
	}
	return err
}

var defaultEngine = sync.OnceValues(func() (*mapping.Engine, error) { return mapping.NewEngine(nil) })

func (o *Options) engine() (*mapping.Engine, error) {
	if o.Model == nil {
		return defaultEngine()
	}
	return mapping.NewEngine(o.Model)
}

// Annotate returns the JSON-LD document of a record of the Data API v2: the
// record itself, with what makes it linked data, and the context in it.
func Annotate(record []byte, o *Options) ([]byte, error) {
	engine, err := o.orDefaults().engine()
	if err != nil {
		return nil, err
	}
	return engine.Annotate(nil, record, mapping.Inline)
}

// Restore yields the records that quads were made of, as the JSON of the Data
// API v2, each on one line, equal to what was converted but for the order of keys
// and white space. The quads of a study's graph stand together, as Convert writes
// and Quads yields them. A slice is valid until the next one.
func Restore(quads iter.Seq2[rdf.Quad, error]) iter.Seq2[[]byte, error] {
	return mapping.RestoreAll(quads)
}

// Validate yields what the inputs have wrong by SHACL shapes: of studies in the
// order of the input, with the JSON Pointer of the value, then of RDF files and
// indexes. That nothing is yielded says that all of it was checked and meets the
// shapes. An error is the last that is yielded.
func Validate(ctx context.Context, inputs []string, o *Options) iter.Seq2[validate.Finding, error] {
	o = o.orDefaults()
	return func(yield func(validate.Finding, error) bool) {
		for found, err := range stream(ctx, func(ctx context.Context, send func([]validate.Finding) error) error {
			return o.validate(ctx, inputs, send)
		}) {
			if err != nil {
				yield(validate.Finding{}, err)
				return
			}
			for _, f := range found {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

func (o *Options) validate(ctx context.Context, inputs []string, send func([]validate.Finding) error) error {
	quads, err := validate.Shapes(o.Shapes)
	if err != nil {
		return err
	}
	shapes, err := shacl.Compile(quads)
	if err != nil {
		return err
	}
	engine := func() validate.Engine { return shapes.NewChecker(nil) }
	report := func(found []validate.Finding) error {
		if len(found) == 0 {
			return nil
		}
		return send(append([]validate.Finding(nil), found...))
	}
	studies, graphs := input.Divide(inputs, o.Syntax)
	if len(studies) > 0 {
		_, err := o.run(studies, func(in *study.Input, converter func() convert.Converter, settings *convert.Options) (convert.Summary, error) {
			return validate.Studies(ctx, in, converter, engine, report, settings)
		})
		if err != nil {
			return err
		}
	}
	for _, name := range graphs {
		quads := input.Quads(ctx, name, &input.Options{Stdin: o.Stdin, Syntax: o.Syntax})
		if err := validate.Graphs(ctx, quads, name, engine(), false, report); err != nil {
			return err
		}
	}
	return nil
}
