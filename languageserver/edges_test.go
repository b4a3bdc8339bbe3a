package languageserver

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestManyEdits holds that edits of one message give the text that they give one after the
// other, and that a replacement all over a big document is quick.
func TestManyEdits(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"a", "é", "😀", "\n", "\r", "\r\n", "\n\r", "", "bc\n", "\nd"}
	some := func(n int) string {
		var b strings.Builder
		for range random.IntN(n) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	for _, enc := range []encoding{utf16Units, utf8Bytes} {
		for range 3000 {
			text := some(30)
			want := text
			var edits []contentEdit
			for range fewEdits + 1 + random.IntN(6) {
				c := contentEdit{Text: some(4), Range: &span{position{random.IntN(9) - 1, random.IntN(6) - 1}, position{random.IntN(9) - 1, random.IntN(6) - 1}}}
				if random.IntN(20) == 0 {
					c = contentEdit{Text: some(30)}
				}
				edits = append(edits, c)
				want = enc.edited(want, c)
			}
			if got := enc.after(text, edits); got != want {
				t.Fatalf("%s: %q after %+v is %q, want %q", enc, text, edits, got, want)
			}
		}
	}
	big := strings.Repeat("old and something else\n", 150_000)
	var edits []contentEdit
	for line := range 20_000 {
		edits = append(edits, contentEdit{&span{position{line, 0}, position{line, 3}}, "new"})
	}
	start := time.Now()
	if got := utf16Units.after(big, edits); !strings.HasPrefix(got, "new and something else\nnew ") {
		t.Errorf("the text begins with %.60q", got)
	}
	if spent := time.Since(start); spent > 5*time.Second {
		t.Errorf("20,000 edits of 3 MB take %s", spent)
	}
}

const faulty = "openapi: 3.0.3\ninfo:\n  title: Example\n  version: '1'\n  description: eval(x)\npaths: {}\n"

// shows waits until what a client shows of a file, under every address that means it, is a
// number of diagnostics.
func (c *client) shows(name string, want int) {
	c.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if c.next(50 * time.Millisecond); len(c.found[name].Diagnostics) == want {
			for c.next(100*time.Millisecond) != nil { // what comes after it counts, too
			}
			if len(c.found[name].Diagnostics) == want {
				return
			}
		}
	}
	c.t.Fatalf("%s has the diagnostics %+v, want %d", name, c.found[name].Diagnostics, want)
}

// diagnosticsOf is how many diagnostics a run has for a file.
func (c *client) diagnosticsOf(name string) (n int) {
	for _, line := range c.judged() {
		if strings.HasPrefix(line, name+":") {
			n++
		}
	}
	return n
}

// TestAddresses opens and closes a file by an address that is written in another way than
// the server writes it, as editors do: what is said of the file is not taken back.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a@b+c.yml", "sp ace %20 (ü) 😀.yml"} {
		c := open(t, map[string]string{name: faulty}, utf16Units)
		want := c.diagnosticsOf(name)
		c.shows(name, want)
		var all strings.Builder
		for _, b := range []byte(name) {
			fmt.Fprintf(&all, "%%%02X", b)
		}
		document := map[string]any{"uri": uriOf(c.dir) + "/" + all.String(), "languageId": "yaml", "version": 1, "text": faulty}
		if file, err := url.PathUnescape(all.String()); err != nil || file != name {
			t.Fatal(file, err)
		}
		c.tell("textDocument/didOpen", map[string]any{"textDocument": document})
		c.shows(name, want)
		c.tell("textDocument/didClose", map[string]any{"textDocument": document})
		c.shows(name, want)
	}
}

// TestFoldersInFolders has a folder of the workspace in another one: what is open in it is
// what counts, also after files of the outer one changed.
func TestFoldersInFolders(t *testing.T) {
	t.Parallel()
	c := open(t, map[string]string{"a.yml": faulty, "sub/b.yml": faulty}, utf16Units)
	folders := func(what string) {
		event := map[string]any{"added": []any{}, "removed": []any{}}
		event[what] = []any{map[string]string{"uri": uriOf(filepath.Join(c.dir, "sub")), "name": "sub"}}
		c.tell("workspace/didChangeWorkspaceFolders", map[string]any{"event": event})
	}
	both := c.diagnosticsOf("sub/b.yml")
	folders("added")
	c.didOpen("sub/b.yml", strings.Replace(faulty, "eval(x)", "fine", 1))
	c.shows("sub/b.yml", both-1)
	c.save("sub/b.yml", strings.Replace(faulty, "eval(x)", "<script>eval(x)", 1))
	c.tell("textDocument/didSave", map[string]any{})
	c.shows("a.yml", both)
	c.shows("sub/b.yml", both-1)
	folders("removed")
	c.shows("sub/b.yml", both-1)
	c.tell("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": c.uri("sub/b.yml")}})
	c.shows("sub/b.yml", both+1)
}

// TestNewFolder types into a document of a folder that does not exist yet.
func TestNewFolder(t *testing.T) {
	t.Parallel()
	c := open(t, map[string]string{"a.yml": faulty}, utf16Units)
	c.didOpen("new/folder/b.yml", faulty)
	c.compare("in a new folder")
	if len(c.found["new/folder/b.yml"].Diagnostics) == 0 {
		t.Error("the document of the new folder is not judged")
	}
}

// TestCancel holds that a request that was cancelled before its turn has no result, also
// after thousands of cancellations that came too late.
func TestCancel(t *testing.T) {
	t.Parallel()
	s := &server{state: running, cancelled: map[string]bool{}}
	cancel := func(id int) *message {
		return &message{Method: "$/cancelRequest", Params: fmt.Appendf(nil, `{"id": %d}`, id)}
	}
	for id := range 3 * maxCancelled {
		m := cancel(id)
		s.overtake(m)
		if _, err := s.answer(m); err != nil {
			t.Fatal(err)
		}
	}
	s.overtake(cancel(-1))
	_, err := s.answer(&message{ID: []byte("-1"), Method: "textDocument/hover", Params: []byte("{}")})
	if failed, ok := errors.AsType[*responseError](err); !ok || failed.Code != codeCancelled {
		t.Errorf("a cancelled request: %v", err)
	}
}

// TestIgnoreKeepsLineEnds ignores findings in documents with the line ends of Windows: in a
// comment, and in the configuration.
func TestIgnoreKeepsLineEnds(t *testing.T) {
	t.Parallel()
	windows := func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }
	files := map[string]string{
		"openapi.yml":    windows(faulty),
		"openapi.json":   windows("{\n\"openapi\": \"3.0.3\",\n\"info\": {\"title\": \"T\", \"version\": \"1\", \"description\": \"eval(x)\"},\n\"paths\": {}\n}\n"),
		".triallint.yml": windows("ignores:\n  - rule: info-contact\n    reason: none is needed\n"),
	}
	c := opened(t, files)
	for name, at := range map[string]string{"openapi.yml": "ev¦al", "openapi.json": "ev¦al"} {
		action, ok := c.actions(name, at)["Ignore this finding of no-eval-in-markdown"]
		if !ok {
			t.Fatalf("%s: the finding cannot be ignored", name)
		}
		before := len(c.said())
		c.apply(action.Edit)
		c.compare(name)
		if after := len(c.said()); after != before-1 {
			t.Errorf("%s: %d findings after %d", name, after, before)
		}
	}
	for name, text := range c.texts {
		if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
			t.Errorf("%s has line ends of two kinds: %q", name, text)
		}
	}
}

// TestDelayOfBroken holds that changes of a document that cannot be read are judged when
// nothing has changed for several times as long as that takes, within a bound, and that
// nothing is left of that when it is mended.
func TestDelayOfBroken(t *testing.T) {
	t.Parallel()
	const delay = time.Microsecond
	s := &server{wire: newWire(strings.NewReader(""), io.Discard), opts: Options{Delay: delay}, delay: delay, ctx: t.Context(), state: running, buffers: map[string]*buffer{}, encoding: utf16Units, calm: time.NewTimer(time.Hour)}
	dir := t.TempDir()
	if err := s.addFolder(uriOf(dir)); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	document := documentParams{URI: uriOf(filepath.Join(dir, "a.yml")), Text: strings.Repeat("a: b: c\n", 1000)}
	if _, err := s.didOpen(&openParams{document}); err != nil {
		t.Fatal(err)
	}
	if s.judge(); s.delay <= delay || s.delay > longestDelay {
		t.Errorf("the delay of a document that cannot be read is %s", s.delay)
	}
	if _, err := s.didChange(&changeParams{document, []contentEdit{{Text: faulty}}}); err != nil {
		t.Fatal(err)
	}
	if s.judge(); s.delay != delay {
		t.Errorf("the delay of a document that can be read is %s", s.delay)
	}
}
