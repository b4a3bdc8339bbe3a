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

// number is find for who keeps many numbers.
func (t *table) number(text []byte) int32 { return int32(t.find(text)) } //nolint:gosec // as many as the shapes have

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
