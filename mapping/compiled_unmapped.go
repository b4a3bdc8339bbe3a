package mapping

import (
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
)

// unmapped carries what the model has no place for. It is rare, so nothing is
// made ready for it, and the study's lines are looked at for repeats.
func (m *machine) unmapped(parent *action, at int, n *scope) {
	m.repeats = true
	key := m.keyOf(at)
	m.path = append(m.path, step{key: key, index: -1})
	m.carry(strings.TrimPrefix(parent.field.Path+"."+key, "."), key, at, m.within(n), n)
	m.leave()
}

func (m *machine) carry(path, key string, at int, subject string, n *scope) {
	name := m.unmappedName(key)
	v := &m.values[at]
	m.from(at)
	switch {
	case v.Kind == 'n':
		m.note(path, at)
		m.recordEmpty(n, "null")
	case v.Kind == '{':
		m.carryNode(path, name, at, -1, subject, n)
	case v.Kind == '[' && int(v.Next) == at+1:
		m.note(path, at)
		m.recordEmpty(n, "[]")
	case v.Kind == '[' && v.Flags&scan.Scalars != 0:
		m.note(path, at)
		m.carryList(name, at, subject)
		m.carriedAt(name, at, subject, n, listEnd)
	case v.Kind == '[':
		for i, item := 0, at+1; item < int(v.Next); i, item = i+1, m.next(item) {
			m.carryNode(path, name, item, i, subject, n)
		}
	default:
		m.note(path, at)
		m.carryScalar(name, at, subject)
		m.carriedAt(name, at, subject, n, "")
	}
}

func (m *machine) carryScalar(name string, at int, subject string) string {
	property := model.NSRegistry + name
	to := m.dynamicLead(property, "> <"+property+"> \"")
	if m.values[at].Kind != '"' {
		return m.scalar(subject, &to, at, opText)
	}
	m.value(subject, &to, at, endString)
	return m.str(at)
}

// carriedAt says under which key a value stood.
func (m *machine) carriedAt(name string, at int, subject string, n *scope, list string) {
	if m.unmappedAt.off {
		return
	}
	path := string(m.appendPath(nil, n, "/"))
	m.literal(subject, &m.unmappedAt.literalPrefix, path+list, endString)
	exact := m.carried.add(carriedKey{subject, name}, path, at)
	for _, c := range exact {
		m.exactly(subject, c.path, c.value)
	}
	if len(exact) == 0 && (m.inexact(list != "", at) || list == "" && strings.HasSuffix(path, listEnd)) {
		m.exactly(subject, path, at)
	}
}

func (m *machine) carryList(name string, at int, subject string) {
	m.names = m.names[:0]
	for i, end := at+1, m.next(at); i < end; i++ {
		m.from(i)
		m.names = append(m.names, m.carryScalar(name, i, subject))
	}
	m.from(at)
	if !strictlyRising(m.names) {
		property := "tw:order_of_" + name
		to := m.dynamicLead(model.Expand(property), literalPrefix(property))
		m.listOrder(subject, &to)
	}
}

// carryNode writes an unknown object as a node, and anything else in a list
// with one as a node with one value.
func (m *machine) carryNode(path, name string, at, index int, subject string, n *scope) {
	m.from(at)
	if m.isBare(at) {
		path := string(m.appendPath(nil, n, "/"))
		if index >= 0 {
			path += "/" + strconv.Itoa(index)
		}
		m.exactly(subject, path, at)
	}
	iri := n.around + fragmentGlue(n.around) + "x." + escapeKey(dotted(string(m.appendPath(nil, n, "/"))))
	if index >= 0 {
		iri += "-" + strconv.Itoa(index)
	}
	inner := scope{subject: "<" + iri, around: iri, base: len(m.path), empties: len(m.empties)}
	property := model.NSRegistry + name
	to := m.dynamicLead(property, "> <"+property+"> <")
	m.raw(subject, &to, iri, endIRI)
	if index >= 0 {
		m.number(inner.subject, &m.order, int64(index), endInteger)
	}
	v := &m.values[at]
	switch {
	case v.Kind != '{':
		m.carryMember(path, "", at, &inner)
	case int(v.Next) == at+1:
		m.noteEmpty("{}")
		m.note(path, at)
	default:
		for i := at + 1; i < int(v.Next); i = m.next(i) {
			m.carryMember(path, m.keyOf(i), i, &inner)
		}
		m.from(at)
	}
	m.finish(&inner)
}

// isBare reports whether a value is an object whose only key is "", which is how
// a value that is not an object is carried in a list.
func (m *machine) isBare(at int) bool {
	v := &m.values[at]
	return v.Kind == '{' && int(v.Next) > at+1 && m.next(at+1) == int(v.Next) && m.keyOf(at+1) == ""
}

func (m *machine) carryMember(path, key string, at int, n *scope) {
	m.path = append(m.path, step{key: key, index: -1})
	m.carry(path+"."+key, key, at, n.subject, n)
	m.leave()
}

// note counts a path that the model does not know.
func (m *machine) note(path string, at int) {
	m.output.Unknown = append(m.output.Unknown, Unknown{Path: strings.Clone(path), Example: cutExample(m.appendCompact(nil, at))})
}

// invalid counts a value that is not what its field holds.
func (m *machine) invalid(kind, path string, at int) {
	m.output.Invalid = append(m.output.Invalid, Invalid{kind, Unknown{Path: strings.Clone(path), Example: cutExample(m.appendCompact(nil, at))}})
}

// checkCode counts a code that its scheme does not have.
func (m *machine) checkCode(c *action, at int) {
	if _, known := c.concepts[m.str(at)]; !known {
		m.output.UnknownCodes = append(m.output.UnknownCodes, Unknown{Path: c.field.Path, Example: cutExample(m.appendCompact(nil, at))})
	}
}

// appendCompact appends a value as compact JSON, in its own order and with its
// own spelling of numbers.
func (m *machine) appendCompact(dst []byte, at int) []byte {
	v := &m.values[at]
	switch v.Kind {
	case '"':
		return appendString(dst, m.str(at))
	case '{', '[':
		dst = append(dst, v.Kind)
		for i := at + 1; i < int(v.Next); i = m.next(i) {
			if i > at+1 {
				dst = append(dst, ',')
			}
			if v.Kind == '{' {
				dst = append(appendString(dst, m.keyOf(i)), ':')
			}
			dst = m.appendCompact(dst, i)
		}
		return append(dst, v.Kind+2)
	}
	return append(dst, m.scan.Raw(at)...)
}
