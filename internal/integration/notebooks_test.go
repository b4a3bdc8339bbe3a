//go:build integration

package integration

import (
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// testNotebooks runs the notebooks with the module that the wheels install: each cell
// gives what the notebook shows. With -update-pages it is written into them.
func testNotebooks(t *testing.T, dist string) {
	venv := filepath.Join(tools.Dir(t), "notebooks")
	python := filepath.Join(venv, "bin", "python")
	tools.Installed(t, filepath.Join(venv, "installed"), func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), python, "-m", "pip", "install", "-q", "nbclient==0.11.0", "ipykernel==7.4.0")
		save(t, filepath.Join(venv, "installed"), nil)
	})
	tools.Run(t, tools.Dir(t), python, "-m", "pip", "install", "-q", "--no-index", "--force-reinstall", "--find-links", filepath.Join(dist, "wheels"), "trialweave")
	notebooks, err := filepath.Glob(filepath.Join(tools.Root(t), "examples", "notebooks", "*.ipynb"))
	if err != nil || len(notebooks) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	for _, notebook := range notebooks {
		args := []string{python, script(t, "notebook.py"), notebook, t.TempDir()}
		if *updatePages {
			args = append(args, "write")
		}
		if out := tools.Run(t, t.TempDir(), args...); out != "" {
			t.Errorf("%s: %s", filepath.Base(notebook), out)
		}
	}
}
