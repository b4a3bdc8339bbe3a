package convert_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// spool is a Spool in memory.
type spool struct{ bytes.Buffer }

func (s *spool) ReadAt(p []byte, at int64) (int, error) { return copy(p, s.Bytes()[at:]), nil }

// collected are the lines that a sink was given.
type collected struct {
	bytes.Buffer
	closed bool
}

func (c *collected) WriteStudy(shared []byte, record ...[]byte) error {
	c.Write(shared)
	for _, piece := range record {
		c.Write(piece)
	}
	return nil
}

func (c *collected) Close() error {
	c.closed = true
	return nil
}

// timelineOf runs versions of a study, by date, through a timeline, in any order.
func timelineOf(t *testing.T, versions map[string]string) (string, int64) {
	t.Helper()
	engine, err := mapping.NewEngine(&mapping.Options{History: true, Statements: true})
	if err != nil {
		t.Fatal(err)
	}
	c := engine.NewConverter()
	var out collected
	line := convert.NewTimeline(t.Context(), &out, &spool{})
	given := 0
	for _, study := range versions {
		var o mapping.Output
		if err := c.Convert([]byte(study), &o); err != nil {
			t.Fatal(err)
		}
		given += o.Quads
		if err := line.WriteStudy(nil, o.Record); err != nil {
			t.Fatal(err)
		}
	}
	if err := line.Close(); err != nil || !out.closed {
		t.Fatal(err, out.closed)
	}
	return out.String(), int64(given) + line.Difference()
}

const timelineStudy = "https://clinicaltrials.gov/study/NCT99990001"

// TestTimeline: of random versions, each statement holds by the timeline in the very
// versions that say it, and what is asserted is the last version.
func TestTimeline(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range portion.Count(15, 50) {
		versions := map[string]string{}
		for i := range 1 + random.IntN(6) {
			date := fmt.Sprintf("2020-%02d-01", i+1)
			var words []string
			for _, w := range []string{`"a"`, `"b"`, `"c"`, `"d"`} {
				if random.IntN(2) == 0 {
					words = append(words, w)
				}
			}
			versions[date] = `{"protocolSection":{"identificationModule":{"nctId":"NCT99990001"},"statusModule":{"lastUpdatePostDateStruct":{"date":"` + date +
				`"}},"conditionsModule":{"keywords":[` + strings.Join(words, ",") + `]}}}`
		}
		out, quads := timelineOf(t, versions)
		if n := strings.Count(out, "\n"); int64(n) != quads {
			t.Errorf("%d lines, counted as %d", n, quads)
		}
		checkTimeline(t, out, versions)
	}
}

// checkTimeline compares a timeline with a graph for each version.
func checkTimeline(t *testing.T, out string, versions map[string]string) {
	t.Helper()
	dates := slices.Sorted(maps.Keys(versions))
	got := map[string]map[string]bool{}
	asserted := map[string]bool{}
	for _, date := range dates {
		got[date] = map[string]bool{}
	}
	said := map[string]map[string]string{}
	reified := map[string][]string{}
	for q, err := range rdf.Read(strings.NewReader(out), rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12}) {
		if err != nil {
			t.Fatal(err)
		}
		if q.Graph.Value != timelineStudy+"#record" {
			t.Fatalf("the graph of %s", q)
		}
		r := q.Subject.Value
		local, ours := strings.CutPrefix(q.Predicate.Value, model.NSTool)
		switch {
		case q.Object.Kind == rdf.TripleTerm:
			reified[r] = append(reified[r], q.Object.Value)
		case ours && strings.Contains(r, ".."):
			if said[r] == nil {
				said[r] = map[string]string{}
			}
			said[r][local] = q.Object.Value
		case !strings.HasPrefix(r, timelineStudy+"#record-"):
			asserted[triple(q)] = true
		}
	}
	for r, triples := range reified {
		s := said[r]
		for _, date := range dates {
			held := s["held_from"] <= date && (s["held_until"] == "" || date < s["held_until"])
			within := s["first_version"] <= timelineStudy+"#record-"+date && timelineStudy+"#record-"+date <= s["last_version"]
			if held != within {
				t.Errorf("%s on %s: held %v by days, %v by versions", r, date, held, within)
			}
			for _, x := range triples {
				got[date][x] = got[date][x] || held
			}
		}
	}
	for i, date := range dates {
		want := statementsOf(t, versions[date])
		maps.DeleteFunc(got[date], func(_ string, held bool) bool { return !held })
		if !maps.Equal(got[date], want) {
			t.Errorf("version %s: %d statements, expected %d\n%v\n%v", date, len(got[date]), len(want), got[date], want)
		}
		if i == len(dates)-1 && !maps.Equal(asserted, want) {
			t.Errorf("%d statements asserted, expected those of the last version, %d", len(asserted), len(want))
		}
	}
}

func triple(q rdf.Quad) string { return rdf.Triple(q.Subject, q.Predicate, q.Object).Value }

// statementsOf are the statements of a version, but for those of the version itself.
func statementsOf(t *testing.T, study string) map[string]bool {
	t.Helper()
	engine, err := mapping.NewEngine(&mapping.Options{History: true})
	if err != nil {
		t.Fatal(err)
	}
	var o mapping.Output
	if err := engine.NewConverter().Convert([]byte(study), &o); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for q, err := range rdf.Read(bytes.NewReader(o.Record), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if q.Subject != q.Graph {
			out[triple(q)] = true
		}
	}
	return out
}

// TestTimelineOfMonths: a version that is dated by a month holds from its first day
// on.
func TestTimelineOfMonths(t *testing.T) {
	study := `{"protocolSection":{"identificationModule":{"nctId":"NCT99990001"},"statusModule":{"statusVerifiedDate":"%s"},"conditionsModule":{"keywords":["%s"]}}}`
	out, _ := timelineOf(t, map[string]string{"2015-11": fmt.Sprintf(study, "2015-11", "a"), "2016-02": fmt.Sprintf(study, "2016-02", "b")})
	for _, part := range []string{`#held_from> "2015-11-01"^^`, `#held_until> "2016-02-01"^^`, "#record-2015-11..2016-02/", "#record-2015-11..2015-11/"} {
		if !strings.Contains(out, part) {
			t.Errorf("no %s in\n%s", part, out)
		}
	}
}

// TestTimelineFails: a spool that cannot be written ends the run.
func TestTimelineFails(t *testing.T) {
	line := convert.NewTimeline(t.Context(), &collected{}, fullSpool{})
	err := line.WriteStudy(nil, []byte("<http://e/s> <http://e/p> <http://e/o> <"+timelineStudy+"#record-2020-01-01> .\n"))
	if !errors.Is(err, errFull) {
		t.Error(err)
	}
	if err := line.WriteStudy(nil, []byte("<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n")); err == nil || !strings.Contains(err.Error(), "no version") {
		t.Error(err)
	}
}

var errFull = errors.New("full")

type fullSpool struct{ spool }

func (fullSpool) Write([]byte) (int, error) { return 0, errFull }

func (fullSpool) ReadAt([]byte, int64) (int, error) { return 0, errFull }
