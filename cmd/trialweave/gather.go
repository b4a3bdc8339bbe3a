package main

import (
	"bytes"
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
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
	engine, err := std.engine(nil)
	if err != nil {
		return 0, err
	}
	in, err := std.open(studies)
	if err != nil {
		return 0, err
	}
	bar := newProgress(std, in)
	faults := faultPrinter{std: std, bar: bar}
	summary, err := convert.Run(ctx, in, func() convert.Converter { return engine.converter(false) }, quadSink(yield), &convert.Options{
		OnReject: func(e *source.Error) error { return faults.reject(e) }, OnRecord: bar.record, Validated: true,
	})
	bar.finish()
	faults.finish()
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
