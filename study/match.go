package study

import "bytes"

// A verdict is what a look at the bytes at hand came to.
type verdict int

const (
	complete   verdict = iota // the value ends within them
	incomplete                // it may go on behind them
	broken                    // no more bytes can mend it
)

// stringLength returns the length of the JSON string that b begins with, both
// quotes included, or len(b) where it does not end.
func stringLength(b []byte) int {
	for i := 1; i < len(b); {
		end := bytes.IndexByte(b[i:], '"')
		if end < 0 {
			return len(b)
		}
		i += end
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++
		}
		i++
		if slashes%2 == 0 {
			return i
		}
	}
	return len(b)
}

// matchString finds the end of a string; a line end within it, which the
// grammar forbids, is the sign of a lost quote.
func matchString(b []byte) (int, verdict) {
	n := stringLength(b)
	if line := endOfLine(b[:n]); line >= 0 {
		return line, broken
	}
	if n < 2 || b[n-1] != '"' || escaped(b[:n-1]) {
		return n, incomplete
	}
	return n, complete
}

// endOfLine returns where the first line of b ends, or -1: at a line feed, or at
// a carriage return alone.
func endOfLine(b []byte) int {
	feed := bytes.IndexByte(b, '\n')
	if feed >= 0 {
		b = b[:feed]
	}
	if i := bytes.IndexByte(b, '\r'); i >= 0 {
		return i
	}
	return feed
}

// escaped reports whether the byte after b is escaped by a backslash at its end.
func escaped(b []byte) bool {
	n := len(b) - len(bytes.TrimRight(b, `\`))
	return n%2 == 1
}

// matchValue finds the end of the JSON value that b begins with by matching
// brackets outside strings. It checks no more of the grammar than shows early
// that a bracket is missing.
func matchValue(b []byte) (int, verdict) {
	switch {
	case len(b) == 0:
		return 0, incomplete
	case b[0] == '"':
		return matchString(b)
	case b[0] == '{' || b[0] == '[':
		return matchBrackets(b)
	}
	n := bytes.IndexAny(b, ",:]}{[\" \t\r\n")
	switch {
	case n < 0:
		return len(b), incomplete
	case n == 0:
		return 0, broken
	}
	return n, complete
}

func matchBrackets(b []byte) (int, verdict) {
	var m brackets
	return m.match(b)
}

// brackets matches those of a value, and goes on where it was when it is shown
// more of the same value.
type brackets struct {
	at   int
	room [64]byte
	open []byte
	// before is the structural character before the place, or '"'.
	before byte
}

const indentation = "        "

// match finds the end of the value that b begins with.
func (m *brackets) match(b []byte) (int, verdict) {
	if m.at == 0 {
		m.open, m.before = m.room[:0], ':'
	}
	i := m.at
	for ; i < len(b); i++ {
		c := b[i]
		switch c {
		case ' ', '\n':
			for i+len(indentation) < len(b) && string(b[i+1:i+1+len(indentation)]) == indentation {
				i += len(indentation)
			}
			continue
		case '"':
			n, v := matchString(b[i:])
			if v != complete {
				m.at = i
				return i + n, v
			}
			i += n - 1
		case '{', '[':
			if len(m.open) > 0 && !mayOpen(m.open[len(m.open)-1], m.before) {
				return i, broken
			}
			m.open = append(m.open, c)
		case '}', ']':
			if m.open[len(m.open)-1] != c-2 {
				return i, broken
			}
			if m.open = m.open[:len(m.open)-1]; len(m.open) == 0 {
				return i + 1, complete
			}
		case ',', ':':
		default:
			continue
		}
		m.before = c
	}
	m.at = i
	return len(b), incomplete
}

// mayOpen reports whether a value may begin inside a bracket after a character.
func mayOpen(bracket, before byte) bool {
	if bracket == '{' {
		return before == ':'
	}
	return before == ',' || before == '['
}

// form is what an object turned out to be.
type form int

const (
	formOther    form = iota // none of the others
	formStudy                // a v2 study
	formPage                 // a page of the /studies endpoint
	formReject               // a line of a rejects file
	formMade                 // a v2 study made of a row of a table
	formAACT                 // a v2 study made of the tables of AACT
	formXML                  // a document of classic XML
	formClassic              // a response of the classic JSON API
	formResponse             // a response of the classic API in XML
	formWrapper              // an object with studies somewhere below a key
	formExtended             // a v2 study in MongoDB's Extended JSON
	formColumns              // studies by column, as pandas writes a table
	formSplit                // the same with the columns named once
	formFlat                 // a v2 study with its keys joined by dots
	formAction               // a line of a bulk request that names no study
	formEmpty                // a page or a list without a study
	formAny                  // a record that need not be a study
)

// head reads the keys of the object that b begins with until one tells its
// form; of a page it returns where its array of studies begins, of a wrapper
// where the value that holds studies does, and of a line of a rejects file
// where the record does.
func head(b []byte) (form, int, verdict) {
	var before keysBefore
	for i := 1; ; {
		i += spaces(b[i:])
		if i < len(b) && b[i] != '"' {
			return before.form(), i, complete
		}
		key, value, v := member(b[i:])
		i += value
		if v != complete {
			return formOther, i, v
		}
		f, v := before.formOf(key, b[i:])
		if f != formOther || v != complete {
			return f, i, v
		}
		before.add(key, b[i])
		n, v := matchValue(b[i:])
		if v != complete {
			return formOther, i, v
		}
		i += n
		i += spaces(b[i:])
		if i < len(b) && b[i] == ',' {
			i++
		}
	}
}

// member reads the key that b begins with and returns where its value begins.
func member(b []byte) (key string, value int, v verdict) {
	n, v := matchString(b)
	if v != complete {
		return "", n, v
	}
	key = string(b[1 : n-1])
	n += spaces(b[n:])
	if n < len(b) && b[n] != ':' {
		return "", n, broken
	}
	if n < len(b) {
		n++
		n += spaces(b[n:])
	}
	if n >= len(b) {
		return "", n, incomplete
	}
	return key, n, complete
}

// spaces counts the JSON whitespace that b begins with.
func spaces(b []byte) int { return len(b) - len(trimSpace(b)) }

// ahead is how far behind a value one looks for what follows it; a longer run
// of whitespace is taken for the end of the input.
const ahead = 4096

// after returns what follows the first n bytes, from the first that is not
// whitespace, and whether enough was there to say.
func after(b []byte, n int, eof bool) (rest []byte, known bool) {
	far := len(b)-n >= ahead
	rest = trimSpace(b[n:min(len(b), n+ahead)])
	return rest, len(rest) > 0 || eof || far
}

// maxGap is the most whitespace between the brace of a study and its first key.
const maxGap = 1024

// wholeLine finds a record, an object, that fills a line. A line that ends with a bracket
// and is followed by one that opens an object cannot be part of a larger
// value, where a comma would stand between them; so nothing else of it need
// be looked at, and a broken line cannot swallow the next.
func (m *brackets) wholeLine(b []byte, eof bool) (int, verdict) {
	if m.at > 0 {
		return m.match(b)
	}
	end := bytes.IndexByte(b, '\n')
	seen := end >= 0 // all of the line
	if !seen {
		end = len(b)
	}
	line := bytes.TrimRight(b[:end], " \t\r")
	rest, known := after(b, end, eof)
	if !known {
		return len(line), incomplete
	}
	closed := len(line) > 0 && line[len(line)-1] == '}' && (len(rest) == 0 || rest[0] == '{')
	if !closed || bytes.IndexByte(line, '\r') >= 0 || bytes.Contains(line, []byte("}{")) || bytes.Contains(line, []byte("} {")) {
		if !seen {
			return matchValue(b) // and look at the line again when there is more of it
		}
		return m.match(b)
	}
	if len(rest) == 0 { // the last line, which may be cut short at a bracket
		if n, v := matchValue(b); v != complete {
			return n, v
		}
	}
	return len(line), complete
}

// nextLine finds where a line begins with an opening brace.
func nextLine(b []byte) int {
	i := bytes.Index(b, []byte("\n{"))
	if i >= 0 {
		b = b[:i]
	}
	if j := bytes.Index(b, []byte("\r{")); j >= 0 {
		i = j
	}
	if i < 0 {
		return -1
	}
	return i + 1
}

// nextStudy finds where the next study begins, by its usual first key.
func nextStudy(b []byte) int {
	key := []byte(`"protocolSection"`)
	for i := 1; i < len(b); {
		n := bytes.Index(b[i:], key)
		if n < 0 {
			return -1
		}
		i += n
		before := bytes.TrimRight(b[:i], " \t\r\n")
		if len(before) > 1 && before[len(before)-1] == '{' && i-len(before) <= maxGap {
			return len(before) - 1
		}
		i += len(key)
	}
	return -1
}
