// Package scan checks the JSON of a study record and takes it apart in one
// pass, without allocating once its buffers have grown.
//
// A Scanner is as strict as RFC 8259 and RFC 7493 are: valid UTF-8, no key
// twice in an object, no lone surrogate, nothing after the value; and it
// refuses U+0000 and what nests deeper than MaxDepth. It only reports whether a
// record is in order: what is wrong with one that is not, a slower parser says.
//
// The result is a flat list of values in the order of the record. A value
// knows its key, where its text stands and where the next one begins.
package scan

import (
	"unicode/utf8"
	"unsafe"
)

// MaxDepth is how many containers may stand around a value.
const MaxDepth = 512

// MaxValues is how many values a record may have. The registry's longest record
// has some 200,000.
const MaxValues = 1 << 20

// Value is a value of a record.
type Value struct {
	// Start and End say where the text stands: that of a string without its
	// quotes, still escaped. Of an array or object, Start is its bracket, and
	// End where its members are listed in canonical order, or its items end.
	Start, End uint32
	// Next is the index of the value after this one and all that it holds.
	Next uint32
	// KeyAt is where the key's text begins, if the value is a member.
	KeyAt uint32
	// Key is the key, if it has a name; Unknown if not, and of an item.
	Key Key
	// Kind is the first byte of the value, as in jsontext: { [ " 0 t f n.
	Kind byte
	// Flags say more about it.
	Flags Flags
}

// Flags are what the scanner saw in passing.
type Flags uint8

// The flags.
const (
	// Escaped strings hold a backslash.
	Escaped Flags = 1 << iota
	// Odd strings hold what JSON and N-Quads do not write alike: \u, \/ or U+007F.
	Odd
	// Plain numbers are integers of at most 15 digits without exponent, and not -0.
	Plain
	// Objects marks arrays that hold nothing but objects, Scalars those that
	// hold nothing but strings, numbers and booleans.
	Objects
	Scalars
	// Strange objects have a key without a name.
	Strange
	// canonical values stand in the record as RFC 8785 writes them.
	canonical
)

// Scalar reports whether the value is a string, a number or a boolean.
func (v *Value) Scalar() bool { return v.Kind != '{' && v.Kind != '[' && v.Kind != 'n' }

// Scanner scans records, one after the other.
type Scanner struct {
	// Text is the record last scanned; Values are what it holds, the whole
	// record first. Both are valid until the next Scan, and as long as nobody
	// changes the bytes that were scanned.
	Text   string
	Values []Value

	names *Names
	// last is the key last scanned, follow what came after each the last time:
	// a study says the same things many times over in the same order.
	last   Key
	follow []Key
	// order lists the members of each object by key: their number, where the
	// object ends, then their indices.
	order []uint32
	// loose counts what is not canonical between the values.
	loose int
	// members are those of the objects that are open: key and index.
	members []uint64
	strange []strangeMember
	arena   Arena
}

// NewScanner returns a scanner that knows the names.
func NewScanner(names *Names) *Scanner {
	return &Scanner{names: names, follow: make([]Key, names.Len())}
}

// bad stands for the offset after what is not JSON.
const bad = -1

// Scan scans a record and reports whether it is in order.
func (s *Scanner) Scan(record []byte) bool {
	s.Text, s.Values = "", s.Values[:0]
	s.order, s.members = s.order[:0], s.members[:0]
	s.arena.Reset()
	if len(record) == 0 || len(record) > 1<<31 || !utf8.Valid(record) {
		return false
	}
	s.Text = unsafe.String(&record[0], len(record))
	end := s.value(s.space(0), 0, Unknown, 0)
	return end != bad && s.space(end) == len(record)
}

// space skips white space.
func (s *Scanner) space(i int) int {
	for i < len(s.Text) && s.Text[i] <= ' ' {
		if c := s.Text[i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return i
		}
		i++
		s.loose++
	}
	return i
}

// value scans the value that begins at i and returns the offset after it.
func (s *Scanner) value(i, keyAt int, key Key, depth int) int {
	if i >= len(s.Text) || depth > MaxDepth {
		return bad
	}
	at := len(s.Values)
	if at == MaxValues {
		return bad
	}
	v := Value{Start: uint32(i), Next: uint32(at + 1), KeyAt: uint32(keyAt), Key: key, Kind: s.Text[i]}
	switch v.Kind {
	case '"':
		return s.text(i+1, v)
	case '{':
		s.Values = append(s.Values, v)
		return s.object(i, at, depth)
	case '[':
		s.Values = append(s.Values, v)
		return s.array(i, at, depth)
	case 't':
		return s.literal(i, v, "true")
	case 'f':
		return s.literal(i, v, "false")
	case 'n':
		return s.literal(i, v, "null")
	}
	return s.number(i, v)
}

// text scans a string from its first character.
func (s *Scanner) text(i int, v Value) int {
	end := plain(s.Text, i)
	if end < len(s.Text) && s.Text[end] != '"' {
		end, v.Flags = s.skipString(end)
	}
	if uint(end) >= uint(len(s.Text)) {
		return bad
	}
	v.Start, v.End = uint32(i), uint32(end)
	if v.Flags&Odd == 0 {
		v.Flags |= canonical
	}
	s.Values = append(s.Values, v)
	return end + 1
}

func (s *Scanner) literal(i int, v Value, word string) int {
	end := i + len(word)
	if end > len(s.Text) || s.Text[i:end] != word {
		return bad
	}
	v.End, v.Flags = uint32(end), canonical
	s.Values = append(s.Values, v)
	return end
}

func (s *Scanner) array(i, at, depth int) int {
	flags, loose := Objects|Scalars|canonical, s.loose
	for i = s.space(i + 1); ; i = s.space(i + 1) {
		if i < len(s.Text) && s.Text[i] == ']' && len(s.Values) == at+1 {
			break
		}
		item := len(s.Values)
		if i = s.value(i, 0, Unknown, depth+1); i == bad {
			return bad
		}
		flags &= s.Values[item].among()
		if i = s.space(i); i >= len(s.Text) {
			return bad
		}
		if s.Text[i] != ',' {
			break
		}
	}
	if s.Text[i] != ']' {
		return bad
	}
	if s.loose != loose {
		flags &^= canonical
	}
	v := &s.Values[at]
	v.Next, v.End, v.Flags = uint32(len(s.Values)), uint32(i+1), flags
	return i + 1
}

// among are the flags that an array may have with this value in it.
func (v *Value) among() Flags {
	flags := v.Flags & canonical
	switch {
	case v.Kind == '{':
		flags |= Objects
	case v.Scalar():
		flags |= Scalars
	}
	return flags
}

func (s *Scanner) object(i, at, depth int) int {
	base, loose := len(s.members), s.loose
	for i = s.space(i + 1); ; i = s.space(i + 1) {
		if i < len(s.Text) && s.Text[i] == '}' && len(s.Values) == at+1 {
			break
		}
		if i = s.member(i, depth); i == bad {
			return bad
		}
		if i = s.space(i); i >= len(s.Text) {
			return bad
		}
		if s.Text[i] != ',' {
			break
		}
	}
	if s.Text[i] != '}' || !s.arrange(at, base, i+1) {
		return bad
	}
	if s.loose != loose {
		s.Values[at].Flags &^= canonical
	}
	s.Values[at].Next = uint32(len(s.Values))
	return i + 1
}

// member scans a key and its value.
func (s *Scanner) member(i, depth int) int {
	if i >= len(s.Text) || s.Text[i] != '"' {
		return bad
	}
	keyAt := i + 1
	key, i := s.keyColon(keyAt)
	if i == bad {
		return bad
	}
	s.members = append(s.members, uint64(key)<<32|uint64(len(s.Values)))
	return s.value(s.space(i), keyAt, key, depth+1)
}
