package yamltree

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
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

// Unescape decodes the percent signs of a part of a URI reference; where they are
// invalid, it returns the part as it stands.
func Unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// Below reports whether a path is another one or leads deeper.
func Below(above, path []string) bool {
	return len(above) <= len(path) && slices.Equal(above, path[:len(above)])
}

// StepName returns the last step of the path of an item: the key of a mapping, or
// the index in a sequence.
func (n *Node) StepName(i int) string {
	if n.Kind == Mapping {
		return n.Keys[i].Name
	}
	return strconv.Itoa(i)
}

// Step returns the path of an item of a collection that stands at a path, in
// memory of its own.
func (n *Node) Step(path []string, i int) []string {
	return append(path[:len(path):len(path)], n.StepName(i))
}
