//go:build integration

package integration

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestBrowser uses the pages of serve as people do, in Chromium: search, facets,
// studies, terms, the editor with completion, faults, cancelling and parameters,
// each chart, exports, links, back and forward, without scripts, on 320 pixels and
// in the dark. Every page is looked at by axe, and nothing may be asked of another
// origin or said in the console. Pictures of the pages are written beside.
func TestBrowser(t *testing.T) {
	address := strings.TrimSuffix(served(t, "../../testdata/studies"), "/sparql")
	browse(t, "browser.mjs", address, "NCT99990001")
}

// TestBrowserRealStudy looks at the largest of the real studies.
func TestBrowserRealStudy(t *testing.T) {
	studies := filepath.Join(tools.Root(t), "..", "shared", "data", "ctg-studies-visible.json.zip")
	if _, err := os.Stat(studies); err != nil {
		t.Skipf("no real studies: %v", err)
	}
	address := strings.TrimSuffix(served(t, studies), "/sparql")
	browse(t, "browser_real.mjs", address, "NCT01986881")
}

// browse runs a script of ours with Playwright. It prints what is wrong.
func browse(t *testing.T, name string, args ...string) {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "browser")
	tools.Installed(t, filepath.Join(dir, "node_modules", "axe-core", "package.json"), func() {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		tools.Run(t, dir, "env", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1", "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "playwright-core@1.65.1", "axe-core@4.14.1")
	})
	// Modules are looked for beside the script.
	for _, file := range []string{"browser_tools.mjs", name} {
		save(t, filepath.Join(dir, file), load(t, script(t, file)))
	}
	if out := tools.Run(t, dir, append([]string{"node", name, chromium(t), filepath.Join(tools.Dir(t), "pictures")}, args...)...); out != "" {
		t.Error(out)
	}
}

// chromium finds a browser, or installs Debian's.
func chromium(t *testing.T) string {
	t.Helper()
	for range 2 {
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
			if path, err := exec.LookPath(name); err == nil {
				return path
			}
		}
		tools.Run(t, tools.Dir(t), "sh", "-c", "apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation")
	}
	t.Fatal("there is no chromium")
	return ""
}
