package main

import (
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/jsonld"
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
	sink := input.Sink(yield)
	return convertOnTheFly(ctx, std, studies, linesAlone, func(s *convert.Study[struct{}]) error { return sink.WriteStudy(s.Shared, s.Record...) }, 0)
}

// rdf says how RDF of a syntax is read, which may be empty.
func (s *streams) rdf(syntax string) *input.Options {
	return &input.Options{Stdin: s.in, Syntax: syntax}
}

// convertOnTheFly converts studies with the options of the model as they are by
// default, hands on what they become with what else alongside makes of them, and
// reports faults and progress. It returns how many records were rejected.
func convertOnTheFly[T any](ctx context.Context, std *streams, inputs []string, alongside func(convert.Converter) func([]byte, *jsonld.Output, *T) error, yield func(*convert.Study[T]) error, workers int) (rejected int64, err error) {
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
	converter := func() func([]byte, *jsonld.Output, *T) error { return alongside(engine.converter(false)) }
	summary, err := convert.Each(ctx, in, converter, yield, &convert.Options{Workers: workers, OnReject: faults.reject, OnRecord: bar.record, Validated: true})
	bar.finish()
	faults.finish()
	if err == nil {
		summarizeAgain(std.err, summary)
		summarizeNotes(std.err, in)
	}
	return summary.Rejected, err
}

// linesAlone makes nothing beside the lines of a study.
func linesAlone(c convert.Converter) func([]byte, *jsonld.Output, *struct{}) error {
	return func(json []byte, out *jsonld.Output, _ *struct{}) error { return c.Convert(json, out) }
}
