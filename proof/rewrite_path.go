package proof

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// lastStep is the last name of a path.
var lastStep = regexp.MustCompile(`^(.*[^.])(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[['"]([^'"\]]+)['"]\])$`)

// fieldOutOfPath looks at the last name of the paths as a field.
func fieldOutOfPath(rule *yamltree.Node) []*yamltree.Node {
	name, ok := "", true
	n := eachGiven(rule, func(path string) []string {
		m := lastStep.FindStringSubmatch(path)
		if m == nil || name != "" && name != m[2]+m[3] {
			ok = false
			return nil
		}
		name = m[2] + m[3]
		return []string{m[1]}
	})
	if n == nil || !ok {
		return nil
	}
	var changed []*yamltree.Node
	for _, a := range actions(n) {
		field := fieldOf(a)
		if a == nil || a.Kind != yamltree.Mapping || field == "@key" {
			return nil
		}
		below := name
		if field != "" {
			below += "." + field
			changed = append(changed, set(a, []string{"field"}, text(below)))
			continue
		}
		changed = append(changed, member(a, "field", text(below)))
	}
	return []*yamltree.Node{withActions(n, changed)}
}

// simpleField is a field that a path can go on with.
var simpleField = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// fieldInPath goes on to the field by the path.
func fieldInPath(rule *yamltree.Node) []*yamltree.Node {
	all := actions(rule)
	if len(all) != 1 || all[0] == nil || !simpleField.MatchString(fieldOf(all[0])) {
		return nil
	}
	field := fieldOf(all[0])
	n := eachGiven(rule, func(path string) []string { return []string{path + "." + field} })
	if n == nil {
		return nil
	}
	return []*yamltree.Node{withActions(n, []*yamltree.Node{remove(all[0], []string{"field"})})}
}

var (
	// union is a list of names in brackets.
	union = regexp.MustCompile(`\[((?:['"]?[A-Za-z_][A-Za-z0-9_-]*['"]?\s*,\s*)+['"]?[A-Za-z_][A-Za-z0-9_-]*['"]?)\]`)
	// propertyIs is a filter by the name of a property.
	propertyIs = regexp.MustCompile(`\[\?\(\s*((?:@property\s*===?\s*['"][A-Za-z_][A-Za-z0-9_-]*['"]\s*(?:\|\|\s*)?)+)\)\]`)
	// quotedName is a name in quotes.
	quotedName = regexp.MustCompile(`['"]([A-Za-z_][A-Za-z0-9_-]*)['"]`)
)

// otherPath writes the paths in other notations.
func otherPath(rule *yamltree.Node) []*yamltree.Node {
	var out []*yamltree.Node
	for _, f := range []func(string) []string{
		quotedUnion, apart(union, ","), namedProperties, apart(propertyIs, "||"), withoutDots, starsInBrackets, strictEquality, looseEquality,
	} {
		if n := eachGiven(rule, f); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// quotedUnion writes the names of a union in quotes.
func quotedUnion(path string) []string {
	return changed(path, union.ReplaceAllStringFunc(path, func(m string) string {
		return "[" + strings.Join(quoted(strings.Split(m[1:len(m)-1], ",")), ",") + "]"
	}))
}

func quoted(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, "'"+strings.Trim(strings.TrimSpace(name), `'"`)+"'")
	}
	return out
}

// apart makes a path of each alternative of the first place that has some.
func apart(alternatives *regexp.Regexp, separator string) func(string) []string {
	return func(path string) []string {
		at := alternatives.FindStringSubmatchIndex(path)
		if at == nil {
			return nil
		}
		var out []string
		for _, one := range strings.Split(path[at[2]:at[3]], separator) {
			name := strings.Trim(strings.TrimSpace(one), `'"`)
			if m := quotedName.FindStringSubmatch(one); m != nil {
				name = m[1]
			}
			out = append(out, strings.TrimSuffix(path[:at[0]], ".")+"['"+name+"']"+path[at[1]:])
		}
		return out
	}
}

// namedProperties writes a filter by the names of properties as a union.
func namedProperties(path string) []string {
	return changed(path, propertyIs.ReplaceAllStringFunc(path, func(m string) string {
		var names []string
		for _, name := range quotedName.FindAllStringSubmatch(m, -1) {
			names = append(names, name[1])
		}
		return "[" + strings.Join(quoted(names), ",") + "]"
	}))
}

// withoutDots leaves out the dots before brackets.
func withoutDots(path string) []string {
	return changed(path, regexp.MustCompile(`([^.])\.\[`).ReplaceAllString(path, "$1["))
}

// starsInBrackets writes .* as [*].
func starsInBrackets(path string) []string {
	return changed(path, regexp.MustCompile(`([^.])\.\*`).ReplaceAllString(path, "$1[*]"))
}

func strictEquality(path string) []string {
	return changed(path, regexp.MustCompile(`([^=!])==([^=])`).ReplaceAllString(path, "$1===$2"))
}

func looseEquality(path string) []string {
	return changed(path, strings.ReplaceAll(strings.ReplaceAll(path, "===", "=="), "!==", "!="))
}

func changed(before, after string) []string {
	if before == after {
		return nil
	}
	return []string{after}
}

// otherList writes the paths of a rule as a list, which some engines take
// differently from a text, and the other way round.
func otherList(rule *yamltree.Node) []*yamltree.Node {
	given := rule.Lookup("given")
	if given == nil {
		return nil
	}
	paths := givens(rule)
	if given.Kind == yamltree.Sequence && len(paths) == 1 {
		return []*yamltree.Node{set(rule, []string{"given"}, text(paths[0]))}
	}
	if given.Kind == yamltree.String && !slices.Contains(paths, "$") {
		return []*yamltree.Node{set(rule, []string{"given"}, list(given))}
	}
	return nil
}
