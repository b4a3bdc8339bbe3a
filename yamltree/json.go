package yamltree

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/trialweave/trialweave/source"
)

// looksLikeJSON reports whether a text begins as an object or a list of JSON.
func looksLikeJSON(text []byte) bool {
	for _, c := range text {
		if !isSpace(c) {
			return c == '{' || c == '['
		}
	}
	return false
}

// parseJSON reads a text that is JSON (RFC 8259); ok is false for one that is
// not, with what is wrong in p.syntax.
func (p *parser) parseJSON() (ok bool, err error) {
	j := &jsonReader{parser: p, text: alias(p.doc.Text), line: 1, names: map[string]string{}}
	root := j.value(0)
	j.space()
	if root != nil && j.at < len(j.text) {
		j.fail("there is more text after the value", "the end of the file")
	}
	if j.err != nil || len(j.errors) > 0 {
		p.syntax = j.errors
		return false, j.err
	}
	p.doc.Root = root
	return true, nil
}

// jsonReader reads JSON and goes on after errors, so that several are found.
type jsonReader struct {
	*parser
	text string
	at   int
	// line is that of at, start where it begins, and skew by how much bytes
	// outnumber UTF-16 units in it so far.
	line, start, skew int
	// errors are those of syntax, err that of a limit.
	errors []*source.Error
	err    error
	nodes  int64
	slab   []Node
	names  map[string]string
	// keys and items are those of the collections that are being read, each
	// after those of the one that it is in.
	keys  []Key
	items []*Node
}

// alias is b as a string: the text of a document never changes, and its nodes
// keep parts of it.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// maxSyntaxErrors bounds how many errors of syntax are reported.
const maxSyntaxErrors = 20

func (j *jsonReader) mark() Mark { return Mark{j.line, j.at - j.start - j.skew + 1} }

// stopped reports whether nothing more can be read.
func (j *jsonReader) stopped() bool {
	return j.err != nil || len(j.errors) >= maxSyntaxErrors || j.at >= len(j.text)
}

func (j *jsonReader) fail(problem, expected string) {
	at := j.mark()
	if n := len(j.errors); n > 0 && j.errors[n-1].Line == at.Line && j.errors[n-1].Column == at.Column {
		return
	}
	if len(j.errors) < maxSyntaxErrors && j.err == nil {
		j.errors = append(j.errors, &source.Error{Position: j.doc.Position(at, j.path...), Problem: problem, Expected: expected})
	}
}

// found names what stands at the place that is read.
func (j *jsonReader) found() string {
	if j.at >= len(j.text) {
		return "the file ends"
	}
	r, _ := utf8.DecodeRuneInString(j.text[j.at:])
	return fmt.Sprintf("found %q", r)
}

func (j *jsonReader) space() {
	for j.at < len(j.text) {
		switch j.text[j.at] {
		case '\n':
			j.newLine(j.at + 1)
		case '\r':
			if j.at+1 >= len(j.text) || j.text[j.at+1] != '\n' {
				j.newLine(j.at + 1)
			}
		case ' ', '\t':
		case '/', '#':
			if !j.comment() {
				return
			}
			continue
		default:
			return
		}
		j.at++
	}
}

// comment reports a comment and steps over it: it is none of JSON, but what
// follows is read.
func (j *jsonReader) comment() bool {
	rest := j.text[j.at:]
	end, closing := strings.IndexByte(rest, '\n'), 0
	switch {
	case strings.HasPrefix(rest, "/*"):
		end, closing = strings.Index(rest, "*/"), len("*/")
	case rest[0] != '#' && !strings.HasPrefix(rest, "//"):
		return false
	}
	j.fail("there is a comment", "JSON, which has no comments")
	if end < 0 {
		end, closing = len(rest), 0
	}
	for stop := j.at + end + closing; j.at < stop; {
		if j.text[j.at] == '\n' {
			j.newLine(j.at + 1)
		}
		j.character()
	}
	return true
}

// unquoted reports a key or text that is not in double quotes, and steps over
// it.
func (j *jsonReader) unquoted() bool {
	j.fail(j.found(), "double quotes around it")
	end := 0
	if rest := j.text[j.at+1:]; j.text[j.at] == '\'' {
		if end = strings.IndexAny(rest, "'\n") + 1; end == 0 || rest[end-1] != '\'' {
			return false
		}
	} else {
		for end < len(rest) && (rest[end] >= 'a' && rest[end] <= 'z' || rest[end] >= 'A' && rest[end] <= 'Z' || rest[end] >= '0' && rest[end] <= '9' || rest[end] == '_' || rest[end] == '-' || rest[end] == '$') {
			end++
		}
	}
	for stop := j.at + 1 + end; j.at < stop; {
		j.character()
	}
	return true
}

func (j *jsonReader) newLine(start int) { j.line, j.start, j.skew = j.line+1, start, 0 }

func (j *jsonReader) node(kind Kind, start Mark) *Node {
	const slab = 512
	if len(j.slab) == 0 {
		j.slab = make([]Node, slab)
	}
	n := &j.slab[0]
	j.slab = j.slab[1:]
	n.Kind, n.Range, n.size = kind, Range{start, start}, 1
	if j.nodes++; j.nodes > j.limits.Nodes {
		j.err = j.errorAt(start, fmt.Sprintf("more than %d nodes", j.limits.Nodes), "")
	}
	return n
}

// value reads a value; nil after an error.
func (j *jsonReader) value(depth int) *Node {
	j.space()
	if depth > j.limits.Depth && j.err == nil {
		j.err = j.errorAt(j.mark(), fmt.Sprintf("nested deeper than %d levels", j.limits.Depth), "")
	}
	if j.stopped() {
		if j.at >= len(j.text) {
			j.fail(j.found(), "a value")
		}
		return nil
	}
	switch c := j.text[j.at]; {
	case c == '{':
		return j.object(depth)
	case c == '[':
		return j.list(depth)
	case c == '"':
		start := j.mark()
		text, ok := j.quoted()
		if !ok {
			return nil
		}
		n := j.node(String, start)
		n.Text, n.Range.End = text, j.mark()
		return n
	case c == '-' || c >= '0' && c <= '9':
		return j.number()
	case c == '\'':
		start := j.mark()
		if !j.unquoted() {
			return nil
		}
		return j.node(String, start)
	}
	return j.word()
}

func (j *jsonReader) word() *Node {
	start, from := j.mark(), j.at
	end := from
	for end < len(j.text) && (j.text[end] >= 'a' && j.text[end] <= 'z' || j.text[end] >= 'A' && j.text[end] <= 'Z' || j.text[end] == '_') {
		end++
	}
	kind, word := Null, j.text[from:end]
	switch word {
	case "true", "false":
		kind = Bool
	case "null":
	default:
		j.fail(j.found(), "a value: an object, a list, a text in double quotes, a number, true, false or null")
		return nil
	}
	j.at = end
	n := j.node(kind, start)
	n.Range.End = j.mark()
	if kind == Bool {
		n.Text = word
	}
	return n
}

func (j *jsonReader) number() *Node {
	start, from := j.mark(), j.at
	digits := func() bool {
		before := j.at
		for j.at < len(j.text) && j.text[j.at] >= '0' && j.text[j.at] <= '9' {
			j.at++
		}
		return j.at > before
	}
	accept := func(chars string) bool {
		for i := range len(chars) {
			if j.at < len(j.text) && j.text[j.at] == chars[i] {
				j.at++
				return true
			}
		}
		return false
	}
	accept("-")
	ok := accept("0") || digits()
	if ok && accept(".") {
		ok = digits()
	}
	if ok && accept("eE") {
		accept("+-")
		ok = digits()
	}
	if !ok || j.at < len(j.text) && j.text[j.at] >= '0' && j.text[j.at] <= '9' {
		j.fail("the number is invalid", "a number as JSON has it, such as 10, -1.5 or 2e3")
		return nil
	}
	n := j.node(Number, start)
	n.Text, n.Range.End = j.text[from:j.at], j.mark()
	n.Number, _ = strconv.ParseFloat(n.Text, 64)
	return n
}

func (j *jsonReader) list(depth int) *Node {
	n := j.node(Sequence, j.mark())
	j.members(n, ']', func(i int) bool {
		j.path = append(j.path, strconv.Itoa(i))
		item := j.value(depth + 1)
		j.path = j.path[:len(j.path)-1]
		if item == nil {
			return false
		}
		j.items = append(j.items, item)
		n.size += item.size
		return true
	})
	return n
}

func (j *jsonReader) object(depth int) *Node {
	n := j.node(Mapping, j.mark())
	seen := seenKeys{from: len(j.keys)}
	j.members(n, '}', func(int) bool {
		start := j.mark()
		var name string
		var ok bool
		switch c := j.text[j.at]; {
		case c == '"':
			name, ok = j.quoted()
		case c == '\'' || c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			ok = j.unquoted()
		default:
			j.fail(j.found(), "a key in double quotes, or }")
			return false
		}
		if !ok {
			return false
		}
		key := Key{Name: j.intern(name), Range: Range{start, j.mark()}, Kind: String}
		if j.space(); j.at >= len(j.text) || j.text[j.at] != ':' {
			j.fail(j.found(), "a colon after the key")
			return false
		}
		j.at++
		j.path = append(j.path, key.Name)
		item := j.value(depth + 1)
		j.path = j.path[:len(j.path)-1]
		if item == nil {
			return false
		}
		if first, twice := seen.add(j.keys, key); twice {
			n.twice = true
			j.doc.Duplicates = append(j.doc.Duplicates, Duplicate{key.Name, first, key.Range, append([]string(nil), j.path...)})
		}
		j.keys, j.items = append(j.keys, key), append(j.items, item)
		n.size += item.size
		return true
	})
	return n
}

// seenKeys finds keys that a mapping had before.
type seenKeys struct {
	// from is where the keys of the mapping begin.
	from  int
	names map[string]Range
}

func (s *seenKeys) add(keys []Key, k Key) (first Range, twice bool) {
	const few = 12
	keys = keys[s.from:]
	if len(keys) < few {
		for _, other := range keys {
			if other.Name == k.Name {
				return other.Range, true
			}
		}
		return Range{}, false
	}
	if s.names == nil {
		s.names = make(map[string]Range, 2*few)
		for _, other := range keys {
			if _, ok := s.names[other.Name]; !ok {
				s.names[other.Name] = other.Range
			}
		}
	}
	if first, twice = s.names[k.Name]; !twice {
		s.names[k.Name] = k.Range
	}
	return first, twice
}

// members reads what stands between the brackets of a collection. After an
// error it goes on with the next member.
func (j *jsonReader) members(n *Node, closing byte, member func(i int) bool) {
	keys, items := len(j.keys), len(j.items)
	defer func() {
		n.Keys, n.Items = exactly(j.keys[keys:]), exactly(j.items[items:])
		j.keys, j.items = j.keys[:keys], j.items[:items]
		if len(n.Items) > 0 && n.Range.End != n.Range.Start {
			n.Range.End = n.Items[len(n.Items)-1].Range.End
		}
		n.Seal()
	}()
	j.at++ // the opening bracket
	for i := 0; ; i++ {
		j.space()
		if j.stopped() {
			if j.at >= len(j.text) {
				j.fail(j.found(), fmt.Sprintf("%q", rune(closing)))
			}
			return
		}
		if i == 0 && j.text[j.at] == closing {
			break
		}
		if !member(i) {
			j.skip()
		}
		if j.space(); j.stopped() {
			continue
		}
		switch c := j.text[j.at]; {
		case c == closing:
		case c == ',':
			j.at++
			if j.space(); j.at < len(j.text) && j.text[j.at] == closing {
				j.fail("there is a comma before the closing bracket", "no comma after the last entry")
				break
			}
			continue
		default:
			j.fail(j.found(), fmt.Sprintf("a comma, or %q", rune(closing)))
			if c == ']' || c == '}' {
				break
			}
			continue
		}
		break
	}
	j.at++ // the closing bracket
	n.Range.End = j.mark()
}

// exactly is a copy that holds on to no more than it needs.
func exactly[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	out := make([]T, len(s))
	copy(out, s)
	return out
}

// skip goes to the end of a member that could not be read.
func (j *jsonReader) skip() {
	depth := 0
	for j.at < len(j.text) {
		switch c := j.text[j.at]; {
		case c == '"':
			errors := j.errors
			j.quoted()
			j.errors = errors
			continue
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']' || c == ',') && depth == 0:
			return
		case c == '}' || c == ']':
			depth--
		case c == '\n':
			j.newLine(j.at + 1)
		}
		j.at++
	}
}

// quoted reads a text in double quotes.
func (j *jsonReader) quoted() (string, bool) {
	j.at++
	from := j.at
	var decoded []byte
	whole := true
	for j.at < len(j.text) {
		switch c := j.text[j.at]; {
		case c == '"':
			text := j.text[from:j.at]
			j.at++
			if decoded != nil {
				text = string(append(decoded, text...))
			}
			return text, whole
		case c == '\\':
			decoded = append(decoded, j.text[from:j.at]...)
			r, ok := j.escape()
			if !ok {
				whole = false
				j.at++ // what is wrong is told, the rest of the text is read
			}
			decoded = utf8.AppendRune(decoded, r)
			if decoded == nil {
				decoded = []byte{}
			}
			from = j.at
		case c == '\n' || c == '\r':
			j.fail("the text is not closed in its line", `"`)
			return "", false
		case c < ' ':
			j.fail("the text has a control character", `it as an escape, such as \t`)
			whole = false
			j.at++
		case c >= utf8.RuneSelf:
			j.character()
		default:
			j.at++
		}
	}
	j.fail(j.found(), `"`)
	return "", false
}

// character steps over a character of several bytes, and counts its units.
func (j *jsonReader) character() {
	_, size := utf8.DecodeRuneInString(j.text[j.at:])
	j.at += size
	j.skew += size - 1
	if size == utf8.UTFMax {
		j.skew--
	}
}

// escape reads what stands after a backslash.
func (j *jsonReader) escape() (rune, bool) {
	if j.at+1 < len(j.text) {
		switch c := j.text[j.at+1]; c {
		case '"', '\\', '/':
			j.at += 2
			return rune(c), true
		case 'b', 'f', 'n', 'r', 't':
			j.at += 2
			return map[byte]rune{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}[c], true
		case 'u':
			if r, ok := hex4(j.text, j.at); ok {
				return j.surrogate(r), true
			}
		}
	}
	j.fail("the escape is invalid", `one of \" \\ \/ \b \f \n \r \t, or \u with four hexadecimal digits`)
	return 0, false
}

// surrogate reads the second half of a pair; a half without the other is no
// character.
func (j *jsonReader) surrogate(first rune) rune {
	const length = len(`\u0000`)
	j.at += length
	if !utf16.IsSurrogate(first) {
		return first
	}
	if second, ok := hex4(j.text, j.at); ok {
		if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
			j.at += length
			return r
		}
	}
	return utf8.RuneError
}

// hex4 reads an escape of the form \u0000.
func hex4(text string, at int) (rune, bool) {
	if at+6 > len(text) || text[at] != '\\' || text[at+1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(text[at+2:at+6], 16, 16)
	return rune(v), err == nil
}

// intern keeps one copy of a key.
func (j *jsonReader) intern(name string) string {
	if known, ok := j.names[name]; ok {
		return known
	}
	j.names[name] = name
	return name
}
