package ruleset

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

var pathVariable = regexp.MustCompile(`\{;?\??[a-zA-Z0-9_-]+\*?\}`)

// judgePathParameters compares the variables in the keys of a paths object
// with the parameters that are declared for them.
func judgePathParameters(in input) []outcome {
	if in.value == nil || in.value.Kind != yamltree.Mapping {
		return nil
	}
	var out []outcome
	same := map[string]string{}
	for i, key := range in.value.Keys {
		if in.value.Items[i].Kind != yamltree.Mapping {
			continue
		}
		shape := pathVariable.ReplaceAllString(key.Name, "%")
		if other, ok := same[shape]; ok {
			out = append(out, outcome{fmt.Sprintf("path %q matches the same requests as %q", key.Name, other), []string{"paths", key.Name}})
		} else {
			same[shape] = key.Name
		}
		p := pathItem{in: in, path: key.Name, item: in.value.Items[i]}
		p.judge()
		out = append(out, p.out...)
	}
	return out
}

// pathItem judges the parameters of one path.
type pathItem struct {
	in   input
	path string
	item *yamltree.Node
	out  []outcome
}

func (p *pathItem) add(at []string, format string, args ...any) {
	p.out = append(p.out, outcome{fmt.Sprintf(format, args...), at})
}

func (p *pathItem) judge() {
	variables := p.variables()
	shared := p.declared(p.item.Lookup("parameters"), "paths", p.path, "parameters")
	for _, o := range operationsAt(p.in, p.path, p.item) {
		all := maps.Clone(shared)
		maps.Copy(all, p.declared(o.value.Lookup("parameters"), o.at("parameters")...))
		p.compare(o, variables, all)
	}
}

func (p *pathItem) variables() []string {
	var out []string
	for _, match := range pathVariable.FindAllString(p.path, -1) {
		name := strings.Trim(match, "{}?*;")
		if slices.Contains(out, name) {
			p.add([]string{"paths", p.path}, "{%s} occurs twice in the path", name)
		} else {
			out = append(out, name)
		}
	}
	return out
}

// declared are the path parameters of a list, each with its place.
func (p *pathItem) declared(list *yamltree.Node, at ...string) map[string][]string {
	out := map[string][]string{}
	if list == nil || list.Kind != yamltree.Sequence {
		return out
	}
	for i, parameter := range list.Items {
		if yamltree.TextOf(parameter, "in") != "path" {
			continue
		}
		named := parameter.Lookup("name")
		if named == nil || !named.IsScalar() {
			continue
		}
		name := named.Text
		if named.Kind == yamltree.Null {
			name = "null"
		}
		where := append(slices.Clone(at), strconv.Itoa(i))
		if required := parameter.Lookup("required"); required == nil || required.Kind != yamltree.Bool || required.Text != "true" {
			p.add(where, "path parameter %q is not marked required: true", name)
		}
		if _, again := out[name]; again {
			p.add(where, "path parameter %q is declared twice", name)
			continue
		}
		out[name] = where
	}
	return out
}

func (p *pathItem) compare(o operation, variables []string, declared map[string][]string) {
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if !slices.Contains(variables, name) {
			p.add(declared[name], "path parameter %q does not occur in the path %q", name, p.path)
		}
	}
	for _, name := range variables {
		if _, ok := declared[name]; !ok {
			p.add(o.at(), "%s declares no path parameter %q", o.name(), name)
		}
	}
}
