package study

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/zip"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

// smallEntry is the size up to which an entry of an archive travels as it is
// and is unpacked by whoever gets it; the registry's longest study is shorter.
const smallEntry = 4 << 20

func (w *walker) archive(name string, r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		e := openError(name, err)
		e.Problem, e.Expected = "the ZIP is damaged", "a directory of entries at its end"
		return e
	}
	if aact.IsExport(z) {
		w.in.consumed.Add(size)
		return w.tables(name, aact.Files(w.ctx, z))
	}
	return w.entries(name, z.File)
}

// entries reads entries of an archive.
func (w *walker) entries(name string, files []*zip.File) error {
	var batch Batch
	for _, f := range files {
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if strings.HasPrefix(path.Base(f.Name), ".") || strings.HasPrefix(f.Name, "__MACOSX/") {
			w.in.skipped.Add(1)
			continue
		}
		if err := w.entry(entryName(name, f.Name), f, &batch); err != nil {
			return err
		}
		w.in.consumed.Add(int64(f.CompressedSize64))
	}
	return nil
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
	*b = Batch{Position: source.At(name, 0), data: b.data[:0], optional: true, crc: f.CRC32}
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
	if out > bombFloor && (out < 0 || in < 0 || out/ratio > in) {
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
		err = w.stream(name, r, true)
	}
	if err == nil || errors.Is(err, errStopped) || w.ctx.Err() != nil {
		return err
	}
	return w.hand(&Batch{Position: source.At(name, 0), err: located(name, err)})
}
