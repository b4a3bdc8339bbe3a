package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/store"
)

// TestALiteralBeyondTheLimit: a store that has a limit gets no graph with a literal
// beyond it, and everything else.
func TestALiteralBeyondTheLimit(t *testing.T) {
	all := records(t)
	for _, kind := range []store.Kind{store.Virtuoso, store.Oxigraph} {
		most := 0
		for _, c := range store.Capabilities() {
			if c.Kind == kind {
				most = c.LiteralMost
			}
		}
		for _, over := range []int{0, 1} {
			f := storetest.New(t, kind)
			long := slices.Clone(all)
			// an escape is two bytes as it is written, and one of the literal
			text := `\n` + strings.Repeat("x", max(most, 99_000)-1+over)
			long[3] = strings.Replace(long[3], `"briefTitle"`, `"acronym": "`+text+`", "briefTitle"`, 1)
			var refused []string
			sum, err := run(t.Context(), t, f, long, store.LoadOptions{OnRefused: func(graph string, err error) error {
				refused = append(refused, err.Error())
				return nil
			}}, store.Options{})
			want := 0
			if most > 0 {
				want = over
			}
			if err != nil || len(refused) != want || int(sum.Refused) != want || int(sum.New) != len(all)-want {
				t.Errorf("%s, %d bytes: %v, %+v, refused %v, expected %d refused", kind, len(text)-1, err, sum, refused, want)
			}
		}
	}
}
