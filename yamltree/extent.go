package yamltree

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The YAML package says where a node begins, not where it ends; this file
// finds the end in the text.

// closeCollection sets the end of a collection: that of its last item, or the
// place after the closing bracket of one that is empty.
func (p *parser) closeCollection(n *Node, y *yaml.Node) {
	for i := len(n.Items) - 1; i >= 0; i-- {
		if last := n.Items[i].Range.End; !last.Before(n.Range.Start) {
			n.Range.End = last
			return
		}
	}
	at := p.offset(y.Line, y.Column)
	for i := at; i < len(p.doc.Text); i++ {
		if c := p.doc.Text[i]; c == ']' || c == '}' {
			n.Range.End = p.markFrom(y, at, i+1)
			return
		}
	}
}

// scalarEnd finds the end of a scalar.
func (p *parser) scalarEnd(y *yaml.Node) Mark {
	at := p.skipProperties(p.offset(y.Line, y.Column))
	var end int
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		end = p.quotedEnd(at, '"')
	case y.Style&yaml.SingleQuotedStyle != 0:
		end = p.quotedEnd(at, '\'')
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		if strings.Trim(y.Value, "\n") == "" {
			return p.lineEnd(p.mark(y).Line)
		}
		return p.blockEnd(p.mark(y).Line, at)
	default:
		end = p.plainEnd(at, y.Value)
	}
	return p.markFrom(y, p.offset(y.Line, y.Column), end)
}

// skipProperties steps over an anchor and a tag before a scalar.
func (p *parser) skipProperties(at int) int {
	text := p.doc.Text
	for at < len(text) && (text[at] == '&' || text[at] == '!') {
		for at < len(text) && !isSpace(text[at]) {
			at++
		}
		for at < len(text) && isSpace(text[at]) {
			at++
		}
	}
	return at
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) quotedEnd(at int, quote byte) int {
	text := p.doc.Text
	for i := at + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] != quote:
		case quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

// plainEnd follows the words of a plain scalar through the text, over the
// line breaks that folding made spaces or line feeds of.
func (p *parser) plainEnd(at int, value string) int {
	text := p.doc.Text
	if bytes.HasPrefix(text[min(at, len(text)):], []byte(value)) {
		return at + len(value)
	}
	for _, word := range strings.Fields(value) {
		for at < len(text) && isSpace(text[at]) {
			at++
		}
		if !bytes.HasPrefix(text[at:], []byte(word)) {
			return at
		}
		at += len(word)
	}
	return at
}

// blockEnd finds the end of a block scalar that begins in a line: the start
// of the line after its last line of content.
func (p *parser) blockEnd(line, at int) Mark {
	parent := p.indentOf(line)
	last, indent := line, -1
	for next := line + 1; next <= len(p.doc.lines); next++ {
		content := p.doc.Line(next)
		if strings.TrimSpace(content) == "" {
			continue
		}
		width := len(content) - len(strings.TrimLeft(content, " "))
		if indent < 0 {
			indent = width
		}
		if width < indent || width <= parent {
			break
		}
		last = next
	}
	return p.lineEnd(last)
}

// lineEnd is the end of a line.
func (p *parser) lineEnd(line int) Mark { return Mark{line, Units(p.doc.Line(line)) + 1} }

// indentOf is the indentation of the mapping or sequence that a line's block
// scalar belongs to.
func (p *parser) indentOf(line int) int {
	content := p.doc.Line(line)
	return len(content) - len(strings.TrimLeft(content, " ")) - 1
}

// offset is the byte at a line and column of the YAML package.
func (p *parser) offset(line, column int) int {
	if line < 1 || line > len(p.doc.lines) {
		return len(p.doc.Text)
	}
	at := p.doc.lines[line-1]
	for ; column > 1 && at < len(p.doc.Text); column-- {
		_, size := utf8.DecodeRune(p.doc.Text[at:])
		at += size
	}
	return at
}

// mark is the place of a node.
func (p *parser) mark(y *yaml.Node) Mark {
	if !p.special {
		return Mark{y.Line, y.Column}
	}
	return p.markAt(p.offset(y.Line, y.Column))
}

// cursor is a byte with its place.
type cursor struct {
	offset int
	mark   Mark
}

// markAt is the place of a byte. It counts from the last one that was asked
// for, where that is before it in the same line.
func (p *parser) markAt(offset int) Mark {
	offset = min(offset, len(p.doc.Text))
	line, found := slices.BinarySearch(p.doc.lines, offset)
	if !found {
		line-- // the line that begins before it
	}
	from := cursor{p.doc.lines[line], Mark{line + 1, 1}}
	if p.last.mark.Line == line+1 && p.last.offset <= offset {
		from = p.last
	}
	from.mark.Column += unitsOf(p.doc.Text[from.offset:offset])
	from.offset = offset
	p.last = from
	return from.mark
}

// Units is the length of a text in the units that columns count: those of
// UTF-16, as JavaScript and editors have them.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func unitsOf(text []byte) int {
	n := 0
	for _, c := range text {
		switch {
		case c < utf8.RuneSelf:
			n++
		case utf8.RuneStart(c):
			n++
			if c >= 0xF0 {
				n++
			}
		}
	}
	return n
}

// markFrom is the place of the byte at end, counted from a node and its byte.
func (p *parser) markFrom(y *yaml.Node, from, end int) Mark {
	if p.special {
		return p.markAt(end)
	}
	text := p.doc.Text
	end = min(end, len(text))
	line, column := y.Line, y.Column
	for from < end {
		r, size := utf8.DecodeRune(text[from:])
		from += size
		column++
		if r == '\n' || r == '\r' && (from >= len(text) || text[from] != '\n') {
			line, column = line+1, 1
		}
	}
	return Mark{line, column}
}
