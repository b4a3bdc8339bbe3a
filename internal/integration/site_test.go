//go:build integration

package integration

import (
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestSite looks at pages of the documentation in Chromium, as files and without a
// network: with axe, on a telephone and on a desk, in the light and in the dark; and
// searches.
func TestSite(t *testing.T) {
	site := filepath.Join(t.TempDir(), "site")
	tools.Run(t, tools.Root(t), "go", "run", "./internal/site", "-o", site)
	browse(t, "browser_site.mjs", "file://"+site)
}
