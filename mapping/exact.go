package mapping

import (
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
)

// What RDF cannot tell apart is said once more, exactly: a literal of
// tw:unmapped that begins with exactMark holds an object of JSON with one
// member, the path from the node and the value that stood there. So it is with
// a value where the registry has a list and the other way round, with a list in
// which a text and a number look alike, with a number that would be too long
// written out, with keys of one property, and with an object whose only key is "".
const exactMark = "~="

// listEnd stands behind the path of a list that the model has no place for.
const listEnd = " []"

// carriedKey is a property of a node that the model has no row for.
type carriedKey struct{ node, name string }

// carriedValue is the first value that it was given.
type carriedValue[V any] struct {
	path   string
	value  V
	marked bool
}

// carriedValues tell properties that several keys of a node became.
type carriedValues[V any] map[carriedKey]*carriedValue[V]

// add notes a value of a property, and returns the paths and values that have to
// be said exactly.
func (c *carriedValues[V]) add(key carriedKey, path string, value V) []carriedValue[V] {
	if *c == nil {
		*c = carriedValues[V]{}
	}
	first := (*c)[key]
	if first == nil {
		(*c)[carriedKey{strings.Clone(key.node), strings.Clone(key.name)}] = &carriedValue[V]{path: path, value: value}
		return nil
	}
	out := []carriedValue[V]{{path: path, value: value}}
	if !first.marked {
		first.marked = true
		out = append(out, *first)
	}
	return out
}

// dotted writes a path of pointer-escaped keys with dots between them, as it
// stands in IRIs; undotted undoes it.
func dotted(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, ".", "~2"), "/", ".")
}

func undotted(path string) []string {
	keys := strings.Split(path, ".")
	for i := range keys {
		keys[i] = strings.ReplaceAll(keys[i], "~2", ".")
	}
	return keys
}

// exactly says what stood at a place of the record, in the annotated document.
func (a *annotator) exactly(out *value, n node, path string, v *value) {
	if a.opts.NoComputed {
		return
	}
	text := append(appendString([]byte(exactMark+"{"), path), ':')
	out.also(n.term("unmapped"), stringValue(string(append(v.appendJSON(text), '}'))))
}

// inexact reports whether what becomes of a value may be that of another one.
func inexact(isList bool, v *value) bool {
	for _, x := range v.each() {
		if _, _, ok := spelling(x.text); x.kind == '0' && !ok {
			return true
		}
	}
	return (v.kind == '[') != isList || v.kind == '[' && alike(len(v.items), func(i int) (byte, string) { return v.items[i].kind, lexical(number(v.items[i], model.Text)) })
}

// alike reports whether a list has a text and another scalar that look the same.
func alike(n int, item func(int) (kind byte, text string)) bool {
	texts, others := 0, 0
	for i := range n {
		if kind, _ := item(i); kind == '"' {
			texts++
		} else {
			others++
		}
	}
	if texts == 0 || others == 0 {
		return false
	}
	seen := make(map[string]bool, texts)
	for i := range n {
		if kind, text := item(i); kind == '"' {
			seen[text] = true
		}
	}
	for i := range n {
		if kind, text := item(i); kind != '"' && seen[text] {
			return true
		}
	}
	return false
}

// inexact reports the same of a value of the study.
func (m *machine) inexact(isList bool, at int) bool {
	v := &m.values[at]
	if v.Kind != '[' {
		return isList || m.isHuge(at)
	}
	return !isList || m.inexactList(at)
}

// isHuge reports whether a number would be too long written out.
func (m *machine) isHuge(at int) bool {
	v := &m.values[at]
	if v.Kind != '0' || v.Flags&scan.Plain != 0 {
		return false
	}
	_, _, ok := spelling(m.scan.Raw(at))
	return !ok
}

func (m *machine) inexactList(at int) bool {
	for i, end := at+1, m.next(at); i < end; i++ {
		if m.isHuge(i) {
			return true
		}
	}
	return m.alikeList(at)
}

func (m *machine) alikeList(at int) bool {
	end := m.next(at)
	for i := at + 2; ; i++ { // of scalars
		if i >= end {
			return false // all of them are texts, or none is
		}
		if (m.values[i].Kind == '"') != (m.values[at+1].Kind == '"') {
			break
		}
	}
	return alike(end-at-1, func(i int) (byte, string) {
		v := &m.values[at+1+i]
		switch v.Kind {
		case '"':
			return '"', m.str(at + 1 + i)
		case '0':
			text, _, _ := spelling(m.scan.Raw(at + 1 + i))
			return '0', text
		}
		return v.Kind, m.scan.Raw(at + 1 + i)
	})
}

// exactly says what stood at a place of the record.
func (m *machine) exactly(subject, path string, at int) {
	if m.unmappedAt.off {
		return
	}
	text := append(appendString(append(m.exact[:0], exactMark+"{"...), path), ':')
	m.exact = append(m.appendCompact(text, at), '}')
	m.literal(subject, &m.unmappedAt.literalPrefix, alias(m.exact), endString)
}
