package index

import (
	"encoding/binary"
	"fmt"
)

// Reader is an Index as one goroutine reads it, within one View: it keeps the blocks
// of rows that it read last, so that what lies near them takes little time to find.
type Reader struct {
	*Index
	orders []*orderReader // nil where there are several segments
}

// Reader returns a Reader of the index.
func (x *Index) Reader() *Reader {
	r := &Reader{Index: x}
	if len(x.segments) == 1 {
		for _, s := range x.segments[0].orders {
			r.orders = append(r.orders, &orderReader{sorted: s})
		}
	}
	return r
}

// Match is that of the Index.
func (r *Reader) Match(pattern Quad, scope Scope, yield func(Quad) bool) bool {
	if scope != Union || r.orders == nil {
		return r.Index.Match(pattern, scope, yield)
	}
	pattern[Graph] = 0
	which, depth := r.choose(pattern, Union)
	if depth == 0 {
		return r.Index.Match(pattern, scope, yield)
	}
	return r.orders[which].match(orders[which].row(pattern), depth, yield)
}

const (
	// keptBlocks is how many blocks of an order are kept.
	keptBlocks = 256
	// longestRow is more than the bytes of any row of a block.
	longestRow = 32
	// nearBlocks is how far from the last block one is looked for step by step.
	nearBlocks = 1 << 8
)

// orderReader reads the triples of an order, each of which comes once, whatever
// graphs hold it.
type orderReader struct {
	*sorted
	last int // the block that was found last
	kept [keptBlocks]*readBlock
	free []*readBlock
}

// triple is the first three places of a row.
type triple [3]uint32

func (t *triple) less(u *triple) bool {
	switch {
	case t[0] != u[0]:
		return t[0] < u[0]
	case t[1] != u[1]:
		return t[1] < u[1]
	}
	return t[2] < u[2]
}

// begins reports whether the first places are those of a key.
func (t *triple) begins(key *triple, depth int) bool {
	return t[0] == key[0] && (depth < 2 || t[1] == key[1]) && (depth < 3 || t[2] == key[2])
}

// readBlock is the triples of a block, as far as they were needed.
type readBlock struct {
	block   int
	users   int // matches that are in it
	reader  blockReader
	left    int // rows that were not read
	count   int
	triples [blockRows]triple
}

// match calls yield with the triples that begin with a key, until it returns false.
func (s *orderReader) match(first row, depth int, yield func(Quad) bool) bool {
	if s.blocks == 0 {
		return true
	}
	key := triple{first[0], first[1], first[2]}
	for i := depth; i < len(key); i++ {
		key[i] = 0
	}
	b := s.block(s.find(&key))
	at := s.seek(b, &key)
	last, more := triple{}, true
	for {
		if at == b.count && !s.next(b) {
			if b.block+1 >= s.blocks {
				break
			}
			next := s.block(b.block + 1)
			s.release(b)
			if b, at = next, 0; b.triples[0] == last { // of another graph
				at = 1
				continue
			}
		}
		t := &b.triples[at]
		if !t.begins(&key, depth) {
			break
		}
		last = *t
		if more = yield(s.order.quad(&row{t[0], t[1], t[2]})); !more || depth == len(key) {
			break
		}
		at++
	}
	s.release(b)
	return more
}

// before reports whether a block begins before a key.
func (s *orderReader) before(block int, key *triple) bool {
	from := s.ends[sectionBlocks] + firstSize*int64(block)
	b := s.bytes(from, from+12)
	t := triple{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])}
	return t.less(key)
}

// find returns the last block that begins before a key, or the first one. It is
// looked for from the block that was found last.
func (s *orderReader) find(key *triple) int {
	from, to := s.last, s.last // from begins before the key, to does not
	step := 1
	if s.before(s.last, key) {
		for to = from + step; to < s.blocks && s.before(to, key); to = min(s.blocks, from+step) {
			if from, step = to, 2*step; step > nearBlocks {
				step = s.blocks
			}
		}
	} else {
		for from = to - step; from >= 0 && !s.before(from, key); from = max(-1, to-step) {
			if to, step = from, 2*step; step > nearBlocks {
				step = s.blocks
			}
		}
	}
	for to-from > 1 {
		if middle := int(uint(from+to) / 2); s.before(middle, key) {
			from = middle
		} else {
			to = middle
		}
	}
	s.last = max(0, from)
	return s.last
}

// block returns a block, which has a user more.
func (s *orderReader) block(n int) *readBlock {
	slot := &s.kept[n%keptBlocks]
	b := *slot
	if b != nil && b.block == n {
		b.users++
		return b
	}
	if b == nil || b.users > 0 {
		if last := len(s.free) - 1; last >= 0 {
			b, s.free = s.free[last], s.free[:last]
		} else {
			b = &readBlock{}
		}
		*slot = b
	}
	size := min(blockRows, s.rows()-blockRows*n)
	if size < 1 {
		s.damaged(-1, fmt.Sprintf("%d rows", s.rows()), fmt.Sprintf("those of %d blocks", s.blocks))
	}
	first := s.first(n)
	b.block, b.users, b.left, b.count = n, 1, size-1, 1
	b.triples[0] = triple{first[0], first[1], first[2]}
	b.reader = blockReader{reader: reader{b: s.bytes(s.start(n), s.start(n+1))}, order: s.order, last: first}
	return b
}

// release takes a user from a block, which is free if it is not kept any more.
func (s *orderReader) release(b *readBlock) {
	if b.users--; b.users == 0 && s.kept[b.block%keptBlocks] != b {
		s.free = append(s.free, b)
	}
}

// seek returns the place of the first triple that is not before a key; it may be
// behind the last one of the block.
func (s *orderReader) seek(b *readBlock, key *triple) int {
	if b.triples[b.count-1].less(key) {
		for s.next(b) {
			if !b.triples[b.count-1].less(key) {
				return b.count - 1
			}
		}
		return b.count
	}
	from, to := -1, b.count-1
	for to-from > 1 {
		if middle := int(uint(from+to) / 2); b.triples[middle].less(key) {
			from = middle
		} else {
			to = middle
		}
	}
	return to
}

// next reads one more triple of a block, and reports whether there is one.
func (s *orderReader) next(b *readBlock) bool {
	for b.left > 0 {
		b.left--
		var k int
		if r := &b.reader; r.at+longestRow < len(r.b) {
			k = r.triple()
		} else {
			before := r.last
			if r.more(); r.bad {
				s.damaged(s.start(b.block), "a block that cannot be read", fmt.Sprintf("%d rows", b.count+b.left+1))
			}
			k = r.last.differs(&before)
		}
		if k < Graph {
			b.triples[b.count] = triple{b.reader.last[0], b.reader.last[1], b.reader.last[2]}
			b.count++
			return true
		}
	}
	return false
}

// triple is more for who does not ask for graphs, where the block has more bytes than
// a row can take. It returns the first place in which the row differs.
func (r *blockReader) triple() int {
	b, at, to := r.b, r.at, &r.last
	head := b[at]
	at++
	k := int(head & 3)
	grown := uint64(head >> 4)
	if grown == many {
		grown, at = shortNumber(b, at)
	}
	to[k] += uint32(grown)
	if k == 0 {
		var v uint64
		if v, at = shortNumber(b, at); r.order.near[1] == 0 {
			to[1] = uint32(int64(to[0]) + unzigzag(v))
		} else {
			to[1] = uint32(v)
		}
	}
	if k < 2 {
		var v uint64
		near := r.order.near[2]
		if v, at = shortNumber(b, at); near < 4 && (r.order.places[2] != Object || head&plainObject == 0) {
			to[2] = uint32(int64(to[near&3]) + unzigzag(v))
		} else {
			to[2] = uint32(v)
		}
	}
	if k < Graph && head&usualGraph == 0 {
		_, at = shortNumber(b, at)
	}
	r.at = at
	return k
}

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// shortNumber is number, for one that is short as a rule.
func shortNumber(b []byte, at int) (uint64, int) {
	if at < len(b) && b[at] < 0x80 {
		return uint64(b[at]), at + 1
	}
	return number(b, at)
}
