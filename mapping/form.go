package mapping

import (
	"encoding/json"
	"fmt"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/source"
)

// Form is a form of JSON-LD in which studies can be written.
type Form string

// The forms of JSON-LD.
const (
	// Annotated is the record itself with what makes it linked data.
	Annotated Form = "annotated"
	// Expanded has no context: every name is an IRI (JSON-LD 1.1 API, section 5.1).
	Expanded Form = "expanded"
	// Compacted is the expanded form under the terms of the context.
	Compacted Form = "compacted"
)

// Frame is what stands around studies in one JSON-LD document.
type Frame struct {
	// Head opens the list of graphs and Tail closes it; items between them are
	// joined by commas.
	Head, Tail string
	// SharedHead and SharedTail stand around nodes of the shared graph.
	SharedHead, SharedTail string
}

// Frame returns the frame of a document of the form.
func (e *Engine) Frame(form Form) Frame {
	shared := string(appendString(nil, e.rules.base+"graph/shared"))
	f := Frame{Head: "[\n", Tail: "\n]\n", SharedHead: `{"@id":` + shared + `,"@graph":[`, SharedTail: "]}"}
	if form != Expanded {
		f.Head = `{"@context":` + string(e.context.appendJSON(nil)) + `,"@graph":[` + "\n"
		f.Tail = "\n]}\n"
	}
	return f
}

// FormConverter turns studies into graphs of a JSON-LD document. It is for one
// goroutine.
type FormConverter struct {
	engine *Engine
	form   Form
	// processor applies the context.
	processor *jsonld.Processor
}

// NewFormConverter returns a converter whose output is not lines of N-Quads but
// JSON: in Output.Record the record's graph, on one line, and in Output.Shared
// the nodes for the shared graph, one on each line.
func (e *Engine) NewFormConverter(form Form) (*FormConverter, error) {
	switch form {
	case Annotated, Expanded, Compacted:
		return &FormConverter{engine: e, form: form, processor: jsonld.NewProcessor(e.context.any())}, nil
	}
	return nil, fmt.Errorf("form %q of JSON-LD, expected annotated, expanded or compacted", form)
}

// Convert appends to out what one v2 study becomes, in the way that
// NewFormConverter says.
func (c *FormConverter) Convert(study []byte, out *Output) (err error) {
	record, shared, a, err := c.engine.document(study, out.Form)
	if err != nil {
		return err
	}
	out.Unknown = append(out.Unknown, a.unknown...)
	out.UnknownCodes = append(out.UnknownCodes, a.codes...)
	out.Invalid = append(out.Invalid, a.invalid...)
	out.CommaNumbers += a.commas
	out.Mixed += a.mixed
	a.tellVersion(out)
	if c.form == Annotated {
		out.Record = append(record.appendJSON(out.Record), '\n')
		for _, node := range shared.get("@graph").list() {
			out.Shared = append(node.appendJSON(out.Shared), '\n')
		}
		return nil
	}
	if out.Record, err = c.write(out.Record, record); err != nil {
		return err
	}
	for _, node := range shared.get("@graph").list() {
		if out.Shared, err = c.write(out.Shared, node); err != nil {
			return err
		}
	}
	return nil
}

// write expands a node, or compacts it too, and appends it as a line.
func (c *FormConverter) write(dst []byte, node *value) ([]byte, error) {
	form := c.processor.Expand
	if c.form == Compacted {
		form = c.processor.Compact
	}
	item, err := form(node.any())
	if err != nil {
		return dst, &source.Error{Position: source.At("", 0), Problem: "JSON-LD", Err: err}
	}
	text, err := json.Marshal(item)
	if err != nil {
		return dst, err
	}
	return append(append(dst, text...), '\n'), nil
}
