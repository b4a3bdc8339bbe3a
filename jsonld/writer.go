package jsonld

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/rdf"
)

// Writer writes quads as an expanded JSON-LD document (JSON-LD 1.1, section
// 9.1): an array of nodes, those of a named graph in a node of its own. It holds
// one graph at a time; a graph that comes in two pieces is written in two, which
// a reader puts together.
type Writer struct {
	// Directions says what else than a literal of RDF 1.2 becomes a text with a
	// direction: an I18nDatatype or a CompoundLiteral. Default: nothing.
	Directions Directions
	// MaxGroup is how many quads are held back to group them by subject; a graph
	// with more is written in several pieces. Default: 0, a graph is written whole.
	MaxGroup int

	out   io.Writer
	graph rdf.Term
	nodes map[rdf.Term]map[string][]rdf.Term
	order []rdf.Term
	items int
	held  int // quads

	compounds map[rdf.Term]valueObject // of the graph
}

// NewWriter begins a document.
func NewWriter(out io.Writer) *Writer {
	return &Writer{out: out, nodes: map[rdf.Term]map[string][]rdf.Term{}}
}

// Check says what keeps Write from writing a quad.
func (w *Writer) Check(q rdf.Quad) error {
	if q.Object.Kind == rdf.TripleTerm {
		return fmt.Errorf("writing JSON-LD: the object %s is a triple term, which JSON-LD 1.1 does not have", q.Object)
	}
	return nil
}

// Write adds a quad.
func (w *Writer) Write(q rdf.Quad) error {
	if err := w.Check(q); err != nil {
		return err
	}
	if q.Graph != w.graph || w.MaxGroup > 0 && w.held >= w.MaxGroup {
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
	w.held++
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
	w.compounds = w.compound()
	w.held = 0
	nodes := w.order
	w.order = w.order[:0]
	defer clear(w.nodes)
	if w.graph.IsZero() {
		for _, subject := range nodes {
			if err := w.item(w.appendNode(nil, subject, w.nodes[subject])); err != nil {
				return err
			}
		}
		return nil
	}
	text := append(appendQuoted([]byte(`{"@id":`), nodeName(w.graph)), `,"@graph":[`...)
	for i, subject := range nodes {
		if i > 0 {
			text = append(text, ',')
		}
		text = w.appendNode(text, subject, w.nodes[subject])
	}
	return w.item(append(text, "]}"...))
}

func (w *Writer) item(text []byte) error {
	head := ",\n"
	if w.items == 0 {
		head = "[\n"
	}
	w.items++
	_, err := w.out.Write(append([]byte(head), text...))
	return err
}

// nodeName is how JSON-LD names a node.
func nodeName(t rdf.Term) string {
	if t.Kind == rdf.BlankTerm {
		return "_:" + t.Value
	}
	return t.Value
}

// appendNode appends a node object, its properties sorted.
func (w *Writer) appendNode(dst []byte, subject rdf.Term, properties map[string][]rdf.Term) []byte {
	dst = appendQuoted(append(dst, `{"@id":`...), nodeName(subject))
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		objects := properties[name]
		types := name == rdf.RDFType && !slices.ContainsFunc(objects, func(t rdf.Term) bool { return t.Kind == rdf.LiteralTerm })
		if types {
			name = "@type"
		}
		dst = append(appendQuoted(append(dst, ','), name), ":["...)
		for i, t := range objects {
			if i > 0 {
				dst = append(dst, ',')
			}
			if types {
				dst = appendQuoted(dst, nodeName(t))
			} else {
				dst = w.appendObject(dst, t)
			}
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// appendObject appends a term as a node reference or value object.
func (w *Writer) appendObject(dst []byte, t rdf.Term) []byte {
	if o, ok := w.compounds[t]; ok {
		return o.append(dst)
	}
	if t.Kind != rdf.LiteralTerm {
		return append(appendQuoted(append(dst, `{"@id":`...), nodeName(t)), '}')
	}
	if w.Directions == I18nDatatype {
		if language, direction, ok := takeApart(t, i18nNS); ok {
			return valueObject{t.Value, language, direction.String()}.append(dst)
		}
	}
	dst = appendQuoted(append(dst, `{"@value":`...), t.Value)
	switch {
	case t.Language != "":
		dst = appendQuoted(append(dst, `,"@language":`...), t.Language)
		if t.Direction != rdf.NoDirection {
			dst = appendQuoted(append(dst, `,"@direction":`...), t.Direction.String())
		}
	case t.Datatype != rdf.XSDString:
		dst = appendQuoted(append(dst, `,"@type":`...), t.Datatype)
	}
	return append(dst, '}')
}

// appendQuoted appends a JSON string; bytes that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	out, _ := jsontext.AppendQuote(dst, s) // with such bytes, and only then, it also fails
	return out
}
