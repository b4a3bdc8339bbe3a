package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gofrs/flock"

	"github.com/trialweave/trialweave/internal/durable"
	"github.com/trialweave/trialweave/rdf"
)

// Writer writes an index into a folder. Commit or Abort ends it; until Commit
// returns, the folder holds what it held before, also when the process is
// killed. It is for one goroutine, and its memory does not grow with the quads
// but for some 100 bytes for each graph.
type Writer struct {
	adder
	folder  *folder
	spiller *spiller
	spare   chunk
	spilled chan error // of the chunk that is being written; nil for none
	err     error
}

// UpdateOptions say what becomes of graphs. Nil is the defaults.
type UpdateOptions struct {
	// Add lists graphs that what comes is added to. Any other named graph that
	// comes takes the place of the one of its name. What has no graph name is
	// added.
	Add []rdf.Term
}

// Create begins an index in a folder, which is made if need be; one that is
// there already is replaced by Commit.
func Create(dir string) (*Writer, error) {
	f, err := lockFolder(dir, true)
	if err != nil {
		return nil, err
	}
	return newWriter(f, nil, nil)
}

// Update begins to change the index in a folder.
func Update(dir string, o *UpdateOptions) (*Writer, error) {
	if !In(dir) {
		_, err := readManifest(dir)
		return nil, err
	}
	f, err := lockFolder(dir, false)
	if err != nil {
		return nil, err
	}
	old, err := Open(dir)
	if err != nil {
		return nil, errors.Join(err, f.unlock())
	}
	if o == nil {
		o = &UpdateOptions{}
	}
	return newWriter(f, old, o.Add)
}

func newWriter(f *folder, old *Index, add []rdf.Term) (w *Writer, err error) {
	w = &Writer{folder: f}
	w.chunk.quads = make([]row, 0, fewQuads)
	if w.spiller, err = newSpiller(f, old, add); err != nil {
		return nil, errors.Join(err, w.Abort())
	}
	return w, nil
}

// Add takes a quad; the same quad may come several times.
func (w *Writer) Add(q rdf.Quad) error {
	w.quad(q)
	return w.spillIfFull()
}

// AddPacket takes what a Packer made.
func (w *Writer) AddPacket(p *Packet) error {
	w.numbers = w.chunk.addPacket(p, w.numbers, w.chunk.addUnlessRecent)
	return w.spillIfFull()
}

// Number counts the writers that changed the folder, with this one: what is
// named by it is not in the index yet.
func (w *Writer) Number() int { return w.folder.number() }

// Text sets whether the words of the literals are indexed. It is called before
// anything is added. Default: yes in a new index, else as in the one that is
// updated.
func (w *Writer) Text(on bool) error {
	if on == (w.spiller.text != nil) {
		return nil
	}
	return w.spiller.withText(on)
}

// Temp has what is sorted on the way written into another folder than that of the
// index. It is called before anything is added.
func (w *Writer) Temp(dir string) error { return w.spiller.withTemp(dir) }

// Progress has a function called from several goroutines while Commit merges what was
// sorted, with the number of rows written so far, and the number of all.
func (w *Writer) Progress(tell func(done, total int64)) { w.spiller.space.meter = newMeter(tell) }

// Drop removes a graph from an index that is updated.
func (w *Writer) Drop(graph rdf.Term) { w.spiller.drop(graph) }

// A chunk is full at so many quads, or bytes of terms.
const (
	mostQuads = 1 << 22
	fewQuads  = 1 << 16 // for which the first chunk has room at once
	slack     = 1 << 14 // so that what comes at once has room most of the time
	mostKeys  = 192 << 20
)

func (w *Writer) spillIfFull() error {
	if n := len(w.chunk.quads); n > fewQuads/2 && cap(w.chunk.quads) < mostQuads {
		w.chunk.quads = slices.Grow(w.chunk.quads, mostQuads-n)
	}
	if len(w.chunk.quads) < mostQuads-slack && w.chunk.bytes < mostKeys {
		return w.err
	}
	return w.spill(false)
}

// spill has the chunk, of which last says that it is the last one, written while
// another one is filled.
func (w *Writer) spill(last bool) error {
	if err := w.wait(); err != nil {
		return err
	}
	w.chunk, w.spare = w.spare, w.chunk
	w.chunk.reset()
	if w.chunk.quads == nil && !last {
		w.chunk.quads = make([]row, 0, mostQuads)
	}
	full := &w.spare
	w.spilled = make(chan error, 1)
	go func() { w.spilled <- w.spiller.spill(full, last) }()
	return nil
}

func (w *Writer) wait() error {
	if w.spilled != nil {
		if err := <-w.spilled; w.err == nil {
			w.err = err
		}
		w.spilled = nil
	}
	return w.err
}

// Commit makes what was added the index of the folder.
func (w *Writer) Commit(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, w.Abort()) }()
	if len(w.chunk.quads) > 0 {
		if err := w.spill(true); err != nil {
			return err
		}
	}
	if err := w.wait(); err != nil {
		return err
	}
	w.chunk, w.spare = chunk{}, chunk{}
	if w.spiller.rows == nil {
		w.spiller.sorter = sorter{}
	}
	if w.spiller.empty() && !w.folder.replace {
		return nil
	}
	info, err := w.spiller.finish(ctx)
	if err != nil {
		return err
	}
	return w.folder.commit(w.spiller.kept(), info)
}

// Abort leaves the folder as it was; after Commit it does nothing.
func (w *Writer) Abort() error {
	if w.folder == nil {
		return nil
	}
	_ = w.wait() // what failed there was told, or does not count any more
	if w.spiller != nil {
		w.spiller.close()
	}
	err := w.folder.end()
	w.folder = nil
	return err
}

// Abandon removes what was written, for a process that is about to exit while other
// goroutines are still at work on the writer, which is of no use afterwards. It does
// not wait: what Commit is about to make the index stays.
func (w *Writer) Abandon() {
	if f := w.folder; f != nil && f.ending.TryLock() {
		f.abandoned = true
		_ = f.end() // what stays behind, the next writer removes
		f.ending.Unlock()
	}
}

// folder is a folder that one process writes to.
type folder struct {
	ending    sync.Mutex // held while what was written becomes the index, or is removed
	abandoned bool

	dir     string
	lock    *flock.Flock
	now     manifest
	replace bool // what is there does not count
	made    bool
}

// lockFolder has a folder for this process alone, with replace in order to make a
// new index of whatever version is there.
func lockFolder(dir string, replace bool) (*folder, error) {
	f := &folder{dir: dir, replace: replace}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		f.made = true
	}
	if err := durable.Make(dir, durable.Sync); err != nil {
		return nil, err
	}
	if err := f.foreign(); err != nil {
		return nil, err
	}
	f.lock = flock.New(filepath.Join(dir, lockName))
	switch ok, err := f.lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", f.lock.Path(), err)
	case !ok:
		return nil, fmt.Errorf("%s is being written by another process", dir)
	}
	var err error
	if In(dir) {
		f.now, err = readManifest(dir)
	}
	if _, other := errors.AsType[*FormatError](err); other && replace {
		err = nil
	}
	if err == nil {
		err = f.clean()
	}
	if err != nil {
		return nil, errors.Join(err, f.unlock())
	}
	return f, nil
}

// foreign refuses a folder with files of somebody else.
func (f *folder) foreign() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !ours.MatchString(e.Name()) {
			return fmt.Errorf("%s holds %s, expected a new folder or one with an index", f.dir, e.Name())
		}
	}
	return nil
}

// clean removes what is no part of the index: a writer that was killed left it.
func (f *folder) clean() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	keep := map[string]bool{manifestName: true, lockName: true}
	for _, s := range f.now.Segments {
		for name := range s.Seals {
			keep[filepath.Base(fileName(f.dir, s.Number, name))] = true
		}
	}
	var errs []error
	for _, e := range entries {
		if !keep[e.Name()] && ours.MatchString(e.Name()) {
			errs = append(errs, os.Remove(filepath.Join(f.dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// commit makes the segments that are kept, and a new one, the index.
func (f *folder) commit(kept []segmentInfo, made segmentInfo) error {
	f.ending.Lock()
	defer f.ending.Unlock()
	if f.abandoned {
		return context.Canceled
	}
	next := manifest{Format: version, Next: max(f.now.Next, made.Number) + 1, Segments: append(slices.Clone(kept), made)}
	if err := next.write(f.dir); err != nil {
		return err
	}
	f.now, f.made = next, false
	return nil
}

// number is that of the segment which is being written.
func (f *folder) number() int { return max(1, f.now.Next) }

func (f *folder) unlock() error { return f.lock.Unlock() }

// end removes what is no part of the index, and the folder if it was made in
// vain.
func (f *folder) end() error {
	err := f.clean()
	if f.made {
		os.Remove(filepath.Join(f.dir, lockName))
		os.Remove(f.dir)
	}
	return errors.Join(err, f.unlock())
}

// writeDropped writes the graphs that a segment drops.
func writeDropped(path string, graphs []ID) (uint32, error) {
	return writeFile(path, func(w *fileWriter) (uint32, error) {
		for _, g := range graphs {
			w.write(binary.LittleEndian.AppendUint32(nil, uint32(g)))
		}
		w.endSection()
		return w.finish(partDropped, uint64(len(graphs)))
	})
}

func writeFile(path string, write func(*fileWriter) (uint32, error)) (uint32, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	seal, err := write(newFileWriter(f))
	return seal, errors.Join(err, f.Close())
}
