package index

import (
	"encoding/binary"
	"slices"
)

// blockRows is how many rows a block has, all but the last of an order.
const blockRows = 64

// codec writes rows of an order as differences. Numbers are given as terms
// first come, so those of one study lie together: a subject, an object and a
// graph are near one another, or small.
type codec struct {
	order *order
	last  row
	// several, if it is not nil, are the subjects that are in several graphs: who reads
	// knows the graph of any other one.
	several *subjectSet
}

// The head of a row: its first place that differs from the row before, two
// bits; whether the graph is that of the row before or, where subjects say their
// graphs, that of the subject; whether the object is written as it is, and not by
// its distance to the subject; and, in four bits, how much the first place that
// differs has grown, many for more than fits.
const (
	usualGraph  = 1 << 2
	plainObject = 1 << 3
	many        = 15
)

// append appends a row that comes after the last one.
func (c *codec) append(dst []byte, r *row) []byte {
	k := r.differs(&c.last)
	start := len(dst)
	dst = slices.Grow(dst, longestRow)[:start+longestRow]
	b := dst[start:]
	head, at := byte(k), 1
	if grown := r[k] - c.last[k]; grown < many {
		head |= byte(grown) << 4
	} else {
		head |= many << 4
		at = putNumber(b, at, uint64(grown))
	}
	for j := k + 1; j < 4; j++ {
		place, near := c.order.places[j], c.order.near[j]
		v := uint64(r[j])
		switch {
		case place == Graph && r[j] == c.usual(r):
			head |= usualGraph
			continue
		case near < 4:
			if d := zigzag(r[j], r[near]); place != Object || d < v {
				v = d
				break
			}
			head |= plainObject
		case place == Object:
			head |= plainObject
		}
		at = putNumber(b, at, v)
	}
	b[0] = head
	c.last = *r
	return dst[:start+at]
}

// putNumber writes a number at a place, and returns the place behind it.
func putNumber(b []byte, at int, v uint64) int {
	for v >= 0x80 {
		b[at] = byte(v) | 0x80
		v >>= 7
		at++
	}
	b[at] = byte(v)
	return at + 1
}

// usual is the graph that a row has as a rule, noGraph for none.
func (c *codec) usual(r *row) uint32 {
	switch {
	case c.several == nil:
		return c.last[3]
	case c.several.has(r[c.order.at[Subject]]):
		return noGraph
	}
	return r[3]
}

// differs is the first place in which a row differs from another one.
func (r *row) differs(s *row) int {
	switch {
	case r[0] != s[0]:
		return 0
	case r[1] != s[1]:
		return 1
	case r[2] != s[2]:
		return 2
	}
	return 3
}

func zigzag(v, near uint32) uint64 {
	d := int64(v) - int64(near)
	return uint64(d<<1) ^ uint64(d>>63)
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

// blockReader reads the rows of a block, one after the other, of which the first
// is known.
type blockReader struct {
	reader
	order  *order
	graphs *subjectGraphs // that say the graph of a row which does not; nil in spog
	last   row
}

// more reads the next row into last.
func (r *blockReader) more() {
	b, at, to := r.b, r.at, &r.last
	if at >= len(b) {
		r.bad = true
		return
	}
	head := b[at]
	at++
	k := int(head & 3)
	if grown := uint32(head >> 4); grown < many {
		to[k] += grown
	} else {
		var v uint64
		v, at = number(b, at)
		to[k] += uint32(v)
	}
	for j := k + 1; j < 4; j++ {
		place := r.order.places[j]
		if place == Graph && head&usualGraph != 0 {
			if r.graphs != nil {
				to[j] = r.graphs.of(to[r.order.at[Subject]])
			}
			continue
		}
		var v uint64
		if at < len(b) && b[at] < 0x80 {
			v = uint64(b[at])
			at++
		} else {
			v, at = number(b, at)
		}
		if near := r.order.near[j]; near < 4 && (place != Object || head&plainObject == 0) {
			to[j] = uint32(int64(to[near]) + (int64(v>>1) ^ -int64(v&1)))
		} else {
			to[j] = uint32(v)
		}
	}
	if r.at = at; at > len(b) {
		r.bad = true
	}
}

// number reads a number at a place and returns the place behind it, one behind
// the end where there is none.
func number(b []byte, at int) (uint64, int) {
	if at+1 < len(b) && b[at+1] < 0x80 && b[at] >= 0x80 {
		return uint64(b[at]&0x7F) | uint64(b[at+1])<<7, at + 2
	}
	v, n := binary.Uvarint(b[min(at, len(b)):])
	if n <= 0 {
		return 0, len(b) + 1
	}
	return v, at + n
}

// decode reads all rows of a block, of which the first is there, and reports
// whether that is what it holds.
func (o *order) decode(b []byte, rows []row) bool {
	r := blockReader{reader: reader{b: b}, order: o, last: rows[0]}
	for i := range rows[1:] {
		r.more()
		rows[i+1] = r.last
	}
	return !r.bad && r.at == len(b)
}
