package rdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The sizes of the tables of a stream that is written, as other writers have them
// for big data, and the rows of a frame.
const (
	jellyNames     = 4000
	jellyPrefixes  = 150
	jellyDatatypes = 32
	jellyFrameRows = 256
)

// jellyWriter makes frames of a stream of Jelly-RDF.
type jellyWriter struct {
	facts                      jellyFacts
	names, prefixes, datatypes *jellyTable
	lastName, lastPrefix       uint32
	usedPrefix                 uint32 // that of the IRI that was put into the tables last
	last                       [4]Term
	began                      bool

	frame []byte
	rows  int
	most  int // rows of a frame

	message []byte // the statement in the making
	text    []byte // of an IRI
	err     error

	// Of batches: an encoder for those that none encoded before, and what the stream
	// has of the fixed entries.
	encoder          *Encoder
	encoded          Encoded
	inBatches        bool // the statement before came from a batch
	fixed            jellyFixed
	defined          []bool // by number
	definedPrefixes  []bool // by entry
	definedDatatypes []bool // by number
}

func newJellyWriter(facts jellyFacts) (*jellyWriter, error) {
	if err := facts.check(); err != nil {
		var f *fault
		if errors.As(err, &f) && f.expected != "" {
			err = fmt.Errorf("%s, expected %s", f.problem, f.expected)
		}
		return nil, err
	}
	return &jellyWriter{
		facts: facts, most: jellyFrameRows,
		names: newJellyTable(facts.names), prefixes: newJellyTable(facts.prefixes), datatypes: newJellyTable(facts.datatypes),
	}, nil
}

// jellyOf are the facts of a stream that a Writer writes.
func jellyOf(o WriteOptions) jellyFacts {
	f := jellyFacts{physical: jellyQuads, logical: 2, names: jellyNames, prefixes: jellyPrefixes, datatypes: jellyDatatypes, version: 1}
	if o.MergeGraphs {
		f.physical, f.logical = jellyTriples, 1
	}
	f.star = o.Version == RDF12
	return f
}

// add adds a statement to the frame, and what its terms need before it.
func (w *jellyWriter) add(q Quad) error {
	places, number := w.begin()
	if q.Graph.IsZero() {
		q.Graph = defaultGraph()
	}
	w.message = w.message[:0]
	name, prefix := w.lastName, w.lastPrefix
	for i, t := range [...]*Term{&q.Subject, &q.Predicate, &q.Object, &q.Graph} {
		if i >= places || *t == w.last[i] {
			continue
		}
		w.message = w.term(w.message, i, t)
		w.last[i] = *t
	}
	if w.err != nil { // a reader does not see the statement
		w.lastName, w.lastPrefix, w.last = name, prefix, [4]Term{}
		return w.err
	}
	w.row(number, w.message)
	return nil
}

// begin begins a statement, and returns how many places it has and the number of its
// row.
func (w *jellyWriter) begin() (places int, number byte) {
	w.open()
	if w.inBatches { // which have filled the tables
		w.inBatches = false
		w.names, w.prefixes, w.datatypes = newJellyTable(w.facts.names), newJellyTable(w.facts.prefixes), newJellyTable(w.facts.datatypes)
		w.names.last, w.prefixes.last, w.datatypes.last = none, none, none
		w.lastName, w.lastPrefix, w.usedPrefix, w.last = none, none, 0, [4]Term{}
	}
	w.err = nil
	w.names.begin()
	w.prefixes.begin()
	w.datatypes.begin()
	return w.facts.places()
}

// places are how many terms a statement has, and the number of its row.
func (f *jellyFacts) places() (places int, number byte) {
	if f.physical == jellyQuads {
		return 4, jellyQuad
	}
	return 3, jellyTriple
}

// open begins the stream.
func (w *jellyWriter) open() {
	if !w.began {
		w.began = true
		w.row(jellyOptions, w.facts.message())
	}
}

// message is the row of the options.
func (f *jellyFacts) message() []byte {
	var b []byte
	flag := func(v bool) uint64 {
		if v {
			return 1
		}
		return 0
	}
	for _, field := range [...]struct{ number, value uint64 }{
		{2, f.physical}, {3, flag(f.generalized)}, {4, flag(f.star)}, {9, f.names}, {10, f.prefixes}, {11, f.datatypes}, {14, f.logical}, {15, f.version},
	} {
		if field.value != 0 {
			b = appendNumber(b, field.number, field.value)
		}
	}
	return b
}

func appendNumber(dst []byte, number, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(dst, number<<3|wireVarint), value)
}

// appendText appends a field of bytes; an empty one stands, too.
func appendText[T string | []byte](dst []byte, number uint64, text T) []byte {
	dst = binary.AppendUvarint(dst, number<<3|wireBytes)
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// row adds a row to the frame.
func (w *jellyWriter) row(number byte, message []byte) {
	size := uvarintLength(uint64(len(message))) + 1 + len(message)
	w.frame = append(w.frame, jellyFrameRow<<3|wireBytes)
	w.frame = binary.AppendUvarint(w.frame, uint64(size))
	w.frame = appendText(w.frame, uint64(number), message)
	w.rows++
}

func uvarintLength(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}

// term appends a term as a field of the place that it stands at.
func (w *jellyWriter) term(dst []byte, place int, t *Term) []byte {
	number := uint64(4*place) + 1
	switch t.Kind {
	case IRITerm:
		prefix, name := w.iri(t.Value)
		return appendIRIMessage(dst, number, prefix, name)
	case BlankTerm:
		return appendText(dst, number+1, t.Value)
	case LiteralTerm:
		if place == 3 {
			number++
		}
		return w.literal(dst, number+2, t)
	case TripleTerm:
		return w.triple(dst, number+3, t)
	}
	return appendText(dst, number+2, "") // the default graph
}

func (w *jellyWriter) triple(dst []byte, number uint64, t *Term) []byte {
	s, p, o, _ := t.Triple()
	var inner []byte
	for i, part := range [...]*Term{&s, &p, &o} {
		inner = w.term(inner, i, part)
	}
	return appendText(dst, number, inner)
}

func appendIRIMessage(dst []byte, number uint64, prefix, name uint32) []byte {
	size := 0
	if prefix != 0 {
		size += 1 + uvarintLength(uint64(prefix))
	}
	if name != 0 {
		size += 1 + uvarintLength(uint64(name))
	}
	dst = binary.AppendUvarint(dst, number<<3|wireBytes)
	dst = binary.AppendUvarint(dst, uint64(size))
	if prefix != 0 {
		dst = appendNumber(dst, 1, uint64(prefix))
	}
	if name != 0 {
		dst = appendNumber(dst, 2, uint64(name))
	}
	return dst
}

// iri returns the numbers of an IRI as they are written.
func (w *jellyWriter) iri(iri string) (prefix, name uint32) {
	w.text = append(w.text[:0], iri...)
	return w.shown(w.entries(w.text))
}

// entries returns the numbers of an IRI.
func (w *jellyWriter) entries(iri []byte) (prefix, name uint32) {
	cut := 0
	if w.facts.prefixes > 0 {
		prefix, cut = w.samePrefix(iri)
		if prefix == 0 {
			cut = jellyCut(iri)
			prefix = w.entry(w.prefixes, jellyPrefix, iri[:cut])
			w.usedPrefix = prefix
		}
	}
	return prefix, w.entry(w.names, jellyName, iri[cut:])
}

// samePrefix returns the entry of a prefix, and its length, where it is that of the
// IRI before; 0 is another one.
func (w *jellyWriter) samePrefix(iri []byte) (prefix uint32, cut int) {
	text := w.prefixes.entries[w.usedPrefix].text
	if len(text) == 0 || !bytes.HasPrefix(iri, text) {
		return 0, 0
	}
	if name := iri[len(text):]; bytes.IndexByte(name, '#') >= 0 || bytes.IndexByte(name, '/') >= 0 {
		return 0, 0
	}
	w.prefixes.use(w.usedPrefix)
	return w.usedPrefix, len(text)
}

// jellyCut is where the name of an IRI begins: behind the last slash or hash.
func jellyCut(iri []byte) int {
	for i := len(iri); i > 0; i-- {
		if c := iri[i-1]; c == '/' || c == '#' {
			return i
		}
	}
	return 0
}

// shown returns the numbers of an IRI as they are written: 0 where they are what a
// reader expects.
func (w *jellyWriter) shown(prefix, name uint32) (shownPrefix, shownName uint32) {
	if prefix != w.lastPrefix {
		w.lastPrefix, shownPrefix = prefix, prefix
	}
	if name != w.lastName+1 {
		shownName = name
	}
	w.lastName = name
	return shownPrefix, shownName
}

func (w *jellyWriter) literal(dst []byte, number uint64, t *Term) []byte {
	var inner []byte
	if t.Value != "" {
		inner = appendText(inner, 1, t.Value)
	}
	switch {
	case t.Direction != NoDirection:
		w.err = fmt.Errorf("the text %s has a direction, which Jelly does not have", *t)
	case t.Language != "":
		inner = appendText(inner, 2, t.Language)
	case t.Datatype != XSDString:
		if w.facts.datatypes == 0 {
			w.err = fmt.Errorf("the literal %s has a datatype, and the stream has no table of them", *t)
			return dst
		}
		w.text = append(w.text[:0], t.Datatype...)
		inner = appendNumber(inner, 3, uint64(w.entry(w.datatypes, jellyDatatype, w.text)))
	}
	return appendText(dst, number, inner)
}

// entry returns the number of a text in a table, and first writes it where it is
// not there.
func (w *jellyWriter) entry(table *jellyTable, number byte, text []byte) uint32 {
	id, fresh, ok := table.id(text)
	if !ok {
		w.err = errors.New("a statement has more IRIs than a table of the stream has entries")
	}
	if !fresh {
		return id
	}
	shown := id
	if id == table.last+1 {
		shown = 0
	}
	table.last = id
	w.frame = appendJellyEntry(w.frame, number, shown, text)
	w.rows++
	return id
}

// batch writes what an encoder made of a batch.
func (w *jellyWriter) batch(x *Encoded, put func([]byte) error) error {
	if !w.inBatches || w.fixed.vocabulary != x.vocabulary {
		w.fixed = newJellyFixed(x.vocabulary, &w.facts)
		w.defined, w.definedDatatypes = make([]bool, x.vocabulary.Len()+1), make([]bool, x.vocabulary.Len()+1)
		w.definedPrefixes = make([]bool, len(w.fixed.prefixes)+1)
	}
	w.open()
	for _, n := range x.names {
		w.define(n)
	}
	for _, n := range x.datatypes {
		if !w.definedDatatypes[n] {
			w.definedDatatypes[n] = true
			w.row(jellyDatatype, appendText(appendNumber(nil, 1, uint64(n)), 2, x.vocabulary.IRI(n)))
		}
	}
	w.inBatches = true
	err := w.take(put)
	if err == nil && len(x.text) > 0 {
		err = put(x.text)
	}
	for i := 0; i < len(x.rare) && err == nil; i++ {
		if q := &x.rare[i]; q.Object.Kind == TripleTerm && !w.facts.star {
			return fmt.Errorf("object %s is a triple term, which RDF 1.1 does not have", q.Object)
		}
		err = w.add(x.rare[i])
		if err == nil && w.full() {
			err = w.take(put)
		}
	}
	return err
}

// define writes the fixed entries of an IRI, where the stream does not have them.
func (w *jellyWriter) define(n uint32) {
	if w.defined[n] {
		return
	}
	w.defined[n] = true
	iri, prefix := w.fixed.vocabulary.IRI(n), w.fixed.of[n]
	cut := len(w.fixed.prefixes[prefix-1])
	if !w.definedPrefixes[prefix] {
		w.definedPrefixes[prefix] = true
		w.row(jellyPrefix, appendText(appendNumber(nil, 1, uint64(prefix)), 2, iri[:cut]))
	}
	w.row(jellyName, appendText(appendNumber(nil, 1, uint64(n)), 2, iri[cut:]))
}

// full reports whether the frame has its rows.
func (w *jellyWriter) full() bool { return w.rows >= w.most }

// take puts the frame with its length, and begins the next one.
func (w *jellyWriter) take(put func([]byte) error) error {
	w.open()
	if w.rows == 0 {
		return nil
	}
	w.message = binary.AppendUvarint(w.message[:0], uint64(len(w.frame)))
	err := put(w.message)
	if err == nil {
		err = put(w.frame)
	}
	w.frame, w.rows = w.frame[:0], 0
	return err
}
