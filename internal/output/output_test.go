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
