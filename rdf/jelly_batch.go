package rdf

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Batches are encoded apart from the stream that they go into, on as many goroutines
// as there are. So the entries of the tables of a stream are of two kinds. The IRIs of a
// vocabulary have fixed ones, which the stream defines where they are first needed. The
// rest is filled by each batch anew.

// jellyFixed are the entries of the IRIs of a vocabulary. The name of an IRI has the
// IRI's own number.
type jellyFixed struct {
	vocabulary *Vocabulary
	prefixes   []string // entry n is at n-1
	of         []uint32 // the entry of the prefix of an IRI, by number; 0 where there are none
	datatypes  uint32   // the numbers up to here are entries of datatypes
}

func newJellyFixed(v *Vocabulary, facts *jellyFacts) jellyFixed {
	const share = 2 // of a table: as much is left for batches
	f := jellyFixed{vocabulary: v}
	if v == nil || uint64(v.Len()) > facts.names/share || facts.prefixes == 0 { //nolint:gosec // not negative
		return f
	}
	f.of = make([]uint32, v.Len()+1)
	f.datatypes = uint32(facts.datatypes / share) //nolint:gosec // checked before
	numbers := map[string]uint32{}
	for n := 1; n <= v.Len(); n++ {
		iri := v.IRI(uint32(n)) //nolint:gosec // some thousand
		prefix := iri[:jellyCut([]byte(iri))]
		if numbers[prefix] == 0 {
			f.prefixes = append(f.prefixes, prefix)
			numbers[prefix] = uint32(len(f.prefixes)) //nolint:gosec // some thousand
		}
		f.of[n] = numbers[prefix]
	}
	if uint64(len(f.prefixes)) > facts.prefixes/share {
		return jellyFixed{vocabulary: v}
	}
	return f
}

// has reports whether a number has fixed entries.
func (f *jellyFixed) has(n uint32) bool { return int(n) < len(f.of) }

// hasDatatype reports whether a number has a fixed entry as a datatype.
func (f *jellyFixed) hasDatatype(n uint32) bool { return f.has(n) && n <= f.datatypes }

// Encoded is what an Encoder made of a batch. It may be filled again.
type Encoded struct {
	vocabulary *Vocabulary
	text       []byte   // whole frames
	names      []uint32 // numbers of the vocabulary that have to be in the tables before
	datatypes  []uint32
	rare       []Quad // what only the stream itself can write
}

// Len is how many bytes it takes in the stream, but for entries of tables that come
// once.
func (x *Encoded) Len() int { return len(x.text) }

// Vocabulary is that of the batch.
func (x *Encoded) Vocabulary() *Vocabulary { return x.vocabulary }

// Encoder makes of batches what a Writer writes later. It belongs to one goroutine.
type Encoder struct {
	facts   jellyFacts
	fixed   jellyFixed
	columns jellyColumns
	into    *Encoded

	batch uint32 // its number
	stamp uint32 // of the entries that hold still
	known []jellyKnown
	// first is the first entry that batches fill, next the next one to be filled, and
	// entry the one that was filled last.
	names, prefixes, datatypes jellyRegion
	byText                     map[string]uint32 // prefixes
	prefix                     uint32            // the last that was filled, or 0
	prefixText                 []byte

	lastName, lastPrefix uint32
	last                 BatchRow
	frame                []byte // what is encoded, with the frame in the making
	start                int    // of that, its length included
	rows                 int
}

// jellyRegion is the part of a table that batches fill.
type jellyRegion struct{ first, next, entry, size uint32 }

// jellyKnown is where a name stands in the tables.
type jellyKnown struct {
	stamp, prefix, name uint32
	typed, datatype     uint32 // the stamp of the entry as a datatype, and the entry
}

// none is the number of no entry.
const none = 1 << 31

// NewEncoder makes an encoder of what the writer writes, which must be Jelly.
func (w *Writer) NewEncoder() *Encoder {
	return &Encoder{facts: w.jelly.facts, byText: map[string]uint32{}}
}

// Encode encodes a batch. It does not look at the terms, which have to be those of a
// converter or of AddLines.
func (e *Encoder) Encode(b *Batch, into *Encoded) {
	e.begin(b, into)
	const part = 2 // of the free names: objects need some, too
	most := int(e.names.size-e.names.first) / part
	for rows := b.Rows; len(rows) > 0; {
		n := e.columns.cut(rows, most)
		for _, i := range e.columns.arrange(n) {
			e.row(b, &rows[i])
		}
		rows = rows[n:]
	}
	e.endFrame()
	into.text = e.frame[:e.start]
	e.into, e.frame = nil, nil
}

func (e *Encoder) begin(b *Batch, into *Encoded) {
	if e.batch == 0 || e.fixed.vocabulary != b.Vocabulary {
		e.fixed = newJellyFixed(b.Vocabulary, &e.facts)
		e.known = e.known[:0]
	}
	fixed := uint32(max(len(e.fixed.of), 1))                                                           //nolint:gosec // some thousand
	e.names = jellyRegion{first: fixed, size: uint32(e.facts.names)}                                   //nolint:gosec // checked before
	e.prefixes = jellyRegion{first: uint32(len(e.fixed.prefixes)) + 1, size: uint32(e.facts.prefixes)} //nolint:gosec // checked before
	e.datatypes = jellyRegion{first: e.fixed.datatypes + 1, size: uint32(e.facts.datatypes)}           //nolint:gosec // checked before
	e.batch++
	e.into = into
	into.vocabulary = b.Vocabulary
	into.names, into.datatypes, into.rare = into.names[:0], into.datatypes[:0], into.rare[:0]
	e.frame = into.text[:0]
	e.beginFrame()
	e.columns.begin(b)
	shared := b.Vocabulary.Len() + 1
	if len(e.known) < shared {
		e.known = append(e.known, make([]jellyKnown, shared-len(e.known))...)
	}
	all := shared + len(b.Names)
	e.known = slices.Grow(e.known[:shared], len(b.Names))[:all]
	clear(e.known[shared:])
	e.names.entry, e.prefixes.entry, e.datatypes.entry = none, none, none
	e.lastName, e.lastPrefix, e.last = none, none, BatchRow{none - 1, none - 1, none - 1, none - 1}
	e.refill()
}

// refill begins to fill the tables anew.
func (e *Encoder) refill() {
	e.stamp++
	e.names.next, e.prefixes.next, e.datatypes.next = e.names.first, e.prefixes.first, e.datatypes.first
	e.prefix = 0
	clear(e.byText)
}

// isFull reports whether a statement may need more entries than are free.
func (r *jellyRegion) isFull() bool {
	const statement = 4
	return r.next+statement > r.size+1
}

// take returns the entry to be filled next, and how it is shown: 0 where a reader
// expects it.
func (r *jellyRegion) take() (entry, shown uint32) {
	entry = r.next
	if entry != r.entry+1 {
		shown = entry
	}
	r.next, r.entry = r.next+1, entry
	return entry, shown
}

// row encodes a row. Of the terms, first what has to be in the tables is written.
func (e *Encoder) row(b *Batch, row *BatchRow) {
	var literal *BatchLiteral
	if row[2] >= LiteralBit {
		if literal = b.Literal(row[2]); literal.Kind == TripleTerm || literal.Direction != NoDirection || literal.Datatype != 0 && e.facts.datatypes == 0 {
			e.into.rare = append(e.into.rare, Quad{Subject: b.Term(row[0]), Predicate: b.Term(row[1]), Object: b.Term(row[2]), Graph: b.Term(row[3])})
			return
		}
	}
	if e.names.isFull() || e.facts.prefixes > 0 && e.prefixes.isFull() || e.facts.datatypes > 0 && e.datatypes.next > e.datatypes.size {
		e.refill()
	}
	places, number := e.facts.places()
	var subject, predicate, object, graph jellyShown
	if row[0] != e.last[0] {
		subject = e.find(b, row[0])
	}
	if row[1] != e.last[1] {
		predicate = e.find(b, row[1])
	}
	switch {
	case e.same(b, row[2]):
	case literal != nil:
		object = jellyShown{kind: shownLiteral, name: e.datatype(b, literal.Datatype)}
	default:
		object = e.find(b, row[2])
	}
	if places > 3 && row[3] != e.last[3] {
		graph = e.find(b, row[3])
	}
	from := len(e.frame)
	out := append(e.frame, jellyFrameRow<<3|wireBytes, 0, number<<3|wireBytes, 0)
	out = b.appendShown(out, 0, row[0], &subject)
	out = b.appendShown(out, 1, row[1], &predicate)
	if object.kind == shownLiteral {
		out = b.appendJelly(out, 4*2+3, literal, object.name)
	} else {
		out = b.appendShown(out, 2, row[2], &object)
	}
	e.frame = setLengths(b.appendShown(out, 3, row[3], &graph), from)
	e.last = *row
	if e.rows++; e.rows >= jellyFrameRows {
		e.endFrame()
	}
}

// appendShown appends a term that is no literal as a field of its place.
func (b *Batch) appendShown(dst []byte, place uint64, n uint32, s *jellyShown) []byte {
	switch s.kind {
	case shownIRI:
		return appendShownIRI(dst, 4*place+1, s.prefix, s.name)
	case shownBlank:
		return appendText(dst, 4*place+2, b.NameText(b.Name(n)))
	case shownDefault:
		return appendText(dst, 4*place+3, "")
	}
	return dst
}

// usualLength is how many bytes the length of a frame mostly takes.
const usualLength = 2

// beginFrame begins a frame, and leaves room for its length.
func (e *Encoder) beginFrame() {
	e.start, e.rows = len(e.frame), 0
	e.frame = append(e.frame, make([]byte, usualLength)...)
}

// endFrame puts the length before a frame that has rows, and begins the next one.
func (e *Encoder) endFrame() {
	if e.rows == 0 {
		return
	}
	from := e.start + usualLength
	length := len(e.frame) - from
	need := uvarintLength(uint64(length))
	for range need - usualLength {
		e.frame = append(e.frame, 0)
	}
	if need != usualLength {
		copy(e.frame[e.start+need:], e.frame[from:from+length])
	}
	binary.AppendUvarint(e.frame[:e.start], uint64(length))
	e.frame = e.frame[:e.start+need+length]
	e.beginFrame()
}

// same reports whether an object is that of the statement before.
func (e *Encoder) same(b *Batch, n uint32) bool {
	last := e.last[2]
	if last == n || last&n < LiteralBit {
		return last == n
	}
	x, y := b.Literal(last), b.Literal(n)
	return x.End-x.Start == y.End-y.Start && x.Datatype == y.Datatype && x.Language == y.Language &&
		bytes.Equal(b.Text[x.Start:x.End+int(x.Language)], b.Text[y.Start:y.End+int(y.Language)])
}

// jellyShown is how a term is written that is not left out.
type jellyShown struct {
	kind byte
	// prefix and name are numbers of entries, 0 where a reader expects them; the name
	// of a literal is its datatype.
	prefix, name uint32
}

const (
	shownNot byte = iota
	shownIRI
	shownBlank
	shownLiteral
	shownDefault
)

// find prepares a name, or no graph.
func (e *Encoder) find(b *Batch, n uint32) jellyShown {
	if n == 0 {
		return jellyShown{kind: shownDefault}
	}
	k := &e.known[n]
	switch {
	case e.fixed.has(n):
		if k.stamp != e.batch {
			*k = jellyKnown{stamp: e.batch, prefix: e.fixed.of[n], name: n, typed: k.typed}
			e.into.names = append(e.into.names, n)
		}
	case k.stamp != e.stamp:
		if b.IsOwn(n) && b.Name(n).Kind == BlankTerm {
			return jellyShown{kind: shownBlank}
		}
		k.stamp = e.stamp
		k.prefix, k.name = e.define(b.iriText(n))
	}
	s := jellyShown{kind: shownIRI}
	if k.prefix != e.lastPrefix {
		e.lastPrefix, s.prefix = k.prefix, k.prefix
	}
	if k.name != e.lastName+1 {
		s.name = k.name
	}
	e.lastName = k.name
	return s
}

// iriText is the text of an IRI.
func (b *Batch) iriText(n uint32) []byte {
	if b.IsOwn(n) {
		return b.NameText(b.Name(n))
	}
	return []byte(b.Vocabulary.IRI(n))
}

// define fills entries with an IRI.
func (e *Encoder) define(iri []byte) (prefix, name uint32) {
	cut := 0
	if e.facts.prefixes > 0 {
		if prefix, cut = e.samePrefix(iri); prefix == 0 {
			cut = jellyCut(iri)
			prefix = e.definePrefix(iri[:cut])
		}
	}
	name, shown := e.names.take()
	e.entry(jellyName, shown, iri[cut:])
	return prefix, name
}

// samePrefix returns the entry of a prefix, and its length, where it is that of the
// IRI before; 0 is another one.
func (e *Encoder) samePrefix(iri []byte) (prefix uint32, cut int) {
	text := e.prefixText
	if e.prefix == 0 || len(text) == 0 || !bytes.HasPrefix(iri, text) {
		return 0, 0
	}
	if name := iri[len(text):]; bytes.IndexByte(name, '#') >= 0 || bytes.IndexByte(name, '/') >= 0 {
		return 0, 0
	}
	return e.prefix, len(text)
}

func (e *Encoder) definePrefix(text []byte) uint32 {
	n := e.byText[string(text)]
	if n == 0 {
		var shown uint32
		n, shown = e.prefixes.take()
		e.byText[string(text)] = n
		e.entry(jellyPrefix, shown, text)
	}
	e.prefix, e.prefixText = n, append(e.prefixText[:0], text...)
	return n
}

// datatype returns the number of a datatype in the table of the stream, 0 for none.
func (e *Encoder) datatype(b *Batch, n uint32) uint32 {
	if n == 0 {
		return 0
	}
	k := &e.known[n]
	switch {
	case e.fixed.hasDatatype(n):
		if k.typed != e.batch {
			k.typed = e.batch
			e.into.datatypes = append(e.into.datatypes, n)
		}
		return n
	case k.typed != e.stamp:
		var shown uint32
		k.typed = e.stamp
		k.datatype, shown = e.datatypes.take()
		e.entry(jellyDatatype, shown, b.iriText(n))
	}
	return k.datatype
}

// entry writes an entry of a table.
func (e *Encoder) entry(number byte, shown uint32, text []byte) {
	e.frame = appendJellyEntry(e.frame, number, shown, text)
	e.rows++
}
