package record

import (
	"archive/zip"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// File is an entry of an archive of records.
type File struct {
	// Name is without folders; ID is without its ending too.
	Name, ID string
	Text     []byte
}

// Archive yields the entries of a ZIP in their order, every step-th of them. An
// error is the last that it yields.
func Archive(path string, step int) iter.Seq2[File, error] {
	return Choose(path, func(i int, _ string) bool { return i%step == 0 })
}

// Choose yields the entries of a ZIP that are wanted, by their place and their name
// without folders; others are not unpacked. An error is the last that it yields.
func Choose(path string, want func(i int, name string) bool) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		z, err := zip.OpenReader(path)
		if err != nil {
			yield(File{}, err)
			return
		}
		defer z.Close()
		for i, f := range z.File {
			name := filepath.Base(f.Name)
			if !want(i, name) {
				continue
			}
			text, err := contents(f)
			if !yield(File{name, strings.TrimSuffix(name, filepath.Ext(name)), text}, err) || err != nil {
				return
			}
		}
	}
}

func contents(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// Sample is the step of tests that look at every step-th record, and at all of
// them where TRIALWEAVE_FULL is set.
func Sample(step int) int {
	if portion.Full() {
		return 1
	}
	return step
}
