//go:build novacuum || lean

package main

import (
	"errors"
	"time"

	"github.com/trialweave/trialweave/lint"
)

// engines returns nothing: this build has no rule packs.
func engines(time.Duration) []lint.Engine { return nil }

// rulesetEngine returns nothing but an error for vacuum, which is not in this
// build.
func rulesetEngine(name string, _ time.Duration) (lint.RulesetEngine, error) {
	if name == "vacuum" {
		return nil, errors.New("the engine vacuum is not in this build: it was built with -tags novacuum or lean")
	}
	return nil, nil
}
