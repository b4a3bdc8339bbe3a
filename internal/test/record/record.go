// Package record lists what a JSON record says, for tests that compare records.
package record

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// Place is where a leaf is.
type Place struct {
	// Path has the names of the members that lead to it, as fields.tsv writes
	// them: "a.b". At has positions in arrays too: "a[0].b".
	Path, At string
}

// Leaves yields what is neither object nor array in a value that encoding/json
// decoded, in the order of the names.
func Leaves(v any) iter.Seq2[Place, any] {
	return func(yield func(Place, any) bool) { walk(Place{}, v, yield) }
}

func walk(p Place, v any, yield func(Place, any) bool) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			in := Place{p.Path + "." + name, p.At + "." + name}
			if p.Path == "" {
				in = Place{name, name}
			}
			if !walk(in, v[name], yield) {
				return false
			}
		}
		return true
	case []any:
		for i, x := range v {
			if !walk(Place{p.Path, fmt.Sprintf("%s[%d]", p.At, i)}, x, yield) {
				return false
			}
		}
		return true
	}
	return yield(p, v)
}
