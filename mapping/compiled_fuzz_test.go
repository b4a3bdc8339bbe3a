package mapping_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
)

// fuzzStudies are the synthetic studies, and small real ones where they are.
func fuzzStudies(t testing.TB) [][]byte {
	var out [][]byte
	for _, study := range fixtures(t) {
		out = append(out, study.data)
	}
	for _, file := range goldenFiles() {
		if data, err := os.ReadFile(file); err == nil && len(data) < 40<<10 {
			out = append(out, data)
		}
	}
	return out
}

func goldenFiles() []string {
	files, err := filepath.Glob("../../shared/data/golden/NCT*.json")
	if err != nil {
		return nil
	}
	return files
}

// FuzzEngines changes studies and compares what both engines make of them, or
// how they refuse them, under some set of options.
func FuzzEngines(f *testing.F) {
	for i := range 40 {
		f.Add(uint16(i), uint16(i), uint64(i), "")
	}
	f.Add(uint16(0), uint16(0), uint64(1), `{"a":[1,null,{"b":[]}]}`)
	studies, all := fuzzStudies(f), allEngines(f)
	f.Fuzz(func(t *testing.T, study, options uint16, seed uint64, odd string) {
		data := record.Mutate(studies[int(study)%len(studies)], seed, odd)
		n := int(options) % len(all)
		all[n].same(t, fmt.Sprintf("options %d", n), data)
	})
}

// TestMutated runs some of the same in every test.
func TestMutated(t *testing.T) {
	studies, all := fuzzStudies(t), allEngines(t)
	for seed := range portion.Count(25, 5000) {
		data := record.Mutate(studies[seed%len(studies)], uint64(seed), "")
		all[seed%7*seed%len(all)].same(t, fmt.Sprintf("seed %d", seed), data)
	}
}
