package main

import (
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// gather reads indexes, RDF, and studies, which are converted, and calls yield
// with each quad until it returns an error. It returns how many records were
// rejected.
func gather(ctx context.Context, std *streams, inputs []string, from string, yield func(rdf.Quad) error) (rejected int64, err error) {
	studies, quads := input.Divide(inputs, from)
	for _, name := range quads {
		for q, err := range input.Quads(ctx, name, std.rdf(from)) {
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
	return convertOnTheFly(std, studies, 0, func(in *study.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
		return convert.Run(ctx, in, converter, input.Sink(yield), o)
	})
}

// rdf says how RDF of a syntax is read, which may be empty.
func (s *streams) rdf(syntax string) *input.Options {
	return &input.Options{Stdin: s.in, Syntax: syntax}
}

// convertOnTheFly has run convert studies with the options of the model as they
// are by default, and reports faults and progress. It returns how many records
// were rejected.
func convertOnTheFly(std *streams, inputs []string, workers int, run func(*study.Input, func() convert.Converter, *convert.Options) (convert.Summary, error)) (rejected int64, err error) {
	engine, err := std.engine(nil)
	if err != nil {
		return 0, err
	}
	in, err := std.open(inputs)
	if err != nil {
		return 0, err
	}
	bar := newProgress(std, in)
	faults := faultPrinter{std: std, bar: bar}
	summary, err := run(in, func() convert.Converter { return engine.converter(false) },
		&convert.Options{Workers: workers, OnReject: faults.reject, OnRecord: bar.record, Validated: true})
	bar.finish()
	faults.finish()
	if err == nil {
		summarizeAgain(std.err, summary)
		summarizeNotes(std.err, in)
	}
	return summary.Rejected, err
}
