package convert

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Spool is where a Timeline keeps versions until it has all of them, such as a
// file.
type Spool interface {
	io.Writer
	io.ReaderAt
}

// Timeline is a Sink that makes one graph of the versions of a record, from a
// converter with mapping.Options.History and Statements: the record as its last
// version has it, and of each statement of any version what reifies it, with
// tw:first_version, tw:last_version, tw:held_from and tw:held_until. A statement
// that came, went and came again is reified for each time. What reifies a
// statement has the place, tw:from, that it had in the last version of its time.
// Of the versions themselves everything stays asserted.
//
// The versions wait in the spool, compressed; memory grows by some 50 bytes for
// each version and by what one study's versions take.
type Timeline struct {
	ctx     context.Context //nolint:containedctx // Close, which does the work, has none
	to      Sink
	spool   Spool
	size    int64
	packer  *zstd.Encoder
	packed  []byte
	places  map[string]int // of studies in order
	order   []*recordVersions
	removed int64
}

// recordVersions are the versions of a study in the spool.
type recordVersions struct {
	iri      string // before the fragment
	versions []version
}

type version struct {
	date     string
	at, size int64
}

// NewTimeline makes a timeline that writes to a sink, studies in the order in which
// they first came.
func NewTimeline(ctx context.Context, to Sink, spool Spool) *Timeline {
	return &Timeline{ctx: ctx, to: to, spool: spool, places: map[string]int{}}
}

// Difference is by how many lines more it wrote than it was given: fewer, as a
// rule, so it is negative.
func (t *Timeline) Difference() int64 { return -t.removed }

const (
	versionMark = "#record-"
	beforeGraph = " <"
)

// WriteStudy keeps the lines of a version, and writes those of the shared graph.
func (t *Timeline) WriteStudy(shared []byte, record ...[]byte) error {
	if len(shared) > 0 {
		if err := t.to.WriteStudy(shared); err != nil {
			return err
		}
	}
	lines := Whole(record)
	if len(lines) == 0 {
		return nil
	}
	line, _ := cutLine(lines)
	graph := line[bytes.LastIndex(line, []byte(beforeGraph))+len(beforeGraph):]
	iri, date, ok := strings.Cut(strings.TrimSuffix(string(graph), "> .\n"), versionMark)
	if !ok {
		return fmt.Errorf("the graph %s is of no version of a record", graph)
	}
	if t.packer == nil {
		var err error
		if t.packer, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
			return err
		}
	}
	t.packed = t.packer.EncodeAll(lines, t.packed[:0])
	if _, err := t.spool.Write(t.packed); err != nil {
		return err
	}
	i, known := t.places[iri]
	if !known {
		i = len(t.order)
		t.places[iri] = i
		t.order = append(t.order, &recordVersions{iri: iri})
	}
	s := t.order[i]
	s.versions = append(s.versions, version{date, t.size, int64(len(t.packed))})
	t.size += int64(len(t.packed))
	return nil
}

// Close writes the graphs of the studies.
func (t *Timeline) Close() error {
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer unpacker.Close()
	for _, s := range t.order {
		if err := context.Cause(t.ctx); err != nil {
			return err
		}
		m := merger{study: s.iri, times: map[string][]span{}}
		slices.SortFunc(s.versions, func(a, b version) int { return strings.Compare(a.date, b.date) })
		for _, v := range s.versions {
			packed := make([]byte, v.size)
			if _, err := t.spool.ReadAt(packed, v.at); err != nil {
				return err
			}
			lines, err := unpacker.DecodeAll(packed, nil)
			if err != nil {
				return err
			}
			m.add(v.date, lines)
		}
		out := m.lines()
		t.removed += int64(m.given - bytes.Count(out, lineEndMark))
		if err := t.to.WriteStudy(nil, out); err != nil {
			return err
		}
	}
	return t.to.Close()
}

var lineEndMark = []byte("\n")

// merger makes one graph of versions, which it gets in their order.
type merger struct {
	study    string
	dates    []string
	versions []byte   // what is said of versions, in lines
	last     []string // the statements of the last version
	times    map[string][]span
	given    int
}

// span is a time for which a statement held: the numbers of the first and the last
// version, and where it comes from in the last.
type span struct {
	first, last int
	place       place
}

// place is what follows the version in the IRI of what reifies a statement, and the
// literal that has its pointer.
type place struct{ suffix, pointer string }

const (
	reifiesMark = "> <" + rdf.RDFReifies + "> <<( "
	reifiesEnd  = " )>>"
	fromMark    = "> <" + model.NSTool + "from> "
)

// add takes the lines of a version.
func (m *merger) add(date string, lines []byte) {
	number := len(m.dates)
	m.dates = append(m.dates, date)
	m.last = m.last[:0]
	node := "<" + m.study + versionMark + date
	end := beforeGraph + m.study + versionMark + date + "> .\n"
	pointers := map[string]string{}
	type pair struct{ triple, suffix string }
	var reified []pair
	for line := range bytes.Lines(lines) {
		m.given++
		text := strings.TrimSuffix(string(line), end)
		of, about := strings.CutPrefix(text, node)
		suffix, rest, _ := strings.Cut(of, "> ")
		switch rest = "> " + rest; {
		case about && suffix == "":
			m.versions = append(append(m.versions, text...), m.end()...)
		case !about:
			m.last = append(m.last, text)
		case strings.HasPrefix(rest, reifiesMark):
			reified = append(reified, pair{strings.TrimSuffix(rest[len(reifiesMark):], reifiesEnd), suffix})
		case strings.HasPrefix(rest, fromMark):
			pointers[suffix] = rest[len(fromMark):]
		}
	}
	for _, r := range reified {
		if !strings.HasPrefix(r.triple, node+"> ") {
			m.holds(r.triple, number, place{r.suffix, pointers[r.suffix]})
		}
	}
}

// holds notes that a version has a statement; of its places the first counts.
func (m *merger) holds(triple string, number int, at place) {
	spans := m.times[triple]
	if n := len(spans); n > 0 {
		switch s := &spans[n-1]; s.last {
		case number:
			return
		case number - 1:
			s.last, s.place = number, at
			return
		}
	}
	m.times[triple] = append(spans, span{number, number, at})
}

// end is what ends a line of the study's graph.
func (m *merger) end() string { return beforeGraph + m.study + "#record> .\n" }

// lines returns the graph: what is said of versions, the last version, and what
// reifies statements, sorted.
func (m *merger) lines() []byte {
	out := m.versions
	end := m.end()
	for _, statement := range m.last {
		out = append(append(out, statement...), end...)
	}
	groups := map[span][]string{}
	for triple, spans := range m.times {
		for _, s := range spans {
			groups[s] = append(groups[s], triple)
		}
	}
	order := slices.SortedFunc(maps.Keys(groups), func(a, b span) int {
		if a.first != b.first {
			return a.first - b.first
		}
		if a.last != b.last {
			return a.last - b.last
		}
		return strings.Compare(a.place.suffix, b.place.suffix)
	})
	for _, s := range order {
		triples := groups[s]
		slices.Sort(triples)
		reifier := "<" + m.study + versionMark + m.dates[s.first] + ".." + m.dates[s.last] + s.place.suffix
		for _, triple := range triples {
			out = append(append(append(append(append(out, reifier...), reifiesMark...), triple...), reifiesEnd...), end...)
		}
		for _, said := range m.said(s) {
			out = append(append(append(out, reifier...), said...), end...)
		}
	}
	return out
}

// said are the predicates and objects of what reifies the statements of a span.
func (m *merger) said(s span) []string {
	iri := func(property string, number int) string {
		return "> <" + model.NSTool + property + "> <" + m.study + versionMark + m.dates[number] + ">"
	}
	day := func(property string, number int) string {
		return "> <" + model.NSTool + property + "> \"" + firstDay(m.dates[number]) + "\"^^<" + model.Expand("xsd:date") + ">"
	}
	out := []string{fromMark + s.place.pointer, iri("first_version", s.first), iri("last_version", s.last), day("held_from", s.first)}
	if s.last+1 < len(m.dates) {
		out = append(out, day("held_until", s.last+1))
	}
	return out
}

// firstDay is the day of a version, or the first one of its month.
func firstDay(date string) string {
	if len(date) == len("2006-01") {
		return date + "-01"
	}
	return date
}
