package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// onPage is what the page of a study shows of its record.
type onPage struct {
	texts  map[string]string // in the named sections, by pointer
	groups map[string]string // by the pointer of what stands beside the group
	more   []string          // pages with the rest of lists
	faults []string
	heads  map[*html.Node][]string // by table
}

func newOnPage() *onPage {
	return &onPage{texts: map[string]string{}, groups: map[string]string{}, heads: map[*html.Node][]string{}}
}

// read takes a page apart.
func (p *onPage) read(root *html.Node, whole bool) {
	walk(root, nil, func(n *html.Node, around []*html.Node) {
		inSection := !whole
		for _, a := range around {
			inSection = inSection || a.Data == "section" && attribute(a, "class") == "part" && attribute(a, "id") != "all-data"
		}
		switch at := attribute(n, "data-at"); {
		case n.Data == "p" && attribute(n, "class") == "more" && n.FirstChild != nil:
			p.more = append(p.more, attribute(n.FirstChild, "href"))
		case n.Data == "span" && attribute(n, "class") == "entry":
			walk(n, nil, func(v *html.Node, _ []*html.Node) {
				if at := attribute(v, "data-at"); at != "" {
					p.groups[at] = attribute(n, "data-group")
				}
			})
			p.column(n, around)
		case at != "" && inSection:
			if was, twice := p.texts[at]; twice && was != textOf(n) {
				p.faults = append(p.faults, fmt.Sprintf("%s is shown as %q and %q", at, was, textOf(n)))
			}
			p.texts[at] = textOf(n)
		}
	})
}

var groupID = regexp.MustCompile(`/groups/\d+/id$`)

// column compares the group of an entry with the head of its column.
func (p *onPage) column(entry *html.Node, around []*html.Node) {
	cell, table := around[len(around)-1], (*html.Node)(nil)
	for _, a := range around {
		if a.Data == "table" {
			table = a
		}
	}
	place := 0
	for s := cell.PrevSibling; s != nil; s = s.PrevSibling {
		if s.Type == html.ElementNode {
			place++
		}
	}
	heads, known := p.heads[table]
	if !known {
		heads = columnGroups(table)
		p.heads[table] = heads
	}
	if group := attribute(entry, "data-group"); place < len(heads) && heads[place] != "" && heads[place] != group {
		p.faults = append(p.faults, fmt.Sprintf("a value of the group %q stands in the column of %q", group, heads[place]))
	}
}

// columnGroups are the ids of the groups in the head of a table, by column.
func columnGroups(table *html.Node) []string {
	var out []string
	walk(table, nil, func(n *html.Node, around []*html.Node) {
		if len(around) == 3 && around[1].Data == "thead" {
			out = append(out, "")
		}
		if len(out) > 0 && groupID.MatchString(attribute(n, "data-at")) {
			out[len(out)-1] = textOf(n)
		}
	})
	return out
}

// check compares a page with the record that it is of.
func (p *onPage) check(t testing.TB, study []byte, missing map[string]int, paths map[string]bool) {
	values, fields := recordLeaves(t, study)
	for at, text := range p.texts {
		v, ok := values[at]
		if !ok {
			if text != "none stated" {
				p.faults = append(p.faults, fmt.Sprintf("%s is shown as %q, and is not in the record", at, text))
			}
			continue
		}
		want := said(v, fields[at])
		if f := fields[at]; f != nil && f.Kind == model.Markup {
			want = mark.ReplaceAllString(want, "")
		}
		if squeezed(text) != squeezed(want) {
			p.faults = append(p.faults, fmt.Sprintf("%s is shown as %q, expected %q", at, text, want))
		}
	}
	beside := map[string]int{} // how many leaves an object has
	for at := range values {
		beside[at[:strings.LastIndexByte(at, '/')]]++
	}
	grouped := map[string]bool{} // groups that are said by the column of a value
	for at, group := range p.groups {
		object := at[:strings.LastIndexByte(at, '/')]
		grouped[object+"/groupId"] = values[object+"/groupId"] == group
	}
	for at := range values {
		path := digits.ReplaceAllString(at, "")
		paths[path] = true
		object, isGroup := strings.CutSuffix(at, "/groupId")
		if _, ok := p.texts[at]; !ok && !(isGroup && (grouped[at] || beside[object] == 1)) {
			missing[path]++
		}
	}
}

var digits = regexp.MustCompile(`/\d+`)

// said is how a value is shown.
func said(v any, f *model.Field) string {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "Yes", false: "No"}[v]
	case json.Number:
		return v.String()
	case string:
		if f != nil && f.Enum != "" {
			if c := model.Default().Concept(f.Enum, v); c != nil {
				return c.Label
			}
		}
		return v
	}
	return fmt.Sprint(v)
}

var mark = regexp.MustCompile(`(?m)^\s*[*+-] +`)

// squeezed leaves out what a page may change in a text: the marks of lists,
// backslashes before punctuation, white space, and how controls are written.
func squeezed(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\\\ufeff", r) {
			return -1
		}
		return r
	}, s)
	return strings.ReplaceAll(source.Visible(s), `\u`, "u")
}

// shownOf reads the page of a study and the pages of its long lists.
func shownOf(t testing.TB, s *Site, id string) *onPage {
	p := newOnPage()
	p.read(parsed(t, s, pathStudy+id), true)
	for i := 0; i < len(p.more); i++ {
		for path := p.more[i]; path != ""; {
			root := parsed(t, s, path)
			p.read(root, false)
			path = ""
			walk(root, nil, func(n *html.Node, _ []*html.Node) {
				if n.Data == "a" && attribute(n, "rel") == "next" {
					path = attribute(n, "href")
				}
			})
		}
	}
	return p
}

// checkStudies compares the pages of all studies with their records. Of the paths
// of leaves, at most one in twenty may be missing from the named sections.
func checkStudies(t *testing.T, studies map[string][]byte) {
	s := New(store(t, studies, nil), nil)
	missing, paths := map[string]int{}, map[string]bool{}
	var lock sync.Mutex
	ids := make(chan string)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for id := range ids {
				p := shownOf(t, s, id)
				lock.Lock()
				p.check(t, studies[id], missing, paths)
				for i, f := range p.faults {
					if i < 3 {
						t.Errorf("%s: %.600s", id, f)
					}
				}
				lock.Unlock()
			}
		})
	}
	for id := range studies {
		ids <- id
	}
	close(ids)
	workers.Wait()
	var rest []string
	for path, n := range missing {
		rest = append(rest, fmt.Sprintf("%s (%d)", path, n))
	}
	slices.Sort(rest)
	t.Logf("%d studies, %d paths; in no named section: %s", len(studies), len(paths), strings.Join(rest, ", "))
	if len(rest)*20 > len(paths) {
		t.Errorf("%d of %d paths are in no named section, expected at most one in twenty", len(rest), len(paths))
	}
}

// TestStudyPages does so with the synthetic studies, but for the one whose values
// have other types than the registry's: its record is not restored as it was.
func TestStudyPages(t *testing.T) {
	studies := studyFiles(t)
	delete(studies, "NCT99990007")
	checkStudies(t, studies)
}

// TestRealStudyPages does so with real studies: one in 150 of them, all where
// TRIALWEAVE_FULL is set.
func TestRealStudyPages(t *testing.T) {
	checkStudies(t, realFiles(t, 150))
}

// TestSabotage: the comparison finds what a wrong template does.
func TestSabotage(t *testing.T) {
	const id = "NCT99990001"
	study := studyFiles(t)[id]
	for name, change := range map[string][2]string{
		"leaf":      {`dir="auto">{{.Text}}</span>`, `dir="auto">{{lower .Text}}</span>`},
		"entry":     {`data-group="{{.Group}}"`, `data-group="OG001"`},
		"list item": {`<p class="li l{{.Level}}">{{.Text}}</p>`, ``},
		"columns":   {`{{range .Cells}}<td>{{range .Entries}}`, `<td></td>{{range .Cells}}<td>{{range .Entries}}`},
	} {
		s := New(store(t, map[string][]byte{id: study}, nil), nil)
		text, err := templateFiles.ReadFile("templates/study.html")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), change[0]) {
			t.Fatalf("%s: the template has no %s", name, change[0])
		}
		s.views = template.Must(parseTemplates().Parse(strings.ReplaceAll(string(text), change[0], change[1])))
		p := shownOf(t, s, id)
		p.check(t, study, map[string]int{}, map[string]bool{})
		if len(p.faults) == 0 {
			t.Errorf("%s: the comparison finds nothing", name)
		}
	}
	s := New(store(t, map[string][]byte{id: study}, nil), nil)
	text, _ := templateFiles.ReadFile("templates/study.html")
	s.views = template.Must(parseTemplates().Parse(strings.ReplaceAll(string(text), `{{if .Facts}}{{template "facts" .Facts}}{{end}}`, "")))
	p := shownOf(t, s, id)
	missing, paths := map[string]int{}, map[string]bool{}
	p.check(t, study, missing, paths)
	if len(missing)*20 < len(paths) {
		t.Errorf("without facts %d of %d paths are missing, expected more", len(missing), len(paths))
	}
}

// TestOrigins: beside a value stand its property, its node, its pointer and its
// triple.
func TestOrigins(t *testing.T) {
	body := get(t, testSite(t), "/study/NCT99990001").Body.String()
	for _, want := range []string{
		`<a href="/ns/ctg/overall_status">ctg:overall_status</a>`, `/protocolSection/statusModule/overallStatus</code>`,
		`&lt;NCT99990001&gt; ctg:overall_status &#34;COMPLETED&#34;`, `&lt;NCT99990001&gt; ctg:start_date &#34;2020-02-03&#34;^^xsd:date`,
		`https://clinicaltrials.gov/study/NCT99990001#eligibility`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// TestStudyNumbers: other spellings of a number lead to the page, and what is no
// number, or not here, is not found.
func TestStudyNumbers(t *testing.T) {
	s := testSite(t)
	for path, want := range map[string]int{
		"/study/NCT99990001": 200, "/study/nct99990001": 301, "/study/nct99990001.ttl": 301, "/study/NCT00000001": 404, "/study/x": 404, "/study/": 404,
		"/study/NCT99990001/data?at=/nothing": 404, "/study/NCT99990001?version=2020-01-01": 404, "/study/NCT99990001/list?at=/hasResults": 404,
	} {
		if got := get(t, s, path).Code; got != want {
			t.Errorf("%s: status %d, expected %d", path, got, want)
		}
	}
	if to := get(t, s, "/study/nct99990001.ttl").Header().Get("Location"); to != "/study/NCT99990001.ttl" {
		t.Errorf("leads to %q", to)
	}
	if w := get(t, s, "/?q=nct99990001"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/study/NCT99990001" {
		t.Errorf("a search for a number leads to %q", w.Header().Get("Location"))
	}
}
