package ruleset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// judgeTypedEnum says which values of an enum are not of the schema's type.
func judgeTypedEnum(in input) []outcome {
	enum, types := in.value.Lookup("enum"), enumTypes(in)
	if enum == nil || enum.Kind != yamltree.Sequence || len(types) == 0 {
		return nil
	}
	var out []outcome
	for i, v := range enum.Items {
		if !slices.Contains(types, typeName(v, types)) {
			out = append(out, outcome{
				fmt.Sprintf("enum value %q is not of type %s", Describe(v), strings.Join(types, " or ")),
				append(slices.Clone(in.path), "enum", strconv.Itoa(i)),
			})
		}
	}
	return out
}

func enumTypes(in input) []string {
	t := in.value.Lookup("type")
	if t == nil {
		return nil
	}
	types := []string{t.Text}
	if t.Kind == yamltree.Sequence {
		types = nil
		for _, item := range t.Items {
			types = append(types, item.Text)
		}
	}
	nullable := in.formats["oas3_0"] && truthy(in.value.Lookup("nullable")) || in.formats["oas2"] && truthy(in.value.Lookup("x-nullable"))
	if nullable {
		types = append(types, "null")
	}
	return types
}

// typeName names the type of a value; a whole number is an integer where one
// is asked for.
func typeName(n *yamltree.Node, wanted []string) string {
	if n.Kind == yamltree.Number && n.Number == float64(int64(n.Number)) && slices.Contains(wanted, "integer") {
		return "integer"
	}
	return n.Kind.String()
}
