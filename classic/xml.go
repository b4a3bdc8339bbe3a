package classic

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/trialweave/trialweave/source"
)

// maxXMLDepth is how deep elements may nest; the registry's stay below 20.
const maxXMLDepth = 100

// parseXML reads a document into a tree, below a node of its own. Comments and
// processing instructions are left out; entities other than XML's own are faults.
//
// The tree is in the room, and ends with it.
func parseXML(text []byte, room *nodes, most int) (*node, *source.Error) {
	if err := checkNodes(text, most, "<", "=\"", "='"); err != nil {
		return nil, err
	}
	if top := quickXML(text, room); top != nil {
		return top, nil
	}
	return carefulXML(text)
}

// carefulXML is parseXML for whatever document.
func carefulXML(text []byte) (*node, *source.Error) {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.CharsetReader = decoded8
	top := &node{}
	open, texts := []*node{top}, [][]byte{nil}
	for {
		at := dec.InputOffset()
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, xmlFault(dec.InputOffset(), err)
		}
		around := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxXMLDepth {
				return nil, fault(at, "nested too deep", fmt.Sprintf("at most %d levels", maxXMLDepth))
			}
			n := startElement(t, at)
			around.children = append(around.children, n)
			open, texts = append(open, n), append(texts, nil)
		case xml.EndElement:
			around.text = string(texts[len(open)-1])
			open = open[:len(open)-1]
			texts = texts[:len(open)]
		case xml.CharData:
			texts[len(open)-1] = append(texts[len(open)-1], t...)
		}
	}
	top.text = string(texts[0])
	return top, nil
}

// encodingError is of an encoding that is not read.
type encodingError struct{ label string }

// Error names it.
func (e *encodingError) Error() string { return fmt.Sprintf("encoding %q", e.label) }

// decoded8 reads the encodings of a byte a character that a document may declare,
// as older tools that saved a record again do.
func decoded8(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "us-ascii":
		return in, nil
	case "iso-8859-1", "latin1":
		return charmap.ISO8859_1.NewDecoder().Reader(in), nil
	case "iso-8859-15":
		return charmap.ISO8859_15.NewDecoder().Reader(in), nil
	case "windows-1252", "cp1252":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	return nil, &encodingError{label}
}

func startElement(t xml.StartElement, at int64) *node {
	n := &node{name: t.Name.Local, kind: '<', offset: at}
	for _, a := range t.Attr {
		n.children = append(n.children, &node{name: "@" + a.Name.Local, kind: '@', text: a.Value, offset: at})
	}
	return n
}

// studyElement is the root of a classic record.
const studyElement = "clinical_study"

func rootOf(top *node) (*node, *source.Error) {
	switch {
	case len(top.children) == 0:
		return nil, fault(0, "an empty document", "a <"+studyElement+"> element")
	case top.children[0].name != studyElement:
		return nil, fault(top.children[0].offset, fmt.Sprintf("the document is a <%s>", top.children[0].name), "a <"+studyElement+"> element")
	}
	root := top.children[0]
	switch {
	case len(top.children) > 1:
		next := top.children[1]
		return nil, fault(next.offset, fmt.Sprintf("a <%s> follows the record", next.name), "nothing after </"+studyElement+">")
	case strings.TrimLeft(top.text, " \t\r\n\ufeff") != "":
		return nil, fault(0, "text stands beside the record", "a <"+studyElement+"> element alone")
	}
	root.name = ""
	return root, nil
}

// DocumentLength returns the length of the classic record that text begins with,
// up to its last tag, and whether that is there.
func DocumentLength(text []byte) (n int, ok bool) {
	end := bytes.Index(text, []byte("</"+studyElement))
	if end < 0 {
		return 0, false
	}
	tail := bytes.IndexByte(text[end:], '>')
	return end + tail + 1, tail >= 0
}

// ErrCut is the cause of the fault of a document or table that ends in the
// middle of a record.
var ErrCut = errors.New("the text ends in the middle of a record")

func xmlFault(at int64, err error) *source.Error {
	text := err.Error()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		text = syntax.Msg
	}
	if i := strings.Index(text, `: encoding "`); i >= 0 { // of an encodingError, which the decoder does not wrap
		e := fault(at, "the XML is not UTF-8: "+text[i+2:], "UTF-8")
		e.Hint = "iconv -f ENCODING -t UTF-8 turns it into UTF-8; correct its declaration, too"
		return e
	}
	if text == "unexpected EOF" {
		e := fault(at, "the XML is incomplete", "the rest of the document")
		e.Err = ErrCut
		return e
	}
	return fault(at, "the XML is not well-formed: "+text, "")
}

func fault(at int64, problem, expected string) *source.Error {
	return &source.Error{Position: source.At("", at), Problem: problem, Expected: expected}
}

// IsXML reports whether a text begins as a document of XML does; white space and
// a byte order mark may come first.
func IsXML(text []byte) bool {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(text, []byte("<"))
}

// FromXML appends the v2 study that a classic record says, as one line of JSON.
// The members stand in the order of the field tree. The error is of what is no
// such record; its offset counts from the start of the text.
func FromXML(dst, text []byte) ([]byte, *source.Error) {
	room, _ := nodesPool.Get().(*nodes)
	defer nodesPool.Put(room)
	defer room.reset()
	top, err := parseXML(text, room, nodesOfRecord)
	if err != nil {
		return dst, err
	}
	root, err := rootOf(top)
	if err != nil {
		return dst, err
	}
	modernize(root)
	x := &xmlFinder{}
	x.begin(root)
	b := newBuilder(x)
	dst = b.study(dst, root)
	return b.leftovers(dst, root), nil
}

// xmlFinder finds fields by the places that the table names.
type xmlFinder struct {
	// found and again are room for what values and older find, out for values.
	found, again []*node
	out          []string
	// scopes is room for the items of lists, of one record.
	scopes []scope
	// modern says that there are no dates of other names, from before 2017.
	modern bool
	// root is the node where most fields are looked for, with its marks.
	root  *node
	marks uint64
}

// begin notes the root of the record that comes next.
func (x *xmlFinder) begin(root *node) { x.root, x.marks, x.scopes = root, marks(root), x.scopes[:0] }

// missing reports whether nothing can be at a place, since its first step is not
// there.
func (x *xmlFinder) missing(a *alternative, n *node) bool { return n == x.root && x.marks&a.first == 0 }

func (*xmlFinder) scope(_ *fieldPlan, s scope) (scope, bool, bool) { return s, true, false }

// items returns the elements of a list, those of the first alternative first.
func (x *xmlFinder) items(f *fieldPlan, s scope) []scope {
	from := len(x.scopes)
	for i := range f.places {
		a := &f.places[i]
		if a.of != s.of || x.missing(a, s.node) {
			continue
		}
		x.found = s.node.find(a.steps, x.found[:0])
		for _, n := range x.found {
			x.scopes = append(x.scopes, scope{n, i}) // those that were given may stay in older room
		}
	}
	if len(x.scopes) == from {
		return nil
	}
	return x.scopes[from:len(x.scopes):len(x.scopes)]
}

// values returns what the first alternative says that says something. That of
// a list of several is all that stands there. It is valid until the next call.
func (x *xmlFinder) values(f *fieldPlan, s scope) []string {
	for i := range f.places {
		a := &f.places[i]
		if a.of != s.of && f.listed || x.missing(a, s.node) {
			continue
		}
		out := x.out[:0]
		x.found = s.node.find(a.steps, x.found[:0])
		for _, n := range x.found {
			if a.rule == "" {
				if v := use(n); v != "" {
					out = append(out, f.text(v, n))
				}
			} else {
				for _, v := range a.apply(n) {
					out = append(out, f.text(v, n))
				}
			}
			x.out = out
			if len(out) > 0 && !f.field.List {
				if !x.modern {
					x.older(f, s, out[0])
				}
				return out
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// older notes that a date of another name, from before 2017, says again what
// the present one does.
func (x *xmlFinder) older(f *fieldPlan, s scope, said string) {
	for i := range f.places {
		x.again = s.node.find(f.places[i].steps, x.again[:0])
		for _, n := range x.again {
			if !n.used && n.kind == '<' && f.places[i].rule == "" && f.text(strings.TrimSpace(n.text), n) == said {
				n.used = true
			}
		}
	}
}

// broken reports whether a text is on several lines, or has tabs.
func broken(s string) bool {
	return strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0 || strings.IndexByte(s, '\t') >= 0
}

// text makes a text of XML one of the Data API v2: marked up where the field
// is, else on one line.
func (f *fieldPlan) text(v string, n *node) string {
	switch {
	case n.kind == '=': // it is of the Data API v2 already
		return v
	case !f.markup && broken(v):
		return strings.Join(strings.Fields(v), " ")
	case !f.markup:
		return v
	case n.name == "textblock":
		return markdown(n.text)
	}
	return escapeText(v)
}
