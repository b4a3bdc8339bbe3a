package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// mutant is a rule that was changed in one place.
type mutant struct {
	// change says what was changed.
	change string
	rule   *rules.Rule
}

// mutants are the rules that one change makes of a rule.
func mutants(rule *rules.Rule) []mutant {
	m := &mutator{rule: rule}
	m.add("the rule is dropped", func(r *rules.Rule) { r.Then = nil })
	other := rules.Error
	if rule.Severity == rules.Error {
		other = rules.Warn
	}
	m.add(fmt.Sprintf("severity %s becomes %s", rule.Severity, other), func(r *rules.Rule) { r.Severity = other })
	for i := range rule.Formats {
		m.add(fmt.Sprintf("format %s is dropped", rule.Formats[i]), func(r *rules.Rule) {
			r.Formats = slices.Delete(slices.Clone(r.Formats), i, i+1)
		})
	}
	m.givens()
	for i := range rule.Then {
		m.then(i)
	}
	return m.out
}

type mutator struct {
	rule *rules.Rule
	out  []mutant
}

func (m *mutator) add(change string, f func(*rules.Rule)) {
	c := *m.rule
	f(&c)
	m.out = append(m.out, mutant{change, &c})
}

var (
	unionStep  = pattern(`\[([A-Za-z0-9_$-]+(?:\s*,\s*[A-Za-z0-9_$-]+)+)\]`)
	filterStep = pattern(`\[\?\((.*?)\)\]`)
)

// givens changes the paths.
func (m *mutator) givens() {
	for i, given := range m.rule.Given {
		if len(m.rule.Given) > 1 {
			m.add("given "+given+" is dropped", func(r *rules.Rule) { r.Given = slices.Delete(slices.Clone(r.Given), i, i+1) })
		}
		for _, changed := range givenVariants(given) {
			m.add("given "+given+" becomes "+changed, func(r *rules.Rule) {
				r.Given = slices.Clone(r.Given)
				r.Given[i] = changed
			})
		}
	}
}

func givenVariants(given string) []string {
	var out []string
	for _, at := range unionStep().FindAllStringSubmatchIndex(given, -1) {
		names := strings.Split(given[at[2]:at[3]], ",")
		for i := range names {
			fewer := slices.Delete(slices.Clone(names), i, i+1)
			out = append(out, given[:at[2]]+strings.Join(fewer, ",")+given[at[3]:])
		}
	}
	for _, at := range filterStep().FindAllStringSubmatchIndex(given, -1) {
		out = append(out, given[:at[0]]+"[*]"+given[at[1]:], given[:at[2]]+"!("+given[at[2]:at[3]]+")"+given[at[3]:])
	}
	for i := range given {
		if strings.HasPrefix(given[i:], "[*]") {
			out = append(out, given[:i]+"[0]"+given[i+3:])
		}
		if strings.HasPrefix(given[i:], "..") && i+2 < len(given) && given[i+2] != '[' {
			out = append(out, given[:i]+given[i+1:])
		}
	}
	return out
}

// then changes one entry of then.
func (m *mutator) then(i int) {
	then := m.rule.Then[i]
	entry := fmt.Sprintf("then.%d: ", i)
	if len(m.rule.Then) == 1 {
		entry = ""
	} else {
		m.add(entry+"it is dropped", func(r *rules.Rule) { r.Then = slices.Delete(slices.Clone(r.Then), i, i+1) })
	}
	change := func(what string, f func(*rules.Then)) {
		m.add(entry+what, func(r *rules.Rule) {
			r.Then = slices.Clone(r.Then)
			f(&r.Then[i])
		})
	}
	if then.Field != "" {
		change("field "+then.Field+" is dropped", func(t *rules.Then) { t.Field, t.HasField = "", false })
	}
	for _, function := range swaps()[then.Function] {
		change(then.Function+" becomes "+function, func(t *rules.Then) { t.Function = function })
	}
	for _, o := range optionVariants(then) {
		change(o.what, func(t *rules.Then) { t.Options = o.root })
	}
}

// swaps are the functions that take the same options.
func swaps() map[string][]string {
	return map[string][]string{
		"truthy": {"falsy", "defined"}, "falsy": {"truthy", "undefined"}, "defined": {"undefined", "truthy"}, "undefined": {"defined", "falsy"},
		"xor": {"or"}, "or": {"xor"},
	}
}

// optionVariants are the options of an entry with one change.
func optionVariants(then rules.Then) []change {
	if then.Options == nil {
		return nil
	}
	var out []change
	switch then.Function {
	case "pattern":
		out = append(out, renamedOption(then.Options, "match", "notMatch")...)
		out = append(out, renamedOption(then.Options, "notMatch", "match")...)
	case "casing":
		for _, kind := range []string{"camel", "pascal", "snake", "kebab"} {
			if then.Options.Lookup("type").Text != kind {
				out = append(out, change{set(then.Options, []string{"type"}, text(kind)), "the casing becomes " + kind})
			}
		}
	}
	walk(then.Options, func(path []string, n *yamltree.Node) bool {
		if len(path) > 0 {
			out = append(out, valueVariants(then, path, n)...)
		}
		return len(out) < 200
	})
	return out
}

func renamedOption(options *yamltree.Node, from, to string) []change {
	if options.Lookup(from) == nil || options.Lookup(to) != nil {
		return nil
	}
	return []change{{rename(options, []string{from}, to), from + " becomes " + to}}
}

// valueVariants are the options with one value of them changed or dropped.
func valueVariants(then rules.Then, path []string, n *yamltree.Node) []change {
	var out []change
	last, at := path[len(path)-1], strings.Join(path, ".")
	inSchema := len(path) > 1 && path[0] == "schema"
	_, err := strconv.Atoi(last)
	if inSchema || err == nil { // a keyword, or an item of a list
		out = append(out, change{remove(then.Options, path), at + " is dropped"})
	}
	switch {
	case n.Kind == yamltree.Number:
		out = append(out, change{set(then.Options, path, number(int(n.Number)+1)), at + " is one more"},
			change{set(then.Options, path, number(int(n.Number)-1)), at + " is one less"})
	case n.Kind == yamltree.String && isPattern(then, last):
		for _, p := range patternVariants(n.Text) {
			out = append(out, change{set(then.Options, path, text(p)), fmt.Sprintf("%s becomes %q", at, p)})
		}
	case last == "values" && n.Kind == yamltree.Sequence:
		out = append(out, change{insert(then.Options, path, "", text("another")), at + " has one more"})
	case n.Kind == yamltree.String && last == "const":
		out = append(out, change{set(then.Options, path, text(n.Text+"x")), at + " is another"})
	}
	return out
}

func isPattern(then rules.Then, option string) bool {
	return option == "pattern" || then.Function == "pattern" && (option == "match" || option == "notMatch")
}

// patternVariants loosens a regular expression at its ends, or altogether.
func patternVariants(p string) []string {
	var out []string
	if rest, ok := strings.CutPrefix(p, "^"); ok && rest != "" {
		out = append(out, rest)
	}
	if rest, ok := strings.CutSuffix(p, "$"); ok && rest != "" && !strings.HasSuffix(rest, `\`) {
		out = append(out, rest)
	}
	return append(out, ".*")
}
