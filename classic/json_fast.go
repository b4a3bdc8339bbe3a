package classic

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quickJSON reads a text into a tree as carefulJSON does, without making a
// token of everything. It returns nil for a text that is not JSON, or that has
// something unusual; then carefulJSON goes by the book, and says what is wrong.
// The texts of the tree are windows into the text, which must not change before
// it ends.
func quickJSON(text []byte, room *nodes) *node {
	if !utf8.Valid(text) {
		return nil
	}
	q := quickValues{text: alias(text), nodes: room}
	root := &node{}
	q.skip()
	if !q.value(root, 0) {
		return nil
	}
	// Whatever follows the value is ignored, as carefulJSON does.
	return root
}

type quickValues struct {
	text string
	at   int
	*nodes
	// open are the members of the objects and arrays that are being read.
	open []*node
	// spare is where strings stand that had escapes.
	spare []byte
}

// skip passes over white space.
func (q *quickValues) skip() {
	at := q.at
	for at < len(q.text) {
		switch q.text[at] {
		case ' ':
			for at+8 <= len(q.text) && q.text[at:at+8] == "        " { // of an indentation
				at += 8
			}
			for at < len(q.text) && q.text[at] == ' ' {
				at++
			}
		case '\n', '\t', '\r':
			at++
		default:
			q.at = at
			return
		}
	}
	q.at = at
}

// next returns the next byte, or 0 at the end.
func (q *quickValues) next() byte {
	if q.at < len(q.text) {
		return q.text[q.at]
	}
	return 0
}

func (q *quickValues) value(n *node, depth int) bool {
	switch c := q.next(); {
	case c == '"':
		n.kind = c
		var ok bool
		n.text, ok = q.str()
		n.offset = int64(q.at - 1)
		return ok
	case c == '{' || c == '[':
		n.kind, n.offset = c, int64(q.at)
		q.at++
		return depth < maxXMLDepth && q.members(n, depth)
	case c == 't':
		return q.word(n, "true")
	case c == 'f':
		return q.word(n, "false")
	case c == 'n':
		return q.word(n, "null")
	case c >= '1' && c <= '9':
		from := q.at
		for c := q.next(); c >= '0' && c <= '9'; c = q.next() {
			q.at++
		}
		n.kind, n.text, n.offset = '0', q.text[from:q.at], int64(q.at-1)
		after := q.next()
		return after == ',' || after == '}' || after == ']' || after <= ' '
	}
	return false
}

func (q *quickValues) word(n *node, word string) bool {
	if !strings.HasPrefix(q.text[q.at:], word) {
		return false
	}
	q.at += len(word)
	n.kind, n.offset = word[0], int64(q.at-1)
	if word != "null" {
		n.text = word
	}
	return true
}

// members reads those of an object or array, behind the bracket.
func (q *quickValues) members(n *node, depth int) bool {
	end := n.kind + 2
	first := len(q.open)
	for q.skip(); q.next() != end; q.skip() {
		if len(q.open) > first {
			if q.next() != ',' {
				return false
			}
			q.at++
			q.skip()
		}
		member := q.node()
		if n.kind == '{' {
			var ok bool
			if member.name, ok = q.str(); !ok || q.repeated(first, member.name) {
				return false
			}
			q.skip()
			if q.next() != ':' {
				return false
			}
			q.at++
			q.skip()
		}
		if !q.value(member, depth+1) {
			return false
		}
		q.open = append(q.open, member)
	}
	q.at++
	n.children = q.list(q.open[first:])
	q.open = q.open[:first]
	return true
}

// repeated reports whether an object has a name already.
func (q *quickValues) repeated(first int, name string) bool {
	for _, m := range q.open[first:] {
		if m.name == name {
			return true
		}
	}
	return len(q.open)-first > 200 // which would take long to compare
}

// str reads a string, which has to come next.
func (q *quickValues) str() (string, bool) {
	if q.next() != '"' {
		return "", false
	}
	from := q.at + 1
	end := from + plainLength(q.text[from:])
	if end == len(q.text) {
		return "", false
	}
	switch q.text[end] {
	case '"':
		q.at = end + 1
		return q.text[from:end], true
	case '\\':
		return q.escapedStr(from)
	}
	return "", false // a control character
}

// plainLength is how many bytes of a text come before a quotation mark, a
// backslash or a control character.
func plainLength(s string) int {
	i := 0
	for ; i+16 <= len(s); i += 16 {
		if first, second := stops(word(s, i)), stops(word(s, i+8)); first|second != 0 {
			if first != 0 {
				return i + bits.TrailingZeros64(first)/8
			}
			return i + 8 + bits.TrailingZeros64(second)/8
		}
	}
	if i+8 <= len(s) {
		if found := stops(word(s, i)); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
		i += 8
	}
	for ; i < len(s) && s[i] >= ' ' && s[i] != '"' && s[i] != '\\'; i++ {
	}
	return i
}

// word is eight bytes of a text, the first of them lowest.
func word(s string, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

// stops marks, with the highest bit of their byte, quotation marks, backslashes
// and control characters; above the lowest mark there may be false ones. With its
// second bit turned over, a quotation mark comes next to the control characters,
// and these stay what they are.
func stops(v uint64) uint64 {
	low, slash := v^2*ones, v^'\\'*ones
	return ((low-'!'*ones)&^v | (slash-ones)&^slash) & (0x80 * ones)
}

// escapedStr reads a string with escapes, from behind its quotation mark.
func (q *quickValues) escapedStr(at int) (string, bool) {
	out := q.spare[len(q.spare):]
	for {
		i := plainLength(q.text[at:])
		out = append(out, q.text[at:at+i]...)
		at += i + 1
		switch {
		case at > len(q.text):
			return "", false
		case q.text[at-1] == '"':
			q.at = at
			return q.keep(out), true
		case q.text[at-1] != '\\' || at == len(q.text):
			return "", false
		}
		c := q.text[at]
		at++
		switch c {
		case '"', '\\', '/':
			out = append(out, c)
			continue
		case 'n':
			out = append(out, '\n')
			continue
		}
		if plain := strings.IndexByte(escapeLetters, c); plain >= 0 {
			out = append(out, escapeValues[plain])
			continue
		}
		r, n := hexRune(q.text[at:])
		if c != 'u' || n == 0 {
			return "", false
		}
		at += n
		if utf16.IsSurrogate(r) {
			low, n := rune(0), 0
			if strings.HasPrefix(q.text[at:], `\u`) {
				low, n = hexRune(q.text[at+2:])
			}
			if r = utf16.DecodeRune(r, low); n == 0 || r == utf8.RuneError {
				return "", false
			}
			at += 2 + n
		}
		out = utf8.AppendRune(out, r)
	}
}

const (
	escapeLetters = "bfrt"
	escapeValues  = "\b\f\r\t"
)

// spareSize is how much room for strings is made at a time.
const spareSize = 32 << 10

// keep makes a string of bytes that were appended behind those that are kept.
func (q *quickValues) keep(out []byte) string {
	if n := len(q.spare); cap(q.spare)-n >= len(out) && len(out) > 0 && &out[0] == &q.spare[:n+1][n] {
		q.spare = q.spare[:n+len(out)]
		return alias(out)
	}
	if q.spare = q.spare[len(q.spare):]; cap(q.spare) < spareSize/8 {
		q.spare = make([]byte, 0, spareSize)
	}
	return alias(out) // which did not fit, and has memory of its own
}

// hexRune reads four hexadecimal digits.
func hexRune(s string) (r rune, n int) {
	if len(s) < 4 {
		return 0, 0
	}
	for i := range 4 {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, 0
		}
	}
	return r, 4
}
