package main

import (
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/rdf"
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
	plain := func(c convert.Converter) convert.Converter { return c }
	return convertOnTheFly(ctx, std, studies, plain, input.Sink(yield), &convert.Options{})
}

// rdf says how RDF of a syntax is read, which may be empty.
func (s *streams) rdf(syntax string) *input.Options {
	return &input.Options{Stdin: s.in, Syntax: syntax}
}

// convertOnTheFly converts studies into a sink with the options of the model as
// they are by default, and tells faults and progress. Each converter is wrapped
// first. It returns how many records were rejected.
func convertOnTheFly(ctx context.Context, std *streams, inputs []string, wrap func(convert.Converter) convert.Converter, sink convert.Sink, o *convert.Options) (rejected int64, err error) {
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
	o.OnReject, o.OnRecord, o.Validated = faults.reject, bar.record, true
	summary, err := convert.Run(ctx, in, func() convert.Converter { return wrap(engine.converter(false)) }, sink, o)
	bar.finish()
	faults.finish()
	if err == nil {
		summarizeAgain(std.err, summary)
		summarizeNotes(std.err, in)
	}
	return summary.Rejected, err
}
