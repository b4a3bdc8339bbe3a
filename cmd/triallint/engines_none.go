//go:build novacuum

package main

import (
	"time"

	"github.com/trialweave/trialweave/lint"
)

// engines returns nothing: this build has no rule packs.
func engines(time.Duration) []lint.Engine { return nil }
