package classic

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// quickXML reads the documents that the registry writes: elements and attributes
// with plain names, text, comments in front, and the five entities of XML and
// numbers. It returns nil for whatever else there may be, well-formed or not;
// then parseXML goes by the book, and says what is wrong. The texts of the tree
// are windows into the document, which must not change before it ends.
func quickXML(text []byte, room *nodes) *node {
	if !plainText(text) {
		return nil
	}
	q := quick{text: alias(text), top: &node{}, nodes: room}
	if !q.prolog() || !q.elements() {
		return nil
	}
	return q.top
}

// plainText reports whether a document has no character that XML does not allow.
func plainText(text []byte) bool {
	for i := 0; i < len(text); {
		if i+8 <= len(text) {
			if v := binary.LittleEndian.Uint64(text[i:]); (v-ones*' ')&^v&(ones*0x80) == 0 {
				i += 8 // none of the eight is a control
				continue
			}
		}
		for end := min(len(text), i+8); i < end; i++ {
			if c := text[i]; c < ' ' && c != '\n' && c != '\t' && c != '\r' {
				return false
			}
		}
	}
	return utf8.Valid(text) && !bytes.Contains(text, []byte("\xef\xbf\xbe")) && !bytes.Contains(text, []byte("\xef\xbf\xbf")) && !bytes.Contains(text, []byte("]]>"))
}

// ones has a 1 in each of eight bytes.
const ones = 0x0101010101010101

type quick struct {
	text  string
	at    int
	top   *node
	open  []*node
	nodes *nodes
}

// nodes is where the nodes of a tree are, to be used again for the next.
type nodes struct {
	pieces   [][]node
	at, used int
	// lists is where their children stand, as far as they are given from here.
	lists [][]*node
	list0 int // the piece of lists that is being filled
	taken int // of it
}

const listsInPiece = 1024

// list returns a copy of a list, to which nothing can be appended in place.
func (r *nodes) list(of []*node) []*node {
	n := len(of)
	if n > listsInPiece/4 {
		return append(make([]*node, 0, n), of...)
	}
	if r.taken+n > listsInPiece {
		r.list0, r.taken = r.list0+1, 0
	}
	if r.list0 == len(r.lists) {
		r.lists = append(r.lists, make([]*node, listsInPiece))
	}
	out := r.lists[r.list0][r.taken : r.taken+n : r.taken+n]
	r.taken += n
	copy(out, of)
	return out
}

const nodesInPiece = 256

// node makes one; of no room, anywhere.
func (r *nodes) node() *node {
	if r == nil {
		return &node{}
	}
	if r.used == nodesInPiece {
		r.at, r.used = r.at+1, 0
	}
	if r.at == len(r.pieces) {
		r.pieces = append(r.pieces, make([]node, nodesInPiece))
	}
	r.used++
	return &r.pieces[r.at][r.used-1]
}

// mostKept is how many pieces are kept after a tree; the longest records have
// more.
const mostKept = 512

// reset forgets the tree.
func (r *nodes) reset() {
	r.pieces = r.pieces[:min(len(r.pieces), mostKept)]
	for i := 0; i <= min(r.at, len(r.pieces)-1); i++ {
		clear(r.pieces[i])
	}
	r.lists = r.lists[:min(len(r.lists), mostKept)]
	r.at, r.used, r.list0, r.taken = 0, 0, 0, 0
}

var nodesPool = sync.Pool{New: func() any { return &nodes{} }}

// skipSpace passes over white space.
func (q *quick) skipSpace() bool {
	from := q.at
	for q.at < len(q.text) && q.text[q.at] <= ' ' { // other controls are not there
		q.at++
	}
	return q.at > from
}

// take passes over a text that comes next.
func (q *quick) take(text string) bool {
	if !strings.HasPrefix(q.text[q.at:], text) {
		return false
	}
	q.at += len(text)
	return true
}

// prolog passes over the declaration and comments.
func (q *quick) prolog() bool {
	q.take("\ufeff")
	if q.take("<?xml ") {
		end := strings.Index(q.text[q.at:], "?>")
		if end < 0 {
			return false
		}
		declaration := q.text[q.at : q.at+end]
		if i := strings.Index(declaration, "encoding="); i >= 0 && !strings.HasPrefix(declaration[i:], `encoding="UTF-8"`) || !strings.Contains(declaration, `version="1.0"`) {
			return false
		}
		q.at += end + len("?>")
	}
	for q.skipSpace(); q.comment(); q.skipSpace() {
	}
	return true
}

// comment passes over a comment.
func (q *quick) comment() bool {
	if !strings.HasPrefix(q.text[q.at:], "<!--") {
		return false
	}
	end := strings.Index(q.text[q.at+len("<!--"):], "--")
	if end < 0 || !strings.HasPrefix(q.text[q.at+len("<!--")+end:], "-->") {
		return false
	}
	q.at += len("<!--") + end + len("-->")
	return true
}

// elements reads the root and what is below it; only white space may follow.
func (q *quick) elements() bool {
	q.open = append(q.open, q.top)
	for {
		next := strings.IndexByte(q.text[q.at:], '<')
		if next < 0 {
			return len(q.open) == 1 && len(q.top.children) == 1 && blank(q.text[q.at:])
		}
		around := q.open[len(q.open)-1]
		if len(q.open) == 1 && (!blank(q.text[q.at:q.at+next]) || len(q.top.children) > 0) {
			return false // text or an element beside the root
		}
		if next > 0 && !q.characters(around, q.text[q.at:q.at+next]) {
			return false
		}
		q.at += next
		switch {
		case q.comment():
		case q.at+1 < len(q.text) && q.text[q.at+1] == '/':
			if !q.end(around) {
				return false
			}
		case !q.start(around):
			return false
		}
	}
}

func blank(s string) bool { return strings.TrimLeft(s, " \n\t\r") == "" }

// characters adds text to an element. White space between elements says nothing.
func (q *quick) characters(n *node, text string) bool {
	if len(n.children) > 0 && blank(text) && blank(n.text) && n.children[len(n.children)-1].kind == '<' {
		return true
	}
	text, ok := decoded(text)
	if !ok {
		return false
	}
	if n.text == "" {
		n.text = text
	} else {
		n.text += text
	}
	return true
}

// name reads a plain name.
func (q *quick) name() string {
	from := q.at
	for q.at < len(q.text) {
		c := q.text[q.at]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (q.at == from || !(c >= '0' && c <= '9' || c == '-' || c == '.')) {
			break
		}
		q.at++
	}
	return q.text[from:q.at]
}

// end reads an end tag.
func (q *quick) end(n *node) bool {
	q.at += len("</")
	if len(q.open) == 1 || q.name() != n.name {
		return false
	}
	q.skipSpace()
	q.open = q.open[:len(q.open)-1]
	return q.take(">")
}

// start reads a start tag with its attributes.
func (q *quick) start(around *node) bool {
	n := q.nodes.node()
	n.kind, n.offset = '<', int64(q.at)
	q.at++
	if n.name = q.name(); n.name == "" || len(q.open) > maxXMLDepth {
		return false
	}
	for {
		space := q.skipSpace()
		switch {
		case q.take("/>"):
			around.children = append(around.children, n)
			return true
		case q.take(">"):
			around.children = append(around.children, n)
			q.open = append(q.open, n)
			return true
		case !space || !q.attribute(n):
			return false
		}
	}
}

func (q *quick) attribute(n *node) bool {
	name := q.name()
	if name == "" || name == "xmlns" || !q.take(`="`) {
		return false
	}
	end := strings.IndexByte(q.text[q.at:], '"')
	if end < 0 {
		return false
	}
	value := q.text[q.at : q.at+end]
	q.at += end + 1
	if strings.IndexByte(value, '<') >= 0 {
		return false
	}
	value, ok := decoded(value)
	if !ok {
		return false
	}
	a := q.nodes.node()
	a.name, a.kind, a.text, a.offset = attributeName(name), '@', value, n.offset
	n.children = append(n.children, a)
	return true
}

// attributeNames are names of attributes with "@" in front, which is how nodes
// have them.
var attributeNames = map[string]string{
	"group_id": "@group_id", "value": "@value", "spread": "@spread", "lower_limit": "@lower_limit", "upper_limit": "@upper_limit", "count": "@count",
	"type": "@type", "rank": "@rank", "subjects_affected": "@subjects_affected", "subjects_at_risk": "@subjects_at_risk", "events": "@events", "vocab": "@vocab",
	"Name": "@Name", "Rank": "@Rank", "Field": "@Field",
}

func attributeName(name string) string {
	if with, ok := attributeNames[name]; ok {
		return with
	}
	return "@" + name
}

// lineEnds makes one line end of all.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// decoded is a text as it stands in the document, with the line ends and the
// characters that it stands for; false where that is not plain.
func decoded(text string) (string, bool) {
	if strings.IndexByte(text, '\r') >= 0 {
		text = lineEnds.Replace(text)
	}
	if strings.IndexByte(text, '&') >= 0 {
		return unescape(text)
	}
	return text, true
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape undoes entities; it returns false for what it does not know.
func unescape(text string) (string, bool) {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			b.WriteString(text)
			return b.String(), true
		}
		b.WriteString(text[:i])
		end := strings.IndexByte(text[i:], ';')
		if end < 0 {
			return "", false
		}
		name := text[i+1 : i+end]
		plain, ok := entities[name]
		if !ok {
			if plain, ok = numbered(name); !ok {
				return "", false
			}
		}
		b.WriteString(plain)
		text = text[i+end+1:]
	}
}

// numbered returns the character that a reference such as #233 or #xD stands
// for, if it is one that XML allows.
func numbered(name string) (string, bool) {
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if !ok || digits == "" {
		return "", false
	}
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n < ' ' && n != '\n' && n != '\r' && n != '\t' || n >= 0xd800 && n < 0xe000 || n == 0xfffe || n == 0xffff || n > utf8.MaxRune || strings.HasPrefix(digits, "+") {
		return "", false
	}
	return string(rune(n)), true
}
