package main

import (
	"bytes"
	"context"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// gather reads indexes, RDF, and studies, which are converted, and calls yield
// with each quad until it returns an error. It returns how many records were
// rejected.
func gather(ctx context.Context, std *streams, inputs []string, from string, yield func(rdf.Quad) error) (rejected int64, err error) {
	var studies []string
	for _, name := range inputs {
		quads := readRDF(ctx, std, name, from, "")
		switch {
		case index.In(name):
			quads = readIndex(ctx, name)
		case isStudies(name, from):
			studies = append(studies, name)
			continue
		}
		for q, err := range quads {
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
	return convertOnTheFly(ctx, std, studies, plain, quadSink(yield), &convert.Options{})
}

// isStudies says whether an input is not RDF.
func isStudies(name, from string) bool {
	return strings.HasPrefix(name, "api:") || from == "" && rdf.FormatByFile(name) == rdf.UnknownFormat && !isJSONLDFile(name)
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

// quadSink calls a function with what studies become, quad by quad.
type quadSink func(rdf.Quad) error

func (s quadSink) WriteStudy(shared, record []byte) error {
	for _, lines := range [][]byte{shared, record} {
		for q, err := range rdf.Read(bytes.NewReader(lines), rdf.NQuads, nil) {
			if err == nil {
				err = s(q)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (quadSink) Close() error { return nil }
