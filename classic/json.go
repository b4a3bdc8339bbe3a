package classic

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// Envelopes are the keys that a response of the classic API begins with, or a
// part of one: the object that it has for a study.
var envelopes = map[string]bool{"FullStudiesResponse": true, "FullStudy": true, "StudyFieldsResponse": true, "FieldValuesResponse": true, "Study": true, "ProtocolSection": true}

// IsEnvelope reports whether a key is one that a response of the classic API
// begins with.
func IsEnvelope(key string) bool { return envelopes[key] }

// Study is a study that a response of the classic API holds, as v2 JSON.
type Study struct {
	// Offset is where the study begins in the response.
	Offset int64
	// JSON is valid until the next study is asked for.
	JSON []byte
}

// FromJSON yields the studies of a response of the classic API. Its keys are
// names of pieces, a list is an object around an array ("ConditionList":
// {"Condition": […]}), and values are labels. Of a StudyFieldsResponse, where
// every piece has a flat list of values, a list of objects can be told apart
// only where one piece of it was asked for; the others are carried as
// leftovers. The error is of a text that is no such response, or, with the offset
// of a study, of a part of the response that holds none; others may follow that.
func FromJSON(text []byte) iter.Seq2[Study, *source.Error] {
	return func(yield func(Study, *source.Error) bool) {
		room, _ := nodesPool.Get().(*nodes)
		defer nodesPool.Put(room)
		defer room.reset()
		root, err := parseJSON(text, room)
		if err != nil {
			yield(Study{}, err)
			return
		}
		studies, flat, err := studiesOf(root)
		if err != nil {
			yield(Study{}, err)
			return
		}
		yieldStudies(studies, flat, yield)
	}
}

func yieldStudies(studies []*node, flat bool, yield func(Study, *source.Error) bool) {
	var buffer []byte
	finder := &jsonFinder{out: make([]string, 0, 8)}
	for _, n := range studies {
		offset := n.offset
		if n.kind == missing {
			if !yield(Study{Offset: offset}, fault(offset, n.name, n.text)) {
				return
			}
			continue
		}
		buffer = studyJSON(buffer[:0], n, flat, finder)
		if !yield(Study{offset, buffer}, nil) {
			return
		}
	}
}

func studyJSON(dst []byte, n *node, flat bool, j *jsonFinder) []byte {
	n.name = ""
	j.scopes = j.scopes[:0]
	f := finder(j)
	if flat {
		if rank := n.child("Rank"); rank != nil {
			n.remove(rank)
		}
		f = flatFinder{}
	} else if n.child("HasResults") == nil {
		// The classic API does not say it, and it follows from the record.
		has := &node{name: "HasResults", kind: 'f', text: "false"}
		if n.child("ResultsSection") != nil {
			has.kind, has.text = 't', "true"
		}
		n.children = append(n.children, has)
	}
	b := newBuilder(f)
	dst = b.study(dst, n)
	return b.leftovers(dst, n)
}

// missing is the kind of a node that stands for a study that is not there: its
// name says what is wrong, its text what was expected.
const missing = '!'

// studiesOf finds the studies in an envelope.
func studiesOf(root *node) (studies []*node, flat bool, err *source.Error) {
	if root.child("ProtocolSection") != nil {
		return []*node{root}, false, nil
	}
	if full := root.child("FullStudy"); full != nil {
		studies = append(studies, studyOf(full))
	}
	if study := root.child("Study"); study != nil {
		studies = append(studies, study)
	}
	if list := root.at("FullStudiesResponse", "FullStudies"); list != nil {
		for _, item := range list.children {
			studies = append(studies, studyOf(item))
		}
	}
	if list := root.at("StudyFieldsResponse", "StudyFields"); list != nil {
		studies, flat = list.children, true
	}
	if values := root.child("FieldValuesResponse"); values != nil {
		return nil, false, noStudies(values)
	}
	for _, name := range [...]string{"FullStudiesResponse", "StudyFieldsResponse"} {
		if response := root.child(name); response != nil {
			studies = complete(studies, response)
		}
	}
	return studies, flat, nil
}

// studyOf returns the study of a FullStudy.
func studyOf(full *node) *node {
	if study := full.child("Study"); study != nil {
		return study
	}
	return &node{kind: missing, name: "the FullStudy has no Study", text: "a study", offset: full.offset}
}

// complete adds what stands for studies that a response says it returns and
// does not hold.
func complete(studies []*node, response *node) []*node {
	returned, said := countOf(response, "NStudiesReturned")
	if found, ok := countOf(response, "NStudiesFound"); ok {
		returned = min(returned, found)
	}
	if !said || returned <= len(studies) {
		return studies
	}
	held := "holds " + strconv.Itoa(len(studies))
	if len(studies) == 0 {
		held = "holds none"
	}
	return append(studies, &node{kind: missing, name: fmt.Sprintf("the response says that it returns %d studies and %s", returned, held), text: "all of them", offset: max(response.offset, 1)})
}

// countOf returns the number that a response says.
func countOf(response *node, name string) (int, bool) {
	c := response.child(name)
	if c == nil {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(c.text))
	return n, err == nil
}

// ErrNoStudy is the cause of the error of a response that does not hold studies.
var ErrNoStudy = errors.New("it holds no study")

func noStudies(values *node) *source.Error {
	e := fault(values.offset, "a FieldValuesResponse counts values", "FullStudiesResponse, FullStudy or StudyFieldsResponse")
	e.Err = ErrNoStudy
	return e
}

// parseJSON reads a text into a tree, which is in the room and ends with it.
func parseJSON(text []byte, room *nodes) (*node, *source.Error) {
	if err := checkNodes(text, nodesOfResponse, ",", "[", "{"); err != nil {
		return nil, err
	}
	if root := quickJSON(text, room); root != nil {
		return root, nil
	}
	return carefulJSON(text)
}

// carefulJSON is parseJSON for whatever text.
func carefulJSON(text []byte) (*node, *source.Error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	root := &node{}
	if err := parseValue(dec, root, 0); err != nil {
		return nil, &source.Error{
			Position: source.Position{Offset: dec.InputOffset(), Pointer: string(dec.StackPointer())}, Problem: "the response is damaged", Err: err,
		}
	}
	return root, nil
}

func parseValue(dec *jsontext.Decoder, n *node, depth int) error {
	if depth > maxXMLDepth {
		return fmt.Errorf("nested deeper than %d levels", maxXMLDepth)
	}
	n.kind = byte(dec.PeekKind())
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	n.offset = dec.InputOffset() - 1
	switch n.kind {
	case '{', '[':
		return parseMembers(dec, n, depth)
	case 'n':
	default:
		n.text = token.String()
	}
	return nil
}

func parseMembers(dec *jsontext.Decoder, n *node, depth int) error {
	for k := dec.PeekKind(); k != '}' && k != ']'; k = dec.PeekKind() {
		member := &node{}
		if n.kind == '{' {
			key, err := dec.ReadToken()
			if err != nil {
				return err
			}
			member.name = key.String()
		}
		if err := parseValue(dec, member, depth+1); err != nil {
			return err
		}
		n.children = append(n.children, member)
	}
	_, err := dec.ReadToken()
	return err
}

// piecesOf are the names that a field has in classic JSON.
func piecesOf(f *model.Field) []string {
	out := []string{f.Piece}
	for older := range strings.SplitSeq(f.AltPiece, ",") {
		if older != "" {
			out = append(out, older)
		}
	}
	return out
}

// piece finds a field among the members of an object.
func (f *fieldPlan) piece(n *node) *node {
	for _, name := range f.pieces {
		if c := n.child(name); c != nil {
			return c
		}
	}
	return nil
}

// list finds the array of a field: that of its piece, in an object named as
// the list is, or by itself.
func (f *fieldPlan) list(n *node) *node {
	for _, name := range f.lists {
		outer := n.child(name)
		if outer == nil || outer.kind != '{' {
			continue
		}
		for _, c := range outer.children {
			if c.kind == '[' {
				return c
			}
		}
	}
	if c := f.piece(n); c != nil && c.kind == '[' {
		return c
	}
	return nil
}

// jsonFinder finds fields by their pieces.
type jsonFinder struct {
	out    []string // room for values
	scopes []scope  // room for the items of lists, of one study
}

func (*jsonFinder) scope(f *fieldPlan, s scope) (scope, bool, bool) {
	n := f.piece(s.node)
	if n == nil || n.kind != '{' {
		return s, false, false
	}
	return scope{node: n}, true, true
}

func (j *jsonFinder) items(f *fieldPlan, s scope) []scope {
	array := f.list(s.node)
	if array == nil {
		return nil
	}
	from := len(j.scopes)
	if cap(j.scopes)-from < len(array.children) { // those that were given stay where they are
		j.scopes, from = make([]scope, 0, max(2*cap(j.scopes), len(array.children), 1024)), 0
	}
	for _, item := range array.children {
		j.scopes = append(j.scopes, scope{node: item})
	}
	return j.scopes[from:len(j.scopes):len(j.scopes)]
}

func (j *jsonFinder) values(f *fieldPlan, s scope) []string {
	n := f.piece(s.node)
	switch {
	case n == nil && f.unknown != nil:
		if date := f.unknown.piece(s.node); date != nil && date.text == unknownDateText {
			return append(j.out[:0], "true")
		}
	case n != nil && f.flagged && n.text == unknownDateText:
		n.used = true // by the flag
		return nil
	}
	if n == nil || n.kind == '[' {
		n = f.list(s.node)
	}
	out := scalars(f, n, j.out[:0])
	if out != nil {
		j.out = out
	}
	return out
}

// unknownDateText stands for a date that the registry does not know.
const unknownDateText = "Unknown"

// scalars returns the text of a scalar, or those of an array. Of several where
// one is expected, the first is the value, and the others are left over. They are
// appended to what is given.
func scalars(f *fieldPlan, n *node, out []string) []string {
	switch {
	case n == nil || n.kind == '{' || n.kind == 'n':
		return nil
	case n.kind != '[':
		if n.used = true; f.saysNothing(n.text) {
			return nil
		}
		return append(out, n.text)
	}
	if out == nil {
		out = []string{} // which says that there are none
	}
	for _, item := range n.children {
		if item.kind == '{' || item.kind == '[' || item.kind == 'n' {
			continue
		}
		if item.used = true; f.saysNothing(item.text) {
			continue
		}
		out = append(out, item.text)
		if !f.field.List {
			break
		}
	}
	return out
}

// flatFinder finds fields in a record of flat lists.
type flatFinder struct{}

func (flatFinder) scope(_ *fieldPlan, s scope) (scope, bool, bool) { return s, true, false }

// values takes no values for nothing said: every piece that was asked for is
// there.
func (flatFinder) values(f *fieldPlan, s scope) []string {
	if out := scalars(f, f.piece(s.node), nil); len(out) > 0 {
		return out
	}
	return nil
}

// items makes one item of each value of the one piece that stands for the list.
func (flatFinder) items(f *fieldPlan, s scope) []scope {
	said := f.said(s.node, nil)
	if len(said) != 1 {
		return nil
	}
	var out []scope
	for _, value := range said[0].children {
		alone := &node{name: said[0].name, kind: '[', children: []*node{value}}
		out = append(out, scope{node: &node{children: []*node{alone}}})
	}
	return out
}

// said appends the members of a flat record that belong below a field.
func (f *fieldPlan) said(n *node, to []*node) []*node {
	for _, c := range f.children {
		if m := c.piece(n); m != nil && c.field.Leaf() && len(m.children) > 0 {
			to = append(to, m)
		}
		to = c.said(n, to)
	}
	return to
}
