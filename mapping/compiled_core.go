package mapping

import (
	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/jsonld"
)

// coreProgram is the core profile made ready, out of the core context.
type coreProgram struct {
	fields      []coreField
	lists       []coreList
	eligibility coreList
	sponsor     lead
	conditions  added
	sponsorPath []scan.Key
}

type coreField struct {
	path          []scan.Key
	literalPrefix lead
	date          bool
}

// coreList is a list of nodes, or one object.
type coreList struct {
	action *action
	path   []scan.Key
	// terms are the predicates of the keys that are terms.
	terms map[scan.Key]*lead
	// link leads from the study to the nodes, if anything does; kind is the
	// whole predicate and literal of an outcome's list.
	link, toKind lead
}

// compileCore makes the core profile ready.
func (p *program) compileCore() error {
	context, err := parseContext(jsonld.CoreContext())
	if err != nil {
		return err
	}
	iri := func(class, term string) string {
		def := context.path(class, "@context", term)
		if id := def.get("@id"); id != nil {
			def = id
		}
		return def.str()
	}
	c := &p.core
	for _, f := range coreFields {
		c.fields = append(c.fields, coreField{p.path(f.path), p.toLiteral(iri("Study", f.term)), f.date})
	}
	for _, path := range coreLists {
		c.lists = append(c.lists, p.coreList(path, iri))
	}
	c.eligibility = p.coreList(eligibilityPath, iri)
	c.sponsor, c.conditions = p.toResource(iri("Study", "leadSponsor")), added{toIRI: p.toResource(iri("Study", "conditions"))}
	c.sponsorPath = p.path(leadSponsorPath)
	return nil
}

func (p *program) coreList(path string, iri func(class, term string) string) coreList {
	f := p.model.Field(path)
	l := coreList{path: p.path(path), terms: map[scan.Key]*lead{}}
	for i := range p.actions {
		if p.actions[i].field == f {
			l.action = &p.actions[i]
		}
	}
	for _, key := range coreKeys[f.Class] {
		to := p.toLiteral(iri(f.Class, key))
		l.terms[p.names.Key(key)] = &to
	}
	switch f.Class {
	case "Outcome":
		l.toKind = p.toLiteral(iri(f.Class, "type"))
	case "Intervention":
		l.link = p.toResource(iri("Study", "interventions"))
	}
	return l
}

// runCore writes what the core profile says.
func (m *machine) runCore() {
	m.raw(m.subject, &m.classes.study, "", endIRI)
	for i := range m.core.fields {
		m.coreField(&m.core.fields[i])
	}
	m.coreShared()
	n := scope{around: m.iri}
	for i := range m.core.lists {
		m.coreNodes(&m.core.lists[i], &n)
	}
	if at := m.find(m.core.eligibility.path); at != 0 && m.values[at].Kind == '{' {
		m.coreNode(&m.core.eligibility, at, m.nodeIRI(m.core.eligibility.action, at, &n, 0))
	}
}

func (m *machine) coreField(f *coreField) {
	at := m.find(f.path)
	v := &m.values[at]
	switch {
	case at == 0:
	case f.date:
		if text := m.str(at); text != "" {
			m.value(m.subject, &f.literalPrefix, at, dateEnds[parseDate(text).known])
		}
	case v.Scalar():
		m.coreScalar(m.subject, &f.literalPrefix, at)
	case v.Kind == '[' && v.Flags&scan.Scalars != 0:
		from := m.here()
		for i, end := at+1, m.next(at); i < end; i++ {
			m.coreScalar(m.subject, &f.literalPrefix, i)
		}
		m.distinctLines(from)
	}
}

func (m *machine) coreScalar(subject string, literalPrefix *lead, at int) {
	if m.values[at].Kind == '"' {
		m.value(subject, literalPrefix, at, endString)
	} else {
		m.scalar(subject, literalPrefix, at, opText)
	}
}

// coreShared adds the sponsor and the conditions to the shared graph.
func (m *machine) coreShared() {
	m.conditions(&m.core.conditions)
	at := m.find(m.core.sponsorPath)
	if at == 0 {
		return
	}
	if name := m.normal(m.get(at, m.keys.name)); name != "" {
		subject := m.sharedIRI("organization/", name)
		m.shareOrganization(subject, name, at, &m.classes.sponsor)
		m.raw(m.subject, &m.core.sponsor, subject[1:], endIRI)
	}
}

func (m *machine) coreNodes(l *coreList, n *scope) {
	at := m.find(l.path)
	if at == 0 || m.values[at].Kind != '[' || !l.action.fits(&m.values[at]) {
		return
	}
	seen := m.pushTable()
	for i, item, end := 0, at+1, m.next(at); item < end; i, item = i+1, m.next(item) {
		subject := m.distinct(l.action, m.nodeIRI(l.action, item, n, i), seen)
		if l.link.text != "" {
			m.raw(m.subject, &l.link, subject[1:], endIRI)
		}
		m.coreNode(l, item, subject)
	}
	m.popTable()
}

func (m *machine) coreNode(l *coreList, at int, subject string) {
	m.raw(subject, &l.action.class, "", endIRI)
	if l.toKind.text != "" {
		m.raw(subject, &l.toKind, l.action.word, endString)
	}
	for i, end := at+1, m.next(at); i < end; i = m.next(i) {
		v := &m.values[i]
		if to := l.terms[v.Key]; to != nil && v.Scalar() {
			m.coreScalar(subject, to, i)
		}
	}
}
