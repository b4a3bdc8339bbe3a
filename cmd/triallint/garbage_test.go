package main

import (
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/lint"
)

// TestGarbage: the bigger the documents, the less garbage there may be beside them;
// a GOGC in the environment counts instead.
func TestGarbage(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	set := func() int {
		percent := debug.SetGCPercent(100)
		debug.SetGCPercent(percent)
		return percent
	}
	t.Setenv("GOGC", "")
	for size, want := range map[int]int{100: startGarbage, usualCorpus + 1: usualGarbage, bigCorpus + 1: leastGarbage} {
		text := `{"openapi":"3.0.3","info":{"title":"T","version":"1","description":"` + strings.Repeat("x", size) + `"},"paths":{}}`
		corpus, err := lint.Load(fstest.MapFS{"api.json": {Data: []byte(text)}}, []string{"api.json"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		startGarbageLimit()
		undo := lessGarbage(corpus)
		if got := set(); got != want {
			t.Errorf("%d bytes: %d percent, expected %d", size, got, want)
		}
		undo()
		if got := set(); got != startGarbage {
			t.Errorf("%d bytes: %d percent behind the run, expected %d", size, got, startGarbage)
		}
		t.Setenv("GOGC", "50")
		debug.SetGCPercent(50)
		startGarbageLimit()
		lessGarbage(corpus)()
		if got := set(); got != 50 {
			t.Errorf("%d bytes, GOGC=50: %d percent", size, got)
		}
		t.Setenv("GOGC", "")
	}
}
