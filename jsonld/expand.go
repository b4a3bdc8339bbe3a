package jsonld

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/jsonld/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// Converter turns studies into N-Quads. It is for one goroutine.
type Converter struct {
	engine *Engine
	// machine is nil where json-gold does the work.
	machine *machine
	context any
	lines   [][]byte
}

// NewConverter returns a converter that runs the compiled model over the bytes
// of a study. Where the options have a context of the user's own, which only a
// JSON-LD processor can apply, it is what NewReference returns.
func (e *Engine) NewConverter() *Converter {
	if !e.Compiled() {
		return e.NewReference()
	}
	return &Converter{engine: e, machine: newMachine(e.program)}
}

// NewReference returns a converter that annotates a study and expands it with
// json-gold. It writes the same lines as the compiled one, in another order,
// and is some hundred times slower.
func (e *Engine) NewReference() *Converter {
	return &Converter{engine: e, context: e.context.any()}
}

// Convert appends to out what one v2 study becomes: canonical N-Quads, each
// line once. A study that cannot be read is a *source.Error, with offset and
// pointer from its start; then nothing is appended.
func (c *Converter) Convert(study []byte, out *Output) (err error) {
	if c.machine == nil {
		return c.expand(study, out)
	}
	if c.machine.run(study, out) {
		return nil
	}
	in, _, err := open(study)
	if err == nil && c.engine.rules.opts.History {
		_, _, err = versionOf(in)
	}
	if err == nil {
		err = &source.Error{Position: source.At("", 0), Problem: "the study cannot be read", Hint: "this is a fault of trialweave; please report it with the record"}
	}
	return err
}

// expand converts with json-gold.
func (c *Converter) expand(study []byte, out *Output) (err error) {
	defer recovered(&err)
	record, shared, a, err := c.engine.document(study, out.Form)
	if err != nil {
		return err
	}
	doc, ok := document(nil, record, shared).any().(map[string]any)
	if !ok {
		return errors.New("the annotated document is not an object")
	}
	data, err := c.toRDF(doc)
	if err != nil {
		return &source.Error{Position: source.At("", 0), Problem: "JSON-LD", Err: err}
	}
	out.Unknown = append(out.Unknown, a.unknown...)
	out.UnknownCodes = append(out.UnknownCodes, a.codes...)
	out.Invalid = append(out.Invalid, a.invalid...)
	out.CommaNumbers += a.commas
	out.Mixed += a.mixed
	a.tellVersion(out)
	return c.split(data, out)
}

// recovered turns a panic of json-gold into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = &source.Error{Position: source.At("", 0), Problem: fmt.Sprintf("json-gold panicked: %v", p)}
	}
}

func (c *Converter) toRDF(doc map[string]any) (*ld.RDFDataset, error) {
	opts := ld.NewJsonLdOptions("")
	opts.ProcessingMode = ld.JsonLd_1_1
	opts.DocumentLoader = closedLoader{}
	opts.ExpandContext = map[string]any{"@context": c.context}
	data, err := ld.NewJsonLdProcessor().ToRDF(doc, opts)
	if err != nil {
		return nil, err
	}
	set, ok := data.(*ld.RDFDataset)
	if !ok {
		return nil, fmt.Errorf("json-gold returned %T", data)
	}
	return set, nil
}

// split writes the quads of the dataset out, the shared graph's apart.
func (c *Converter) split(data *ld.RDFDataset, out *Output) error {
	sharedGraph := c.engine.rules.base + "graph/shared"
	for name, quads := range data.Graphs {
		c.lines = c.lines[:0]
		for _, q := range quads {
			quad, err := quadOf(q, name)
			if err != nil {
				return err
			}
			c.lines = append(c.lines, rdf.AppendQuad(nil, quad))
		}
		slices.SortFunc(c.lines, bytes.Compare)
		if name == sharedGraph {
			out.Shared = appendDistinct(out.Shared, c.lines)
			continue
		}
		from := len(out.Record)
		out.Record = appendDistinct(out.Record, c.lines)
		out.Quads += bytes.Count(out.Record[from:], []byte("\n"))
	}
	return nil
}

// appendDistinct appends sorted lines, each once.
func appendDistinct(dst []byte, lines [][]byte) []byte {
	var last []byte
	for _, l := range lines {
		if !bytes.Equal(l, last) {
			dst = append(dst, l...)
		}
		last = l
	}
	return dst
}

func quadOf(q *ld.Quad, graph string) (rdf.Quad, error) {
	s, errS := termOf(q.Subject)
	p, errP := termOf(q.Predicate)
	o, errO := termOf(q.Object)
	quad := rdf.Quad{Subject: s, Predicate: p, Object: o}
	if graph != "@default" {
		quad.Graph = rdf.IRI(graph)
	}
	return quad, errors.Join(errS, errP, errO)
}

func termOf(n ld.Node) (rdf.Term, error) {
	switch n := n.(type) {
	case *ld.IRI:
		return rdf.IRI(n.Value), nil
	case ld.IRI:
		return rdf.IRI(n.Value), nil
	case *ld.BlankNode:
		return rdf.Blank(n.Attribute[len("_:"):]), nil
	case ld.BlankNode:
		return rdf.Blank(n.Attribute[len("_:"):]), nil
	case *ld.Literal:
		return literalOf(*n), nil
	case ld.Literal:
		return literalOf(n), nil
	}
	return rdf.Term{}, fmt.Errorf("json-gold returned a %T", n)
}

func literalOf(l ld.Literal) rdf.Term {
	if l.Language != "" {
		return rdf.LangString(l.Value, l.Language)
	}
	if l.Datatype == "" {
		return rdf.String(l.Value)
	}
	return rdf.Typed(l.Value, l.Datatype)
}

// The URLs of the bundled contexts. They are served from this package and
// never fetched.
const (
	ContextURL     = model.DefaultBase + "context/v1"
	CoreContextURL = model.DefaultBase + "context/core/v1"
)

// closedLoader serves the bundled contexts and nothing else.
type closedLoader struct{}

func (closedLoader) LoadDocument(url string) (*ld.RemoteDocument, error) {
	text := map[string]func() []byte{ContextURL: BundledContext, CoreContextURL: CoreContext}[url]
	if text == nil {
		return nil, ld.NewJsonLdError(ld.LoadingRemoteContextFailed, fmt.Sprintf("%q is not one of the bundled contexts, and nothing is fetched", url))
	}
	doc, err := ld.DocumentFromReader(bytes.NewReader(text()))
	if err != nil {
		return nil, err
	}
	return &ld.RemoteDocument{DocumentURL: url, Document: doc}, nil
}
