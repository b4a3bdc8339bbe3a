package languageserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
)

// initialize begins a session in which the client says that it can do some things with text.
func (c *client) initialize(text string) (capabilities map[string]any) {
	c.t.Helper()
	var out struct {
		Capabilities map[string]any `json:"capabilities"`
	}
	c.call("initialize", json.RawMessage(fmt.Sprintf(`{"rootUri": %q, "capabilities": {"workspace": {"diagnostics": {"refreshSupport": true}}, "textDocument": %s}}`, uriOf(c.dir), text)), &out)
	c.tell("initialized", struct{}{})
	return out.Capabilities
}

// TestPull has a client ask for diagnostics: they are those of a run, also of a file that is
// not open, and are not told beside that. To a client that can do both they are told.
func TestPull(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.save("a.yml", faulty)
	c.save("b.yml", faulty)
	if p, _ := c.initialize(`{"diagnostic": {}}`)["diagnosticProvider"].(map[string]any); p["interFileDependencies"] != true {
		t.Errorf("the server says of asking %v", p)
	}
	pull := func(name, previous string) (r pullResult) {
		t.Helper()
		c.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}, "previousResultId": previous}, &r)
		if r.Items != nil {
			c.found[name] = diagnosticsParams{Diagnostics: *r.Items}
		}
		return r
	}
	compare := func(when string) {
		t.Helper()
		if said, judged := c.said(), c.judged(); !slices.Equal(said, judged) || len(said) == 0 {
			t.Fatalf("%s the server says\n%s\na run says\n%s", when, strings.Join(said, "\n"), strings.Join(judged, "\n"))
		}
	}
	c.didOpen("a.yml", faulty)
	c.next(300 * time.Millisecond)
	if len(c.found) > 0 {
		t.Errorf("a client that asks is told %v", c.found)
	}
	first := pull("a.yml", "")
	pull("b.yml", "")
	compare("at the start")
	if again := pull("a.yml", first.ID); again.Kind != "unchanged" || again.Items != nil || again.ID != first.ID {
		t.Errorf("the same diagnostics are %+v", again)
	}
	at := strings.Index(faulty, "eval")
	for _, with := range []string{"x", ": [", ""} {
		c.edit("a.yml", utf16Units, at, at+len(c.texts["a.yml"])-len(faulty)+len("eval(x)"), with)
		if after := pull("a.yml", first.ID); after.Kind != "full" || after.ID == first.ID {
			t.Errorf("after an edit the diagnostics are %+v", after)
		}
		compare("after an edit")
	}
	for _, uri := range []string{"untitled:a", "file:///elsewhere.yml", ""} {
		var r pullResult
		c.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": uri}}, &r)
		if r.Kind != "full" || r.Items == nil || len(*r.Items) > 0 {
			t.Errorf("%q has %+v", uri, r)
		}
	}
	c.tell("workspace/didChangeWatchedFiles", struct{}{})
	if m := c.next(5 * time.Second); m == nil || m.Method != "workspace/diagnostic/refresh" {
		t.Errorf("after files changed the server asks %+v", m)
	}

	c = start(t)
	c.save("a.yml", faulty)
	if p, has := c.initialize(`{"diagnostic": {}, "publishDiagnostics": {}}`)["diagnosticProvider"]; has {
		t.Errorf("to a client that is told the server says of asking %v", p)
	}
	c.shows("a.yml", c.diagnosticsOf("a.yml"))
}

// otherEngine finds a fault in the first line of every document.
type otherEngine struct{ lint.Engine }

func (otherEngine) Name() string        { return "other" }
func (otherEngine) Packs() []rules.Pack { return nil }

func (otherEngine) Ruleset(fs.FS, string) (*lint.EngineRuleset, error) {
	return &lint.EngineRuleset{
		Rules: []lint.EngineRule{{ID: "of-the-other", Severity: "warn"}},
		Run: func(context.Context, lint.EngineInput) (lint.EngineOutput, error) {
			return lint.EngineOutput{Findings: []lint.EngineFinding{{Rule: "of-the-other", Severity: "warn", Message: "m", Line: 1, Column: 1}}}, nil
		},
	}, nil
}

// TestRulesetEngine has the rulesets run by what the configuration names, as it is typed.
func TestRulesetEngine(t *testing.T) {
	t.Parallel()
	c := startWith(t, &Options{Delay: 20 * time.Millisecond, RulesetEngine: func(name string) (lint.RulesetEngine, error) {
		switch name {
		case "":
			return nil, nil
		case "vacuum":
			return otherEngine{}, nil
		}
		return nil, errors.New("there is no engine " + name)
	}})
	c.save("a.yml", faulty)
	c.initialize(`{"publishDiagnostics": {}}`)
	usual := c.diagnosticsOf("a.yml")
	c.shows("a.yml", usual)
	found := func() bool {
		return slices.ContainsFunc(c.found["a.yml"].Diagnostics, func(d diagnostic) bool { return d.Code == "of-the-other" })
	}
	c.didOpen(lint.ConfigFile, "engine: vacuum\n")
	c.settled()
	for range 100 {
		if c.next(50 * time.Millisecond); found() {
			break
		}
	}
	if !found() || len(c.found["a.yml"].Diagnostics) == usual {
		t.Errorf("with another engine the server says %+v", c.found["a.yml"].Diagnostics)
	}
	c.edit(lint.ConfigFile, utf16Units, 0, len("engine: vacuum\n"), "engine: spectral\n")
	for range 100 {
		if c.next(50 * time.Millisecond); len(c.shown) > 0 {
			break
		}
	}
	if len(c.shown) != 1 || !strings.Contains(c.shown[0], "there is no engine spectral") {
		t.Errorf("shown is %q", c.shown)
	}
}
