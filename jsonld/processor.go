package jsonld

import (
	"errors"
	"fmt"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
)

// Processor applies one context to documents. Documents and the context are what
// encoding/json makes of JSON: maps, slices, strings, float64, bool, nil. It may
// be used from several goroutines, if nobody changes the context.
type Processor struct{ context any }

// NewProcessor returns a processor for the value of a document's @context.
func NewProcessor(context any) *Processor { return &Processor{context} }

// options are those of a run; json-gold changes some while it works.
func (p *Processor) options() *ld.JsonLdOptions {
	out := ld.NewJsonLdOptions("")
	out.ProcessingMode = ld.JsonLd_1_1
	out.DocumentLoader = closedLoader{}
	out.ExpandContext = map[string]any{"@context": p.context}
	return out
}

// Quads returns the quads of a document (JSON-LD 1.1 API, section 8.1), sorted.
func (p *Processor) Quads(document any) (quads []rdf.Quad, err error) {
	defer recovered(&err)
	return toRDF(document, p.options())
}

// Expand returns the expanded form of one node (JSON-LD 1.1 API, section 5.1).
func (p *Processor) Expand(node any) (expanded any, err error) {
	defer recovered(&err)
	list, err := ld.NewJsonLdProcessor().Expand(node, p.options())
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, errors.New("a node that expands to nothing")
	}
	return list[0], nil
}

// Compact expands one node and compacts it by the context (section 6.1); the
// result does not repeat the context.
func (p *Processor) Compact(node any) (compacted any, err error) {
	defer recovered(&err)
	expanded, err := p.Expand(node)
	if err != nil {
		return nil, err
	}
	options := p.options()
	options.ExpandContext = nil
	out, err := ld.NewJsonLdProcessor().Compact([]any{expanded}, map[string]any{"@context": p.context}, options)
	if err != nil {
		return nil, err
	}
	delete(out, "@context")
	return out, nil
}

// recovered turns a panic of json-gold into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("json-gold panicked: %v", p)
	}
}

// toRDF runs json-gold and takes its dataset apart.
func toRDF(document any, options *ld.JsonLdOptions) ([]rdf.Quad, error) {
	result, err := ld.NewJsonLdProcessor().ToRDF(document, options)
	if err != nil {
		return nil, err
	}
	set, ok := result.(*ld.RDFDataset)
	if !ok {
		return nil, fmt.Errorf("json-gold returned %T", result)
	}
	return sortedQuads(set)
}
