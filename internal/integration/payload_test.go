//go:build integration

package integration

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestPayloadCPU holds that comparing real studies with their description takes
// at most a CPU-second for 50 MB of JSON, as a whole process.
func TestPayloadCPU(t *testing.T) {
	description := "../../../shared/data/oas/ctg-oas-v2-2.0.5.yaml"
	studies := "../../../shared/data/ctg-studies-visible.json.zip"
	if _, err := os.Stat(studies); err != nil {
		t.Skipf("the studies are not at hand: %v", err)
	}
	triallint := triallint(t)
	took := time.Hour
	for range 3 {
		cmd := exec.CommandContext(t.Context(), triallint, "payload", "--openapi", description, studies)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "2309 records, 71.6 MB") {
			t.Fatalf("%v\n%.2000s", err, out)
		}
		took = min(took, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	rate := 71.6 / took.Seconds()
	t.Logf("%.2f CPU seconds, %.0f MB of JSON for each, from the bulk ZIP", took.Seconds(), rate)
	if rate < 50 {
		t.Errorf("%.0f MB of JSON a CPU-second, want 50", rate)
	}
}
