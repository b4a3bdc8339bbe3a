package mapping

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// machine runs a program over one study after the other. All its strings are
// windows into the study, or into the arena: they end with the study.
type machine struct {
	*program
	coding
	scan   *scan.Scanner
	values []scan.Value // of the scanner
	// nct is the study's number, iri its IRI, subject the same after a "<".
	nct, iri, subject string
	recordSubject     string
	// ends are what ends a line of the study's graph, by object.
	ends  [endings]string
	out   []byte
	full0 int // how many buffers of output.Full are of former studies
	quads int
	arena scan.Arena

	output *Output
	shared []byte
	place  place
	cursor cursor
	// below is the node that is linked to and comes next.
	below string
	// path leads from the node that is being written down to the place, after
	// its base.
	path    []step
	empties []string
	downs   []down
	names   []string
	sorted  []string
	version int
	// commas reports whether the measure at commasAt has decimal commas.
	commasAt int
	commas   bool
	// repeats say that lines may occur twice.
	repeats, sharedRepeats bool
	key, canonical         []byte
	// carried are the properties that the model has no row for, exact is room for
	// what is said exactly.
	carried carriedValues[int]
	exact   []byte
	// hash is that of the whole study, reduced the study without its contacts.
	hash    string
	reduced []byte

	// iris are those of the indexed lists, as subjects.
	iris    []string
	indexAt [5]int
	arms    table // by label, the place in iris
	uses    table
	results table
	links   table
	nodes   table // the shared nodes that have been written, the place in blocks
	blocks  []block
	lines   table
	// seen are the tables of the lists that are open.
	seen  []*table
	depth int
	// places are those of the Nests that are open.
	places []placeNode
	trace  *trace
}

// step is a key, or the place in a list if it is none.
type step struct {
	key   string
	index int
}

// down is a title or unit for the nodes below.
type down struct {
	action *action
	at     int
}

// scope is the node that is being written, and the place inside it; see node.
type scope struct {
	subject, around, measure string
	measureAt                int
	measureBy                *action
	base, empties, downs     int
	// place is the number in places, from 1; 0 is none.
	place   int
	carried bool
	// table is where the place is in a table of results.
	table machinePlace
}

// placeNode is the node that stands for a place, once there is need of one.
type placeNode struct {
	action  *action
	subject string
	at      int // of its value
	made    bool
}

// cursor is an object of the study as what a pattern reads.
type cursor struct {
	scan *scan.Scanner
	at   int
}

func (c *cursor) text(k patternKey) string {
	if at := c.scan.Member(c.at, k.key); at != 0 {
		return c.scan.String(at)
	}
	return ""
}

func newMachine(p *program) *machine {
	m := &machine{program: p, scan: scan.NewScanner(p.names)}
	m.cursor.scan = m.scan
	m.place.record = &m.cursor
	if p.opts.Statements {
		m.trace = new(trace)
	}
	return m
}

// usualGrowth is how much longer than a study its lines usually are.
const usualGrowth = 8

// run converts a study, and reports whether it could: if not, nothing is
// appended.
func (m *machine) run(study []byte, out *Output) bool {
	if !m.read(study) || m.values[0].Kind != '{' {
		return false
	}
	nct, ok := model.NormalID(m.str(m.find(m.paths.nctID)))
	if !ok {
		return false
	}
	day := m.versionDate(out)
	version := day
	out.Number, out.Updated = numberOf(nct), parseDate(day).digits()
	switch {
	case !m.opts.History:
		day, out.VersionBy = "", ""
	case day == "":
		return false
	}
	m.begin(nct, day, out)
	if out.More == nil && m.batch == nil {
		m.out = slices.Grow(m.out, usualGrowth*len(study))
	}
	if !m.study.hash.off && m.opts.Profile == Full {
		m.hash = m.contentHash()
	}
	if m.without[contactsPart] && !m.withoutPeople(study) {
		return false
	}
	if m.opts.Profile == Core {
		m.runCore()
	} else {
		m.full()
	}
	if m.trace != nil {
		m.annotateStatements(len(out.Record), m.versionIRI(version))
	}
	m.end()
	return true
}

// numberOf is the number in an NCT id of the normal form.
func numberOf(nct string) uint32 {
	n := uint32(0)
	for i := len("NCT"); i < len(nct); i++ {
		n = 10*n + uint32(nct[i]-'0')
	}
	return n
}

// versionDate returns the date of the record's version, or "".
func (m *machine) versionDate(out *Output) string {
	for i, path := range m.paths.versions {
		if date := m.str(m.find(path)); isVersionDate(date) {
			if i > 0 {
				out.VersionBy = model.VersionDates()[i]
			}
			return date
		}
	}
	return ""
}

func (m *machine) read(study []byte) bool {
	ok := m.scan.Scan(study)
	m.values = m.scan.Values
	return ok
}

// withoutPeople goes on with the study less its contacts. That is work for the
// slow parser: to find people in texts one has to know them first.
func (m *machine) withoutPeople(study []byte) bool {
	in, err := parse(study)
	if err != nil {
		return false
	}
	m.reduced = m.program.withoutPeople(in).appendJSON(m.reduced[:0])
	return m.read(m.reduced)
}

func (m *machine) begin(nct, day string, out *Output) {
	m.arena.Reset()
	m.output, m.out, m.shared = out, out.Record, out.Shared
	m.full0 = len(out.Full)
	m.nct = m.keep(m.room(), nct) // the scanner's own copy ends with the next scan
	m.subject = m.keep(append(append(m.room(), '<'), model.StudyBase...), nct)
	m.iri = m.subject[1:]
	m.place.nct, m.place.study = nct, m.iri
	graph := append(append(m.room(), m.subject...), recordFragment...)
	if day != "" {
		graph = append(append(graph, '-'), day...)
		out.Version = string(graph[1:])
	}
	m.recordSubject = m.keep(graph, "")
	for e := range m.ends {
		m.ends[e] = m.arena.Keep(m.appendEnding(m.room(), ending(e), m.recordSubject))
	}
	m.path, m.empties, m.downs, m.iris = m.path[:0], m.empties[:0], m.downs[:0], m.iris[:0]
	m.places, m.blocks = m.places[:0], m.blocks[:0]
	m.version, m.commasAt, m.depth = 0, 0, 0
	m.repeats, m.sharedRepeats, m.quads = false, false, 0
	clear(m.carried)
	m.beginBatch()
	if m.trace != nil {
		m.trace.reset()
	}
	for _, t := range [...]*table{&m.arms, &m.uses, &m.results, &m.links, &m.nodes} {
		t.reset()
	}
}

// nodeRoom is enough for most nodes, without those below them.
const nodeRoom = 8 << 10

// nextBuffer leaves the buffer at hand. It must not be called while anything
// points into it.
func (m *machine) nextBuffer() {
	if m.output.More == nil || m.trace != nil {
		return
	}
	m.output.Full = append(m.output.Full, m.out)
	m.out = m.output.More()
}

// join puts the study's lines back into one buffer, where they are compared.
func (m *machine) join() {
	if left := m.output.Full[m.full0:]; len(left) > 0 {
		m.out = slices.Concat(append(left, m.out)...)
		clear(left)
		m.output.Full = m.output.Full[:m.full0]
	}
}

func (m *machine) end() {
	switch {
	case !m.repeats || m.trace != nil:
	case m.batch != nil:
		m.distinctRows(m.rows0)
	default:
		m.join()
		m.distinctLines(len(m.output.Record))
	}
	if m.sharedRepeats {
		m.shared, _ = m.lines.distinctLines(m.shared, len(m.output.Shared))
	}
	m.output.Record, m.output.Shared = m.out, m.shared
	m.output.Quads += m.quads
	if m.batch != nil {
		m.output.Bytes += m.bytes
	}
	m.batch = nil
	m.output, m.out, m.shared = nil, nil, nil
}

// distinctLines takes out lines after from that occur a second time. Where the
// trace has to fit the lines, that is done once for all of them.
func (m *machine) distinctLines(from int) {
	if m.trace != nil {
		return
	}
	if m.batch != nil {
		m.distinctRows(from)
		return
	}
	var gone int
	m.out, gone = m.lines.distinctLines(m.out, from)
	m.quads -= gone
}

func (m *machine) full() {
	m.index()
	n := scope{subject: m.subject, around: m.iri}
	m.types()
	m.object(m.root, 0, &n)
	m.finish(&n)
	m.studyLinks()
	m.record()
}

// Strings.

// roomFor is what an IRI needs at most, as a rule.
const roomFor = 512

func (m *machine) room() []byte { return m.arena.Room(roomFor) }

// keep makes a string of what was appended to the room and of the rest.
func (m *machine) keep(b []byte, rest string) string { return m.arena.Keep(append(b, rest...)) }

// normal returns the normal form of a name.
func (m *machine) normal(s string) string {
	if isNormal(s) {
		return s
	}
	return m.arena.Keep(appendNormal(m.arena.Room(len(s)), s))
}

// str returns the string that a value is, decoded, or "".
func (m *machine) str(at int) string {
	if at == 0 {
		return ""
	}
	return m.scan.String(at)
}

// get returns the string under a key, or "".
func (m *machine) get(object int, key scan.Key) string { return m.str(m.scan.Member(object, key)) }

// find follows keys down from the study; 0 is nothing.
func (m *machine) find(path []scan.Key) int {
	at := 0
	for _, k := range path {
		if at = m.scan.Member(at, k); at == 0 {
			return 0
		}
	}
	return at
}

func (m *machine) next(at int) int { return int(m.values[at].Next) }

// normal returns the normal form of a name.

// alias is b as a string, for as long as nobody changes b.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func lineEnd(b []byte, from int) int {
	if i := bytes.IndexByte(b[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return len(b)
}

// Lines.

// raw writes a line whose object needs no escapes.
func (m *machine) raw(subject string, to *lead, object string, e ending) {
	if m.batch != nil {
		m.plainRow(subject, to, object, e)
		return
	}
	m.quads++
	end, predicate := m.ends[e], to.text
	n, more := len(m.out), len(subject)+len(predicate)+len(object)+len(end)
	if cap(m.out)-n < more {
		m.out = slices.Grow(m.out, more)
	}
	line := m.out[n : n+more]
	m.out = m.out[:n+more]
	copy(line, subject)
	copy(line[len(subject):], predicate)
	copy(line[len(subject)+len(predicate):], object)
	copy(line[more-len(end):], end)
}

// literal writes a line with a literal of any text.
func (m *machine) literal(subject string, literalPrefix *lead, text string, e ending) {
	if m.batch != nil {
		m.literalRow(subject, literalPrefix, text, e)
		return
	}
	m.quads++
	m.out = append(append(m.out, subject...), literalPrefix.text...)
	m.out = append(appendText(m.out, text), m.ends[e]...)
}

// appendText appends a text with the escapes of canonical N-Quads.
func appendText(dst []byte, text string) []byte {
	// AppendTerm writes both quotes, of which the lines have one each.
	dst = rdf.AppendTerm(dst[:len(dst)-1], rdf.String(text))
	return dst[:len(dst)-1]
}

// value writes a line with the string at a place. JSON and canonical N-Quads
// escape alike, but for what the scanner calls odd.
func (m *machine) value(subject string, literalPrefix *lead, at int, e ending) {
	if v := &m.values[at]; v.Flags&scan.Odd == 0 {
		if m.batch != nil {
			m.row(subject, literalPrefix, m.str(at), int(v.End-v.Start), e)
			return
		}
		m.raw(subject, literalPrefix, m.scan.Text[v.Start:v.End], e)
		return
	}
	m.literal(subject, literalPrefix, m.str(at), e)
}

func (m *machine) number(subject string, literalPrefix *lead, n int64, e ending) {
	if m.batch != nil {
		m.text = strconv.AppendInt(m.text[:0], n, 10)
		m.plainRow(subject, literalPrefix, alias(m.text), e)
		return
	}
	m.quads++
	m.out = append(append(m.out, subject...), literalPrefix.text...)
	m.out = append(strconv.AppendInt(m.out, n, 10), m.ends[e]...)
}

// add writes a row of computed.tsv.
func (m *machine) add(subject string, a *added, text string) {
	switch {
	case a.off || text == "":
	case a.end == endIRI:
		m.raw(subject, &a.toIRI, text, endIRI)
	default:
		m.literal(subject, &a.literalPrefix, text, a.end)
	}
}

// finish states the empty members of a node.
func (m *machine) finish(n *scope) {
	for i, what := range m.empties[n.empties:] {
		if !m.empty.off {
			if m.trace != nil {
				m.from(m.trace.empties[n.empties+i])
			}
			m.literal(n.subject, &m.empty.literalPrefix, what, endString)
		}
	}
	m.empties = m.empties[:n.empties]
	if m.trace != nil {
		m.trace.empties = m.trace.empties[:n.empties]
	}
}

// recordEmpty notes that the place holds nothing.
func (m *machine) recordEmpty(n *scope, what string) {
	b := append(m.appendPath(m.room(), n, "/"), ' ')
	m.noteEmpty(m.keep(b, what))
}

func (m *machine) noteEmpty(what string) {
	m.empties = append(m.empties, what)
	if m.trace != nil {
		m.trace.empties = append(m.trace.empties, m.trace.now())
	}
}

// appendPath appends the keys from the node down to the place.
func (m *machine) appendPath(dst []byte, n *scope, glue string) []byte {
	for i, s := range m.path[n.base:] {
		if i > 0 {
			dst = append(dst, glue...)
		}
		if s.index >= 0 {
			dst = strconv.AppendInt(dst, int64(s.index), 10)
		} else {
			dst = append(dst, source.EscapePointer(s.key)...)
		}
	}
	return dst
}

// pushTable returns an empty table for the list of nodes that is being written.
func (m *machine) pushTable() *table {
	if m.depth == len(m.seen) {
		m.seen = append(m.seen, new(table))
	}
	t := m.seen[m.depth]
	m.depth++
	t.reset()
	return t
}

func (m *machine) popTable() { m.depth-- }

// strictlyRising reports whether a list is its own sorted set.
func strictlyRising(names []string) bool {
	for i := 1; i < len(names); i++ {
		if strings.Compare(names[i-1], names[i]) >= 0 {
			return false
		}
	}
	return true
}
