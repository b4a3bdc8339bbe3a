package lint_test

import (
	"os"
	"strings"
	"testing"
)

// TestVacuumOAS holds that vacuum:oas is vacuum's set and not Spectral's, and
// that its findings have paths that exist.
func TestVacuumOAS(t *testing.T) {
	r := lintText(t, "extends: vacuum:oas\n", small)
	if len(r.Unchecked) > 0 || !fires(r, "oas3-missing-example") && !fires(r, "component-description") && !fires(r, "operation-operationId") {
		t.Errorf("findings %v, unchecked %v", r.Findings, r.Unchecked)
	}
	for _, f := range r.Findings {
		if len(f.Path) > 0 && f.Path[0] == "contact" {
			t.Errorf("%s has vacuum's path %v", f.Rule, f.Path)
		}
	}
	r = lintText(t, "extends: vacuum:nope\n", small)
	if !names(r.Unchecked, "vacuum:nope", "vacuum:oas") {
		t.Errorf("unchecked %v", r.Unchecked)
	}
}

// TestPinnedTogether guards the versions that compile with each other: vacuum
// builds with this libopenapi and with no other.
func TestPinnedTogether(t *testing.T) {
	text, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, pin := range []string{
		"github.com/daveshanley/vacuum v0.30.3", "github.com/pb33f/libopenapi v0.38.7", "github.com/pb33f/jsonpath v0.8.3",
		"github.com/pb33f/libopenapi-validator v0.13.13", "github.com/pb33f/doctor v0.0.80",
	} {
		if !strings.Contains(string(text), pin) {
			t.Errorf("go.mod has not %s: these five are bumped together or not at all", pin)
		}
	}
}
