package yamltree

import (
	"bytes"
	"regexp"
	"strings"
)

// Patch is a change of the text of a document that concerns one entry of a block mapping
// or sequence alone: reading the whole text again would change nothing else in the tree
// but lines.
type Patch struct {
	// Path leads to the value that changes, Old and New are the value before and after.
	Path     []string
	Old, New *Node
	// Members are the names of what is added to a mapping, taken out of it or changed in it,
	// where Merge was asked for.
	Members []string
	merged  []*Node

	doc   *Document
	text  []byte
	lines []int
	// next is the first line after the entry, before; by is how many lines are added.
	next, by int
	entry    Key
}

// entry is a candidate for what has changed: the lines from start up to next, of the
// item i of the last of the nodes.
type entry struct {
	nodes       []*Node
	path        []string
	i           int
	start, next int
	// column is that of the key, or of the dash.
	column int
}

// Patch finds the entry that another text of the document changes. It is nil where there is
// none, or none that is known to be all that changes: the text has to be parsed then.
func (d *Document) Patch(text []byte) *Patch {
	if !d.plain || len(text) == 0 {
		return nil
	}
	all := d.entriesAt(d.linesOf(d.hunk(text)))
	for n := len(all) - 1; n >= 0 && n >= len(all)-maxEntries; n-- {
		e := all[n]
		from, to := d.start(e.start), d.start(e.next)
		if end := len(text) - (len(d.Text) - to); end > from && (end-from)*4 < len(text)+4096 {
			if p := d.patch(e, text, from, end); p != nil {
				return p
			}
		}
	}
	return nil
}

// maxEntries bounds how many entries around a change are tried.
const maxEntries = 5

// start is the byte at which a line begins.
func (d *Document) start(line int) int {
	if line > len(d.lines) {
		return len(d.Text)
	}
	return d.lines[line-1]
}

// lineOf is the line that a byte is in.
func (d *Document) lineOf(offset int) int {
	low, high := 0, len(d.lines)
	for low < high {
		if middle := (low + high) / 2; d.lines[middle] <= offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// hunk is what another text of a document changes, in whole lines: the bytes from from up to
// to are, in the other text, those up to end.
type hunk struct{ from, to, end int }

func (d *Document) hunk(text []byte) hunk {
	from := d.start(d.lineOf(min(commonPrefix(d.Text, text), len(d.Text)-1)))
	suffix := commonSuffix(d.Text[from:], text[from:])
	h := hunk{from, len(d.Text) - suffix, len(text) - suffix}
	if h.to > from && d.Text[h.to-1] != '\n' || h.end > from && text[h.end-1] != '\n' {
		to := d.start(d.lineOf(min(h.to, len(d.Text)-1)) + 1)
		h.to, h.end = to, h.end+to-h.to
	}
	return h
}

// linesOf are the first and the last of the lines that a hunk changes or takes out. Where it
// only adds lines, they are those of the line before.
func (d *Document) linesOf(h hunk) (first, last int) {
	first = d.lineOf(min(h.from, len(d.Text)-1))
	if h.to == h.from {
		return max(first-1, 1), max(first-1, 1)
	}
	return first, d.lineOf(h.to - 1)
}

func commonPrefix(a, b []byte) int {
	n, at := min(len(a), len(b)), 0
	for step := 1 << 16; step > 0; step >>= 4 {
		for at+step <= n && bytes.Equal(a[at:at+step], b[at:at+step]) {
			at += step
		}
	}
	return at
}

func commonSuffix(a, b []byte) int {
	n, at := min(len(a), len(b)), 0
	for step := 1 << 16; step > 0; step >>= 4 {
		for at+step <= n && bytes.Equal(a[len(a)-at-step:len(a)-at], b[len(b)-at-step:len(b)-at]) {
			at += step
		}
	}
	return at
}

// entriesAt are the entries of block collections that hold some lines, from the outermost.
func (d *Document) entriesAt(first, last int) (out []entry) {
	n, next := d.Root, len(d.lines)+1
	var nodes []*Node
	var path []string
	for !n.IsScalar() && d.isBlock(n) {
		nodes = append(nodes[:len(nodes):len(nodes)], n)
		i := n.entryAt(first)
		if i < 0 {
			return out
		}
		e := entry{nodes: nodes, path: n.Step(path, i), i: i, start: n.entryLine(i), next: next}
		if i+1 < len(n.Items) {
			e.next = n.entryLine(i + 1)
		}
		if last >= e.next || !d.locate(&e) {
			return out
		}
		out = append(out, e)
		n, path, next = n.Items[i], e.path, e.next
	}
	return out
}

// entryLine is the line in which an entry begins.
func (n *Node) entryLine(i int) int {
	if n.Kind == Mapping {
		return n.Keys[i].Range.Start.Line
	}
	return n.Items[i].Range.Start.Line
}

// entryAt is the last entry that begins in a line, or before it; -1 where there is none.
func (n *Node) entryAt(line int) int {
	low, high := 0, len(n.Items)
	for low < high {
		if middle := (low + high) / 2; n.entryLine(middle) <= line {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1
}

// isBlock reports whether a collection is written without brackets.
func (d *Document) isBlock(n *Node) bool {
	at := d.Offset(n.Range.Start)
	return at < len(d.Text) && d.Text[at] != '{' && d.Text[at] != '[' && d.Text[at] != '&' && d.Text[at] != '!'
}

// locate finds the column of an entry, which must be the first in its line, but for the
// dashes before it.
func (d *Document) locate(e *entry) bool {
	n := e.nodes[len(e.nodes)-1]
	column := n.Items[e.i].Range.Start.Column
	if n.Kind == Mapping {
		column = n.Keys[e.i].Range.Start.Column
	}
	line := d.Line(e.start)
	if column-1 > len(line) || strings.Trim(line[:column-1], " -") != "" {
		return false
	}
	if n.Kind == Sequence {
		column = strings.LastIndexByte(line[:column-1], '-') + 1
	}
	e.column = column
	return column > 0
}

// openBlock matches a line that ends in the header of a block scalar.
var openBlock = regexp.MustCompile(`[|>][-+0-9]*[ \t]*(#.*)?$`)

// patch reads the lines of an entry, which are those between two bytes of a text.
func (d *Document) patch(e entry, text []byte, from, to int) *Patch {
	lines := text[from:to]
	if to < len(text) && lines[len(lines)-1] != '\n' || !indented(lines, e.column, e.nodes[len(e.nodes)-1].Kind) {
		return nil
	}
	alone := bytes.Clone(lines)
	for i := range e.column - 1 {
		if alone[i] != ' ' && alone[i] != '-' {
			return nil
		}
		alone[i] = ' '
	}
	if !bytes.Equal(lines[:e.column-1], d.Text[from:from+e.column-1]) {
		return nil
	}
	limits := (*Limits)(nil).orDefault()
	limits.Depth -= len(e.path) - 1
	p := &parser{doc: &Document{Name: d.Name}, limits: limits, brief: true}
	if p.decode(alone) != nil || p.checkNesting() != nil || looksLikeJSON(p.doc.Text) || len(p.doc.Text) != len(alone) {
		return nil
	}
	part, err := p.parse()
	n := e.nodes[len(e.nodes)-1]
	if err != nil || !part.plain || len(part.Duplicates) > 0 || part.Root.Kind != n.Kind || len(part.Root.Items) != 1 || part.Root.Range.Start != (Mark{1, e.column}) {
		return nil
	}
	out := &Patch{Path: e.path, Old: n.Items[e.i], New: part.Root.Items[0], doc: d, text: text, next: e.next}
	if n.Kind == Mapping {
		if out.entry = part.Root.Keys[0]; out.entry.Name != n.Keys[e.i].Name || out.entry.Kind != n.Keys[e.i].Kind {
			return nil
		}
	}
	if !d.fits(out, part, text) {
		return nil
	}
	out.place(part, e, from, to)
	return out
}

// indented reports whether the lines after the first are all within the entry at a column.
func indented(lines []byte, column int, kind Kind) bool {
	last := ""
	for number, line := range strings.Split(string(lines), "\n") {
		content := strings.TrimLeft(line, " ")
		width := len(line) - len(content)
		switch {
		case strings.Trim(content, "\t\r") == "":
			continue
		case strings.ContainsRune(content, '\r') && !strings.HasSuffix(content, "\r") || content[0] == '\t':
			return false
		case number == 0:
		case content[0] == '#' || width >= column:
		case kind == Mapping && width == column-1 && (content[0] == '-' && (len(content) == 1 || content[1] == ' ')):
		default:
			return false
		}
		if content[0] != '#' {
			last = content
		}
	}
	return !openBlock.MatchString(strings.TrimRight(last, "\r"))
}

// fits reports whether the document with the new value is within its limits. Brackets are
// counted over the whole text, as Parse counts them.
func (d *Document) fits(p *Patch, part *Document, text []byte) bool {
	limits := (*Limits)(nil).orDefault()
	if len(text) > limits.Bytes || d.Root.size-p.Old.size+p.New.size > limits.Nodes {
		return false
	}
	if !bytes.ContainsAny(part.Text, "[]{}") && !p.Old.mayHaveBrackets(d) {
		return true
	}
	whole := &parser{doc: &Document{Name: d.Name, Text: text, lines: d.lines}, limits: limits}
	return whole.checkNesting() == nil
}

// mayHaveBrackets reports whether the text of a value has brackets.
func (n *Node) mayHaveBrackets(d *Document) bool {
	from, to := d.start(n.Range.Start.Line), d.start(n.Range.End.Line+1)
	return bytes.ContainsAny(d.Text[from:max(from, to)], "[]{}")
}

// place gives what was read by itself the lines that it has in the document.
func (p *Patch) place(part *Document, e entry, from, to int) {
	move := mover{by: e.start - 1}
	move.node(p.New)
	move.rng(&p.entry.Range)
	d := p.doc
	before := d.lines[:e.start-1]
	after := d.lines[min(e.next-1, len(d.lines)):]
	fragment := part.lines
	if to < len(p.text) || len(after) > 0 {
		fragment = fragment[:len(fragment)-1] // the line that begins after the last
	}
	p.lines = make([]int, 0, len(before)+len(fragment)+len(after))
	p.lines = append(p.lines, before...)
	for _, start := range fragment {
		p.lines = append(p.lines, from+start)
	}
	bytesBy := len(p.text) - len(d.Text)
	for _, start := range after {
		p.lines = append(p.lines, start+bytesBy)
	}
	p.by = len(p.lines) - len(d.lines)
}

// Merge keeps the mapping that changes, and those members of it that stay what they are, so
// that only the others are new. It is false, and nothing is kept, where the value is no
// mapping before and after, or a member changes for which may is false.
func (p *Patch) Merge(may func(name string, value *Node) bool) bool {
	if p.Old.Kind != Mapping || p.New.Kind != Mapping {
		return false
	}
	var members []string
	merged := make([]*Node, len(p.New.Items))
	for i, key := range p.New.Keys {
		merged[i] = p.New.Items[i]
		j := p.Old.Index(key.Name)
		if j >= 0 && p.Old.Keys[j].Kind == key.Kind && Equal(p.Old.Items[j], merged[i]) {
			merged[i] = p.Old.Items[j]
			continue
		}
		members = append(members, key.Name)
		if !may(key.Name, merged[i]) || j >= 0 && !may(key.Name, p.Old.Items[j]) {
			return false
		}
	}
	for i, key := range p.Old.Keys {
		if p.New.Index(key.Name) < 0 {
			members = append(members, key.Name)
			if !may(key.Name, p.Old.Items[i]) {
				return false
			}
		}
	}
	p.Members, p.merged = members, merged
	return true
}

// Merged reports whether the mapping that changes is kept.
func (p *Patch) Merged() bool { return p.merged != nil }

// merge gives the mapping its new members, and all that it keeps their new places.
func (p *Patch) merge() {
	for i, item := range p.merged {
		if item != p.New.Items[i] {
			item.stand(p.New.Items[i])
		}
	}
	p.Old.Keys, p.Old.Items, p.Old.Range, p.Old.size = p.New.Keys, p.merged, p.New.Range, p.New.size
	p.Old.Seal()
	p.New = p.Old
}

// stand gives a value the places of another one that is the same.
func (n *Node) stand(where *Node) {
	n.Range = where.Range
	for i := range n.Keys {
		n.Keys[i].Range = where.Keys[i].Range
	}
	for i, item := range n.Items {
		item.stand(where.Items[i])
	}
}

// Moved reports whether lines after the entry move.
func (p *Patch) Moved() bool { return p.by != 0 }

// Apply changes the tree of the document. What it held of the old value stays as it was.
func (p *Patch) Apply() {
	d := p.doc
	if p.by != 0 {
		(&mover{from: p.next, by: p.by}).node(d.Root)
	}
	nodes := make([]*Node, 0, len(p.Path))
	n := d.Root
	for _, step := range p.Path {
		nodes = append(nodes, n)
		n = n.Child(step)
	}
	last := nodes[len(nodes)-1]
	i := last.childIndex(p.Path[len(p.Path)-1])
	grown := p.New.size - p.Old.size
	if p.Merged() {
		p.merge()
	}
	last.Items[i] = p.New
	if last.Kind == Mapping {
		last.Keys[i].Range = p.entry.Range
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		nodes[i].size += grown
		nodes[i].close()
		nodes[i].Seal()
	}
	d.Text, d.lines = p.text, p.lines
}

// close sets the end of a block collection.
func (n *Node) close() {
	for i := len(n.Items) - 1; i >= 0; i-- {
		if last := n.Items[i].Range.End; !last.Before(n.Range.Start) {
			n.Range.End = last
			return
		}
	}
}

// mover moves what stands in a line, or after it.
type mover struct{ from, by int }

func (m *mover) node(n *Node) {
	if n.Range.End.Line < m.from && n.Range.Start.Line < m.from && !n.late(m.from) {
		return
	}
	m.rng(&n.Range)
	for i := range n.Keys {
		m.rng(&n.Keys[i].Range)
	}
	for _, item := range n.Items {
		m.node(item)
	}
}

// late reports whether a collection has an entry in a line or after it, though it ends
// before: the places of values that are not written are those of other things.
func (n *Node) late(line int) bool {
	return len(n.Keys) > 0 && n.Keys[len(n.Keys)-1].Range.End.Line >= line
}

func (m *mover) rng(r *Range) {
	if r.Start.Line >= m.from {
		r.Start.Line += m.by
	}
	if r.End.Line >= m.from {
		r.End.Line += m.by
	}
}
