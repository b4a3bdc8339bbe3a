package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// remoteHost serves files on loopback, and counts requests.
func remoteHost(t *testing.T, files map[string]string) (*httptest.Server, *atomic.Int64, func(name, text string)) {
	t.Helper()
	var asked atomic.Int64
	var lock sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		lock.Lock()
		text, ok := files[r.URL.Path]
		lock.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(server.Close)
	return server, &asked, func(name, text string) {
		lock.Lock()
		defer lock.Unlock()
		files[name] = text
	}
}

// TestRemote holds that references and rulesets on other hosts are read where the
// command line allows it, that they are what the lock file has, and that no host is
// asked else.
func TestRemote(t *testing.T) {
	server, asked, change := remoteHost(t, map[string]string{
		"/schemas/pet.yml":   "Pet:\n  type: object\n  properties:\n    owner: {$ref: 'owner.yml#/Owner'}\n",
		"/schemas/owner.yml": "Owner: {type: object, properties: {name: {type: text}}}\n",
		"/rules/rules.yml":   "extends: ./base.yml\nrules: {}\n",
		"/rules/base.yml":    "rules:\n  types:\n    description: a known type\n    severity: error\n    given: $..properties[*]\n    then: {field: type, function: enumeration, functionOptions: {values: [object, string]}}\n",
	})
	dir, host := t.TempDir(), strings.TrimPrefix(server.URL, "http://")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("openapi.yml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    Pet: {$ref: '"+server.URL+"/schemas/pet.yml#/Pet'}\n    Far: {$ref: 'https://far.example.org/x.yml'}\n")
	write("rules.yml", "extends: "+server.URL+"/rules/rules.yml\n")
	t.Chdir(dir)
	cache := filepath.Join(dir, ".cache")
	call := func(want int, args ...string) string {
		t.Helper()
		var out strings.Builder
		if status := run(t.Context(), args, &streams{in: strings.NewReader(""), out: &out, err: &out}); status != want {
			t.Errorf("%v: status %d, want %d\n%s", args, status, want, &out)
		}
		return out.String()
	}
	lint := []string{"--ruleset", "rules.yml", "openapi.yml"}
	allowed := append([]string{"--allow-remote", host, "--remote-cache", cache}, lint...)
	has := func(text string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("no %q in\n%s", part, text)
			}
		}
	}
	has(call(exitFailed, lint...), "/schemas/pet.yml#/Pet\" is a remote reference, which is not followed", "remote rulesets are read with --allow-remote HOST only")
	has(call(exitFailed, allowed...), "triallint.lock has no entry for it; triallint lock adds one, and triallint lock --update")
	if n := asked.Load(); n != 0 {
		t.Fatalf("%d requests before anything was locked", n)
	}
	has(call(exitFailed, "lock"), "--allow-remote HOST names one")
	has(call(exitClean, "lock", "--ruleset", "rules.yml", "--allow-remote", host, "--remote-cache", cache), "triallint.lock: 4 entries, 4 of them new or changed", "not asked, since --allow-remote does not name them: far.example.org")
	first := text(t, "triallint.lock")
	has(first, server.URL+"/rules/base.yml\n", server.URL+"/schemas/owner.yml\n")
	n := asked.Load()
	has(call(exitFailed, allowed...), "schemas/owner.yml", "a known type  types", `"https://far.example.org/x.yml" is a remote reference, which is not followed`)
	if asked.Load() != n {
		t.Errorf("%d requests for what is kept", asked.Load()-n)
	}
	write("records.ndjson", `{"owner":{"name":1}}`+"\n")
	others := func(want int, args ...string) string {
		t.Helper()
		return call(want, append(args, "--allow-remote", host, "--remote-cache", cache)...)
	}
	has(call(exitFailed, "rules", "list", "--ruleset", "rules.yml"), "remote rulesets are read with --allow-remote HOST only")
	has(others(exitClean, "rules", "list", "--ruleset", "rules.yml"), "types  ")
	has(others(exitClean, "explain", "types", "--ruleset", "rules.yml"), "a known type")
	has(others(exitFailed, "payload", "--openapi", "openapi.yml", "--schema", "Pet", "records.ndjson"), "owner.yml", "unknown type \"text\"")
	has(call(exitFailed, "payload", "--openapi", "openapi.yml", "--schema", "Pet", "records.ndjson"), "leads to no schema")
	change("/schemas/owner.yml", "Owner: {type: object, properties: {name: {type: string}}}\n")
	if err := os.RemoveAll(cache); err != nil {
		t.Fatal(err)
	}
	has(call(exitFailed, allowed...), "owner.yml#/Owner", "expected ", "it has changed since", "triallint lock --update")
	has(call(exitFailed, "lock", "--ruleset", "rules.yml", "--allow-remote", host, "--remote-cache", cache), "it has changed since")
	if text(t, "triallint.lock") != first {
		t.Error("a lock file was written though something failed")
	}
	has(call(exitClean, "lock", "--update", "--ruleset", "rules.yml", "--allow-remote", host, "--remote-cache", cache), "4 entries, 1 of them new or changed")
	if got := call(exitFailed, allowed...); strings.Contains(got, "a known type") {
		t.Error(got)
	}
	write("rules.yml", "extends: spectral:oas\n")
	has(call(exitClean, "lock", "--update", "--allow-remote", host, "--remote-cache", cache), "2 entries, 0 of them new or changed")
	other := strings.Repeat("0", 64) + " 2026-01-31 https://far.example.org/x.yml\n"
	write("triallint.lock", text(t, "triallint.lock")+other)
	has(call(exitClean, "lock", "--update", "--allow-remote", host, "--remote-cache", cache), "not asked", "3 entries, 0 of them new or changed")
	has(text(t, "triallint.lock"), other)
	write("triallint.lock", "nothing\n")
	has(call(exitFailed, allowed...), "triallint.lock:1: expected a line")
}

func text(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLockElsewhere holds that a lock file is a file of the root: what a link leads to is
// neither read nor written.
func TestLockElsewhere(t *testing.T) {
	above := t.TempDir()
	dir := filepath.Join(above, "api")
	secret := filepath.Join(above, "secret")
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{secret: "a secret\n", filepath.Join(dir, "openapi.yml"): "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(secret, filepath.Join(dir, "triallint.lock")); err != nil {
		t.Skip("links cannot be made here:", err)
	}
	t.Chdir(dir)
	for _, args := range [][]string{{"lock", "--update"}, {"lock"}, {"lint"}} {
		var out strings.Builder
		status := run(t.Context(), append(args, "--allow-remote", "localhost:1"), &streams{in: strings.NewReader(""), out: &out, err: &out})
		if status != exitFailed || !strings.Contains(out.String(), "triallint.lock") || strings.Contains(out.String(), "secret") {
			t.Errorf("%v: status %d\n%s", args, status, &out)
		}
	}
	if got := text(t, secret); got != "a secret\n" {
		t.Errorf("written: %q", got)
	}
}
