package languageserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// client is an editor: it talks to a server over pipes and keeps what it says.
type client struct {
	t    *testing.T
	dir  string
	wire *wire
	stop context.CancelFunc
	done chan error
	in   chan *message
	ids  int
	// texts and versions are the open documents, found the diagnostics by file.
	texts    map[string]string
	versions map[string]int
	found    map[string]diagnosticsParams
	shown    []string
}

// clientCapabilities is what the editor says that it can do.
const clientCapabilities = `{"general": {"positionEncodings": [%q]}, "workspace": {"workspaceEdit": {"documentChanges": true}}, "textDocument": {"publishDiagnostics": {"relatedInformation": true}, "documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}}`

// open starts a server on a folder with some files.
func open(t *testing.T, files map[string]string, enc encoding) *client {
	t.Helper()
	c := start(t)
	for name, text := range files {
		c.save(name, text)
	}
	var out struct {
		Capabilities struct {
			Encoding encoding `json:"positionEncoding"`
		} `json:"capabilities"`
	}
	c.call("initialize", json.RawMessage(fmt.Sprintf(`{"workspaceFolders": [{"uri": %q, "name": "test"}], "capabilities": `+clientCapabilities+`}`, uriOf(c.dir), enc)), &out)
	if out.Capabilities.Encoding != enc {
		t.Fatalf("the encoding is %q, want %q", out.Capabilities.Encoding, enc)
	}
	c.tell("initialized", struct{}{})
	return c
}

// start starts a server that is not initialized.
func start(t *testing.T) *client {
	t.Helper()
	return startWith(t, &Options{Delay: 20 * time.Millisecond})
}

func startWith(t *testing.T, opts *Options) *client {
	t.Helper()
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	c := &client{
		t: t, dir: t.TempDir(), wire: newWire(fromServer, toServer), stop: stop, done: make(chan error, 1), in: make(chan *message, 1000),
		texts: map[string]string{}, versions: map[string]int{}, found: map[string]diagnosticsParams{},
	}
	go func() {
		c.done <- Serve(ctx, fromClient, toClient, opts)
		_ = toClient.Close()
		_ = fromClient.Close()
	}()
	go func() {
		defer close(c.in)
		for {
			m, err := c.wire.read()
			if err != nil {
				return
			}
			c.in <- m
		}
	}()
	t.Cleanup(func() {
		stop()
		_ = toServer.Close()
	})
	return c
}

func (c *client) save(name, text string) {
	c.t.Helper()
	file := filepath.Join(c.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) uri(name string) string {
	return uriOf(filepath.Join(c.dir, filepath.FromSlash(name)))
}

func (c *client) tell(method string, params any) {
	c.t.Helper()
	if err := c.wire.notify(method, params); err != nil {
		c.t.Fatal(err)
	}
}

// next is the next message of the server that is not a diagnostic.
func (c *client) next(wait time.Duration) *message {
	c.t.Helper()
	deadline := time.After(wait)
	for {
		select {
		case m, ok := <-c.in:
			if !ok {
				return nil
			}
			switch m.Method {
			case "textDocument/publishDiagnostics":
				var p diagnosticsParams
				if err := json.Unmarshal(m.Params, &p); err != nil {
					c.t.Fatal(err)
				}
				name, err := filepath.Rel(c.dir, mustFile(c.t, p.URI))
				if err != nil {
					c.t.Fatal(err)
				}
				c.found[filepath.ToSlash(name)] = p
			case "window/showMessage":
				c.shown = append(c.shown, string(m.Params))
			default:
				return m
			}
		case <-deadline:
			return nil
		}
	}
}

func mustFile(t *testing.T, uri string) string {
	t.Helper()
	file, ok := fileOf(uri)
	if !ok {
		t.Fatalf("%q is not the address of a file", uri)
	}
	return file
}

// call sends a request and reads its result; the error is that of the server.
func (c *client) try(method string, params, result any) *responseError {
	c.t.Helper()
	text, err := json.Marshal(params)
	if err != nil {
		c.t.Fatal(err)
	}
	c.ids++
	id := fmt.Sprint(c.ids)
	if err := c.wire.write(&message{ID: json.RawMessage(id), Method: method, Params: text}); err != nil {
		c.t.Fatal(err)
	}
	for {
		m := c.next(30 * time.Second)
		switch {
		case m == nil:
			c.t.Fatalf("%s has no answer", method)
		case string(m.ID) != id:
			continue
		case m.Error != nil:
			return m.Error
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				c.t.Fatalf("%s: %v: %s", method, err, m.Result)
			}
		}
		return nil
	}
}

func (c *client) call(method string, params, result any) {
	c.t.Helper()
	if err := c.try(method, params, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) didOpen(name, text string) {
	c.t.Helper()
	c.texts[name], c.versions[name] = text, 1
	c.tell("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "languageId": "yaml", "version": 1, "text": text}})
}

// edit replaces a part of an open document.
func (c *client) edit(name string, enc encoding, from, to int, with string) {
	c.t.Helper()
	text := c.texts[name]
	c.versions[name]++
	c.tell("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": c.uri(name), "version": c.versions[name]},
		"contentChanges": []contentEdit{{Range: &span{positionOf(enc, text, from), positionOf(enc, text, to)}, Text: with}},
	})
	c.texts[name] = text[:from] + with + text[to:]
}

// positionOf is the position of a byte.
func positionOf(enc encoding, text string, at int) position {
	p := position{}
	for start := 0; ; p.Line++ {
		line, next := lineAt(text, start)
		if next < 0 || at < next {
			p.Character = enc.units(line[:min(at-start, len(line))])
			return p
		}
		start = next
	}
}

// settled waits until the server has judged the last version of every open document.
func (c *client) settled() {
	c.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		current := true
		for name, version := range c.versions {
			p := c.found[name]
			current = current && p.Version != nil && *p.Version == version
		}
		if c.next(50*time.Millisecond) == nil && current {
			return
		}
	}
	c.t.Fatalf("the server does not come to rest; it said %v", maps.Collect(maps.All(c.found)))
}
