package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// Packer turns batches, or lines of N-Quads, into packets, which a Writer or Builder
// takes faster than quads: what can be done for a few quads alone is done, on as many
// goroutines as have a Packer.
type Packer struct {
	chunk   chunk
	scratch []byte
	subject memo
	graph   memo

	// Of batches: what is known of the vocabulary's IRIs, and the numbers in the packet
	// of the names of a batch.
	vocabulary *rdf.Vocabulary
	known      []knownIRI
	numbers    []uint32
}

// knownIRI is an IRI of a vocabulary.
type knownIRI struct {
	digest digest // zero where it was not asked for yet
	tag    byte   // of literals that have it as their datatype, 0 for none
}

// memo is the number of the term that stood in a place in the line before.
type memo struct {
	text []byte
	id   uint32
}

// Pack appends a packet to dst. The lines are canonical N-Quads, as
// rdf.AppendQuad writes them; they are not checked further.
func (p *Packer) Pack(dst, lines []byte) ([]byte, error) {
	p.chunk.reset()
	p.subject, p.graph = memo{}, memo{}
	for len(lines) > 0 {
		n, err := p.line(lines)
		if err != nil {
			line, _, _ := bytes.Cut(lines, []byte("\n"))
			return dst, fmt.Errorf("line %q: %w", line, err)
		}
		lines = lines[n:]
	}
	return p.chunk.appendPacket(dst), nil
}

// PackBatch appends a packet of a batch to dst: the same as Pack makes of its lines.
// The terms are not checked.
func (p *Packer) PackBatch(dst []byte, b *rdf.Batch) []byte {
	p.chunk.reset()
	p.know(b.Vocabulary)
	names := len(p.known) + len(b.Names)
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
		p.chunk.quads = append(p.chunk.quads, q)
	}
	return p.chunk.appendPacket(dst)
}

// know prepares for a vocabulary.
func (p *Packer) know(v *rdf.Vocabulary) {
	if p.vocabulary == v && len(p.known) == v.Len()+1 {
		return
	}
	p.vocabulary = v
	p.known = make([]knownIRI, 1, v.Len()+1)
	for n := range v.Len() {
		p.known = append(p.known, knownIRI{tag: commonTag(v.IRI(uint32(n + 1)))})
	}
}

// name returns the number in the packet of a name of a batch; 0 is that of no graph.
func (p *Packer) name(b *rdf.Batch, n uint32) uint32 {
	if p.numbers[n] != 0 || n == 0 {
		return p.numbers[n]
	}
	var d digest
	tag := byte(tagIRI)
	key := p.scratch[:0]
	if b.IsOwn(n) {
		t := b.Name(n)
		if t.Kind == rdf.BlankTerm {
			tag = tagBlank
		}
		key = b.NameText(t)
		d = digestOf(tag, key)
	} else {
		key = append(key, b.Vocabulary.IRI(n)...)
		p.scratch = key
		if d = p.known[n].digest; d == (digest{}) {
			d = digestOf(tag, key)
			p.known[n].digest = d
		}
	}
	p.numbers[n] = p.chunk.add(d, tag, key)
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
			tag = p.known[t.Datatype].tag
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
	p.chunk.quads = append(p.chunk.quads, q)
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
	return p.chunk.intern(digestOf(tag, key), tag, key)
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

// appendPacket writes how many terms and quads there are; the digest, tag, key
// length of each term, and the key; and the numbers of each quad.
func (c *chunk) appendPacket(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(c.count))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(c.quads)))
	for i := range c.count {
		tag, key := c.key(i + 1)
		for _, v := range c.term(uint32(i + 1)).digest {
			dst = binary.LittleEndian.AppendUint32(dst, v)
		}
		dst = append(binary.LittleEndian.AppendUint32(dst, uint32(len(key))), tag)
		dst = append(dst, key...)
	}
	for i := range c.quads {
		dst = appendRow(dst, &c.quads[i])
	}
	return dst
}

// addPacket adds what a packet holds, each term by add or intern. Its terms are
// numbered in numbers, which is returned for the next call.
func (c *chunk) addPacket(b []byte, numbers []uint32, add func(d digest, tag byte, key []byte) uint32) []uint32 {
	terms, quads := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	numbers = append(numbers[:0], 0)
	at := 8
	for range terms {
		d := digest{binary.LittleEndian.Uint32(b[at:]), binary.LittleEndian.Uint32(b[at+4:]), binary.LittleEndian.Uint32(b[at+8:])}
		n, tag := int(binary.LittleEndian.Uint32(b[at+12:])), b[at+16]
		at += 17
		numbers = append(numbers, add(d, tag, b[at:at+n]))
		at += n
	}
	for range quads {
		var q row
		for i := range q {
			q[i] = numbers[binary.LittleEndian.Uint32(b[at:])]
			at += 4
		}
		c.quads = append(c.quads, q)
	}
	return numbers
}
