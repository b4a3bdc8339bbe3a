//go:build integration

package integration

import (
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestWorkflows holds that the workflows, the action and the hooks have nothing
// wrong by actionlint, and nothing of medium severity or worse by zizmor.
func TestWorkflows(t *testing.T) {
	root := tools.Root(t)
	actionlint := filepath.Join(tools.Dir(t), "actionlint", "actionlint")
	tools.Installed(t, actionlint, func() {
		tools.Run(t, "/", "env", "GOBIN="+filepath.Dir(actionlint), "go", "install", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12")
	})
	tools.Run(t, root, actionlint)
	venv := filepath.Join(tools.Dir(t), "zizmor")
	zizmor := filepath.Join(venv, "bin", "zizmor")
	tools.Installed(t, zizmor, func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "zizmor==1.32.0")
	})
	tools.Run(t, root, zizmor, "--offline", "--quiet", "--min-severity", "medium", ".github", "action.yml", ".pre-commit-hooks.yaml")
}
