package mapping

import (
	"bytes"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
)

// extraRun adds to a node what follows from it as a whole.
type extraRun func(m *machine, c *action, at int, subject string)

// compiledExtras are the extras of the annotator, by class, with the rows of
// computed.tsv that they fill.
var compiledExtras = map[string]struct {
	run  extraRun
	adds func(*model.Field) []string
}{
	"OrgStudyId":        {(*machine).registryID, rows("org-id-scheme", "org-id-page")},
	"SecondaryId":       {(*machine).registryID, rows("secondary-id-scheme", "secondary-id-page")},
	"OrganizationEntry": {(*machine).organizationEntry, rows("organization")},
	"SponsorEntry":      {(*machine).sponsorEntry, func(f *model.Field) []string { return []string{sponsorLinks[f.Key]} }},
	"ArmGroup":          {(*machine).armLinks, rows("uses-intervention")},
	"Intervention":      {(*machine).interventionLinks, rows("used-in-arm")},
	"Outcome":           {(*machine).outcomeExtras, rows("outcome-type", "outcome-label")},
	"Location":          {(*machine).country, rows("country")},
	"Reference":         {(*machine).reference, rows("reference-publication")},
	"Link":              {(*machine).page, rows("link-page")},
	"AvailableIpd":      {(*machine).page, rows("ipd-page")},
	"MeshEntry":         {(*machine).mesh, func(f *model.Field) []string { return []string{linkID(f)} }},
	"BrowseBranchEntry": {(*machine).branch, func(f *model.Field) []string { return []string{linkID(f)} }},
	"FlowGroup":         {(*machine).matchArm, rows("flow-matches-arm")},
	"BaselineGroup":     {(*machine).matchArm, rows("baseline-matches-arm")},
	"OutcomeGroup":      {(*machine).matchArm, rows("outcome-matches-arm")},
	"EventGroup":        {(*machine).matchArm, rows("event-matches-arm")},
	"OutcomeMeasure":    {(*machine).reportsOutcome, rows("reports-outcome")},
	"AdverseEvent":      {(*machine).eventLabel, rows("event-label")},
}

func rows(ids ...string) func(*model.Field) []string {
	return func(*model.Field) []string { return ids }
}

// index finds the IRIs of the nodes that others refer to by name, before any
// of them is written: the results may stand before the arms.
func (m *machine) index() {
	seen := m.pushTable()
	n := scope{around: m.iri}
	for i := range m.indexed {
		x := &m.indexed[i]
		m.indexAt[i] = len(m.iris)
		at := m.find(x.path)
		if v := &m.values[at]; at == 0 || v.Kind != '[' || !x.action.fits(v) || x.action.index < 0 {
			continue
		}
		seen.reset()
		for i, item, end := 0, at+1, m.next(at); item < end; i, item = i+1, m.next(item) {
			subject := m.distinct(x.action, m.nodeIRI(x.action, item, &n, i), seen)
			m.iris = append(m.iris, subject)
			m.indexName(x, item)
		}
	}
	m.popTable()
}

// indexName enters the node last added to iris by its name; the first of equal
// names wins.
func (m *machine) indexName(x *indexed, item int) {
	var e *tableEntry
	switch x.action.field.Class {
	case "ArmGroup":
		e = entry(&m.arms, m.normal(m.get(item, m.keys.label)))
	case "Intervention":
		label := m.labels[m.get(item, m.keys.typ)]
		e = entry(&m.uses, m.normal(m.joined(label, m.get(item, m.keys.name))))
	default:
		e = entry(&m.results, m.normal(m.joined(x.by, m.get(item, m.keys.measure))))
	}
	if e != nil && e.value == 0 {
		e.value = len(m.iris)
	}
}

func entry(t *table, name string) *tableEntry {
	if name == "" {
		return nil
	}
	return t.at(name)
}

// joined is a + b.
func (m *machine) joined(a, b string) string {
	if a == "" {
		return b
	}
	return m.keep(append(m.arena.Room(len(a)+len(b)), a...), b)
}

// found returns the place in iris, from 1, of the node with the name; 0 is none.
func (m *machine) found(t *table, name string) int {
	if e := t.find(m.normal(name)); e != nil {
		return e.value
	}
	return 0
}

func (m *machine) armLinks(c *action, at int, subject string) {
	m.linkNames(c, at, m.keys.interventionNames, &m.uses, subject)
}

func (m *machine) interventionLinks(c *action, at int, subject string) {
	m.linkNames(c, at, m.keys.armGroupLabels, &m.arms, subject)
}

// linkNames links to the nodes that a list names, to each once.
func (m *machine) linkNames(c *action, at int, key scan.Key, to *table, subject string) {
	list := m.scan.Member(at, key)
	if list == 0 || m.values[list].Kind != '[' {
		return
	}
	m.sorted = m.sorted[:0]
	done := m.pushTable()
	for i, end := list+1, m.next(list); i < end; i = m.next(i) {
		if n := m.found(to, m.str(i)); n != 0 {
			m.from(i)
			if e := done.at(m.iris[n-1]); e.value == 0 {
				e.value = 1
				m.add(subject, c.adds[0], m.iris[n-1][1:])
			}
		}
	}
	m.popTable()
}

func (m *machine) matchArm(c *action, at int, subject string) {
	if n := m.found(&m.arms, m.get(at, m.keys.title)); n != 0 {
		m.fromMember(at, m.scan.Member(at, m.keys.title))
		m.add(subject, c.adds[0], m.iris[n-1][1:])
	}
}

func (m *machine) reportsOutcome(c *action, at int, subject string) {
	list := outcomeLists[m.get(at, m.keys.typ)]
	if list == "" {
		return
	}
	if n := m.found(&m.results, m.joined(m.joined(list, outcomeGlue), m.get(at, m.keys.title))); n != 0 {
		m.fromMember(at, m.scan.Member(at, m.keys.title))
		m.add(subject, c.adds[0], m.iris[n-1][1:])
	}
}

func (m *machine) outcomeExtras(c *action, at int, subject string) {
	m.add(subject, c.adds[0], c.word)
	m.given(subject, c.adds[1], at, m.keys.measure)
}

func (m *machine) eventLabel(c *action, at int, subject string) {
	m.given(subject, c.adds[0], at, m.keys.term)
}

// given says once more what stands under a key, unless it is blank.
func (m *machine) given(subject string, a *added, at int, key scan.Key) {
	if i := m.scan.Member(at, key); i != 0 && !a.off && !blank(m.str(i)) {
		m.from(i)
		m.value(subject, &a.literalPrefix, i, a.end)
	}
}

func (m *machine) country(c *action, at int, subject string) {
	name := m.get(at, m.keys.country)
	iri, known := m.model.CountryNamed(name)
	m.fromMember(at, m.scan.Member(at, m.keys.country))
	m.add(subject, c.adds[0], iri)
	if !known && name != "" {
		m.invalid(InvalidCountry, countryPath, m.scan.Member(at, m.keys.country))
	}
}

func (m *machine) page(c *action, at int, subject string) {
	if iri, ok := webPage(m.get(at, m.keys.url)); ok {
		m.fromMember(at, m.scan.Member(at, m.keys.url))
		m.add(subject, c.adds[0], iri)
	}
}

func (m *machine) registryID(c *action, at int, subject string) {
	served := m.get(at, m.keys.id)
	id := recognizeID(strings.TrimSpace(served))
	if id.scheme == "" && served != "" && isEuropean(m.get(at, m.keys.typ)) {
		m.invalid(InvalidIdentifier, c.field.Path+".id", m.scan.Member(at, m.keys.id))
	}
	m.fromMember(at, m.scan.Member(at, m.keys.id))
	m.add(subject, c.adds[0], id.scheme)
	if id.page != "" {
		m.add(subject, c.adds[1], m.joined(m.joined(id.page, id.number), id.version))
	}
}

func (m *machine) reference(c *action, at int, subject string) {
	pmid := strings.TrimSpace(m.get(at, m.keys.pmid))
	if !isPubMedID(pmid) {
		if pmid != "" {
			m.invalid(InvalidIdentifier, c.field.Path+".pmid", m.scan.Member(at, m.keys.pmid))
		}
		return
	}
	iri := m.joined(pubMed, pmid)
	m.fromMember(at, m.scan.Member(at, m.keys.pmid))
	m.add(subject, c.adds[0], iri)
	m.linkStudy(m.study.publication, iri)
}

// linkStudy links the study, once, to a node by a row of computed.tsv.
func (m *machine) linkStudy(a *added, iri string) {
	e := m.links.at(iri)
	if bit := 1 << a.link; e.value&bit == 0 {
		e.value |= bit
		m.add(m.subject, a, iri)
	}
}

// dedupeShared is told of a shared node whose lines, those of shared after from,
// have been written; subject is "<" and its IRI. Where it had been written
// before, the lines that are repeated go.
func (m *machine) dedupeShared(subject string, from int) {
	e := m.nodes.at(subject)
	if e.value == 0 {
		m.blocks = append(m.blocks, block{from, len(m.shared), false})
		e.value = len(m.blocks)
		return
	}
	b := &m.blocks[e.value-1]
	m.shared = dropLines(m.shared, from, m.shared[b.from:b.to])
	if len(m.shared) > from {
		// What is left may be repeats of lines that are not in the block.
		m.sharedRepeats = m.sharedRepeats || b.scattered
		b.scattered = true
	}
}

// block is where the lines of a shared node stand that were written first;
// scattered says that it got more of them later.
type block struct {
	from, to  int
	scattered bool
}

// dropLines takes out of b the lines after from that are among others.
func dropLines(b []byte, from int, others []byte) []byte {
	to := from
	for at := from; at < len(b); {
		end := lineEnd(b, at)
		if !hasLine(others, b[at:end]) {
			to += copy(b[to:], b[at:end])
		}
		at = end
	}
	return b[:to]
}

func hasLine(lines, line []byte) bool {
	for at := 0; at < len(lines); {
		end := lineEnd(lines, at)
		if bytes.Equal(lines[at:end], line) {
			return true
		}
		at = end
	}
	return false
}

func (m *machine) shareType(subject string, class *lead) {
	m.shared = append(append(append(m.shared, subject...), class.text...), m.sharedEnds[endIRI]...)
}

func (m *machine) shareText(subject string, literalPrefix *lead, text string) {
	m.shared = append(append(m.shared, subject...), literalPrefix.text...)
	m.shared = append(appendText(m.shared, text), m.sharedEnds[endString]...)
}

func (m *machine) organizationEntry(c *action, at int, _ string) {
	m.organization(c, at, m.keys.fullName, false)
}

func (m *machine) sponsorEntry(c *action, at int, _ string) {
	m.organization(c, at, m.keys.name, true)
}

// organization links the study to a shared organisation.
func (m *machine) organization(c *action, at int, key scan.Key, sponsor bool) {
	name := m.normal(m.get(at, key))
	if name == "" || isWithheld(name) {
		return
	}
	subject := m.sharedIRI("organization/", name)
	classes := [...]*lead{&m.classes.organization, &m.classes.sponsor}
	n := len(classes)
	if !sponsor {
		n--
	}
	m.shareOrganization(subject, name, at, classes[:n]...)
	m.fromMember(at, m.scan.Member(at, key))
	m.linkStudy(c.adds[0], subject[1:])
}

// shareOrganization writes a shared organisation of one class or two.
func (m *machine) shareOrganization(subject, name string, at int, classes ...*lead) {
	from := len(m.shared)
	for _, class := range classes {
		m.shareType(subject, class)
	}
	m.shareText(subject, &m.study.organizationName.literalPrefix, name)
	if class := m.get(at, m.keys.class); !blank(class) {
		m.shareText(subject, &m.study.organizationClass.literalPrefix, class)
	}
	m.dedupeShared(subject, from)
}

// sharedIRI makes the subject of a shared node of a name in normal form.
func (m *machine) sharedIRI(folder, name string) string {
	b := append(append(append(m.room(), '<'), m.base...), folder...)
	m.key = append(m.key[:0], name...)
	return m.arena.Keep(appendHash(b, sharedHash, m.key))
}

// mesh links the study to a MeSH heading.
func (m *machine) mesh(c *action, at int, _ string) {
	served := strings.TrimSpace(m.get(at, m.keys.id))
	id, valid, certain := meshID(served)
	if served != "" && !certain {
		m.invalid(InvalidIdentifier, c.field.Path+".id", m.scan.Member(at, m.keys.id))
	}
	if !valid {
		return
	}
	subject := m.keep(append(append(m.room(), '<'), model.NSMesh...), id)
	if label := m.normal(m.get(at, m.keys.term)); label != "" {
		from := len(m.shared)
		m.shareText(subject, &m.labelOf, label)
		m.dedupeShared(subject, from)
	}
	m.fromMember(at, m.scan.Member(at, m.keys.id))
	m.linkStudy(c.adds[0], subject[1:])
}

// branch links the study to a branch of the browse tree.
func (m *machine) branch(c *action, at int, _ string) {
	abbrev := strings.TrimSpace(m.get(at, m.keys.abbrev))
	if abbrev == "" {
		return
	}
	b := append(append(append(m.room(), '<'), m.base...), "branch/"...)
	b = append(append(b, c.word...), '-')
	subject := m.arena.Keep(appendKey(b, abbrev))
	from := len(m.shared)
	m.shareType(subject, &m.classes.branch)
	m.addShared(subject, m.study.branchAbbrev, abbrev)
	m.addShared(subject, m.study.branchName, m.normal(m.get(at, m.keys.name)))
	m.dedupeShared(subject, from)
	m.fromMember(at, m.scan.Member(at, m.keys.abbrev))
	m.linkStudy(c.adds[0], subject[1:])
}

func (m *machine) addShared(subject string, a *added, text string) {
	if !a.off && text != "" {
		m.shareText(subject, &a.literalPrefix, text)
	}
}
