package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLSP begins and ends sessions of the language server; the package languageserver
// tests what is in them.
func TestLSP(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "broken.yml"), []byte("openapi: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	frame := func(format string, args ...any) string {
		text := fmt.Sprintf(format, args...)
		return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text)
	}
	begin := frame(`{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"rootPath": %q, "capabilities": {"general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]}}}}`, dir)
	end := frame(`{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}`) + frame(`{"jsonrpc": "2.0", "method": "exit"}`)
	for _, test := range []struct {
		name, input string
		status      int
		out, err    string
	}{
		{"a session", begin + end, exitClean, `"positionEncoding":"utf-8"`, ""},
		{"no shutdown", begin, exitFindings, `"serverInfo"`, ""},
		{"cut short", begin + "Content-Length: 99\r\n\r\n{}", exitFailed, `"serverInfo"`, "a message ends after 2 of 99 bytes"},
	} {
		var out, errs strings.Builder
		status := run(t.Context(), []string{"lsp", "--stdio"}, &streams{in: strings.NewReader(test.input), out: &out, err: &errs})
		if status != test.status || !strings.Contains(out.String(), test.out) || !strings.Contains(errs.String(), test.err) || test.err == "" && errs.Len() > 0 {
			t.Errorf("%s: status %d, want %d; %s; %s", test.name, status, test.status, out.String(), errs.String())
		}
	}
}
