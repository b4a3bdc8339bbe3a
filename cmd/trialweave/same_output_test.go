package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSameOutput has two outputs lead to one file that is not there yet, through
// links of files and of folders.
func TestSameOutput(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(in("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"link.nq": "a.nq", "twice.nq": "link.nq", "into.nq": filepath.Join("folder", "a.nq"), "linked": "folder"} {
		if err := os.Symlink(target, in(link)); err != nil {
			t.Skipf("this system has no symbolic links: %v", err)
		}
	}
	t.Chdir(dir)
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"a.nq", "link.nq", true}, {"link.nq", "twice.nq", true}, {in("a.nq"), "twice.nq", true}, {"linked/a.nq", "folder/a.nq", true}, {"into.nq", "linked/a.nq", true},
		{"a.nq", "into.nq", false}, {"a.nq", "folder/a.nq", false}, {"", "a.nq", false},
	} {
		if got := sameOutput(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: %t, expected %t", c.a, c.b, got, c.same)
		}
	}
	if err := apart(nil, "a.nq", "link.nq"); err == nil {
		t.Error("two outputs onto one file are not refused")
	}
}
