package web

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// TestVersions: of a study with several versions the newest is shown, each can be
// asked for, and what changed between two is listed.
func TestVersions(t *testing.T) {
	const id = "NCT99990001"
	study := studyFiles(t)[id]
	engine, err := mapping.NewEngine(&mapping.Options{History: true})
	if err != nil {
		t.Fatal(err)
	}
	s := versionSite(t, engine, versionOf(study, "2024-05-14", "312"), versionOf(study, "2023-01-02", "300"))
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

// versionOf is a study of another day, with another enrollment.
func versionOf(study []byte, day, count string) []byte {
	changed := bytes.Replace(study, []byte(`"2024-05-14"`), []byte(`"`+day+`"`), 1)
	return bytes.Replace(changed, []byte(`"count": 312`), []byte(`"count": `+count), 1)
}

// versionSite is a site of versions of studies.
func versionSite(t *testing.T, engine *mapping.Engine, versions ...[]byte) *Site {
	t.Helper()
	b, converter := index.NewBuilder(), engine.NewConverter()
	for _, version := range versions {
		out := &mapping.Output{}
		if err := converter.Convert(version, out); err != nil {
			t.Fatal(err)
		}
		for q, err := range rdf.Read(bytes.NewReader(out.Record), rdf.NQuads, nil) {
			if err != nil {
				t.Fatal(err)
			}
			b.Add(q)
		}
	}
	return New(b.Build(), nil)
}

// TestChangesOfLists: what is taken out of a list is one change, whatever comes
// after it; what changes inside an item is named by the item.
func TestChangesOfLists(t *testing.T) {
	const id = "NCT99990001"
	study := studyFiles(t)[id]
	var root map[string]any
	if err := json.Unmarshal(study, &root); err != nil {
		t.Fatal(err)
	}
	module := root["protocolSection"].(map[string]any)["contactsLocationsModule"].(map[string]any)
	outcomes := root["resultsSection"].(map[string]any)["outcomeMeasuresModule"].(map[string]any)
	sites, measures := module["locations"].([]any), outcomes["outcomeMeasures"].([]any)
	if len(sites) < 3 || len(measures) < 3 {
		t.Fatalf("the study has %d sites and %d outcomes", len(sites), len(measures))
	}
	site := sites[0].(map[string]any)
	site["status"] = "SUSPENDED"
	module["locations"], outcomes["outcomeMeasures"] = slices.Delete(sites, 1, 2), measures[1:]
	shorter, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	shorter = bytes.Replace(shorter, []byte(`"2024-05-14"`), []byte(`"2025-01-01"`), 1)
	engine, err := mapping.NewEngine(&mapping.Options{History: true})
	if err != nil {
		t.Fatal(err)
	}
	body := get(t, versionSite(t, engine, study, shorter), "/study/"+id+"/changes").Body.String()
	inspect(t, "changes", body)
	// the day of the version, a site, an outcome, and the status of a site
	if !strings.Contains(body, "4 changes") || !strings.Contains(body, "Site in "+html.EscapeString(site["city"].(string))+": status") || strings.Count(body, "Outcome result “") != 1 {
		t.Errorf("the changes are %s", body)
	}
	if body := get(t, versionSite(t, engine, study), "/study/"+id+"/changes").Body.String(); !strings.Contains(body, "There is one version only.") {
		t.Errorf("of one version: %s", body)
	}
}

// TestUnitsOfTwins: items that are called the same are told apart, however many
// there are, and long names are not carried into what is inside.
func TestUnitsOfTwins(t *testing.T) {
	const twins = 50_000
	list := &value{key: "groups", kind: '['}
	for range twins {
		list.list = append(list.list, &value{kind: '{', list: []*value{{key: "title", kind: 's', text: strings.Repeat("long ", 500)}}})
	}
	x := (&builder{r: &record{root: &value{kind: '{', list: []*value{list}}}}).units()
	if len(x.list) != 2*twins || len(x.seen) != len(x.list) {
		t.Errorf("%d units of %d keys, expected %d", len(x.list), len(x.seen), 2*twins)
	}
	for _, u := range x.list {
		if len(u.name) > 2*maxAround {
			t.Fatalf("a name has %d bytes", len(u.name))
		}
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
