//go:build integration

package integration

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestTriplesDiff holds that .ci/triples-diff names what changed where a property did, and
// nothing else.
func TestTriplesDiff(t *testing.T) {
	if !portion.Full() {
		t.Skip("it builds the command twice: make soak runs it")
	}
	copied := filepath.Join(t.TempDir(), "module")
	tools.Run(t, tools.Root(t), "sh", "-ec", `mkdir -p "$1" && git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$1"`, "sh", copied)
	git := []string{"git", "-c", "user.name=t", "-c", "user.email=t@example.org"}
	tools.Run(t, copied, "git", "init", "-q")
	tools.Run(t, copied, "git", "add", "-A")
	tools.Run(t, copied, append(git, "commit", "-qm", "one")...)
	fields := filepath.Join(copied, "mapping", "model", "fields.tsv")
	text := strings.Replace(string(load(t, fields)), "\tctg:overall_status\t", "\tctg:other_status\t", 1)
	save(t, fields, []byte(text))
	out, err := exec.Command(filepath.Join(copied, ".ci", "triples-diff"), "HEAD").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), "ns/other_status>") || !strings.Contains(string(out), "ns/overall_status>") {
		t.Errorf("%v, expected exit status 1 and the property; prints\n%s", err, out)
	}
	properties := 0
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) == 2 && strings.HasPrefix(fields[1], "<") {
			properties++
		}
	}
	if properties != 2 {
		t.Errorf("%d properties are listed, expected the old and the new one:\n%s", properties, out)
	}
}
