package output

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func write(t *testing.T, path string, workers int, text []byte) []byte {
	t.Helper()
	f, err := Create(path, nil, workers)
	if err != nil {
		t.Fatal(err)
	}
	for rest := text; len(rest) > 0; {
		n := min(len(rest), 99_991)
		if _, err := f.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCompressed(t *testing.T) {
	text := bytes.Repeat([]byte("<s> <p> <o> .\n"), 600_000)
	for _, name := range []string{"a.gz", "a.zst", "a.nq"} {
		one := write(t, filepath.Join(t.TempDir(), name), 1, text)
		three := write(t, filepath.Join(t.TempDir(), name), 3, text)
		if !bytes.Equal(one, three) {
			t.Errorf("%s: the bytes depend on the workers", name)
		}
		var r io.Reader = bytes.NewReader(one)
		switch filepath.Ext(name) {
		case ".gz":
			r, _ = gzip.NewReader(r)
		case ".zst":
			r, _ = zstd.NewReader(r)
		}
		if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, text) {
			t.Errorf("%s: %d bytes came back of %d: %v", name, len(back), len(text), err)
		}
	}
	write(t, filepath.Join(t.TempDir(), "empty.gz"), 2, nil)
}

func TestAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(filepath.Join(dir, "a.gz"), nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte("half"))
	f.Abort()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestLinkStays(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "latest.nq")
	if err := os.Mkdir(filepath.Join(dir, "of-today"), 0o755); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(dir, "of-today", "a.nq")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if got := write(t, link, 1, []byte("new")); string(got) != "new" {
		t.Errorf("%q was written", got)
	}
	if b, _ := os.ReadFile(target); string(b) != "new" {
		t.Errorf("the file behind the link has %q", b)
	}
	if info, _ := os.Lstat(link); info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
}
