package index

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/trialweave/trialweave/internal/durable"
)

// manifest is the file that says which files make up an index. It is replaced
// whole, and that is the moment at which what was written becomes the index.
type manifest struct {
	Format   int           `json:"format"`
	Next     int           `json:"next"` // number of a segment that no file has
	Segments []segmentInfo `json:"segments"`
}

type segmentInfo struct {
	Number int `json:"number"`
	// Base is the number of the last term before those of the segment.
	Base ID `json:"base"`
	// Quads counts those that no later segment dropped.
	Quads int `json:"quads"`
	// Seals are those of the files, by what they hold.
	Seals map[string]uint32 `json:"seals"`
}

const (
	manifestName = "manifest"
	lockName     = "lock"
)

// The files of a segment; with those of the orders.
const (
	nameTerms   = "terms"
	nameHashes  = "hashes"
	nameDropped = "dropped"
	nameGraphs  = "graphs"
	nameText    = "text" // which a segment may lack
)

func fileName(dir string, number int, name string) string {
	return filepath.Join(dir, fmt.Sprintf("%06d.%s", number, name))
}

var ours = regexp.MustCompile(`^(\d{6}\..*|manifest(\.part)?|lock)$`)

// In reports whether a folder holds an index.
func In(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, manifestName))
	return err == nil && info.Mode().IsRegular()
}

func readManifest(dir string) (manifest, error) {
	var m manifest
	name := filepath.Join(dir, manifestName)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s holds no index, expected a file %s there: %w", dir, manifestName, err)
	}
	if err != nil {
		return m, err
	}
	text, sum, _ := bytes.Cut(data, []byte("\n"))
	if string(sum) != fmt.Sprintf("crc32c %08x\n", castagnoli(text)) {
		return m, &CorruptionError{name, -1, "its checksum is wrong", "the text that was written"}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, &CorruptionError{name, -1, err.Error(), "a manifest"}
	}
	if m.Format != version {
		return m, &FormatError{Dir: dir, Format: m.Format, Expected: version}
	}
	return m, nil
}

// A FormatError says that an index is of another version of the format: it has to
// be made anew.
type FormatError struct {
	Dir              string
	Format, Expected int
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: an index of version %d of the format, expected version %d", e.Dir, e.Format, e.Expected)
}

// write makes the manifest that of the folder.
func (m *manifest) write(dir string) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	temp := filepath.Join(dir, manifestName+".part")
	f, err := os.Create(temp)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\ncrc32c %08x\n", text, castagnoli(text))
	if err = errors.Join(err, f.Sync(), f.Close(), durable.Sync(dir)); err != nil {
		return err
	}
	if err := os.Rename(temp, filepath.Join(dir, manifestName)); err != nil {
		return err
	}
	return durable.Sync(dir)
}

// Open opens the index in a folder. It reads little more than the ends of the
// files; what else is read is checked when it is read.
func Open(dir string) (*Index, error) {
	m, err := readManifest(dir)
	for range 10 {
		if err != nil {
			return nil, err
		}
		x, failed := m.open(dir)
		if !errors.Is(failed, fs.ErrNotExist) {
			return x, failed
		}
		// A writer may have removed what it replaced.
		before := m
		if m, err = readManifest(dir); err == nil && m.Next == before.Next {
			return nil, failed
		}
	}
	return nil, fmt.Errorf("%s changes all the time", dir)
}

func (m *manifest) open(dir string) (x *Index, err error) {
	defer recoverError(&err)
	var segments []*segment
	dropped := map[ID]int{}
	for i, info := range m.Segments {
		s, err := info.open(dir)
		if err != nil {
			return nil, errors.Join(err, (&Index{segments: segments}).Close())
		}
		segments = append(segments, s)
		for n := range s.dropped.count {
			dropped[ID(s.dropped.uint32(0, int(n)))] = i
		}
	}
	return newIndex(segments, dropped), nil
}

func (s *segmentInfo) open(dir string) (*segment, error) {
	var all []*file
	open := func(name string, kind part) *file {
		f, err := openFile(fileName(dir, s.Number, name), kind)
		if err == nil && f.seal != s.Seals[name] {
			err = &CorruptionError{f.name, -1, "it is not the file that the manifest means", "the one that was written with it"}
			_ = f.close() // it was only read
		}
		if err != nil {
			panic(failure{err})
		}
		all = append(all, f)
		return f
	}
	out := &segment{quads: s.Quads}
	err := func() (err error) {
		defer recoverError(&err)
		out.terms = &dictionary{file: open(nameTerms, partTerms), base: s.Base}
		out.hashes = newHashes(open(nameHashes, partHashes))
		out.dropped = open(nameDropped, partDropped)
		if _, ok := s.Seals[nameText]; ok {
			out.text = &textIndex{open(nameText, partText)}
		}
		out.graphs = &graphs{open(nameGraphs, partGraphs)}
		for i := range orders {
			out.orders[i] = newSorted(open(orders[i].name, partOrder+part(i)), &orders[i], out.graphs)
		}
		return nil
	}()
	if err != nil {
		for _, f := range all {
			_ = f.close() // it was only read
		}
	}
	return out, err
}

func openFile(name string, kind part) (*file, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	opened, err := readFile(f, kind)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return opened, nil
}

// readFile takes a file over, unless there is an error.
func readFile(f *os.File, kind part) (*file, error) {
	stat, err := statOf(f)
	if err != nil {
		return nil, err
	}
	size := stat.size
	// Where the disk has to be asked, one read is less than many page faults.
	end := make([]byte, min(size, 160<<10))
	if _, err := f.ReadAt(end, size-int64(len(end))); err != nil {
		return nil, err
	}
	data, release, err := mapped(f, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	opened, err := newFile(f.Name(), data, kind, release)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	if !mapping {
		return opened, f.Close()
	}
	opened.watch = &watch{file: f}
	opened.watch.written.Store(stat.written)
	if settled(stat.changed) {
		opened.watch.at.Store(stat.changed)
	}
	opened.close = func() error { return errors.Join(release(), f.Close()) }
	return opened, nil
}

func (s *segment) files() []*file {
	all := []*file{s.terms.file, s.hashes.file, s.graphs.file}
	if s.dropped != nil {
		all = append(all, s.dropped)
	}
	if s.text != nil {
		all = append(all, s.text.file)
	}
	for _, o := range s.orders {
		all = append(all, o.file)
	}
	return all
}

// Close lets go of the files. Nothing of the index may be used afterwards.
func (x *Index) Close() error {
	var errs []error
	for _, s := range x.segments {
		for _, f := range s.files() {
			errs = append(errs, f.close())
		}
	}
	x.segments, x.watched = nil, nil
	return errors.Join(errs...)
}

// Verify reads all of the index and compares it with its checksums. The error
// has each file that is not as it was written.
func (x *Index) Verify() error {
	var files []*file
	for _, s := range x.segments {
		files = append(files, s.files()...)
	}
	errs := make([]error, len(files))
	var all sync.WaitGroup
	for i, f := range files {
		all.Go(func() {
			errs[i] = x.View(func() error {
				for page := int64(0); page<<pageBits < f.end(); page++ {
					f.check(page)
				}
				return nil
			})
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
