package mapping_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// TestLocateNodes holds that some nodes of a study, and of mutants of it, have the places
// that they have among all.
func TestLocateNodes(t *testing.T) {
	files, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	engine := engine(t, nil)
	converter, locator, r := engine.NewConverter(), mapping.NewLocator(), rand.New(rand.NewPCG(5, 9))
	compared := 0
	for _, file := range files {
		study, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(portion.Count(2, 200)) {
			var batch rdf.Batch
			out := mapping.Output{Batch: &batch}
			mutant := study
			if seed > 0 {
				mutant = record.Mutate(study, seed, "")
			}
			if converter.Convert(mutant, &out) != nil {
				continue
			}
			all := locator.Locate(slices.Collect(batch.Quads()))
			var nodes []string
			for key := range maps.Keys(all) {
				nodes = append(nodes, key[0])
			}
			slices.Sort(nodes)
			for range 5 {
				var some []string
				for range 1 + r.IntN(3) {
					some = append(some, nodes[r.IntN(len(nodes))])
				}
				want := mapping.Places{}
				for key, at := range all {
					if slices.Contains(some, key[0]) {
						want[key] = at
					}
				}
				compared += len(want)
				if diff := cmp.Diff(want, locator.LocateNodes(&batch, batch.Rows, append(some, "http://e/absent"))); diff != "" {
					t.Fatalf("%s, seed %d, %q (- all, + some):\n%s", file, seed, some, diff)
				}
			}
		}
	}
	if compared == 0 {
		t.Error("nothing was compared")
	}
}
