package study

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/source"
)

// met is what was met in the paths of an input.
type met struct {
	records []atomic.Int64 // by path: records, and lists that say that they are empty
	skipped atomic.Int64
	hidden  atomic.Int64
	lock    sync.Mutex
	names   []string // of the first few files that are hidden
	without []string // of the first few files without study data
}

// namesKept is how many skipped files an error names.
const namesKept = 3

// meet notes that a path holds a record, or a list of none.
func (in *Input) meet(path int) {
	if path < len(in.met.records) {
		in.met.records[path].Add(1)
	}
}

// hide notes a file of a folder or archive that is hidden.
func (in *Input) hide(name string) {
	in.met.hidden.Add(1)
	in.keep(name)
}

func (in *Input) keep(name string) {
	in.met.lock.Lock()
	defer in.met.lock.Unlock()
	if len(in.met.names) < namesKept {
		in.met.names = append(in.met.names, name)
	}
}

// skip notes a file of a folder or archive that holds no study data.
func (in *Input) skip(name string) {
	in.met.skipped.Add(1)
	in.met.lock.Lock()
	defer in.met.lock.Unlock()
	if len(in.met.without) < namesKept {
		in.met.without = append(in.met.without, name)
	}
}

// WithoutStudies names the first few files of folders and archives in which there
// is no study data.
func (in *Input) WithoutStudies() []string {
	in.met.lock.Lock()
	defer in.met.lock.Unlock()
	return slices.Sorted(slices.Values(in.met.without))
}

// Finish reports whether a record was met in each path of the input, once its
// batches have been unpacked. The error is a *source.Error that names the first
// path without one. A page or a list of studies that is empty counts as one
// met: it says that there are none.
func (in *Input) Finish() error {
	if in.options.AllowEmpty {
		return nil
	}
	for i := range in.met.records {
		if in.met.records[i].Load() == 0 && !live(in.paths[i]) {
			return in.unread(in.paths[i])
		}
	}
	return nil
}

func (in *Input) unread(path string) error {
	e := &source.Error{
		Position: source.At(path, source.NoOffset), Problem: "no study was found",
		Expected: "studies of ClinicalTrials.gov as JSON, XML, CSV or AACT tables",
	}
	if in.options.Values != Studies {
		e.Problem, e.Expected = "no record was found", "JSON, NDJSON, or a ZIP, .gz or .zst of it"
	}
	in.met.lock.Lock()
	defer in.met.lock.Unlock()
	var names []string
	for _, name := range slices.Sorted(slices.Values(slices.Concat(in.met.without, in.met.names))) {
		if strings.HasPrefix(name, path+"!") || strings.HasPrefix(name, strings.TrimSuffix(path, "/")+string(filepath.Separator)) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		e.Problem += fmt.Sprintf("; skipped %s", strings.Join(names, ", "))
		if n := in.met.skipped.Load() + in.met.hidden.Load(); n > int64(len(names)) {
			e.Problem += fmt.Sprintf(" and others, %d in all", n)
		}
	}
	return e
}

// isMet reports whether a record is one of a study, good or bad.
func isMet(b *Batch, r *Record) bool {
	switch {
	case b.form == formOther, r.Err != nil && errors.Is(r.Err, classic.ErrNoStudy):
		return false
	case r.Err != nil || r.Made || b.form == formReject || b.form == formAny:
		return true
	}
	return bytes.Contains(r.JSON, []byte(`"protocolSection`))
}
