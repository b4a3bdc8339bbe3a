package lint

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
)

func prepareUnreferenced(options *yamltree.Node) (judge, error) {
	location := options.Lookup("reusableObjectsLocation").Text
	return func(in input) ([]outcome, error) {
		if in.value == nil || in.value.Kind != yamltree.Mapping {
			return nil, nil
		}
		return unreferenced(in.value, location, refTargets(in.doc.tree.Root)), nil
	}, nil
}

// unreferenced says which entries of a mapping at a location ("#/a/b") no
// reference of the document leads to.
func unreferenced(n *yamltree.Node, location string, used map[string]bool) []outcome {
	base, err := yamltree.ParsePointer(strings.TrimPrefix(location, "#"))
	if err != nil {
		return nil
	}
	var out []outcome
	for _, key := range n.Keys {
		path := append(slices.Clone(base), key.Name)
		if !used[yamltree.Pointer(path)] {
			out = append(out, outcome{fmt.Sprintf("%q is not referenced in this document", key.Name), path})
		}
	}
	return out
}

// refTargets are the pointers that references within the document lead to.
func refTargets(root *yamltree.Node) map[string]bool {
	out := map[string]bool{}
	collectRefs(root, nil, out, map[*yamltree.Node]bool{})
	return out
}

// collectRefs notes where references lead; one that leads to something it is
// part of itself does not count.
func collectRefs(n *yamltree.Node, path []string, out map[string]bool, seen map[*yamltree.Node]bool) {
	if n.IsScalar() || seen[n] {
		return
	}
	seen[n] = true
	if ref, ok := n.Lookup("$ref").StringValue(); ok && strings.HasPrefix(ref, "#") {
		steps, err := yamltree.ParsePointer(unescapeFragment(ref[1:]))
		if target := yamltree.Pointer(steps); err == nil && !below(target, path) {
			out[target] = true
		}
	}
	for i, item := range n.Items {
		collectRefs(item, step(path, n, i), out, seen)
	}
}

func unescapeFragment(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}
