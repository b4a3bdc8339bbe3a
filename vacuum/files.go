//go:build !novacuum && !lean

package vacuum

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// texts are files in memory, by name: all that vacuum can read of a run.
type texts map[string][]byte

// Open opens a file, or a folder that holds some.
func (t texts) Open(name string) (fs.File, error) {
	if text, ok := t[name]; ok {
		return &openFile{Reader: bytes.NewReader(text), entry: entry{path.Base(name), int64(len(text)), false}}, nil
	}
	entries := t.below(name)
	if !fs.ValidPath(name) || entries == nil && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &openFile{Reader: bytes.NewReader(nil), entry: entry{path.Base(name), 0, true}, entries: entries}, nil
}

// below lists what a folder holds, by name in order.
func (t texts) below(dir string) []fs.DirEntry {
	prefix := dir + "/"
	if dir == "." {
		prefix = ""
	}
	found := map[string]entry{}
	for name, text := range t {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		found[first] = entry{first, int64(len(text)), deeper}
	}
	var out []fs.DirEntry
	for _, e := range found {
		out = append(out, fs.FileInfoToDirEntry(e))
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out
}

// openFile is a file or folder that was opened.
type openFile struct {
	*bytes.Reader
	entry   entry
	entries []fs.DirEntry
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *openFile) Close() error               { return nil }

// ReadDir returns the next entries of a folder.
func (f *openFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(f.entries) {
		if n > 0 && len(f.entries) == 0 {
			return nil, io.EOF
		}
		n = len(f.entries)
	}
	out := f.entries[:n]
	f.entries = f.entries[n:]
	return out, nil
}

// entry describes a file or folder.
type entry struct {
	name string
	size int64
	dir  bool
}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return e.size }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.dir }
func (e entry) Sys() any           { return nil }

func (e entry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
