package rdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
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
	last                       [4]Term
	began                      bool

	frame []byte
	rows  int
	most  int // rows of a frame

	message []byte // the statement in the making
	err     error
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
	if !w.began {
		w.began = true
		w.row(jellyOptions, w.facts.message())
	}
	places, number := 3, byte(jellyTriple)
	if w.facts.physical == jellyQuads {
		places, number = 4, jellyQuad
		if q.Graph.IsZero() {
			q.Graph = defaultGraph()
		}
	}
	w.message, w.err = w.message[:0], nil
	name, prefix := w.lastName, w.lastPrefix
	w.names.begin()
	w.prefixes.begin()
	w.datatypes.begin()
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

// iri returns the numbers of an IRI as they are written: 0 where they are what a
// reader expects.
func (w *jellyWriter) iri(iri string) (prefix, name uint32) {
	local := iri
	if w.facts.prefixes > 0 {
		cut := strings.LastIndexAny(iri, "/#") + 1
		local = iri[cut:]
		prefix = w.entry(w.prefixes, jellyPrefix, iri[:cut])
		if prefix == w.lastPrefix {
			prefix = 0
		} else {
			w.lastPrefix = prefix
		}
	}
	name = w.entry(w.names, jellyName, local)
	expected := w.lastName + 1
	if w.lastName = name; name == expected {
		name = 0
	}
	return prefix, name
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
		inner = appendNumber(inner, 3, uint64(w.entry(w.datatypes, jellyDatatype, t.Datatype)))
	}
	return appendText(dst, number, inner)
}

// entry returns the number of a text in a table, and first writes it where it is
// not there.
func (w *jellyWriter) entry(table *jellyTable, number byte, text string) uint32 {
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
	var message []byte
	if shown != 0 {
		message = appendNumber(message, 1, uint64(shown))
	}
	if text != "" {
		message = appendText(message, 2, text)
	}
	w.row(number, message)
	return id
}

// full reports whether the frame has its rows.
func (w *jellyWriter) full() bool { return w.rows >= w.most }

// take appends the frame with its length, and begins the next one.
func (w *jellyWriter) take(dst []byte) []byte {
	if !w.began {
		w.began = true
		w.row(jellyOptions, w.facts.message())
	}
	if w.rows == 0 {
		return dst
	}
	dst = append(binary.AppendUvarint(dst, uint64(len(w.frame))), w.frame...)
	w.frame, w.rows = w.frame[:0], 0
	return dst
}

// jellyTable gives numbers to texts. When it is full, the text that was used least
// lately makes room; those that the statement in the making uses stay.
type jellyTable struct {
	ids     map[string]uint32
	entries []jellyEntry // entry n is at n; 0 is the head of the list
	size    uint32
	last    uint32 // the entry that was written last
	now     uint32 // counts statements
}

// jellyEntry is in a list, the one that was used last behind the head.
type jellyEntry struct {
	text           string
	next, previous uint32
	used           uint32
}

func newJellyTable(size uint64) *jellyTable {
	return &jellyTable{ids: make(map[string]uint32, size), entries: make([]jellyEntry, 1, size+1), size: uint32(size)} //nolint:gosec // checked before
}

// begin begins a statement.
func (t *jellyTable) begin() { t.now++ }

// id returns the number of a text, whether it is fresh, and whether there was one.
func (t *jellyTable) id(text string) (id uint32, fresh, ok bool) {
	id, known := t.ids[text]
	switch {
	case known:
		t.unlink(id)
	case uint32(len(t.entries)) <= t.size: //nolint:gosec // as many as the size
		id = uint32(len(t.entries)) //nolint:gosec // as many as the size
		t.entries = append(t.entries, jellyEntry{})
	default:
		id = t.entries[0].previous
		if id == 0 || t.entries[id].used == t.now {
			return 0, false, false
		}
		delete(t.ids, t.entries[id].text)
		t.unlink(id)
	}
	e := &t.entries[id]
	if !known {
		e.text = strings.Clone(text)
		t.ids[e.text] = id
	}
	e.used = t.now
	head := &t.entries[0]
	e.next, e.previous = head.next, 0
	t.entries[e.next].previous = id
	head.next = id
	return id, !known, true
}

func (t *jellyTable) unlink(id uint32) {
	e := &t.entries[id]
	t.entries[e.previous].next = e.next
	t.entries[e.next].previous = e.previous
}
