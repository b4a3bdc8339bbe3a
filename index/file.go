package index

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sync/atomic"
)

// A file of an index is a magic, sections, a checksum of each page of these,
// and a footer. What is read of it is checked page by page when it is first
// read, and again when the file was changed since; the footer and the checksums
// when it is opened.
const (
	pageBits   = 14
	pageSize   = 1 << pageBits
	magic      = "trialweave index\n"
	version    = 3 // 2 had rows by graph, and terms as they are; 1 another hash of terms
	sections   = 3
	footerSize = 4 + 4 + 8 + 8*sections + 4 + 4
)

// part says what a file holds.
type part uint32

const (
	partTerms part = iota + 1
	partHashes
	partDropped
	partGraphs
	partOrder // and up: one for each order

	partText part = 64
)

func castagnoli(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// CorruptionError is what a file of an index has that no writer left there.
type CorruptionError struct {
	File string
	// Offset is the place in the file, -1 where it is all of it.
	Offset   int64
	Problem  string
	Expected string
}

func (d *CorruptionError) Error() string {
	if d.Offset < 0 {
		return fmt.Sprintf("%s: %s, expected %s", d.File, d.Problem, d.Expected)
	}
	return fmt.Sprintf("%s: offset %d: %s, expected %s", d.File, d.Offset, d.Problem, d.Expected)
}

// file is an open file of an index. Its methods may be called from several
// goroutines.
type file struct {
	name   string
	data   []byte
	close  func() error
	count  uint64
	ends   [sections]int64
	seal   uint32
	checks []byte
	sum    uint32          // of checks
	seen   []atomic.Uint64 // a bit for each page that was checked

	watch   *watch        // nil where the bytes are this process's own
	changes atomic.Uint32 // what was read before the last one may be wrong
	scans   atomic.Uint32 // how often seen was gone through for such pages
}

// newFile takes what was written and checks its frame.
func newFile(name string, data []byte, kind part, release func() error) (*file, error) {
	f := &file{name: name, data: data, close: release}
	wrong := func(problem, expected string) (*file, error) {
		return nil, &CorruptionError{name, -1, problem, expected}
	}
	if len(data) < len(magic)+footerSize {
		return wrong(fmt.Sprintf("%d bytes", len(data)), "a file of an index")
	}
	foot := data[len(data)-footerSize:]
	if f.seal = binary.LittleEndian.Uint32(foot[footerSize-4:]); castagnoli(foot[:footerSize-4]) != f.seal {
		return wrong("the checksum of its end is wrong", "the end that was written")
	}
	if v := binary.LittleEndian.Uint32(foot); v != version {
		return wrong(fmt.Sprintf("version %d of the format", v), fmt.Sprintf("version %d", version))
	}
	if k := part(binary.LittleEndian.Uint32(foot[4:])); k != kind {
		return wrong(fmt.Sprintf("it holds part %d", k), fmt.Sprintf("part %d", kind))
	}
	f.count = binary.LittleEndian.Uint64(foot[8:])
	for i := range f.ends {
		f.ends[i] = int64(binary.LittleEndian.Uint64(foot[16+8*i:]))
	}
	pages := int(f.end()+pageSize-1) / pageSize
	if int64(len(data)) != f.end()+int64(4*pages+footerSize) {
		return wrong(fmt.Sprintf("%d bytes", len(data)), fmt.Sprintf("%d", f.end()+int64(4*pages+footerSize)))
	}
	f.checks = data[f.end() : f.end()+int64(4*pages)]
	if f.sum = binary.LittleEndian.Uint32(foot[footerSize-8:]); castagnoli(f.checks) != f.sum {
		return wrong("the checksum of its checksums is wrong", "the ones that were written")
	}
	f.seen = make([]atomic.Uint64, (pages+63)/64)
	return f, nil
}

func (f *file) end() int64 { return f.ends[sections-1] }

// section returns where a section begins and ends.
func (f *file) section(i int) (from, to int64) {
	if i == 0 {
		return int64(len(magic)), f.ends[0]
	}
	return f.ends[i-1], f.ends[i]
}

// bytes returns what stands between two offsets. It panics with a
// *CorruptionError where that is not what was written.
func (f *file) bytes(from, to int64) []byte {
	if from < 0 || from > to || to > f.end() {
		f.damaged(from, fmt.Sprintf("an offset of %d", to), "one inside of the file")
	}
	for page := from >> pageBits; page<<pageBits < to; page++ {
		if f.seen[page/64].Load()&(1<<(page%64)) == 0 {
			f.check(page)
		}
	}
	return f.data[from:to:to]
}

func (f *file) check(page int64) {
	scans := f.scans.Load()
	if !f.intact(page) {
		f.damaged(page<<pageBits, "the checksum of the page is wrong", "the page that was written")
	}
	bit := uint64(1) << (page % 64)
	f.seen[page/64].Or(bit)
	if f.scans.Load() != scans { // the page may have changed behind the scan
		f.seen[page/64].And(^bit)
	}
}

// intact compares a page with its checksum.
func (f *file) intact(page int64) bool {
	from := page << pageBits
	return castagnoli(f.data[from:min(from+pageSize, f.end())]) == binary.LittleEndian.Uint32(f.checks[4*page:])
}

func (f *file) damaged(offset int64, problem, expected string) {
	panic(&CorruptionError{f.name, offset, problem, expected})
}

// uint32 and uint64 return the number at a place of a section.
func (f *file) uint32(section int, i int) uint32 {
	from, _ := f.section(section)
	from += 4 * int64(i)
	return binary.LittleEndian.Uint32(f.bytes(from, from+4))
}

func (f *file) uint64(section int, i int) uint64 {
	from, _ := f.section(section)
	from += 8 * int64(i)
	return binary.LittleEndian.Uint64(f.bytes(from, from+8))
}
