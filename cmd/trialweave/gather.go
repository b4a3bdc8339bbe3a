package main

import (
	"bytes"
	"context"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// gather reads inputs of RDF and of studies, which are converted, and calls
// yield with each quad until it returns an error. It returns how many records
// were rejected.
func gather(ctx context.Context, std *streams, inputs []string, from string, yield func(rdf.Quad) error) (rejected int64, err error) {
	var studies []string
	for _, name := range inputs {
		if strings.HasPrefix(name, "api:") || from == "" && rdf.FormatByFile(name) == rdf.UnknownFormat && !isJSONLDFile(name) {
			studies = append(studies, name)
			continue
		}
		for q, err := range readRDF(ctx, std, name, from, "") {
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
