package mapping

import (
	"bytes"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// Converter turns studies into N-Quads. It is for one goroutine.
type Converter struct {
	engine *Engine
	// machine is nil where json-gold does the work.
	machine   *machine
	processor *jsonld.Processor
	lines     [][]byte
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
	processor := jsonld.NewProcessor(e.context.any())
	processor.Directions = e.rules.opts.Directions
	return &Converter{engine: e, processor: processor}
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
func (c *Converter) expand(study []byte, out *Output) error {
	record, shared, a, err := c.engine.document(study, out.Form)
	if err != nil {
		return err
	}
	quads, err := c.processor.Quads(document(nil, record, shared).any())
	if err != nil {
		return &source.Error{Position: source.At("", 0), Problem: "JSON-LD", Err: err}
	}
	relabel(quads, a.nct+strings.TrimPrefix(a.graph, a.study+recordFragment)+"-")
	out.Unknown = append(out.Unknown, a.unknown...)
	out.UnknownCodes = append(out.UnknownCodes, a.codes...)
	out.Invalid = append(out.Invalid, a.invalid...)
	out.CommaNumbers += a.commas
	out.Mixed += a.mixed
	a.tellVersion(out)
	c.split(quads, out)
	return nil
}

// relabel puts a prefix before the labels of blank nodes: a list of a context of the
// user's own has such nodes, and those of each study are its own.
func relabel(quads []rdf.Quad, prefix string) {
	label := func(old string) string { return prefix + old }
	for i := range quads {
		q := &quads[i]
		q.Subject, q.Object = q.Subject.Relabel(label), q.Object.Relabel(label)
	}
}

// split writes the sorted quads out, the shared graph's apart.
func (c *Converter) split(quads []rdf.Quad, out *Output) {
	sharedGraph := c.engine.rules.base + "graph/shared"
	for len(quads) > 0 {
		graph := quads[0].Graph
		n := slices.IndexFunc(quads, func(q rdf.Quad) bool { return q.Graph != graph })
		if n < 0 {
			n = len(quads)
		}
		c.lines = c.lines[:0]
		for _, q := range quads[:n] {
			c.lines = append(c.lines, rdf.AppendQuad(nil, q))
		}
		quads = quads[n:]
		slices.SortFunc(c.lines, bytes.Compare)
		if graph.Value == sharedGraph {
			out.Shared = appendDistinct(out.Shared, c.lines)
			continue
		}
		from := len(out.Record)
		out.Record = appendDistinct(out.Record, c.lines)
		out.Quads += bytes.Count(out.Record[from:], []byte("\n"))
	}
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
