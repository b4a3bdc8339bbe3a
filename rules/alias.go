package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// alias is a name for paths; some of its targets may be for some formats.
type alias struct {
	targets []target
	// scoped reports whether the target is chosen by the format of the
	// document.
	scoped bool
}

type target struct {
	formats []string
	given   []string
}

// aliases are the aliases of one ruleset file: a rule sees those of the file
// that writes its given, and no others.
type aliases map[string]alias

var errUndefined = errors.New("is not defined")

var aliasName = regexp.MustCompile(`^#([A-Za-z0-9_-]+)`)

func (f *file) readAliases(n *yamltree.Node, where []string) aliases {
	out := aliases{}
	if n == nil {
		return out
	}
	if n.Kind != yamltree.Mapping {
		f.problem(where, "", false, "aliases is "+n.Kind.String(), "a mapping of names to lists of paths")
		return out
	}
	for i, key := range n.Keys {
		at, value := append(slices.Clone(where), key.Name), n.Items[i]
		if aliasName.FindString("#"+key.Name) != "#"+key.Name || key.Name[0] < 'A' {
			f.problem(at, "", false, fmt.Sprintf("invalid alias name %q", key.Name), "a letter, then letters, digits, hyphens and underscores")
		}
		if value.Kind == yamltree.Mapping {
			out[key.Name] = f.readTargets(value.Lookup("targets"), at)
			continue
		}
		f.wantList(value, at, "the alias", "paths")
		out[key.Name] = alias{targets: []target{{given: f.strings(value, at, "")}}}
	}
	for _, name := range sortedKeys(out) {
		if _, err := expand("#"+name, out, nil, nil); errors.Is(err, errUndefined) {
			f.problem(append(slices.Clone(where), name), "", false, err.Error(), "aliases that are defined in this file")
		}
	}
	return out
}

// wantList notes a single text where Spectral accepts a list only.
func (f *file) wantList(n *yamltree.Node, where []string, what, of string) {
	if n != nil && n.Kind == yamltree.String {
		f.problem(where, "", false, what+" is a string, which Spectral refuses", "a list of "+of)
	}
}

func (f *file) readTargets(n *yamltree.Node, where []string) alias {
	out := alias{scoped: true}
	if n == nil || n.Kind != yamltree.Sequence || len(n.Items) == 0 {
		f.problem(where, "", true, "the alias has no targets", "a list of targets")
		return out
	}
	for i, item := range n.Items {
		at := append(slices.Clone(where), "targets", strconv.Itoa(i))
		given, formats := item.Lookup("given"), item.Lookup("formats")
		if given == nil || formats == nil {
			f.problem(at, "", false, "a target lacks given or formats", "both")
		}
		f.wantList(given, append(slices.Clone(at), "given"), "the given of a target", "paths")
		f.wantList(formats, append(slices.Clone(at), "formats"), "formats", "formats")
		out.targets = append(out.targets, target{
			f.strings(formats, append(slices.Clone(at), "formats"), ""),
			f.strings(given, append(slices.Clone(at), "given"), ""),
		})
	}
	return out
}

// expandGiven writes the aliases of a rule's paths out, for every format of
// documents.
func (r *Rule) expandGiven() error {
	var out []string
	for _, given := range r.written {
		paths, err := expand(given, r.aliases, nil, nil)
		if err != nil {
			return err
		}
		for _, p := range paths {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	r.Given = out
	return nil
}

// GivenFor returns the paths that the rule looks at in a document of some
// formats: of the targets of an alias, the last one that is for one of them.
func (r *Rule) GivenFor(formats map[string]bool) []string {
	if !r.aliases.scoped() {
		return r.Given
	}
	selected, all := map[string]bool{}, map[string]bool{}
	for _, given := range r.written {
		chosen, _ := expand(given, r.aliases, formats, nil)
		possible, _ := expand(given, r.aliases, nil, nil)
		for _, p := range chosen {
			selected[p] = true
		}
		for _, p := range possible {
			all[p] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(r.Given), func(p string) bool { return all[p] && !selected[p] })
}

func (a aliases) scoped() bool {
	for _, one := range a {
		if one.scoped {
			return true
		}
	}
	return false
}

// expand writes the alias that a path begins with out; nil formats stand for
// all of them.
func expand(given string, known aliases, formats map[string]bool, seen []string) ([]string, error) {
	if !strings.HasPrefix(given, "#") {
		return []string{given}, nil
	}
	m := aliasName.FindStringSubmatch(given)
	if m == nil {
		return nil, fmt.Errorf("%q does not begin with the name of an alias", given)
	}
	name, rest := m[1], given[len(m[0]):]
	if slices.Contains(seen, name) {
		return nil, fmt.Errorf("alias #%s leads back to itself", name)
	}
	a, ok := known[name]
	if !ok {
		return nil, fmt.Errorf("alias #%s %w in this ruleset", name, errUndefined)
	}
	var out []string
	for _, t := range a.chosen(formats) {
		for _, path := range t.given {
			paths, err := expand(path+rest, known, formats, append(slices.Clone(seen), name))
			if err != nil {
				return nil, err
			}
			out = append(out, paths...)
		}
	}
	return out, nil
}

// chosen are the targets of an alias for documents of some formats.
func (a alias) chosen(formats map[string]bool) []target {
	if !a.scoped || formats == nil {
		return a.targets
	}
	for _, t := range slices.Backward(a.targets) {
		if slices.ContainsFunc(t.formats, func(f string) bool { return formats[f] }) {
			return []target{t}
		}
	}
	return nil
}
