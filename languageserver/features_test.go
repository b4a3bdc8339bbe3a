package languageserver

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// at are the parameters of a request about the place of a text in an open document: that
// of the sign ¦ in it.
func (c *client) at(name, text string) map[string]any {
	c.t.Helper()
	before, after, _ := strings.Cut(text, "¦")
	i := strings.Index(c.texts[name], before+after)
	if i < 0 {
		c.t.Fatalf("%s has no %q", name, before+after)
	}
	return map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}, "position": positionOf(utf16Units, c.texts[name], i+len(before))}
}

// opened opens all documents of a workspace.
func opened(t *testing.T, files map[string]string) *client {
	t.Helper()
	c := open(t, files, utf16Units)
	for name, text := range files {
		c.didOpen(name, text)
	}
	c.settled()
	return c
}

// shown are locations as FILE:TEXT.
func (c *client) named(locations []location) (out []string) {
	for _, l := range locations {
		for name, text := range c.texts {
			if c.uri(name) == l.URI {
				out = append(out, name+":"+text[utf16Units.offset(text, l.Range.Start):utf16Units.offset(text, l.Range.End)])
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestDefinition goes from a capability to the operation, the schema and the term.
func TestDefinition(t *testing.T) {
	t.Parallel()
	c := opened(t, workspace(t))
	for _, test := range []struct{ file, at, want string }{
		{"capabilities.yml", "'openapi.yml#/pa¦ths/~1studies/get'", "openapi.yml:get"},
		{"capabilities.yml", "- ¦query.cond", "openapi.yml:"},
		{"capabilities.yml", "- stud¦ies", "openapi.yml:studies"},
		{"openapi.yml", "$ref: '#/components/schemas/Study¦'", "openapi.yml:Study"},
		{"openapi.yml", "$ref: '#/components/parameters/page¦Size'", "openapi.yml:pageSize"},
		{"openapi.yml", "              operationId: list¦Studies", "openapi.yml:get"},
		{"openapi.yml", "protocol¦Section: {", `context.jsonld:"protocolSection"`},
		{"openapi.yml", "nct¦Id: {type", `context.jsonld:"nctId"`},
		{"apis.yml", "url: open¦api.yml", "openapi.yml:"},
	} {
		var got []location
		c.call("textDocument/definition", c.at(test.file, test.at), &got)
		if all := c.named(got); len(all) != 1 || !strings.HasPrefix(all[0], test.want) {
			t.Errorf("%s %s leads to %q, want %q", test.file, test.at, all, test.want)
		}
	}
}

// TestReferences finds what refers to a component, an operation, a parameter and a term.
func TestReferences(t *testing.T) {
	t.Parallel()
	c := opened(t, workspace(t))
	for _, test := range []struct {
		file, at string
		want     []string
	}{
		{"openapi.yml", "    Stu¦dy:", []string{"openapi.yml:'#/components/schemas/Study'", "openapi.yml:'#/components/schemas/Study'", "openapi.yml:Study"}},
		{"openapi.yml", "      operationId: list¦Studies\n      summary", []string{"capabilities.yml:'openapi.yml#/paths/~1studies/get'", "openapi.yml:get", "openapi.yml:listStudies"}},
		{"context.jsonld", `"nct¦Id":`, []string{`context.jsonld:"nctId"`, "openapi.yml:nctId"}},
	} {
		p := c.at(test.file, test.at)
		p["context"] = map[string]bool{"includeDeclaration": true}
		var got []location
		c.call("textDocument/references", p, &got)
		if all := c.named(got); !slices.Equal(all, test.want) {
			t.Errorf("%s %s is referred to by %q, want %q", test.file, test.at, all, test.want)
		}
	}
}

// TestHover says what rules ask, what references lead to, what terms and inputs are.
func TestHover(t *testing.T) {
	t.Parallel()
	c := opened(t, workspace(t))
	for _, test := range []struct{ file, at, want string }{
		{"openapi.yml", "inf¦o:", "**info-contact** (warn): Info has no contact"},
		{"openapi.yml", "inf¦o:", "Why: "},
		{"openapi.yml", "$ref: '#/components/schemas/Study¦List'", "totalCount: {type: integer}"},
		{"capabilities.yml", "- ¦query.cond", "description: A condition."},
		{"capabilities.yml", "'openapi.yml#/paths/~1studies/¦get'", "operationId: listStudies"},
		{"capabilities.yml", "- page¦Sise", "did you mean"},
		{"context.jsonld", `"nct¦Id":`, "<https://api.example.org/ns/nctId>"},
		{"openapi.yml", "nct¦Id: {type", "Has the term `context.jsonld #/@context/nctId`"},
	} {
		var got hoverResult
		c.call("textDocument/hover", c.at(test.file, test.at), &got)
		if !strings.Contains(got.Contents.Value, test.want) {
			t.Errorf("%s %s shows %q, want %q", test.file, test.at, got.Contents.Value, test.want)
		}
	}
	var nothing *hoverResult
	c.call("textDocument/hover", c.at("openapi.yml", "openapi: ¦3.0.3"), &nothing)
	if nothing != nil {
		t.Errorf("the version shows %v", nothing)
	}
}

// TestCompletion types in each kind of document, and takes the proposal: the text that
// comes of it is the one that is wanted.
func TestCompletion(t *testing.T) {
	t.Parallel()
	files := workspace(t)
	files[".triallint.yml"] = "severities:\n  - rule: info-contact\n    severity: warn\n"
	for i, test := range []struct{ file, old, typed, label, want string }{
		{"capabilities.yml", "operationRef: 'openapi.yml#/paths/~1studies~1%7BnctId%7D/get'", "operationRef: getS¦", "getStudy", "operationRef: openapi.yml#/paths/~1studies~1%7BnctId%7D/get"},
		{"capabilities.yml", "operationRef: 'openapi.yml#/paths/~1studies~1%7BnctId%7D/get'", "operationRef: 'openapi.yml#/pa¦'", "listStudies", "operationRef: 'openapi.yml#/paths/~1studies/get'"},
		{"capabilities.yml", "      - pageSise", "      - pa¦", "pageSize", "      - pageSize"},
		{"capabilities.yml", "      - protocolSection", "      - ¦", "hasResults", "      - hasResults"},
		{"capabilities.yml", "    api: example:trials\n    operationRef: 'openapi.yml#/paths/~1studies/get'", "    api: ¦\n    operationRef: 'openapi.yml#/paths/~1studies/get'", "example:trials", "    api: example:trials\n    operationRef: 'openapi.yml#/paths/~1studies/get'"},
		{"openapi.yml", "items: {$ref: '#/components/schemas/Study'}", "items: {$ref: '#/¦}", "Study", "items: {$ref: '#/components/schemas/Study}"},
		{"openapi.yml", "        - $ref: '#/components/parameters/pageSize'", "        - $ref: page¦", "pageSize", "        - $ref: '#/components/parameters/pageSize'"},
		{"openapi.yml", "              operationId: listStudies", "              operationId: ¦", "getStudy", "              operationId: getStudy"},
		{"openapi.yml", "          in: path", "          in: ¦", "cookie", "          in: cookie"},
		{"openapi.yml", "tags: [Studies]\n      parameters:\n        - name: nctId", "tags: [S¦]\n      parameters:\n        - name: nctId", "Studies", "tags: [Studies]\n      parameters:\n        - name: nctId"},
		{"openapi.yml", "      schema: {type: integer, enum: [10, 20]}", "      schema:\n        enum: [ten, twenty]\n        example: t¦", "twenty", "      schema:\n        enum: [ten, twenty]\n        example: twenty"},
		{"apis.yml", "      - type: Capabilities", "      - type: JSONLDC¦", "JSONLDContext", "      - type: JSONLDContext"},
		{"apis.yml", "        url: capabilities.yml", "        url: c¦", "capabilities.yml", "        url: capabilities.yml"},
		{"context.jsonld", `"brieftitle": "ex:briefTitle"`, `"br¦": "ex:briefTitle"`, "briefTitle", `"briefTitle": "ex:briefTitle"`},
		{"context.jsonld", `"brieftitle": "ex:briefTitle"`, `"brieftitle": "¦`, "ex:", `"brieftitle": "ex:`},
		{"rules.yml", "      function: pattern", "      function: pat¦", "pattern", "      function: pattern"},
		{"rules.yml", "  server-https:", "  operation-ta¦", "operation-tags", "  operation-tags"},
		{"rules.yml", "    severity: error", "    severity: ¦", "hint", "    severity: hint"},
		{".triallint.yml", "  - rule: info-contact", "  - rule: operation-su¦", "operation-summary-length", "  - rule: operation-summary-length"},
	} {
		c := open(t, files, utf16Units)
		before, after, _ := strings.Cut(test.typed, "¦")
		at := strings.Index(files[test.file], test.old)
		if at < 0 {
			t.Fatalf("%s has no %q", test.file, test.old)
		}
		c.didOpen(test.file, files[test.file][:at]+before+after+files[test.file][at+len(test.old):])
		p := map[string]any{"textDocument": map[string]any{"uri": c.uri(test.file)}, "position": positionOf(utf16Units, c.texts[test.file], at+len(before))}
		var got struct{ Items []completionItem }
		c.call("textDocument/completion", p, &got)
		j := slices.IndexFunc(got.Items, func(x completionItem) bool { return x.Label == test.label })
		if j < 0 {
			t.Errorf("%d: %s %q proposes %d, without %q", i, test.file, test.typed, len(got.Items), test.label)
			continue
		}
		e := got.Items[j].TextEdit
		text := utf16Units.edited(c.texts[test.file], contentEdit{Range: &e.Range, Text: e.NewText})
		if end := min(at+len(test.want), len(text)); text[at:end] != test.want {
			t.Errorf("%d: %s %q becomes %q, want %q", i, test.file, test.typed, text[at:end], test.want)
		}
		c.stop()
	}
}

// apply makes the edits of the server.
func (c *client) apply(e *workspaceEdit) {
	c.t.Helper()
	for _, d := range e.DocumentChanges {
		if d.Document == nil {
			continue
		}
		name := ""
		for file := range c.texts {
			if c.uri(file) == d.Document.URI {
				name = file
			}
		}
		if name == "" {
			c.t.Fatalf("an edit of %s, which is not open", d.Document.URI)
		}
		if d.Document.Version == nil || *d.Document.Version != c.versions[name] {
			c.t.Fatalf("an edit of version %v of %s, want %d", d.Document.Version, name, c.versions[name])
		}
		edits := slices.Clone(d.Edits)
		slices.SortFunc(edits, func(a, b textEdit) int {
			if a.Range.Start.before(b.Range.Start) {
				return 1
			}
			return -1
		})
		for _, one := range edits {
			text := c.texts[name]
			c.edit(name, utf16Units, utf16Units.offset(text, one.Range.Start), utf16Units.offset(text, one.Range.End), one.NewText)
		}
	}
}

// actions are the code actions at a place, by title.
func (c *client) actions(name, text string) map[string]codeAction {
	c.t.Helper()
	p := c.at(name, text)
	p["range"] = span{p["position"].(position), p["position"].(position)}
	p["context"] = map[string]any{"diagnostics": []any{}}
	var got []codeAction
	c.call("textDocument/codeAction", p, &got)
	out := map[string]codeAction{}
	for _, a := range got {
		out[a.Title] = a
	}
	return out
}

// TestCodeActions takes a fix, ignores a finding, and opens an explanation.
func TestCodeActions(t *testing.T) {
	t.Parallel()
	c := opened(t, workspace(t))
	for _, test := range []struct{ file, at, title, rule string }{
		{"capabilities.yml", "- page¦Sise", "Replace it by pageSize", "capability-input"},
		{"openapi.yml", "summary: One¦ study", "", ""},
		{"openapi.yml", "summary: List¦ studies", "Ignore this finding of operation-summary-length", "operation-summary-length"},
	} {
		actions := c.actions(test.file, test.at)
		action, ok := actions[test.title]
		if test.title == "" {
			if len(actions) > 0 {
				t.Errorf("%s %s offers %v", test.file, test.at, actions)
			}
			continue
		}
		if !ok || len(action.Diagnostics) != 1 || action.Diagnostics[0].Code != test.rule {
			t.Errorf("%s %s offers %v, want %q", test.file, test.at, actions, test.title)
			continue
		}
		c.apply(action.Edit)
		c.compare(test.title)
		if slices.ContainsFunc(c.found[test.file].Diagnostics, func(d diagnostic) bool { return d.Code == test.rule }) {
			t.Errorf("%s is still found after %q: %s", test.rule, test.title, c.texts[test.file])
		}
	}
	explain := c.actions("openapi.yml", "inf¦o:")["Open the explanation of info-contact"]
	if explain.Command == nil {
		t.Fatal("no explanation is offered")
	}
	c.call("workspace/executeCommand", map[string]any{"command": explain.Command.Command, "arguments": explain.Command.Arguments}, nil)
	if len(c.shown) != 1 || !strings.Contains(c.shown[0], "info-contact") {
		t.Errorf("shown is %q", c.shown)
	}
	if err := c.try("workspace/executeCommand", map[string]any{"command": "triallint.explain", "arguments": []string{"unheard"}}, nil); err == nil {
		t.Error("an unknown rule is explained")
	}
}

// TestRename renames in all documents, and says why it does not.
func TestRename(t *testing.T) {
	t.Parallel()
	files := workspace(t)
	files["other.yml"] = "openapi: 3.0.3\ninfo: {title: Other, version: '1', contact: {}}\npaths: {}\ncomponents:\n  schemas:\n    Pet:\n      type: object\n      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: 'openapi.yml#/components/schemas/Study'}]\n      discriminator: {propertyName: kind, mapping: {study: 'openapi.yml#/components/schemas/Study'}}\n    Cat: {type: object}\n"
	for _, test := range []struct {
		file, at, name string
		edits          int
		refused        string
	}{
		{"openapi.yml", "              operationId: list¦Studies", "findStudies", 2, ""},
		{"openapi.yml", "    Stu¦dy:", "Record", 5, ""},
		{"openapi.yml", "$ref: '#/components/schemas/Pro¦tocol'", "Protocol-1.0", 2, ""},
		{"openapi.yml", "$ref: '#/components/parameters/page¦Size'", "size", 2, ""},
		{"openapi.yml", "    Stu¦dy:", "Protocol", 0, "already"},
		{"openapi.yml", "    Stu¦dy:", "a b", 0, "is not a name of a component"},
		{"openapi.yml", "      operationId: list¦Studies\n      summary", "getStudy", 0, "already"},
		{"openapi.yml", "      operationId: list¦Studies\n      summary", " ", 0, "empty"},
		{"openapi.yml", "title: Exa¦mple", "x", 0, "nothing here can be renamed"},
		{"other.yml", "    Ca¦t:", "Dog", 0, "is the value of the discriminator"},
	} {
		c := opened(t, files)
		p := c.at(test.file, test.at)
		p["newName"] = test.name
		var got workspaceEdit
		err := c.try("textDocument/rename", p, &got)
		if test.refused != "" {
			if err == nil || !strings.Contains(err.Message, test.refused) {
				t.Errorf("%s to %q: %v, want %q", test.at, test.name, err, test.refused)
			}
			c.stop()
			continue
		}
		if err != nil {
			t.Errorf("%s to %q: %v", test.at, test.name, err)
			continue
		}
		count := 0
		for _, d := range got.DocumentChanges {
			count += len(d.Edits)
		}
		if count != test.edits {
			t.Errorf("%s to %q: %d edits, want %d: %v", test.at, test.name, count, test.edits, got)
		}
		before := len(c.said())
		c.apply(&got)
		c.compare("renamed")
		if after := len(c.said()); after != before {
			t.Errorf("%s to %q: %d findings, %d before: %s", test.at, test.name, after, before, strings.Join(c.said(), "\n"))
		}
		c.stop()
	}
	c := opened(t, files)
	c.edit("other.yml", utf16Units, 0, 0, "a: [Study\n")
	p := c.at("openapi.yml", "    Stu¦dy:")
	p["newName"] = "Record"
	if err := c.try("textDocument/rename", p, nil); err == nil || !strings.Contains(err.Message, "cannot be read") {
		t.Errorf("a component is renamed though a document with its name cannot be read: %v", err)
	}
}

// TestSymbols outlines the documents.
func TestSymbols(t *testing.T) {
	t.Parallel()
	c := opened(t, workspace(t))
	for file, want := range map[string]string{
		"openapi.yml":      "GET /studies/{nctId} getStudy",
		"capabilities.yml": "List studies",
		"apis.yml":         "Example Trials API",
		"context.jsonld":   "protocolSection",
		"rules.yml":        "server-https",
	} {
		var got []symbol
		c.call("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": c.uri(file)}}, &got)
		var names []string
		var list func(all []symbol)
		list = func(all []symbol) {
			for _, s := range all {
				names = append(names, strings.TrimSpace(s.Name+" "+s.Detail))
				if s.Select.Start.before(s.Range.Start) || s.Range.End.before(s.Select.End) {
					t.Errorf("%s: the name of %s is outside of it: %v", file, s.Name, s)
				}
				list(s.Children)
			}
		}
		list(got)
		if !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, want) }) {
			t.Errorf("%s has %s, want %q", file, fmt.Sprint(names), want)
		}
	}
}
