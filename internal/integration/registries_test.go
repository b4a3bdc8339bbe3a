//go:build integration

package integration

import (
	"archive/zip"
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// registries serves the packages that were made as registries do: npm's below /npm/, the
// index of Python below /simple/, and the module below /go/. They have nothing else.
func registries(t *testing.T, dist string) string {
	t.Helper()
	answers := pages{}
	server := httptest.NewServer(answers)
	t.Cleanup(server.Close)
	for _, file := range glob(t, filepath.Join(dist, "npm", "*.tgz")) {
		data := load(t, file)
		var manifest map[string]any
		if err := json.Unmarshal([]byte(tools.Run(t, dist, "tar", "-xzOf", file, "package/package.json")), &manifest); err != nil {
			t.Fatal(err)
		}
		sum := sha512.Sum512(data)
		tarball := "/npm/-/" + filepath.Base(file)
		manifest["dist"] = map[string]string{"tarball": server.URL + tarball, "integrity": "sha512-" + base64.StdEncoding.EncodeToString(sum[:])}
		page, err := json.Marshal(map[string]any{
			"name": manifest["name"], "dist-tags": map[string]string{"latest": packagedVersion}, "versions": map[string]any{packagedVersion: manifest},
		})
		if err != nil {
			t.Fatal(err)
		}
		answers["/npm/"+manifest["name"].(string)] = page //nolint:forcetypeassert // a package has a name
		answers[tarball] = data
	}
	for _, file := range glob(t, filepath.Join(dist, "wheels", "*.whl")) {
		name := filepath.Base(file)
		project, _, _ := strings.Cut(name, "-")
		answers["/simple/files/"+name] = load(t, file)
		answers["/simple/"+project+"/"] = fmt.Appendf(nil, `<!DOCTYPE html><title>%s</title><a href="/simple/files/%[2]s">%[2]s</a>`, project, html.EscapeString(name))
	}
	const module = "github.com/trialweave/trialweave"
	versions := "/go/" + module + "/@v/v" + packagedVersion
	answers["/go/"+module+"/@v/list"] = []byte("v" + packagedVersion + "\n")
	answers[versions+".info"] = []byte(`{"Version": "v` + packagedVersion + `", "Time": "2026-05-28T20:26:40Z"}`)
	answers[versions+".mod"] = load(t, filepath.Join(tools.Root(t), "go.mod"))
	answers[versions+".zip"] = moduleZip(t, module+"@v"+packagedVersion+"/")
	return server.URL
}

// pages are what a server answers, by decoded path.
type pages map[string][]byte

func (p pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, ok := p[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/") {
		w.Header().Set("Content-Type", "text/html")
	}
	_, _ = w.Write(data) // a client that leaves says so itself
}

// glob is what a pattern matches, which must be something.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s matches nothing: %v", pattern, err)
	}
	return files
}

// moduleZip is the module as a proxy of Go has it: the files of the checkout but those of
// modules within it.
func moduleZip(t *testing.T, prefix string) []byte {
	t.Helper()
	root := tools.Root(t)
	names := strings.Split(strings.TrimSuffix(tools.Run(t, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"), "\x00"), "\x00")
	var inner []string
	for _, name := range names {
		if path.Base(name) == "go.mod" && name != "go.mod" {
			inner = append(inner, path.Dir(name)+"/")
		}
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
next:
	for _, name := range names {
		for _, dir := range inner {
			if strings.HasPrefix(name, dir) {
				continue next
			}
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Create(prefix + name)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
