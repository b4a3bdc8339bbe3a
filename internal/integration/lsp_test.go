//go:build integration

package integration

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// lspWorkspace is a copy of a folder in which every kind of document is compared with
// another, and the command in a folder of its own.
func lspWorkspace(t testing.TB) (folder, command string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../languageserver/testdata/workspace")); err != nil {
		t.Fatal(err)
	}
	return folder, triallint(t)
}

// protocol returns the folder that has the library of the protocol that Visual Studio Code
// uses.
func protocol(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "lsp")
	tools.Installed(t, filepath.Join(dir, "node_modules", "vscode-languageserver-protocol", "package.json"), func() {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as public as the checkout
			t.Fatal(err)
		}
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "vscode-languageserver-protocol@3.18.5")
	})
	return dir
}

// TestLanguageServerInNeovim edits in Neovim as contrib sets it up, by what it has itself.
func TestLanguageServerInNeovim(t *testing.T) {
	dir := debian(t, "neovim", "usr/bin/nvim", "neovim", "neovim-runtime", "libluajit-5.1-2", "libluajit-5.1-common", "libmsgpackc2", "libtermkey1", "libtree-sitter0", "libunibilium4", "libuv1", "libvterm0", "lua-luv")
	folder, command := lspWorkspace(t)
	seen := filepath.Join(t.TempDir(), "seen")
	setup, err := filepath.Abs("../../contrib/neovim/triallint.lua")
	if err != nil {
		t.Fatal(err)
	}
	tools.Run(t, folder, "env", "SEEN="+seen, "HOME="+t.TempDir(), "PATH="+filepath.Dir(command)+":"+os.Getenv("PATH"), "VIMRUNTIME="+filepath.Join(dir, "usr/share/nvim/runtime"), "LD_LIBRARY_PATH="+filepath.Join(dir, "usr/lib/x86_64-linux-gnu"),
		filepath.Join(dir, "usr/bin/nvim"), "--headless", "--clean", "-n", "-c", "luafile "+setup, "-c", "luafile "+script(t, "lsp.lua"))
	got := map[string]any{}
	for line := range strings.Lines(string(load(t, seen))) {
		var one struct {
			What  string
			Value any
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		got[one.What] = one.Value
	}
	for what, want := range map[string]any{
		"said": true, "fixed": true, "described": true, "broken": true, "mended": true, "action": "Replace it by pageSize",
		"completion": []any{"query.cond", "pageSize"}, "renamed": []any{true, true}, "end": []any{true, "nil"},
	} {
		if !reflect.DeepEqual(got[what], want) {
			t.Errorf("%s is %v, want %v", what, got[what], want)
		}
	}
	for what, want := range map[string]string{"hover": "description: A condition.", "definition": "openapi.yml", "refused": "nothing here can be renamed", "symbols": "paths", "capabilities": "did you mean"} {
		if text, err := json.Marshal(got[what]); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s is %s, want %s", what, text, want)
		}
	}
}

// TestLanguageServerProtocol talks to the server by the library that Visual Studio Code
// talks by.
func TestLanguageServerProtocol(t *testing.T) {
	folder, command := lspWorkspace(t)
	out := strings.TrimSpace(tools.Run(t, folder, "node", script(t, "lsp.js"), command, folder, protocol(t)))
	if !regexp.MustCompile(`^\d{2,} tried$`).MatchString(out) {
		t.Error(out)
	}
}

// TestExtensionOfCode packages the extension for Visual Studio Code, and starts the server by
// what is in the package.
func TestExtensionOfCode(t *testing.T) {
	vsce := filepath.Join(tools.Dir(t), "vsce")
	packager := filepath.Join(vsce, "node_modules", ".bin", "vsce")
	tools.Installed(t, packager, func() {
		if err := os.MkdirAll(vsce, 0o755); err != nil { //nolint:gosec // as public as the checkout
			t.Fatal(err)
		}
		tools.Run(t, vsce, "npm", "install", "--no-audit", "--no-fund", "--prefix", vsce, "@vscode/vsce@3.9.2")
	})
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../contrib/vscode")); err != nil {
		t.Fatal(err)
	}
	tools.Run(t, dir, "npm", "install", "--omit=dev", "--no-audit", "--no-fund")
	tools.Run(t, dir, packager, "package", "--no-git-tag-version", "--no-update-package-json", "-o", "triallint.vsix")
	archive, err := zip.OpenReader(filepath.Join(dir, "triallint.vsix"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	for _, want := range []string{"extension/package.json", "extension/extension.js", "extension/readme.md", "extension/LICENSE.txt", "extension/node_modules/vscode-languageclient/package.json"} {
		if !slices.Contains(names, want) {
			t.Errorf("the package has no %s", want)
		}
	}
	unpacked := t.TempDir()
	tools.Run(t, unpacked, "python3", "-m", "zipfile", "-e", filepath.Join(dir, "triallint.vsix"), ".")
	_, command := lspWorkspace(t)
	if out := strings.TrimSpace(tools.Run(t, unpacked, "node", script(t, "lsp_extension.js"), filepath.Join(unpacked, "extension"), command, protocol(t))); out != "triallint" {
		t.Errorf("the extension starts %q", out)
	}
}
