package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/source"
)

// alias is a name for paths; some of its targets may be for some formats.
type alias struct{ targets []target }

type target struct {
	formats []string
	given   []string
}

func (f *file) readAliases(n *yamltree.Node) {
	if n == nil {
		return
	}
	for i, key := range n.Keys {
		where := []string{"aliases", key.Name}
		value := n.Items[i]
		if value.Kind != yamltree.Mapping {
			f.layer.aliases[key.Name] = alias{[]target{{given: f.strings(value, where, "")}}}
			continue
		}
		f.layer.aliases[key.Name] = f.readTargets(value.Lookup("targets"), where)
	}
}

func (f *file) readTargets(n *yamltree.Node, where []string) alias {
	var out alias
	if n == nil || n.Kind != yamltree.Sequence {
		f.problem(where, "", true, "the alias has no targets", "a list of targets")
		return out
	}
	for i, item := range n.Items {
		at := append(slices.Clone(where), "targets", strconv.Itoa(i))
		out.targets = append(out.targets, target{
			f.strings(item.Lookup("formats"), append(at, "formats"), ""),
			f.strings(item.Lookup("given"), append(at, "given"), ""),
		})
	}
	return out
}

// expandGiven writes the aliases of a rule's paths out. A rule whose alias
// has targets for some formats only gets the paths of all of them that can
// apply; a target's formats narrow nothing here, because a path that is not
// in a document selects nothing.
func (l *loader) expandGiven(rule *Rule, aliases map[string]alias) {
	var out []string
	for _, given := range rule.Given {
		paths, err := expand(given, aliases, rule.Formats, nil)
		if err != nil {
			l.set.Problems = append(l.set.Problems, Problem{
				Fault: source.Error{Position: rule.From, Problem: err.Error()}, Rule: rule.ID, Stops: true,
				Range: yamltree.Range{Start: yamltree.Mark{Line: rule.From.Line, Column: rule.From.Column}},
			})
			rule.Given = nil
			return
		}
		out = append(out, paths...)
	}
	rule.Given = slices.Compact(out)
}

func expand(given string, aliases map[string]alias, formats, seen []string) ([]string, error) {
	if !strings.HasPrefix(given, "#") {
		return []string{given}, nil
	}
	name, rest := cutAlias(given[1:])
	if slices.Contains(seen, name) {
		return nil, fmt.Errorf("alias #%s leads back to itself", name)
	}
	a, ok := aliases[name]
	if !ok {
		return nil, fmt.Errorf("alias #%s is not defined", name)
	}
	var out []string
	for _, t := range a.targets {
		if !sharesFormat(t.formats, formats) {
			continue
		}
		for _, path := range t.given {
			paths, err := expand(path, aliases, formats, append(seen, name))
			if err != nil {
				return nil, err
			}
			for _, p := range paths {
				out = append(out, p+rest)
			}
		}
	}
	return out, nil
}

// cutAlias splits the name of an alias from the path that follows it.
func cutAlias(text string) (name, rest string) {
	if i := strings.IndexAny(text, ".[~^"); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

func sharesFormat(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	return slices.ContainsFunc(a, func(f string) bool { return slices.Contains(b, f) })
}
