package study

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/zip"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/source"
)

// smallEntry is the size up to which an entry of an archive travels as it is
// and is unpacked by whoever gets it; the registry's longest study is shorter.
const smallEntry = 4 << 20

func (w *walker) archive(name string, r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		e := openError(name, err)
		e.Problem, e.Expected, e.Err = "the ZIP is damaged", "a directory of entries at its end", damaged(err)
		return e
	}
	return w.entries(name, z, z.File)
}

// exportsIn finds the folders of an archive that hold an export of AACT.
func (w *walker) exportsIn(z *zip.Reader) map[string]fs.FS {
	var out map[string]fs.FS
	for _, f := range z.File {
		folder := path.Dir(f.Name)
		if !aact.IsKeyFile(path.Base(f.Name)) || !fs.ValidPath(f.Name) || out[folder] != nil || hiddenEntry(f.Name) || w.refuse(f) != nil {
			continue
		}
		if files, err := fs.Sub(z, folder); err == nil && w.in.isExport(files) {
			if out == nil {
				out = map[string]fs.FS{}
			}
			out[folder] = files
		}
	}
	return out
}

// entryOfExport reads an export of AACT when the first of its files is met, and
// reports whether a file is one of those of an export.
func (w *walker) entryOfExport(archive string, f *zip.File, exports map[string]fs.FS, read map[string]bool) (bool, error) {
	folder := path.Dir(f.Name)
	files := exports[folder]
	switch {
	case files == nil:
		return false, nil
	case w.refuse(f) != nil:
		return true, located(entryName(archive, f.Name), w.refuse(f))
	case read[folder]:
		return true, nil
	}
	read[folder] = true
	return true, w.export(strings.TrimSuffix(archive+"!"+folder, "!."), files)
}

// entries reads entries of an archive.
func (w *walker) entries(name string, z *zip.Reader, files []*zip.File) error {
	var batch Batch
	exports, read := w.exportsIn(z), map[string]bool{}
	for _, f := range files {
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if hiddenEntry(f.Name) {
			w.in.hide(entryName(name, f.Name))
			continue
		}
		taken, err := w.entryOfExport(name, f, exports, read)
		if err == nil && !taken {
			err = w.entry(entryName(name, f.Name), f, &batch)
		}
		if err != nil {
			return err
		}
		if w.depth == 0 {
			w.in.consumed.Add(int64(f.CompressedSize64))
		}
	}
	return nil
}

func hiddenEntry(name string) bool {
	return strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, "__MACOSX/")
}

// entryName is the name of an entry in errors, quoted where it holds anything
// that could be mistaken for more than a name.
func entryName(archive, entry string) string {
	for _, r := range entry {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return fmt.Sprintf("%s!%q", archive, entry)
		}
	}
	return archive + "!" + entry
}

func (w *walker) entry(name string, f *zip.File, b *Batch) error {
	*b = Batch{Position: source.At(name, 0), data: b.data[:0], optional: true, crc: f.CRC32, input: w.input}
	if err := w.refuse(f); err != nil {
		b.err = located(name, err)
		return w.hand(b)
	}
	if f.UncompressedSize64 > smallEntry || f.CompressedSize64 > smallEntry {
		return w.bigEntry(name, f)
	}
	b.size = int(f.UncompressedSize64)
	b.packed = stored
	if f.Method == zip.Deflate {
		b.packed = deflated
	}
	if err := readRaw(f, b); err != nil {
		b.packed, b.err = onePiece, located(name, err)
	}
	return w.hand(b)
}

func (w *walker) hand(b *Batch) error {
	if !w.yield(b, nil) {
		return errStopped
	}
	return nil
}

func (w *walker) refuse(f *zip.File) error {
	switch {
	case f.Flags&1 != 0:
		return fault(0, "", "the archive entry is encrypted", "a plain one")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fault(0, "", fmt.Sprintf("the archive entry is packed by method %d", f.Method), "0 (stored) or 8 (deflate)")
	}
	in, out, ratio := int64(f.CompressedSize64), int64(f.UncompressedSize64), w.in.options.MaxRatio
	if out > decompress.Floor && (out < 0 || in < 0 || out/ratio > in) {
		return bombError(out, in, ratio)
	}
	return nil
}

func readRaw(f *zip.File, b *Batch) error {
	raw, err := f.OpenRaw()
	if err != nil {
		return err
	}
	n := int(f.CompressedSize64)
	if cap(b.data) < n {
		b.data = make([]byte, 0, n+n/4)
	}
	b.data = b.data[:n]
	_, err = io.ReadFull(raw, b.data)
	return err
}

// bigEntry splits an entry that may hold many studies; where the archive is
// damaged there, what came before the damage has been yielded, and the reading
// goes on with the next entry.
func (w *walker) bigEntry(name string, f *zip.File) error {
	r, err := f.Open()
	if err == nil {
		defer r.Close()
		err = w.nestedFile(name, r)
	}
	var at *source.Error
	switch {
	case err == nil, errors.Is(err, errStopped), w.ctx.Err() != nil:
		return err
	case errors.As(err, &at) && !errors.Is(err, ErrDamaged) && at.Err != nil: // of the decompressor
		return &source.Error{Position: source.At(name, source.NoOffset), Problem: "the archive entry is damaged", Err: damaged(at.Err)}
	case errors.Is(err, ErrDamaged):
		return located(name, err)
	}
	return w.hand(&Batch{Position: source.At(name, 0), err: located(name, err), input: w.input})
}

// nestedFile reads a file of an archive, which may be an archive itself.
func (w *walker) nestedFile(name string, r io.Reader) error {
	text := bufio.NewReaderSize(r, 64<<10)
	if magic, _ := text.Peek(4); !isZIP(magic) {
		return w.stream(name, text, true)
	}
	if w.depth >= maxArchives {
		return tooDeep(name)
	}
	w.depth++
	defer func() { w.depth-- }()
	return w.spooled(name, text)
}

// maxArchives is how many archives may lie in each other.
const maxArchives = 4

func tooDeep(name string) *source.Error {
	return &source.Error{Position: source.At(name, source.NoOffset), Problem: fmt.Sprintf("archives lie in each other more than %d deep", maxArchives)}
}

// spooled reads a ZIP that comes as a stream: it is kept in a temporary file,
// because its directory stands at its end.
func (w *walker) spooled(name string, r io.Reader) error {
	f, err := os.CreateTemp("", "trialweave-*.zip")
	if err != nil {
		return openError(name, err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	n, err := io.Copy(f, io.LimitReader(r, w.in.options.MaxSpool+1))
	if err != nil {
		return openError(name, err)
	}
	if n > w.in.options.MaxSpool {
		return &source.Error{
			Position: source.At(name, n), Problem: fmt.Sprintf("the ZIP is longer than %d bytes and would have to be kept in a temporary file", w.in.options.MaxSpool),
			Hint: "save it to a file and name the file",
		}
	}
	return w.archive(name, f, n)
}
