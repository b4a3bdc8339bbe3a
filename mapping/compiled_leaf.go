package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
)

// leaf writes a value, or a list of them, and what comes with it.
func (m *machine) leaf(c *action, at int, n *scope) {
	v := &m.values[at]
	if !m.kindFits(c, at) {
		m.invalid(wrongType(c.field, v.Kind == '['), c.field.Path, at)
	}
	if c.mixed {
		m.output.Mixed++
	}
	beyond := c.limit > 0 && v.Kind == '0' && isBeyond(c.limit, m.scan.Raw(at))
	if beyond {
		m.invalid(InvalidCoordinate, c.field.Path, at)
	}
	if !c.hidden && (beyond || m.inexact(c.field.List, at)) {
		m.enter(at)
		m.exactly(n.subject, string(m.appendPath(nil, n, "/")), at)
		m.leave()
	}
	switch {
	case c.hidden:
	case c.field.Class == "Record":
		m.version = at
	case v.Kind == '[':
		m.leaves(c, at, n)
	case beyond:
		text, _, _ := spelling(m.scan.Raw(at))
		m.raw(n.subject, &c.literalPrefix, text, endString)
	default:
		m.single(c, at, n)
		if v.Kind == '"' {
			m.derive(c, at, n)
		}
	}
}

// kindFits reports whether the JSON type is the one that the registry documents.
func (m *machine) kindFits(c *action, at int) bool {
	v := &m.values[at]
	if v.Kind != '[' {
		return !c.field.List && c.scalarFits(v)
	}
	for i := at + 1; i < int(v.Next); i++ {
		if !c.scalarFits(&m.values[i]) {
			return false
		}
	}
	return c.field.List
}

func (c *action) scalarFits(v *scan.Value) bool {
	return v.Kind == c.want || v.Kind == 'f' && c.want == 't'
}

// single writes one scalar as the table has it and returns its lexical form.
func (m *machine) single(c *action, at int, n *scope) string {
	if m.values[at].Kind != '"' {
		return m.scalar(n.subject, &c.literalPrefix, at, c.op)
	}
	text := m.str(at)
	end := endString
	switch c.op {
	case opDate:
		if parseDate(text).known == dayDate {
			end = endDay
		} else {
			m.invalid(InvalidDate, c.field.Path, at)
		}
	case opPartialDate:
		if end = dateEnds[parseDate(text).known]; end == endString {
			m.invalid(InvalidDate, c.field.Path, at)
		}
	case opDateTime:
		if isMinuteTime(text) {
			text = m.keep(append(m.room(), text...), minuteEnd)
			m.raw(n.subject, &c.literalPrefix, text, endTime)
			return text
		}
		m.invalid(InvalidDate, c.field.Path, at)
	case opEnum:
		m.checkCode(c, at)
	case opGroupRef:
		m.place.id, m.place.around, m.place.measure = text, n.around, n.measure
		if m.batch != nil {
			iri := m.arena.Keep(c.pattern.append(m.room(), &m.place))
			m.plainRow(n.subject, &c.toIRI, iri, endIRI)
			return iri
		}
		m.quads++
		m.out = append(append(m.out, n.subject...), c.toIRI.text...)
		from := len(m.out)
		m.out = c.pattern.append(m.out, &m.place)
		to := len(m.out)
		m.out = append(m.out, m.ends[endIRI]...)
		return alias(m.out[from:to])
	}
	m.value(n.subject, &c.literalPrefix, at, end)
	return text
}

var dateEnds = [...]ending{noDate: endString, yearDate: endYear, monthDate: endMonth, dayDate: endDay}

// scalar writes a number or boolean, and returns its lexical form.
func (m *machine) scalar(subject string, literalPrefix *lead, at int, kind op) string {
	v := &m.values[at]
	raw := m.scan.Raw(at)
	if v.Kind != '0' {
		m.raw(subject, literalPrefix, raw, endBoolean)
		return raw
	}
	whole, ok := true, true
	if v.Flags&scan.Plain == 0 {
		raw, whole, ok = spelling(raw)
	}
	end := endInteger
	switch {
	case !ok:
		end = endString
	case !whole || kind == opDecimal:
		end = endDecimal
	}
	m.raw(subject, literalPrefix, raw, end)
	return raw
}

// leaves writes a list of values. Where it is not its own sorted set, a
// literal of indices says how to get it back.
func (m *machine) leaves(c *action, at int, n *scope) {
	from := m.here()
	m.names = m.names[:0]
	for i, end := at+1, m.next(at); i < end; i++ {
		m.from(i)
		m.names = append(m.names, m.single(c, i, n))
	}
	rising := strictlyRising(m.names)
	if c.concept.text != "" {
		for i, end := at+1, m.next(at); i < end; i++ {
			m.from(i)
			m.conceptOf(c, m.str(i), n)
		}
	}
	m.from(at)
	if !rising {
		m.listOrder(n.subject, &c.order) // before the names, which may stand in the lines, move
		m.distinctLines(from)
	}
}

// listOrder writes the place of each name in the sorted set of names.
func (m *machine) listOrder(subject string, literalPrefix *lead) {
	if m.opts.NoComputed {
		return
	}
	m.sorted = append(m.sorted[:0], m.names...)
	slices.Sort(m.sorted)
	m.sorted = slices.Compact(m.sorted)
	m.text = m.text[:0]
	for i, name := range m.names {
		if i > 0 {
			m.text = append(m.text, ' ')
		}
		at, _ := slices.BinarySearch(m.sorted, name)
		m.text = strconv.AppendInt(m.text, int64(at), 10)
	}
	m.raw(subject, literalPrefix, alias(m.text), endString)
}

func (m *machine) conceptOf(c *action, code string, n *scope) {
	if iri := c.concepts[code]; iri != "" {
		m.raw(n.subject, &c.concept, iri, endIRI)
	}
}

// derive writes what follows from one string: bounds, durations, numbers,
// concepts.
func (m *machine) derive(c *action, at int, n *scope) {
	text := m.str(at)
	switch c.op {
	case opEnum:
		if c.concept.text != "" {
			m.conceptOf(c, text, n)
		}
	case opPartialDate:
		if d := parseDate(text); d.known != noDate {
			m.computed(n, &c.derived[0], m.arena.Keep(d.appendDay(m.room())), endDay)
			m.computed(n, &c.derived[1], m.arena.Keep(d.last().appendDay(m.room())), endDay)
		}
	case opAge:
		if age := parseAge(text); age.unit != nil {
			m.computed(n, &c.derived[0], m.arena.Keep(age.appendDuration(m.room())), endDuration)
			m.computed(n, &c.derived[1], m.arena.Keep(age.appendYears(m.room())), endDecimal)
		} else {
			m.invalid(InvalidAge, c.field.Path, at)
		}
	case opNumText:
		m.deriveNumber(c, text, n)
	case opPValue:
		m.derivePValue(c, text, n)
	}
}

// computed writes a derived value, unless the options leave it out.
func (m *machine) computed(n *scope, literalPrefix *lead, text string, e ending) {
	if literalPrefix.text != "" {
		m.raw(n.subject, literalPrefix, text, e)
	}
}

func (m *machine) deriveNumber(c *action, text string, n *scope) {
	if isCount(text) {
		m.computed(n, &c.derived[0], text, endDecimal)
		return
	}
	d, mark, ok := numberText(text)
	if mark == decimalComma || mark == grouped && m.decimalCommas(n) {
		m.output.CommaNumbers++
		return
	}
	if ok {
		m.computed(n, &c.derived[0], m.arena.Keep(d.append(m.arena.Room(2*maxDigits+2))), endDecimal)
	}
}

// isCount recognizes the numbers that are their own canonical form: a few
// digits without a zero in front.
func isCount(s string) bool {
	if s == "" || len(s) > 15 || s[0] == '0' && len(s) > 1 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (m *machine) derivePValue(c *action, text string, n *scope) {
	if sign, d, ok := pValue(text); ok {
		m.computed(n, &c.derived[0], m.arena.Keep(d.append(m.arena.Room(2*maxDigits+2))), endDecimal)
		m.computed(n, &c.derived[1], sign, endString)
	} else if strings.Contains(text, ",") {
		m.output.CommaNumbers++
	}
}

// decimalCommas reports whether the measure around has values with decimal
// commas: then no comma of that measure can be trusted.
func (m *machine) decimalCommas(n *scope) bool {
	if n.measureAt == 0 {
		return false
	}
	if m.commasAt != n.measureAt {
		m.commasAt = n.measureAt
		m.commas = m.hasDecimalComma(n.measureBy, n.measureAt)
	}
	return m.commas
}

func (m *machine) hasDecimalComma(c *action, at int) bool {
	v := &m.values[at]
	switch v.Kind {
	case '[':
		for i := at + 1; i < int(v.Next); i = m.next(i) {
			if m.hasDecimalComma(c, i) {
				return true
			}
		}
	case '{':
		for i := at + 1; i < int(v.Next); i = m.next(i) {
			if f := c.child(m.values[i].Key); f != nil && m.hasDecimalComma(f, i) {
				return true
			}
		}
	case '"':
		if c.op == opNumText {
			_, mark, _ := numberText(m.str(at))
			return mark == decimalComma
		}
	}
	return false
}

// geometry adds the place of a site as WKT.
func (m *machine) geometry(at int, n *scope) {
	geometry, wkt := m.study.geometry, m.study.wkt
	lat, lon := m.scan.Member(at, m.keys.lat), m.scan.Member(at, m.keys.lon)
	if geometry.off || m.opts.NoWKT || lat == 0 || lon == 0 || m.values[lat].Kind != '0' || m.values[lon].Kind != '0' {
		return
	}
	y, _, okY := spelling(m.scan.Raw(lat))
	x, _, okX := spelling(m.scan.Raw(lon))
	if !okX || !okY || isBeyond(90, y) || isBeyond(180, x) {
		return
	}
	subject := m.keep(append(m.room(), n.subject...), "-geo")
	m.raw(n.subject, &geometry.toIRI, subject[1:], endIRI)
	m.raw(subject, &m.geometryType, "", endIRI)
	m.text = append(append(append(append(m.text[:0], "POINT("...), x...), ' '), y...)
	m.text = append(m.text, ')')
	m.raw(subject, &wkt.literalPrefix, alias(m.text), endWKT)
}
