package languageserver

import (
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// encoding is how positions count the characters of a line.
type encoding string

// The encodings that are spoken. Without a choice of the client it is UTF-16.
const (
	utf16Units encoding = "utf-16"
	utf8Bytes  encoding = "utf-8"
)

// chooseEncoding is the first of those that a client knows that is spoken here.
func chooseEncoding(offered []string) encoding {
	for _, name := range offered {
		if e := encoding(name); e == utf8Bytes || e == utf16Units {
			return e
		}
	}
	return utf16Units
}

// lineAt returns the line of a text that begins at an offset, and the offset of the
// next, which is -1 after the last.
func lineAt(text string, from int) (line string, next int) {
	end := strings.IndexAny(text[from:], "\r\n")
	if end < 0 {
		return text[from:], -1
	}
	end += from
	if strings.HasPrefix(text[end:], "\r\n") {
		return text[from:end], end + 2
	}
	return text[from:end], end + 1
}

// lineStart is the offset of a line, from 0; the length of the text after its last.
func lineStart(text string, number int) int {
	at := 0
	if strings.IndexByte(text, '\r') < 0 { // most texts: this is the quick way
		for range number {
			next := strings.IndexByte(text[at:], '\n')
			if next < 0 {
				return len(text)
			}
			at += next + 1
		}
		return at
	}
	for range number {
		_, next := lineAt(text, at)
		if next < 0 {
			return len(text)
		}
		at = next
	}
	return at
}

// lineOf returns a line of a text, from 0.
func lineOf(text string, number int) string {
	line, _ := lineAt(text, lineStart(text, number))
	return line
}

// offset is the byte of a text that a position means; behind the end of a line it is
// the end of the line.
func (e encoding) offset(text string, p position) int {
	start := lineStart(text, max(p.Line, 0))
	line, _ := lineAt(text, start)
	return start + e.within(line, p.Character)
}

// within is the byte of a line that a character means.
func (e encoding) within(line string, character int) int {
	units := 0
	for i, r := range line {
		if units >= character {
			return i
		}
		units += e.width(r)
	}
	return len(line)
}

func (e encoding) width(r rune) int {
	switch {
	case e == utf8Bytes:
		return utf8.RuneLen(r)
	case r > 0xFFFF:
		return 2
	}
	return 1
}

// bytesOf is a text as bytes, which nobody may change.
func bytesOf(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

// units is the length of a text as characters are counted.
func (e encoding) units(s string) (n int) {
	for _, r := range s {
		n += e.width(r)
	}
	return n
}

// position is a mark of a report, in the text that it was made of.
func (e encoding) position(line func(int) string, m report.Mark) position {
	p := position{max(m.Line-1, 0), max(m.Column-1, 0)}
	if e == utf16Units {
		return p
	}
	text := line(m.Line)
	p.Character = len(text[:utf16Units.within(text, p.Character)])
	return p
}

// mark is a position as trees of documents have it.
func (e encoding) mark(line func(int) string, p position) yamltree.Mark {
	if e == utf16Units {
		return yamltree.Mark{Line: p.Line + 1, Column: p.Character + 1}
	}
	text := line(p.Line + 1)
	return yamltree.Mark{Line: p.Line + 1, Column: utf16Units.units(text[:e.within(text, p.Character)]) + 1}
}

// span is a range of a report.
func (e encoding) span(line func(int) string, r report.Range) span {
	s := span{e.position(line, r.Start), e.position(line, r.End)}
	if s.End.before(s.Start) {
		s.End = s.Start
	}
	return s
}

// edited is a text after an edit of it.
func (e encoding) edited(text string, c contentEdit) string {
	if c.Range == nil {
		return c.Text
	}
	from, to := e.offset(text, c.Range.Start), e.offset(text, c.Range.End)
	if to < from {
		from, to = to, from
	}
	return text[:from] + c.Text + text[to:]
}

// fewEdits is how many edits are made one after the other in the whole text.
const fewEdits = 4

// after is a text after edits, each of which is of the text that the one before it made.
func (e encoding) after(text string, edits []contentEdit) string {
	for len(edits) > 0 && (len(edits) <= fewEdits || edits[0].Range == nil) {
		text, edits = e.edited(text, edits[0]), edits[1:]
	}
	if len(edits) == 0 {
		return text
	}
	lines := linesOf(text)
	for i, c := range edits {
		if c.Range == nil {
			return e.after(c.Text, edits[i+1:])
		}
		lines = e.editedLines(lines, c)
	}
	return strings.Join(lines, "")
}

// linesOf are the lines of a text with their ends; the last has none, and may be empty.
func linesOf(text string) (out []string) {
	for at := 0; at >= 0; {
		_, next := lineAt(text, at)
		if next < 0 {
			return append(out, text[at:])
		}
		out = append(out, text[at:next])
		at = next
	}
	return out
}

// editedLines are the lines of a text after an edit of it.
func (e encoding) editedLines(lines []string, c contentEdit) []string {
	place := func(p position) (line, at int) {
		if line = max(p.Line, 0); line >= len(lines) {
			return len(lines) - 1, len(lines[len(lines)-1])
		}
		content, _ := lineAt(lines[line], 0)
		return line, e.within(content, p.Character)
	}
	first, from := place(c.Range.Start)
	last, to := place(c.Range.End)
	if last < first || last == first && to < from {
		first, from, last, to = last, to, first, from
	}
	text := lines[first][:from] + c.Text + lines[last][to:]
	if first > 0 && strings.HasPrefix(text, "\n") && strings.HasSuffix(lines[first-1], "\r") {
		first--
		text = lines[first] + text
	}
	with := linesOf(text)
	if last < len(lines)-1 && with[len(with)-1] == "" {
		with = with[:len(with)-1]
	}
	return slices.Replace(lines, first, last+1, with...)
}
