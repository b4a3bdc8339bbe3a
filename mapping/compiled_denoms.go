package mapping

import "github.com/trialweave/trialweave/mapping/model"

// tablePart is what a node, or a place, is in a table of results.
type tablePart uint8

const (
	tableNone tablePart = iota
	tableMeasurement
	tableDenominator
	tableClass
	tableCategory
)

var tableParts = map[string]tablePart{
	"Measurement": tableMeasurement, "Denominator": tableDenominator, "MeasureClass": tableClass, "MeasureCategory": tableCategory,
}

// machinePlace is the tablePlace of the machine: where the class is among the
// values of the study, 0 for none, and how to read it.
type machinePlace struct {
	class      *action
	classed    int
	classIRI   string
	classAt    int
	categoryAt int
}

// enter goes into an item of a list of classes, of categories or of others.
func (t *machinePlace) enter(c *action, item int, iri string, i int, several bool) {
	at := 0
	if several {
		at = i + 1
	}
	switch c.table {
	case tableClass:
		*t = machinePlace{class: c, classed: item, classIRI: iri, classAt: at}
	case tableCategory:
		t.categoryAt = at
	}
}

// compileTables finds the denominators of objects.
func (p *program) compileTables(numbers map[*model.Field]uint16) {
	for f, n := range numbers {
		if list := f.Child("denoms"); list != nil {
			p.actions[n].denoms = &p.actions[numbers[list]]
			p.actions[n].counts = &p.actions[numbers[list.Child("counts")]]
		}
		if isMeasure(f.Class) && !f.Leaf() {
			p.actions[n].whole, p.actions[n].wholePath = &p.actions[numbers[f.Parent]], p.path(f.Parent.Path)
		}
	}
}

// inTable says of a node of a table where it belongs; at is 0 of the node of a
// place.
func (m *machine) inTable(part tablePart, at int, n *scope, subject string) {
	t := &n.table
	switch part {
	case tableMeasurement:
		if at != 0 && !m.study.holds.off {
			m.add(subject, m.study.holds, m.denominatorOf(m.get(at, m.keys.groupID), n))
		}
	case tableDenominator:
		if t.classed == 0 {
			break
		}
		if i := m.scan.Member(t.classed, m.keys.title); i != 0 && m.values[i].Kind == '"' && !m.study.classTitle.off {
			back := m.resume(i)
			m.value(subject, &m.study.classTitle.literalPrefix, i, endString)
			back()
		}
	case tableNone, tableClass, tableCategory:
	}
	if t.classAt > 0 && !m.study.classOrder.off {
		m.number(subject, &m.study.classOrder.literalPrefix, int64(t.classAt-1), endInteger)
	}
	if t.categoryAt > 0 && (part == tableMeasurement || part == tableCategory) && !m.study.categoryOrder.off {
		m.number(subject, &m.study.categoryOrder.literalPrefix, int64(t.categoryAt-1), endInteger)
	}
}

// denominatorOf returns the IRI of the denominator that holds for a group at a
// place, or "".
func (m *machine) denominatorOf(group string, n *scope) string {
	if blank(group) || n.measureBy == nil {
		return ""
	}
	if t := &n.table; t.class != nil {
		if iri := m.denominatorIn(t.class, t.classed, group, t.classIRI, n); iri != "" {
			return iri
		}
	}
	if iri := m.denominatorIn(n.measureBy, n.measureAt, group, n.measure, n); iri != "" {
		return iri
	}
	whole := n.measureBy.whole
	if whole.denoms == nil {
		return ""
	}
	return m.denominatorIn(whole, m.find(n.measureBy.wholePath), group, m.iri, n)
}

// denominatorIn looks among the denominators of an object, whose IRI is around.
func (m *machine) denominatorIn(c *action, at int, group, around string, n *scope) string {
	if c.denoms == nil || at == 0 {
		return ""
	}
	list := m.scan.Member(at, m.keys.denoms)
	if list == 0 || m.values[list].Kind != '[' || !c.denoms.fits(&m.values[list]) {
		return ""
	}
	choice := newUnitChoice(m.normal(m.get(n.measureAt, m.keys.unitsSelected)), m.normal(m.get(n.measureAt, m.keys.unitsAnalyzed)))
	for i, denom, end := 0, list+1, m.next(list); denom < end; i, denom = i+1, m.next(denom) {
		counts := m.scan.Member(denom, m.keys.counts)
		if counts == 0 || m.values[counts].Kind != '[' || !c.counts.fits(&m.values[counts]) {
			continue
		}
		count := m.countOf(counts, group)
		if count == 0 {
			continue
		}
		of := scope{around: around, measure: n.measure}
		of.around = m.nodeIRI(c.denoms, denom, &of, i)[1:]
		choice.offer(m.normal(m.get(denom, m.keys.units)), m.nodeIRI(c.counts, count, &of, 0)[1:])
	}
	return choice.made()
}

// countOf finds the first count of a group in a list, or 0.
func (m *machine) countOf(list int, group string) int {
	for i, end := list+1, m.next(list); i < end; i = m.next(i) {
		if m.get(i, m.keys.groupID) == group {
			return i
		}
	}
	return 0
}
