package study

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zip"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

// Range is a part of a file that holds whole records: of NDJSON the bytes from
// From to To, of a ZIP the entries. A To of -1 is the end, which is all there
// is of a file of another form.
type Range struct {
	Path string `json:"path"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
}

// whole reports whether a range is a file from its start to its end.
func (r Range) whole() bool { return r.From == 0 && r.To < 0 }

// OpenRanges is Open for parts of files, which are read one after the other.
func OpenRanges(ranges []Range, options *Options) (*Input, error) {
	in := &Input{options: options.withDefaults(), ranges: ranges, size: -1}
	for _, r := range ranges {
		if in.options.Open != nil {
			break
		}
		if _, err := os.Stat(r.Path); err != nil {
			return nil, openError(r.Path, err)
		}
	}
	return in, nil
}

// Divide cuts inputs into n lists of ranges of about the same size, in the
// order of the input: the records of all lists, one after the other, are those
// of the inputs. An input without a study is an error. There may be fewer records than lists; then some are empty.
func Divide(paths []string, n int, options *Options) ([][]Range, error) {
	o := options.withDefaults()
	var all []weighed
	for _, path := range paths {
		if o.Open == nil {
			if err := o.probe(path); err != nil {
				return nil, err
			}
		}
		files, err := o.filesOf(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			w, err := o.weigh(file)
			if err != nil {
				return nil, err
			}
			all = append(all, w)
		}
	}
	return o.dealOut(all, n)
}

// probe reads a path up to its first study, so that a plan is never made of an
// input without one.
func (o *Options) probe(path string) error {
	in, err := Open([]string{path}, o)
	if err != nil {
		return err
	}
	for _, err := range in.Records(context.Background()) {
		if err != nil {
			return err
		}
		if in.met.records[0].Load() > 0 {
			return nil
		}
	}
	return nil
}

// filesOf lists the files of a path in the order in which they are read.
func (o *Options) filesOf(path string) ([]string, error) {
	if o.Open != nil {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, openError(path, err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	if aact.IsExport(os.DirFS(path)) {
		return nil, &source.Error{Position: source.At(path, source.NoOffset), Problem: "an AACT export cannot be divided", Expected: "files of studies"}
	}
	var out []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return openError(name, err)
		case strings.HasPrefix(d.Name(), ".") && name != path && d.IsDir():
			return fs.SkipDir
		case d.Type().IsRegular() && !strings.HasPrefix(d.Name(), "."):
			out = append(out, name)
		}
		return nil
	})
	return out, err
}

// weighed is a file with where it may be cut.
type weighed struct {
	path string
	size int64
	// entries are the sizes of a ZIP's entries; lines says that the file is
	// NDJSON, which may be cut before any record.
	entries []int64
	lines   bool
}

func (o *Options) weigh(path string) (weighed, error) {
	f, err := o.open(path)
	if err != nil {
		return weighed{}, err
	}
	defer f.Close()
	w := weighed{path: path, size: f.Size()}
	head := make([]byte, min(1<<20, w.size))
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return w, openError(path, err)
	}
	head = head[:n]
	if isZIP(head) {
		z, err := zip.NewReader(f, w.size)
		if err != nil {
			return w, openError(path, err)
		}
		if len((&walker{in: &Input{options: *o}}).exportsIn(z)) > 0 {
			return w, &source.Error{Position: source.At(path, source.NoOffset), Problem: "an AACT export cannot be divided", Expected: "files of studies"}
		}
		for _, e := range z.File {
			w.entries = append(w.entries, int64(e.CompressedSize64)+1)
		}
		return w, nil
	}
	w.lines = isLines(head)
	return w, nil
}

// isLines reports whether a file has a record a line.
func isLines(head []byte) bool {
	line, rest, ok := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimSpace(line)
	return ok && bytes.HasPrefix(line, []byte("{")) && bytes.HasSuffix(line, []byte("}")) && bytes.HasPrefix(rest, []byte("{"))
}

// dealOut deals the files out.
func (o *Options) dealOut(all []weighed, n int) ([][]Range, error) {
	var total int64
	for _, w := range all {
		total += w.size
	}
	out := make([][]Range, n)
	var before int64 // of the files so far
	for _, w := range all {
		if err := o.deal(&w, out, before, total); err != nil {
			return nil, err
		}
		before += w.size
	}
	return out, nil
}

// deal cuts a file at the borders of shards that lie in it.
func (o *Options) deal(w *weighed, out [][]Range, before, total int64) error {
	n := int64(len(out))
	shardOf := func(at int64) int64 { return min((before+at)*n/max(total, 1), n-1) }
	switch {
	case w.entries != nil:
		var at, from int64
		shard := shardOf(0)
		for i, size := range w.entries {
			if next := shardOf(at); next != shard {
				out[shard] = append(out[shard], Range{w.path, from, int64(i)})
				shard, from = next, int64(i)
			}
			at = min(at+size, w.size)
		}
		out[shard] = append(out[shard], Range{w.path, from, int64(len(w.entries))})
		return nil
	case !w.lines:
		shard := shardOf(w.size / 2)
		out[shard] = append(out[shard], Range{w.path, 0, -1})
		return nil
	}
	f, err := o.open(w.path)
	if err != nil {
		return err
	}
	defer f.Close()
	var from int64
	for shard := shardOf(0); from < w.size; shard++ {
		to, err := w.lineAfter(f, ((shard+1)*total+n-1)/n-before)
		if err != nil {
			return err
		}
		if to > from {
			out[shard] = append(out[shard], Range{w.path, from, to})
			from = to
		}
	}
	return nil
}

// lineAfter finds the first start of a record at or behind a place.
func (w *weighed) lineAfter(f io.ReaderAt, at int64) (int64, error) {
	if at >= w.size {
		return w.size, nil
	}
	at = max(at-1, 0)
	const chunk = 1 << 20
	buf := make([]byte, chunk+1)
	for ; at < w.size; at += chunk {
		n, err := f.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, openError(w.path, err)
		}
		if i := nextLine(buf[:n]); i >= 0 {
			return at + int64(i), nil
		}
	}
	return w.size, nil
}

// ranges reads parts of files.
func (w *walker) ranges() error {
	for _, r := range w.in.ranges {
		if err := w.oneRange(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) oneRange(r Range) error {
	f, err := w.in.options.open(r.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	var magic [4]byte
	if n, err := f.ReadAt(magic[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return openError(r.Path, err)
	} else if isZIP(magic[:n]) {
		return w.entriesOf(r, f)
	}
	to := r.To
	if to < 0 {
		to = f.Size()
	}
	w.base = r.From
	defer func() { w.base = 0 }()
	return w.stream(r.Path, &counted{r: io.NewSectionReader(f, r.From, to-r.From), n: &w.in.consumed}, r.whole() && w.in.options.Open == nil)
}

// entriesOf reads a range of the entries of an archive.
func (w *walker) entriesOf(r Range, f File) error {
	if r.whole() {
		return w.archive(r.Path, f, f.Size())
	}
	z, err := zip.NewReader(f, f.Size())
	if err != nil {
		return openError(r.Path, err)
	}
	if r.To > int64(len(z.File)) || r.From > r.To {
		return &source.Error{Position: source.At(r.Path, source.NoOffset), Problem: fmt.Sprintf("the archive has %d entries", len(z.File)), Expected: fmt.Sprintf("at least %d, as when it was divided", r.To)}
	}
	return w.entries(r.Path, z, z.File[r.From:r.To])
}
