package lint_test

import (
	"context"
	"io/fs"
	"path"
	"runtime"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/lint"
)

// TestMalformed holds that each hostile document ends in a clear error or in
// findings, within two seconds and 300 MB.
func TestMalformed(t *testing.T) {
	files := governanceFS(t)
	names, _ := fs.Glob(files, "malformed/*")
	if len(names) != 53 {
		t.Errorf("%d documents, want 53", len(names))
	}
	for _, name := range names {
		t.Run(path.Base(name), func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			corpus, err := lint.Load(files, []string{name}, nil)
			if err != nil {
				t.Fatal(err)
			}
			r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "spectral:oas"}}})
			if err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("took %v", d)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 300 {
				t.Errorf("allocated %d MB", mb)
			}
			if len(r.Findings) == 0 && len(r.Unchecked) == 0 {
				t.Error("neither a finding nor an error")
			}
			for _, u := range r.Unchecked {
				if u.Why == "" || u.File == "" {
					t.Errorf("unclear: %+v", u)
				}
			}
		})
	}
}

// TestSiblings lints the repositories of the same layout as a whole: whatever
// is in them, nothing panics and what is not judged is named.
func TestSiblings(t *testing.T) {
	files := governanceFS(t)
	names, _ := fs.Glob(files, "siblings/*")
	for _, name := range portion.Of(append(names, "clinical-trials-gov", "nih-clinicaltrials"), 3) {
		sub, err := fs.Sub(files, name)
		if err != nil {
			t.Fatal(err)
		}
		corpus, err := lint.Load(sub, []string{"."}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := lint.Run(context.Background(), corpus, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Documents) == 0 {
			t.Errorf("%s: no documents", name)
		}
		for _, u := range r.Unchecked {
			if u.Why == "" || u.File == "" {
				t.Errorf("%s: unclear: %+v", name, u)
			}
		}
		t.Logf("%s: %d documents, %d findings, %d not checked", path.Base(name), len(r.Documents), len(r.Findings), len(r.Unchecked))
	}
}
