package proof

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// rewriting is a way to write rules differently: what it makes of a rule may
// mean the same, and has to be tried.
type rewriting func(rule *yamltree.Node) []*yamltree.Node

// rewritings are the ways, the plainest first.
func rewritings() []rewriting {
	return []rewriting{
		otherSeverity, otherFormats, plainMessage, keysByPath, schemaByField, schemaByFunctions, fieldBesidePresence,
		patternWithoutLookahead, patternWithoutSlashes, casingByPattern, otherFunction, fieldInPath, fieldOutOfPath, otherPath, otherList,
	}
}

// rewrites are rules that may mean what a rule means, in the order in which
// they are to be tried: written differently in one way, then in two, and in
// three.
func rewrites(rule *yamltree.Node) []*yamltree.Node {
	layer, seen := []*yamltree.Node{rule}, map[string]bool{string(appendJSON(nil, rule)): true}
	var out []*yamltree.Node
	for range 3 {
		var next []*yamltree.Node
		for _, before := range layer {
			for _, rewrite := range rewritings() {
				for _, n := range rewrite(before) {
					if key := string(appendJSON(nil, n)); !seen[key] && len(out) < maxRewrites {
						seen[key] = true
						next = append(next, n)
						out = append(out, n)
					}
				}
			}
		}
		layer = next
	}
	return out
}

// otherSeverity writes the severity that a rule has without one.
func otherSeverity(rule *yamltree.Node) []*yamltree.Node {
	names := []string{"error", "warn", "info", "hint"}
	n := rule.Lookup("severity")
	if n == nil {
		return []*yamltree.Node{member(rule, "severity", text("warn"))}
	}
	if i, err := strconv.Atoi(n.Text); err == nil && i >= 0 && i < len(names) {
		return []*yamltree.Node{set(rule, []string{"severity"}, text(names[i]))}
	}
	return nil
}

// otherFormats writes the names of formats as more engines know them.
func otherFormats(rule *yamltree.Node) []*yamltree.Node {
	formats := rule.Lookup("formats")
	if formats == nil {
		return nil
	}
	changed := *formats
	changed.Items = nil
	for _, item := range formats.Items {
		name := strings.ReplaceAll(item.Text, ".", "_")
		if name == "oas2_0" {
			name = "oas2"
		}
		changed.Items = append(changed.Items, text(name))
	}
	return []*yamltree.Node{set(rule, []string{"formats"}, &changed)}
}

// plainMessage leaves out a message with placeholders: the description stands
// for it.
func plainMessage(rule *yamltree.Node) []*yamltree.Node {
	message := rule.Lookup("message")
	if message == nil || !strings.Contains(message.Text, "{{") {
		return nil
	}
	plain := remove(rule, []string{"message"})
	if rule.Lookup("description") == nil {
		plain = member(plain, "description", text(strings.TrimSpace(placeholder().ReplaceAllString(message.Text, "…"))))
	}
	return []*yamltree.Node{plain}
}

var placeholder = pattern(`\{\{[^}]*\}\}`)

// actions are what a rule does, and change writes others in their place.
func actions(rule *yamltree.Node) []*yamltree.Node {
	then := rule.Lookup("then")
	if then != nil && then.Kind == yamltree.Sequence {
		return then.Items
	}
	return []*yamltree.Node{then}
}

// eachAction makes rules in which one action is another one, or several.
func eachAction(rule *yamltree.Node, f func(action *yamltree.Node) [][]*yamltree.Node) []*yamltree.Node {
	all := actions(rule)
	var out []*yamltree.Node
	for i, action := range all {
		if action == nil || action.Kind != yamltree.Mapping {
			continue
		}
		for _, others := range f(action) {
			changed := slices.Replace(slices.Clone(all), i, i+1, others...)
			out = append(out, withActions(rule, changed))
		}
	}
	return out
}

func withActions(rule *yamltree.Node, all []*yamltree.Node) *yamltree.Node {
	if len(all) == 1 {
		return set(rule, []string{"then"}, all[0])
	}
	return set(rule, []string{"then"}, list(all...))
}

// givens are the paths of a rule.
func givens(rule *yamltree.Node) []string {
	given := rule.Lookup("given")
	if given == nil {
		return nil
	}
	if given.Kind == yamltree.String {
		return []string{given.Text}
	}
	var out []string
	for _, item := range given.Items {
		out = append(out, item.Text)
	}
	return out
}

func withGivens(rule *yamltree.Node, paths []string) *yamltree.Node {
	if len(paths) == 1 {
		return set(rule, []string{"given"}, text(paths[0]))
	}
	return set(rule, []string{"given"}, list(texts(paths)...))
}

// eachGiven changes every path of a rule in the same way; f returns nil for a
// path that it does not change.
func eachGiven(rule *yamltree.Node, f func(path string) []string) *yamltree.Node {
	var out []string
	changed := false
	for _, path := range givens(rule) {
		others := f(path)
		changed = changed || others != nil
		if others == nil {
			others = []string{path}
		}
		out = append(out, others...)
	}
	if !changed {
		return nil
	}
	return withGivens(rule, out)
}

func action(function, field string, options *yamltree.Node) *yamltree.Node {
	a := object()
	if field != "" {
		a = member(a, "field", text(field))
	}
	a = member(a, "function", text(function))
	if options != nil {
		a = member(a, "functionOptions", options)
	}
	return a
}

func isFunction(a *yamltree.Node, name string) bool { return a.Lookup("function").TextValue() == name }

func fieldOf(a *yamltree.Node) string { return a.Lookup("field").TextValue() }

// keysByPath selects keys by the path, and not by the field @key.
func keysByPath(rule *yamltree.Node) []*yamltree.Node {
	all := actions(rule)
	if slices.ContainsFunc(all, func(a *yamltree.Node) bool { return a == nil || fieldOf(a) != "@key" }) {
		return nil
	}
	var changed []*yamltree.Node
	for _, a := range all {
		changed = append(changed, remove(a, []string{"field"}))
	}
	var out []*yamltree.Node
	for _, tail := range []string{"[*]~", ".*~", "~"} {
		if n := eachGiven(rule, func(path string) []string { return []string{path + tail} }); n != nil {
			out = append(out, withActions(n, changed))
		}
	}
	return out
}

// schemaByField looks at the last name of the paths as a field, so that the
// function has one.
func schemaByField(rule *yamltree.Node) []*yamltree.Node { return fieldOutOfPath(rule) }

// schemaByFunctions asks for what a schema asks for by other functions.
func schemaByFunctions(rule *yamltree.Node) []*yamltree.Node {
	return eachAction(rule, func(a *yamltree.Node) [][]*yamltree.Node {
		schema := a.Lookup("functionOptions").Lookup("schema")
		if !isFunction(a, "schema") || schema == nil {
			return nil
		}
		var out [][]*yamltree.Node
		field := fieldOf(a)
		if required := schema.Lookup("required"); required != nil && required.Kind == yamltree.Sequence {
			for _, function := range []string{"defined", "truthy"} {
				var each []*yamltree.Node
				for _, name := range required.Items {
					each = append(each, action(function, strings.TrimPrefix(field+"."+name.Text, "."), nil))
				}
				out = append(out, each)
			}
		}
		for _, function := range []string{"defined", "truthy"} {
			out = append(out, []*yamltree.Node{action(function, field, nil)})
		}
		return append(out, schemaKeywords(schema, field)...)
	})
}

// schemaKeywords are the functions that ask for what keywords of a schema ask
// for.
func schemaKeywords(schema *yamltree.Node, field string) [][]*yamltree.Node {
	var out [][]*yamltree.Node
	options := object()
	for _, bound := range []string{"min", "max"} {
		for _, what := range []string{"Items", "Length", "Properties"} {
			if n := schema.Lookup(bound + what); n != nil && options.Lookup(bound) == nil {
				options = member(options, bound, n)
			}
		}
	}
	if len(options.Items) > 0 {
		length := action("length", field, options)
		out = append(out, []*yamltree.Node{length}, []*yamltree.Node{action("truthy", field, nil), length}, []*yamltree.Node{action("defined", field, nil), length})
	}
	if n := schema.Lookup("pattern"); n != nil {
		out = append(out, []*yamltree.Node{action("pattern", field, member(object(), "match", n))})
	}
	if n := schema.Lookup("enum"); n != nil {
		out = append(out, []*yamltree.Node{action("enumeration", field, member(object(), "values", n))})
	}
	return out
}

// fieldBesidePresence asks that a field is there beside what is asked of it.
func fieldBesidePresence(rule *yamltree.Node) []*yamltree.Node {
	return eachAction(rule, func(a *yamltree.Node) [][]*yamltree.Node {
		if fieldOf(a) == "" || fieldOf(a) == "@key" || isFunction(a, "truthy") || isFunction(a, "defined") {
			return nil
		}
		return [][]*yamltree.Node{
			{action("defined", fieldOf(a), nil), a},
			{action("truthy", fieldOf(a), nil), a},
		}
	})
}

// negative is a regular expression that is a look-ahead alone.
var negative = regexp.MustCompile(`^\^\(\?!(.*)\)(\.\*\$?|\.\+\$?)?$`)

// patternWithoutLookahead says what must not match instead.
func patternWithoutLookahead(rule *yamltree.Node) []*yamltree.Node {
	return eachAction(rule, func(a *yamltree.Node) [][]*yamltree.Node {
		options := a.Lookup("functionOptions")
		match := options.Lookup("match")
		m := negative.FindStringSubmatch(match.TextValue())
		if !isFunction(a, "pattern") || m == nil || options.Lookup("notMatch") != nil {
			return nil
		}
		changed := member(remove(options, []string{"match"}), "notMatch", text("^("+m[1]+")"))
		return [][]*yamltree.Node{{set(a, []string{"functionOptions"}, changed)}}
	})
}

// slashed is a regular expression as JavaScript writes it.
var slashed = regexp.MustCompile(`^/(.*)/([a-z]*)$`)

// patternWithoutSlashes writes a regular expression without the slashes of
// JavaScript, and its letters in both cases where that is asked for.
func patternWithoutSlashes(rule *yamltree.Node) []*yamltree.Node {
	return eachAction(rule, func(a *yamltree.Node) [][]*yamltree.Node {
		options := a.Lookup("functionOptions")
		if !isFunction(a, "pattern") || options == nil {
			return nil
		}
		changed := options
		for _, name := range []string{"match", "notMatch"} {
			m := slashed.FindStringSubmatch(options.Lookup(name).TextValue())
			if m == nil {
				continue
			}
			expression := m[1]
			if strings.Contains(m[2], "i") {
				expression = bothCases(expression)
			}
			changed = set(changed, []string{name}, text(strings.ReplaceAll(expression, `\/`, "/")))
		}
		return [][]*yamltree.Node{{set(a, []string{"functionOptions"}, changed)}}
	})
}

// bothCases writes the letters of a regular expression in both cases, outside
// of classes and escapes.
func bothCases(expression string) string {
	var b strings.Builder
	inClass, escaped := false, false
	for _, r := range expression {
		lower, upper := strings.ToLower(string(r)), strings.ToUpper(string(r))
		switch {
		case escaped, inClass && r != ']', lower == upper:
			b.WriteRune(r)
		default:
			b.WriteString("[" + lower + upper + "]")
		}
		inClass = !escaped && (r == '[' || inClass && r != ']')
		escaped = !escaped && r == '\\'
	}
	return b.String()
}

// casingByPattern asks for a casing by a regular expression.
func casingByPattern(rule *yamltree.Node) []*yamltree.Node {
	casings := map[string]string{
		"flat": "^[a-z][a-z0-9]*$", "camel": "^[a-z][a-z0-9]*(?:[A-Z0-9](?:[a-z0-9]+|$))*$", "pascal": "^[A-Z][a-z0-9]*(?:[A-Z0-9](?:[a-z0-9]+|$))*$",
		"kebab": "^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", "cobol": "^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$",
		"snake": "^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$", "macro": "^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$",
	}
	return eachAction(rule, func(a *yamltree.Node) [][]*yamltree.Node {
		expression := casings[a.Lookup("functionOptions").Lookup("type").TextValue()]
		if !isFunction(a, "casing") || expression == "" {
			return nil
		}
		return [][]*yamltree.Node{{action("pattern", fieldOf(a), member(object(), "match", text(expression)))}}
	})
}

// otherFunction asks for the presence of something by a function that is like
// the one of the rule.
func otherFunction(rule *yamltree.Node) []*yamltree.Node {
	like := map[string][]string{"truthy": {"defined"}, "defined": {"truthy"}, "falsy": {"undefined"}, "undefined": {"falsy"}}
	return eachAction(rule, func(a *yamltree.Node) [][]*yamltree.Node {
		var out [][]*yamltree.Node
		for _, name := range like[a.Lookup("function").TextValue()] {
			out = append(out, []*yamltree.Node{set(a, []string{"function"}, text(name))})
		}
		return out
	})
}
