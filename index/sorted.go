package index

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"sort"
	"sync"
)

// sorted is the rows of a segment in one order: blocks of them, the first row
// and the end of each block, and what is counted of some places. All blocks are
// full but the last.
type sorted struct {
	*file
	order  *order
	graphs *graphs // that say which graph a subject has; nil in spog
	blocks int
	// with and without are of *cursor, as they know the block that was read last: of
	// those that read the graphs of rows, and of those that need not.
	with, without sync.Pool
}

// Sections of the file of an order.
const (
	sectionBlocks = iota
	sectionFirsts // of each block: its first row, and where the others begin
	sectionCounts
)

const firstSize = 16 + 8

func newSorted(f *file, o *order, g *graphs) *sorted {
	s := &sorted{file: f, order: o, blocks: int(f.ends[sectionFirsts]-f.ends[sectionBlocks]) / firstSize}
	if o != &orders[spog] {
		s.graphs = g
	}
	s.with.New = func() any {
		return &cursor{sorted: s, block: -1, reader: blockReader{order: o, graphs: s.subjectGraphs()}}
	}
	s.without.New = func() any { return &cursor{sorted: s, block: -1, reader: blockReader{order: o}} }
	return s
}

// subjectGraphs finds the graphs that rows do not have written; nil where all have.
func (s *sorted) subjectGraphs() *subjectGraphs {
	if s.graphs == nil {
		return nil
	}
	return &subjectGraphs{graphs: s.graphs}
}

func (s *sorted) rows() int { return int(s.count) }

// first returns the first row of a block.
func (s *sorted) first(block int) row {
	from := s.ends[sectionBlocks] + firstSize*int64(block)
	return readRow(s.bytes(from, from+16))
}

func readRow(b []byte) row {
	return row{
		binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]),
		binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]),
	}
}

// start returns where a block begins. The one behind the last begins at the end.
func (s *sorted) start(block int) int64 {
	if block == s.blocks {
		return s.ends[sectionBlocks]
	}
	from := s.ends[sectionBlocks] + firstSize*int64(block) + 16
	return int64(binary.LittleEndian.Uint64(s.bytes(from, from+8)))
}

// cursor stands before a row. The rows of a block are read as far as they are
// needed.
type cursor struct {
	*sorted
	block  int // -1 for none
	change uint32
	size   int // rows of the block
	reader blockReader
	read   int // rows of the block that are in all
	all    [blockRows]row
	at     int
}

// cursor returns one that may know a block, unless that may have been read of a
// page that is not as it was written. Where the graphs of rows are not asked for,
// what stands there is of no meaning.
func (s *sorted) cursor(graphs bool) *cursor {
	change := s.changes.Load()
	if !graphs {
		c := s.without.Get().(*cursor)
		if c.change != change {
			c.change, c.block = change, -1
		}
		return c
	}
	c := s.with.Get().(*cursor)
	if s.graphs != nil {
		change += s.graphs.changes.Load()
	}
	if c.change != change {
		c.change, c.block, c.reader.graphs = change, -1, s.subjectGraphs()
	}
	return c
}

func (s *sorted) release(c *cursor, graphs bool) {
	if graphs {
		s.with.Put(c)
	} else {
		s.without.Put(c)
	}
}

func (c *cursor) load(block int) {
	c.at = 0
	if c.block == block {
		return
	}
	c.block = -1
	c.size, c.read = min(blockRows, c.rows()-blockRows*block), 0
	if c.size < 1 {
		c.damaged(-1, fmt.Sprintf("%d rows", c.rows()), fmt.Sprintf("those of %d blocks", c.blocks))
	}
	c.reader.reader = reader{b: c.bytes(c.start(block), c.start(block+1))}
	c.reader.last = c.first(block)
	c.block = block
}

// row returns a row of the block.
func (c *cursor) row(i int) *row {
	for c.read <= i {
		c.readOne()
	}
	return &c.all[i]
}

// readOne reads one more row of the block.
func (c *cursor) readOne() *row {
	if c.read > 0 {
		c.reader.more()
	}
	if c.reader.bad {
		from := c.start(c.block)
		c.block = -1
		c.damaged(from, "a block that cannot be read", fmt.Sprintf("%d rows", c.size))
	}
	c.all[c.read] = c.reader.last
	c.read++
	return &c.reader.last
}

// prefixed compares the first places of a row with those of a key.
func prefixed(r, key *row, depth int) int {
	for i := range depth {
		if r[i] != key[i] {
			return cmp.Compare(r[i], key[i])
		}
	}
	return 0
}

// seek moves before the first row that is not less than the key in the first
// places, or, with past, that is greater.
func (c *cursor) seek(key *row, depth int, past bool) {
	least := 0
	if past {
		least = 1
	}
	if c.blocks == 0 {
		return
	}
	c.load(c.find(key, depth, least))
	if c.read > 0 && prefixed(&c.all[c.read-1], key, depth) >= least {
		c.at = sort.Search(c.read, func(i int) bool { return prefixed(&c.all[i], key, depth) >= least })
		return
	}
	for c.at = c.read; c.at < c.size && prefixed(c.readOne(), key, depth) < least; {
		c.at++
	}
}

// find returns the block before the first one that begins at or behind a place.
// It is often the block that was read last, or the next one.
func (c *cursor) find(key *row, depth, least int) int {
	behind := func(block int) bool {
		first := c.first(block)
		return prefixed(&first, key, depth) >= least
	}
	if c.block >= 0 && c.read > 0 && prefixed(&c.all[0], key, depth) < least {
		for block := c.block; block < min(c.blocks, c.block+2); block++ {
			if block+1 == c.blocks || behind(block+1) {
				return block
			}
		}
	}
	return max(0, sort.Search(c.blocks, behind)-1)
}

// next returns the row behind the cursor, which lives until the next call, nil
// at the end.
func (c *cursor) next() *row {
	if c.at == c.size {
		if c.block+1 >= c.blocks {
			return nil
		}
		c.load(c.block + 1)
	}
	c.at++
	return c.row(c.at - 1)
}

func (c *cursor) position() int {
	if c.blocks == 0 {
		return 0
	}
	return blockRows*max(0, c.block) + c.at
}

// move moves before the row at a position, which is not behind the last.
func (c *cursor) move(position int) {
	c.load(position / blockRows)
	c.at = position % blockRows
}

// run counts the rows that agree with a key in the first places.
func (s *sorted) run(key *row, depth int) int {
	if depth == 0 {
		return s.rows()
	}
	from, to := s.between(key, depth)
	return to - from
}

// between returns the positions before and behind the rows that agree with a key
// in the first places.
func (s *sorted) between(key *row, depth int) (from, to int) {
	c := s.cursor(depth == 4)
	defer s.release(c, depth == 4)
	c.seek(key, depth, false)
	from = c.position()
	c.seek(key, depth, true)
	return from, c.position()
}

// counted is what a section of counts says of one number.
type counted struct {
	id    ID
	quads uint64
	// distinct counts, of a predicate, its different subjects or objects.
	distinct uint64
}

const countedSize = 4 + 8 + 8

func (s *sorted) counts() int {
	from, to := s.section(sectionCounts)
	return int(to-from) / countedSize
}

func (s *sorted) count1(i int) counted {
	from, _ := s.section(sectionCounts)
	from += countedSize * int64(i)
	b := s.bytes(from, from+countedSize)
	return counted{ID(binary.LittleEndian.Uint32(b)), binary.LittleEndian.Uint64(b[4:]), binary.LittleEndian.Uint64(b[12:])}
}

// of returns what is counted of a number; zero where it does not occur.
func (s *sorted) of(id ID) counted {
	i := sort.Search(s.counts(), func(i int) bool { return s.count1(i).id >= id })
	if i == s.counts() || s.count1(i).id != id {
		return counted{id: id}
	}
	return s.count1(i)
}
