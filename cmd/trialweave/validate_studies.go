package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/source"
)

// studies checks what studies become, each by itself, as they are converted:
// nothing is stored and no graph is built but of a study that has a finding.
func (v *validation) studies(ctx context.Context, inputs []string, shapes []rdf.Quad) error {
	newValidator, err := v.validators(shapes)
	if err != nil {
		return err
	}
	sink := &findingSink{v: v}
	locator := jsonld.NewLocator()
	rejected, err := convertOnTheFly(ctx, v.std, inputs, func(c convert.Converter) convert.Converter {
		return &checkedConverter{Converter: c, check: newValidator(), locator: locator}
	}, sink, &convert.Options{Workers: v.Workers, OnStudy: func(at source.Position) { sink.at = at }})
	v.rejected += rejected
	return err
}

// checkedConverter converts a study and checks it. What it hands on in place of
// the lines are the findings, as JSON, so that they come in the order of the
// input whatever goroutine made them.
type checkedConverter struct {
	convert.Converter
	check   validator
	locator *jsonld.Locator
}

// Convert appends the findings on a study.
func (c *checkedConverter) Convert(record []byte, out *jsonld.Output) error {
	if err := c.Converter.Convert(record, out); err != nil {
		return err
	}
	results, err := c.check.Check(out.Shared, out.Record)
	if err != nil {
		return err
	}
	var found []byte
	if len(results) > 0 {
		if found, err = c.findings(results, out.Record); err != nil {
			return err
		}
	}
	out.Shared = out.Shared[:0]
	out.Record = append(out.Record[:0], found...)
	return nil
}

func (c *checkedConverter) findings(results []shacl.Result, record []byte) ([]byte, error) {
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(record), rdf.NQuads, nil) {
		if err != nil {
			return nil, err
		}
		quads = append(quads, q)
	}
	places := c.locator.Locate(quads)
	found := make([]finding, len(results))
	for i, r := range results {
		found[i] = finding{Result: r, Study: input.StudyOf(quads[0].Graph.Value), Pointer: places.Pointer(r.Focus.Value, r.Path.Value)}
	}
	return json.Marshal(found)
}

// findingSink takes findings in the order of the input.
type findingSink struct {
	v  *validation
	at source.Position
}

// WriteStudy reports the findings on one study.
func (s *findingSink) WriteStudy(_, record []byte) error {
	var found []finding
	if len(record) > 0 {
		if err := json.Unmarshal(record, &found); err != nil {
			return fmt.Errorf("findings: %w", err)
		}
	}
	for i := range found {
		found[i].File, found[i].Offset = s.at.File, s.at.Offset
	}
	return s.v.add(found)
}

// Close does nothing: the report goes on after the studies.
func (*findingSink) Close() error { return nil }
