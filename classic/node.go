package classic

import (
	"bytes"
	"fmt"
	"strings"
	"unsafe"

	"github.com/trialweave/trialweave/source"
)

// alias is b as a string, for as long as nobody changes b.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// node is an element or attribute of XML, or a value of JSON.
type node struct {
	// name is that of the element, "@" and that of the attribute, or the key.
	name     string
	text     string
	children []*node
	offset   int64
	// kind is '<' for an element, '@' for an attribute, '=' for a text that
	// needs no more done to it; of JSON it is the first byte of the value, '0'
	// for every number.
	kind byte
	used bool // its text is in the record
	// room is where the children that are added are made; nil is anywhere.
	room *nodes
}

// How many nodes a record, and a response with many, may have, so that a tree is
// not much longer than its text: that of the registry's longest record has some
// 200,000.
const (
	nodesOfRecord   = 1 << 20
	nodesOfResponse = 4 << 20
)

// checkNodes refuses a text whose tree may have too many nodes, each of which has
// one of the marks.
func checkNodes(text []byte, most int, marks ...string) *source.Error {
	if len(text) <= most {
		return nil
	}
	n := 0
	for _, mark := range marks {
		n += bytes.Count(text, []byte(mark))
		if mark == "<" {
			n -= bytes.Count(text, []byte("</"))
		}
	}
	if n > most {
		return fault(0, fmt.Sprintf("the document has more than %d values", most), "a record, or a page of records")
	}
	return nil
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// textOf returns the text of a child, and notes that it is used.
func (n *node) textOf(name string) string {
	c := n.child(name)
	if c == nil {
		return ""
	}
	c.used = true
	return strings.TrimSpace(c.text)
}

// find appends what a path leads to; "." is the node itself.
func (n *node) find(path []string, to []*node) []*node {
	if len(path) == 0 || path[0] == "." {
		return append(to, n)
	}
	for _, c := range n.children {
		if c.name == path[0] {
			to = c.find(path[1:], to)
		}
	}
	return to
}

// at returns the first node of a path, or nil.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		if n = n.child(name); n == nil {
			return nil
		}
	}
	return n
}

func (n *node) add(name, text string) {
	c := n.room.node()
	c.name, c.kind, c.text, c.offset, c.room = name, '<', text, n.offset, n.room
	if strings.HasPrefix(name, "@") {
		c.kind = '@'
	}
	n.children = append(n.children, c)
}

// remove takes a child away.
func (n *node) remove(gone *node) {
	for i, c := range n.children {
		if c == gone {
			n.children = append(n.children[:i:i], n.children[i+1:]...)
			return
		}
	}
}

// unused calls see for each text that is not in the record, with the path from
// the root.
func (n *node) unused(see func(path string, n *node)) {
	path := make([]string, 0, 16)
	n.unusedBelow(&path, see)
}

func (n *node) unusedBelow(path *[]string, see func(path string, n *node)) {
	if n.name != "" {
		*path = append(*path, n.name)
		defer func() { *path = (*path)[:len(*path)-1] }()
	}
	if !n.used && n.text != "" && strings.TrimSpace(n.text) != "" {
		see(strings.Join(*path, "/"), n)
	}
	for _, c := range n.children {
		if c.children == nil && (c.used || c.text == "") {
			continue
		}
		c.unusedBelow(path, see)
	}
}
