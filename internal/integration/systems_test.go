//go:build integration

package integration

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// system is the root of a system that has nothing of ours, in a folder.
type system struct {
	root string
	dir  string   // where commands run
	user []string // whom they run as: flags of unshare
}

// bare unpacks a minimal Debian, which mmdebstrap makes once, with some more packages.
func bare(t *testing.T, suite string, more ...string) system {
	t.Helper()
	archive := filepath.Join(tools.Dir(t), strings.Join(append([]string{"system", suite}, more...), "-")+".tar")
	maker := filepath.Join(debian(t, "mmdebstrap", "usr/bin/mmdebstrap", "mmdebstrap"), "usr/bin/mmdebstrap")
	tools.Installed(t, archive, func() {
		tools.Run(t, tools.Dir(t), maker, "--quiet", "--variant=minbase", "--include="+strings.Join(more, ","), suite, strings.TrimSuffix(archive, ".tar")+".part.tar")
		tools.Run(t, tools.Dir(t), "mv", strings.TrimSuffix(archive, ".tar")+".part.tar", archive)
	})
	s := system{root: t.TempDir(), dir: "work"}
	tools.Run(t, s.root, "tar", "--no-same-owner", "--exclude=./dev/*", "-xf", archive)
	return s
}

// run runs a command in a system, without a network.
func (s system) run(t *testing.T, args ...string) string {
	t.Helper()
	return tools.Run(t, s.root, append(s.within(t), args...)...)
}

// within is what comes before a command that is to run in the system.
func (s system) within(t *testing.T) []string {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(s.root, s.dir), 0o755); err != nil { //nolint:gosec // others run there, too
		t.Fatal(err)
	}
	out := []string{"env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/root/.local/bin", "HOME=/root", "TMPDIR=/tmp", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "/usr/bin/unshare", "--net"}
	if os.Getuid() != 0 {
		out = append(out, "--map-root-user") // as nearly root as a user can be
	} else {
		out = append(out, s.user...)
	}
	return append(out, "--root="+s.root, "--wd=/"+s.dir)
}

// files are the names of all files and of the folders that have our name, but for what
// the managers of packages keep for themselves. Other folders are of the system.
func (s system) files(t *testing.T) map[string]bool {
	t.Helper()
	own := []string{"dev", "var/lib/dpkg", "var/lib/apt", "var/lib/rpm", "var/lib/dnf", "var/cache", "var/log", "tmp", "work", "root/.rpmdb", "root/.npm", "root/.cache", "root/.local/state", "root/.local/share/pipx", "root/.local/pipx"}
	out := map[string]bool{}
	err := filepath.WalkDir(s.root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.root, path)
		if slices.Contains(own, filepath.ToSlash(name)) && e.IsDir() {
			return filepath.SkipDir
		}
		if !e.IsDir() || strings.Contains(e.Name(), "trial") {
			out[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// installs has a system install both commands in a way of its own, which work there, and
// remove them: nothing is left.
func (s system) installs(t *testing.T, packages []string, install, remove []string, expected ...string) {
	t.Helper()
	for _, file := range packages {
		save(t, filepath.Join(s.root, "tmp", filepath.Base(file)), load(t, file))
	}
	before := s.files(t)
	s.run(t, "sh", "-ec", strings.Join(install, "\n"))
	after := s.files(t)
	for _, file := range expected {
		if !after[file] {
			t.Errorf("%s is not installed", file)
		}
	}
	worksIn(t, filepath.Join(s.root, s.dir), func(args ...string) string { return s.run(t, args...) }, "trialweave", "triallint")
	s.run(t, "sh", "-ec", strings.Join(remove, "\n"))
	for file := range s.files(t) {
		if !before[file] {
			t.Errorf("%s is left after the packages were removed", file)
		}
	}
}

// testSystems installs each package by its own means in a minimal Debian, and in all of
// make soak also in the next one and with the managers of other systems.
func testSystems(t *testing.T, dist string) {
	files := func(pattern string) []string { return glob(t, filepath.Join(dist, pattern)) }
	shared := []string{"usr/bin/trialweave", "usr/share/man/man1/triallint.1.gz", "usr/share/bash-completion/completions/trialweave", "usr/share/fish/vendor_completions.d/triallint.fish"}
	for _, suite := range portion.Of([]string{"bookworm", "trixie"}, 1) {
		t.Run(suite, func(t *testing.T) {
			s := bare(t, suite, "rpm")
			s.installs(t, files("*.deb"), []string{"apt-get install -y -qq /tmp/*.deb"}, []string{"apt-get purge -y -qq trialweave triallint"},
				append(shared, "usr/share/doc/trialweave/copyright", "usr/share/zsh/vendor-completions/_triallint")...)
			s.installs(t, files("*.rpm"), []string{"rpm -i /tmp/*.rpm"}, []string{"rpm -e trialweave triallint"},
				append(shared, "usr/share/licenses/trialweave/LICENSE", "usr/share/zsh/site-functions/_triallint")...)
			s.installs(t, files("tr*_"+runtime.GOARCH+".tar.gz"), []string{"cd /usr/local/bin", "tar -xzf /tmp/trialweave_*.tar.gz trialweave", "tar -xzf /tmp/triallint_*.tar.gz triallint"},
				[]string{"rm /usr/local/bin/trialweave /usr/local/bin/triallint"}, "usr/local/bin/trialweave")
		})
	}
	if !portion.Full() {
		return
	}
	t.Run("dnf", func(t *testing.T) {
		bare(t, "bookworm", "dnf").installs(t, files("*.rpm"), []string{"dnf -q -y --disablerepo=* --releasever=40 --nogpgcheck install /tmp/*.rpm"}, []string{"dnf -q -y --disablerepo=* --releasever=40 remove trialweave triallint"},
			append(shared, "usr/share/licenses/trialweave/LICENSE")...)
	})
	t.Run("pipx", func(t *testing.T) {
		bare(t, "bookworm", "pipx").installs(t, files("wheels/*.whl"), []string{"for f in /tmp/*.whl; do pipx install --pip-args=--no-index $f; done"}, []string{"pipx uninstall trialweave", "pipx uninstall triallint"}, "root/.local/bin/trialweave")
	})
	t.Run("npm", func(t *testing.T) {
		s := bare(t, "bookworm", "nodejs")
		tools.Run(t, s.root, "npm", "pack", "--silent", "npm@10.9.4")
		tools.Run(t, s.root, "sh", "-ec", "mkdir -p opt && tar -xzf npm-*.tgz -C opt && rm npm-*.tgz && ln -s /opt/package/bin/npm-cli.js usr/bin/npm && chmod +x opt/package/bin/npm-cli.js && mkdir -p usr/local/lib/node_modules")
		s.installs(t, files("npm/*.tgz"), []string{"npm install --silent --offline -g --prefix /usr/local /tmp/*.tgz"}, []string{"npm uninstall --silent -g --prefix /usr/local trialweave triallint @trialweave/trialweave-linux-x64 @trialweave/triallint-linux-x64", "rmdir --ignore-fail-on-non-empty /usr/local/lib/node_modules/@trialweave"}, "usr/local/bin/trialweave")
	})
}
