package index

// chunk is quads with terms that are numbered from 1 as they first come.
type chunk struct {
	table   []uint32 // number of a term at a place that its digest tells; 0 for none
	digests []digest
	tags    []byte
	keys    []byte
	ends    []int // of keys
	quads   []row
}

func (c *chunk) reset() {
	clear(c.table)
	c.digests, c.tags, c.keys, c.ends, c.quads = c.digests[:0], c.tags[:0], c.keys[:0], c.ends[:0], c.quads[:0]
}

// intern numbers a term.
func (c *chunk) intern(d digest, tag byte, key []byte) uint32 {
	if 4*len(c.digests) >= 3*len(c.table) {
		c.grow()
	}
	mask := uint32(len(c.table) - 1)
	for i := d[0] & mask; ; i = (i + 1) & mask {
		n := c.table[i]
		if n == 0 {
			c.digests = append(c.digests, d)
			c.tags = append(c.tags, tag)
			c.keys = append(c.keys, key...)
			c.ends = append(c.ends, len(c.keys))
			n = uint32(len(c.digests))
			c.table[i] = n
			return n
		}
		if c.digests[n-1] == d {
			return n
		}
	}
}

func (c *chunk) grow() {
	c.table = make([]uint32, max(64, 2*len(c.table)))
	mask := uint32(len(c.table) - 1)
	for n, d := range c.digests {
		i := d[0] & mask
		for c.table[i] != 0 {
			i = (i + 1) & mask
		}
		c.table[i] = uint32(n + 1)
	}
}

// key returns the key of the term n.
func (c *chunk) key(n int) (tag byte, key []byte) {
	from := 0
	if n > 1 {
		from = c.ends[n-2]
	}
	return c.tags[n-1], c.keys[from:c.ends[n-1]]
}
