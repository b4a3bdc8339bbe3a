package rdf

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/trialweave/trialweave/source"
)

// jellyReader reads a stream of Jelly-RDF, row by row: memory is bounded by the
// tables, whose sizes are bounded, and the longest row.
type jellyReader struct {
	in      *bufio.Reader
	options ReadOptions
	offset  int64
	yield   func(Quad, error) bool

	facts                      jellyFacts
	opened                     bool
	names, prefixes, datatypes jellyEntries
	lastName, lastPrefix       uint64
	last                       [4]Term // what a statement may leave out
	inGraph                    bool
	labels                     labels
	row                        []byte
	depth                      int
}

// jellyEntries is a table of a stream: entry n is at n-1.
type jellyEntries struct {
	values []string
	last   uint64
	most   uint64
}

func readJelly(in io.Reader, o ReadOptions, yield func(Quad, error) bool) {
	r := &jellyReader{in: bufio.NewReaderSize(in, 64<<10), options: o, yield: yield}
	err := r.stream()
	if err == nil || errors.Is(err, errBroken) {
		return
	}
	var f *fault
	if errors.As(err, &f) {
		err = f.at(source.Position{File: o.File, Offset: r.offset})
	}
	yield(Quad{}, err)
}

// Error is that of a fault on its way to get a place.
func (f *fault) Error() string { return f.problem }

func wrongJelly(format string, args ...any) error {
	return &fault{problem: fmt.Sprintf(format, args...)}
}

// stream reads frames: with their lengths before them, or one that goes on to the
// end of the input.
func (r *jellyReader) stream() error {
	first, err := r.in.Peek(3)
	if len(first) == 0 {
		return r.ended(err)
	}
	if len(first) == 3 && first[0] == 0x0A && (first[1] != 0x0A || first[2] == 0x0A) {
		return r.frame(math.MaxInt64, true)
	}
	for {
		if _, err := r.in.Peek(1); err != nil {
			return r.ended(err)
		}
		length, err := r.uvarint()
		if err != nil {
			return err
		}
		if length > math.MaxInt64 {
			return wrongJelly("a frame of %d bytes", length)
		}
		if err := r.frame(int64(length), false); err != nil {
			return err
		}
	}
}

// ended is the error of an input that ends where it may.
func (r *jellyReader) ended(err error) error {
	if err != nil && !errors.Is(err, io.EOF) {
		return readError(r.options.File, err)
	}
	return nil
}

// cut is the error of an input that ends where it may not.
func (r *jellyReader) cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &fault{problem: "end of input", expected: "the rest of a frame"}
	}
	return readError(r.options.File, err)
}

func (r *jellyReader) uvarint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b, err := r.in.ReadByte()
		if err != nil {
			return 0, r.cut(err)
		}
		r.offset++
		v |= uint64(b&0x7F) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, wrongJelly("a number of more than 64 bits")
}

// frame reads the rows of a frame that ends at a length from here, or with the
// input.
func (r *jellyReader) frame(length int64, toEnd bool) error {
	end := r.offset + length
	for r.offset < end {
		if _, err := r.in.Peek(1); err != nil && toEnd {
			return r.ended(err)
		}
		tag, err := r.uvarint()
		if err != nil {
			return err
		}
		if tag != jellyFrameRow<<3|wireBytes {
			if err := r.skip(tag&7, end); err != nil {
				return err
			}
			continue
		}
		n, err := r.uvarint()
		switch {
		case err != nil:
			return err
		case n > uint64(r.options.MaxTerm):
			return wrongJelly("a row of more than %d bytes", r.options.MaxTerm)
		case int64(n) > end-r.offset:
			return wrongJelly("a row that is longer than its frame")
		}
		if err := r.readRow(int(n)); err != nil {
			return err
		}
	}
	return nil
}

// readRow reads a row in pieces, so that a length that is not there costs nothing.
func (r *jellyReader) readRow(n int) error {
	r.row = r.row[:0]
	for len(r.row) < n {
		from := len(r.row)
		step := min(n-from, 1<<20)
		r.row = append(r.row, make([]byte, step)...)
		if _, err := io.ReadFull(r.in, r.row[from:]); err != nil {
			return r.cut(err)
		}
	}
	err := r.handle(r.row)
	r.offset += int64(n)
	return err
}

// skip passes over the value of a field of a frame that is not a row.
func (r *jellyReader) skip(wire uint64, end int64) error {
	var n uint64
	var err error
	switch wire {
	case wireVarint:
		_, err = r.uvarint()
		return err
	case wireBytes:
		n, err = r.uvarint()
	case wire64:
		n = 8
	case wire32:
		n = 4
	default:
		return wrongJelly("a field of the unknown kind %d", wire)
	}
	if err != nil {
		return err
	}
	if n > math.MaxInt64 || int64(n) > end-r.offset {
		return wrongJelly("a field that is longer than its frame")
	}
	skipped, err := io.CopyN(io.Discard, r.in, int64(n))
	r.offset += skipped
	if err != nil {
		return r.cut(err)
	}
	return nil
}

// jellyField is a field of a message: a number, or bytes.
type jellyField struct {
	number uint64
	value  uint64
	bytes  []byte
}

// jellyFieldOf takes the first field off a message.
func jellyFieldOf(b []byte) (f jellyField, rest []byte, err error) {
	tag, n := binary.Uvarint(b)
	if n <= 0 {
		return f, nil, wrongJelly("a field without a number")
	}
	b = b[n:]
	f.number = tag >> 3
	switch tag & 7 {
	case wireVarint:
		if f.value, n = binary.Uvarint(b); n <= 0 {
			return f, nil, wrongJelly("a number that is cut short")
		}
	case wireBytes:
		length, m := binary.Uvarint(b)
		if m <= 0 || length > uint64(len(b)-m) {
			return f, nil, wrongJelly("a value that is longer than its message")
		}
		f.bytes, n = b[m:m+int(length):m+int(length)], m+int(length)
	case wire64:
		n = 8
	case wire32:
		n = 4
	default:
		return f, nil, wrongJelly("a field of the unknown kind %d", tag&7)
	}
	if n > len(b) {
		return f, nil, wrongJelly("a value that is longer than its message")
	}
	return f, b[n:], nil
}

// each visits the fields of a message.
func eachJelly(b []byte, visit func(jellyField) error) error {
	for len(b) > 0 {
		f, rest, err := jellyFieldOf(b)
		if err != nil {
			return err
		}
		if err := visit(f); err != nil {
			return err
		}
		b = rest
	}
	return nil
}

// handle carries out a row.
func (r *jellyReader) handle(row []byte) error {
	return eachJelly(row, func(f jellyField) error {
		if !r.opened && f.number != jellyOptions {
			return wrongJelly("the first row is not the options of the stream")
		}
		switch f.number {
		case jellyOptions:
			return r.open(f.bytes)
		case jellyTriple:
			return r.triple(f.bytes)
		case jellyQuad:
			return r.quad(f.bytes)
		case jellyGraphStart:
			return r.graphStart(f.bytes)
		case jellyGraphEnd:
			if r.facts.physical != jellyGraphs || !r.inGraph {
				return wrongJelly("the end of a graph where none was begun")
			}
			r.inGraph = false
			return nil
		case jellyName:
			return r.names.set(f.bytes)
		case jellyPrefix:
			return r.prefixes.set(f.bytes)
		case jellyDatatype:
			return r.datatypes.set(f.bytes)
		}
		return nil // namespaces say nothing, and later versions have other rows
	})
}

// open reads the options of the stream, which may come again if they are the same.
func (r *jellyReader) open(b []byte) error {
	facts, err := jellyFactsOf(b)
	switch {
	case err != nil:
		return err
	case r.opened && facts != r.facts:
		return wrongJelly("other options than at the beginning of the stream")
	case r.opened:
		return nil
	}
	if err := facts.check(); err != nil {
		return err
	}
	r.opened, r.facts = true, facts
	r.names.most, r.prefixes.most, r.datatypes.most = facts.names, facts.prefixes, facts.datatypes
	return nil
}

// jellyFactsOf reads a message of options.
func jellyFactsOf(b []byte) (facts jellyFacts, err error) {
	err = eachJelly(b, func(f jellyField) error {
		switch f.number {
		case 2:
			facts.physical = f.value
		case 3:
			facts.generalized = f.value != 0
		case 4:
			facts.star = f.value != 0
		case 9:
			facts.names = f.value
		case 10:
			facts.prefixes = f.value
		case 11:
			facts.datatypes = f.value
		case 14:
			facts.logical = f.value
		case 15:
			facts.version = f.value
		}
		return nil
	})
	return facts, err
}

func (f *jellyFacts) check() error {
	switch {
	case f.version == 0 || f.version > jellyVersion:
		return &fault{problem: fmt.Sprintf("version %d of Jelly", f.version), expected: fmt.Sprintf("1 to %d", jellyVersion)}
	case f.physical < jellyTriples || f.physical > jellyGraphs:
		return &fault{problem: fmt.Sprintf("physical type %d of a stream", f.physical), expected: "1 (triples), 2 (quads) or 3 (graphs)"}
	case f.names < jellyLeastNames || f.names > jellyMostNames:
		return &fault{problem: fmt.Sprintf("a table of %d names", f.names), expected: fmt.Sprintf("%d to %d", jellyLeastNames, jellyMostNames)}
	case f.prefixes > jellyMostPrefixes:
		return &fault{problem: fmt.Sprintf("a table of %d prefixes", f.prefixes), expected: fmt.Sprintf("at most %d", jellyMostPrefixes)}
	case f.datatypes > jellyMostDatatypes:
		return &fault{problem: fmt.Sprintf("a table of %d datatypes", f.datatypes), expected: fmt.Sprintf("at most %d", jellyMostDatatypes)}
	}
	ofTriples := f.logical%10 == 1 || f.logical%10 == 3
	if f.logical != 0 && ofTriples != (f.physical == jellyTriples) {
		return wrongJelly("logical type %d of a stream of physical type %d", f.logical, f.physical)
	}
	return nil
}

// set reads an entry of a table; without a number it follows the one before.
func (t *jellyEntries) set(b []byte) error {
	var id uint64
	value := ""
	err := eachJelly(b, func(f jellyField) error {
		switch f.number {
		case 1:
			id = f.value
		case 2:
			value = string(f.bytes)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if id == 0 {
		id = t.last + 1
	}
	if id > t.most {
		return &fault{problem: fmt.Sprintf("entry %d of a table", id), expected: fmt.Sprintf("at most %d", t.most)}
	}
	if !utf8.ValidString(value) {
		return wrongJelly("entry %d of a table is not UTF-8", id)
	}
	for uint64(len(t.values)) < id {
		t.values = append(t.values, "")
	}
	t.values[id-1], t.last = value, id
	return nil
}

func (t *jellyEntries) get(id uint64, what string) (string, error) {
	if id == 0 || id > uint64(len(t.values)) {
		return "", &fault{problem: fmt.Sprintf("%s %d", what, id), expected: "one that was defined before"}
	}
	return t.values[id-1], nil
}

func (r *jellyReader) triple(b []byte) error {
	if r.facts.physical == jellyQuads {
		return wrongJelly("a triple in a stream of quads")
	}
	if r.facts.physical == jellyGraphs && !r.inGraph {
		return wrongJelly("a triple outside of a graph")
	}
	if err := r.statement(b, 3, &r.last, true); err != nil {
		return err
	}
	return r.emit()
}

func (r *jellyReader) quad(b []byte) error {
	if r.facts.physical != jellyQuads {
		return wrongJelly("a quad in a stream that has none")
	}
	if err := r.statement(b, 4, &r.last, true); err != nil {
		return err
	}
	return r.emit()
}

// emit yields the statement that was read last.
func (r *jellyReader) emit() error {
	q := Quad{Subject: r.last[0], Predicate: r.last[1], Object: r.last[2], Graph: r.last[3]}
	if q.Graph == defaultGraph() {
		q.Graph = Term{}
	}
	if err := checkQuad(q, r.options.Version); err != nil {
		return &fault{problem: err.Error(), newer: q.Object.Kind == TripleTerm && r.options.Version < RDF12}
	}
	if !r.yield(q, nil) {
		return errBroken
	}
	return nil
}

// defaultGraph stands for the default graph where a term may be left out.
func defaultGraph() Term { return Term{Value: "default"} }

func (r *jellyReader) graphStart(b []byte) error {
	if r.facts.physical != jellyGraphs || r.inGraph {
		return wrongJelly("the beginning of a graph where there is none")
	}
	r.last[3] = Term{}
	err := eachJelly(b, func(f jellyField) error {
		if f.number < 1 || f.number > 4 {
			return nil
		}
		t, err := r.graph(f.number-1, f)
		r.last[3] = t
		return err
	})
	if err != nil {
		return err
	}
	if r.last[3].IsZero() && r.last[3] != defaultGraph() {
		return wrongJelly("a graph without a name")
	}
	r.inGraph = true
	return nil
}

// graph reads the name of a graph: an IRI, a blank node, the default graph, or a
// literal, which only generalized RDF has.
func (r *jellyReader) graph(kind uint64, f jellyField) (Term, error) {
	if kind == 2 {
		return defaultGraph(), nil
	}
	return r.term(kind, f)
}

// statement reads terms into their places; at the top, those that are left out stay.
func (r *jellyReader) statement(b []byte, places int, into *[4]Term, top bool) error {
	var seen [4]bool
	err := eachJelly(b, func(f jellyField) error {
		place := (f.number - 1) / 4
		if f.number == 0 || place >= uint64(places) {
			return nil
		}
		var err error
		if place == 3 {
			into[3], err = r.graph((f.number-1)%4, f)
		} else {
			into[place], err = r.term((f.number-1)%4, f)
		}
		seen[place] = true
		return err
	})
	if err != nil {
		return err
	}
	for i := range places {
		if !seen[i] && (!top || into[i] == Term{}) {
			return wrongJelly("a statement leaves out a term that none before it has")
		}
	}
	return nil
}

// term reads a term: kind 0 is an IRI, 1 a blank node, 2 a literal, 3 a triple.
func (r *jellyReader) term(kind uint64, f jellyField) (Term, error) {
	switch kind {
	case 0:
		return r.iri(f.bytes)
	case 1:
		return r.blank(string(f.bytes)), nil
	case 2:
		return r.literal(f.bytes)
	}
	if !r.facts.star {
		return Term{}, wrongJelly("a triple term in a stream that announces none")
	}
	if r.depth++; r.depth > r.options.MaxDepth {
		return Term{}, wrongJelly("triple terms nested deeper than %d", r.options.MaxDepth)
	}
	defer func() { r.depth-- }()
	var inner [4]Term
	if err := r.statement(f.bytes, 3, &inner, false); err != nil {
		return Term{}, err
	}
	if inner[0].Kind == TripleTerm {
		return Term{}, wrongJelly("a triple term as the subject of another, which RDF 1.2 does not have")
	}
	return Triple(inner[0], inner[1], inner[2]), nil
}

// blank keeps the label, unless other syntaxes cannot write it.
func (r *jellyReader) blank(label string) Term {
	if checkLabel(label) != nil {
		label = "jelly" + hex.EncodeToString([]byte(label))
	}
	return r.labels.of(label)
}

func (r *jellyReader) iri(b []byte) (Term, error) {
	var prefix, name uint64
	err := eachJelly(b, func(f jellyField) error {
		switch f.number {
		case 1:
			prefix = f.value
		case 2:
			name = f.value
		}
		return nil
	})
	if err != nil {
		return Term{}, err
	}
	if name == 0 {
		name = r.lastName + 1
	}
	r.lastName = name
	if prefix == 0 {
		prefix = r.lastPrefix
	}
	r.lastPrefix = prefix
	local, err := r.names.get(name, "name")
	if err != nil || prefix == 0 {
		return IRI(local), err
	}
	space, err := r.prefixes.get(prefix, "prefix")
	return IRI(space + local), err
}

func (r *jellyReader) literal(b []byte) (Term, error) {
	var lexical, language string
	var datatype uint64
	typed := false
	err := eachJelly(b, func(f jellyField) error {
		switch f.number {
		case 1:
			lexical = string(f.bytes)
		case 2:
			language = string(f.bytes)
		case 3:
			datatype, typed = f.value, true
		}
		return nil
	})
	switch {
	case err != nil:
		return Term{}, err
	case language != "":
		return LangString(lexical, language), nil
	case !typed:
		return String(lexical), nil
	}
	iri, err := r.datatypes.get(datatype, "datatype")
	return Typed(lexical, iri), err
}
