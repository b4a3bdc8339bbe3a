package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// planted is a repository with one fault: the line that it is in, as it was
// and as it is.
type planted struct {
	file, was, is string
}

// names are the words that the names of planted repositories are made of.
var names = []string{"Invoice", "Customer", "Payment", "Shipment", "Warehouse", "Refund", "Account", "Balance", "Contract", "Delivery", "Employee", "Forecast"}

// repositoryFor writes a repository of an index, a description and
// capabilities, all different by the seed, and returns its files.
func repositoryFor(r *rand.Rand) map[string]string {
	words := r.Perm(len(names))[:5]
	var paths, schemas, capabilities strings.Builder
	for _, w := range words {
		name := names[w]
		lower := strings.ToLower(name)
		fmt.Fprintf(&paths, "  /%ss/{%sId}:\n    get:\n      operationId: get%s\n      parameters:\n        - {name: %sId, in: path, required: true, schema: {type: string}}\n        - {name: pageNumber, in: query, schema: {type: integer}}\n      responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/%sDocument'}}}}}\n", lower, lower, name, lower, name)
		fmt.Fprintf(&schemas, "    %sDocument: {type: object, properties: {%sName: {type: string}}}\n", name, lower)
		fmt.Fprintf(&capabilities, "  - id: %s.get\n    name: Get\n    description: Gets one.\n    api: 'shop:%s'\n    operationRef: 'openapi/%s.yml#/paths/~1%ss~1%%7B%sId%%7D/get'\n    inputs:\n      - %sId\n      - pageNumber\n    outputs:\n      - %sName\n", lower, strings.ToLower(names[words[0]]), strings.ToLower(names[words[0]]), lower, lower, lower, lower)
	}
	main := strings.ToLower(names[words[0]])
	return map[string]string{
		"openapi/" + main + ".yml": "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\nservers: [{url: 'https://shop.example'}]\npaths:\n" + paths.String() + "components:\n  schemas:\n" + schemas.String(),
		"capabilities/shop.yml":    "provider: shop\ncapabilities:\n" + capabilities.String(),
		"apis.yml":                 "aid: shop\nname: Shop\nspecificationVersion: '0.23'\napis:\n  - aid: 'shop:" + main + "'\n    name: Shop\n    properties:\n      - {type: OpenAPI, url: openapi/" + main + ".yml}\n      - {type: Capabilities, url: capabilities/shop.yml}\n",
		"none.yml":                 "rules: {}\n",
		".triallint.yml":           "rulesets: [none.yml]\nexclude: [none.yml]\n",
	}
}

// plant puts one fault into a name of the repository.
func plant(r *rand.Rand, files map[string]string) planted {
	kinds := []struct{ file, before, after string }{
		{"openapi/", "$ref: '#/components/schemas/", "'"}, {"capabilities/", "      - ", "\n"}, {"capabilities/", "api: 'shop:", "'"},
		{"capabilities/", "operationRef: 'openapi/", ".yml"}, {"capabilities/", ".yml#/paths/~1", "~1"}, {"apis.yml", "OpenAPI, url: openapi/", ".yml"},
	}
	kind := kinds[r.IntN(len(kinds))]
	for file, text := range files {
		if !strings.HasPrefix(file, kind.file) {
			continue
		}
		var at []int
		for i := 0; ; {
			j := strings.Index(text[i:], kind.before)
			if j < 0 {
				break
			}
			i += j + len(kind.before)
			at = append(at, i)
		}
		from := at[r.IntN(len(at))]
		to := from + strings.Index(text[from:], kind.after)
		wrong := misspelt(r, text[from:to])
		files[file] = text[:from] + wrong + text[to:]
		return planted{file, lineAt(text, from), lineAt(files[file], from)}
	}
	return planted{}
}

func lineAt(text string, at int) string {
	start := strings.LastIndexByte(text[:at], '\n') + 1
	return text[start : start+strings.IndexByte(text[start:], '\n')]
}

// misspelt is a name with one slip, or another name altogether.
func misspelt(r *rand.Rand, name string) string {
	i := 1 + r.IntN(len(name)-2)
	switch r.IntN(6) {
	case 0:
		return name[:i] + name[i+1:]
	case 1:
		return name[:i] + string(name[i]) + name[i:]
	case 2:
		return name[:i] + "q" + name[i+1:]
	case 3:
		return name[:i-1] + string(name[i]) + string(name[i-1]) + name[i+1:]
	case 4:
		return strings.ToUpper(name[:1]) + name[1:]
	}
	return "other" + name[len(name)/2:]
}

// TestPlantedFaults holds that most repositories with one planted fault are
// repaired, none is repaired wrongly, and a second run changes nothing.
func TestPlantedFaults(t *testing.T) {
	const seed = 20261129
	count := portion.Count(25, 200)
	r := rand.New(rand.NewPCG(seed, 1))
	repaired, same, left := 0, 0, 0
	for n := range count {
		dir := t.TempDir()
		files := repositoryFor(r)
		fault := plant(r, files)
		for name, text := range files {
			file := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if fault.was == fault.is {
			same++
			continue
		}
		patch := fixOutput(t, dir)
		switch {
		case patch == "":
			left++
			continue
		case !mends(patch, fault):
			t.Errorf("%d: %s: %q became %q, and fix writes\n%s", n, fault.file, fault.was, fault.is, patch)
		default:
			repaired++
		}
		git := exec.Command("git", "apply", "-")
		git.Dir, git.Stdin = dir, strings.NewReader(patch)
		if text, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v\n%s", err, text)
		}
		if again := fixOutput(t, dir); again != "" {
			t.Errorf("%d: a second run writes\n%s", n, again)
		}
		for _, f := range lintJSON(t, dir).Findings {
			if strings.HasPrefix(f.File, "overlays/") {
				t.Errorf("%d: what fix wrote is not clean: %s: %s", n, f.Rule, f.Message)
			}
		}
	}
	t.Logf("seed %d: %d faults repaired, %d left alone, %d were none", seed, repaired, left, same)
	if repaired < count*2/3 {
		t.Errorf("only %d of %d faults are repaired", repaired, count)
	}
}

// mends reports whether a patch writes what was there before the fault.
func mends(patch string, fault planted) bool {
	if !strings.HasPrefix(fault.file, "openapi/") {
		return strings.Contains(patch, "+"+fault.was+"\n") && strings.Contains(patch, "-"+fault.is+"\n")
	}
	_, ref, _ := strings.Cut(fault.was, "$ref: ")
	ref, _, _ = strings.Cut(ref, "}")
	return strings.Count(patch, "$ref: ") == 1 && strings.Contains(patch, "$ref: "+ref)
}

// fixOutput is what fix writes within a folder.
func fixOutput(t *testing.T, dir string) string {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	defer t.Chdir(here)
	var out, complaints bytes.Buffer
	if status := run(context.Background(), []string{"fix"}, &streams{in: &bytes.Buffer{}, out: &out, err: &complaints}); status != exitClean {
		t.Fatalf("exit status %d: %s", status, &complaints)
	}
	return out.String()
}
