package rdf

import (
	"strings"
	"unicode/utf8"
)

// unicodeEscape decodes the \uXXXX or \UXXXXXXXX that b begins with and returns
// its length, 0 if it is none or names no character (a surrogate, or beyond
// U+10FFFF).
func unicodeEscape[T string | []byte](b T) (rune, int) {
	if len(b) < 2 || b[0] != '\\' {
		return 0, 0
	}
	length := 0
	switch b[1] {
	case 'u':
		length = 6
	case 'U':
		length = 10
	}
	if length == 0 || len(b) < length {
		return 0, 0
	}
	var r uint32
	for i := 2; i < length; i++ {
		if bytesOf[b[i]]&hexByte == 0 {
			return 0, 0
		}
		r = r<<4 | hexValue(b[i])
	}
	if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
		return 0, 0
	}
	return rune(r), length
}

func hexValue(c byte) uint32 {
	switch {
	case c >= 'a':
		return uint32(c-'a') + 10
	case c >= 'A':
		return uint32(c-'A') + 10
	}
	return uint32(c - '0')
}

// unescape takes the escapes out of a string that has none but good ones.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; i >= 0; i = strings.IndexByte(s, '\\') {
		b.WriteString(s[:i])
		r, n := escapedRune(s[i:])
		b.WriteRune(r)
		s = s[i+n:]
	}
	b.WriteString(s)
	return b.String()
}

// escapedRune decodes the escape that s begins with and returns its length, 0
// if it is none.
func escapedRune(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch c := s[1]; c {
	case 't':
		return '\t', 2
	case 'b':
		return '\b', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 'f':
		return '\f', 2
	case '"', '\'', '\\':
		return rune(c), 2
	}
	return unicodeEscape(s)
}
