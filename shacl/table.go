package shacl

import "hash/maphash"

// table numbers texts: what is asked of it are slices of lines, which it does
// not keep.
type table struct {
	seed  maphash.Seed
	slots []int32 // number + 1
	texts []string
}

func newTable() table { return table{seed: maphash.MakeSeed(), slots: make([]int32, 16)} }

// add numbers a text.
func (t *table) add(text string) int {
	if n := t.find([]byte(text)); n >= 0 {
		return n
	}
	t.texts = append(t.texts, text)
	if len(t.texts)*4 > len(t.slots) {
		t.slots = make([]int32, len(t.slots)*2)
		for i, old := range t.texts {
			t.put(old, i)
		}
		return len(t.texts) - 1
	}
	t.put(text, len(t.texts)-1)
	return len(t.texts) - 1
}

func (t *table) put(text string, n int) {
	at := int(maphash.String(t.seed, text)) & (len(t.slots) - 1)
	for t.slots[at] != 0 {
		at = (at + 1) & (len(t.slots) - 1)
	}
	t.slots[at] = int32(n + 1)
}

// find returns the number of a text, or -1.
func (t *table) find(text []byte) int {
	at := int(maphash.Bytes(t.seed, text)) & (len(t.slots) - 1)
	for t.slots[at] != 0 {
		if n := int(t.slots[at] - 1); t.texts[n] == string(text) {
			return n
		}
		at = (at + 1) & (len(t.slots) - 1)
	}
	return -1
}

// nodeTable numbers the nodes of one graph; it keeps slices of its lines.
type nodeTable struct {
	seed  maphash.Seed
	slots []int32
	names [][]byte
}

func (t *nodeTable) reset() {
	clear(t.slots)
	clear(t.names)
	t.names = t.names[:0]
}

func (t *nodeTable) add(name []byte) (n int, isNew bool) {
	if len(t.slots) == 0 {
		t.slots = make([]int32, 1024)
	}
	at := t.slot(name)
	if t.slots[at] != 0 {
		return int(t.slots[at] - 1), false
	}
	t.names = append(t.names, name)
	t.slots[at] = int32(len(t.names))
	if len(t.names)*2 > len(t.slots) {
		t.slots = make([]int32, len(t.slots)*2)
		for i, old := range t.names {
			t.slots[t.slot(old)] = int32(i + 1)
		}
	}
	return len(t.names) - 1, true
}

func (t *nodeTable) slot(name []byte) int {
	at := int(maphash.Bytes(t.seed, name)) & (len(t.slots) - 1)
	for t.slots[at] != 0 && string(t.names[t.slots[at]-1]) != string(name) {
		at = (at + 1) & (len(t.slots) - 1)
	}
	return at
}

func (t *nodeTable) find(name []byte) int {
	if len(t.slots) == 0 {
		return -1
	}
	return int(t.slots[t.slot(name)]) - 1
}
