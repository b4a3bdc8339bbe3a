package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/test/pages"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
)

const rulePages = "../../docs/reference/rules/"

// TestRulePages holds that there is a page for each bundled rule and each check, made
// of what they say themselves, and no other.
func TestRulePages(t *testing.T) {
	corpus, err := lint.Load(fstest.MapFS{"d.yml": {Data: []byte("openapi: 3.1.0\n")}}, []string{"d.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	list.WriteString("# Rules and checks\n\nEach page gives the reason for the rule or check and how to fix a finding. Nearly all have a bad example, which has the finding, and a good one, which does not. `triallint explain ID` shows the same.\n")
	known := map[string]bool{"README.md": true}
	group := func(title string, all []lint.Explanation) {
		fmt.Fprintf(&list, "\n## %s\n\n| id | severity | |\n|---|---|---|\n", title)
		slices.SortFunc(all, func(a, b lint.Explanation) int { return cmp.Compare(a.ID, b.ID) })
		for _, e := range all {
			name := report.PageName(e.ID)
			known[name] = true
			fmt.Fprintf(&list, "| [`%s`](%s) | %s | %s |\n", e.ID, name, e.Severity, cell(e.Description))
			pages.Compare(t, rulePages+name, rulePage(t, e, title), *update)
		}
	}
	for _, name := range rules.Builtin() {
		set, err := rules.Load(fstest.MapFS{}, name)
		if err != nil {
			t.Fatal(err)
		}
		var all []lint.Explanation
		for id, rule := range set.Rules {
			if e, ok := lint.Explain(corpus, &lint.Options{}, id); ok && rule.From.File == name {
				all = append(all, e)
			}
		}
		group("Ruleset `"+name+"`", all)
	}
	var checks []lint.Explanation
	for _, c := range lint.Checks() {
		e, _ := lint.Explain(corpus, &lint.Options{}, c.ID)
		checks = append(checks, e)
	}
	group("Checks of every run", checks)
	group("Checks of `triallint payload`", others(payload.Checks()))
	var changes []payload.Check
	for _, c := range change.Checks() {
		changes = append(changes, payload.Check(c))
	}
	group("Checks of `triallint diff`", changed(t, others(changes)))
	pages.Compare(t, rulePages+"README.md", list.String(), *update)
	files, err := filepath.Glob(rulePages + "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[filepath.Base(file)] {
			t.Errorf("%s is the page of no rule or check", file)
		}
	}
}

func others(all []payload.Check) (out []lint.Explanation) {
	for _, c := range all {
		e, _ := explainOther(c.ID)
		out = append(out, e)
	}
	return out
}

// changed gives checks of two versions an example each: the change of the table that
// package change is tested by which has the check, and the fewest others beside it.
func changed(t *testing.T, all []lint.Explanation) []lint.Explanation {
	t.Helper()
	text, err := os.ReadFile("../../change/testdata/changes.yml")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Changes []struct{ Name, Old, Now, Want string }
	}
	if err := yaml.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		fewest := 100
		for _, c := range table.Changes {
			kinds := strings.Fields(c.Want)
			if slices.Contains(kinds, strings.TrimPrefix(all[i].ID, "change-")) && len(kinds) < fewest {
				fewest = len(kinds)
				all[i].Good, all[i].Bad = c.Old, c.Now
			}
		}
	}
	return all
}

func cell(text string) string { return strings.ReplaceAll(prose(text), "|", `\|`) }

// prose is a text whose signs mean nothing in Markdown.
func prose(text string) string {
	return strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`, "[", `\[`).Replace(text)
}

// rulePage is the page of a rule or check.
func rulePage(t *testing.T, e lint.Explanation, from string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s Severity: %s. %s.\n", strings.ReplaceAll(e.ID, "_", `\_`), prose(e.Description), e.Severity, from)
	parts := []struct{ title, text string }{{"Why", prose(e.Why)}, {"What to do", prose(e.Fix)}, {"Bad", fenced(t, e.Bad)}, {"Good", fenced(t, e.Good)}}
	if strings.HasPrefix(e.ID, "change-") {
		parts = append(parts[:2:2], struct{ title, text string }{"Old", parts[3].text}, struct{ title, text string }{"New", parts[2].text})
	}
	for _, part := range parts {
		if part.text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", part.title, part.text)
		}
	}
	if len(e.Given) > 0 {
		fmt.Fprintf(&b, "\n## What it looks at\n\n```\n%s\n```\n\nIt asks for %s.\n", strings.Join(e.Given, "\n"), "`"+strings.Join(e.Then, "`, `")+"`")
	}
	return b.String()
}

// fenced is an example as a block of YAML, spread over lines.
func fenced(t *testing.T, example string) string {
	if example == "" {
		return ""
	}
	if archive := txtar.Parse([]byte(example)); len(archive.Files) > 0 {
		return fencedFiles(archive)
	}
	text := example
	if strings.HasPrefix(example, "{") && json.Valid([]byte(example)) {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(example), &n); err != nil {
			t.Fatal(err)
		}
		spread(&n)
		var b bytes.Buffer
		w := yaml.NewEncoder(&b)
		w.SetIndent(2)
		if err := w.Encode(&n); err != nil {
			t.Fatal(err)
		}
		text = b.String()
	}
	return "```yaml\n" + strings.TrimRight(text, "\n") + "\n```"
}

// fencedFiles are the files of an example, each as a block.
func fencedFiles(archive *txtar.Archive) string {
	var blocks []string
	for _, f := range archive.Files {
		syntax := "yaml"
		if strings.Contains(filepath.Ext(f.Name), "json") {
			syntax = "json"
		}
		blocks = append(blocks, fmt.Sprintf("`%s`:\n\n```%s\n%s\n```", f.Name, syntax, strings.TrimRight(string(f.Data), "\n")))
	}
	return strings.Join(blocks, "\n\n")
}

// spread takes the braces and quotation marks of JSON away, where YAML needs none.
func spread(n *yaml.Node) {
	if len(n.Content) > 0 {
		n.Style = 0
	} else if n.Tag != "!!str" {
		n.Style &^= yaml.DoubleQuotedStyle
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			child.Style = 0
		}
		spread(child)
	}
}
