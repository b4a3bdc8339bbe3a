// Package w3c runs the test suites of the W3C in go test: it finds them beside
// the checkout, reads their manifests with our own Turtle reader, and holds
// each test against the list of failures that are known and explained.
package w3c

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/rdf"
)

const (
	manifestNS = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
)

// Dir returns the folder of shared data of that name (slash-separated). It
// looks in the folder that the environment variable TRIALWEAVE_SHARED names, or
// else in "shared" beside the checkout, and skips the test where there is none.
func Dir(t testing.TB, name string) string {
	t.Helper()
	shared := os.Getenv("TRIALWEAVE_SHARED")
	if shared == "" {
		shared = filepath.Join(tools.Root(t), "..", "shared")
	}
	dir := filepath.Join(shared, filepath.FromSlash(name))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no %s in ../shared nor in $TRIALWEAVE_SHARED: this test needs it", name)
	}
	return dir
}

// Test is one entry of a manifest.
type Test struct {
	// ID is the fragment of the entry's IRI.
	ID string
	// Type is the local name of its class, as TestTurtleEval.
	Type string
	// Action and Result are paths of files; Result may be empty.
	Action, Result string
	// Base is the IRI that the suite gives the action.
	Base string
}

// Negative reports whether the test wants its input refused.
func (t Test) Negative() bool { return strings.Contains(t.Type, "Negative") }

// Load reads the manifest of a folder; base is the IRI that the folder has.
func Load(t testing.TB, dir, base string) []Test {
	t.Helper()
	path := filepath.Join(dir, "manifest.ttl")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := make(manifest)
	for q, err := range rdf.Read(f, rdf.Turtle, &rdf.ReadOptions{File: path, Base: base + "manifest.ttl"}) {
		if err != nil {
			t.Fatal(err)
		}
		m.add(q)
	}
	tests := m.tests(dir, base)
	if len(tests) == 0 {
		t.Fatalf("no tests in %s", path)
	}
	return tests
}

// manifest is the graph by subject and predicate; entries have one value each.
type manifest map[rdf.Term]map[string]rdf.Term

func (m manifest) add(q rdf.Quad) {
	if m[q.Subject] == nil {
		m[q.Subject] = make(map[string]rdf.Term)
	}
	m[q.Subject][q.Predicate.Value] = q.Object
}

func (m manifest) tests(dir, base string) []Test {
	var tests []Test
	for _, properties := range m {
		for cell := properties[manifestNS+"entries"]; !cell.IsZero() && cell.Value != rdf.RDFNil; cell = m[cell][rdf.RDFRest] {
			tests = append(tests, m.test(m[cell][rdf.RDFFirst], dir, base))
		}
	}
	return tests
}

func (m manifest) test(entry rdf.Term, dir, base string) Test {
	properties := m[entry]
	test := Test{Base: properties[manifestNS+"action"].Value}
	_, test.ID, _ = strings.Cut(entry.Value, "#")
	test.Type = properties[rdf.RDFType].Value
	test.Type = test.Type[strings.LastIndexByte(test.Type, '#')+1:]
	test.Action = file(dir, base, test.Base)
	test.Result = file(dir, base, properties[manifestNS+"result"].Value)
	return test
}

func file(dir, base, iri string) string {
	name, ok := strings.CutPrefix(iri, base)
	if !ok {
		return ""
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// Run runs every test and compares with the failures that are expected: a map
// from the id of a test to the reason. A failure that is not expected fails the
// test, and so does an expected one that passes or that names no test. The
// figures go to the log.
func Run(t *testing.T, suite string, tests []Test, expected map[string]string, run func(Test) error) {
	t.Helper()
	passed, seen := 0, make(map[string]bool)
	for _, test := range tests {
		seen[test.ID] = true
		err := run(test)
		reason, known := expected[test.ID]
		switch {
		case err == nil && known:
			t.Errorf("%s %s passes, though it should fail: %s", suite, test.ID, reason)
		case err == nil:
			passed++
		case known:
			t.Logf("%s %s fails, as expected: %s (%s)", suite, test.ID, reason, oneLine(err))
		default:
			t.Errorf("%s %s: %v", suite, test.ID, err)
		}
	}
	for id := range expected {
		if !seen[id] {
			t.Errorf("%s has no test %s", suite, id)
		}
	}
	t.Logf("conformance: %-24s %d/%d", suite, passed, len(tests))
}

func oneLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// SameGraphs compares two datasets up to the labels of their blank nodes and
// says how they differ.
func SameGraphs(got, want []rdf.Quad) error {
	if Isomorphic(got, want) {
		return nil
	}
	return fmt.Errorf("got\n%s\nwant\n%s", text(got), text(want))
}

func text(quads []rdf.Quad) string {
	var lines []string
	for _, q := range quads {
		lines = append(lines, q.String())
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n")
}
