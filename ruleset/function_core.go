package ruleset

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/yamltree"
)

func coreFunctions() []function {
	return []function{
		plain("truthy", judgeTruthy),
		plain("falsy", judgeFalsy),
		plain("defined", judgeDefined),
		plain("undefined", judgeUndefined),
		{name: "pattern", options: []string{"match", "notMatch"}, prepare: preparePattern},
		{name: "casing", options: []string{"type", "disallowDigits", "separator"}, required: []string{"type"}, prepare: prepareCasing},
		{name: "enumeration", options: []string{"values"}, required: []string{"values"}, prepare: prepareEnumeration},
		{name: "length", options: []string{"min", "max"}, prepare: prepareLength},
		{name: "alphabetical", options: []string{"keyedBy"}, prepare: prepareAlphabetical},
		{name: "schema", options: []string{"schema", "dialect", "allErrors"}, required: []string{"schema"}, prepare: prepareSchema},
		{name: "xor", options: []string{"properties"}, required: []string{"properties"}, prepare: prepareXor},
		{name: "or", options: []string{"properties"}, required: []string{"properties"}, prepare: prepareOr},
		{name: "unreferencedReusableObject", options: []string{"reusableObjectsLocation"}, required: []string{"reusableObjectsLocation"}, prepare: prepareUnreferenced},
	}
}

func judgeTruthy(in input) []outcome {
	if truthy(in.value) {
		return nil
	}
	if in.value == nil {
		return wrong("%s is missing", named(in))
	}
	return wrong("%s is empty", named(in))
}

func judgeFalsy(in input) []outcome {
	if !truthy(in.value) {
		return nil
	}
	return wrong("%s is present and not empty", named(in))
}

func judgeDefined(in input) []outcome {
	if in.value != nil {
		return nil
	}
	return wrong("%s is missing", named(in))
}

func judgeUndefined(in input) []outcome {
	if in.value == nil {
		return nil
	}
	return wrong("%s is present", named(in))
}

var slashed = regexp.MustCompile(`(?s)^/(.+)/([a-z]*)$`)

// compilePattern compiles a pattern as rulesets write it: bare, or between
// slashes with flags.
func compilePattern(n *yamltree.Node) (*jsonpath.Regexp, error) {
	if n == nil {
		return nil, nil
	}
	if n.Kind != yamltree.String {
		return nil, fmt.Errorf("an option is %s, expected a regular expression", wording.Article(n.Kind.String()))
	}
	if m := slashed.FindStringSubmatch(n.Text); m != nil {
		return jsonpath.CompileRegexp(m[1], m[2])
	}
	return jsonpath.CompileRegexp(n.Text, "")
}

func preparePattern(options *yamltree.Node) (judge, error) {
	match, err := compilePattern(options.Lookup("match"))
	if err != nil {
		return nil, err
	}
	notMatch, err := compilePattern(options.Lookup("notMatch"))
	if err != nil {
		return nil, err
	}
	if match == nil && notMatch == nil {
		return nil, fmt.Errorf("it needs one of the options match and notMatch")
	}
	return func(in input) ([]outcome, error) { return judgePattern(in, match, notMatch) }, nil
}

func judgePattern(in input, match, notMatch *jsonpath.Regexp) ([]outcome, error) {
	text, ok := in.value.StringValue()
	if !ok {
		return nil, nil
	}
	var out []outcome
	if match != nil {
		found, err := match.MatchString(text)
		if err != nil {
			return nil, err
		}
		if !found {
			out = append(out, wrong("%q does not match the pattern %s", text, match)...)
		}
	}
	if notMatch != nil {
		found, err := notMatch.MatchString(text)
		if err != nil {
			return nil, err
		}
		if found {
			out = append(out, wrong("%q matches the pattern %s, which is not allowed", text, notMatch)...)
		}
	}
	return out, nil
}

// casing is how the words of a name are written and joined.
type casing struct{ first, rest, join string }

func casings() map[string]casing {
	return map[string]casing{
		"flat":   {"[a-z]", "[a-z0-9]*", ""},
		"camel":  {"[a-z]", "[a-z0-9]*", "[A-Z0-9](?:[a-z0-9]+|$)"},
		"pascal": {"[A-Z]", "[a-z0-9]*", "[A-Z0-9](?:[a-z0-9]+|$)"},
		"kebab":  {"[a-z]", "[a-z0-9]*", "-[a-z0-9]+"},
		"cobol":  {"[A-Z]", "[A-Z0-9]*", "-[A-Z0-9]+"},
		"snake":  {"[a-z]", "[a-z0-9]*", "_[a-z0-9]+"},
		"macro":  {"[A-Z]", "[A-Z0-9]*", "_[A-Z0-9]+"},
	}
}

func prepareCasing(options *yamltree.Node) (judge, error) {
	name := options.Lookup("type").Text
	c, ok := casings()[name]
	if !ok {
		return nil, fmt.Errorf("unknown casing %q", name)
	}
	pattern := c.first + c.rest
	if c.join != "" {
		pattern += "(?:" + c.join + ")*"
	}
	if truthy(options.Lookup("disallowDigits")) {
		pattern = strings.ReplaceAll(pattern, "0-9", "")
	}
	whole := pattern
	separator := ""
	if s := options.Lookup("separator"); s != nil {
		separator = s.At("char").Text
		joint := regexp.QuoteMeta(separator)
		whole = pattern + "(?:" + joint + pattern + ")*"
		if truthy(s.Lookup("allowLeading")) {
			whole = "(?:" + joint + ")?" + whole
		} else {
			separator = ""
		}
	}
	re, err := regexp.Compile("^(?:" + whole + ")$")
	return func(in input) ([]outcome, error) {
		text, ok := in.value.StringValue()
		if !ok || text == "" || text == separator || re.MatchString(text) {
			return nil, nil
		}
		return wrong("%q is not in %s case", text, name), nil
	}, err
}

func prepareEnumeration(options *yamltree.Node) (judge, error) {
	values := options.Lookup("values")
	if values.Kind != yamltree.Sequence {
		return nil, fmt.Errorf("option values is %s, expected a list", values.Kind)
	}
	for i, v := range values.Items {
		if !v.IsScalar() {
			return nil, fmt.Errorf("item %d of the option values is %s, expected a text, a number, true, false or null", i, wording.Article(v.Kind.String()))
		}
	}
	return func(in input) ([]outcome, error) {
		if in.value == nil || !in.value.IsScalar() {
			return nil, nil
		}
		for _, v := range values.Items {
			if sameScalar(v, in.value) {
				return nil, nil
			}
		}
		var names []string
		for _, v := range values.Items {
			names = append(names, Describe(v))
		}
		return wrong("%q is not one of %s", Describe(in.value), strings.Join(names, ", ")), nil
	}, nil
}

func sameScalar(a, b *yamltree.Node) bool {
	if a.Kind != b.Kind {
		return false
	}
	return a.Kind == yamltree.Number && a.Number == b.Number || a.Kind != yamltree.Number && a.Text == b.Text
}

func prepareLength(options *yamltree.Node) (judge, error) {
	least, most := options.Lookup("min"), options.Lookup("max")
	if least == nil && most == nil {
		return nil, fmt.Errorf("it needs one of the options min and max")
	}
	for _, bound := range []*yamltree.Node{least, most} {
		if bound != nil && bound.Kind != yamltree.Number {
			return nil, fmt.Errorf("an option is %s, expected a number", wording.Article(bound.Kind.String()))
		}
	}
	return func(in input) ([]outcome, error) {
		size, ok := sizeOf(in.value)
		switch {
		case !ok:
			return nil, nil
		case least != nil && size < least.Number:
			return wrong("%s is shorter than %s", named(in), least.Text), nil
		case most != nil && size > most.Number:
			return wrong("%s is longer than %s", named(in), most.Text), nil
		}
		return nil, nil
	}, nil
}

func sizeOf(n *yamltree.Node) (float64, bool) {
	switch {
	case n == nil:
		return 0, false
	case n.Kind == yamltree.Number:
		return n.Number, true
	case n.Kind == yamltree.String:
		return float64(len(utf16.Encode([]rune(n.Text)))), true
	case n.Kind == yamltree.Sequence || n.Kind == yamltree.Mapping:
		return float64(len(n.Items)), true
	}
	return 0, false
}

func prepareAlphabetical(options *yamltree.Node) (judge, error) {
	keyedBy := ""
	if k := options.Lookup("keyedBy"); k != nil {
		keyedBy = k.Text
	}
	return func(in input) ([]outcome, error) { return judgeAlphabetical(in, keyedBy), nil }, nil
}

func judgeAlphabetical(in input, keyedBy string) []outcome {
	if in.value == nil || in.value.IsScalar() || len(in.value.Items) < 2 {
		return nil
	}
	var values []*yamltree.Node
	for i, item := range in.value.Items {
		switch {
		case keyedBy != "":
			if item.Kind != yamltree.Mapping {
				return wrong("%s has items that are not objects", named(in))
			}
			item = item.Lookup(keyedBy)
		case in.value.Kind == yamltree.Mapping:
			item = &yamltree.Node{Kind: yamltree.String, Text: in.value.Keys[i].Name}
		}
		if item == nil || item.Kind != yamltree.String && item.Kind != yamltree.Number {
			return wrong("%s has items that are neither strings nor numbers", named(in))
		}
		values = append(values, item)
	}
	return unsorted(in, values, keyedBy != "")
}

func unsorted(in input, values []*yamltree.Node, keyed bool) []outcome {
	for i := 1; i < len(values); i++ {
		if compareScalars(values[i-1], values[i]) <= 0 {
			continue
		}
		o := outcome{message: fmt.Sprintf("%q is listed before %q", Describe(values[i-1]), Describe(values[i]))}
		if !keyed {
			o.path = append(slices.Clone(in.path), in.value.Step(nil, i-1)[0])
		}
		return []outcome{o}
	}
	return nil
}

func compareScalars(a, b *yamltree.Node) int {
	if a.Kind == yamltree.Number && b.Kind == yamltree.Number {
		return cmp.Compare(a.Number, b.Number)
	}
	return cmp.Or(cmp.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)), cmp.Compare(b.Text, a.Text))
}

func propertyNames(options *yamltree.Node) ([]string, error) {
	var out []string
	for i, item := range options.Lookup("properties").Items {
		if item.Kind != yamltree.String {
			return nil, fmt.Errorf("item %d of the option properties is %s, expected a name", i, wording.Article(item.Kind.String()))
		}
		out = append(out, item.Text)
	}
	if len(out) < 2 {
		return nil, fmt.Errorf("option properties needs two names or more")
	}
	return out, nil
}

func present(n *yamltree.Node, names []string) []string {
	var out []string
	for _, name := range names {
		if n.Index(name) >= 0 {
			out = append(out, name)
		}
	}
	return out
}

func prepareXor(options *yamltree.Node) (judge, error) {
	names, err := propertyNames(options)
	return func(in input) ([]outcome, error) {
		if in.value == nil || in.value.Kind != yamltree.Mapping {
			return nil, nil
		}
		if found := present(in.value, names); len(found) != 1 {
			return wrong("%s has %s of %s; exactly one is required", named(in), orNone(found), strings.Join(names, ", ")), nil
		}
		return nil, nil
	}, err
}

func prepareOr(options *yamltree.Node) (judge, error) {
	names, err := propertyNames(options)
	return func(in input) ([]outcome, error) {
		if in.value == nil || in.value.Kind != yamltree.Mapping || len(present(in.value, names)) > 0 {
			return nil, nil
		}
		return wrong("%s has none of %s", named(in), strings.Join(names, ", ")), nil
	}, err
}
