package layout

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write THIRD_PARTY.md anew")

const thirdParty = "../../THIRD_PARTY.md"

// TestThirdParty holds that THIRD_PARTY.md has each module that a command is built
// from, with its version and licence, and no other.
func TestThirdParty(t *testing.T) {
	linked := map[string][2]bool{}
	for i, command := range []string{"trialweave", "triallint"} {
		for _, versioned := range modulesOf(t, "../../cmd/"+command) {
			in := linked[versioned]
			in[i] = true
			linked[versioned] = in
		}
	}
	if len(linked) < 40 {
		t.Fatalf("%d modules are too few", len(linked))
	}
	const head = "| module | version | licence | trialweave | triallint |\n|---|---|---|---|---|\n"
	data, err := os.ReadFile(thirdParty)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), head)
	if !ok {
		t.Fatal("THIRD_PARTY.md has no table")
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	var rows strings.Builder
	for _, versioned := range slices.Sorted(maps.Keys(linked)) {
		name, version, _ := strings.Cut(versioned, " ")
		in := linked[versioned]
		fmt.Fprintf(&rows, "| %s | %s | %s | %s | %s |\n", name, version, licence(t, rest, versioned), mark(in[0]), mark(in[1]))
	}
	want := before + head + rows.String() + "\n" + after
	if *update {
		if err := os.WriteFile(thirdParty, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(data) {
		t.Error("THIRD_PARTY.md is not what the commands are built from; go test ./internal/layout -run ThirdParty -update writes it")
	}
}

func mark(linked bool) string {
	if linked {
		return "yes"
	}
	return ""
}

// modulesOf are the modules, with their versions, of the packages of a command.
func modulesOf(t *testing.T, dir string) (out []string) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", dir)
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	text, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); name != "" && name != strings.TrimSuffix(module, "/") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// licence is that of a module: as its row says, else by the words of its file.
func licence(t *testing.T, rows, versioned string) string {
	t.Helper()
	name, version, _ := strings.Cut(versioned, " ")
	row := "| " + name + " | "
	if i := strings.Index(rows, row); i >= 0 {
		cells := strings.Split(rows[i+2:], " | ")
		return cells[2]
	}
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", name+"@"+version).Output()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "LICEN[CS]E*"))
	if len(files) == 0 {
		t.Fatalf("%s has no licence", versioned)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(string(text)), " ")
	for _, known := range []struct{ says, name string }{
		{"Apache License Version 2.0", "Apache-2.0"},
		{"Neither the name", "BSD-3-Clause"},
		{"Redistribution and use in source and binary forms", "BSD-2-Clause"},
		{"Permission is hereby granted, free of charge", "MIT"},
	} {
		if strings.Contains(words, known.says) {
			return known.name
		}
	}
	t.Fatalf("%s: %s is not a known licence", versioned, files[0])
	return ""
}
