//go:build integration

package integration

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/tools"
	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/lint"
)

// TestMutationDuel changes real descriptions at random and lints them by
// triallint and by the real Spectral: every finding of Spectral's, by rule and
// line, is ours, or is a deviation that is listed here. TRIALWEAVE_MUTANTS says
// how many descriptions are changed, TRIALWEAVE_SEED repeats a run.
func TestMutationDuel(t *testing.T) {
	count, err := strconv.Atoi(cmp.Or(os.Getenv("TRIALWEAVE_MUTANTS"), "200"))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := strconv.ParseUint(os.Getenv("TRIALWEAVE_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	fmt.Printf("TRIALWEAVE_SEED=%d\n", seed)
	descriptions := duelDescriptions(t)
	oracle := startDuel(t)
	dice := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	theirs, missed := 0, 0
	var big []string
	if count >= 1000 {
		big = bigDescriptions(t)
	}
	for i := range count {
		file := descriptions[dice.IntN(len(descriptions))]
		if len(big) > 0 && i%60 == 59 { // some of a soak are big
			file = big[dice.IntN(len(big))]
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
		mutant := filepath.Join(dir, fmt.Sprintf("m%d.json", i))
		save(t, mutant, m.json(root))
		ours := duelOurs(t, mutant)
		found := oracle.lint(t, mutant)
		theirs += len(found)
		for _, f := range found {
			if ours[duelKey{f.Rule, f.Line}] || m.deviates(f, ours) != "" {
				continue
			}
			missed++
			if missed <= 20 {
				t.Errorf("mutant %d of %s, %s: Spectral has %s in line %d: %s", i, filepath.Base(file), m.what, f.Rule, f.Line, f.Message)
			}
		}
	}
	t.Logf("%d mutants, %d findings of Spectral, %d of them not ours", count, theirs, missed)
	if theirs < count {
		t.Errorf("Spectral has %d findings on %d mutants: too few to tell", theirs, count)
	}
}

// deviates says why a finding of Spectral's is not ours.
func (m *mutator) deviates(f duelFinding, ours map[duelKey]bool) string {
	switch {
	case f.Rule == "parser":
		return "duplicate keys and the like have checks of their own"
	case strings.Contains(f.Message, "must not have unevaluated properties"):
		return "an object with an invalid property counts as having unevaluated ones; ours has the error of the property alone"
	case strings.Contains(f.Message, "must match a schema in anyOf") || strings.Contains(f.Message, "must match exactly one schema in oneOf"):
		return "the errors of the branch that fits best are reported instead"
	case strings.Contains(f.Message, "Maximum call stack"):
		return "Spectral fails on a reference to the document itself"
	case (f.Rule == "oas2-schema" || f.Rule == "oas3-schema") && near(ours, f):
		return "Spectral has the errors of every branch of an alternative; ours has those of the branch that fits best"
	case strings.Contains(f.Message, `"nullable" cannot be used without "type"`):
		return "nullable without a type allows null, as it does beside a type"
	case strings.Contains(f.Message, "[object Object]"), f.Rule == "path-params" && strings.Contains(m.what, " is ["):
		return "an object in place of a name, or a list in place of an operation, is an error of its own"
	case f.Rule == "invalid-ref" && slices.ContainsFunc(slices.Collect(maps.Keys(ours)), func(k duelKey) bool { return k.rule == f.Rule }):
		return "a reference that leads to one that leads nowhere is reported there, and not at every way to it"
	case f.Rule == "invalid-ref" && m.data:
		return "what is in enum, const, default and examples is data"
	case strings.HasPrefix(f.Message, "Invalid security"):
		return "the values that are wrong are reported instead"
	case strings.Contains(m.what, "$ref") && f.Line == 1:
		return "what a reference that leads nowhere stands for is taken for absent; ours is at the reference"
	}
	return ""
}

// near reports whether the same rule has a finding of ours a few lines away.
func near(ours map[duelKey]bool, f duelFinding) bool {
	for line := f.Line - 5; line <= f.Line+5; line++ {
		if ours[duelKey{f.Rule, line}] {
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

type duelKey struct {
	rule string
	line int
}

func duelOurs(t testing.TB, file string) map[duelKey]bool {
	t.Helper()
	corpus, err := lint.Load(os.DirFS(filepath.Dir(file)), []string{filepath.Base(file)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "spectral:oas"}}})
	if err != nil {
		t.Fatal(err)
	}
	out := map[duelKey]bool{}
	for _, f := range r.Findings {
		out[duelKey{f.Rule, f.Range.Start.Line}] = true
	}
	return out
}

// duelFinding is a finding of Spectral's.
type duelFinding struct {
	Rule    string
	Line    int
	Message string
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

func (d *duel) lint(t testing.TB, file string) []duelFinding {
	t.Helper()
	if _, err := fmt.Fprintln(d.in, file); err != nil {
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
	if answer.Error != "" {
		t.Logf("Spectral fails on %s: %s", file, answer.Error)
	}
	return answer.Findings
}

// mutator changes a document at one place.
type mutator struct {
	*rand.Rand
	what string
	// data tells that what was changed is data, and not part of the description.
	data bool
}

// mutate returns a changed copy.
func (m *mutator) mutate(root *yamltree.Node) *yamltree.Node {
	var paths [][]int
	var visit func(n *yamltree.Node, path []int)
	visit = func(n *yamltree.Node, path []int) {
		for i, item := range n.Items {
			at := append(slices.Clone(path), i)
			paths = append(paths, at)
			visit(item, at)
		}
	}
	visit(root, nil)
	return m.change(root, paths[m.IntN(len(paths))])
}

// change copies the nodes on a path, and changes the member that it ends in.
func (m *mutator) change(n *yamltree.Node, path []int) *yamltree.Node {
	c := *n
	c.Keys, c.Items = slices.Clone(n.Keys), slices.Clone(n.Items)
	i := path[0]
	if n.Kind == yamltree.Mapping && slices.Contains([]string{"example", "default", "enum", "const", "value"}, n.Keys[i].Name) {
		m.data = true
	}
	if len(path) > 1 {
		c.Items[i] = m.change(n.Items[i], path[1:])
		return &c
	}
	name := strconv.Itoa(i)
	if n.Kind == yamltree.Mapping {
		name = n.Keys[i].Name
	}
	switch kind := m.IntN(6); {
	case kind == 0:
		m.what = "without " + name
		c.Items = slices.Delete(c.Items, i, i+1)
		if n.Kind == yamltree.Mapping {
			c.Keys = slices.Delete(c.Keys, i, i+1)
		}
	case kind == 1 && n.Kind == yamltree.Mapping && len(name) > 1:
		c.Keys[i].Name = m.misspelt(name)
		m.what = fmt.Sprintf("%s named %s", name, c.Keys[i].Name)
	case kind == 2 && n.Items[i].Kind == yamltree.String && len(n.Items[i].Text) > 1:
		text := *n.Items[i]
		text.Text = m.misspelt(text.Text)
		c.Items[i] = &text
		m.what = fmt.Sprintf("%s: %q", name, text.Text)
	case kind == 3 && n.Items[i].Kind == yamltree.Mapping:
		other := *n.Items[i]
		other.Keys = append(slices.Clone(other.Keys), yamltree.Key{Name: "extra"})
		other.Items = append(slices.Clone(other.Items), &yamltree.Node{Kind: yamltree.Bool, Text: "true"})
		c.Items[i] = &other
		m.what = name + " with extra"
	default:
		values := []*yamltree.Node{
			{Kind: yamltree.Null}, {Kind: yamltree.Bool, Text: "true"}, {Kind: yamltree.Number, Text: "7", Number: 7}, {Kind: yamltree.Number, Text: "-1", Number: -1},
			{Kind: yamltree.String, Text: "x"}, {Kind: yamltree.String}, {Kind: yamltree.Sequence}, {Kind: yamltree.Mapping},
			{Kind: yamltree.Sequence, Items: []*yamltree.Node{{Kind: yamltree.Number, Text: "1", Number: 1}}},
			{Kind: yamltree.Mapping, Keys: []yamltree.Key{{Name: "$ref"}}, Items: []*yamltree.Node{{Kind: yamltree.String, Text: "#/nowhere"}}},
		}
		c.Items[i] = values[m.IntN(len(values))]
		m.what = fmt.Sprintf("%s is %s", name, m.json(c.Items[i]))
	}
	return &c
}

// misspelt swaps two letters, or leaves one out.
func (m *mutator) misspelt(s string) string {
	r := []rune(s)
	i := m.IntN(len(r) - 1)
	if m.IntN(2) == 0 {
		return string(slices.Delete(r, i, i+1))
	}
	r[i], r[i+1] = r[i+1], r[i]
	return string(r)
}

// json writes a value, each member on a line of its own.
func (m *mutator) json(n *yamltree.Node) []byte {
	var b strings.Builder
	writeMutant(&b, n, "\n")
	return []byte(b.String())
}

func writeMutant(b *strings.Builder, n *yamltree.Node, indent string) {
	quote := func(s string) string {
		text, _ := json.Marshal(s)
		return string(text)
	}
	switch n.Kind {
	case yamltree.Sequence, yamltree.Mapping:
		brackets := map[yamltree.Kind]string{yamltree.Sequence: "[]", yamltree.Mapping: "{}"}[n.Kind]
		b.WriteString(brackets[:1])
		for i, item := range n.Items {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(indent + " ")
			if n.Kind == yamltree.Mapping {
				b.WriteString(quote(n.Keys[i].Name) + ": ")
			}
			writeMutant(b, item, indent+" ")
		}
		b.WriteString(brackets[1:])
	case yamltree.String:
		b.WriteString(quote(n.Text))
	case yamltree.Null:
		b.WriteString("null")
	default:
		b.WriteString(n.Text)
	}
}
