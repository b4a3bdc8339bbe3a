package formats_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/report/formats"
)

// script does what a reader does: it asks for one rule, leaves a severity out,
// and opens the finding that is left.
const script = `
by("rule").value = "contact";
document.querySelector(".sev-box[value=warn]").checked = false;
document.querySelector("form").dispatchEvent(new Event("input", {bubbles: true}));
const left = [...document.querySelectorAll("details")].filter(d => !d.hidden);
left[0].querySelector("summary").click();
document.title = left.length + " left, " + by("shown").textContent + ", open " + left[0].open + ", " + left[0].querySelector("pre").textContent.includes("info:");
</script>`

// TestHTMLInBrowser filters the page and opens a finding in a real browser.
func TestHTMLInBrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium: the HTML report was not tried in a browser")
	}
	r, opts := sample()
	var b bytes.Buffer
	if err := formats.Write(&b, formats.HTML, r, opts); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	page := strings.Replace(b.String(), "</script>", script, 1)
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Skipf("chromium did not run: %v", err)
	}
	if want := "<title>1 left, 1 shown, open true, true</title>"; !strings.Contains(string(out), want) {
		title, _, _ := strings.Cut(string(out), "<style>")
		t.Errorf("the page says %q, want %s", title[max(len(title)-200, 0):], want)
	}
}
