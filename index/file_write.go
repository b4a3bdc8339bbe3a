package index

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

// fileWriter writes a file: bytes of the sections in turn, then finish.
type fileWriter struct {
	to     *bufio.Writer
	disk   *os.File // nil in memory
	at     int64
	ends   []int64
	check  uint32 // of the page at hand
	checks []byte
	table  *crc32.Table
	aside  []byte   // of the next section, what was written last
	before *os.File // and what was written before that
	err    error
}

func newFileWriter(to io.Writer) *fileWriter {
	w := &fileWriter{table: crc32.MakeTable(crc32.Castagnoli)}
	size := 512
	if w.disk, _ = to.(*os.File); w.disk != nil {
		size = 256 << 10
	}
	w.to = bufio.NewWriterSize(to, size)
	w.write([]byte(magic))
	return w
}

// write adds bytes to the section; a fault shows in finish.
func (w *fileWriter) write(b []byte) {
	for len(b) > 0 {
		n := min(len(b), pageSize-int(w.at%pageSize))
		w.check = crc32.Update(w.check, w.table, b[:n])
		_, _ = w.to.Write(b[:n]) // the error stays with the writer
		w.at += int64(n)
		if w.at%pageSize == 0 {
			w.endPage()
		}
		b = b[n:]
	}
}

func (w *fileWriter) endPage() {
	w.checks = binary.LittleEndian.AppendUint32(w.checks, w.check)
	w.check = 0
}

func (w *fileWriter) endSection() { w.ends = append(w.ends, w.at) }

// mostAside is how much of a next section is held in memory.
const mostAside = 8 << 10

// later adds bytes to the section after the one that is being written.
func (w *fileWriter) later(b []byte) {
	w.aside = append(w.aside, b...)
	if len(w.aside) < mostAside || w.disk == nil {
		return
	}
	if w.before == nil {
		f, err := os.Create(w.disk.Name() + ".aside")
		if err != nil {
			w.err = errors.Join(w.err, err)
			return
		}
		w.before = f
	}
	_, err := w.before.Write(w.aside)
	w.err = errors.Join(w.err, err)
	w.aside = w.aside[:0]
}

// nextSection ends the section, and writes the next one, which stood aside.
func (w *fileWriter) nextSection() {
	w.endSection()
	if f := w.before; f != nil {
		_, err := f.Seek(0, io.SeekStart)
		if err == nil {
			_, err = io.Copy(writing{w}, f)
		}
		w.err = errors.Join(w.err, err, f.Close(), os.Remove(f.Name()))
		w.before = nil
	}
	w.write(w.aside)
	w.aside = nil
	w.endSection()
}

// writing is a fileWriter as an io.Writer.
type writing struct{ *fileWriter }

func (w writing) Write(b []byte) (int, error) {
	w.write(b)
	return len(b), nil
}

// finish ends the file and returns its seal, a checksum of all of it.
func (w *fileWriter) finish(kind part, count uint64) (seal uint32, err error) {
	for len(w.ends) < sections {
		w.endSection()
	}
	if w.at%pageSize > 0 {
		w.endPage()
	}
	foot := binary.LittleEndian.AppendUint32(nil, version)
	foot = binary.LittleEndian.AppendUint32(foot, uint32(kind))
	foot = binary.LittleEndian.AppendUint64(foot, count)
	for _, end := range w.ends {
		foot = binary.LittleEndian.AppendUint64(foot, uint64(end))
	}
	foot = binary.LittleEndian.AppendUint32(foot, castagnoli(w.checks))
	seal = castagnoli(foot)
	foot = binary.LittleEndian.AppendUint32(foot, seal)
	_, _ = w.to.Write(w.checks)
	_, _ = w.to.Write(foot)
	if err := errors.Join(w.err, w.to.Flush()); err != nil || w.disk == nil {
		return seal, err
	}
	return seal, w.disk.Sync()
}
