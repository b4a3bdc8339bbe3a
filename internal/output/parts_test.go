package output

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "parts")
	p, err := CreateParts(dir+"/", 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for i := range 30 {
		line := strings.Repeat("x", i) + "\n"
		all.WriteString(line)
		if _, err := p.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	p.Abort()
	files, _ := filepath.Glob(filepath.Join(dir, "part-[0-9][0-9][0-9][0-9].nq"))
	var back []byte
	for _, f := range files {
		b, _ := os.ReadFile(f)
		if len(b) > 100 || b[len(b)-1] != '\n' {
			t.Errorf("%s has %d bytes", f, len(b))
		}
		back = append(back, b...)
	}
	if !bytes.Equal(back, all.Bytes()) || len(files) < 5 {
		t.Errorf("%d parts", len(files))
	}
	if _, err := CreateParts(dir+"/", 100, 1); err == nil {
		t.Error("parts of another run are there")
	}
}

func TestPartsAbort(t *testing.T) {
	dir := t.TempDir()
	p, err := CreateParts(filepath.Join(dir, "a.nq.zst"), 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		p.Write([]byte("123456789\n"))
	}
	p.Abort()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
