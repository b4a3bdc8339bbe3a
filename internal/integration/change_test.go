//go:build integration

package integration

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/report"
)

const oasdiffVersion = "v1.38.0"

// oasdiff builds oasdiff's command and returns its path.
func oasdiff(t testing.TB) string {
	t.Helper()
	command := filepath.Join(tools.Dir(t), "oasdiff", "oasdiff")
	tools.Installed(t, command, func() {
		tools.Run(t, "/", "env", "GOBIN="+filepath.Dir(command), "go", "install", "github.com/oasdiff/oasdiff@"+oasdiffVersion)
	})
	return command
}

// TestChangesBesideOasdiff holds that the verdict on each change of the table,
// whether it breaks clients, is that of oasdiff, or is listed with what becomes
// of the client.
func TestChangesBesideOasdiff(t *testing.T) {
	var table struct {
		Descriptions map[string]string
		Changes      []struct{ Name, Of, Old, Now, Oasdiff, Client string }
	}
	if err := yaml.Unmarshal(load(t, "../../change/testdata/changes.yml"), &table); err != nil {
		t.Fatal(err)
	}
	command, dir := oasdiff(t), t.TempDir()
	same := 0
	for _, c := range table.Changes {
		text := table.Descriptions[c.Of]
		old, now := text, strings.Replace(text, c.Old, c.Now, 1)
		if strings.Contains(text, "SCHEMA") {
			old, now = strings.Replace(text, "SCHEMA", c.Old, 1), strings.Replace(text, "SCHEMA", c.Now, 1)
		}
		before, after := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "new.yaml")
		save(t, before, []byte(old))
		save(t, after, []byte(now))
		found, err := change.Descriptions(change.File{Name: before, Text: []byte(old)}, change.File{Name: after, Text: []byte(now)})
		if err != nil {
			t.Fatal(err)
		}
		ours := "compatible"
		if slices.ContainsFunc(found, func(f report.Finding) bool { return f.Severity == report.Error }) {
			ours = "breaks"
		}
		theirs := oasdiffVerdict(t, command, before, after)
		want := c.Oasdiff
		if want == "" {
			want = ours
			same++
		} else if c.Client == "" {
			t.Errorf("%s: the table does not say what becomes of the client", c.Name)
		}
		if theirs != want {
			t.Errorf("%s: oasdiff says %s, expected %s; ours is %s", c.Name, theirs, want, ours)
		}
	}
	if same < 100 {
		t.Errorf("%d verdicts are compared, expected 100 at least", same)
	}
	t.Logf("%d of %d verdicts are those of oasdiff %s", same, len(table.Changes), oasdiffVersion)
}

// oasdiffVerdict is "breaks" where oasdiff reports an error, else "compatible";
// "fails" where it cannot read one of the two.
func oasdiffVerdict(t *testing.T, command, old, now string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), command, "breaking", "-f", "json", old, now).Output() //nolint:gosec // what the test built
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() > 1 {
		return "fails"
	} else if err != nil && exit == nil {
		t.Fatal(err)
	}
	var changes []struct{ Level int }
	if len(out) > 0 {
		if err := json.Unmarshal(out, &changes); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	for _, c := range changes {
		if c.Level == 3 {
			return "breaks"
		}
	}
	return "compatible"
}
