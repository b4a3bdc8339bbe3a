package languageserver

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

// workspace is a folder in which every kind of document is compared with another.
func workspace(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	dir := filepath.Join("testdata", "workspace")
	err := filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		name, _ := filepath.Rel(dir, file)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// judged is what a run over the files of the client says, open documents first.
func (c *client) judged() []string {
	c.t.Helper()
	files := lint.NewTexts(os.DirFS(c.dir))
	for name, text := range c.texts {
		files.Set(name, []byte(text))
	}
	config, err := lint.ReadConfig(files)
	if err != nil {
		c.t.Fatal(err)
	}
	corpus, err := lint.Load(files, []string{"."}, config)
	if err != nil {
		c.t.Fatal(err)
	}
	r, err := lint.Run(c.t.Context(), corpus, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s:%d:%d-%d:%d %d %s %s", f.File, f.Range.Start.Line, f.Range.Start.Column, f.Range.End.Line, f.Range.End.Column, f.Severity, f.Rule, f.Message))
	}
	for _, u := range r.Unchecked {
		if _, err := files.Stat(u.File); err == nil {
			out = append(out, fmt.Sprintf("%s: %s", u.File, placeOfReason.ReplaceAllString(u.Why, "")))
		}
	}
	slices.Sort(out)
	return out
}

// said is what the server says, in the same form. Positions are those of UTF-16.
func (c *client) said() []string {
	var out []string
	for file, p := range c.found {
		for _, d := range p.Diagnostics {
			if d.Code == "syntax" || strings.HasPrefix(d.Message, "not checked: ") {
				out = append(out, fmt.Sprintf("%s: %s", file, placeOfReason.ReplaceAllString(strings.TrimPrefix(d.Message, "not checked: "), "")))
				continue
			}
			r := d.Range
			out = append(out, fmt.Sprintf("%s:%d:%d-%d:%d %d %s %s", file, r.Start.Line+1, r.Start.Character+1, r.End.Line+1, r.End.Character+1, report.Severity(d.Severity-1), d.Code, d.Message))
		}
	}
	slices.Sort(out)
	return out
}

func (c *client) compare(when string) {
	c.t.Helper()
	c.settled()
	if said, judged := c.said(), c.judged(); !slices.Equal(said, judged) {
		c.t.Fatalf("%s the server says\n%s\na run says\n%s", when, strings.Join(said, "\n"), strings.Join(judged, "\n"))
	}
}

// TestTyping types into every document of a workspace, breaks it and mends it: what the
// server says is what a run says.
func TestTyping(t *testing.T) {
	t.Parallel()
	files := workspace(t)
	c := open(t, files, utf16Units)
	for range 100 {
		if c.next(50 * time.Millisecond); len(c.said()) > 0 {
			break
		}
	}
	c.compare("at the start")
	if len(c.said()) == 0 {
		t.Fatal("the workspace has no findings")
	}
	names := []string{"openapi.yml", "capabilities.yml", "apis.yml", "context.jsonld", "rules.yml"}
	for _, name := range names {
		c.didOpen(name, files[name])
	}
	c.compare("with open documents")
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		name := names[random.IntN(len(names))]
		text := c.texts[name]
		at := random.IntN(len(text))
		switch random.IntN(4) {
		case 0:
			c.edit(name, utf16Units, at, min(at+1+random.IntN(4), len(text)), "")
		case 1:
			c.edit(name, utf16Units, 0, len(text), files[name])
		default:
			c.edit(name, utf16Units, at, at, []string{"x", "\n", ": ", "\"", "é", "😀", "  "}[random.IntN(7)])
		}
		if i%6 == 5 {
			c.compare(fmt.Sprintf("after edit %d of %s", i, name))
		}
	}
}

// TestBrokenDocument keeps the diagnostics of the other documents, and says what is wrong
// with the syntax where it is.
func TestBrokenDocument(t *testing.T) {
	t.Parallel()
	files := workspace(t)
	c := open(t, files, utf16Units)
	c.didOpen("openapi.yml", files["openapi.yml"])
	c.settled()
	at := strings.Index(files["openapi.yml"], "paths:")
	c.edit("openapi.yml", utf16Units, at, at, "broken: [1\n")
	c.compare("broken")
	list := c.found["openapi.yml"].Diagnostics
	if !slices.ContainsFunc(list, func(d diagnostic) bool { return d.Code == "syntax" && d.Severity == 1 && d.Range.Start.Line > 0 }) {
		t.Errorf("a broken document has no diagnostic of its syntax: %v", list)
	}
	c.edit("openapi.yml", utf16Units, at, at+len("broken: [1\n"), "")
	c.compare("mended")
}

// TestOtherDocuments changes a description: what is said of the capabilities changes.
func TestOtherDocuments(t *testing.T) {
	t.Parallel()
	files := workspace(t)
	c := open(t, files, utf16Units)
	c.didOpen("openapi.yml", files["openapi.yml"])
	c.settled()
	refers := func() bool {
		return slices.ContainsFunc(c.found["capabilities.yml"].Diagnostics, func(d diagnostic) bool { return d.Code == "capability-ref" })
	}
	if refers() {
		t.Fatal("the capability refers to nothing before the change")
	}
	at := strings.Index(files["openapi.yml"], "/studies:")
	c.edit("openapi.yml", utf16Units, at, at+len("/studies:"), "/trials:")
	c.compare("renamed")
	if !refers() {
		t.Error("the capability still has an operation")
	}
	c.tell("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": c.uri("openapi.yml")}})
	delete(c.texts, "openapi.yml")
	delete(c.versions, "openapi.yml")
	for range 100 {
		if c.next(50 * time.Millisecond); !refers() {
			break
		}
	}
	c.compare("closed")
	c.save("capabilities.yml", strings.Replace(files["capabilities.yml"], "~1studies", "~1nothing", 1))
	c.tell("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{}})
	for range 100 {
		if c.next(50 * time.Millisecond); refers() {
			break
		}
	}
	c.compare("changed on disk")
}

// TestEncodings places a finding behind characters of several units.
func TestEncodings(t *testing.T) {
	t.Parallel()
	files := map[string]string{"openapi.yml": "openapi: 3.0.3\ninfo: {description: \"é😀\", $ref: '#/nowhere', title: T, version: '1'}\npaths: {}\n"}
	for _, test := range []struct {
		enc  encoding
		from int
	}{{utf16Units, 26}, {utf8Bytes, 29}} {
		c := open(t, files, test.enc)
		c.didOpen("openapi.yml", files["openapi.yml"])
		c.settled()
		list := c.found["openapi.yml"].Diagnostics
		i := slices.IndexFunc(list, func(d diagnostic) bool { return d.Code == "invalid-ref" })
		if i < 0 {
			t.Fatalf("%s: no finding of the reference: %v", test.enc, list)
		}
		want := positionOf(test.enc, files["openapi.yml"], strings.Index(files["openapi.yml"], "'#/nowhere'"))
		if got := list[i].Range.Start; got != want {
			t.Errorf("%s: the reference is at %v, want %v", test.enc, got, want)
		}
		at := strings.Index(files["openapi.yml"], "nowhere")
		c.edit("openapi.yml", test.enc, at, at+len("nowhere"), "info")
		c.settled()
		if text := c.texts["openapi.yml"]; !strings.Contains(text, "#/info") {
			t.Fatal(text)
		}
	}
}

// TestLifeCycle holds what is answered before the start and after the end.
func TestLifeCycle(t *testing.T) {
	t.Parallel()
	c := start(t)
	if err := c.try("textDocument/hover", struct{}{}, nil); err == nil || err.Code != codeNotInitialized {
		t.Errorf("before the start: %v", err)
	}
	c.call("initialize", json.RawMessage(`{"capabilities": {}}`), nil)
	if err := c.try("initialize", struct{}{}, nil); err == nil || err.Code != codeInvalidRequest {
		t.Errorf("a second start: %v", err)
	}
	if err := c.try("textDocument/unheard", struct{}{}, nil); err == nil || err.Code != codeUnknownMethod {
		t.Errorf("an unknown method: %v", err)
	}
	if err := c.try("textDocument/hover", []int{1}, nil); err == nil {
		t.Error("invalid parameters are accepted")
	}
	c.call("shutdown", nil, nil)
	if err := c.try("textDocument/hover", struct{}{}, nil); err == nil || err.Code != codeInvalidRequest {
		t.Errorf("after the end: %v", err)
	}
	c.tell("exit", nil)
	if err := c.ended(); err != nil {
		t.Errorf("exit after shutdown: %v", err)
	}
}

// ended is the error that the server ended with.
func (c *client) ended() error {
	c.t.Helper()
	select {
	case err := <-c.done:
		return err
	case <-time.After(10 * time.Second):
		c.t.Fatal("the server does not end")
		return nil
	}
}

// TestEnds ends the server in the other ways.
func TestEnds(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.tell("exit", nil)
	if err := c.ended(); !errors.Is(err, ErrNotShutDown) {
		t.Errorf("exit without shutdown: %v", err)
	}
	c = start(t)
	c.stop()
	if err := c.ended(); err == nil {
		t.Error("a cancelled server has no error")
	}
	for _, test := range []struct{ name, input, want string }{
		{"nothing", "", ErrNotShutDown.Error()},
		{"no length", "A: b\r\n\r\n{}", "Content-Length"},
		{"too long", fmt.Sprintf("Content-Length: %d\r\n\r\n", maxMessage+1), "Content-Length"},
		{"negative", "Content-Length: -1\r\n\r\n", "Content-Length"},
		{"a long header", strings.Repeat("a", 2*maxHeader), "header"},
		{"many headers", strings.Repeat("A: b\r\n", 2*maxHeaders), "Content-Length"},
		{"cut short", "Content-Length: 10\r\n\r\n{}", "after 2 of 10 bytes"},
	} {
		err := Serve(t.Context(), strings.NewReader(test.input), &strings.Builder{}, nil)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

// TestBadMessages answers texts that are no messages, and goes on.
func TestBadMessages(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	for _, text := range []string{`{`, strings.Repeat("[", maxDepth+1), `{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}`} {
		fmt.Fprintf(&in, "Content-Length: %d\r\n\r\n%s", len(text), text)
	}
	var out strings.Builder
	if err := Serve(t.Context(), strings.NewReader(in.String()), &out, nil); !errors.Is(err, ErrNotShutDown) {
		t.Error(err)
	}
	for _, want := range []string{"not JSON-RPC", "nests deeper", `"serverInfo"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out.String())
		}
	}
}

// TestOutside opens a document that is in no folder of the workspace, and one that is not a
// file; a reference does not lead out of the folder.
func TestOutside(t *testing.T) {
	t.Parallel()
	c := open(t, map[string]string{"a/openapi.yml": "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {$ref: '../../outside.yml#/a'}}\n"}, utf16Units)
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "outside.yml"), []byte("openapi: 3.0.3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if c.next(50 * time.Millisecond); len(c.found["a/openapi.yml"].Diagnostics) > 0 {
			break
		}
	}
	list := c.found["a/openapi.yml"].Diagnostics
	if !slices.ContainsFunc(list, func(d diagnostic) bool { return strings.Contains(d.Message, "leads out of the folder") }) {
		t.Errorf("a reference leads out of the folder: %v", list)
	}
	c.tell("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": "untitled:a", "version": 1, "text": "openapi: 3.0.3\n"}})
	c.tell("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uriOf(filepath.Join(other, "outside.yml")), "version": 1, "text": "openapi: 3.0.3\n"}})
	rel, err := filepath.Rel(c.dir, filepath.Join(other, "outside.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if c.next(50 * time.Millisecond); len(c.found[filepath.ToSlash(rel)].Diagnostics) > 0 {
			return
		}
	}
	t.Error("a document outside of the workspace has no diagnostics")
}

// TestConfiguration holds that the configuration counts, and that one that is broken is
// reported and leaves the one before in force.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	files := workspace(t)
	c := open(t, files, utf16Units)
	config := "severities:\n  - rule: info-contact\n    severity: error\n"
	c.didOpen(".triallint.yml", config)
	c.settled()
	severity := func() int {
		i := slices.IndexFunc(c.found["openapi.yml"].Diagnostics, func(d diagnostic) bool { return d.Code == "info-contact" })
		return c.found["openapi.yml"].Diagnostics[max(i, 0)].Severity
	}
	if got := severity(); got != 1 {
		t.Errorf("the severity is %d, want 1", got)
	}
	c.edit(".triallint.yml", utf16Units, 0, 0, "unheard: of\n")
	c.settled()
	broken := c.found[".triallint.yml"].Diagnostics
	if got := cmp.Or(severity(), 0); got != 1 || len(broken) != 1 || !strings.Contains(broken[0].Message, "unknown key") {
		t.Errorf("the severity is %d, the configuration has %v", got, broken)
	}
}
