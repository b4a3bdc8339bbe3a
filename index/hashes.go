package index

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// hashes find a term: the numbers of all in the sequence of the first 32 bits of
// their digests, in lists of some that begin alike, each with the bits that follow.
type hashes struct {
	*file
	shape hashShape
}

// Sections of the file of hashes.
const (
	sectionNumbered = 0 // of each term: a byte of its hash, and its number after base
	sectionLists    = 1 // where each list begins, and the last one ends
)

// hashShape follows from how many terms there are.
type hashShape struct {
	bits int // of a hash that say which list it is in
	size int // of an entry
}

// listTerms is about how many terms a list has, at most.
const listTerms = 16

func shapeOf(terms uint64) hashShape {
	return hashShape{bits: min(24, bits.Len64(terms/listTerms)), size: 1 + max(1, (bits.Len64(terms)+7)/8)}
}

// list returns the list that a hash is in, and the byte that tells it from others.
func (s hashShape) list(hash uint32) (list int, rest byte) {
	return int(uint64(hash) >> (32 - s.bits)), byte(hash << s.bits >> 24)
}

func newHashes(f *file) *hashes { return &hashes{f, shapeOf(f.count)} }

// find returns the number of the term with a digest and a key.
func (h *hashes) find(d *dictionary, want uint32, tag byte, key []byte) (ID, bool) {
	if h.count == 0 {
		return 0, false
	}
	list, rest := h.shape.list(want)
	from, to := int64(h.uint32(sectionLists, list)), int64(h.uint32(sectionLists, list+1))
	start, end := h.section(sectionNumbered)
	size := int64(h.shape.size)
	if from > to || start+size*to > end {
		h.damaged(-1, "a list that is not there", "one of the terms")
	}
	b := h.bytes(start+size*from, start+size*to)
	var room [128]byte
	scratch := room[:0]
	for ; len(b) > 0; b = b[size:] {
		if b[0] != rest {
			continue
		}
		var n [8]byte
		copy(n[:], b[1:size])
		id := d.base + ID(binary.LittleEndian.Uint64(n[:]))
		if !d.holds(id) {
			h.damaged(-1, "the number of no term", "one of the dictionary")
		}
		t, k := d.key(id, scratch)
		if t == tag && bytes.Equal(k, key) {
			return id, true
		}
		scratch = k
	}
	return 0, false
}

// hashWriter writes hashes, which come sorted.
type hashWriter struct {
	to    *fileWriter
	base  ID // the number before the first
	shape hashShape
	lists int // that have begun
	count uint64
	block []byte // entries that are not written yet
}

func newHashWriter(to *fileWriter, base ID, terms uint64) *hashWriter {
	return &hashWriter{to: to, base: base, shape: shapeOf(terms)}
}

// add takes a row of which the first place is a digest's first part, and the
// last one the number.
func (w *hashWriter) add(r *row) {
	list, rest := w.shape.list(r[0])
	w.begin(list)
	end := len(w.block) + w.shape.size
	w.block = binary.LittleEndian.AppendUint64(append(w.block, rest), uint64(r[3]-uint32(w.base)))[:end]
	w.count++
	if end >= hashBlock {
		w.flush()
	}
}

// hashBlock is about how many bytes are written at once.
const hashBlock = 4 << 10

func (w *hashWriter) flush() {
	w.to.write(w.block)
	w.block = w.block[:0]
}

// begin notes where lists begin, up to one.
func (w *hashWriter) begin(list int) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], uint32(w.count))
	for ; w.lists <= list; w.lists++ {
		w.to.later(b[:])
	}
}

func (w *hashWriter) finish() (seal uint32, err error) {
	w.flush()
	w.begin(1 << w.shape.bits)
	w.to.nextSection()
	return w.to.finish(partHashes, w.count)
}

// sortHashes sorts digests and the numbers of their terms, with room for as many.
func sortHashes(rows, room []row) []row {
	rows, _ = sortBy(rows, room, 0)
	sortRuns(rows, 1)
	return rows
}

// hashRuns collects the digests of terms, in a file where there are many.
type hashRuns struct {
	*runs
	rows []row
}

// mostHashes is how many digests are held in memory.
const mostHashes = 1 << 20

func (r *hashRuns) add(id ID, tag byte, key []byte) error {
	d := digestOf(tag, key)
	r.rows = append(r.rows, row{d[0], d[1], d[2], uint32(id)})
	if len(r.rows) < mostHashes {
		return nil
	}
	return r.spill()
}

func (r *hashRuns) spill() error {
	if len(r.rows) == 0 {
		return nil
	}
	err := r.runs.add(sortHashes(r.rows, make([]row, len(r.rows))))
	r.rows = r.rows[:0]
	return err
}
