package lint_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

// lintTree lints a tree of files by no rules: only the checks speak.
func lintTree(t *testing.T, files map[string]string) *report.Report {
	t.Helper()
	tree := fstest.MapFS{"none.yml": {Data: []byte("rules: {}\n")}}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	corpus, err := lint.Load(tree, []string{"."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: "none.yml"}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// said is what a check says, and what is unchecked, in order.
func said(r *report.Report, prefix string) []string {
	var out []string
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Rule, prefix) {
			out = append(out, f.Rule+" "+f.Message)
		}
	}
	for _, u := range r.Unchecked {
		out = append(out, "unchecked "+u.Why)
	}
	slices.Sort(out)
	return out
}

func TestOverlays(t *testing.T) {
	const api = "openapi: 3.1.0\ninfo: {title: a}\ntags: [{name: x}]\npaths: {/a: {get: {}}}\n"
	overlay := func(extends, actions string) string {
		return "overlay: 1.0.0\ninfo: {title: o, version: '1'}\n" + extends + "\nactions:\n" + actions
	}
	for name, tt := range map[string]struct {
		extends, actions string
		want             []string
	}{
		"right": {"extends: ../openapi/a.yml", "- {target: $.info, update: {x: 1}}\n- {target: '$.paths[*].get', remove: true}", nil},
		"from the root": {"extends: openapi/a.yml", "- {target: $.info.contact, update: {name: n}}", []string{
			`overlay-extends the overlay extends "openapi/a.yml", but there is no file "overlays/openapi/a.yml"; did you mean "../openapi/a.yml"?`,
			`overlay-target the target "$.info.contact" selects nothing`,
		}},
		"missing": {"extends: b.yml", "- {target: $.info, update: {x: 1}}", []string{
			`overlay-extends the overlay extends "b.yml", but there is no file "overlays/b.yml"`,
			"unchecked 3:10: what the overlay extends is not there; its targets are not checked",
		}},
		"remote": {"extends: https://example.org/a.yml", "- {target: $.nope, update: {x: 1}}", []string{
			`unchecked 3:10: the overlay extends "https://example.org/a.yml", which is not read; its targets are not checked`,
		}},
		"of any description":           {"", "- {target: $.nope, update: {x: 1}}\n- {target: $.info, update: {x: 1}}", []string{`overlay-target the target "$.nope" selects nothing`}},
		"what an update adds is there": {"", "- {target: $.info, update: {contact: {name: n}}}\n- {target: $.info.contact, update: {x: 1}}\n- {target: $.tags, update: {name: y}}\n- {target: '$.tags[1]', remove: true}", nil},
		"what is removed is gone":      {"", "- {target: '$.paths[\"/a\"]', remove: true}\n- {target: '$.paths[\"/a\"].get', update: {x: 1}}", []string{`overlay-target the target "$.paths[\"/a\"].get" selects nothing`}},
		"another dialect":              {"", "- {target: '$.paths[*]~', update: {}}", []string{`overlay-target the target "$.paths[*]~" is not a query of RFC 9535: RFC 9535 has no "~" for keys after 10 characters`}},
		"bare names":                   {"", "- {target: '$.paths[*][get,post]', remove: true}", []string{`overlay-target the target "$.paths[*][get,post]" is not a query of RFC 9535: a name between brackets has no quotes after 14 characters`}},
		"filters": {"", "- {target: \"$.tags[?@.name=='x']\", update: {a: 1}}\n- {target: '$.tags[-1]', update: {b: 1}}\n- {target: '$.tags[?count(@.*) > 2 && @.name == $.tags[0].name]', update: {c: 1}}\n- {target: '$.tags[?match(@.name, \"y\")]', update: {d: 1}}", []string{
			`overlay-target the target "$.tags[?match(@.name, \"y\")]" selects nothing`,
		}},
		"no target": {"", "- {update: {}}", []string{"overlay-shape an action has no target"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"openapi/a.yml": api, "overlays/a.yml": overlay(tt.extends, tt.actions)})
			if diff := cmp.Diff(tt.want, said(r, "overlay")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOverlayShapes holds what overlays of each version may say.
func TestOverlayShapes(t *testing.T) {
	const api = "openapi: 3.1.0\ninfo: {title: a}\npaths: {/a: {get: {}}, /b: {}}\ntags: [{name: x}]\n"
	const head = "info: {title: o, version: '1'}\nextends: a.yml\n"
	for name, tt := range map[string]struct {
		overlay string
		want    []string
	}{
		"no version of it":      {"overlay: '1.1'\n" + head + "actions: [{target: $}]", []string{`overlay-shape "1.1" is not a version of the Overlay Specification, expected one such as 1.1.0`}},
		"a number":              {"overlay: 1.0\n" + head + "actions: [{target: $}]", []string{"overlay-shape overlay is a number, expected a version as text, such as '1.1.0'"}},
		"a newer one":           {"overlay: 1.3.0\n" + head + "actions: [{target: $, move: $.a}]", []string{"unchecked 1:10: Overlay 1.3.0 is newer than 1.2, the newest version that is known; what it brought is not checked"}},
		"no actions":            {"overlay: 1.0.0\n" + head, []string{"overlay-shape an overlay has no actions"}},
		"no list":               {"overlay: 1.0.0\n" + head + "actions: {}", []string{"overlay-shape actions of an overlay is an object, expected an array"}},
		"an empty list":         {"overlay: 1.0.0\n" + head + "actions: []", []string{"overlay-shape there are no actions"}},
		"not objects":           {"overlay: 1.0.0\n" + head + "actions: [123]", []string{"overlay-shape an action is a number, expected an object"}},
		"equal actions":         {"overlay: 1.0.0\n" + head + "actions: [{target: $.info, update: {a: 1}}, {target: $.info, update: {a: 1}}]", []string{"overlay-shape this action is the same as actions[0]"}},
		"no boolean":            {"overlay: 1.0.0\n" + head + "actions: [{target: $.info, remove: 'yes'}]", []string{"overlay-shape remove of an action is a string, expected a boolean"}},
		"a slip":                {"overlay: 1.0.0\n" + head + "actions: [{target: $.info, updat: {a: 1}, x-note: n}]", []string{`overlay-shape unknown key "updat" in an action; did you mean "update"?`}},
		"copy in 1.0":           {"overlay: 1.0.0\n" + head + "actions: [{target: $.info, copy: '$.tags[0]'}]", []string{`overlay-shape "copy" in an action is part of Overlay 1.1, and this is an overlay of 1.0`}},
		"copy in 1.1":           {"overlay: 1.1.0\n" + head + "actions: [{target: \"$.paths['/b']\", copy: \"$.paths['/a']\"}, {target: \"$.paths['/b'].get\", update: {a: 1}}]", nil},
		"copy of nothing":       {"overlay: 1.1.0\n" + head + "actions: [{target: $.info, copy: $.nope}]", []string{`overlay-action the copy "$.nope" selects nothing to copy`}},
		"copy of several":       {"overlay: 1.1.0\n" + head + "actions: [{target: $.info, copy: '$.paths.*'}]", []string{`overlay-action the copy "$.paths.*" selects 2 values, expected one`}},
		"a single value in 1.0": {"overlay: 1.0.0\n" + head + "actions: [{target: $.info.title, update: b}]", []string{"overlay-action the target selects a single value; Overlay 1.0 selects objects and arrays only (1.1 selects single values, too)"}},
		"a single value in 1.1": {"overlay: 1.1.0\n" + head + "actions: [{target: $.info.title, update: b}]", nil},
		"text over an object":   {"overlay: 1.1.0\n" + head + "actions: [{target: $.info, update: text}]", []string{"overlay-action a single value cannot be written over its target, which is an object"}},
		"deeper down":           {"overlay: 1.1.0\n" + head + "actions: [{target: $, update: {info: {title: [a]}}}]", []string{"overlay-action an array cannot be written over #/info/title of its target, which is a single value"}},
		"an item for a list":    {"overlay: 1.0.0\n" + head + "actions: [{target: $.tags, update: {name: y}}, {target: '$.tags[?@.name == \"y\"]', update: {a: 1}}]", nil},
		"targets of two kinds":  {"overlay: 1.1.0\n" + head + "actions: [{target: \"$['info', 'tags']\", update: {name: y}}]", []string{"overlay-action the target selects an object and an array, of which an action can change one kind only"}},
		"references":            {"overlay: 1.0.0\n" + head + "actions: [{target: $, update: {components: {schemas: {S: {}}}}}, {target: $.info, update: {x: {$ref: '#/components/schemas/S'}, y: {$ref: '#/components/schemas/T'}}}]", []string{`overlay-action "#/components/schemas/T" leads nowhere: a.yml has no #/components/schemas/T, nor do the actions add it`}},
		"reusable actions": {"overlay: 1.2.0\n$self: https://e.org/o/o.yml\n" + head + "components: {actions: {more: {description: d, fields: {update: {a: {b: 1}}}}}}\nactions: [{$ref: '#/components/actions/more', target: $.info}, {target: $.info.a, update: {c: 1}}, {$ref: '#/components/actions/more', target: $.nope}]", []string{
			`overlay-target the target "$.nope" selects nothing`,
		}},
		"reusable actions in 1.1": {"overlay: 1.1.0\n" + head + "components: {actions: {more: {fields: {update: {a: 1}}}}}\nactions: [{$ref: '#/components/actions/more', target: $.info}]", []string{
			`overlay-shape "$ref" in a reference to an action is part of Overlay 1.2, and this is an overlay of 1.1`,
			`overlay-shape "components" in an overlay is part of Overlay 1.2, and this is an overlay of 1.1`,
		}},
		"a slip in a reusable one": {"overlay: 1.2.0\n" + head + "components: {actions: {more: {fieldz: {update: {a: 1}}}}}\nactions: [{target: $.info, update: {a: 1}}]", []string{`overlay-shape unknown key "fieldz" in a reusable action; did you mean "fields"?`}},
		"a target in one":          {"overlay: 1.2.0\n" + head + "components: {actions: {more: {fields: {target: $.info}}}}\nactions: [{target: $.info, update: {a: 1}}]", []string{`overlay-shape unknown key "target" in the fields of a reusable action`}},
		"a fragment":               {"overlay: 1.2.0\n" + strings.Replace(head, "a.yml", "'a.yml#/info'", 1) + "actions: [{target: $.info, update: {a: 1}}]", []string{"overlay-shape extends has a fragment, which the address of a whole document must not have"}},
		"from the root of a host":  {"overlay: 1.0.0\n" + strings.Replace(head, "a.yml", "/a.yml", 1) + "actions: [{target: $.info, update: {a: 1}}]", []string{`unchecked 3:10: the overlay extends "/a.yml", whose place depends on the address of the overlay; its targets are not checked`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"a.yml": api, "o.yml": tt.overlay + "\n"})
			got := slices.DeleteFunc(said(r, ""), func(s string) bool { return strings.HasPrefix(s, "document-") || strings.HasPrefix(s, "key-type") })
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOverlaysBySelf holds that the address that a description has by itself is
// where overlays look for it.
func TestOverlaysBySelf(t *testing.T) {
	const api = "openapi: 3.2.0\n$self: https://e.org/apis/a.yml\ninfo: {title: a}\npaths: {}\n"
	for extends, want := range map[string][]string{
		"https://e.org/apis/a.yml": {`overlay-target the target "$.nope" selects nothing`},
		"https://e.org/apis/b.yml": {`unchecked 4:10: the overlay extends "https://e.org/apis/b.yml", which is not read; its targets are not checked`},
	} {
		r := lintTree(t, map[string]string{"x/a.yml": api, "y/o.yml": "overlay: 1.1.0\n\ninfo: {title: o, version: '1'}\nextends: " + extends + "\nactions: [{target: $.nope, update: {a: 1}}]\n"})
		if diff := cmp.Diff(want, said(r, "overlay")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", extends, diff)
		}
	}
}
