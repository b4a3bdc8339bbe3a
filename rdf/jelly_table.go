package rdf

import (
	"bytes"
	"hash/maphash"
)

// jellyTable gives numbers to texts. When it is full, a text that was not used since
// the last round makes room; those that the statement in the making uses stay.
type jellyTable struct {
	entries []jellyEntry // entry n is at n; 0 is none
	heads   []uint32     // of chains of entries, by hash
	seed    maphash.Seed
	size    uint32
	last    uint32 // the entry that was written last
	now     uint32 // counts statements
	hand    uint32 // the entry that was asked last to make room
}

type jellyEntry struct {
	text   []byte
	next   uint32 // in its chain
	head   uint32 // of its chain
	used   uint32 // the statement that used it last
	recent bool   // it was used since the hand came by
}

func newJellyTable(size uint64) *jellyTable {
	heads := 8
	for uint64(heads) < 2*size {
		heads *= 2
	}
	return &jellyTable{entries: make([]jellyEntry, 1, size+1), heads: make([]uint32, heads), seed: maphash.MakeSeed(), size: uint32(size)} //nolint:gosec // checked before
}

// begin begins a statement.
func (t *jellyTable) begin() { t.now++ }

// use notes that the statement in the making uses an entry.
func (t *jellyTable) use(id uint32) {
	e := &t.entries[id]
	e.used, e.recent = t.now, true
}

// id returns the number of a text, whether it is fresh, and whether there was one.
func (t *jellyTable) id(text []byte) (id uint32, fresh, ok bool) {
	head := uint32(maphash.Bytes(t.seed, text)) & uint32(len(t.heads)-1) //nolint:gosec // masked
	for id = t.heads[head]; id != 0; id = t.entries[id].next {
		if bytes.Equal(t.entries[id].text, text) {
			t.use(id)
			return id, false, true
		}
	}
	if uint32(len(t.entries)) <= t.size { //nolint:gosec // as many as the size
		id = uint32(len(t.entries)) //nolint:gosec // as many as the size
		t.entries = append(t.entries, jellyEntry{})
	} else if id = t.victim(); id == 0 {
		return 0, false, false
	}
	e := &t.entries[id]
	e.text, e.head, e.next = append(e.text[:0], text...), head, t.heads[head]
	t.heads[head] = id
	t.use(id)
	return id, true, true
}

// victim takes an entry out of its chain, and returns it; 0 is none.
func (t *jellyTable) victim() uint32 {
	for range 2*t.size + 1 {
		if t.hand++; t.hand > t.size {
			t.hand = 1
		}
		e := &t.entries[t.hand]
		if e.used == t.now {
			continue
		}
		if e.recent {
			e.recent = false
			continue
		}
		at := &t.heads[e.head]
		for *at != t.hand {
			at = &t.entries[*at].next
		}
		*at = e.next
		return t.hand
	}
	return 0
}
