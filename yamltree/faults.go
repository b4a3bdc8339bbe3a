package yamltree

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	yaml4 "go.yaml.in/yaml/v4"
)

// Faults returns the errors of syntax that Parse has for another text of the document. They
// are found by what changes: of what stands before it, which can be read, no more is read
// than says what it stands in. It is nil for a text that has none, or of which that is not
// known in this way: Parse knows.
func (d *Document) Faults(text []byte) (found *SyntaxErrors) {
	defer func() {
		if recover() != nil { // as Parse, which says so
			found = nil
		}
	}()
	if !d.plain || len(text) == 0 || isNamedJSON(d.Name) || bytes.HasPrefix(text, []byte("%")) {
		return nil
	}
	h := d.hunk(text)
	p := d.parserAfter(h, text)
	if p == nil {
		return nil
	}
	v := &view{doc: d, entries: d.entriesAt(d.linesOf(h))}
	v.within(func(e entry) bool { return d.start(e.start) <= h.from && d.begins(e, text) })
	if len(v.entries) == 0 {
		return nil
	}
	err := decodesFirst(v.of(text))
	if err == nil {
		return nil
	}
	return p.collect(text, err, v.position, func(rest []byte, blanked int) error {
		if d.Patch(rest) != nil {
			return nil
		}
		v.within(func(e entry) bool { return e.start < blanked })
		return decodes(v.of(rest))
	})
}

// begins reports whether an entry begins in another text where it does in the document, with
// what can only be an entry of the same collection: neither a comment, which ends nothing, nor
// a part of the entry before it.
func (d *Document) begins(e entry, text []byte) bool {
	n := e.nodes[len(e.nodes)-1]
	if e.i > 0 && n.Items[e.i-1].open() {
		return false
	}
	from := d.start(e.start)
	to := from + e.column - 1
	if to+1 >= len(text) || !bytes.Equal(text[from:to], d.Text[from:to]) {
		return false
	}
	if n.Kind == Sequence {
		return text[to] == '-' && isSpace(text[to+1])
	}
	return !isSpace(text[to]) && !bytes.ContainsRune([]byte("#-?:"), rune(text[to]))
}

// open reports whether a value ends in one that is not written.
func (n *Node) open() bool {
	for len(n.Items) > 0 {
		n = n.Items[len(n.Items)-1]
	}
	return n.Kind == Null && n.Range.Start == n.Range.End
}

// view is a text of a document as it is read for its errors: from an entry on, after an
// outline of what stands before that.
type view struct {
	doc *Document
	// entries are those that it may be read from, from the outermost; the whole text is read
	// where there is none.
	entries []entry
	outline []byte
	from    int
}

// within makes the view begin with the innermost entry for which may is true.
func (v *view) within(may func(e entry) bool) {
	was := len(v.entries)
	for len(v.entries) > 0 {
		e := v.entries[len(v.entries)-1]
		if may(e) {
			if was == len(v.entries) && v.outline != nil {
				return
			}
			if v.outline = v.doc.outline(e); v.outline != nil {
				v.from = v.doc.start(e.start)
				return
			}
		}
		v.entries = v.entries[:len(v.entries)-1]
	}
	v.outline, v.from = nil, 0
}

// of is what there is to read of a text.
func (v *view) of(text []byte) io.Reader {
	return io.MultiReader(bytes.NewReader(v.outline), bytes.NewReader(text[v.from:]))
}

// position is the place of the first error of a text.
func (v *view) position(text []byte) (Mark, bool) {
	return placeOfError(func(n *yaml4.Node) error { return yaml4.NewDecoder(v.of(text)).Decode(n) })
}

// documentMarker matches what ends a document, or begins one.
var documentMarker = regexp.MustCompile(`(?m)^(---|\.\.\.)`)

// parserAfter is a parser with the text after a hunk; nil where more than the hunk says what
// the text is: that it is no text at all, or other than the package that reads YAML has it.
func (d *Document) parserAfter(h hunk, text []byte) *parser {
	part := text[h.from:h.end]
	limits := (*Limits)(nil).orDefault()
	if len(text) > limits.Bytes || !utf8.Valid(part) || bytes.ContainsFunc(part, isControl) || bytes.ContainsRune(part, '\ufeff') || looksLikeJSON(text) {
		return nil
	}
	if bytes.IndexByte(part, '\r') >= 0 || h.from > 0 && d.Text[h.from-1] != '\n' {
		return nil
	}
	if _, hidden := hide(text); hidden != noneHidden || documentMarker.Match(part) {
		return nil
	}
	p := &parser{doc: &Document{Name: d.Name, Text: text, lines: d.linesAfter(h, text)}, limits: limits}
	if (bytes.ContainsAny(part, "[]{}") || bytes.ContainsAny(d.Text[h.from:h.to], "[]{}")) && p.checkNesting() != nil {
		return nil
	}
	return p
}

// linesAfter are the offsets of the lines of a text after a hunk.
func (d *Document) linesAfter(h hunk, text []byte) []int {
	first, last := d.lineOf(h.from)-1, d.lineOf(h.to)
	if last > 0 && d.lines[last-1] >= h.to {
		last--
	}
	starts, after := lineStarts(text[h.from:h.end]), d.lines[last:]
	if h.end < len(text) {
		starts = starts[:len(starts)-1] // the line after the hunk
	} else {
		after = nil
	}
	out := make([]int, 0, first+len(starts)+len(after))
	out = append(out, d.lines[:first]...)
	for _, start := range starts {
		out = append(out, h.from+start)
	}
	for _, start := range after {
		out = append(out, start+h.end-h.to)
	}
	return out
}

// outline is the text before an entry in as many lines, of which there is no more than what
// says in which collections the entry stands: of each the first key or dash, and the one that
// leads to the entry, without what they have for values. It is nil for keys that are written in another way.
func (d *Document) outline(e entry) []byte {
	lines := make(map[int]int, 2*len(e.nodes))
	valued := map[int]bool{}
	for depth, n := range e.nodes {
		in := n.childIndex(e.path[depth])
		for _, i := range []int{0, in} {
			if depth == len(e.nodes)-1 && i == e.i {
				continue
			}
			one := entry{nodes: e.nodes[:depth+1], i: i, start: n.entryLine(i)}
			var end int
			if !d.locate(&one) {
				return nil
			}
			if line := d.Line(one.start); n.Kind == Sequence {
				end = one.column
				if line[end-1] != '-' {
					return nil
				}
			} else {
				after := n.Keys[i].Range.End
				end = d.Offset(after) - d.start(one.start) + 1
				if after.Line != one.start || end > len(line) || line[end-1] != ':' {
					return nil
				}
			}
			if end > lines[one.start] {
				lines[one.start], valued[one.start] = end, i != in
			}
		}
	}
	out := []byte{}
	for line := 1; line < e.start; line++ {
		if end := lines[line]; end > 0 {
			at := d.start(line)
			out = append(out, d.Text[at:at+end]...)
		}
		if valued[line] {
			out = append(out, " ''"...) // which nothing that follows can be part of
		}
		out = append(out, '\n')
	}
	return out
}

// decodesFirst reads the first document of a text for its errors alone.
func decodesFirst(text io.Reader) error {
	var n yaml.Node
	if err := yaml.NewDecoder(text).Decode(&n); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
