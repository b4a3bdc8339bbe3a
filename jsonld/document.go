package jsonld

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// maxDocument bounds a JSON-LD document that is read whole.
const maxDocument = 1 << 30

// ReadDocument reads a JSON-LD document through json-gold and yields its quads,
// sorted. The document is held in memory. Contexts that it names by URL are
// those that are bundled here; nothing is fetched. A fault is a *source.Error
// with the file's name.
func ReadDocument(r io.Reader, file, base string) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		quads, err := documentQuads(r, file, base)
		if err != nil {
			yield(rdf.Quad{}, err)
			return
		}
		for _, q := range quads {
			if !yield(q, nil) {
				return
			}
		}
	}
}

func documentQuads(r io.Reader, file, base string) (quads []rdf.Quad, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &source.Error{Position: source.At(file, source.NoOffset), Problem: fmt.Sprintf("json-gold panicked: %v", p)}
		}
	}()
	data, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err != nil {
		return nil, err
	}
	fault := func(err error) error {
		return &source.Error{Position: source.At(file, source.NoOffset), Problem: "no JSON-LD", Err: err}
	}
	if len(data) > maxDocument {
		return nil, fault(fmt.Errorf("the document is longer than %d bytes", maxDocument))
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fault(err)
	}
	opts := ld.NewJsonLdOptions(base)
	opts.ProcessingMode = ld.JsonLd_1_1
	opts.DocumentLoader = closedLoader{}
	result, err := ld.NewJsonLdProcessor().ToRDF(doc, opts)
	if err != nil {
		return nil, fault(err)
	}
	set, ok := result.(*ld.RDFDataset)
	if !ok {
		return nil, fault(fmt.Errorf("json-gold returned %T", result))
	}
	return sortedQuads(set)
}

// sortedQuads takes a dataset of json-gold apart, in a stable order.
func sortedQuads(set *ld.RDFDataset) ([]rdf.Quad, error) {
	var out []rdf.Quad
	for graph, list := range set.Graphs {
		for _, q := range list {
			quad, err := quadOf(q, graph)
			if err != nil {
				return nil, err
			}
			out = append(out, quad)
		}
	}
	slices.SortFunc(out, func(a, b rdf.Quad) int {
		for _, terms := range [][2]rdf.Term{{a.Graph, b.Graph}, {a.Subject, b.Subject}, {a.Predicate, b.Predicate}, {a.Object, b.Object}} {
			if c := slices.Compare([]byte(terms[0].String()), []byte(terms[1].String())); c != 0 {
				return c
			}
		}
		return 0
	})
	return slices.Compact(out), nil
}

// Writer writes quads as an expanded JSON-LD document (JSON-LD 1.1, section
// 9.1): an array of nodes, those of a named graph in a node of its own. It holds
// one graph at a time; a graph that comes in two pieces is written in two, which
// a reader puts together.
type Writer struct {
	out   io.Writer
	graph rdf.Term
	nodes map[rdf.Term]map[string][]rdf.Term
	order []rdf.Term
	items int
}

// NewWriter begins a document.
func NewWriter(out io.Writer) *Writer {
	return &Writer{out: out, nodes: map[rdf.Term]map[string][]rdf.Term{}}
}

// Write adds a quad.
func (w *Writer) Write(q rdf.Quad) error {
	if q.Graph != w.graph {
		if err := w.flush(); err != nil {
			return err
		}
		w.graph = q.Graph
	}
	node := w.nodes[q.Subject]
	if node == nil {
		node = map[string][]rdf.Term{}
		w.nodes[q.Subject] = node
		w.order = append(w.order, q.Subject)
	}
	if !slices.Contains(node[q.Predicate.Value], q.Object) {
		node[q.Predicate.Value] = append(node[q.Predicate.Value], q.Object)
	}
	return nil
}

// Close writes what is left and ends the document; what lies below stays open.
func (w *Writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	end := "\n]\n"
	if w.items == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(w.out, end)
	return err
}

func (w *Writer) flush() error {
	if len(w.order) == 0 {
		return nil
	}
	list := array()
	for _, subject := range w.order {
		list.items = append(list.items, nodeObject(subject, w.nodes[subject]))
	}
	clear(w.nodes)
	w.order = w.order[:0]
	if w.graph.IsZero() {
		for _, node := range list.items {
			if err := w.item(node); err != nil {
				return err
			}
		}
		return nil
	}
	return w.item(object(member{"@id", stringValue(nodeName(w.graph))}, member{"@graph", list}))
}

func (w *Writer) item(v *value) error {
	head := ",\n"
	if w.items == 0 {
		head = "[\n"
	}
	w.items++
	_, err := w.out.Write(v.appendJSON([]byte(head)))
	return err
}

// nodeName is how JSON-LD names a node.
func nodeName(t rdf.Term) string {
	if t.Kind == rdf.BlankTerm {
		return "_:" + t.Value
	}
	return t.Value
}

func nodeObject(subject rdf.Term, properties map[string][]rdf.Term) *value {
	out := object(member{"@id", stringValue(nodeName(subject))})
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == rdf.RDFType && !slices.ContainsFunc(properties[name], func(t rdf.Term) bool { return t.Kind == rdf.LiteralTerm }) {
			types := array()
			for _, t := range properties[name] {
				types.items = append(types.items, stringValue(nodeName(t)))
			}
			out.add("@type", types)
			continue
		}
		objects := array()
		for _, t := range properties[name] {
			objects.items = append(objects.items, objectOf(t))
		}
		out.add(name, objects)
	}
	return out
}

// objectOf writes a term as a node reference or value object.
func objectOf(t rdf.Term) *value {
	switch {
	case t.Kind != rdf.LiteralTerm:
		return object(member{"@id", stringValue(nodeName(t))})
	case t.Language != "":
		return object(member{"@value", stringValue(t.Value)}, member{"@language", stringValue(t.Language)})
	case t.Datatype == rdf.XSDString:
		return object(member{"@value", stringValue(t.Value)})
	}
	return object(member{"@value", stringValue(t.Value)}, member{"@type", stringValue(t.Datatype)})
}
