package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/rules"
)

// TestPackages holds which file of a package a ruleset extends, as Node.js finds it.
func TestPackages(t *testing.T) {
	rule := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("rules:\n  " + id + ": {given: $, then: {function: truthy}}\n")}
	}
	manifest := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"node_modules/plain/index.yaml":            rule("plain-index"),
		"node_modules/plain/more/extra.yml":        rule("plain-extra"),
		"node_modules/main/package.json":           manifest(`{"main": "./dist/rules.yaml"}`),
		"node_modules/main/dist/rules.yaml":        rule("main"),
		"node_modules/@a/b/package.json":           manifest(`{"exports": {".": {"import": "./no.mjs", "default": "./all.yml"}, "./strict": "./strict.yml", "./sets/*": "./s/*.yml"}}`),
		"node_modules/@a/b/all.yml":                rule("scoped"),
		"node_modules/@a/b/strict.yml":             rule("scoped-strict"),
		"node_modules/@a/b/s/x.yml":                rule("scoped-set"),
		"node_modules/script/package.json":         manifest(`{"main": "ruleset.js"}`),
		"node_modules/script/ruleset.js":           manifest("module.exports = {}"),
		"node_modules/outside/package.json":        manifest(`{"main": "../main/dist/rules.yaml"}`),
		"node_modules/broken/package.json":         manifest(`{"main": `),
		"node_modules/empty/package.json":          manifest(`{}`),
		"deep/er/node_modules/main/index.yml":      rule("nearer"),
		"deep/er/rules/local":                      rule("file"),
		"deep/er/node_modules/local/index.yml":     rule("package"),
		"node_modules/plain/node_modules/in/i.yml": rule("inner"),
	}
	for name, tt := range map[string]struct{ in, extends, want string }{
		"an index":             {"r.yml", "plain", "plain-index"},
		"a file":               {"r.yml", "plain/more/extra.yml", "plain-extra"},
		"a file's ending":      {"r.yml", "plain/more/extra", "plain-extra"},
		"main":                 {"r.yml", "main", "main"},
		"exports":              {"r.yml", "@a/b", "scoped"},
		"an export":            {"r.yml", "@a/b/strict", "scoped-strict"},
		"a pattern":            {"r.yml", "@a/b/sets/x", "scoped-set"},
		"the nearest":          {"deep/er/rules/r.yml", "main", "nearer"},
		"further up":           {"deep/er/rules/r.yml", "@a/b", "scoped"},
		"a file of the name":   {"deep/er/rules/r.yml", "local", "file"},
		"what is not exported": {"r.yml", "@a/b/all.yml", `the package exports no "all.yml"`},
		"JavaScript":           {"r.yml", "script", "rulesets in JavaScript are not read"},
		"out of the package":   {"r.yml", "outside", "leads out of its folder"},
		"a broken manifest":    {"r.yml", "broken", "package.json"},
		"nothing in it":        {"r.yml", "empty", `the package has no file "index"`},
		"no package":           {"r.yml", "none", "no package none in node_modules"},
	} {
		files[tt.in] = &fstest.MapFile{Data: []byte("extends: \"" + tt.extends + "\"\n")}
		set, err := rules.Load(files, tt.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for id := range set.Rules {
			got = append(got, id)
		}
		for _, p := range set.Problems {
			got = append(got, p.Error())
		}
		if len(got) != 1 || got[0] != tt.want && !strings.Contains(got[0], tt.want) {
			t.Errorf("%s: %q, want %s", name, got, tt.want)
		}
		delete(files, tt.in)
	}
}
