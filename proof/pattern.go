package proof

import (
	"regexp"
	"sync"
)

// pattern is an expression that is compiled when it is first used: linting, which
// proves nothing, does not wait for it.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
