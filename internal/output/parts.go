package output

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/internal/durable"
)

// Parts is a document in numbered files of about one size. A new one begins
// between two writes, never within one.
type Parts struct {
	dir, name, ending string
	size              int64
	workers           int

	now     *File
	written int64
	done    []string
}

// CreateParts starts a document in parts: path is a folder with "/" behind it,
// which may be missing yet, or one with a file name, such as DIR/part.nq.zst,
// into which the numbers go: DIR/part-0001.nq.zst. A folder that holds such
// parts already is refused, since they would be taken for parts of this one.
func CreateParts(path string, size int64, workers int) (*Parts, error) {
	if path == "-" || path == "" {
		return nil, errors.New("parts cannot go to standard output, expected -o DIR/")
	}
	dir, base := filepath.Split(path)
	if base == "" {
		base = "part.nq"
	}
	name, ending, _ := strings.Cut(base, ".")
	p := &Parts{dir: filepath.Clean(dir), name: name, ending: ending, size: size, workers: workers}
	if dir == "" {
		p.dir = "."
	}
	if err := durable.Make(p.dir, syncNames); err != nil {
		return nil, fmt.Errorf("%s: cannot be written: %w", dir, cause(err))
	}
	if old, _ := filepath.Glob(p.path("[0-9]*")); len(old) > 0 {
		return nil, fmt.Errorf("%s: is a part of another run, expected a folder without parts", old[0])
	}
	return p, p.next()
}

func (p *Parts) path(number string) string {
	base := p.name + "-" + number
	if p.ending != "" {
		base += "." + p.ending
	}
	return filepath.Join(p.dir, base)
}

// next finishes a part and begins another.
func (p *Parts) next() error {
	if err := p.finish(); err != nil {
		return err
	}
	var err error
	p.now, err = Create(p.path(fmt.Sprintf("%04d", len(p.done)+1)), nil, p.workers)
	p.written = 0
	return err
}

func (p *Parts) finish() error {
	if p.now == nil {
		return nil
	}
	err := p.now.Commit()
	if err == nil {
		p.done = append(p.done, p.now.path)
	}
	p.now = nil
	return err
}

// Write adds bytes to the part at hand, or to a new one if that is full.
func (p *Parts) Write(b []byte) (int, error) {
	if p.written > 0 && p.written+int64(len(b)) > p.size {
		if err := p.next(); err != nil {
			return 0, err
		}
	}
	n, err := p.now.Write(b)
	p.written += int64(n)
	return n, err
}

// Commit finishes the last part.
func (p *Parts) Commit() error {
	err := p.finish()
	if err == nil {
		p.done = nil
	}
	return err
}

// Abort removes all parts; after Commit it does nothing.
func (p *Parts) Abort() {
	if p.now != nil {
		p.now.Abort()
		p.now = nil
	}
	for _, path := range p.done {
		os.Remove(path)
	}
	p.done = nil
}
