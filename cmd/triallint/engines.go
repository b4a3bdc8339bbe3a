//go:build !novacuum && !lean

package main

import (
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/vacuum"
)

// engines returns the engines whose rule packs rulesets can name. A build
// with the tag novacuum or lean has none, and compiles in a fraction of the time.
func engines(timeout time.Duration) []lint.Engine {
	return []lint.Engine{vacuum.Engine{Timeout: timeout}}
}

// rulesetEngine returns the engine of a name that runs rulesets; nil for
// spectral, which is triallint's own.
func rulesetEngine(name string, timeout time.Duration) (lint.RulesetEngine, error) {
	if name == "vacuum" {
		return vacuum.Engine{Timeout: timeout}, nil
	}
	return nil, nil
}
