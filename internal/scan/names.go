package scan

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Key stands for a name. Keys compare as the names do in the order of RFC 8785.
type Key uint16

// Unknown is the key of what has no name.
const Unknown Key = 0

// Names are the keys that a scanner knows. They do not change.
type Names struct {
	// sorted holds the name of each key, from 1.
	sorted []string
	// quoted holds them as members begin: the name in quotes, and a colon.
	quoted []string
	table  []Key
}

// NewNames returns the set of the names given. They may be given twice.
func NewNames(names []string) *Names {
	sorted := slices.Clone(names)
	slices.SortFunc(sorted, compareUTF16)
	n := &Names{sorted: append([]string{""}, slices.Compact(sorted)...)}
	size := 256
	for size < 4*len(n.sorted) {
		size *= 2
	}
	n.table = make([]Key, size)
	n.quoted = make([]string, len(n.sorted))
	for k, name := range n.sorted[1:] {
		n.quoted[k+1] = `"` + name + `":`
		slot := n.slot(name)
		for n.table[slot] != Unknown {
			slot = (slot + 1) & (len(n.table) - 1)
		}
		n.table[slot] = Key(k + 1)
	}
	return n
}

// Len is how many keys there are, Unknown among them.
func (n *Names) Len() int { return len(n.sorted) }

// Key returns the key of a name.
func (n *Names) Key(name string) Key {
	for slot := n.slot(name); ; slot = (slot + 1) & (len(n.table) - 1) {
		if k := n.table[slot]; k == Unknown || n.sorted[k] == name {
			return k
		}
	}
}

// slot is where the table is looked at first: a hash of the first and the last
// eight bytes, and of the length.
func (n *Names) slot(name string) int {
	var first, last uint64
	if len(name) >= 8 {
		first, last = load(name, 0), load(name, len(name)-8)
	} else {
		for i := 0; i < len(name); i++ {
			first = first<<8 | uint64(name[i])
		}
	}
	h := (first*0x9E3779B97F4A7C15 ^ last*0xC2B2AE3D27D4EB4F ^ uint64(len(name))) * 0xD6E8FEB86659FD93
	return int(h>>40) & (len(n.table) - 1)
}

// keyColon scans a key and the colon behind it, and returns the offset after
// that.
func (s *Scanner) keyColon(i int) (Key, int) {
	next := s.follow[s.last]
	if name := s.names.quoted[next]; next != Unknown && len(s.Text)-i >= len(name) && s.Text[i-1:i-1+len(name)] == name {
		s.last = next
		return next, i + len(name) - 1
	}
	key, i := s.key(i)
	if i == bad {
		return Unknown, bad
	}
	s.follow[s.last], s.last = key, key
	if i = s.space(i + 1); i >= len(s.Text) || s.Text[i] != ':' {
		return Unknown, bad
	}
	return key, i + 1
}

// key scans a key and returns the offset of its closing quote.
func (s *Scanner) key(i int) (Key, int) {
	end, flags := s.skipString(i)
	switch {
	case end < 0:
		return Unknown, bad
	case flags&Escaped != 0:
		s.loose++
		return s.names.Key(s.decoded(s.Text[i:end])), end
	}
	return s.names.Key(s.Text[i:end]), end
}

// compareUTF16 compares by UTF-16 code units, as RFC 8785, section 3.2.3, asks.
func compareUTF16(a, b string) int {
	for a != "" && b != "" {
		x, nx := utf8.DecodeRuneInString(a)
		y, ny := utf8.DecodeRuneInString(b)
		if x != y {
			return cmp.Or(cmp.Compare(unit(x), unit(y)), cmp.Compare(x, y))
		}
		a, b = a[nx:], b[ny:]
	}
	return cmp.Compare(len(a), len(b))
}

// unit is the first code unit of a character in UTF-16.
func unit(r rune) rune {
	if r >= 0x10000 {
		return 0xD800 + (r-0x10000)>>10
	}
	return r
}
