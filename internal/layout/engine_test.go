package layout

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mostOfEngine bounds the packages that the engine for rulesets is built from, those of
// the standard library with them.
const mostOfEngine = 130

// TestTheEngineIsLight holds that who runs rulesets in a program of their own links
// neither vacuum, nor its kin, nor a network.
func TestTheEngineIsLight(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "../../ruleset")
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	text, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(text))
	if !slices.Contains(packages, strings.TrimSuffix(module, "/")+"/ruleset") {
		t.Fatalf("go list says %q", packages)
	}
	if n := len(packages); n >= mostOfEngine {
		t.Errorf("the engine is built from %d packages, expected fewer than %d", n, mostOfEngine)
	}
	for _, p := range packages {
		if p == "net" || p == "net/http" || p == "os/exec" || strings.HasPrefix(p, "github.com/daveshanley/") || strings.HasPrefix(p, "github.com/pb33f/") {
			t.Errorf("the engine reaches %s", p)
		}
	}
}
