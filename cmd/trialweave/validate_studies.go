package main

import (
	"bytes"
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
)

// studies checks what studies become, each by itself, as they are converted:
// nothing is stored and no graph is built but of a study that has a finding.
func (v *validation) studies(ctx context.Context, inputs []string, shapes []rdf.Quad) error {
	newValidator, err := v.validators(shapes)
	if err != nil {
		return err
	}
	locator := jsonld.NewLocator()
	checking := func(c convert.Converter) func([]byte, *jsonld.Output, *[]finding) error {
		checker := &studyChecker{Converter: c, check: newValidator(), locator: locator}
		return checker.findings
	}
	rejected, err := convertOnTheFly(ctx, v.std, inputs, checking, func(s *convert.Study[[]finding]) error {
		for i := range *s.Value {
			(*s.Value)[i].File, (*s.Value)[i].Offset = s.Position.File, s.Position.Offset
		}
		return v.add(*s.Value)
	}, v.Workers)
	v.rejected += rejected
	return err
}

// studyChecker converts studies and checks them.
type studyChecker struct {
	convert.Converter
	check   validator
	locator *jsonld.Locator
}

// findings are those on a study.
func (c *studyChecker) findings(json []byte, out *jsonld.Output, found *[]finding) error {
	*found = (*found)[:0]
	if err := c.Convert(json, out); err != nil {
		return err
	}
	results, err := c.check.Check(out.Shared, out.Record)
	if err != nil || len(results) == 0 {
		return err
	}
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(out.Record), rdf.NQuads, nil) {
		if err != nil {
			return err
		}
		quads = append(quads, q)
	}
	places := c.locator.Locate(quads)
	for _, r := range results {
		*found = append(*found, finding{Result: r, Study: input.StudyOf(quads[0].Graph.Value), Pointer: places.Pointer(r.Focus.Value, r.Path.Value)})
	}
	return nil
}
