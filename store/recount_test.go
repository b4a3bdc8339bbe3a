package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/store"
)

// TestASharedGraphThatIsTornIsMended: lines that the store has lost are sent
// again, though no study changed.
func TestASharedGraphThatIsTornIsMended(t *testing.T) {
	all := records(t)
	for _, kind := range kinds {
		f := newFake(t, kind)
		open := store.Options{}
		if kind == store.GSP {
			open.QueryURL, open.UpdateURL = f.URL+"/sparql", f.URL+"/sparql"
		}
		j := journal(t, t.TempDir(), f)
		defer j.Close()
		must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, open))
		want := withoutDay(f.dump())
		shared := f.graphs["https://w3id.org/trialweave/graph/shared"]
		for line := range shared {
			delete(shared, line)
			break
		}
		sum := must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j, Changed: true}, open))
		if sum.Unchanged != int64(len(all)) {
			t.Errorf("%s: %+v", kind, sum)
		}
		if diff := cmp.Diff(want, withoutDay(f.dump())); diff != "" {
			t.Errorf("%s (-before +after)\n%s", kind, diff)
		}
	}
}

// TestARecountFindsWhatIsTorn: of a study the store has lost all but what it is
// known by.
func TestARecountFindsWhatIsTorn(t *testing.T) {
	all := records(t)
	for _, kind := range []store.Kind{store.Virtuoso, store.Fuseki} {
		f := newFake(t, kind)
		j := journal(t, t.TempDir(), f)
		defer j.Close()
		must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, store.Options{}))
		want := withoutDay(f.dump())
		torn := "https://clinicaltrials.gov/study/" + nctID(t, all[1]) + "#record"
		for line := range f.graphs[torn] {
			if !strings.Contains(line, "content_hash") && !strings.Contains(line, "#type> <https://clinicaltrials.gov/ns/Study>") {
				delete(f.graphs[torn], line)
			}
		}
		if len(f.graphs[torn]) != 2 {
			t.Fatalf("%d lines are left, expected 2", len(f.graphs[torn]))
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
		if diff := cmp.Diff(want, withoutDay(f.dump())); diff != "" {
			t.Errorf("%s (-before +after)\n%s", kind, diff)
		}
	}
}
