package index

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// chunk is quads with terms that are numbered from 1 as they come. Terms that are
// interned have one number each; those that are only added may have several, until
// distinct finds them.
type chunk struct {
	table  []uint32 // number of a term at a place that its digest tells; 0 for none
	known  int      // terms in the table
	terms  [][]interned
	count  int      // of the terms
	keys   [][]byte // a tag and a key of each term
	bytes  int      // of the keys
	filled int      // which of the keys is being filled
	recent []recent // terms that were added last, by the digest
	quads  []row

	vocabulary *rdf.Vocabulary // of packets that came
	shared     []sharedIRI     // its IRIs, by number
}

// recent is the number of a term, 0 for none, and a part of its digest.
type recent struct{ number, digest uint32 }

// interned is a term of a chunk.
type interned struct {
	digest digest
	size   uint32 // of the key, with the tag
	in, at uint32 // which of the keys it is in, and where it begins
}

// Terms and keys stand in blocks, which are not moved when others come.
const (
	termBits   = 15
	keyBlock   = 1 << 20
	recentBits = 13
)

func (c *chunk) reset() {
	clear(c.table)
	clear(c.recent)
	c.known, c.count, c.bytes = 0, 0, 0
	for i := range c.terms {
		c.terms[i] = c.terms[i][:0]
	}
	c.keys = slices.DeleteFunc(c.keys, func(b []byte) bool { return cap(b) > keyBlock })
	for i := range c.keys {
		c.keys[i] = c.keys[i][:0]
	}
	c.quads = c.quads[:0]
	c.filled = 0
	for i := range c.shared {
		c.shared[i].number = 0
	}
}

// term returns the term n.
func (c *chunk) term(n uint32) *interned { return &c.terms[(n-1)>>termBits][(n-1)&(1<<termBits-1)] }

// text returns the tag and the key of a term.
func (c *chunk) text(t *interned) []byte { return c.keys[t.in][t.at:][:t.size] }

// intern numbers a term.
func (c *chunk) intern(d digest, tag byte, key []byte) uint32 {
	if 4*c.known >= 3*len(c.table) {
		c.grow()
	}
	mask := uint32(len(c.table) - 1)
	for i := d[0] & mask; ; i = (i + 1) & mask {
		n := c.table[i]
		if n == 0 {
			n = c.add(d, tag, key)
			c.table[i] = n
			c.known++
			return n
		}
		if c.is(n, d, tag, key) {
			return n
		}
	}
}

// addUnlessRecent numbers a term, unless it is one of those that came last: what
// every packet has, few keep.
func (c *chunk) addUnlessRecent(d digest, tag byte, key []byte) uint32 {
	if c.recent == nil {
		c.recent = make([]recent, 1<<recentBits)
	}
	at := &c.recent[d.recent()]
	if at.digest == d[1] && at.number != 0 && c.is(at.number, d, tag, key) {
		return at.number
	}
	*at = recent{c.add(d, tag, key), d[1]}
	return at.number
}

// recent is the place of a term among those that came last.
func (d *digest) recent() uint32 { return d[0] >> (32 - recentBits) }

// is reports whether the term n has a digest, a tag and a key. Whoever writes terms
// can have two of them share a digest.
func (c *chunk) is(n uint32, d digest, tag byte, key []byte) bool {
	t := c.term(n)
	if t.digest != d || t.size != uint32(len(key)+1) {
		return false
	}
	has := c.text(t)
	return has[0] == tag && string(has[1:]) == string(key)
}

// add numbers a term, without a look at others.
func (c *chunk) add(d digest, tag byte, key []byte) uint32 {
	block := c.count >> termBits
	if block == len(c.terms) {
		c.terms = append(c.terms, make([]interned, 0, 1<<termBits))
	}
	keys := c.room(1 + len(key))
	c.terms[block] = append(c.terms[block], interned{d, uint32(len(key) + 1), uint32(c.filled), uint32(len(*keys))})
	*keys = append(append(*keys, tag), key...)
	c.count++
	c.bytes += len(key) + 1
	return uint32(c.count)
}

// room returns the keys that have room for n bytes more.
func (c *chunk) room(n int) *[]byte {
	for ; c.filled < len(c.keys); c.filled++ {
		if b := &c.keys[c.filled]; cap(*b)-len(*b) >= n {
			return b
		}
	}
	c.keys = append(c.keys, make([]byte, 0, max(n, keyBlock)))
	return &c.keys[c.filled]
}

func (c *chunk) grow() {
	c.table = grown(c.table, func(n uint32) uint32 { return c.term(n).digest[0] })
}

// grown returns a hash table of numbers, 0 for none, with twice the places.
func grown(old []uint32, hash func(n uint32) uint32) []uint32 {
	table := make([]uint32, max(64, 2*len(old)))
	mask := uint32(len(table) - 1)
	for _, n := range old {
		if n == 0 {
			continue
		}
		i := hash(n) & mask
		for table[i] != 0 {
			i = (i + 1) & mask
		}
		table[i] = n
	}
	return table
}

// key returns the key of the term n.
func (c *chunk) key(n int) (tag byte, key []byte) {
	text := c.text(c.term(uint32(n)))
	return text[0], text[1:]
}

// distinct returns the digest and the number of each different term, sorted, and
// for every number that under which its term first came. The rows are in the room of
// the sorter, which is used again for quads.
func (c *chunk) distinct(s *sorter) (rows []row, first []uint32) {
	rows, other := s.first.of(c.count)[:0], s.second.of(c.count)
	for _, block := range c.terms {
		for i := range block {
			d := &block[i].digest
			rows = append(rows, row{d[0], d[1], d[2], uint32(len(rows) + 1)})
		}
	}
	rows = sortHashes(rows, other)
	first = make([]uint32, len(rows)+1)
	kept := rows[:0]
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && prefixed(&rows[to], &rows[from], 3) == 0 {
			to++
		}
		if to == from+1 {
			first[rows[from][3]] = rows[from][3]
			kept = append(kept, rows[from])
			from = to
			continue
		}
		before := len(kept)
		for _, r := range rows[from:to] {
			if first[r[3]] = c.among(kept[before:], r[3]); first[r[3]] == r[3] {
				kept = append(kept, r)
			}
		}
		from = to
	}
	return kept, first
}

// among returns the number of the row that has the term n, n itself for none.
// Whoever writes terms can have several of them share a digest.
func (c *chunk) among(rows []row, n uint32) uint32 {
	for _, r := range rows {
		if a, b := c.term(r[3]), c.term(n); a.size == b.size && bytes.Equal(c.text(a), c.text(b)) {
			return r[3]
		}
	}
	return n
}

const (
	// oneIn is of how many quads one is looked at to find the terms that come often.
	oneIn = 8
	// often is how many times an object is seen there that comes often.
	often = 4
)

// sequence returns the numbers of the different terms as they first come. At the
// beginning of an index predicates stand before them, and objects that come often,
// by how often: what has a small number takes little room in each quad.
func (c *chunk) sequence(first []uint32, begin bool) []uint32 {
	predicates, objects := make([]uint32, len(first)), make([]uint32, len(first))
	if begin {
		for i := 0; i < len(c.quads); i += oneIn {
			predicates[first[c.quads[i][Predicate]]]++
			objects[first[c.quads[i][Object]]]++
		}
	}
	var front, middle []uint32
	rest := make([]uint32, 0, len(first))
	for n := range uint32(len(first)) {
		switch {
		case first[n] != n || n == 0:
		case predicates[n] > 0:
			front = append(front, n)
		case objects[n] >= often:
			middle = append(middle, n)
		default:
			rest = append(rest, n)
		}
	}
	slices.SortStableFunc(front, func(a, b uint32) int { return cmp.Compare(predicates[b], predicates[a]) })
	slices.SortStableFunc(middle, func(a, b uint32) int { return cmp.Compare(objects[b], objects[a]) })
	return slices.Concat(front, middle, rest)
}

// symbols makes symbols of the terms of numbers.
func (c *chunk) symbols(numbers []uint32) *symbols {
	return symbolsOf(sampleOf(len(numbers), c.bytes, func(i int) []byte { return c.text(c.term(numbers[i]))[1:] }))
}
