package mapping

import (
	"strconv"

	"github.com/trialweave/trialweave/internal/scan"
)

// object writes the members of an object of the record.
func (m *machine) object(a *action, at int, n *scope) {
	for i, end := at+1, m.next(at); i < end; {
		v := &m.values[i]
		next := int(v.Next)
		c := a.child(v.Key)
		m.from(i)
		if c != nil && c.text && v.Kind == '"' && !c.off {
			m.value(n.subject, &c.literalPrefix, i, endString)
			if c.op == opEnum {
				m.checkCode(c, i)
			}
		} else {
			m.member(a, c, i, n)
		}
		i = next
	}
	m.from(at)
}

func (m *machine) member(parent, c *action, at int, n *scope) {
	v := &m.values[at]
	switch {
	case c == nil || !c.fits(v):
		m.unmapped(parent, at, n)
	case c.off:
	case v.Kind == 'n':
		m.hollowMember(at, n, "null")
	case v.Kind == '[' && int(v.Next) == at+1:
		m.hollowMember(at, n, "[]")
	default:
		m.mapped(c, at, n)
	}
}

func (m *machine) mapped(c *action, at int, n *scope) {
	switch c.op {
	case opNest:
		m.nest(c, at, n)
	case opNests:
		m.nests(c, at, n)
	case opNode:
		m.link(c, m.nodeIRI(c, at, n, 0), n)
		m.node(c, at, n, -1)
	case opNodes:
		m.nodeList(c, at, n)
	case opDown:
		m.carryDown(c, at, n)
	default:
		m.leaf(c, at, n)
	}
}

// fits reports whether a value has the shape that the table gives the field.
func (c *action) fits(v *scan.Value) bool {
	switch {
	case v.Kind == 'n':
		return true
	case c.op == opNest || c.op == opNode:
		return v.Kind == '{'
	case c.op == opNests || c.op == opNodes:
		return v.Kind == '[' && v.Flags&scan.Objects != 0
	case c.op == opDown:
		return v.Kind == '"'
	case v.Kind == '[':
		return v.Flags&scan.Scalars != 0
	}
	return v.Kind != '{'
}

// enter goes down by a member, leave back up.
func (m *machine) enter(at int) { m.path = append(m.path, step{key: m.keyOf(at), index: -1}) }

func (m *machine) enterItem(i int) { m.path = append(m.path, step{index: i}) }

func (m *machine) leave() { m.path = m.path[:len(m.path)-1] }

// keyOf returns the key of a member, decoded.
func (m *machine) keyOf(at int) string { return m.scan.KeyOf(at) }

func (m *machine) hollowMember(at int, n *scope, what string) {
	m.enter(at)
	m.recordEmpty(n, what)
	m.leave()
}

func (m *machine) nest(c *action, at int, n *scope) {
	m.enter(at)
	if m.next(at) == at+1 {
		m.recordEmpty(n, "{}")
	} else {
		if c.geo {
			m.geometry(at, n)
		}
		m.object(c, at, n)
	}
	m.leave()
}

// nests writes a list of objects that only group. Each has a place, from which
// the nodes inside get their IRIs.
func (m *machine) nests(c *action, at int, n *scope) {
	m.enter(at)
	several := m.next(at+1) < m.next(at)
	for i, item, end := 0, at+1, m.next(at); item < end; i, item = i+1, m.next(item) {
		m.enterItem(i)
		m.from(item)
		if m.next(item) == item+1 {
			m.recordEmpty(n, "{}")
		} else {
			m.nestsItem(c, item, n, i, several)
		}
		m.leave()
	}
	m.leave()
}

func (m *machine) nestsItem(c *action, item int, n *scope, i int, several bool) {
	subject := m.nodeIRI(c, item, n, i)
	p := *n
	p.around = subject[1:]
	p.table.enter(c, item, p.around, i, several)
	m.places = append(m.places, placeNode{action: c, subject: subject, at: item})
	p.place = len(m.places)
	p.carried = m.holdsNode(c, item, c.carrier)
	kept := len(m.downs)
	for j, end := item+1, m.next(item); j < end; j = m.next(j) {
		v := &m.values[j]
		if f := c.child(v.Key); f != nil && f.op == opDown && v.Kind == '"' {
			m.downs = append(m.downs, down{f, j})
		}
	}
	m.object(c, item, &p)
	m.downs, m.places = m.downs[:kept], m.places[:p.place-1]
}

// within returns the subject of what has no place in the model: the node, or
// the one that stands for the place inside it.
func (m *machine) within(n *scope) string {
	if n.place == 0 {
		return n.subject
	}
	p := &m.places[n.place-1]
	if !p.made {
		p.made = true
		defer m.resume(p.at)()
		m.raw(n.subject, &p.action.place.toIRI, p.subject[1:], endIRI)
		m.raw(p.subject, &p.action.class, "", endIRI)
		m.inTable(p.action.table, 0, n, p.subject)
	}
	return p.subject
}

// carryDown leaves a title or unit to the nodes below. Where there are none,
// the node of the place carries it.
func (m *machine) carryDown(c *action, at int, n *scope) {
	if !n.carried {
		m.value(m.within(n), &c.literalPrefix, at, endString)
	}
}

// holdsNode reports whether there is a node of the class in an object of the record.
func (m *machine) holdsNode(c *action, at int, class string) bool {
	for i, end := at+1, m.next(at); i < end; i = m.next(i) {
		v := &m.values[i]
		f := c.child(v.Key)
		switch {
		case f == nil || !f.fits(v) || v.Kind != '[':
		case f.op == opNodes:
			if f.field.Class == class && int(v.Next) > i+1 {
				return true
			}
		case f.op == opNests:
			for j := i + 1; j < int(v.Next); j = m.next(j) {
				if m.holdsNode(f, j, class) {
					return true
				}
			}
		}
	}
	return false
}

// nodeIRI makes the subject that an object of the record has by its pattern.
func (m *machine) nodeIRI(c *action, at int, n *scope, index int) string {
	m.place.around, m.place.measure, m.place.index = n.around, n.measure, index
	m.cursor.at = at
	return m.arena.Keep(c.pattern.append(append(m.room(), '<'), &m.place))
}

// link links the node at hand to one below it, whose subject is given; that
// is then what node writes.
func (m *machine) link(c *action, subject string, n *scope) {
	m.raw(n.subject, &c.toIRI, subject[1:], endIRI)
	m.below = subject
}

// node writes an object of the record as the node that link linked to.
func (m *machine) node(c *action, at int, n *scope, index int) {
	inner := scope{
		subject: m.below, around: m.below[1:], measure: n.measure, measureAt: n.measureAt, measureBy: n.measureBy,
		base: len(m.path), empties: len(m.empties), downs: len(m.downs),
	}
	if c.measure {
		inner.measure, inner.measureAt, inner.measureBy = inner.around, at, c
	}
	if m.batch == nil && cap(m.out)-len(m.out) < nodeRoom {
		m.nextBuffer()
	}
	m.raw(inner.subject, &c.class, "", endIRI)
	if index >= 0 {
		m.number(inner.subject, &m.order, int64(index), endInteger)
	}
	for _, d := range m.downs[n.downs:] {
		if d.action.field.Class == c.field.Class {
			m.from(d.at)
			m.value(inner.subject, &d.action.literalPrefix, d.at, endString)
			m.from(at)
		}
	}
	m.object(c, at, &inner)
	if c.extra != nil {
		c.extra(m, c, at, inner.subject)
		m.from(at)
	}
	if c.table != tableNone {
		m.inTable(c.table, at, n, inner.subject)
	}
	m.finish(&inner)
}

// nodeList writes a list of nodes. Equal IRIs get -2, -3 in source order. Each
// node carries its place, but where the registry's ids already give the order.
func (m *machine) nodeList(c *action, at int, n *scope) {
	ordered, distinct := true, c.unique
	if c.byKey != scan.Unknown {
		var rising bool
		rising, distinct = m.rising(at, c.byKey)
		ordered = !rising
	}
	seen := m.pushTable()
	for i, item, end := 0, at+1, m.next(at); item < end; i, item = i+1, m.next(item) {
		index := -1
		m.from(item)
		if ordered {
			index = i
		}
		var subject string
		switch {
		case c.index >= 0:
			subject = m.iris[m.indexAt[c.index]+i]
		case distinct:
			subject = m.nodeIRI(c, item, n, i)
		default:
			subject = m.distinct(c, m.nodeIRI(c, item, n, i), seen)
		}
		m.link(c, subject, n)
		m.node(c, item, n, index)
	}
	m.popTable()
}

// distinct counts the IRIs of one list and tells equal ones apart.
func (m *machine) distinct(c *action, subject string, seen *table) string {
	e := seen.at(subject)
	e.value++
	if e.value == 1 {
		return subject
	}
	glue := byte('-')
	if c.pattern.root == 'h' { // an address of the web, where a suffix would name another
		glue = '#'
	}
	return m.arena.Keep(strconv.AppendInt(append(append(m.room(), subject...), glue), int64(e.value), 10))
}

// rising reports whether the ids of a list stand in strictly rising order, so that
// they can be read off the IRIs, and whether it is so plain that they do, that no
// two nodes can share an IRI.
func (m *machine) rising(at int, key scan.Key) (rising, distinct bool) {
	last, distinct, single := "", true, m.next(at+1) >= m.next(at)
	for item, end := at+1, m.next(at); item < end; item = m.next(item) {
		id := m.get(item, key)
		if !single && (last >= id || !isPlainID(id)) {
			return false, false
		}
		distinct = distinct && id != "" && id[0] > ' ' && id[0] < 0x7f
		last = id
	}
	return true, distinct
}
