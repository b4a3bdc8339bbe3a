package index

// chunk is quads with terms that are numbered from 1 as they first come.
type chunk struct {
	table []uint32 // number of a term at a place that its digest tells; 0 for none
	terms []interned
	keys  []byte // a tag and a key of each term
	quads []row
}

// interned is a term of a chunk.
type interned struct {
	digest digest
	size   uint32 // of the key, with the tag
	from   int    // where they begin among the keys
}

func (c *chunk) reset() {
	clear(c.table)
	c.terms, c.keys, c.quads = c.terms[:0], c.keys[:0], c.quads[:0]
}

// intern numbers a term.
func (c *chunk) intern(d digest, tag byte, key []byte) uint32 {
	if 4*len(c.terms) >= 3*len(c.table) {
		c.grow()
	}
	mask := uint32(len(c.table) - 1)
	for i := d[0] & mask; ; i = (i + 1) & mask {
		n := c.table[i]
		if n == 0 {
			c.terms = append(c.terms, interned{d, uint32(len(key) + 1), len(c.keys)})
			c.keys = append(append(c.keys, tag), key...)
			n = uint32(len(c.terms))
			c.table[i] = n
			return n
		}
		if t := &c.terms[n-1]; t.digest == d && t.size == uint32(len(key)+1) {
			// Whoever writes terms can have two of them share a digest.
			if has := c.keys[t.from:][:t.size]; has[0] == tag && string(has[1:]) == string(key) {
				return n
			}
		}
	}
}

func (c *chunk) grow() {
	c.table = make([]uint32, max(64, 2*len(c.table)))
	mask := uint32(len(c.table) - 1)
	for n := range c.terms {
		i := c.terms[n].digest[0] & mask
		for c.table[i] != 0 {
			i = (i + 1) & mask
		}
		c.table[i] = uint32(n + 1)
	}
}

// key returns the key of the term n.
func (c *chunk) key(n int) (tag byte, key []byte) {
	t := &c.terms[n-1]
	return c.keys[t.from], c.keys[t.from+1:][:t.size-1]
}
