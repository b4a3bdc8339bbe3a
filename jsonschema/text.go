package jsonschema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/yamltree"
)

// Text says what is wrong as it follows the name of the value. The function
// suggest returns the name among others that a name is likely to mean, or
// nothing; it may be nil.
func (e Error) Text(suggest func(name string, among []string) string) string {
	meant := func(name string, among []string) string {
		if suggest == nil || len(among) == 0 {
			return ""
		}
		if s := suggest(name, among); s != "" && s != name {
			return "; did you mean " + strconv.Quote(s) + "?"
		}
		return ""
	}
	switch {
	case e.expected != 0:
		return "is " + wording.Article(e.value.Kind.String()) + ", expected " + oneOf(e.expected.names(), wording.Article)
	case e.allowed != nil:
		if !e.value.IsScalar() && e.among(e.value.Kind) {
			return "is " + text(e.value) + " that is not among the values that are allowed"
		}
		return "is " + text(e.value) + ", expected " + oneOf(texts(e.allowed), nil) + meant(e.value.Text, textsOf(e.allowed))
	case e.Keyword == "additionalProperties" || e.Keyword == "unevaluatedProperties":
		if e.forgotDollar() {
			return e.says + `; did you mean "$ref"?`
		}
		return e.says + expectedNames(e.allowedNames) + meant(e.Names[0], e.allowedNames)
	}
	return e.says
}

// forgotDollar reports whether the unknown property is a reference but for the
// name of its key.
func (e Error) forgotDollar() bool {
	if e.Names[0] != "ref" || e.value == nil {
		return false
	}
	ref, ok := e.value.Lookup("ref").StringValue()
	return ok && e.value.Index("$ref") < 0 && (strings.Contains(ref, "#") || strings.Contains(ref, "/") || strings.Contains(ref, "."))
}

// among reports whether a value of a kind is allowed.
func (e Error) among(kind yamltree.Kind) bool {
	return slices.ContainsFunc(e.allowed, func(n *yamltree.Node) bool { return n.Kind == kind })
}

// maxListed bounds how many allowed names a message lists.
const maxListed = 12

func expectedNames(names []string) string {
	if len(names) == 0 || len(names) > maxListed {
		return ""
	}
	return ", expected " + oneOf(strings.Split(quoted(names), ", "), nil)
}

func oneOf(names []string, each func(string) string) string {
	names = slices.Clone(names)
	for i := range names {
		if each != nil {
			names[i] = each(names[i])
		}
	}
	names = slices.Compact(names)
	switch {
	case len(names) == 0:
		return "nothing"
	case len(names) == 1:
		return names[0]
	case each != nil:
		return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
	}
	return "one of " + strings.Join(names, ", ")
}

func texts(nodes []*yamltree.Node) []string {
	var out []string
	for _, n := range nodes {
		if t := text(n); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	if len(out) > 2*maxListed {
		out = append(out[:2*maxListed], "…")
	}
	return out
}

func textsOf(nodes []*yamltree.Node) []string {
	var out []string
	for _, n := range nodes {
		if n.Kind == yamltree.String {
			out = append(out, n.Text)
		}
	}
	return out
}

// text writes a value for a message.
func text(n *yamltree.Node) string {
	switch n.Kind {
	case yamltree.String:
		const long = 80
		if r := []rune(n.Text); len(r) > long {
			return strconv.Quote(string(r[:long])) + "…"
		}
		return strconv.Quote(n.Text)
	case yamltree.Null, yamltree.Sequence, yamltree.Mapping:
		return wording.Article(n.Kind.String())
	}
	return n.Text
}
