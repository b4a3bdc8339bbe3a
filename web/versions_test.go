package web

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
)

// TestVersions: of a study with several versions the newest is shown, each can be
// asked for, and what changed between two is listed.
func TestVersions(t *testing.T) {
	const id = "NCT99990001"
	study := studyFiles(t)[id]
	engine, err := jsonld.NewEngine(&jsonld.Options{History: true})
	if err != nil {
		t.Fatal(err)
	}
	b, converter := index.NewBuilder(), engine.NewConverter()
	for _, version := range [][2]string{{"2024-05-14", "312"}, {"2023-01-02", "300"}} {
		changed := bytes.Replace(study, []byte(`"2024-05-14"`), []byte(`"`+version[0]+`"`), 1)
		changed = bytes.Replace(changed, []byte(`"count": 312`), []byte(`"count": `+version[1]), 1)
		out := &jsonld.Output{}
		if err := converter.Convert(changed, out); err != nil {
			t.Fatal(err)
		}
		for q, err := range rdf.Read(bytes.NewReader(out.Record), rdf.NQuads, nil) {
			if err != nil {
				t.Fatal(err)
			}
			b.Add(q)
		}
	}
	s := New(b.Build(), nil)
	count := func(path string) string {
		p := newOnPage()
		p.read(parsed(t, s, path), true)
		return p.texts["/protocolSection/designModule/enrollmentInfo/count"]
	}
	if newest, old := count("/study/"+id), count("/study/"+id+"?version=2023-01-02"); newest != "312" || old != "300" {
		t.Errorf("the newest version says %q, the older %q, expected 312 and 300", newest, old)
	}
	body := get(t, s, "/study/"+id).Body.String()
	if !strings.Contains(body, `href="/study/`+id+`?version=2023-01-02"`) || !strings.Contains(body, `/changes?from=2023-01-02&amp;to=2024-05-14`) {
		t.Error("the page does not lead to the other version, and to what changed")
	}
	changes := get(t, s, "/study/"+id+"/changes?from=2023-01-02&to=2024-05-14").Body.String()
	if !strings.Contains(changes, "<del>300</del>") || !strings.Contains(changes, "<ins>312</ins>") || !strings.Contains(changes, "2 changes") {
		t.Errorf("the changes are %s", changes)
	}
	for _, path := range []string{"/study/" + id + "?version=2020-01-01", "/study/" + id + "/changes?from=2020-01-01&to=2024-05-14"} {
		if got := get(t, s, path).Code; got != http.StatusNotFound {
			t.Errorf("%s: status %d, expected 404", path, got)
		}
	}
	if body := get(t, s, "/study/"+id+"?version=2023-01-02").Body.String(); !strings.Contains(body, "/data?at=&amp;version=2023-01-02") {
		t.Error("the data page of an older version is not that of the version")
	}
}

// TestTogether asks for pages while the search is prepared, from several sides.
func TestTogether(t *testing.T) {
	s := New(store(t, studyFiles(t), nil), nil)
	var all sync.WaitGroup
	all.Go(func() {
		if err := s.Prepare(t.Context()); err != nil {
			t.Error(err)
		}
	})
	for range 4 {
		all.Go(func() {
			for _, path := range pagesToSee {
				if got := get(t, s, path).Code; got != http.StatusOK {
					t.Errorf("%s: status %d", path, got)
				}
			}
		})
	}
	all.Wait()
}

// TestWithoutGraphs: a study that has no graph of its own, as in Turtle, is shown
// whole.
func TestWithoutGraphs(t *testing.T) {
	const id = "NCT99990001"
	studies := studyFiles(t)
	b := index.NewBuilder()
	for q, err := range store(t, studies, nil).Quads(func(rdf.Term) bool { return false }) {
		if err != nil {
			t.Fatal(err)
		}
		q.Graph = rdf.Term{}
		b.Add(q)
	}
	s := New(b.Build(), nil)
	p, missing := shownOf(t, s, id), map[string]int{}
	p.check(t, studies[id], missing, map[string]bool{})
	for _, f := range append(p.faults, slices.Sorted(maps.Keys(missing))...) {
		t.Error(f)
	}
}
