//go:build vacuum

package main

import (
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/vacuum"
)

// engines returns the engines whose rule packs rulesets can name. Only a build
// with the tag vacuum has any: it takes ten CPU-minutes more to compile.
func engines(timeout time.Duration) []lint.Engine {
	return []lint.Engine{vacuum.Engine{Timeout: timeout}}
}
