package rdf

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"iter"
	"unicode/utf8"
	"unsafe"
)

// Batch is some quads with numbers in place of terms: what a study becomes, say.
// Whoever takes a batch looks at each IRI once, and not at each place where it stands.
//
// IRIs and blank nodes have one number each: those of the vocabulary the first ones,
// from 1; then come the batch's own names. Literals and triple terms have numbers with
// the bit LiteralBit, and may have several: telling whether one came before is left to
// those who have to know.
type Batch struct {
	// Vocabulary has the first numbers; nil is no IRIs.
	Vocabulary *Vocabulary
	// Names are IRIs and blank nodes in the order in which they first came. The number
	// of the first is that after the vocabulary's.
	Names []BatchName
	// Literals are those with the numbers from LiteralBit on.
	Literals []BatchLiteral
	// Text holds the texts of names and literals.
	Text []byte
	// Rows are the quads. There may be terms that no row has.
	Rows []BatchRow

	first uint32 // the number before that of Names[0]
	seed  maphash.Seed
	// slots hold places in Names, from 1, by hash, 0 for none: the first of room, as
	// many as there is need of.
	slots, room []uint32
}

// LiteralBit is set in the numbers of literals and triple terms.
const LiteralBit = 1 << 31

// BatchRow is a quad: the numbers of its subject, predicate, object and graph. The
// graph is 0 in the default graph.
type BatchRow [4]uint32

// BatchName is an IRI or a blank node.
type BatchName struct {
	// Start and End are where the IRI, or the label, stands.
	Start, End int
	// Kind is IRITerm or BlankTerm.
	Kind Kind
	hash uint32
}

// BatchLiteral is a literal, or a triple term.
type BatchLiteral struct {
	// Start and End are where its text stands: the Value of a Term.
	Start, End int
	// Datatype is the number of the datatype's IRI, 0 for xsd:string, and where there
	// is a language.
	Datatype uint32
	// Language is the length of the language tag, which stands behind the text.
	Language uint32
	// Kind is LiteralTerm or TripleTerm.
	Kind Kind
	// Direction is that of a literal with a language.
	Direction Direction
}

// Reset empties a batch, and gives it a vocabulary. It keeps its buffers.
func (b *Batch) Reset(v *Vocabulary) {
	b.Vocabulary, b.first = v, uint32(v.Len()) //nolint:gosec // some thousand
	b.Names, b.Literals, b.Text, b.Rows = b.Names[:0], b.Literals[:0], b.Text[:0], b.Rows[:0]
	clear(b.slots)
	b.slots = b.room[:min(leastSlots, len(b.room))]
	if v != nil && len(v.slots) > 0 {
		b.seed = v.seed
	}
}

// Shrink gives up buffers that are far larger than what most studies need.
func (b *Batch) Shrink() {
	const most = 4 << 20
	if cap(b.Text) > most || cap(b.Rows) > most/16 || cap(b.Names) > most/32 || cap(b.Literals) > most/32 {
		*b = Batch{}
	}
}

// IsOwn reports whether a number is that of a name of the batch's own.
func (b *Batch) IsOwn(n uint32) bool { return n > b.first && n < LiteralBit }

// Name returns a name of the batch's own.
func (b *Batch) Name(n uint32) *BatchName { return &b.Names[n-b.first-1] }

// Literal returns a literal or a triple term.
func (b *Batch) Literal(n uint32) *BatchLiteral { return &b.Literals[n&^LiteralBit] }

// NameText returns the IRI or the label of a name, valid until the batch is reset.
func (b *Batch) NameText(t *BatchName) []byte { return b.Text[t.Start:t.End:t.End] }

// LiteralText returns the text of a literal, valid until the batch is reset.
func (b *Batch) LiteralText(t *BatchLiteral) []byte { return b.Text[t.Start:t.End:t.End] }

// LanguageOf returns the language tag of a literal, valid until the batch is reset.
func (b *Batch) LanguageOf(t *BatchLiteral) []byte {
	return b.Text[t.End : t.End+int(t.Language)]
}

// IRIOf returns the IRI of a number.
func (b *Batch) IRIOf(n uint32) string {
	if b.IsOwn(n) {
		return string(b.NameText(b.Name(n)))
	}
	return b.Vocabulary.IRI(n)
}

// Term returns the term of a number; 0 is the zero Term.
func (b *Batch) Term(n uint32) Term {
	switch {
	case n == 0:
		return Term{}
	case n >= LiteralBit:
		return b.LiteralTerm(b.Literal(n))
	case b.IsOwn(n):
		t := b.Name(n)
		return Term{Kind: t.Kind, Value: string(b.NameText(t))}
	}
	return IRI(b.Vocabulary.IRI(n))
}

// LiteralTerm returns the term of a literal.
func (b *Batch) LiteralTerm(t *BatchLiteral) Term {
	text := string(b.LiteralText(t))
	switch {
	case t.Kind == TripleTerm:
		return Term{Kind: TripleTerm, Value: text}
	case t.Language > 0:
		return DirLangString(text, string(b.LanguageOf(t)), t.Direction)
	case t.Datatype == 0:
		return String(text)
	}
	return Typed(text, b.IRIOf(t.Datatype))
}

// Quads yields the quads of the batch.
func (b *Batch) Quads() iter.Seq[Quad] {
	return func(yield func(Quad) bool) {
		var last BatchRow
		var q Quad
		for _, row := range b.Rows {
			for i, at := range [...]*Term{&q.Subject, &q.Predicate, &q.Object, &q.Graph} {
				if row[i] != last[i] {
					*at = b.Term(row[i])
				}
			}
			last = row
			if !yield(q) {
				return
			}
		}
	}
}

// AddIRI returns the number of an IRI.
func (b *Batch) AddIRI(iri string) uint32 { return b.add(iri, IRITerm) }

// AddBlank returns the number of a blank node, by its label.
func (b *Batch) AddBlank(label string) uint32 { return b.add(label, BlankTerm) }

// AddLiteral adds a literal, whose datatype is the number of an IRI, or 0 for
// xsd:string, and returns its number.
func (b *Batch) AddLiteral(text string, datatype uint32) uint32 {
	start := len(b.Text)
	b.Text = append(b.Text, text...)
	n := uint32(len(b.Literals)) | LiteralBit //nolint:gosec // fewer than fit into memory
	b.Literals = append(b.Literals, BatchLiteral{Start: start, End: len(b.Text), Datatype: datatype, Kind: LiteralTerm})
	return n
}

// AddTerm returns the number of a term; 0 is that of the zero Term. A literal gets a
// new one.
func (b *Batch) AddTerm(t Term) uint32 {
	switch {
	case t.Kind == NoTerm:
		return 0
	case t.Kind == IRITerm || t.Kind == BlankTerm:
		return b.add(t.Value, t.Kind)
	case t.Kind == TripleTerm || t.Language != "":
		n := b.AddLiteral(t.Value, 0)
		b.Text = append(b.Text, t.Language...)
		l := b.Literal(n)
		l.Kind, l.Language, l.Direction = t.Kind, uint32(len(t.Language)), t.Direction //nolint:gosec // of a line
		return n
	case t.Datatype == XSDString || t.Datatype == "":
		return b.AddLiteral(t.Value, 0)
	}
	return b.AddLiteral(t.Value, b.add(t.Datatype, IRITerm))
}

// Add adds a quad.
func (b *Batch) Add(q Quad) {
	b.Rows = append(b.Rows, BatchRow{b.AddTerm(q.Subject), b.AddTerm(q.Predicate), b.AddTerm(q.Object), b.AddTerm(q.Graph)})
}

// add numbers an IRI or a blank node.
func (b *Batch) add(text string, kind Kind) uint32 {
	if 2*len(b.Names) >= len(b.slots) {
		b.grow()
	}
	hash := uint32(maphash.String(b.seed, text)) //nolint:gosec // half of it is enough
	at := b.slot(text, kind, hash)
	if n := b.slots[at]; n != 0 {
		return b.first + n
	}
	if kind == IRITerm {
		if n := b.Vocabulary.find(text, hash); n != 0 {
			return n
		}
	}
	start := len(b.Text)
	b.Text = append(b.Text, text...)
	b.Names = append(b.Names, BatchName{Start: start, End: len(b.Text), Kind: kind, hash: hash})
	b.slots[at] = uint32(len(b.Names)) //nolint:gosec // fewer than fit into memory
	return b.first + b.slots[at]
}

// slot is where the place of a name is, or would be.
func (b *Batch) slot(text string, kind Kind, hash uint32) int {
	mask := len(b.slots) - 1
	at := int(hash) & mask
	for b.slots[at] != 0 {
		t := &b.Names[b.slots[at]-1]
		if t.hash == hash && t.Kind == kind && string(b.Text[t.Start:t.End]) == text {
			break
		}
		at = (at + 1) & mask
	}
	return at
}

// IsIRI reports whether a number is that of an IRI.
func (b *Batch) IsIRI(n uint32, iri string) bool {
	if !b.IsOwn(n) {
		return n < LiteralBit && b.Vocabulary.IRI(n) == iri
	}
	t := b.Name(n)
	return t.Kind == IRITerm && string(b.Text[t.Start:t.End]) == iri
}

// find returns the number of an IRI, 0 for none.
func (b *Batch) find(iri string) uint32 {
	if b.seed == (maphash.Seed{}) {
		return 0
	}
	hash := uint32(maphash.String(b.seed, iri)) //nolint:gosec // half of it is enough
	if n := b.Vocabulary.find(iri, hash); n != 0 || len(b.slots) == 0 {
		return n
	}
	if n := b.slots[b.slot(iri, IRITerm, hash)]; n != 0 {
		return b.first + n
	}
	return 0
}

func (b *Batch) grow() {
	if b.seed == (maphash.Seed{}) {
		b.seed = maphash.MakeSeed()
	}
	size := max(leastSlots, 2*len(b.slots))
	if size > len(b.room) {
		b.room = make([]uint32, size)
	}
	clear(b.slots)
	b.slots = b.room[:size]
	mask := size - 1
	for i := range b.Names {
		at := int(b.Names[i].hash) & mask
		for b.slots[at] != 0 {
			at = (at + 1) & mask
		}
		b.slots[at] = uint32(i + 1) //nolint:gosec // fewer than fit into memory
	}
}

// AddLines adds lines of N-Quads, of any version of RDF.
func (b *Batch) AddLines(lines []byte) error {
	var subject, graph lastTerm
	parser := lineParser{version: RDF12, deepest: deepestTriple}
	for line := range bytes.Lines(lines) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		n, problem := parser.parse(line, true)
		switch {
		case problem != nil:
			return fmt.Errorf("%.80q: %w", line, problem)
		case n < len(line) || !utf8.Valid(line):
			return fmt.Errorf("%.80q, expected a line of N-Quads", line)
		case parser.found:
			l := &parser.line
			b.Rows = append(b.Rows, BatchRow{subject.number(b, l.Subject), b.addText(l.Predicate), b.addText(l.Object), graph.number(b, l.Graph)})
		}
	}
	return nil
}

// addText returns the number of a term in canonical form, 0 of none; it copies what it
// keeps of the text.
func (b *Batch) addText(text []byte) uint32 {
	if len(text) == 0 {
		return 0
	}
	return b.AddTerm(termOfText(unsafe.String(unsafe.SliceData(text), len(text))))
}

// lastTerm is the term at a place of the line before.
type lastTerm struct {
	text []byte
	last uint32
}

// number returns the number of a term, which is often that of the line before.
func (t *lastTerm) number(b *Batch, text []byte) uint32 {
	if !bytes.Equal(text, t.text) {
		t.text = append(t.text[:0], text...)
		t.last = b.addText(text)
	}
	return t.last
}
