package yamltree

import (
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/source"
)

// Pointer writes a path as a JSON Pointer (RFC 6901).
func Pointer(path []string) string {
	var b strings.Builder
	for _, step := range path {
		b.WriteByte('/')
		b.WriteString(source.EscapePointer(step))
	}
	return b.String()
}

// ParsePointer reads a JSON Pointer into the steps of a path. The empty
// pointer is the root; any other begins with a slash.
func ParsePointer(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("JSON pointer %q does not begin with a slash", pointer)
	}
	steps := strings.Split(pointer[1:], "/")
	for i, step := range steps {
		steps[i] = source.UnescapePointer(step)
	}
	return steps, nil
}
