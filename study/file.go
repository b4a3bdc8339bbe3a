package study

import (
	"io"
	"os"

	"github.com/trialweave/trialweave/source"
)

// File is an input that can be read anywhere; Options.Open makes them.
type File interface {
	io.ReaderAt
	io.Closer
	// Size is how many bytes it has.
	Size() int64
}

// open opens a file of Divide or OpenRanges.
func (o *Options) open(path string) (File, error) {
	if o.Open != nil {
		f, err := o.Open(path)
		if err != nil {
			return nil, openError(path, err)
		}
		return f, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, openError(path, err)
	}
	if info.IsDir() {
		f.Close()
		return nil, &source.Error{Position: source.At(path, source.NoOffset), Problem: "is a folder", Expected: "a file"}
	}
	return osFile{f, info.Size()}, nil
}

// osFile is a file of this machine.
type osFile struct {
	*os.File
	size int64
}

func (f osFile) Size() int64 { return f.size }
