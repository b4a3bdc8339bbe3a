package mapping

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// trace notes from which value of the record the lines of a study come. It is nil
// unless the statements are to be annotated (Options.Statements).
type trace struct {
	// marks stand in the order of the lines.
	marks []mark
	// empties are the values of the machine's empties.
	empties []int
	text    []byte
}

// mark says that the lines from a place on come from a value of the record.
type mark struct{ line, value int }

// from notes that the lines that follow come from a value.
func (m *machine) from(at int) {
	if m.trace != nil {
		m.trace.mark(len(m.out), at)
	}
}

// fromMember is from for the member of an object, where it has one.
func (m *machine) fromMember(object, member int) {
	if member == 0 {
		member = object
	}
	m.from(member)
}

func (t *trace) mark(line, value int) {
	if n := len(t.marks); n > 0 && t.marks[n-1].line == line {
		t.marks[n-1].value = value
		return
	}
	t.marks = append(t.marks, mark{line, value})
}

// now is the value that lines come from at present.
func (t *trace) now() int {
	if len(t.marks) == 0 {
		return 0
	}
	return t.marks[len(t.marks)-1].value
}

func (t *trace) reset() { t.marks, t.empties = t.marks[:0], t.empties[:0] }

// Names of what is said of statements.
var (
	stateReifies = "> <" + rdf.RDFReifies + "> <<( "
	stateFrom    = literalPrefix("tw:from")
	stateVersion = toIRI("prov:wasDerivedFrom")
)

// statement is a line of a study and the value of the record that it comes from.
type statement struct {
	line  []byte
	value int
}

// annotateStatements takes lines after from that occur a second time out of the
// study's, and appends reifiers: one for each value of the record, of all that is
// said because of it. They follow the order of the record. The version is empty
// where no date tells it.
func (m *machine) annotateStatements(from int, version string) {
	t := m.trace
	statements, once := m.statements(from)
	text := t.text[:0]
	for _, line := range once {
		text = append(text, line...)
	}
	m.quads = len(once)
	slices.SortStableFunc(statements, func(a, b statement) int { return a.value - b.value })
	pointers := m.pointers(statements)
	end := " " + m.recordSubject + "> .\n"
	for i, s := range statements {
		reifier := "<" + ReifierOf(m.recordSubject[1:], pointers[s.value])
		text = append(append(append(text, reifier...), stateReifies...), bytes.TrimSuffix(s.line, []byte(end))...)
		text = append(append(text, " )>>"...), end...)
		m.quads++
		if i+1 < len(statements) && statements[i+1].value == s.value {
			continue
		}
		text = append(append(text, reifier...), stateFrom...)
		text = append(append(appendText(text, pointers[s.value]), '"'), end...)
		m.quads++
		if version != "" {
			text = append(append(append(text, reifier...), stateVersion...), version...)
			text = append(append(text, '>'), end...)
			m.quads++
		}
	}
	m.out = append(m.out[:from], text...)
	t.text = text
}

// statements returns the lines after from with their values, and each line once.
// What two values say alike comes from both.
func (m *machine) statements(from int) (all []statement, once [][]byte) {
	marks := m.trace.marks
	seen := map[string]int{} // the value by which a line came last
	for at, i, value := from, 0, 0; at < len(m.out); {
		for ; i < len(marks) && marks[i].line <= at; i++ {
			value = marks[i].value
		}
		end := lineEnd(m.out, at)
		s := statement{m.out[at:end], value}
		last, known := seen[string(s.line)]
		if !known {
			once = append(once, s.line)
		}
		if !known || last != value {
			all = append(all, s)
		}
		seen[string(s.line)] = value
		at = end
	}
	return all, once
}

// pointers returns the JSON Pointers of the values of statements, by value.
func (m *machine) pointers(statements []statement) map[int]string {
	out := make(map[int]string, len(statements))
	for _, s := range statements {
		out[s.value] = ""
	}
	m.pointersIn(0, nil, out)
	return out
}

// pointersIn fills in the pointers of a value, and of those in it, that are asked
// for.
func (m *machine) pointersIn(at int, path []byte, out map[int]string) {
	if _, asked := out[at]; asked {
		out[at] = string(path)
	}
	v := &m.values[at]
	if v.Kind != '{' && v.Kind != '[' {
		return
	}
	for i, n := at+1, 0; i < int(v.Next); i, n = m.next(i), n+1 {
		inner := append(path, '/')
		if v.Kind == '{' {
			inner = append(inner, source.EscapePointer(m.keyOf(i))...)
		} else {
			inner = strconv.AppendInt(inner, int64(n), 10)
		}
		m.pointersIn(i, inner, out)
	}
}

// wholeRecord is the end of the IRI of what reifies statements that come from no
// single value of the record. A JSON Pointer cannot end it so.
const wholeRecord = ":whole"

// ReifierOf returns the IRI of what reifies the statements of a value of a record:
// the IRI of the record's graph, or of a version, and the JSON Pointer of the value
// as a part of a fragment (RFC 6901, section 6).
func ReifierOf(record, pointer string) string {
	if pointer == "" {
		return record + wholeRecord
	}
	plain := func(c byte) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("/~._-", c) >= 0
	}
	var b strings.Builder
	b.WriteString(record)
	for i := range len(pointer) {
		if c := pointer[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(1<<8|uint64(c), 16)[1:]))
		}
	}
	return b.String()
}

// versionIRI is the IRI that the version of a record has, by its date.
func (m *machine) versionIRI(day string) string {
	if day == "" {
		return ""
	}
	return model.StudyBase + m.nct + recordFragment + "-" + day
}

// resume notes that lines come from another value, until what it returns is
// called.
func (m *machine) resume(at int) func() {
	if m.trace == nil {
		return func() {}
	}
	now := m.trace.now()
	m.from(at)
	return func() { m.from(now) }
}
