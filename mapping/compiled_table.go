package mapping

import "hash/maphash"

// table maps names to a number each. It is emptied and filled again without
// allocating.
type table struct {
	entries []tableEntry
	// slots index the entries by hash once there are more than few; 0 is none.
	// They are the first of room, as many as there is need of, and empty for few.
	slots []uint32
	room  []uint32 // all of it 0 but for slots
	seed  maphash.Seed
}

type tableEntry struct {
	name  string
	value int
}

// fewEntries is how many entries are compared one by one.
const fewEntries = 12

func (t *table) reset() {
	t.entries = t.entries[:0]
	clear(t.slots)
	t.slots = t.room[:0]
}

// at returns the entry of a name, which is a new one of value 0 if there was
// none. It is valid until the next call.
func (t *table) at(name string) *tableEntry {
	if e := t.find(name); e != nil {
		return e
	}
	t.entries = append(t.entries, tableEntry{name: name})
	n := len(t.entries)
	switch {
	case n <= fewEntries:
	case 2*n > len(t.slots):
		t.index()
	default:
		t.enter(n)
	}
	return &t.entries[n-1]
}

// find returns the entry of a name, or nil.
func (t *table) find(name string) *tableEntry {
	if len(t.slots) == 0 {
		for i := range t.entries {
			if t.entries[i].name == name {
				return &t.entries[i]
			}
		}
		return nil
	}
	for i := t.slot(name); t.slots[i] != 0; i = (i + 1) & (len(t.slots) - 1) {
		if e := &t.entries[t.slots[i]-1]; e.name == name {
			return e
		}
	}
	return nil
}

func (t *table) slot(name string) int {
	return int(maphash.String(t.seed, name)) & (len(t.slots) - 1)
}

// index makes room and enters all entries.
func (t *table) index() {
	if t.seed == (maphash.Seed{}) {
		t.seed = maphash.MakeSeed()
	}
	size := max(64, len(t.slots))
	for size < 4*len(t.entries) {
		size *= 2
	}
	clear(t.slots)
	if size > len(t.room) {
		t.room = make([]uint32, size)
	}
	t.slots = t.room[:size]
	for n := range t.entries {
		t.enter(n + 1)
	}
}

func (t *table) enter(n int) {
	i := t.slot(t.entries[n-1].name)
	for t.slots[i] != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = uint32(n)
}

// distinctLines takes out of b the lines after from that occur a second time,
// in place, and returns how many they were.
func (t *table) distinctLines(b []byte, from int) (rest []byte, gone int) {
	t.reset()
	to := from
	for at := from; at < len(b); {
		end := lineEnd(b, at)
		if t.find(alias(b[at:end])) == nil {
			copy(b[to:], b[at:end])
			t.at(alias(b[to : to+end-at]))
			to += end - at
		} else {
			gone++
		}
		at = end
	}
	t.reset()
	return b[:to], gone
}
