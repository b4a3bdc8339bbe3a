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

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

// walker goes through the files of an input.
type walker struct {
	in    *Input
	ctx   context.Context // of one call of Batches, not kept beyond it
	yield func(*Batch, error) bool
	base  int64 // where the part of a file begins that is being read
}

func (w *walker) path(path string) error {
	if path == "-" {
		return w.stdin()
	}
	if live(path) {
		return w.live(path)
	}
	if aact.IsDatabase(path) {
		return w.tables(aact.DatabaseName(path), aact.Database(w.ctx, path))
	}
	info, err := os.Stat(path)
	if err != nil {
		return openError(path, err)
	}
	if !info.IsDir() {
		return w.file(path, false)
	}
	if files := os.DirFS(path); aact.IsExport(files) {
		return w.tables(path, aact.Files(w.ctx, files))
	}
	return w.folder(path)
}

// tables hands on the studies of an AACT database.
func (w *walker) tables(name string, studies iter.Seq2[aact.Study, error]) error {
	w.in.fromAACT.Store(true)
	for s, err := range studies {
		switch {
		case err != nil && w.ctx.Err() != nil:
			return context.Cause(w.ctx)
		case err != nil:
			return inside(name, err)
		}
		b := Batch{Position: source.At(name+"!"+s.ID, source.NoOffset), data: s.JSON, size: len(s.JSON), form: formMade}
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

// folder walks in the order of names; what is hidden is skipped.
func (w *walker) folder(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return openError(path, err)
		}
		if hidden := strings.HasPrefix(d.Name(), ".") && path != root; hidden {
			w.in.skipped.Add(1)
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || !d.Type().IsRegular() {
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
	f, err := os.CreateTemp("", "trialweave-*.zip")
	if err != nil {
		return openError("-", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	n, err := io.Copy(f, io.LimitReader(r, w.in.options.MaxSpool+1))
	if err != nil {
		return openError("-", err)
	}
	if n > w.in.options.MaxSpool {
		return &source.Error{
			Position: source.At("-", n), Problem: fmt.Sprintf("the ZIP on standard input is longer than %d bytes", w.in.options.MaxSpool),
			Hint: "save it to a file and name the file",
		}
	}
	return w.archive("-", f, n)
}

// stream splits a file that is read from its start to its end.
func (w *walker) stream(name string, r io.Reader, optional bool) error {
	plain, err := decompressReader(r, w.in.options.MaxRatio)
	if err != nil {
		return located(name, err)
	}
	defer plain.Close()
	first, stopped := true, false
	err = split(plain, w.in.options.MaxRecord, func(p piece) bool {
		if first && optional && p.form == formOther {
			w.in.skipped.Add(1)
			return false
		}
		first = false
		b := batchOf(name, p)
		b.Offset += w.base
		if w.ctx.Err() != nil {
			return false
		}
		stopped = !w.yield(&b, nil)
		return !stopped
	})
	if stopped {
		return errStopped
	}
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	if optional && errors.Is(err, errNoStudyData) {
		w.in.skipped.Add(1)
		return nil
	}
	if err != nil {
		return located(name, err)
	}
	return nil
}

// decompressReader looks at what r begins with and decompresses it.
func decompressReader(r io.Reader, ratio int64) (io.ReadCloser, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	magic, _ := b.Peek(4)
	in := &tally{r: b}
	switch compression(magic) {
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		return &guarded{r: z, close: z.Close, in: in, ratio: ratio}, nil
	case "zstd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
		if err != nil {
			return nil, err
		}
		done := func() error { z.Close(); return nil }
		return &guarded{r: z, close: done, in: in, ratio: ratio}, nil
	}
	return io.NopCloser(b), nil
}

func compression(magic []byte) string {
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		return "zstd"
	}
	return ""
}

// decompress is decompressReader for what is in memory.
func decompress(data []byte, ratio int64) (io.Reader, string) {
	kind := compression(data)
	if kind == "" {
		return nil, ""
	}
	r, err := decompressReader(bytes.NewReader(data), ratio)
	if err != nil {
		return failing{err}, kind
	}
	return r, kind
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type tally struct {
	r io.Reader
	n int64
}

func (t *tally) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	return n, err
}

// guarded ends a decompression that expands beyond belief.
type guarded struct {
	r     io.Reader
	close func() error
	in    *tally
	out   int64
	ratio int64
}

const bombFloor = 64 << 20

func (g *guarded) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.out += int64(n)
	if g.out > bombFloor && g.out > g.ratio*g.in.n {
		return 0, bombError(g.out, g.in.n, g.ratio)
	}
	return n, err
}

func (g *guarded) Close() error { return g.close() }

func bombError(out, in, ratio int64) error {
	e := fault(0, "", fmt.Sprintf("%d compressed bytes expand to %d or more", in, out), fmt.Sprintf("at most %d times the size", ratio))
	return e
}
