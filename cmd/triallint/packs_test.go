//go:build !novacuum && !lean

package main

import (
	"slices"
	"testing"

	"github.com/trialweave/trialweave/rules"
)

// TestRulesetNames holds that help and completion name the rule packs that
// there are.
func TestRulesetNames(t *testing.T) {
	var want []string
	for _, e := range engines(0) {
		for _, p := range e.Packs() {
			want = append(want, p.Name)
		}
	}
	got := slices.DeleteFunc(rulesetNames(), func(name string) bool { return !rules.IsPack(name) })
	if !slices.Equal(got, want) {
		t.Errorf("the rule packs are %v, want %v", got, want)
	}
}
