package store_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/store"
)

// TestASharedGraphThatIsTornIsMended: lines that the store has lost are sent
// again, though no study changed.
func TestASharedGraphThatIsTornIsMended(t *testing.T) {
	all := records(t)
	for _, kind := range kinds {
		f := storetest.New(t, kind)
		open := store.Options{}
		if kind == store.GSP {
			open.QueryURL, open.UpdateURL = f.URL+"/sparql", f.URL+"/sparql"
		}
		j := journal(t, t.TempDir(), f)
		defer j.Close()
		must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, open))
		want := withoutDay(f.Dump())
		shared := f.Graphs["https://w3id.org/trialweave/graph/shared"]
		for line := range shared {
			delete(shared, line)
			break
		}
		sum := must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j, Changed: true}, open))
		if sum.Unchanged != int64(len(all)) {
			t.Errorf("%s: %+v", kind, sum)
		}
		if diff := cmp.Diff(want, withoutDay(f.Dump())); diff != "" {
			t.Errorf("%s (-before +after)\n%s", kind, diff)
		}
	}
}

// TestARecountFindsWhatIsTorn: of a study the store has lost all but what it is
// known by.
func TestARecountFindsWhatIsTorn(t *testing.T) {
	all := records(t)
	for _, kind := range []store.Kind{store.Virtuoso, store.Fuseki} {
		f, j := loaded(t, kind, all)
		want := withoutDay(f.Dump())
		torn := "https://clinicaltrials.gov/study/" + nctID(t, all[1]) + "#record"
		for line := range f.Graphs[torn] {
			if !strings.Contains(line, "content_hash") && !strings.Contains(line, "#type> <https://clinicaltrials.gov/ns/Study>") {
				delete(f.Graphs[torn], line)
			}
		}
		if len(f.Graphs[torn]) != 2 {
			t.Fatalf("%d lines are left, expected 2", len(f.Graphs[torn]))
		}
		options := store.LoadOptions{Journal: j, Changed: true}
		if kind == store.Fuseki {
			sum := must(run(t.Context(), t, f, all, options, store.Options{}))
			if sum.Torn != 0 || sum.Unchanged != int64(len(all)) {
				t.Errorf("%s is not counted without being asked to: %+v", kind, sum)
			}
			options.Recount = true
		}
		sum := must(run(t.Context(), t, f, all, options, store.Options{}))
		if sum.Torn != 1 || sum.Replaced != 1 || sum.Unchanged != int64(len(all)-1) {
			t.Errorf("%s: %+v", kind, sum)
		}
		if diff := cmp.Diff(want, withoutDay(f.Dump())); diff != "" {
			t.Errorf("%s (-before +after)\n%s", kind, diff)
		}
	}
}

// TestASumThatIsNotRightIsLookedInto: a graph of which a line was lost is told.
func TestASumThatIsNotRightIsLookedInto(t *testing.T) {
	all := records(t)
	f := storetest.New(t, store.RDF4J)
	f.Fault = func(_ http.ResponseWriter, r *http.Request, body []byte) ([]byte, bool) {
		if r.Header.Get("Content-Type") == "application/n-quads" {
			start := strings.Index(string(body), "<https://clinicaltrials.gov/study/"+nctID(t, all[2])+"#record> .\n")
			start = strings.LastIndexByte(string(body[:start]), '\n') + 1
			end := start + strings.IndexByte(string(body[start:]), '\n') + 1
			return slices.Delete(slices.Clone(body), start, end), false
		}
		return body, false
	}
	_, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{})
	if err == nil || !strings.Contains(err.Error(), nctID(t, all[2])) {
		t.Errorf("found %v, expected the graph of %s", err, nctID(t, all[2]))
	}
}

// TestAFragmentOfAWithdrawnStudyGoes: a run was killed when a part of a study was
// there, and not that by which it is known; then the study does not come again.
func TestAFragmentOfAWithdrawnStudyGoes(t *testing.T) {
	all := records(t)
	f, j := loaded(t, store.RDF4J, all[1:])
	want := withoutDay(f.Dump())
	f.Graphs["https://clinicaltrials.gov/study/"+nctID(t, all[0])+"#record"] = map[string]bool{"<urn:x:s> <urn:x:p> <urn:x:o> .\n": true}
	sum := must(run(t.Context(), t, f, all[1:], store.LoadOptions{Journal: j, Changed: true}, store.Options{}))
	if diff := cmp.Diff(want, withoutDay(f.Dump())); diff != "" || sum.Withdrawn != 1 {
		t.Errorf("%+v (-expected +stored)\n%s", sum, diff)
	}
}

// TestRowsThatOutlastTheirGraphGo: a graph has a line that no removal reaches
// before it was added again.
func TestRowsThatOutlastTheirGraphGo(t *testing.T) {
	all := records(t)
	f, j := loaded(t, store.RDF4J, all)
	want := withoutDay(f.Dump())
	graph := "https://clinicaltrials.gov/study/" + nctID(t, all[1]) + "#record"
	const row = "<urn:x:s> <urn:x:p> <urn:x:o>"
	f.Graphs[graph][row+" .\n"] = true
	reached, kept := false, 0
	f.Fault = func(_ http.ResponseWriter, r *http.Request, body []byte) ([]byte, bool) {
		reached = reached || r.Header.Get("Content-Type") == "application/n-triples" && strings.Contains(string(body), row)
		if reached {
			return body, false
		}
		before := string(body)
		after := strings.ReplaceAll(before, "DROP SILENT GRAPH <"+graph+">", "DROP SILENT GRAPH <urn:x:nothing>")
		if before != after {
			kept++
		}
		return []byte(after), false
	}
	sum := must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j, Changed: true}, store.Options{}))
	if diff := cmp.Diff(want, withoutDay(f.Dump())); diff != "" || kept == 0 || sum.Torn != 1 {
		t.Errorf("%+v, %d removals in vain (-expected +stored)\n%s", sum, kept, diff)
	}
}
