package mapping

import (
	"encoding/binary"
	"unsafe"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// lead is what stands between a subject and the text of an object: it begins with
// ">" and has the predicate and the beginning of the object, or all of it.
type lead struct {
	text string
	// predicate is a number of the vocabulary, object, too, where the text has all of
	// it; else 0.
	predicate, object uint32
}

// toLiteral is the lead of a compact IRI before a literal.
func (p *program) toLiteral(property string) lead { return p.lead(property, literalPrefix(property)) }

// toResource is the lead of a compact IRI before an IRI.
func (p *program) toResource(property string) lead { return p.lead(property, toIRI(property)) }

func (p *program) lead(property, text string) lead {
	l := lead{text: text}
	if property != "" {
		l.predicate = p.vocabulary.Add(model.Expand(property))
	}
	return l
}

// typed states a class of the tables.
func (p *program) typed(class string) lead {
	iri := model.NSRegistry + class
	if class == "Geometry" {
		iri = model.Expand("geo:Geometry")
	}
	return p.is(iri)
}

// is states a class by its IRI.
func (p *program) is(class string) lead {
	return lead{text: toType + class, predicate: p.toType.predicate, object: p.vocabulary.Add(class)}
}

// compileVocabulary begins the vocabulary.
func (p *program) compileVocabulary() {
	p.vocabulary = new(rdf.Vocabulary)
	p.toType = lead{text: toType, predicate: p.vocabulary.Add(rdf.RDFType)}
	for e, datatype := range datatypes {
		if datatype != "" {
			p.datatypes[e] = p.vocabulary.Add(model.Expand(datatype))
		}
	}
}

// coding is what a machine needs to write into a batch in place of lines.
type coding struct {
	batch *rdf.Batch // nil where lines are written
	graph uint32
	rows0 int // how many rows are of former studies
	bytes int // of the lines
	// known are numbers of IRIs by where the text of the IRI stands: most come
	// again in the same place. They are never trusted.
	known [knownIRIs]uint32
	// subjectNumber is that of lastSubject.
	lastSubject   string
	subjectNumber uint32
	text          []byte
}

const (
	knownBits = 9
	knownIRIs = 1 << knownBits
)

// beginBatch begins a study in a batch, where one is asked for. Whoever compares
// versions, or annotates statements, compares lines.
func (m *machine) beginBatch() {
	m.batch = nil
	b := m.output.Batch
	if b == nil || m.opts.History || m.trace != nil {
		return
	}
	if len(b.Rows) == 0 {
		b.Reset(m.vocabulary)
	}
	if b.Vocabulary != m.vocabulary {
		return
	}
	m.batch, m.rows0, m.bytes = b, len(b.Rows), 0
	clear(m.known[:])
	m.graph = b.AddIRI(m.recordSubject[1:])
	m.lastSubject = ""
}

// term returns the number of an IRI.
func (m *machine) term(iri string) uint32 {
	const golden = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
	place := uint64(uintptr(unsafe.Pointer(unsafe.StringData(iri))))
	slot := &m.known[place*golden>>(64-knownBits)]
	if n := *slot; n != 0 && m.batch.IsIRI(n, iri) {
		return n
	}
	*slot = m.batch.AddIRI(iri)
	return *slot
}

// subjectTerm returns the number of a subject, which is often that of the row before.
// Subjects are never overwritten while the study lasts.
func (m *machine) subjectTerm(subject string) uint32 {
	if unsafe.StringData(subject) != unsafe.StringData(m.lastSubject) || len(subject) != len(m.lastSubject) {
		m.lastSubject, m.subjectNumber = subject, m.term(subject[1:])
	}
	return m.subjectNumber
}

// row writes a line into the batch; length is that of the object's text in the line.
func (m *machine) row(subject string, to *lead, object string, length int, e ending) {
	m.quads++
	m.bytes += len(subject) + len(to.text) + length + len(m.ends[e])
	s := m.subjectTerm(subject)
	o := to.object
	switch {
	case o != 0:
	case e == endIRI:
		o = m.term(object)
	default:
		o = m.batch.AddLiteral(object, m.datatypes[e])
	}
	m.batch.Rows = append(m.batch.Rows, rdf.BatchRow{s, to.predicate, o, m.graph})
}

// plainRow is row for an object that is written as it is.
func (m *machine) plainRow(subject string, to *lead, object string, e ending) {
	m.row(subject, to, object, len(object), e)
}

// literalRow is row for a literal of any text.
func (m *machine) literalRow(subject string, to *lead, text string, e ending) {
	const quotes = 2
	m.text = rdf.AppendTerm(m.text[:0], rdf.String(text))
	m.row(subject, to, text, len(m.text)-quotes, e)
}

// dynamicLead is a lead that the program does not have.
func (m *machine) dynamicLead(predicate, text string) lead {
	l := lead{text: text}
	if m.batch != nil {
		l.predicate = m.batch.AddIRI(predicate)
	}
	return l
}

// here is the place of the next line.
func (m *machine) here() int {
	if m.batch != nil {
		return len(m.batch.Rows)
	}
	return len(m.out)
}

// distinctRows takes out rows after from that occur a second time.
func (m *machine) distinctRows(from int) {
	rows := m.batch.Rows
	m.lines.reset()
	to := from
	for _, row := range rows[from:] {
		key := m.appendRowKey(m.text[:0], &row)
		m.text = key
		if m.lines.find(alias(key)) != nil {
			m.quads--
			b := m.batch
			q := rdf.Quad{Subject: b.Term(row[0]), Predicate: b.Term(row[1]), Object: b.Term(row[2]), Graph: b.Term(row[3])}
			m.bytes -= len(rdf.AppendQuad(m.text[:0], q))
			continue
		}
		m.lines.at(m.arena.Keep(append(m.arena.Room(len(key)), key...)))
		rows[to] = row
		to++
	}
	m.lines.reset()
	m.batch.Rows = rows[:to]
}

// appendRowKey appends what tells a row from all others of the batch.
func (m *machine) appendRowKey(dst []byte, row *rdf.BatchRow) []byte {
	for _, n := range row[:2] {
		dst = binary.LittleEndian.AppendUint32(dst, n)
	}
	b := m.batch
	if row[2] < rdf.LiteralBit {
		return binary.LittleEndian.AppendUint32(append(dst, '<'), row[2])
	}
	t := b.Literal(row[2])
	dst = binary.LittleEndian.AppendUint32(append(dst, '"'), t.Datatype)
	return append(dst, b.LiteralText(t)...)
}
