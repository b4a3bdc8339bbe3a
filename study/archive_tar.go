package study

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/source"
)

// tarBlock is the size of a block of a tar archive; isTar looks at one.
const tarBlock = 512

func isTar(text *bufio.Reader) bool {
	block, _ := text.Peek(tarBlock)
	return isTarBlock(block)
}

func isTarBlock(b []byte) bool { return len(b) >= tarBlock && string(b[257:262]) == "ustar" }

// tail counts the zeros at the end of what was read.
type tail struct {
	io.Reader
	zeros int
}

// Read reads.
func (t *tail) Read(b []byte) (int, error) {
	n, err := t.Reader.Read(b)
	last := bytes.TrimRight(b[:n], "\x00")
	if len(last) > 0 {
		t.zeros = 0
	}
	t.zeros += n - len(last)
	return n, err
}

// tarFile is a file of a tar archive, which is damaged where it ends too early.
type tarFile struct{ *tar.Reader }

// Read reads.
func (f tarFile) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = damaged(err)
	}
	return n, err
}

// tar reads the files of a tar archive.
func (w *walker) tar(name string, r io.Reader) error {
	if w.depth >= maxArchives {
		return tooDeep(name)
	}
	w.depth++
	defer func() { w.depth-- }()
	end := &tail{Reader: r}
	files := tar.NewReader(end)
	kept := tables{in: w.in, left: w.in.options.MaxSpool, number: map[string]int{}}
	defer kept.remove()
	for n := 0; ; n++ {
		f, err := files.Next()
		switch {
		case w.ctx.Err() != nil:
			return context.Cause(w.ctx)
		case errors.Is(err, io.EOF):
			if _, err = io.Copy(io.Discard, end); err != nil {
				return located(name, w.in.afterRecords(err, n))
			}
			if end.zeros < 2*tarBlock {
				return &source.Error{Position: source.At(name, source.NoOffset), Problem: fmt.Sprintf("the tar archive is cut short after %s", wording.Count(n, "file")), Expected: "two blocks of zeros at its end", Hint: getAgain, Err: damaged(io.ErrUnexpectedEOF)}
			}
			return w.kept(name, &kept)
		case err != nil:
			return &source.Error{Position: source.At(name, source.NoOffset), Problem: fmt.Sprintf("the tar archive cannot be read after %s", wording.Count(n, "file")), Err: damaged(err)}
		case f.Typeflag != tar.TypeReg:
			continue
		case hiddenEntry(f.Name):
			w.in.hide(entryName(name, f.Name))
			continue
		}
		if aact.MayBeTable(path.Base(f.Name)) {
			err = kept.add(name, f.Name, tarFile{files})
		} else {
			err = w.nestedFile(entryName(name, f.Name), tarFile{files})
		}
		if err != nil {
			return err
		}
	}
}

// tables are files of a tar archive that may be those of exports of AACT. They
// are kept in temporary files until the archive has been read: its files come
// in any order.
type tables struct {
	in      *Input
	dir     string
	folders []string // of the archive; their files are in folders named by number
	number  map[string]int
	files   [][]string
	left    int64 // of the bytes that may be kept
}

// costOfFile is what a file counts beside its bytes.
const costOfFile = 4 << 10

func (t *tables) remove() {
	if t.dir != "" {
		_ = os.RemoveAll(t.dir) // a temporary folder
	}
}

// add keeps a file.
func (t *tables) add(archive, name string, r io.Reader) (err error) {
	if t.dir == "" {
		if t.dir, err = os.MkdirTemp("", "trialweave-tar-*"); err != nil {
			return openError(archive, err)
		}
	}
	n, known := t.number[path.Dir(name)]
	if !known {
		n = len(t.folders)
		t.folders, t.files = append(t.folders, path.Dir(name)), append(t.files, nil)
		t.number[path.Dir(name)] = n
		if err := os.Mkdir(t.folder(n), 0o700); err != nil {
			return openError(archive, err)
		}
	}
	t.files[n] = append(t.files[n], path.Base(name))
	f, err := os.Create(filepath.Join(t.folder(n), path.Base(name)))
	if err != nil {
		return openError(archive, err)
	}
	size, err := io.Copy(f, io.LimitReader(r, t.left+1))
	if t.left -= size + costOfFile; err == nil && t.left < 0 {
		err = errors.New("the tables of AACT in the tar archive are too long to be kept in temporary files")
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return located(entryName(archive, name), t.in.afterRecords(err, 0))
	}
	return nil
}

func (t *tables) folder(n int) string { return filepath.Join(t.dir, strconv.Itoa(n)) }

// kept reads the files that were kept: exports of AACT, and files that are none.
func (w *walker) kept(name string, t *tables) error {
	for n, folder := range t.folders {
		files := os.DirFS(t.folder(n))
		if w.in.isExport(files) {
			if err := w.export(strings.TrimSuffix(name+"!"+folder, "!."), files); err != nil {
				return err
			}
			continue
		}
		for _, file := range t.files[n] {
			if err := w.keptFile(entryName(name, path.Join(folder, file)), filepath.Join(t.folder(n), file)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walker) keptFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return openError(name, err)
	}
	defer f.Close()
	return w.nestedFile(name, f)
}
