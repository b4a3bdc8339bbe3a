package mapping_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// TestRestoreOn: several goroutines give the same studies, and the same error after
// the same ones, as one does, and stop where nobody wants more.
func TestRestoreOn(t *testing.T) {
	var quads []rdf.Quad
	for n := range 40 {
		quads = append(quads, quadsOf(t, convert(t, nil, fmt.Appendf(nil, `{"protocolSection":{"identificationModule":{"nctId":"NCT9999%04d","briefTitle":"Study %d"}}}`, n, n)).Record)...)
	}
	half := len(quads) / 2
	again := append(slices.Clone(quads), quads[0])
	without := slices.Clone(quads)
	without[half].Graph, without[half].Predicate = rdf.IRI("https://clinicaltrials.gov/study/NCT00000000#record"), rdf.IRI("http://example.org/p")
	cut := errors.New("the input is cut")
	for name, c := range map[string]struct {
		quads []rdf.Quad
		end   error
		most  int
	}{"all": {quads, nil, 100}, "a cut input": {quads[:half], cut, 100}, "a graph in two places": {again, nil, 100}, "a graph without a study": {without, cut, 100}, "a few": {quads, cut, 3}} {
		restored := func(workers int) (out []string) {
			for r, err := range mapping.RestoreOn(workers, func(yield func(rdf.Quad, error) bool) {
				for _, q := range c.quads {
					if !yield(q, nil) {
						return
					}
				}
				if c.end != nil {
					yield(rdf.Quad{}, c.end)
				}
			}) {
				out = append(out, fmt.Sprint(string(r.JSON), r.Partial, err))
				if len(out) == c.most {
					return out
				}
			}
			return out
		}
		want := restored(1)
		if name == "all" && len(want) != 40 || len(want) < 3 {
			t.Errorf("%s: %d studies", name, len(want))
		}
		for _, workers := range []int{2, 7} {
			if got := restored(workers); !slices.Equal(got, want) {
				t.Errorf("%s, %d goroutines: %d studies, expected the %d of one: %v", name, workers, len(got), len(want), got[len(got)-1])
			}
		}
	}
}
