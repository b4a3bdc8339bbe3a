package scan

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// Eight bytes are looked at together.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// load reads eight bytes, the first of them lowest.
func load(s string, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

// special marks, with the highest bit of their byte, the bytes of w that end a
// run of plain text: controls, U+007F, the quote and the backslash. Above the
// lowest mark there may be false ones.
func special(w uint64) uint64 {
	quote, slash := w^('"'*ones), w^('\\'*ones)
	return ((w-' '*ones)&^w | (w+ones)&^w | (quote-ones)&^quote | (slash-ones)&^slash) & highs
}

// plain returns the offset of the next special byte, len(s) if there is none.
func plain(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if m := special(load(s, i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(s) && s[i] >= ' ' && s[i] != '"' && s[i] != '\\' && s[i] != 0x7f {
		i++
	}
	return i
}

// notText is what skipString returns so that the offset after the quote is bad.
const notText = bad - 1

// skipString returns the offset of the quote that ends the string, and what
// the string holds.
func (s *Scanner) skipString(i int) (end int, flags Flags) {
	for {
		i = plain(s.Text, i)
		if i >= len(s.Text) {
			return notText, 0
		}
		switch s.Text[i] {
		case '"':
			return i, flags
		case '\\':
			n, odd := escape(s.Text[i:])
			if n == 0 {
				return notText, 0
			}
			flags |= Escaped | odd
			i += n
		case 0x7f:
			flags |= Odd
			i++
		default:
			return notText, 0
		}
	}
}

// escape returns the length of the escape that s begins with, 0 if it is none,
// and whether canonical N-Quads has no such escape.
func escape(s string) (int, Flags) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case '"', '\\', 'n', 't', 'r', 'b', 'f':
		return 2, 0
	case '/':
		return 2, Odd
	case 'u':
		_, n := escapedRune(s)
		return n, Odd
	}
	return 0, 0
}

// escapedRune decodes \uXXXX, or a pair of them, and returns its length, which
// is 0 for a lone surrogate and for U+0000.
func escapedRune(s string) (rune, int) {
	r, ok := hex4(s)
	switch {
	case !ok || r == 0:
		return 0, 0
	case !utf16.IsSurrogate(r):
		return r, 6
	case len(s) < 12 || s[6] != '\\' || s[7] != 'u':
		return 0, 0
	}
	low, ok := hex4(s[6:])
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// hex4 reads the digits of \uXXXX.
func hex4(s string) (rune, bool) {
	if len(s) < 6 {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// appendDecoded appends the text of a string that has been scanned, with its
// escapes undone.
func appendDecoded(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			dst = append(dst, s[i])
			i++
			continue
		}
		if s[i+1] == 'u' {
			r, n := escapedRune(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		}
		dst = append(dst, unescaped(s[i+1]))
		i += 2
	}
	return dst
}

func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	}
	return c
}

// String returns the text of a string, decoded; it is "" of any other value.
// It is valid until the next Scan.
func (s *Scanner) String(at int) string {
	v := &s.Values[at]
	if v.Kind != '"' {
		return ""
	}
	raw := s.Text[v.Start:v.End]
	if v.Flags&Escaped == 0 {
		return raw
	}
	return s.decoded(raw)
}

func (s *Scanner) decoded(raw string) string {
	return s.arena.Keep(appendDecoded(s.arena.Room(len(raw)), raw))
}

// Raw returns the text of a value as it stands in the record; of a string,
// without its quotes.
func (s *Scanner) Raw(at int) string {
	v := &s.Values[at]
	return s.Text[v.Start:v.End]
}

// JSON returns a value as it stands in the record.
func (s *Scanner) JSON(at int) string {
	v := &s.Values[at]
	switch v.Kind {
	case '"':
		return s.Text[v.Start-1 : v.End+1]
	case '{':
		return s.Text[v.Start:s.order[v.End+1]]
	}
	return s.Text[v.Start:v.End]
}

// QuotedKey returns the key of a member as it stands in the record.
func (s *Scanner) QuotedKey(at int) string {
	start := int(s.Values[at].KeyAt)
	end, _ := s.skipString(start)
	return s.Text[start-1 : end+1]
}

// KeyOf returns the key of a member, decoded.
func (s *Scanner) KeyOf(at int) string {
	start := int(s.Values[at].KeyAt)
	end, flags := s.skipString(start)
	if flags&Escaped == 0 {
		return s.Text[start:end]
	}
	return s.decoded(s.Text[start:end])
}

// Member returns the index of the member of an object with this key, 0 if
// there is none.
func (s *Scanner) Member(object int, key Key) int {
	v := &s.Values[object]
	if v.Kind != '{' {
		return 0
	}
	for i := object + 1; i < int(v.Next); i = int(s.Values[i].Next) {
		if s.Values[i].Key == key {
			return i
		}
	}
	return 0
}

// Arena keeps short strings until it is reset; what it gave out before it had
// to grow stays as it is.
type Arena struct{ buf []byte }

// Reset frees all strings.
func (a *Arena) Reset() { a.buf = a.buf[:0] }

// Room returns an empty slice with room for n bytes, to be given to Keep.
func (a *Arena) Room(n int) []byte {
	if cap(a.buf)-len(a.buf) < n {
		a.buf = make([]byte, 0, max(2*cap(a.buf), n, 4096))
	}
	return a.buf[len(a.buf):len(a.buf)]
}

// Keep turns what was appended to the room into a string. Whoever appended
// more than there was room for keeps a string of its own.
func (a *Arena) Keep(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if n := len(a.buf) + len(b); n <= cap(a.buf) && &a.buf[:n][len(a.buf)] == &b[0] {
		a.buf = a.buf[:n]
	}
	return unsafe.String(&b[0], len(b))
}
