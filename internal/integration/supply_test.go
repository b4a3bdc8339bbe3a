//go:build integration

package integration

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// testBills has the validator of SPDX read the bill of materials of each archive, which
// must name each module that the binary has, and the hash of the archive.
func testBills(t *testing.T, dist string) {
	venv := filepath.Join(tools.Dir(t), "spdx")
	validator := filepath.Join(venv, "bin", "pyspdxtools")
	tools.Installed(t, validator, func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "spdx-tools==0.8.5")
	})
	for _, command := range []string{"trialweave", "triallint"} {
		archive := command + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
		bill := filepath.Join(dist, archive+".spdx.json")
		if out, err := exec.Command(validator, "-i", bill).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%.3000s", bill, err, out)
		}
		var doc struct {
			Packages []struct {
				Name      string
				Version   string `json:"versionInfo"`
				Checksums []struct {
					Value string `json:"checksumValue"`
				}
			}
		}
		if err := json.Unmarshal(load(t, bill), &doc); err != nil {
			t.Fatal(err)
		}
		named := map[string]string{}
		for _, p := range doc.Packages {
			named[p.Name] = p.Version
		}
		sum := sha256.Sum256(load(t, filepath.Join(dist, archive)))
		if len(doc.Packages) == 0 || len(doc.Packages[0].Checksums) != 1 || doc.Packages[0].Checksums[0].Value != hex.EncodeToString(sum[:]) {
			t.Errorf("%s does not have the hash of the archive", bill)
		}
		dir := t.TempDir()
		tools.Run(t, dir, "tar", "-xzf", filepath.Join(dist, archive), command)
		linked := 0
		for line := range strings.Lines(tools.Run(t, dir, "go", "version", "-m", command)) {
			if fields := strings.Fields(line); len(fields) >= 3 && fields[0] == "dep" {
				linked++
				if named[fields[1]] != fields[2] {
					t.Errorf("%s lacks %s %s", bill, fields[1], fields[2])
				}
			}
		}
		if linked < 5 || len(doc.Packages) != linked+2 {
			t.Errorf("%s has %d packages for %d modules", bill, len(doc.Packages), linked)
		}
	}
}

// testRelease holds that a release, which goreleaser makes, has each file that is made, and
// checks the sums of the same files. make snapshot runs goreleaser itself, which takes
// four CPU-minutes to compile.
func testRelease(t *testing.T, dist string) {
	type files []struct{ Glob string }
	var config struct {
		Checksum, Release struct {
			Files files `yaml:"extra_files"`
		}
	}
	if err := yaml.Unmarshal(load(t, filepath.Join(tools.Root(t), ".goreleaser.yaml")), &config); err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]files{"checksum": config.Checksum.Files, "release": config.Release.Files} {
		for file := range hashes(t, dist) {
			file = strings.TrimPrefix(file, "/")
			if file == "checksums.txt" || strings.Contains(file, "/blobs/") || strings.HasPrefix(file, "oci/") && strings.Count(file, "/") == 2 {
				continue // goreleaser makes the sums; a layout is released as one file
			}
			matches := 0
			for _, f := range list {
				if ok, err := path.Match(f.Glob, "build/packages/"+file); err != nil {
					t.Fatal(err)
				} else if ok {
					matches++
				}
			}
			if matches != 1 {
				t.Errorf("%s: %d patterns name %s", name, matches, file)
			}
		}
	}
}

// testFormulas holds that the formulas for Homebrew have the archives by their hashes,
// and install files that are in them.
func testFormulas(t *testing.T, dist string) {
	for _, command := range []string{"trialweave", "triallint"} {
		formula := string(load(t, filepath.Join(dist, "homebrew", command+".rb")))
		archive := command + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
		sum := sha256.Sum256(load(t, filepath.Join(dist, archive)))
		for _, want := range []string{"v" + packagedVersion + "/" + archive + `"`, `sha256 "` + hex.EncodeToString(sum[:]) + `"`} {
			if !strings.Contains(formula, want) {
				t.Errorf("the formula lacks %s:\n%s", want, formula)
			}
		}
		list := tools.Run(t, dist, "tar", "-tzf", archive)
		for line := range strings.Lines(formula) {
			if _, quoted, ok := strings.Cut(line, `.install "`); ok {
				if file, _, _ := strings.Cut(quoted, `"`); !strings.Contains("\n"+list, "\n"+file+"\n") {
					t.Errorf("%s is installed, and not in the archive:\n%s", file, list)
				}
			}
		}
	}
}
