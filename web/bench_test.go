package web

import (
	"testing"

	"github.com/trialweave/trialweave/search"
)

// BenchmarkStudy makes the page of a study with results.
func BenchmarkStudy(b *testing.B) {
	s := New(store(b, studyFiles(b), nil), nil)
	for b.Loop() {
		get(b, s, "/study/NCT99990001")
	}
}

// BenchmarkTurtle writes the same study as Turtle.
func BenchmarkTurtle(b *testing.B) {
	s := New(store(b, studyFiles(b), nil), nil)
	for b.Loop() {
		get(b, s, "/study/NCT99990001.ttl")
	}
}

// BenchmarkSearch searches for a word that every study has.
func BenchmarkSearch(b *testing.B) {
	s := testSite(b)
	for b.Loop() {
		if _, err := s.corpus.ready.Load().search.Search(b.Context(), search.Query{Words: "synthetic", Limit: 20, Most: 12}); err != nil {
			b.Fatal(err)
		}
	}
}
