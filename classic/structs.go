package classic

import (
	"bytes"
	"fmt"
	"iter"
	"strings"

	"github.com/trialweave/trialweave/source"
)

// A response of the classic API in XML is the one in JSON, written otherwise:
// <Struct Name="StatusModule"> for an object, <List Name="ConditionList"> for an
// object around an array, and <Field Name="Condition"> for a text.

// responses are the elements that hold studies in that form.
var responses = [...]string{"FullStudiesResponse", "FullStudyList", "FullStudy", "StudyFieldsResponse", "Struct"}

// IsResponse reports whether a document, which begins as XML does, is a response
// of the classic API, as far as its beginning shows.
func IsResponse(text []byte) bool {
	for _, name := range responses {
		i := bytes.Index(text, []byte("<"+name))
		if end := i + 1 + len(name); i >= 0 && end < len(text) && strings.IndexByte(" \t\r\n>/", text[end]) >= 0 {
			return true
		}
	}
	return false
}

// FromResponse yields the studies of a response of the classic API in XML, as
// FromJSON does of one in JSON.
func FromResponse(text []byte) iter.Seq2[Study, *source.Error] {
	return func(yield func(Study, *source.Error) bool) {
		top, err := parseXML(text, &nodes{}, nodesOfResponse)
		if err != nil {
			yield(Study{}, err)
			return
		}
		studies, flat, err := structsOf(top)
		if err != nil {
			yield(Study{}, err)
			return
		}
		yieldStudies(studies, flat, yield)
	}
}

// structsOf finds the studies of a response, as a tree of classic JSON.
func structsOf(top *node) (studies []*node, flat bool, err *source.Error) {
	root := &node{}
	if len(top.children) > 0 {
		root = top.children[0]
	}
	switch {
	case root.name == "StudyFieldsResponse":
		for _, fields := range root.find([]string{"StudyFieldsList", "StudyFields"}, nil) {
			studies = append(studies, flatFields(fields))
		}
		return complete(studies, root), true, nil
	case strings.HasPrefix(root.name, "FullStud"), root.name == "Struct" && named(root) == "Study":
		return complete(fullStudies(top, nil), root), false, nil
	case root.name == "FieldValuesResponse":
		return nil, false, noStudies(root)
	}
	return nil, false, fault(root.offset, fmt.Sprintf("the document is a <%s>", root.name), "a <FullStudiesResponse>, <FullStudy> or <StudyFieldsResponse>")
}

// fullStudies appends the studies below an element.
func fullStudies(n *node, to []*node) []*node {
	for _, c := range n.children {
		switch c.name {
		case "FullStudyList", "FullStudiesResponse":
			to = fullStudies(c, to)
		case "FullStudy":
			before := len(to)
			if to = fullStudies(c, to); len(to) == before {
				to = append(to, studyOf(&node{offset: max(c.offset, 1)}))
			}
		case "Struct":
			if named(c) == "Study" {
				to = append(to, asJSON(c))
			}
		}
	}
	return to
}

// named is the name that an element gives what it stands for.
func named(n *node) string {
	if name := n.child("@Name"); name != nil {
		return name.text
	}
	return ""
}

// asJSON turns an element into what classic JSON has in its place.
func asJSON(n *node) *node {
	out := &node{name: named(n), offset: n.offset}
	switch n.name {
	case "Struct":
		out.kind = '{'
		out.children = elements(n)
	case "List":
		out.kind = '{'
		items := &node{kind: '[', offset: n.offset, children: elements(n)}
		if len(items.children) > 0 {
			items.name = items.children[0].name
		}
		out.children = []*node{items}
	default:
		out.kind, out.text = '"', n.text
	}
	return out
}

// elements are those below an element; a field without a text says nothing.
func elements(n *node) []*node {
	var out []*node
	for _, c := range n.children {
		switch {
		case c.kind != '<':
		case c.name == "Field" && c.text == "":
		default:
			out = append(out, asJSON(c))
		}
	}
	return out
}

// flatFields turns the fields that were asked for into lists of texts.
func flatFields(n *node) *node {
	out := &node{kind: '{', offset: n.offset}
	for _, values := range n.find([]string{"FieldValues"}, nil) {
		list := &node{kind: '[', offset: values.offset}
		if name := values.child("@Field"); name != nil {
			list.name = name.text
		}
		for _, v := range values.find([]string{"FieldValue"}, nil) {
			list.children = append(list.children, &node{kind: '"', text: v.text, offset: v.offset})
		}
		out.children = append(out.children, list)
	}
	return out
}
