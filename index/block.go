package index

import "encoding/binary"

// blockRows is how many rows a block has, all but the last of an order. A
// block is read whole.
const blockRows = 128

// codec writes rows of an order as differences. Numbers are given as terms
// first come, so those of one study lie together: a subject, an object and a
// graph are near one another, or small.
type codec struct {
	order *order
	last  row
}

// The head of a row: its first place that differs from the row before, two
// bits; whether the graph is that of the row before; whether the object is
// written as it is, and not by its distance to the subject; and, in four bits,
// how much the first place that differs has grown, many for more than fits.
const (
	sameGraph   = 1 << 2
	plainObject = 1 << 3
	many        = 15
)

// appendFirst appends the first row of a block.
func (c *codec) appendFirst(dst []byte, r *row) []byte {
	for _, v := range r {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	c.last = *r
	return dst
}

// append appends a row that comes after the last one.
func (c *codec) append(dst []byte, r *row) []byte {
	k := 0
	for k < 3 && r[k] == c.last[k] {
		k++
	}
	at := len(dst)
	dst = append(dst, byte(k))
	if grown := r[k] - c.last[k]; grown < many {
		dst[at] |= byte(grown) << 4
	} else {
		dst[at] |= many << 4
		dst = binary.AppendUvarint(dst, uint64(grown))
	}
	for j := k + 1; j < 4; j++ {
		switch c.order.places[j] {
		case Predicate:
			dst = binary.AppendUvarint(dst, uint64(r[j]))
		case Subject:
			dst = appendNear(dst, r[j], r[j-1])
		case Graph:
			if r[j] == c.last[j] {
				dst[at] |= sameGraph
			} else {
				dst = appendNear(dst, r[j], r[c.order.at[Subject]])
			}
		case Object:
			if s := c.order.at[Subject]; int(s) < j && zigzag(r[j], r[s]) < uint64(r[j]) {
				dst = appendNear(dst, r[j], r[s])
			} else {
				dst[at] |= plainObject
				dst = binary.AppendUvarint(dst, uint64(r[j]))
			}
		}
	}
	c.last = *r
	return dst
}

func zigzag(v, near uint32) uint64 {
	d := int64(v) - int64(near)
	return uint64(d<<1) ^ uint64(d>>63)
}

func appendNear(dst []byte, v, near uint32) []byte {
	return binary.AppendUvarint(dst, zigzag(v, near))
}

// reader takes numbers off a block. After a fault, bad is set and the rest is
// zero.
type reader struct {
	b   []byte
	at  int
	bad bool
}

func (r *reader) byte() byte {
	if r.at < len(r.b) {
		r.at++
		return r.b[r.at-1]
	}
	r.bad = true
	return 0
}

func (r *reader) number() uint64 {
	if r.at < len(r.b) && r.b[r.at] < 0x80 {
		r.at++
		return uint64(r.b[r.at-1])
	}
	return r.long()
}

func (r *reader) long() uint64 {
	v, n := binary.Uvarint(r.b[min(r.at, len(r.b)):])
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.at += n
	return v
}

func (r *reader) near(v uint32) uint32 {
	d := r.number()
	return uint32(int64(v) + (int64(d>>1) ^ -int64(d&1)))
}

// decode reads n rows of a block into rows, and says whether that is what it
// holds.
func (o *order) decode(b []byte, rows []row) bool {
	r := reader{b: b}
	if len(rows) == 0 {
		return len(b) == 0
	}
	for j := range 4 {
		rows[0][j] = uint32(r.number())
	}
	for i := 1; i < len(rows); i++ {
		rows[i] = rows[i-1]
		o.next(&r, &rows[i])
	}
	return !r.bad && r.at == len(b)
}

// next turns the row before into the row that follows.
func (o *order) next(r *reader, to *row) {
	head := r.byte()
	k := int(head & 3)
	if grown := uint32(head >> 4); grown < many {
		to[k] += grown
	} else {
		to[k] += uint32(r.number())
	}
	for j := k + 1; j < 4; j++ {
		switch o.places[j] {
		case Predicate:
			to[j] = uint32(r.number())
		case Subject:
			to[j] = r.near(to[j-1])
		case Graph:
			if head&sameGraph == 0 {
				to[j] = r.near(to[o.at[Subject]])
			}
		case Object:
			if head&plainObject == 0 {
				to[j] = r.near(to[o.at[Subject]])
			} else {
				to[j] = uint32(r.number())
			}
		}
	}
}
