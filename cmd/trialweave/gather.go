package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// gather reads indexes, RDF, and studies, which are converted, and calls yield
// with each quad until it returns an error. It returns how many records were
// rejected.
func gather(ctx context.Context, std *streams, inputs []string, from string, yield func(rdf.Quad) error) (rejected int64, err error) {
	studies, quads := input.Divide(inputs, from)
	reading := std.rdf(from)
	reading.Version = rdf.RDF12
	for _, name := range quads {
		for q, err := range notEmpty(name, input.Quads(ctx, name, reading)) {
			if err == nil {
				err = yield(q)
			}
			if err != nil {
				return 0, err
			}
		}
	}
	if len(studies) == 0 {
		return 0, nil
	}
	summary, err := convertOnTheFly(std, studies, 0, func(in *study.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
		return convert.Run(ctx, in, converter, input.Sink(yield), o)
	})
	return outcome(summary, err)
}

// outcome is how many records were rejected; that all were is an error.
func outcome(s convert.Summary, err error) (rejected int64, _ error) {
	if err == nil {
		err = allRejected(s.Studies, s.Rejected)
	}
	return s.Rejected, err
}

// allRejected is the error of a run that met records and rejected each of them:
// what was written before stays as it was.
func allRejected(studies, rejected int64) error {
	switch {
	case studies > 0 || rejected == 0:
		return nil
	case rejected == 1:
		return errors.New("the only record was rejected; nothing was written")
	}
	return fmt.Errorf("all %d records were rejected; nothing was written", rejected)
}

// notEmpty yields the quads of an input, and an error where there are none.
func notEmpty(name string, quads iter.Seq2[rdf.Quad, error]) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		empty := true
		for q, err := range quads {
			empty = false
			if !yield(q, err) {
				return
			}
		}
		if empty {
			yield(rdf.Quad{}, nothingFound(name))
		}
	}
}

func nothingFound(name string) error {
	return &source.Error{Position: source.At(name, source.NoOffset), Problem: "no quad was found", Expected: "RDF that is not empty"}
}

// rdf says how RDF of a syntax is read, which may be empty.
func (s *streams) rdf(syntax string) *input.Options {
	o := &input.Options{Stdin: s.in, Syntax: syntax}
	if line := s.progressOf("of the file"); line != nil {
		o.Progress = func(read, size int64) {
			if read < 0 {
				line.Clear()
				return
			}
			line.Set(-1, read, size)
		}
	}
	return o
}

// convertOnTheFly has run convert studies with the options of the model as they
// are by default, and reports faults and progress.
func convertOnTheFly(std *streams, inputs []string, workers int, run func(*study.Input, func() convert.Converter, *convert.Options) (convert.Summary, error)) (summary convert.Summary, err error) {
	engine, err := std.engine(nil)
	if err != nil {
		return summary, err
	}
	in, err := std.open(inputs)
	if err != nil {
		return summary, err
	}
	bar := newProgress(std, in)
	faults := faultPrinter{std: std, bar: bar}
	summary, err = run(in, func() convert.Converter { return engine.converter(false) },
		&convert.Options{Workers: workers, OnReject: faults.reject, OnRecord: bar.record, Validated: true})
	bar.finish()
	faults.finish()
	if err == nil {
		summarizeAgain(std.err, summary)
		summarizeNotes(std.err, in)
	}
	return summary, err
}
