package rdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// What a batch says of many nodes alike takes the fewest bytes in columns: the
// statements of a class and a predicate together. Then the predicate is left out, and
// so is an object that is that of the statement before, and the name of a subject is
// the one that a reader expects, as the nodes of a class came one after the other.

// mostJellyNodes is how many nodes are put into columns at a time: so many that the
// table of names holds them until the last column. mostJellyRows bounds what is said
// of them.
const (
	mostJellyNodes = 2000
	mostJellyRows  = 16 * mostJellyNodes
)

// jellyCoded is what writing batches needs.
type jellyCoded struct {
	vocabulary *Vocabulary  // that names knows
	names      []jellyKnown // by number
	classes    []uint32     // of names
	typ        uint32       // the number of rdf:type
	last       BatchRow     // the row that was written last, where it is known
	known      bool

	columns []uint32          // how many rows each has, then where its next one goes
	numbers map[uint64]uint32 // of columns, by class and predicate
	recent  [512]jellyColumn  // of numbers
	of      []uint32          // the column of each row
	order   []uint32          // of the rows
}

// jellyKnown is where a name stands in the tables of the stream.
type jellyKnown struct {
	prefix, name             uint32 // the name is a datatype in datatype
	prefixSerial, nameSerial uint32
	datatype, datatypeSerial uint32
}

type jellyColumn struct {
	key    uint64
	number uint32
}

// batch writes the statements of a batch, and hands on frames as they are full. The
// terms are not checked.
func (w *jellyWriter) batch(b *Batch, emit func() error) error {
	w.coded.begin(b)
	for rows := b.Rows; len(rows) > 0; {
		n := w.coded.cut(rows)
		for _, i := range w.coded.arrange(n) {
			if err := w.coding(b, &rows[i]); err != nil {
				return err
			}
			if !w.full() {
				continue
			}
			if err := emit(); err != nil {
				return err
			}
		}
		rows = rows[n:]
	}
	w.remember(b)
	return nil
}

// begin begins a batch.
func (c *jellyCoded) begin(b *Batch) {
	known := b.Vocabulary.Len() + 1
	if c.vocabulary != b.Vocabulary || len(c.names) < known {
		c.vocabulary = b.Vocabulary
		c.names = append(c.names[:0], make([]jellyKnown, known)...)
	}
	all := known + len(b.Names)
	c.names = slices.Grow(c.names[:known], len(b.Names))[:all]
	clear(c.names[known:])
	c.classes = slices.Grow(c.classes[:0], all)[:all]
	clear(c.classes)
	c.typ, c.known = b.find(RDFType), false
}

// cut finds the columns of the rows that make the next block, and returns how many
// they are. The class of a node is that which is stated first; rows before have none.
func (c *jellyCoded) cut(rows []BatchRow) int {
	c.columns, c.of = c.columns[:0], c.of[:0]
	clear(c.numbers)
	clear(c.recent[:])
	subject, class := uint32(0), uint32(0)
	nodes := 0
	for i := range rows {
		row := &rows[i]
		if row[0] != subject {
			if nodes > mostJellyNodes || i > mostJellyRows {
				return i
			}
			subject = row[0]
			class = c.classes[subject]
		}
		if row[1] == c.typ && class == 0 {
			nodes++
			class = row[2]
			c.classes[subject] = class
		}
		n := c.column(class, row[1])
		c.columns[n]++
		c.of = append(c.of, n)
	}
	return len(rows)
}

// arrange returns the numbers of the first rows column by column, as the columns came.
func (c *jellyCoded) arrange(rows int) []uint32 {
	next := uint32(0)
	for i, n := range c.columns {
		c.columns[i] = next
		next += n
	}
	if len(c.order) < rows {
		c.order = make([]uint32, rows)
	}
	order := c.order[:rows]
	for i, n := range c.of {
		order[c.columns[n]] = uint32(i) //nolint:gosec // rows of a study
		c.columns[n]++
	}
	return order
}

// column returns the number of a column.
func (c *jellyCoded) column(class, predicate uint32) uint32 {
	key := uint64(class)<<32 | uint64(predicate)
	const prime = 31
	at := &c.recent[(class*prime+predicate)%uint32(len(c.recent))]
	if at.key == key {
		return at.number
	}
	n, known := c.numbers[key]
	if !known {
		if c.numbers == nil {
			c.numbers = map[uint64]uint32{}
		}
		n = uint32(len(c.columns)) //nolint:gosec // at most as many as rows
		c.numbers[key] = n
		c.columns = append(c.columns, 0)
	}
	*at = jellyColumn{key, n}
	return n
}

// coding writes a row. Of the terms, first what has to be in the tables is written.
func (w *jellyWriter) coding(b *Batch, row *BatchRow) error {
	var literal *BatchLiteral
	if row[2] >= LiteralBit {
		if literal = b.Literal(row[2]); literal.Kind == TripleTerm || literal.Direction != NoDirection {
			return w.rare(b, row)
		}
	}
	name, prefix := w.lastName, w.lastPrefix
	places, number := w.begin()
	var shown [4]jellyShown
	for i := range places {
		if w.same(b, i, row[i]) {
			continue
		}
		if i == 2 && literal != nil {
			shown[i] = jellyShown{kind: shownLiteral, name: w.findDatatype(b, literal.Datatype)}
		} else {
			shown[i] = w.find(b, row[i])
		}
	}
	if w.err != nil { // a reader does not see the statement
		w.lastName, w.lastPrefix, w.last, w.coded.known = name, prefix, [4]Term{}, false
		return w.err
	}
	from := len(w.frame)
	out := append(w.frame, jellyFrameRow<<3|wireBytes, 0, number<<3|wireBytes, 0)
	for i := range places {
		switch s := &shown[i]; s.kind {
		case shownIRI:
			out = appendShownIRI(out, uint64(4*i+1), s.prefix, s.name)
		case shownLiteral:
			out = b.appendJelly(out, uint64(4*i+3), literal, s.name)
		case shownBlank:
			out = appendText(out, uint64(4*i+2), b.NameText(b.Name(row[i])))
		case shownDefault:
			out = appendText(out, uint64(4*i+3), "")
		}
	}
	w.frame = setLengths(out, from)
	w.rows++
	w.coded.last, w.coded.known = *row, true
	return nil
}

// rare writes a row with a term that takes more than the others.
func (w *jellyWriter) rare(b *Batch, row *BatchRow) error {
	q := Quad{Subject: b.Term(row[0]), Predicate: b.Term(row[1]), Object: b.Term(row[2]), Graph: b.Term(row[3])}
	if q.Object.Kind == TripleTerm && !w.facts.star {
		return fmt.Errorf("object %s is a triple term, which RDF 1.1 does not have", q.Object)
	}
	w.remember(b)
	return w.add(q)
}

// remember leaves to add what stood at the places of the last row.
func (w *jellyWriter) remember(b *Batch) {
	if !w.coded.known {
		return
	}
	for i, n := range w.coded.last {
		w.last[i] = b.Term(n)
	}
	if w.coded.last[3] == 0 {
		w.last[3] = defaultGraph()
	}
	w.coded.known = false
}

// same reports whether a term stands where it stood in the statement before.
func (w *jellyWriter) same(b *Batch, place int, n uint32) bool {
	last := w.coded.last[place]
	switch {
	case !w.coded.known:
		t := b.Term(n)
		if n == 0 {
			t = defaultGraph()
		}
		return t == w.last[place]
	case last == n:
		return true
	case last&n < LiteralBit:
		return false
	}
	x, y := b.Literal(last), b.Literal(n)
	return x.End-x.Start == y.End-y.Start && x.Datatype == y.Datatype && x.Kind == LiteralTerm && x.Language == y.Language && x.Direction == y.Direction &&
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
func (w *jellyWriter) find(b *Batch, n uint32) jellyShown {
	if n == 0 {
		return jellyShown{kind: shownDefault}
	}
	if b.IsOwn(n) && b.Name(n).Kind == BlankTerm {
		return jellyShown{kind: shownBlank}
	}
	t := &w.coded.names[n]
	if w.names.holds(t.name, t.nameSerial) && (w.facts.prefixes == 0 || w.prefixes.holds(t.prefix, t.prefixSerial)) {
		w.names.use(t.name)
		w.prefixes.use(t.prefix)
	} else {
		t.prefix, t.name = w.entries(w.iriText(b, n))
		t.nameSerial, t.prefixSerial = w.names.entries[t.name].serial, w.prefixes.entries[t.prefix].serial
	}
	prefix, name := w.shown(t.prefix, t.name)
	return jellyShown{shownIRI, prefix, name}
}

// iriText is the text of an IRI, valid until the next call.
func (w *jellyWriter) iriText(b *Batch, n uint32) []byte {
	if b.IsOwn(n) {
		return b.NameText(b.Name(n))
	}
	w.text = append(w.text[:0], b.Vocabulary.IRI(n)...)
	return w.text
}

// findDatatype returns the number of a datatype in the table of the stream, 0 for
// none.
func (w *jellyWriter) findDatatype(b *Batch, n uint32) uint32 {
	if n == 0 {
		return 0
	}
	if w.facts.datatypes == 0 {
		w.err = fmt.Errorf("the datatype %s, and the stream has no table of them", b.IRIOf(n))
		return 0
	}
	t := &w.coded.names[n]
	if w.datatypes.holds(t.datatype, t.datatypeSerial) {
		w.datatypes.use(t.datatype)
		return t.datatype
	}
	t.datatype = w.entry(w.datatypes, jellyDatatype, w.iriText(b, n))
	t.datatypeSerial = w.datatypes.entries[t.datatype].serial
	return t.datatype
}

// appendShownIRI is appendIRIMessage, faster for most numbers.
func appendShownIRI(dst []byte, number uint64, prefix, name uint32) []byte {
	const (
		one, two = 1 << 7, 1 << 14
		nameTag  = 2<<3 | wireVarint
	)
	tag := byte(number<<3 | wireBytes)
	switch {
	case prefix != 0 || name >= two:
		return appendIRIMessage(dst, number, prefix, name)
	case name == 0:
		return append(dst, tag, 0)
	case name < one:
		return append(dst, tag, 2, nameTag, byte(name))
	}
	return append(dst, tag, 3, nameTag, byte(name)|one, byte(name>>7))
}

// appendJelly appends a literal as a field.
func (b *Batch) appendJelly(dst []byte, number uint64, t *BatchLiteral, datatype uint32) []byte {
	const most, small = 100, 1 << 7
	text, language := b.LiteralText(t), b.LanguageOf(t)
	if n := len(text); n > 0 && n < most && len(language) == 0 && datatype < small {
		size, tag := byte(n+2), byte(number<<3|wireBytes)
		if datatype == 0 {
			return append(append(dst, tag, size, 1<<3|wireBytes, byte(n)), text...)
		}
		dst = append(append(dst, tag, size+2, 1<<3|wireBytes, byte(n)), text...)
		return append(dst, 3<<3|wireVarint, byte(datatype))
	}
	size := 0
	for _, part := range [...][]byte{text, language} {
		if len(part) > 0 {
			size += 1 + uvarintLength(uint64(len(part))) + len(part)
		}
	}
	if datatype != 0 {
		size += 1 + uvarintLength(uint64(datatype))
	}
	dst = binary.AppendUvarint(binary.AppendUvarint(dst, number<<3|wireBytes), uint64(size)) //nolint:gosec // not negative
	if len(text) > 0 {
		dst = appendText(dst, 1, text)
	}
	if len(language) > 0 {
		dst = appendText(dst, 2, language)
	}
	if datatype != 0 {
		dst = appendNumber(dst, 3, uint64(datatype))
	}
	return dst
}

// setLengths sets the lengths of a row and of the message in it, for which a byte each
// was left; longer ones move the message.
func setLengths(frame []byte, from int) []byte {
	const head, most = 4, 0x7F
	length := len(frame) - from - head
	if length+2 <= most {
		frame[from+1], frame[from+3] = byte(length+2), byte(length) //nolint:gosec // at most 127
		return frame
	}
	inner := 1 + uvarintLength(uint64(length)) + length
	more := uvarintLength(uint64(inner)) + uvarintLength(uint64(length)) - 2
	number := frame[from+2]
	for range more {
		frame = append(frame, 0)
	}
	copy(frame[from+head+more:], frame[from+head:from+head+length])
	at := binary.AppendUvarint(frame[:from+1], uint64(inner))
	binary.AppendUvarint(append(at, number), uint64(length))
	return frame
}
