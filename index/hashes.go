package index

import (
	"bytes"
	"encoding/binary"
)

// hashes find a term: the first 32 bits of the digest of each key, and its
// number, sorted. As digests are spread evenly, a place in the list can be
// guessed.
type hashes struct{ *file }

const hashSize = 4 + 4

func (h *hashes) at(i int) (hash uint32, id ID) {
	v := h.uint64(0, i)
	return uint32(v >> 32), ID(v)
}

// find returns the number of the term with a digest and a key.
func (h *hashes) find(d *dictionary, want uint32, tag byte, key []byte) (ID, bool) {
	var scratch []byte
	for i := h.search(want); i < int(h.count); i++ {
		hash, id := h.at(i)
		if hash != want {
			break
		}
		if !d.holds(id) {
			h.damaged(-1, "the number of no term", "one of the dictionary")
		}
		t, k := d.key(id, scratch[:0])
		if t == tag && bytes.Equal(k, key) {
			return id, true
		}
	}
	return 0, false
}

// search returns the first place with a hash that is not less.
func (h *hashes) search(want uint32) int {
	low, high := 0, int(h.count)
	least, most := uint64(0), uint64(1)<<32
	for low < high {
		at := low + int((uint64(want)-least)*uint64(high-low)/(most-least))
		at = min(at, high-1)
		switch hash, _ := h.at(at); {
		case hash < want:
			low, least = at+1, uint64(hash)
		default:
			high, most = at, uint64(hash)+1
		}
		if uint64(want) < least || most <= least || high-low < 8 {
			break
		}
	}
	for low < high {
		at := (low + high) / 2
		if hash, _ := h.at(at); hash < want {
			low = at + 1
		} else {
			high = at
		}
	}
	return low
}

// hashWriter writes hashes, which come sorted.
type hashWriter struct {
	to    *fileWriter
	count uint64
}

// add takes a row of which the first place is a digest's first part, and the
// last one the number.
func (w *hashWriter) add(r *row) {
	var b [hashSize]byte
	binary.LittleEndian.PutUint64(b[:], uint64(r[0])<<32|uint64(r[3]))
	w.to.write(b[:])
	w.count++
}

func (w *hashWriter) addBlock(_ []byte, rows []row) {
	for i := range rows {
		w.add(&rows[i])
	}
}

func (w *hashWriter) finish() (seal uint32, err error) {
	w.to.endSection()
	return w.to.finish(partHashes, w.count)
}
