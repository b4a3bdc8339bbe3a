//go:build !vacuum

package main

import (
	"time"

	"github.com/trialweave/trialweave/lint"
)

// engines returns nothing: this build has no rule packs, and says so of rulesets that name
// some.
func engines(time.Duration) []lint.Engine { return nil }
