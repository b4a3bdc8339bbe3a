package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// editor talks to triallint lsp.
type editor struct {
	t    *testing.T
	in   io.Writer
	said chan string
}

// edit begins a session in a folder.
func edit(t *testing.T, dir string, args ...string) *editor {
	t.Helper()
	in, to := io.Pipe()
	from, out := io.Pipe()
	done := make(chan int, 1)
	var errs strings.Builder
	go func() {
		done <- run(context.WithoutCancel(t.Context()), append([]string{"lsp", "--delay", "1ms"}, args...), &streams{in: in, out: out, err: &errs})
		out.Close()
		in.Close()
	}()
	e := &editor{t, to, make(chan string, 100)}
	go e.listen(from)
	t.Cleanup(func() {
		e.tell(`{"jsonrpc": "2.0", "id": 9, "method": "shutdown"}`)
		e.tell(`{"jsonrpc": "2.0", "method": "exit"}`)
		if status := <-done; status != exitClean {
			t.Errorf("the session ends with %d: %s", status, &errs)
		}
	})
	e.tell(fmt.Sprintf(`{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"rootPath": %q, "capabilities": {"textDocument": {"publishDiagnostics": {}}}}}`, dir))
	e.tell(`{"jsonrpc": "2.0", "method": "initialized", "params": {}}`)
	return e
}

func (e *editor) listen(from io.Reader) {
	defer close(e.said)
	r := bufio.NewReader(from)
	for {
		length := 0
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if value, ok := strings.CutPrefix(strings.TrimSpace(line), "Content-Length: "); ok {
				length, _ = strconv.Atoi(value)
			}
			if strings.TrimSpace(line) == "" {
				break
			}
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		e.said <- string(text)
	}
}

func (e *editor) tell(text string) {
	fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(text), text)
}

// hears waits for diagnostics that have all parts.
func (e *editor) hears(parts ...string) {
	e.t.Helper()
	last := ""
	for end := time.After(30 * time.Second); ; {
		select {
		case last = <-e.said:
			missing := 0
			for _, part := range parts {
				if !strings.Contains(last, part) {
					missing++
				}
			}
			if missing == 0 && strings.Contains(last, "publishDiagnostics") {
				return
			}
		case <-end:
			e.t.Fatalf("no diagnostics with %q; the last message is %s", parts, last)
		}
	}
}

// saved says that a file was written.
func (e *editor) saved(dir, name string) {
	e.tell(fmt.Sprintf(`{"jsonrpc": "2.0", "method": "workspace/didChangeWatchedFiles", "params": {"changes": [{"uri": "file://%s", "type": 2}]}}`, filepath.ToSlash(filepath.Join(dir, name))))
}

// TestAllowedInTheEditor runs functions in JavaScript and reads from a host where the
// command line of the language server allows it, also after the function and the lock file
// changed; and neither where it does not.
func TestAllowedInTheEditor(t *testing.T) {
	server, _, _ := remoteHost(t, map[string]string{"/pet.yml": "Pet: {type: object, properties: {name: {type: text}}}\n"})
	dir, host := t.TempDir(), strings.TrimPrefix(server.URL, "http://")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	function := func(word string) {
		write("functions/short.js", "export default (title) => title.length > 4 ? [{ message: `"+word+" ${title}` }] : [];\n")
	}
	write("openapi.yml", "openapi: 3.1.0\ninfo: {title: Pet shop, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    Pet: {$ref: '"+server.URL+"/pet.yml#/Pet'}\n")
	write(".triallint.yml", "rulesets: [{ruleset: rules.yml}]\n")
	write("rules.yml", "functions: [short, kind]\nrules:\n  kinds: {message: '{{error}}', given: $.components.schemas, then: {function: kind}}\n  short-title: {message: '{{error}}', given: $.info, then: {field: title, function: short}}\n")
	write("functions/kind.js", "export default (schemas) => schemas.Pet.type ? [{ message: `a remote ${schemas.Pet.type}` }] : [];\n")
	function("too long:")

	e := edit(t, dir)
	e.hears("which is not followed")
	e = edit(t, dir)
	e.hears("which is run with --allow-functions only")

	cache := filepath.Join(t.TempDir(), "cache")
	e = edit(t, dir, "--allow-functions", "--allow-remote", host, "--remote-cache", cache)
	e.hears("too long: Pet shop", "triallint.lock has no entry for it")
	function("longer than four:")
	e.saved(dir, "functions/short.js")
	e.hears("longer than four: Pet shop")
	t.Chdir(dir)
	if status := run(t.Context(), []string{"lock", "--allow-remote", host, "--remote-cache", cache}, &streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}); status != exitClean {
		t.Fatalf("triallint lock ends with %d", status)
	}
	e.saved(dir, "triallint.lock")
	e.hears("a remote object", "longer than four: Pet shop")
	var errs strings.Builder
	if status := run(t.Context(), []string{"lsp", "--allow-remote", "https://x/"}, &streams{in: strings.NewReader(""), out: io.Discard, err: &errs}); status != exitFailed || !strings.Contains(errs.String(), "is not a host") {
		t.Errorf("a wrong host: status %d, %s", status, &errs)
	}
}
