// Package yamltree reads YAML and JSON into a tree that knows where everything
// in it stands: every key and every value has a range, duplicate keys and
// further documents of a stream are kept as facts, and no input, however
// hostile, costs more than its budget.
//
// Scalars are typed by the core schema of YAML 1.2 (section 10.3), which is
// JSON's typing: "yes" and dates are strings.
package yamltree

import (
	"strconv"

	"github.com/trialweave/trialweave/source"
)

// Kind is what a node is.
type Kind uint8

// The kinds of a node: those of JSON.
const (
	Null Kind = iota
	Bool
	Number
	String
	Sequence
	Mapping
)

// String names the kind as JSON Schema does.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Mark is a place in the text: line and column, both from 1, columns in
// UTF-16 units, as JavaScript and editors count them.
type Mark struct{ Line, Column int }

// Before reports whether m comes before o.
func (m Mark) Before(o Mark) bool {
	return m.Line < o.Line || m.Line == o.Line && m.Column < o.Column
}

// Range is a stretch of text; End is the place after the last character.
type Range struct{ Start, End Mark }

// Node is a value of the document. The nodes of a document form a tree, but
// for aliases, whose anchor's node is shared; they never form a cycle.
type Node struct {
	Kind Kind
	// twice tells that a mapping has a key more than once.
	twice bool
	// Text is the decoded text of a scalar: the content of a string, the
	// literal of a number, "true", "false"; empty for null.
	Text string
	// Number is the value of a number.
	Number float64
	// Keys are the keys of a mapping, in the order of the text; Items holds
	// their values at the same places, or the items of a sequence.
	Keys  []Key
	Items []*Node
	// Range is where the value stands. Its end is that of its last item for
	// a collection that has any: a closing bracket is not part of it.
	Range Range

	size   int64
	below  KeySet
	places *keyPlaces
}

// Key is a key of a mapping.
type Key struct {
	Name  string
	Range Range
	// Kind is what the key would be as a value: a string, but for keys such
	// as 1, true and null; Sequence or Mapping for one that is no scalar.
	Kind Kind
	// Merged tells that the pair came through a merge key ("<<").
	Merged bool
}

// Lookup returns the value of a key of a mapping, nil where there is none.
func (n *Node) Lookup(name string) *Node {
	if i := n.Index(name); i >= 0 {
		return n.Items[i]
	}
	return nil
}

// TextOf returns the string under a key of a mapping, or "".
func TextOf(n *Node, key string) string {
	s, _ := n.Lookup(key).StringValue()
	return s
}

// Pairs returns the keys of a mapping, and none of anything else, also of nil.
func (n *Node) Pairs() []Key {
	if n == nil {
		return nil
	}
	return n.Keys
}

// Index returns the place of a key in a mapping, or -1. Of duplicate keys the
// last one counts, as in JSON.parse.
func (n *Node) Index(name string) int {
	if n == nil || n.Kind != Mapping {
		return -1
	}
	if n.places.of(n.Keys) {
		return n.places.index(name)
	}
	for i := len(n.Keys) - 1; i >= 0; i-- {
		if n.Keys[i].Name == name {
			return i
		}
	}
	return -1
}

// Child returns the value that one step of a path leads to: the value of a
// key, or the item of a decimal index; nil where there is none.
func (n *Node) Child(step string) *Node {
	if i := n.childIndex(step); i >= 0 {
		return n.Items[i]
	}
	return nil
}

func (n *Node) childIndex(step string) int {
	if n == nil {
		return -1
	}
	if n.Kind != Sequence {
		return n.Index(step)
	}
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 || i >= len(n.Items) || strconv.Itoa(i) != step {
		return -1
	}
	return i
}

// At walks the path from n and returns the node at its end, nil where the
// path leaves the tree.
func (n *Node) At(path ...string) *Node {
	for _, step := range path {
		if n = n.Child(step); n == nil {
			return nil
		}
	}
	return n
}

// StringValue returns the content of a string node and whether it is one.
func (n *Node) StringValue() (string, bool) {
	if n == nil || n.Kind != String {
		return "", false
	}
	return n.Text, true
}

// TextValue returns the content of a string node, and nothing for others.
func (n *Node) TextValue() string {
	s, _ := n.StringValue()
	return s
}

// IsScalar reports whether the node has no items by nature.
func (n *Node) IsScalar() bool { return n.Kind < Sequence }

// Document is one parsed file.
type Document struct {
	// Name is the name of the file, as given to Parse.
	Name string
	// Root is the value of the first document of the stream; it is never nil:
	// an empty file has a null root.
	Root *Node
	// Empty tells that the stream holds no document.
	Empty bool
	// More are the places where further documents of the stream begin.
	More []Mark
	// Duplicates are the keys that a mapping has more than once.
	Duplicates []Duplicate
	// NotJSON is what keeps a file from being JSON that is named as JSON, and
	// was read as YAML.
	NotJSON []*source.Error
	// Text is the decoded text: UTF-8 without a byte order mark.
	Text []byte

	lines []int
	// plain tells that the document is YAML in which no part depends on another: it has
	// no anchors, aliases, merge keys, tags, duplicate keys, directives, or further
	// documents.
	plain bool
}

// Duplicate is a key that its mapping had before.
type Duplicate struct {
	Key   string
	First Range
	Again Range
	// Path leads to the mapping.
	Path []string
}

// RangeAt returns the range that a path names, and how many of its steps
// exist: where the path leaves the tree, the range is that of the last value
// on it. A collection that is the value of a key begins right after the
// colon, which is where editors and Spectral mark it.
func (d *Document) RangeAt(path ...string) (Range, int) {
	n, r := d.Root, d.Root.Range
	for i, step := range path {
		at := n.childIndex(step)
		if at < 0 {
			return r, i
		}
		parent := n
		n = n.Items[at]
		r = n.Range
		if parent.Kind == Mapping && !n.IsScalar() {
			r.Start = afterColon(parent.Keys[at], r)
		}
	}
	return r, len(path)
}

func afterColon(k Key, value Range) Mark {
	after := k.Range.End
	after.Column++
	if k.Merged || value.Start.Before(after) {
		return value.Start
	}
	return after
}

// KeyRangeAt returns the range of the key that the last step of a path names.
func (d *Document) KeyRangeAt(path ...string) (Range, bool) {
	if len(path) == 0 {
		return Range{}, false
	}
	last := len(path) - 1
	parent := d.Root.At(path[:last]...)
	i := parent.Index(path[last])
	if i < 0 {
		return Range{}, false
	}
	return parent.Keys[i].Range, true
}

// Position makes the position of a mark, for errors.
func (d *Document) Position(m Mark, path ...string) source.Position {
	p := source.AtLine(d.Name, m.Line, m.Column)
	p.Pointer = Pointer(path)
	return p
}

// Line returns a line of the text, from 1, without its line break.
func (d *Document) Line(number int) string {
	if number < 1 || number > len(d.lines) {
		return ""
	}
	start, end := d.lines[number-1], len(d.Text)
	if number < len(d.lines) {
		end = d.lines[number]
	}
	for end > start && (d.Text[end-1] == '\n' || d.Text[end-1] == '\r') {
		end--
	}
	return string(d.Text[start:end])
}
