package rdf

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"iter"
	"unicode/utf8"
)

// Vocabulary is IRIs that many batches name: predicates, classes, datatypes. It has
// to be complete before a batch refers to it, and may then be used from several
// goroutines.
type Vocabulary struct {
	iris    []string
	numbers map[string]uint32
}

// Add returns the number of an IRI, from 1 on, which is a new one if it was not
// there.
func (v *Vocabulary) Add(iri string) uint32 {
	if n := v.numbers[iri]; n != 0 {
		return n
	}
	if v.numbers == nil {
		v.numbers = map[string]uint32{}
	}
	v.iris = append(v.iris, iri)
	n := uint32(len(v.iris)) //nolint:gosec // some thousand
	v.numbers[iri] = n
	return n
}

// Len is how many IRIs there are; a nil vocabulary has none.
func (v *Vocabulary) Len() int {
	if v == nil {
		return 0
	}
	return len(v.iris)
}

// IRI returns the IRI of a number.
func (v *Vocabulary) IRI(n uint32) string { return v.iris[n-1] }

// Batch is some quads with numbers in place of terms: what a study becomes, say.
// Whoever takes a batch looks at each term once, and not at each place where it
// stands.
//
// The first numbers, from 1, are those of the vocabulary; then come the batch's own
// terms. IRIs and blank nodes have one number each. A literal, or a triple term, may
// have several: telling whether it came before is left to those who have to know.
type Batch struct {
	// Vocabulary has the first numbers; nil is no IRIs.
	Vocabulary *Vocabulary
	// Terms are those of the numbers after the vocabulary's, in the order in which
	// they first came.
	Terms []BatchTerm
	// Text holds the texts of Terms.
	Text []byte
	// Rows are the quads.
	Rows []BatchRow

	first uint32 // the number before that of Terms[0]
	seed  maphash.Seed
	// slots hold numbers of IRIs and blank nodes by hash, 0 for none: the first of
	// room, as many as there is need of.
	slots, room []uint32
	named       int // in slots
}

// BatchRow is a quad: the numbers of its subject, predicate, object and graph. The
// graph is 0 in the default graph.
type BatchRow [4]uint32

// BatchTerm is a term of a batch.
type BatchTerm struct {
	// Start and End are where its text stands: the Value of a Term.
	Start, End int
	// Datatype is the number of the datatype of a literal, 0 for xsd:string, and
	// where there is a language.
	Datatype uint32
	// Language is the length of the language tag of a literal, which stands behind
	// its text.
	Language uint32
	Kind     Kind
	// Direction is that of a literal with a language.
	Direction Direction
}

// leastSlots is how many slots a batch has at least.
const leastSlots = 256

// Reset empties a batch, and gives it a vocabulary. It keeps its buffers.
func (b *Batch) Reset(v *Vocabulary) {
	b.Vocabulary, b.first = v, uint32(v.Len()) //nolint:gosec // some thousand
	b.Terms, b.Text, b.Rows = b.Terms[:0], b.Text[:0], b.Rows[:0]
	clear(b.slots)
	b.slots, b.named = b.room[:min(leastSlots, len(b.room))], 0
}

// Shrink gives up buffers that are far larger than what most studies need.
func (b *Batch) Shrink() {
	const most = 1 << 20
	if cap(b.Text) > most || cap(b.Rows) > most/16 || cap(b.Terms) > most/16 || len(b.room) > most/4 {
		*b = Batch{}
	}
}

// Own returns the term of a number that is none of the vocabulary's.
func (b *Batch) Own(n uint32) *BatchTerm { return &b.Terms[n-b.first-1] }

// IsOwn reports whether a number is none of the vocabulary's.
func (b *Batch) IsOwn(n uint32) bool { return n > b.first }

// TextOf returns the text of a term of the batch's own. It is valid until the batch
// is reset.
func (b *Batch) TextOf(t *BatchTerm) []byte { return b.Text[t.Start:t.End:t.End] }

// LanguageOf returns the language tag of a term of the batch's own.
func (b *Batch) LanguageOf(t *BatchTerm) []byte {
	return b.Text[t.End : t.End+int(t.Language)]
}

// IRIOf returns the IRI of a number, of which it must be one.
func (b *Batch) IRIOf(n uint32) string {
	if n <= b.first {
		return b.Vocabulary.IRI(n)
	}
	return string(b.TextOf(b.Own(n)))
}

// Term returns the term of a number; 0 is the zero Term.
func (b *Batch) Term(n uint32) Term {
	if n == 0 {
		return Term{}
	}
	if n <= b.first {
		return IRI(b.Vocabulary.IRI(n))
	}
	t := b.Own(n)
	text := string(b.TextOf(t))
	switch {
	case t.Kind != LiteralTerm:
		return Term{Kind: t.Kind, Value: text}
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

// IRI returns the number of an IRI.
func (b *Batch) IRI(iri string) uint32 { return b.name(iri, IRITerm) }

// Blank returns the number of a blank node, by its label.
func (b *Batch) Blank(label string) uint32 { return b.name(label, BlankTerm) }

// Literal adds a literal, whose datatype is the number of an IRI, or 0 for
// xsd:string, and returns its number.
func (b *Batch) Literal(text string, datatype uint32) uint32 {
	start := len(b.Text)
	b.Text = append(b.Text, text...)
	b.Terms = append(b.Terms, BatchTerm{Start: start, End: len(b.Text), Kind: LiteralTerm, Datatype: datatype})
	return b.first + uint32(len(b.Terms)) //nolint:gosec // terms of a study
}

// Number returns the number of a term; 0 is that of the zero Term. A literal gets a
// new one.
func (b *Batch) Number(t Term) uint32 {
	switch t.Kind {
	case NoTerm:
		return 0
	case IRITerm, BlankTerm:
		return b.name(t.Value, t.Kind)
	case LiteralTerm:
	case TripleTerm:
		n := b.Literal(t.Value, 0)
		b.Own(n).Kind = TripleTerm
		return n
	}
	switch {
	case t.Language != "":
		n := b.Literal(t.Value, 0)
		b.Text = append(b.Text, t.Language...)
		own := b.Own(n)
		own.Language, own.Direction = uint32(len(t.Language)), t.Direction //nolint:gosec // of a line
		return n
	case t.Datatype == XSDString || t.Datatype == "":
		return b.Literal(t.Value, 0)
	}
	return b.Literal(t.Value, b.name(t.Datatype, IRITerm))
}

// Add adds a quad.
func (b *Batch) Add(q Quad) {
	b.Rows = append(b.Rows, BatchRow{b.Number(q.Subject), b.Number(q.Predicate), b.Number(q.Object), b.Number(q.Graph)})
}

// name numbers an IRI or blank node.
func (b *Batch) name(text string, kind Kind) uint32 {
	if 2*b.named >= len(b.slots) {
		b.grow()
	}
	at := b.slot(text, kind)
	if n := b.slots[at]; n != 0 {
		return n
	}
	n := uint32(0)
	if kind == IRITerm && b.Vocabulary != nil {
		n = b.Vocabulary.numbers[text]
	}
	if n == 0 {
		start := len(b.Text)
		b.Text = append(b.Text, text...)
		b.Terms = append(b.Terms, BatchTerm{Start: start, End: len(b.Text), Kind: kind})
		n = b.first + uint32(len(b.Terms)) //nolint:gosec // terms of a study
	}
	b.slots[at] = n
	b.named++
	return n
}

// slot is where the number of an IRI or blank node is, or would be.
func (b *Batch) slot(text string, kind Kind) int {
	mask := len(b.slots) - 1
	at := int(maphash.String(b.seed, text)) & mask //nolint:gosec // masked
	for b.slots[at] != 0 && !b.Is(b.slots[at], kind, text) {
		at = (at + 1) & mask
	}
	return at
}

// Is reports whether a number is that of the IRI or blank node of a text.
func (b *Batch) Is(n uint32, kind Kind, text string) bool {
	if n <= b.first {
		return kind == IRITerm && b.Vocabulary.IRI(n) == text
	}
	t := b.Own(n)
	return t.Kind == kind && string(b.Text[t.Start:t.End]) == text
}

func (b *Batch) grow() {
	if len(b.room) == 0 {
		b.seed = maphash.MakeSeed()
	}
	old := b.slots
	size := max(leastSlots, 2*len(old))
	kept := make([]uint32, 0, b.named)
	for _, n := range old {
		if n != 0 {
			kept = append(kept, n)
		}
	}
	clear(old)
	if size > len(b.room) {
		b.room = make([]uint32, size)
	}
	b.slots = b.room[:size]
	for _, n := range kept {
		if n <= b.first {
			b.slots[b.slot(b.Vocabulary.IRI(n), IRITerm)] = n
		} else {
			t := b.Own(n)
			b.slots[b.slot(string(b.TextOf(t)), t.Kind)] = n
		}
	}
}

// AddLines adds lines of N-Quads, of any version of RDF.
func (b *Batch) AddLines(lines []byte) error {
	var memo lineMemo
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
			b.Add(memo.quad(parser.line))
		}
	}
	return nil
}
