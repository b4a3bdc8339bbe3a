package search_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/search"
)

const (
	status = iota
	country
)

func sample() *search.Index {
	b := search.NewBuilder(&search.Options{Facets: 2})
	for _, d := range []search.Document{
		{"NCT01", []search.Text{{search.Title, "Aspirin in Lung Cancers"}, {search.Body, "No history of asthma"}}, []search.Value{{status, "done"}, {country, "FRA"}, {country, "USA"}, {country, "USA"}}},
		{"NCT02", []search.Text{{search.Title, "Sjögren's Syndrome"}, {search.Subject, "Asthma"}}, []search.Value{{status, "open"}, {country, "USA"}}},
		{"NCT03", []search.Text{{search.Title, "Cancer of the lung, a registry"}, {search.Detail, "asthmatic"}}, []search.Value{{status, "open"}}},
	} {
		b.Add(d)
	}
	return b.Build()
}

func find(t *testing.T, x *search.Index, q search.Query) search.Result {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	r, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWords(t *testing.T) {
	x := sample()
	for words, want := range map[string]string{
		"":              "NCT03 NCT02 NCT01",
		"cancer":        "NCT03 NCT01",
		"CANCERS lung":  "NCT03 NCT01",
		"cancer asthma": "NCT01",
		"asthma":        "NCT02 NCT01", // a subject before a body
		"asthm*":        "NCT02 NCT03 NCT01",
		"sjogren":       "NCT02",
		"Sjo\u0308gren": "NCT02",
		"lung -- !!":    "NCT03 NCT01",
		"nothing":       "",
		"lung nothing":  "",
		"%":             "",
		"*":             "NCT03 NCT02 NCT01",
	} {
		if got := strings.Join(find(t, x, search.Query{Words: words}).Names, " "); got != want {
			t.Errorf("%q finds %q, expected %q", words, got, want)
		}
	}
	if got := find(t, x, search.Query{Words: "lung nothing"}).Unknown; !slices.Equal(got, []string{"nothing"}) {
		t.Errorf("unknown words %q, expected nothing", got)
	}
}

func TestFacets(t *testing.T) {
	x := sample()
	r := find(t, x, search.Query{Values: []search.Value{{country, "USA"}}, Most: 5})
	want := [][]search.Count{{{"done", 1}, {"open", 1}}, {{"USA", 2}, {"FRA", 1}}}
	if r.Total != 2 || fmt.Sprint(r.Counts) != fmt.Sprint(want) {
		t.Errorf("%d documents, counts %v, expected 2 and %v", r.Total, r.Counts, want)
	}
	if r := find(t, x, search.Query{Words: "cancer", Values: []search.Value{{country, "USA"}, {status, "open"}}}); r.Total != 0 {
		t.Errorf("%d documents, expected none", r.Total)
	}
	for _, v := range []search.Value{{country, "ATA"}, {7, "USA"}, {-1, "USA"}} {
		if r := find(t, x, search.Query{Values: []search.Value{v}}); r.Total != 0 {
			t.Errorf("%v finds %d documents, expected none", v, r.Total)
		}
	}
}

// TestAgainstAScan compares random queries with what reading every document
// finds.
func TestAgainstAScan(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b := search.NewBuilder(&search.Options{Facets: 1})
	var texts, values []string
	for i := range 3000 {
		var words []string
		for range 1 + random.IntN(8) {
			words = append(words, fmt.Sprintf("w%dx", random.IntN(200)))
		}
		text, value := strings.Join(words, " "), fmt.Sprint(random.IntN(5))
		texts, values = append(texts, text), append(values, value)
		b.Add(search.Document{Name: fmt.Sprintf("%05d", i), Texts: []search.Text{{search.Class(random.IntN(4)), text}}, Facets: []search.Value{{0, value}}})
	}
	x := b.Build()
	for range 500 {
		one, two := fmt.Sprintf("w%dx", random.IntN(200)), fmt.Sprintf("w%d", random.IntN(20))
		either := []string{fmt.Sprint(random.IntN(5)), fmt.Sprint(random.IntN(5))}
		want, counts := 0, map[string]int{}
		for i, text := range texts {
			words := strings.Fields(text)
			if !slices.Contains(words, one) || !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, two) }) {
				continue
			}
			counts[values[i]]++
			if slices.Contains(either, values[i]) {
				want++
			}
		}
		r := find(t, x, search.Query{Words: one + " " + two + "*", Values: []search.Value{{0, either[0]}, {0, either[1]}}, Limit: 1000, Most: 9})
		if r.Total != want || len(r.Names) != want {
			t.Fatalf("%s %s* of %v: %d documents, %d names, expected %d", one, two, either, r.Total, len(r.Names), want)
		}
		got := map[string]int{}
		for _, c := range r.Counts[0] {
			got[c.Value] = c.Count
		}
		if len(counts) > 0 && !maps.Equal(got, counts) {
			t.Fatalf("%s %s* of %v: the counts are %v, expected %v", one, two, either, got, counts)
		}
	}
}

// TestPages: the parts of an answer are the answer.
func TestPages(t *testing.T) {
	b := search.NewBuilder(nil)
	for i := range 100 {
		b.Add(search.Document{Name: fmt.Sprintf("%03d", i), Texts: []search.Text{{search.Class(i % 4), "word"}}})
	}
	x := b.Build()
	whole := find(t, x, search.Query{Words: "word", Limit: 100}).Names
	var parts []string
	for offset := 0; offset < 100; offset += 7 {
		parts = append(parts, find(t, x, search.Query{Words: "word", Offset: offset, Limit: 7}).Names...)
	}
	if !slices.Equal(whole, parts) {
		t.Errorf("the parts are %v, expected %v", parts, whole)
	}
	if n := len(find(t, x, search.Query{Words: "word", Offset: -5, Limit: 3}).Names); n != 3 {
		t.Errorf("%d names, expected 3", n)
	}
}

// TestMemory: where memory is short, long texts are left out and counted, and
// titles are not.
func TestMemory(t *testing.T) {
	b := search.NewBuilder(&search.Options{Bytes: 10_000})
	for i := range 500 {
		b.Add(search.Document{Name: fmt.Sprint(i), Texts: []search.Text{{search.Body, fmt.Sprintf("body%d", i)}, {search.Title, fmt.Sprintf("title%d", i)}}})
	}
	x := b.Build()
	if x.Left() == 0 || x.Left() == 500 {
		t.Errorf("%d texts were left out, expected some", x.Left())
	}
	if find(t, x, search.Query{Words: "title499"}).Total != 1 || find(t, x, search.Query{Words: "body499"}).Total != 0 || find(t, x, search.Query{Words: "body0"}).Total != 1 {
		t.Error("expected every title, and the first bodies alone")
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sample().Search(ctx, search.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, expected the end of the context", err)
	}
}
