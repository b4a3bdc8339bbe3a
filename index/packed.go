package index

import (
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// Packet is some quads and their terms, which a Packer makes, and a Writer or Builder
// takes. It may be filled again.
type Packet struct {
	vocabulary *rdf.Vocabulary
	terms      []packedTerm // with the numbers from 1 on
	keys       []byte       // a tag and a key of each term
	quads      []row        // by the numbers of the packet
}

// packedTerm is a term of a packet.
type packedTerm struct {
	digest digest
	at     uint32 // where its tag and key begin
	size   uint32 // of both; 0 for an IRI of the vocabulary, whose number is at
}

func (p *Packet) reset(v *rdf.Vocabulary) {
	p.vocabulary = v
	p.terms, p.keys, p.quads = p.terms[:0], p.keys[:0], p.quads[:0]
}

// Shrink gives up buffers that are far larger than what most studies need.
func (p *Packet) Shrink() {
	const most = 256 << 10
	if cap(p.keys) > most || cap(p.quads) > most/16 || cap(p.terms) > most/16 {
		*p = Packet{}
	}
}

// add numbers a term, without a look at others.
func (p *Packet) add(d digest, tag byte, key []byte) uint32 {
	p.terms = append(p.terms, packedTerm{d, uint32(len(p.keys)), uint32(len(key) + 1)})
	p.keys = append(append(p.keys, tag), key...)
	return uint32(len(p.terms))
}

// addShared numbers an IRI of the vocabulary.
func (p *Packet) addShared(n uint32) uint32 {
	p.terms = append(p.terms, packedTerm{at: n})
	return uint32(len(p.terms))
}

// is reports whether the term n has a digest, a tag and a key.
func (p *Packet) is(n uint32, d digest, tag byte, key []byte) bool {
	t := &p.terms[n-1]
	if t.digest != d || t.size != uint32(len(key)+1) {
		return false
	}
	has := p.keys[t.at:][:t.size]
	return has[0] == tag && string(has[1:]) == string(key)
}

// termTable has the numbers of terms of a packet at places that their digests tell.
type termTable struct {
	slots []uint32 // 0 for none
	known int
}

func (t *termTable) reset() {
	clear(t.slots)
	t.known = 0
}

// find returns the place of a term, which is 0 where it has no number yet.
func (t *termTable) find(p *Packet, d digest, tag byte, key []byte) *uint32 {
	if 4*t.known >= 3*len(t.slots) {
		t.grow(p)
	}
	mask := uint32(len(t.slots) - 1)
	for i := d[0] & mask; ; i = (i + 1) & mask {
		if n := t.slots[i]; n == 0 || p.is(n, d, tag, key) {
			return &t.slots[i]
		}
	}
}

func (t *termTable) grow(p *Packet) {
	t.slots = grown(t.slots, func(n uint32) uint32 { return p.terms[n-1].digest[0] })
}

// sharedIRI is an IRI of a vocabulary in a chunk.
type sharedIRI struct {
	digest digest
	number uint32 // 0 for none
}

// know prepares for packets with a vocabulary.
func (c *chunk) know(v *rdf.Vocabulary) {
	if v.Len() == 0 || c.vocabulary == v && len(c.shared) == v.Len()+1 {
		return
	}
	c.vocabulary, c.shared = v, make([]sharedIRI, 1, v.Len()+1)
	for n := range v.Len() {
		c.shared = append(c.shared, sharedIRI{digest: digestOf(tagIRI, []byte(v.IRI(uint32(n+1))))})
	}
}

// addPacket adds what a packet holds, each term by add: intern or addUnlessRecent. Its
// terms are numbered in numbers, which is returned for the next call.
func (c *chunk) addPacket(p *Packet, numbers []uint32, add func(d digest, tag byte, key []byte) uint32) []uint32 {
	c.know(p.vocabulary)
	numbers = append(numbers[:0], 0)
	for i := range p.terms {
		t := &p.terms[i]
		if t.size > 0 {
			key := p.keys[t.at:][:t.size]
			numbers = append(numbers, add(t.digest, key[0], key[1:]))
			continue
		}
		s := &c.shared[t.at]
		if s.number == 0 || c.recent != nil && c.recent[s.digest.recent()].number != s.number {
			s.number = add(s.digest, tagIRI, []byte(p.vocabulary.IRI(t.at)))
		}
		numbers = append(numbers, s.number)
	}
	from := len(c.quads)
	c.quads = slices.Grow(c.quads, len(p.quads))[:from+len(p.quads)]
	to := c.quads[from:]
	for i := range to {
		q := &p.quads[i]
		to[i] = row{numbers[q[0]], numbers[q[1]], numbers[q[2]], numbers[q[3]]}
	}
	return numbers
}
