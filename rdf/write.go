package rdf

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Prefix is a namespace and the short name that Turtle and TriG give it.
type Prefix struct {
	Name string // without ":", may be empty
	IRI  string
}

// WriteOptions says how to write; nil and the zero value mean the defaults.
type WriteOptions struct {
	// Prefixes shorten the IRIs of Turtle and TriG wherever they fit. Each is
	// declared before the first group of quads that uses it, so nearly always at
	// the head, and in this order. Default: none.
	Prefixes []Prefix
	// MergeGraphs leaves the graph names out, where otherwise a quad of a named
	// graph is an error in N-Triples and Turtle. Default: false.
	MergeGraphs bool
	// MaxGroup is how many quads Turtle and TriG hold back to group them by
	// subject; a graph with more is written in several pieces. Default: 65,536.
	MaxGroup int
	// Version is the version of RDF to write. In RDF 1.2, N-Triples and N-Quads are
	// canonical as that version has it: language tags in lower case, U+FFFE and
	// U+FFFF escaped. What only RDF 1.2 has is an error where it is RDF11, the
	// default.
	Version Version
	// Extend has what only RDF 1.2 has written where Version is RDF11, too, in the
	// syntaxes that need not announce it: N-Triples, N-Quads, Turtle and TriG. All
	// else is as in RDF 1.1.
	Extend bool
}

// Writer writes quads in one syntax.
//
// N-Triples and N-Quads are written quad by quad, in canonical form, and RDF/XML
// with an element for each. Jelly is written in frames of some hundred rows, as a
// stream of quads, or of triples where graphs are merged. Turtle and
// TriG hold the quads of a graph back until a quad of another graph comes, and
// then write them grouped: subjects in the order in which they first came, of
// their predicates rdf:type first and then the others as they first came, the
// objects as they came; what came twice is written once.
type Writer struct {
	out         *bufio.Writer
	format      Format
	mergeGraphs bool
	version     Version
	most        Version // of what may be written
	buffer      []byte
	turtle      *turtleWriter // of Turtle and TriG
	jelly       *jellyWriter  // of Jelly
	opened      bool          // RDF/XML has its head
	err         error
}

// NewWriter makes a writer. The prefixes are checked here; nothing is written
// yet.
func NewWriter(w io.Writer, f Format, options *WriteOptions) (*Writer, error) {
	var o WriteOptions
	if options != nil {
		o = *options
	}
	writer := &Writer{out: bufio.NewWriterSize(w, 64<<10), format: f, mergeGraphs: o.MergeGraphs, version: o.Version, most: o.Version}
	if o.Extend && f != RDFXML && f != Jelly {
		writer.most = RDF12
	}
	switch f {
	case NTriples, NQuads, RDFXML:
		return writer, nil
	case Jelly:
		jelly, err := newJellyWriter(jellyOf(o))
		writer.jelly = jelly
		return writer, err
	case Turtle, TriG:
		turtle, err := newTurtleWriter(f, o)
		writer.turtle = turtle
		return writer, err
	}
	return nil, fmt.Errorf("no writer for the syntax %s", f)
}

// Write writes a quad, or holds it back to group it. It returns an error where
// the quad is none that the syntax can write, and after a failed write; the
// quads before and after a refused one are written all the same.
func (w *Writer) Write(q Quad) error {
	if w.err != nil {
		return w.err
	}
	if err := w.Check(q); err != nil {
		return err
	}
	if w.turtle != nil {
		w.turtle.add(q, w.mergeGraphs)
		return w.drain()
	}
	if w.mergeGraphs {
		q.Graph = Term{}
	}
	switch {
	case w.jelly != nil:
		return w.addJelly(q)
	case w.format == RDFXML:
		w.buffer = appendXML(w.head(w.buffer[:0]), q)
	case w.version == RDF12:
		w.buffer = appendQuad12(w.buffer[:0], q)
	default:
		w.buffer = AppendQuad(w.buffer[:0], q)
	}
	return w.put(w.buffer)
}

// WriteBatch writes the quads of a batch. To Jelly it writes them in an order of
// their own, in which they take the fewest bytes, and without looking at the terms,
// which have to be those of a converter or of AddLines.
func (w *Writer) WriteBatch(b *Batch) error {
	if w.err != nil {
		return w.err
	}
	if w.jelly == nil {
		for q := range b.Quads() {
			if err := w.Write(q); err != nil {
				return err
			}
		}
		return nil
	}
	if w.jelly.encoder == nil {
		w.jelly.encoder = w.NewEncoder()
	}
	w.jelly.encoder.Encode(b, &w.jelly.encoded)
	return w.WriteEncoded(&w.jelly.encoded)
}

// WriteEncoded writes what an encoder of the writer made of a batch.
func (w *Writer) WriteEncoded(x *Encoded) error {
	if w.err != nil {
		return w.err
	}
	err := w.jelly.batch(x, w.put)
	if err != nil && w.err == nil {
		return fmt.Errorf("writing %s: %w", w.format, err)
	}
	return err
}

func (w *Writer) addJelly(q Quad) error {
	if err := w.jelly.add(q); err != nil {
		return fmt.Errorf("writing %s: %w", w.format, err)
	}
	if !w.jelly.full() {
		return nil
	}
	return w.putFrame()
}

// putFrame puts the frame at hand.
func (w *Writer) putFrame() error {
	return w.jelly.take(w.put)
}

// head appends the head of a document of RDF/XML that has none yet.
func (w *Writer) head(dst []byte) []byte {
	if w.opened {
		return dst
	}
	w.opened = true
	if w.version == RDF12 {
		return append(dst, xmlHead12...)
	}
	return append(dst, xmlHead...)
}

// Check says what keeps Write from writing a quad, and writes nothing.
func (w *Writer) Check(q Quad) error {
	err := checkQuad(q, w.most)
	if err == nil && w.format == RDFXML {
		err = checkXML(q)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", w.format, err)
	}
	if !q.Graph.IsZero() && !w.mergeGraphs && !w.format.HasGraphs() {
		return fmt.Errorf("writing %s: the quad stands in the graph %s, and the syntax has no graphs", w.format, q.Graph)
	}
	return nil
}

// Flush writes what is held back, and hands everything to the io.Writer.
func (w *Writer) Flush() error {
	if w.err != nil {
		return w.err
	}
	if w.turtle != nil {
		w.turtle.flush()
		if err := w.drain(); err != nil {
			return err
		}
	}
	if w.jelly != nil {
		if err := w.putFrame(); err != nil {
			return err
		}
	}
	return w.failed(w.out.Flush())
}

// Close finishes the document; the io.Writer stays open. Nothing can be
// written afterwards.
func (w *Writer) Close() error {
	if errors.Is(w.err, errClosed) {
		return nil
	}
	if w.err == nil && w.format == RDFXML {
		_ = w.put(append(w.head(w.buffer[:0]), xmlFoot...)) // Flush tells
	}
	err := w.Flush()
	if w.err == nil {
		w.err = errClosed
	}
	return err
}

var errClosed = errors.New("writing to a closed writer")

// drain hands on what the Turtle writer has finished.
func (w *Writer) drain() error {
	if len(w.turtle.text) == 0 {
		return nil
	}
	err := w.put(w.turtle.text)
	w.turtle.text = w.turtle.text[:0]
	return err
}

func (w *Writer) put(b []byte) error {
	_, err := w.out.Write(b)
	return w.failed(err)
}

func (w *Writer) failed(err error) error {
	if err != nil {
		w.err = fmt.Errorf("writing %s: %w", w.format, err)
	}
	return w.err
}
