//go:build unix

package output_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/trialweave/trialweave/internal/output"
)

func written(t *testing.T, path string) {
	t.Helper()
	f, err := output.Create(path, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("text")); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
}

// TestUmask holds that a new file is for those whom the umask lets, and that a
// file that is replaced keeps its permissions.
func TestUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	path := filepath.Join(t.TempDir(), "a")
	written(t, path)
	for _, mode := range []os.FileMode{0o600, 0o640} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%v, %v, want %v", info.Mode(), err, mode)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
		written(t, path)
	}
}

// TestDanglingLink holds that a link to a file that is not there yet stays.
func TestDanglingLink(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Fatal(err)
	}
	written(t, link)
	if target, err := os.Readlink(link); err != nil || target != "target" {
		t.Errorf("%q, %v", target, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "target")); string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
}

// TestLongName holds that a name may be as long as the system lets it be.
func TestLongName(t *testing.T) {
	written(t, filepath.Join(t.TempDir(), strings.Repeat("n", 255)))
}

// TestStaleParts holds that the next run removes the temporary files of a
// process that is gone, and no others.
func TestStaleParts(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.nq")
	f, err := output.Create(path, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	own, _ := filepath.Glob(filepath.Join(dir, ".out.nq.*.part"))
	if len(own) != 1 {
		t.Fatalf("parts %v", own)
	}
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Skip("there is no true here")
	}
	stale := strings.Replace(own[0], fmt.Sprintf("-%d-", os.Getpid()), fmt.Sprintf("-%d-", dead.Process.Pid), 1)
	// A process that is there now, but did not make the file: its number came again.
	again := strings.Replace(own[0], fmt.Sprintf("-%d-", os.Getpid()), fmt.Sprintf("-%d-", os.Getppid()), 1)
	same := strings.TrimSuffix(own[0], ".part") + "0.part"
	other := filepath.Join(dir, ".out.nq.other-1-1.part")
	for _, name := range []string{stale, again, same, other} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	written(t, path)
	for name, want := range map[string]bool{stale: false, again: false, same: false, other: true, own[0]: true} {
		if _, err := os.Stat(name); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
