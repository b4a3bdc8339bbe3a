package index

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// Packer turns batches, or lines of N-Quads, into packets, which a Writer or Builder
// takes faster than quads: what can be done for a few quads alone is done, on as many
// goroutines as have a Packer.
type Packer struct {
	packet   *Packet // that is filled
	interned termTable
	scratch  []byte
	subject  memo
	graph    memo

	// Of batches: a vocabulary, the tags of its IRIs, and the numbers in the packet of the
	// names of a batch.
	known   *rdf.Vocabulary
	tags    []byte // of literals that have an IRI as their datatype, 0 for none
	numbers []uint32
}

// memo is the number of the term that stood in a place in the line before.
type memo struct {
	text []byte
	id   uint32
}

// begin begins a packet.
func (p *Packer) begin(into *Packet, v *rdf.Vocabulary) {
	into.reset(v)
	p.packet = into
	p.interned.reset()
}

// Pack fills a packet. The lines are canonical N-Quads, as
// rdf.AppendQuad writes them; they are not checked further.
func (p *Packer) Pack(into *Packet, lines []byte) error {
	p.begin(into, nil)
	p.subject, p.graph = memo{}, memo{}
	for len(lines) > 0 {
		n, err := p.line(lines)
		if err != nil {
			line, _, _ := bytes.Cut(lines, []byte("\n"))
			return fmt.Errorf("line %q: %w", line, err)
		}
		lines = lines[n:]
	}
	return nil
}

// PackBatch fills a packet with a batch: the terms and quads are those of its lines.
// The terms are not checked.
func (p *Packer) PackBatch(into *Packet, b *rdf.Batch) {
	p.begin(into, b.Vocabulary)
	p.know(b.Vocabulary)
	names := len(p.tags) + len(b.Names)
	p.numbers = slices.Grow(p.numbers[:0], names)[:names]
	clear(p.numbers)
	for i := range b.Rows {
		at := &b.Rows[i]
		// The terms get numbers as they come.
		q := row{Subject: p.name(b, at[0]), Predicate: p.name(b, at[1])}
		if at[2] >= rdf.LiteralBit {
			q[Object] = p.literal(b, b.Literal(at[2]))
		} else {
			q[Object] = p.name(b, at[2])
		}
		q[Graph] = p.name(b, at[3])
		into.quads = append(into.quads, q)
	}
}

// know prepares for a vocabulary.
func (p *Packer) know(v *rdf.Vocabulary) {
	if p.known == v && len(p.tags) == v.Len()+1 {
		return
	}
	p.known = v
	p.tags = make([]byte, 1, v.Len()+1)
	for n := range v.Len() {
		p.tags = append(p.tags, commonTag(v.IRI(uint32(n+1))))
	}
}

// name returns the number in the packet of a name of a batch; 0 is that of no graph.
func (p *Packer) name(b *rdf.Batch, n uint32) uint32 {
	if p.numbers[n] != 0 || n == 0 {
		return p.numbers[n]
	}
	if !b.IsOwn(n) {
		p.numbers[n] = p.packet.addShared(n)
		return p.numbers[n]
	}
	t, tag := b.Name(n), byte(tagIRI)
	if t.Kind == rdf.BlankTerm {
		tag = tagBlank
	}
	key := b.NameText(t)
	p.numbers[n] = p.packet.add(digestOf(tag, key), tag, key)
	return p.numbers[n]
}

// literal numbers a literal, or a triple term, of a batch.
func (p *Packer) literal(b *rdf.Batch, t *rdf.BatchLiteral) uint32 {
	if t.Kind == rdf.LiteralTerm && t.Language == 0 {
		tag := byte(tagString)
		switch {
		case t.Datatype == 0:
		case b.IsOwn(t.Datatype):
			tag = commonTag(b.NameText(b.Name(t.Datatype)))
		default:
			tag = p.tags[t.Datatype]
		}
		if tag != 0 {
			return p.intern(tag, b.LiteralText(t))
		}
	}
	tag, key := appendKey(p.scratch[:0], b.LiteralTerm(t))
	p.scratch = key
	return p.intern(tag, key)
}

var errNotCanonical = errors.New("expected canonical N-Quads")

// line takes a line and returns its length.
func (p *Packer) line(b []byte) (int, error) {
	var q row
	var ok bool
	at := len(p.subject.text)
	if at > 0 && bytes.HasPrefix(b, p.subject.text) {
		q[Subject] = p.subject.id
	} else {
		if at = resource(b); at == 0 {
			return 0, errNotCanonical
		}
		q[Subject] = p.resource(b[:at-1])
		p.subject = memo{b[:at], q[Subject]}
	}
	n := resource(b[at:])
	if n == 0 {
		return 0, errNotCanonical
	}
	q[Predicate] = p.resource(b[at : at+n-1])
	at += n
	if q[Object], n, ok = p.object(b[at:]); !ok {
		return 0, errNotCanonical
	}
	at += n
	end := len(p.graph.text)
	if end == 0 || !bytes.HasPrefix(b[at:], p.graph.text) {
		if end = bytes.IndexByte(b[at:], '\n') + 1; end < 2 || b[at+end-2] != '.' {
			return 0, errNotCanonical
		}
		p.graph = memo{b[at : at+end], 0}
		if end > 2 {
			p.graph.id = p.resource(b[at : at+max(0, end-3)])
		}
		if end > 2 && p.graph.id == 0 {
			return 0, errNotCanonical
		}
	}
	if q[Graph] = p.graph.id; q[Subject] == 0 || q[Predicate] == 0 {
		return 0, errNotCanonical
	}
	p.packet.quads = append(p.packet.quads, q)
	return at + end, nil
}

// resource is the length of an IRI or blank node that b begins with, and of the
// space behind it.
func resource(b []byte) int {
	if len(b) == 0 || b[0] != '<' && b[0] != '_' {
		return 0
	}
	return bytes.IndexByte(b, ' ') + 1
}

// resource numbers an IRI or a blank node; 0 is for what is neither.
func (p *Packer) resource(b []byte) uint32 {
	switch {
	case len(b) < 3:
		return 0
	case b[0] == '<' && b[len(b)-1] == '>' && bytes.IndexByte(b, '\\') < 0:
		return p.intern(tagIRI, b[1:len(b)-1])
	case b[0] == '_' && b[1] == ':':
		return p.intern(tagBlank, b[2:])
	}
	return p.other(b)
}

func (p *Packer) intern(tag byte, key []byte) uint32 {
	d := digestOf(tag, key)
	at := p.interned.find(p.packet, d, tag, key)
	if *at == 0 {
		*at = p.packet.add(d, tag, key)
		p.interned.known++
	}
	return *at
}

// other takes a term that is written with escapes, or rare.
func (p *Packer) other(b []byte) uint32 {
	t, err := rdf.ParseTerm(b)
	if err != nil {
		return 0
	}
	tag, key := appendKey(p.scratch[:0], t)
	p.scratch = key
	return p.intern(tag, key)
}

// object takes the term that b begins with, and the space behind it.
func (p *Packer) object(b []byte) (id uint32, length int, ok bool) {
	if bytes.HasPrefix(b, []byte("<<")) {
		n := tripleTerm(b)
		id = p.other(b[:n])
		return id, n + 1, id != 0
	}
	if n := resource(b); n > 0 {
		id = p.resource(b[:n-1])
		return id, n, id != 0
	}
	if len(b) == 0 || b[0] != '"' {
		return 0, 0, false
	}
	quote, escaped := closing(b)
	n := bytes.IndexByte(b[quote:], ' ')
	if quote == 0 || n < 0 {
		return 0, 0, false
	}
	id = p.quoted(b[:quote+n], quote, escaped)
	return id, quote + n + 1, id != 0
}

// quoted numbers a literal, of which the quote that ends the string is known, and
// whether there are escapes before it.
func (p *Packer) quoted(b []byte, quote int, escaped bool) uint32 {
	tail := b[quote+1:]
	tag := byte(0)
	switch {
	case escaped:
	case len(tail) == 0:
		tag = tagString
	case len(tail) > 4 && tail[0] == '^':
		tag = commonTag(tail[3 : len(tail)-1])
	}
	if tag != 0 {
		return p.intern(tag, b[1:quote])
	}
	return p.other(b)
}

// tripleTerm is the length of the triple term that the rest of a line begins with;
// only a graph name can stand behind it, which does not hold what ends it.
func tripleTerm(b []byte) int {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	end := []byte(")>> ")
	return max(0, bytes.LastIndex(line, end)+len(end)-1)
}

// closing returns the place of the quote that ends a string, 0 for none, and
// whether there are escapes before it.
func closing(b []byte) (at int, escaped bool) {
	at = 1
	for {
		n := bytes.IndexByte(b[at:], '"')
		if n < 0 {
			return 0, false
		}
		escaped = escaped || bytes.IndexByte(b[at:at+n], '\\') >= 0
		at += n
		slashes := 0
		for b[at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return at, escaped
		}
		at++
	}
}
