package jsonld

import (
	"errors"
	"fmt"
	"sync"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
)

// Processor applies one context to documents. Documents and the context are what
// encoding/json makes of JSON: maps, slices, strings, float64, bool, nil. It may
// be used from several goroutines, if nobody changes the context.
type Processor struct {
	// Directions says what Quads makes of texts with a direction.
	Directions Directions
	context    any
	// plain says that the context has plain terms only; idle are its scopes that no
	// goroutine uses.
	plain bool
	lock  sync.Mutex
	idle  []*scopes
}

// NewProcessor returns a processor for the value of a document's @context.
func NewProcessor(context any) *Processor {
	p := &Processor{context: context}
	if s, ok := newScopes(context); ok {
		p.plain, p.idle = true, []*scopes{s}
	}
	return p
}

// with calls do with scopes of the context, for an object, and reports whether that
// could be done without the algorithms of json-gold.
func (p *Processor) with(node any, do func(*scopes, map[string]any) (map[string]any, error)) (out any, done bool) {
	object, ok := node.(map[string]any)
	if !ok || !p.plain {
		return nil, false
	}
	var s *scopes
	p.lock.Lock()
	if last := len(p.idle) - 1; last >= 0 {
		s, p.idle = p.idle[last], p.idle[:last]
	}
	p.lock.Unlock()
	if s == nil {
		s, _ = newScopes(p.context)
	}
	made, err := do(s, object)
	p.lock.Lock()
	p.idle = append(p.idle, s)
	p.lock.Unlock()
	return made, err == nil
}

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
	return p.Directions.toRDF(document, p.options)
}

// Expand returns the expanded form of one node (JSON-LD 1.1 API, section 5.1).
func (p *Processor) Expand(node any) (expanded any, err error) {
	defer recovered(&err)
	if out, done := p.with(node, (*scopes).expand); done {
		return out, nil
	}
	return p.expand(node)
}

// expand is Expand by the algorithms of json-gold.
func (p *Processor) expand(node any) (any, error) {
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
	if out, done := p.with(expanded, (*scopes).compact); done {
		return out, nil
	}
	return p.compact(expanded)
}

// compact is Compact, of an expanded node, by the algorithms of json-gold.
func (p *Processor) compact(expanded any) (any, error) {
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
