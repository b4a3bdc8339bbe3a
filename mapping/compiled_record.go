package mapping

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"github.com/trialweave/trialweave/mapping/model"
)

// types writes the classes of the study.
func (m *machine) types() {
	m.raw(m.subject, &m.classes.study, "", endIRI)
	at := m.find(m.paths.studyType)
	m.from(at)
	m.raw(m.subject, &m.toType, m.studyClasses[studyClass(m.str(at))], endIRI)
}

// studyLinks adds the computed properties of the study.
func (m *machine) studyLinks() {
	m.from(0)
	m.add(m.subject, m.study.record, m.recordSubject[1:])
	m.from(m.find(m.paths.nctID))
	m.add(m.subject, m.study.sameAs, m.joined(identifiersOrg, m.nct))
	m.add(m.subject, m.study.identifier, m.nct)
	if at := m.find(m.paths.aliases); at != 0 && m.values[at].Kind == '[' {
		for i, end := at+1, m.next(at); i < end; i = m.next(i) {
			m.from(i)
			m.linkNumber(m.study.replaces, m.str(i))
			if _, ok := model.NormalID(m.str(i)); !ok {
				m.invalid(InvalidIdentifier, aliasPath, i)
			}
		}
	}
	access := m.find(m.paths.expandedAccess)
	m.from(access)
	m.linkNumber(m.study.expandedAccess, m.str(access))
	posted := m.find(m.paths.firstPosted)
	m.from(posted)
	if day := m.str(posted); isDay(day) {
		m.add(m.subject, m.study.issued, day)
	}
	m.conditions(m.study.condition)
	if days, ok := daysBetween(m.str(m.find(m.paths.completed)), m.str(m.find(m.paths.reported))); ok && !m.study.days.off {
		m.from(m.find(m.paths.reported[:len(m.paths.reported)-1]))
		m.number(m.subject, &m.study.days.literalPrefix, int64(days), endInteger)
	}
}

// linkNumber links the study to another by its number, if it is one.
func (m *machine) linkNumber(a *added, id string) {
	if nct, ok := model.NormalID(id); ok && nct != m.nct {
		m.linkStudy(a, m.joined(model.StudyBase, nct))
	}
}

// conditions links the study to its conditions.
func (m *machine) conditions(link *added) {
	at := m.find(m.paths.conditions)
	if at == 0 || m.values[at].Kind != '[' {
		return
	}
	for i, end := at+1, m.next(at); i < end; i = m.next(i) {
		name := m.normal(m.str(i))
		if name == "" || isWithheld(name) {
			continue
		}
		subject := m.sharedIRI("condition/", name)
		from := len(m.shared)
		m.shareType(subject, &m.classes.condition)
		m.shareText(subject, &m.study.conditionName.literalPrefix, name)
		m.dedupeShared(subject, from)
		m.from(i)
		m.linkStudy(link, subject[1:])
	}
}

// record writes the node of the registry's record.
func (m *machine) record() {
	s, subject := &m.study, m.recordSubject
	m.from(0)
	m.raw(subject, &m.classes.record, "", endIRI)
	m.raw(subject, &m.classes.entity, "", endIRI)
	m.add(subject, s.primaryTopic, m.iri)
	m.add(subject, s.source, m.joined(apiStudies, m.nct))
	if at := m.find(m.paths.lastPosted); isDay(m.str(at)) {
		m.from(at)
		m.add(subject, s.modified, m.str(at))
		m.from(0)
	}
	m.add(subject, s.hash, m.hash)
	m.add(subject, s.form, cmp.Or(m.output.Form, sourceForm))
	m.add(subject, s.label, m.joined(recordOf, m.nct))
	m.versionHolder(subject)
}

// contentHash is the hash of the record's canonical form; see contentHash.
func (m *machine) contentHash() string {
	m.canonical = m.scan.AppendCanonical(m.canonical[:0], m.paths.version)
	sum := sha256.Sum256(m.canonical)
	return m.arena.Keep(hex.AppendEncode(m.room(), sum[:]))
}

// versionHolder writes what leaf left to the record.
func (m *machine) versionHolder(subject string) {
	if m.version == 0 {
		return
	}
	n := scope{subject: subject}
	m.from(m.version)
	if m.values[m.version].Kind != '[' {
		m.single(m.versions, m.version, &n)
		return
	}
	from := m.here()
	for i, end := m.version+1, m.next(m.version); i < end; i++ {
		m.from(i)
		m.single(m.versions, i, &n)
	}
	m.distinctLines(from)
}
