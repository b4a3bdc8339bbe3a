//go:build integration

package integration

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/proof"
	"github.com/trialweave/trialweave/yamltree"
)

// TestMutationDuel changes real descriptions at random and lints them by
// triallint and by the real Spectral: every finding of Spectral's, by rule and
// line, is ours, or is a deviation that is listed here. TRIALWEAVE_MUTANTS says
// how many descriptions are changed, TRIALWEAVE_SEED repeats a run. Of 1,000 and
// more, every sixtieth is Stripe, Kubernetes or GitHub, or what TRIALWEAVE_BIG
// names of them: Spectral takes seven CPU-minutes for one of GitHub.
func TestMutationDuel(t *testing.T) {
	count, dice := fromEnv(t, "TRIALWEAVE_MUTANTS", 200), rand.New(rand.NewPCG(seedOf(t), 1))
	descriptions := duelDescriptions(t)
	oracle := startDuel(t)
	dir := t.TempDir()
	theirs, missed := 0, 0
	var big []string
	if count >= 1000 {
		big = slices.DeleteFunc(bigDescriptions(t), func(file string) bool {
			return !strings.HasPrefix(filepath.Base(file), os.Getenv("TRIALWEAVE_BIG"))
		})
	}
	for i := range count {
		file := descriptions[dice.IntN(len(descriptions))]
		if len(big) > 0 && i%60 == 59 { // some of a soak are big
			file = big[i/60%len(big)]
		}
		doc, err := yamltree.Parse(file, load(t, file), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(doc.Root.Items) == 0 {
			continue // an empty file has nothing to change
		}
		m := mutator{Rand: dice}
		root := m.mutate(doc.Root)
		folder := filepath.Join(dir, strconv.Itoa(i))
		mutant := filepath.Join(folder, "mutant.json")
		if i%4 == 3 { // some are split over files
			var parts map[string]*yamltree.Node
			root, parts = m.split(root, filepath.Base(mutant))
			for name, part := range parts {
				save(t, filepath.Join(folder, name), m.json(part))
			}
		}
		save(t, mutant, m.json(root))
		m.root = root
		ours, found := duelOurs(t, mutant, ""), oracle.lint(t, mutant, "")
		theirs += len(found)
		for _, f := range found {
			if f.among(ours) || m.deviates(f, found, ours) != "" {
				continue
			}
			missed++
			if missed <= 20 {
				t.Errorf("mutant %d of %s, %s: Spectral has %s in %s:%d %s: %s", i, filepath.Base(file), m.what, f.Rule, f.File, f.Line, strings.Join(f.Path, "/"), f.Message)
			}
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d mutants, %d findings of Spectral, %d of them not ours", count, theirs, missed)
	if theirs < count {
		t.Errorf("Spectral has %d findings on %d mutants: too few to tell", theirs, count)
	}
}

// TestProverDuel lints the documents that the prover makes of a description, by
// its own changes for each rule, by triallint and by Spectral.
func TestProverDuel(t *testing.T) {
	oracle, dir := startDuel(t), t.TempDir()
	theirs, made := 0, 0
	for _, name := range []string{"oas2", "oas30", "oas31"} {
		corpus, err := lint.Load(os.DirFS(filepath.Join(tools.Root(t), "testdata", "governance", "spectral-oas")), []string{name + ".yml"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		proven, err := proof.Prove(t.Context(), corpus, &proof.Options{Rulesets: []lint.RulesetUse{{Ruleset: "spectral:oas"}}, Inherited: true, Tries: 2000})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proven.Proofs {
			for i, w := range []*proof.Witness{p.Fires, p.Quiet} {
				if w == nil {
					continue
				}
				file := filepath.Join(dir, fmt.Sprintf("%s-%s-%d.json", name, strings.ReplaceAll(p.Rule, "$", ""), i))
				save(t, file, w.JSON())
				made++
				ours, found := duelOurs(t, file, ""), oracle.lint(t, file, "")
				theirs += len(found)
				m := mutator{what: w.From}
				for _, f := range found {
					if !f.among(ours) && m.deviates(f, found, ours) == "" {
						t.Errorf("%s, %s: Spectral has %s in line %d: %s", file, w.From, f.Rule, f.Line, f.Message)
					}
				}
			}
		}
	}
	t.Logf("%d documents of the prover, %d findings of Spectral", made, theirs)
	if made < 100 || theirs < made {
		t.Errorf("%d documents with %d findings of Spectral: too few to tell", made, theirs)
	}
}

// deviates says why a finding of Spectral's is not ours.
func (m *mutator) deviates(f duelFinding, theirs, ours []duelFinding) string {
	switch {
	case f.Rule == "parser":
		return "duplicate keys and the like have checks of their own"
	case strings.Contains(f.Message, "must not have unevaluated properties"):
		return "an object with an invalid property counts as having unevaluated ones; ours has the error of the property alone"
	case f.isBranch() && slices.ContainsFunc(ours, func(o duelFinding) bool { return o.Rule == f.Rule && o.within(f) }):
		return "the errors of the branch that fits best are reported instead"
	case strings.Contains(f.Message, "Maximum call stack"):
		return "Spectral fails on a reference to the document itself"
	case f.otherBranch(theirs, ours):
		return "Spectral has the errors of every branch of an alternative; ours has those of the branch that fits best"
	case strings.Contains(f.Message, `"nullable" cannot be used without "type"`):
		return "nullable without a type allows null, as it does beside a type"
	case strings.Contains(f.Message, "[object Object]"), f.Rule == "path-params" && strings.Contains(m.what, " is ["):
		return "an object in place of a name, or a list in place of an operation, is an error of its own"
	case f.Rule == "invalid-ref" && slices.ContainsFunc(ours, func(o duelFinding) bool { return o.Rule == f.Rule }):
		return "a reference that leads to one that leads nowhere is reported there, and not at every way to it"
	case f.Rule == "invalid-ref" && m.data, f.inData():
		return "what is in enum, const, default and examples is data"
	case len(f.Path) == 0 && f.File != "mutant.json" && slices.ContainsFunc(ours, func(o duelFinding) bool { return o.Rule == f.Rule && o.File == "mutant.json" }):
		return "a key whose value is a reference is reported at the key, and not at the beginning of the other file"
	case slices.ContainsFunc(ours, func(o duelFinding) bool {
		return o.Rule == f.Rule && o.File == f.File && slices.Equal(o.Path, f.Path) && f.Line < o.Line
	}):
		return "a key such as 00 is a number to Spectral, which does not find it then and has the line of what it is in"
	case slices.ContainsFunc(ours, func(o duelFinding) bool {
		return o.Rule == f.Rule && o.within(f) && len(o.Path) > len(f.Path) && strings.ContainsAny(o.Path[len(f.Path)], "#/")
	}):
		return "in another file Spectral finds no way through a key with # or /, and reports what it is in"
	case m.refers(f) && slices.ContainsFunc(ours, func(o duelFinding) bool { return o.Rule == f.Rule }):
		return "what a reference leads to is reported where it is written, and not at the reference again"
	case strings.HasPrefix(f.Message, "Invalid security"):
		return "the values that are wrong are reported instead"
	case strings.Contains(m.what, "$ref") && f.Line == 1:
		return "what a reference that leads nowhere stands for is taken for absent; ours is at the reference"
	}
	return ""
}

// refers reports whether a finding is at a reference of the main file.
func (m *mutator) refers(f duelFinding) bool {
	if m.root == nil || f.File != "mutant.json" || len(f.Path) == 0 {
		return false
	}
	_, ok := m.root.At(f.Path...).Lookup("$ref").StringValue()
	return ok
}

// among reports whether a finding of the same rule is at the same line.
func (f duelFinding) among(ours []duelFinding) bool {
	return slices.ContainsFunc(ours, func(o duelFinding) bool { return o.Rule == f.Rule && o.Line == f.Line && o.File == f.File })
}

// within reports whether a finding is about a part of what another is about.
func (f duelFinding) within(other duelFinding) bool {
	return f.File == other.File && len(f.Path) >= len(other.Path) && slices.Equal(f.Path[:len(other.Path)], other.Path)
}

// isBranch reports whether the finding says that no branch of an alternative
// holds.
func (f duelFinding) isBranch() bool {
	return strings.Contains(f.Message, "must match a schema in anyOf") || strings.Contains(f.Message, "must match exactly one schema in oneOf")
}

// otherBranch reports whether a finding is about a value of which Spectral says
// that no branch of an alternative holds, and of which ours says why.
func (f duelFinding) otherBranch(theirs, ours []duelFinding) bool {
	return slices.ContainsFunc(theirs, func(t duelFinding) bool {
		return t.isBranch() && t.Rule == f.Rule && f.within(t) && slices.ContainsFunc(ours, func(o duelFinding) bool { return o.Rule == f.Rule && o.within(t) })
	})
}

// inData reports whether a rule that looks for schemas found one in data.
func (f duelFinding) inData() bool {
	if !slices.Contains([]string{"invalid-ref", "duplicated-entry-in-enum", "no-$ref-siblings", "array-items", "typed-enum", "oas2-parameter-description", "oas2-valid-schema-example", "oas2-valid-media-example", "oas2-anyOf", "oas2-oneOf", "oas3-valid-media-example", "oas3-valid-schema-example"}, f.Rule) || len(f.Path) == 0 {
		return false
	}
	for i, name := range f.Path[:len(f.Path)-1] {
		property := i > 0 && f.Path[i-1] == "properties"
		if !property && (slices.Contains([]string{"example", "examples", "default", "enum", "const", "value"}, name) || strings.HasPrefix(name, "x-")) {
			return true
		}
	}
	return false
}

func duelDescriptions(t testing.TB) []string {
	t.Helper()
	if _, err := os.Stat(governance); err != nil {
		t.Skipf("the descriptions are not at hand: %v", err)
	}
	var out []string
	for _, pattern := range []string{"clinical-trials-gov/openapi/*.yml", "nih-clinicaltrials/openapi/*.yml", "siblings/*/openapi/*.yml", "siblings/*/_head/openapi/*.yml"} {
		found, _ := filepath.Glob(filepath.Join(governance, pattern))
		for _, file := range found {
			if info, err := os.Stat(file); err == nil && info.Size() < 100_000 {
				out = append(out, file)
			}
		}
	}
	for _, name := range []string{"oas2", "oas30", "oas31"} {
		out = append(out, filepath.Join(tools.Root(t), "testdata", "governance", "spectral-oas", name+".yml"))
	}
	return out
}

// bigDescriptions are the descriptions of Stripe, Kubernetes and GitHub, where
// they are at hand.
func bigDescriptions(t testing.TB) []string {
	t.Helper()
	packed, _ := filepath.Glob(filepath.Join(tools.Root(t), "..", "shared", "data", "oas-big", "*.gz"))
	var out []string
	for _, file := range packed {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		name := filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(file), ".gz"))
		save(t, name, text)
		out = append(out, name)
	}
	return out
}

// duelOurs are the findings of triallint, by a ruleset or by that of Spectral for
// OpenAPI.
func duelOurs(t testing.TB, file, ruleset string) []duelFinding {
	t.Helper()
	opts := &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "spectral:oas"}}}
	if ruleset != "" {
		opts.Rulesets, opts.RulesetFiles = []lint.RulesetUse{{Ruleset: filepath.Base(ruleset)}}, os.DirFS(filepath.Dir(ruleset))
	}
	corpus, err := lint.Load(os.DirFS(filepath.Dir(file)), []string{filepath.Base(file)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, opts)
	if err != nil {
		t.Fatal(err)
	}
	var out []duelFinding
	for _, f := range r.Findings {
		out = append(out, duelFinding{Rule: f.Rule, Line: f.Range.Start.Line, Message: f.Message, File: f.File, Path: f.Path})
	}
	for _, u := range r.Unchecked {
		out = append(out, duelFinding{Rule: "unchecked", Message: u.Rule + ": " + u.Why, File: u.File})
	}
	return out
}

// duelFinding is a finding of Spectral's, or of ours.
type duelFinding struct {
	Rule    string
	Line    int
	Message string
	File    string
	Path    []string
}

// duel is a running Spectral.
type duel struct {
	in  io.Writer
	out *bufio.Reader
}

func startDuel(t testing.TB) *duel {
	t.Helper()
	modules := filepath.Join(filepath.Dir(filepath.Dir(spectral(t))))
	script, err := filepath.Abs("testdata/duel.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &duel{in, bufio.NewReaderSize(out, 1<<20)}
}

// lint asks Spectral; what it fails with is a finding of the rule "failed".
func (d *duel) lint(t testing.TB, file, ruleset string) []duelFinding {
	t.Helper()
	question, err := json.Marshal(map[string]string{"file": file, "ruleset": ruleset})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintln(d.in, string(question)); err != nil {
		t.Fatal(err)
	}
	line, err := d.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Findings []duelFinding
		Error    string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Error != "" && ruleset == "" {
		t.Logf("Spectral fails on %s: %s", file, answer.Error)
	}
	if answer.Error != "" && ruleset != "" {
		return []duelFinding{{Rule: "failed", Message: answer.Error}}
	}
	return answer.Findings
}
