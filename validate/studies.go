package validate

import (
	"bytes"
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

// Engine checks one graph after the other, each given as canonical N-Quads;
// *shacl.Checker is one. It belongs to one goroutine.
type Engine interface {
	Check(ctx context.Context, lines ...[]byte) ([]shacl.Result, error)
}

// Finding is a result with where it is.
type Finding struct {
	shacl.Result
	// File is the input, and Offset where the record begins in it, in bytes;
	// -1 in RDF.
	File   string
	Offset int64
	// Study is the IRI of the study; empty for what is of no study.
	Study string
	// Pointer is the JSON Pointer (RFC 6901) of the value within the record;
	// empty for the record itself, and in RDF.
	Pointer string
}

// Studies converts studies and checks what they become, each by itself: nothing
// is stored, and no graph is built but of a study that has a finding. Report gets
// the findings on each study, which may be none, in the order of the input.
func Studies(ctx context.Context, in convert.Input, converter func() convert.Converter, engine func() Engine, report func([]Finding) error, o *convert.Options) (convert.Summary, error) {
	var settings convert.Options
	if o != nil {
		settings = *o
	}
	settings.Pieces = true // the checker takes any
	locator := mapping.NewLocator()
	checking := func() func([]byte, *mapping.Output, *[]Finding) error {
		c := &studyChecker{Converter: converter(), engine: engine(), locator: locator}
		return func(json []byte, out *mapping.Output, found *[]Finding) error {
			return c.findings(ctx, json, out, found)
		}
	}
	return convert.Each(ctx, in, checking, func(s *convert.Study[[]Finding]) error {
		found := *s.Value
		for i := range found {
			found[i].File, found[i].Offset = s.Position.File, s.Position.Offset
		}
		return report(found)
	}, &settings)
}

// studyChecker converts studies and checks them.
type studyChecker struct {
	convert.Converter
	engine  Engine
	locator *mapping.Locator
	lines   [][]byte // of the study
}

// findings are those on a study.
func (c *studyChecker) findings(ctx context.Context, json []byte, out *mapping.Output, found *[]Finding) error {
	*found = (*found)[:0]
	if err := c.Convert(json, out); err != nil {
		return err
	}
	c.lines = append(append(append(c.lines[:0], out.Shared), out.Full...), out.Record)
	results, err := c.engine.Check(ctx, c.lines...)
	if err != nil || len(results) == 0 {
		return err
	}
	var quads []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(convert.Whole(c.lines[1:])), rdf.NQuads, nil) {
		if err != nil {
			return err
		}
		quads = append(quads, q)
	}
	places := c.locator.Locate(quads)
	for _, r := range results {
		*found = append(*found, Finding{Result: r, Study: input.StudyOf(quads[0].Graph.Value), Pointer: places.Pointer(r.Focus.Value, r.Path.Value)})
	}
	return nil
}
