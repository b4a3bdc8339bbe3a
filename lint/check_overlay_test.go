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
		"no path":                      {"", "- {target: 'info[', update: {}}", []string{`unchecked 5:12: the target "info[" is not understood: the path does not begin with "$" after 0 characters`}},
		"no target":                    {"", "- {update: {}}", []string{"overlay-target the action has no target"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"openapi/a.yml": api, "overlays/a.yml": overlay(tt.extends, tt.actions)})
			if diff := cmp.Diff(tt.want, said(r, "overlay")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
