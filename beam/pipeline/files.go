package pipeline

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/trialweave/trialweave/study"
)

// join is the path of a file in a folder of any file system.
func join(folder, name string) string { return strings.TrimSuffix(folder, "/") + "/" + name }

// fileSystem is that of a path.
func fileSystem(ctx context.Context, path string) (filesystem.Interface, error) {
	fs, err := filesystem.New(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%s: no such file system: %w", path, err)
	}
	return fs, nil
}

// files opens inputs for one DoFn. A ZIP of a file system that reads only from
// start to end is copied to this machine once.
type files struct {
	copies map[string]string
}

// options are those by which the study package reads.
func (f *files) options(ctx context.Context) *study.Options {
	return &study.Options{Open: func(path string) (study.File, error) { return f.open(ctx, path) }}
}

func (f *files) open(ctx context.Context, path string) (study.File, error) {
	if name, ok := f.copies[path]; ok {
		return openHere(name)
	}
	fs, err := fileSystem(ctx, path)
	if err != nil {
		return nil, err
	}
	r, err := fs.OpenRead(ctx, path)
	if err != nil {
		fs.Close()
		return nil, err
	}
	if file, ok := r.(*os.File); ok {
		fs.Close()
		return sized(file)
	}
	s := &stream{ctx: ctx, fs: fs, path: path}
	s.begin(r)
	if s.size, err = fs.Size(ctx, path); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if magic, _ := s.in.Peek(4); !bytes.HasPrefix(magic, []byte("PK")) {
		return s, nil
	}
	name, err := spool(s.in)
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	if f.copies == nil {
		f.copies = map[string]string{}
	}
	f.copies[path] = name
	return openHere(name)
}

// close removes what was copied.
func (f *files) close() {
	for _, name := range f.copies {
		os.Remove(name)
	}
	f.copies = nil
}

func spool(r io.Reader) (name string, err error) {
	temp, err := os.CreateTemp("", "trialweave-beam-*.zip")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(temp, r)
	if e := temp.Close(); err == nil {
		err = e
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return temp.Name(), err
}

// here is a file of this machine.
type here struct {
	*os.File
	size int64
}

func (h here) Size() int64 { return h.size }

func openHere(name string) (study.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return sized(file)
}

func sized(file *os.File) (study.File, error) {
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("is a folder, expected files: %s", path.Join(file.Name(), "*"))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return here{file, info.Size()}, nil
}

// stream reads forward what can be read only so; who goes back begins anew.
type stream struct {
	ctx  context.Context // of the call that opened it, and reads it
	fs   filesystem.Interface
	path string
	size int64
	from io.Closer
	in   *bufio.Reader
	at   int64
}

func (s *stream) begin(r io.ReadCloser) {
	s.from, s.in, s.at = r, bufio.NewReaderSize(r, 1<<20), 0
}

func (s *stream) Size() int64 { return s.size }

func (s *stream) Close() error {
	err := s.from.Close()
	if e := s.fs.Close(); err == nil {
		err = e
	}
	return err
}

// ReadAt reads from a place on; before it, bytes are passed over.
func (s *stream) ReadAt(p []byte, off int64) (int, error) {
	if off < s.at {
		s.from.Close()
		r, err := s.fs.OpenRead(s.ctx, s.path)
		if err != nil {
			s.from = io.NopCloser(nil)
			return 0, err
		}
		s.begin(r)
	}
	for s.at < off {
		n, err := s.in.Discard(int(min(off-s.at, 1<<30)))
		s.at += int64(n)
		if err != nil {
			return 0, err
		}
	}
	n, err := io.ReadFull(s.in, p)
	s.at += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
