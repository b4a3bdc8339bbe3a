package study

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/source"
)

// walker goes through the files of an input.
type walker struct {
	in    *Input
	ctx   context.Context // of one call of Batches, not kept beyond it
	yield func(*Batch, error) bool
	base  int64 // where the part of a file begins that is being read
	input int   // which path of the input is being read
	depth int   // how many archives are around what is being read
}

func (w *walker) path(path string) error {
	if path == "-" {
		return w.stdin()
	}
	if live(path) {
		return w.live(path)
	}
	if aact.IsDatabase(path) {
		notes := &aact.Notes{}
		return w.tables(aact.DatabaseName(path), aact.Database(w.ctx, path, &w.in.options.Database, notes), notes)
	}
	info, err := os.Stat(path)
	if err != nil {
		return openError(path, err)
	}
	if !info.IsDir() {
		return w.file(path, false)
	}
	return w.folder(path)
}

// export reads a folder, on disk or in an archive, that holds an export of AACT.
func (w *walker) export(name string, files fs.FS) error {
	notes := &aact.Notes{}
	err := w.tables(name, aact.Files(w.ctx, files, notes), notes)
	for _, other := range notes.Others {
		w.in.skip(name + "!" + other)
	}
	return err
}

// tables hands on the studies of an AACT database.
func (w *walker) tables(name string, studies iter.Seq2[aact.Study, error], notes *aact.Notes) error {
	w.in.fromAACT.Store(true)
	defer w.in.notes.add(notes)
	for s, err := range studies {
		switch {
		case err != nil && w.ctx.Err() != nil:
			return context.Cause(w.ctx)
		case err != nil:
			return inside(name, err)
		}
		b := Batch{Position: source.At(name+"!"+s.ID, source.NoOffset), data: s.JSON, size: len(s.JSON), form: formAACT, input: w.input}
		if s.Err != nil {
			b.err = located(b.File, s.Err)
		}
		if err := w.hand(&b); err != nil {
			return err
		}
	}
	return nil
}

// inside puts the name of a folder or archive before that of a file in it.
func inside(name string, err error) *source.Error {
	e := *located(name, err)
	var at *source.Error
	if errors.As(err, &at) && at.File != "" && at.File != name {
		e.File = name + "!" + at.File
	}
	return &e
}

// live reads what was fetched, under the name of the query.
func (w *walker) live(path string) error {
	fetched, done, err := w.in.options.Live(w.ctx, strings.TrimPrefix(path, livePrefix))
	if err != nil {
		return err
	}
	defer done()
	f, err := os.Open(fetched)
	if err != nil {
		return openError(path, err)
	}
	defer f.Close()
	return w.stream(path, &counted{r: f, n: &w.in.consumed}, false)
}

// folder walks in the order of names; what is hidden is skipped. A folder that
// holds an export of AACT is read as one.
func (w *walker) folder(root string) error {
	exports := map[string]bool{} // the folders that are
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return openError(path, err)
		}
		if hidden := strings.HasPrefix(d.Name(), ".") && path != root; hidden {
			w.in.hide(path)
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			if files := os.DirFS(path); w.in.isExport(files) {
				exports[path] = true
				return w.export(path, files)
			}
			return nil
		}
		if !d.Type().IsRegular() || exports[filepath.Dir(path)] {
			return nil
		}
		return w.file(path, true)
	})
}

func (w *walker) file(path string, optional bool) error {
	f, err := os.Open(path)
	if err != nil {
		return openError(path, err)
	}
	defer f.Close()
	var magic [4]byte
	if n, _ := f.ReadAt(magic[:], 0); isZIP(magic[:n]) {
		info, err := f.Stat()
		if err != nil {
			return openError(path, err)
		}
		return w.archive(path, f, info.Size())
	}
	return w.stream(path, &counted{r: f, n: &w.in.consumed}, optional)
}

func isZIP(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06"))
}

// counter is what counted adds to.
type counter interface{ Add(int64) int64 }

type counted struct {
	r io.Reader
	n counter
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// stdin reads standard input; a ZIP there is kept in a temporary file, because
// its directory stands at its end.
func (w *walker) stdin() error {
	r := bufio.NewReaderSize(w.in.options.Stdin, 64<<10)
	if magic, _ := r.Peek(4); !isZIP(magic) {
		return w.stream("-", &counted{r: r, n: &w.in.consumed}, false)
	}
	return w.spooled("-", r)
}

// stream splits a file that is read from its start to its end.
func (w *walker) stream(name string, r io.Reader, optional bool) error {
	plain, err := decompress.NewReader(r, w.in.options.MaxRatio)
	if err != nil {
		return located(name, w.in.afterRecords(err, 0))
	}
	defer plain.Close()
	text := bufio.NewReaderSize(plain, tarBlock)
	if isTar(text) {
		return w.tar(name, text)
	}
	if magic, _ := text.Peek(4); isZIP(magic) { // in a compressed stream
		return w.nestedFile(name, text)
	}
	first, stopped, read := true, false, 0
	err = split(w.ctx, text, w.in, func(p piece) bool {
		if first && optional && p.form == formOther {
			return false
		}
		if first = false; p.form == formEmpty {
			w.in.meet(w.input)
			return true
		}
		b := batchOf(name, p)
		b.Offset += w.base
		b.input = w.input
		if w.ctx.Err() != nil {
			return false
		}
		read++
		stopped = !w.yield(&b, nil)
		return !stopped
	})
	switch {
	case stopped:
		return errStopped
	case w.ctx.Err() != nil:
		return context.Cause(w.ctx)
	case optional && (err == nil && first || errors.Is(err, errNoStudyData)):
		w.in.skip(name)
		return nil
	case err != nil:
		return located(name, w.in.afterRecords(err, read))
	}
	return nil
}

// bombError is the fault of an archive entry that expands too far.
func bombError(out, in, ratio int64) error {
	return fault(0, "", fmt.Sprintf("%d compressed bytes expand to %d or more", in, out), fmt.Sprintf("at most %d times the size", ratio))
}
