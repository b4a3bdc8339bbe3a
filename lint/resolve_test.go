package lint_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/lint"
)

// TestDeepReferences holds that each reference is looked at, however long the
// chain is that leads to it.
func TestDeepReferences(t *testing.T) {
	const n = 1000
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: T, version: \"1\"}\npaths: {}\ncomponents:\n  schemas:\n")
	for i := range n {
		next := fmt.Sprintf("S%d", i+1)
		if i+1 == n {
			next = "S0"
		}
		fmt.Fprintf(&b, "    S%d: {allOf: [{$ref: '#/components/schemas/%s'}], properties: {a: {$ref: '#/nowhere/%d'}}}\n", i, next, i)
	}
	corpus, err := lint.Load(fstest.MapFS{"a.yml": {Data: []byte(b.String())}}, []string{"a.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, f := range r.Findings {
		found[f.Rule]++
	}
	if found["invalid-ref"] != n || found["schema-loop"] != 1 {
		t.Errorf("%d references that lead nowhere, want %d; %d loops, want 1", found["invalid-ref"], n, found["schema-loop"])
	}
}
