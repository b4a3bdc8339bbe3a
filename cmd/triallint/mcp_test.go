//go:build !lean

package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/mcpclient"
)

const mcpDescription = `openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      summary: The pets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        "200":
          description: pets
          content:
            application/json:
              schema: {type: object, properties: {name: {type: string}}}
    post:
      operationId: createPet
      responses:
        "201": {$ref: 'parts.yml#/Created'}
`

const mcpRules = `rules:
  post-summary:
    description: Operations have a summary
    message: "{{error}}"
    severity: error
    given: $.paths[*][get,post]
    then: {field: summary, function: truthy}
`

// mcpFolder is a folder for the tools, beside which is a secret.
func mcpFolder(t *testing.T) string {
	t.Helper()
	above := t.TempDir()
	root := filepath.Join(above, "api")
	for name, text := range map[string]string{
		"api/openapi.yml": mcpDescription, "api/rules.yml": mcpRules, "api/parts.yml": "Created: {description: made}\n",
		"api/.triallint.yml": "rulesets: [{ruleset: rules.yml}]\n", "secret.yml": "openapi: 3.1.0\ninfo: {title: a secret}\npaths: {}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(above, name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(above, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(above, "secret.yml"), filepath.Join(root, "link.yml")); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestMCPTools calls every tool by a client of the SDK, in this process.
func TestMCPTools(t *testing.T) {
	root := mcpFolder(t)
	tools, err := openTools(root)
	if err != nil {
		t.Fatal(err)
	}
	session := mcpclient.InProcess(t, tools.server(time.Minute).MCP)
	listed, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{}
	for _, tt := range []struct {
		tool string
		in   map[string]any
		want []string
		fail bool
	}{
		{"lint_files", nil, []string{`"rule":"post-summary"`, `"line":16`, `"pointer":"/paths/~1pets/post"`, `"error":1`}, false},
		{"lint_files", map[string]any{"paths": []string{"openapi.yml"}, "ruleset": "spectral:oas", "limit": 2}, []string{`"total":`, `"rule":"info-contact"`}, false},
		{"lint_files", map[string]any{"severity": "none"}, []string{"severity"}, true},
		{"lint_files", map[string]any{"paths": []string{"nothing.yml"}}, []string{"nothing.yml: no such file or folder"}, true},
		{"lint_files", map[string]any{"paths": []string{"../secret.yml"}}, []string{"outside of the root"}, true},
		{"lint_files", map[string]any{"paths": []string{"link.yml"}}, []string{"link.yml"}, true},
		{"lint_files", map[string]any{"ruleset": "../rules.yml"}, []string{"outside of the root"}, true},
		{"lint_files", map[string]any{"ruleset": "none.yml"}, []string{"none.yml: no such file"}, true},
		{"lint_text", map[string]any{"text": mcpDescription, "name": "new/openapi.yml"}, []string{`"file":"new/openapi.yml"`, `post-summary`, `"rule":"invalid-ref"`}, false},
		{"lint_text", map[string]any{"text": strings.Replace(mcpDescription, "parts.yml", "../secret.yml", 1)}, []string{`invalid-ref`}, false},
		{"lint_text", map[string]any{"text": "a: [", "name": "x.yml"}, []string{`"unchecked":[{"file":"x.yml"`}, false},
		{"explain", map[string]any{"rule": "post-summary", "file": "openapi.yml", "line": 16}, []string{`"description":"Operations have a summary"`, `"fires":[{"column":10`}, false},
		{"explain", map[string]any{"rule": "post-summary", "file": "openapi.yml", "line": 2}, []string{`"silent":"`}, false},
		{"explain", map[string]any{"rule": "payload-enum"}, []string{"Values of an enumeration are listed"}, false},
		{"explain", map[string]any{"rule": "nothing"}, []string{`no rule or check is named \"nothing\"`}, true},
		{"list_rules", map[string]any{"words": "summary"}, []string{`"total":1`, `"from":"rules.yml:2"`}, false},
		{"list_rules", map[string]any{"ruleset": "spectral:oas", "offset": 3, "limit": 1}, []string{`"rules":[{`}, false},
		{"prove_rule", map[string]any{"rule": "post-summary"}, []string{`"verdict":"proven"`, `"firesOn":"{`, `"quietOn":"{`}, false},
		{"prove_rule", map[string]any{"rule": "none"}, []string{`no rule is named`}, true},
		{"propose_fixes", map[string]any{"text": strings.Replace(mcpDescription, "parts.yml#/Created", "parts.yml#/Creatde", 1)}, []string{`"patch":"`}, false},
		{"propose_fixes", map[string]any{"name": "capabilities.yml", "text": "provider: p\ncapabilities:\n- id: find\n  operationRef: openapis.yml#/paths/~1pets/get\n  inputs: [limit]\n"}, []string{`+  operationRef: openapi.yml#/paths/~1pets/get`}, false},
		{"propose_fixes", map[string]any{"paths": []string{"/etc"}}, []string{"outside of the root"}, true},
		{"operation", map[string]any{"operation": "POST /pets"}, []string{`"operationId":"createPet"`, `"line":16`, `"findings":[{"column":10`, `operationId: createPet\n`}, false},
		{"operation", map[string]any{"operation": "listPets"}, []string{`"parameters":["limit"]`, `"properties":["name"]`, `"findings":[]`}, false},
		{"operation", map[string]any{"operation": "GET /cats"}, []string{"GET /pets listPets"}, true},
	} {
		called[tt.tool] = true
		got, failed := mcpclient.Call(t, session, tt.tool, tt.in)
		if tt.fail {
			got = strings.ReplaceAll(got, `"`, `\"`)
		}
		for _, want := range tt.want {
			if failed != tt.fail || !strings.Contains(got, want) {
				t.Errorf("%s %v: %t %.3000s, want %s", tt.tool, tt.in, failed, got, want)
			}
		}
		if strings.Contains(got, "a secret") {
			t.Errorf("%s %v: %s", tt.tool, tt.in, got)
		}
	}
	for _, tool := range listed.Tools {
		if !called[tool.Name] || tool.OutputSchema == nil || !tool.Annotations.ReadOnlyHint {
			t.Errorf("the tool %s is not called, or not described", tool.Name)
		}
	}
}

// TestMCPAllowed holds that tools run functions in JavaScript, and read from a host, where
// the command line allows it, and neither else.
func TestMCPAllowed(t *testing.T) {
	server, _, _ := remoteHost(t, map[string]string{"/pet.yml": "Pet: {type: object}\n"})
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "functions"), 0o750); err != nil {
		t.Fatal(err)
	}
	write("openapi.yml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    Pet: {$ref: '"+server.URL+"/pet.yml#/Pet'}\n")
	write(".triallint.yml", "rulesets: [{ruleset: rules.yml}]\n")
	write("rules.yml", "functions: [kind]\nrules:\n  kinds: {message: '{{error}}', given: $.components.schemas, then: {function: kind}}\n")
	write("functions/kind.js", "export default (schemas) => schemas.Pet.type ? [{ message: `a remote ${schemas.Pet.type}` }] : [];\n")
	call := func(c *mcpCmd, tool string, in map[string]any) string {
		t.Helper()
		c.Root = root
		if err := c.allowing.open(); err != nil {
			t.Fatal(err)
		}
		defer c.allowing.close()
		tools, err := c.tools(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := mcpclient.Call(t, mcpclient.InProcess(t, tools.server(time.Minute).MCP), tool, in)
		return answer
	}
	answer := call(&mcpCmd{}, "lint_files", nil)
	for _, want := range []string{"which is run with --allow-functions only", "which is not followed"} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %q in %s", want, answer)
		}
	}
	host := strings.TrimPrefix(server.URL, "http://")
	t.Chdir(root)
	if status := run(t.Context(), []string{"lock", "--allow-remote", host, "--remote-cache", filepath.Join(root, ".cache")}, &streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}); status != exitClean {
		t.Fatalf("triallint lock ends with %d", status)
	}
	allowed := func() *mcpCmd {
		return &mcpCmd{allowing: allowing{AllowFunctions: true, reaching: reaching{AllowRemote: []string{host}, RemoteCache: filepath.Join(root, ".cache")}}}
	}
	for tool, in := range map[string]map[string]any{"lint_files": nil, "lint_text": {"text": "openapi: 3.1.0\ncomponents: {schemas: {Pet: {$ref: '" + server.URL + "/pet.yml#/Pet'}}}\n"}} {
		if answer := call(allowed(), tool, in); !strings.Contains(answer, "a remote object") {
			t.Errorf("%s: %s", tool, answer)
		}
	}
	if answer := call(allowed(), "prove_rule", map[string]any{"rule": "kinds"}); !strings.Contains(answer, `"verdict":"`) || strings.Contains(answer, "allow-functions") {
		t.Errorf("prove_rule: %s", answer)
	}
}

// TestMCPProcess talks to the command as a child process, which ends with its input
// and on SIGTERM, and writes nothing but messages.
func TestMCPProcess(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "triallint")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	root := mcpFolder(t)
	command := exec.CommandContext(t.Context(), program, "mcp", "--root", root)
	session := mcpclient.Start(t, command)
	if got, failed := mcpclient.Call(t, session, "lint_files", nil); failed || !strings.Contains(got, `"rule":"post-summary"`) {
		t.Errorf("%t %s", failed, got)
	}
	if err := session.Close(); err != nil {
		t.Errorf("with its input closed: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	killed := exec.CommandContext(ctx, program, "mcp", "--root", root)
	in, err := killed.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := killed.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n"
	if _, err := io.WriteString(in, hello); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 20)
	if _, err := io.ReadFull(out, first); err != nil || !strings.HasPrefix(string(first), `{"jsonrpc":"2.0"`) {
		t.Fatalf("%q, %v", first, err)
	}
	if err := killed.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out)
	if err := killed.Wait(); ctx.Err() != nil {
		t.Errorf("SIGTERM does not end it: %v", err)
	}
}

// TestToolsRunInTheEngineOfTheConfiguration holds that tools take the engine that
// .triallint.yml names: an unknown one is an error, and not passed over.
func TestToolsRunInTheEngineOfTheConfiguration(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{".triallint.yml": "engine: vacuum\n", "api.yml": "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, err := openWorkspace(root, []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, options, err := (&tools{root: root}).corpus(w)
	if _, there := rulesetEngine("vacuum", ruleTimeout); there != nil {
		if err == nil {
			t.Error("an engine that is not in this build is passed over")
		}
		return
	}
	if err != nil || options.RunBy == nil {
		t.Errorf("the engine is %v: %v", options, err)
	}
}
