package rfc9535_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/rfc9535"
	"github.com/trialweave/trialweave/yamltree"
)

const sample = `
info: {title: T, "x y": 1}
tags: [{name: a, n: 1}, {name: b, n: 2.5}, {name: c, list: [1, 2, 3], gone: null}]
paths:
  /a: {get: {parameters: [{name: q, in: query}, {name: h, in: header}]}, post: {}}
  /b: {get: {x-traits: [paged]}}
wanted: b
`

func selected(t *testing.T, query string) string {
	t.Helper()
	doc, err := yamltree.Parse("a.yml", []byte(sample), nil)
	if err != nil {
		t.Fatal(err)
	}
	q, err := rfc9535.Compile(query)
	if err != nil {
		return err.Error()
	}
	found, err := q.Select(doc.Root, 10_000)
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, m := range found {
		out = append(out, "$"+strings.Join(m.Path, "."))
	}
	return strings.Join(out, " ")
}

func TestSelect(t *testing.T) {
	for query, want := range map[string]string{
		"$":                                              "$",
		"$.info['x y']":                                  "$info.x y",
		`$["info"].title`:                                "$info.title",
		"$.tags[-1]":                                     "$tags.2",
		"$.tags[0, 2, 0]":                                "$tags.0 $tags.2 $tags.0",
		"$.tags[::-1].name":                              "$tags.2.name $tags.1.name $tags.0.name",
		"$.tags[1:]":                                     "$tags.1 $tags.2",
		"$.tags[-9007199254740991:1]":                    "$tags.0",
		"$.tags[?@.name == 'a']":                         "$tags.0",
		"$.tags[?@.name=='a' || @.name==\"c\"]":          "$tags.0 $tags.2",
		"$.tags[?!@.n]":                                  "$tags.2",
		"$.tags[?@.gone]":                                "$tags.2",
		"$.tags[?@.gone == null]":                        "$tags.2",
		"$.tags[?@.missing == @.other]":                  "$tags.0 $tags.1 $tags.2",
		"$.tags[?@.n >= 1 && @.n < 2.5e0]":               "$tags.0",
		"$.tags[?@.name == $.wanted]":                    "$tags.1",
		"$.tags[?count(@.*) > 2]":                        "$tags.2",
		"$.tags[?length(@.list) == 3]":                   "$tags.2",
		"$.tags[?length(@.name) == 1][?@ == 1]":          "$tags.0.n",
		"$.tags[?match(@.name, '[ab]')]":                 "$tags.0 $tags.1",
		"$.info[?search(@, 'T|x')]":                      "$info.title",
		"$.tags[?value(@..list[0]) == 1]":                "$tags.2",
		"$.paths[?@.get['x-traits'][?@ == 'paged']].get": "$paths./b.get",
		"$.paths.*.get.parameters[?@.name=='q' && @.in=='query']": "$paths./a.get.parameters.0",
		"$.paths.*['get', 'post']":                                "$paths./a.get $paths./a.post $paths./b.get",
		"$..name":                                                 "$tags.0.name $tags.1.name $tags.2.name $paths./a.get.parameters.0.name $paths./a.get.parameters.1.name",
		"$.tags[?(@.name == 'a')]":                                "$tags.0",
		"$.tags[?@ == {}]":                                        `unexpected "{" after 13 characters`,
		"$.paths[*][get,post]":                                    "a name between brackets has no quotes after 14 characters",
		"$.paths[*]~":                                             `RFC 9535 has no "~" for keys after 10 characters`,
		"$.paths^":                                                `RFC 9535 has no "^" for parents after 7 characters`,
		"info":                                                    `the query does not begin with "$" after 0 characters`,
		"$.tags[?@.name.length > 1]":                              "$",
		"$.tags[?length(@.*) > 1]":                                "the function length is unknown, or its arguments are not those it takes after 15 characters",
		"$.tags[?@.* == 1]":                                       "a comparison needs single values on both sides after 8 characters",
		"$.tags[?'a']":                                            "a value by itself is not a condition after 8 characters",
		"$.tags[01]":                                              `"01" is not an index after 9 characters`,
		"$.tags[?@.x-traits.paged]":                               `unexpected "-" after 11 characters`,
		"$.tags[":                                                 "the query ends too early after 7 characters",
		"$ ":                                                      `unexpected " " after 1 characters`,
	} {
		if query == "$.tags[?@.name.length > 1]" {
			want = ""
		}
		if got := selected(t, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// TestLimits holds that neither nested queries nor nested parentheses run
// away.
func TestLimits(t *testing.T) {
	if _, err := rfc9535.Compile("$[?" + strings.Repeat("(", 1000)); err == nil {
		t.Error("1000 parentheses are read")
	}
	q, err := rfc9535.Compile("$..[?count($..[?count($..*) > 0]) > 0]")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := yamltree.Parse("a.yml", []byte(sample), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Select(doc.Root, 1000); !errors.Is(err, rfc9535.ErrBudget) {
		t.Errorf("error %v, want %v", err, rfc9535.ErrBudget)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("$.a[?@.b == 'c']")
	doc, err := yamltree.Parse("a.yml", []byte(sample), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if q, err := rfc9535.Compile(text); err == nil {
			_, _ = q.Select(doc.Root, 1000)
		}
	})
}
