//go:build integration && unix

package integration

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// packing is a way to compress, and the name that says so. Two parts become two
// members where the way has members.
type packing struct {
	ending string
	pack   func(t testing.TB, name string, parts ...[]byte) (data []byte, borders []int)
}

var packings = []packing{
	{".gz", func(t testing.TB, _ string, parts ...[]byte) ([]byte, []int) {
		return packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, bytes.Join(parts, nil))
	}},
	{".zst", func(t testing.TB, _ string, parts ...[]byte) ([]byte, []int) {
		return packed(t, newZstd, bytes.Join(parts, nil))
	}},
	{" of two members.gz", func(t testing.TB, _ string, parts ...[]byte) ([]byte, []int) {
		return packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, parts...)
	}},
	{" of two members.zst", func(t testing.TB, _ string, parts ...[]byte) ([]byte, []int) {
		return packed(t, newZstd, parts...)
	}},
	{".zip", func(t testing.TB, name string, parts ...[]byte) ([]byte, []int) {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		entry, err := w.Create(name)
		if err == nil {
			_, err = entry.Write(bytes.Join(parts, nil))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes(), nil
	}},
}

func newZstd(w io.Writer) io.WriteCloser {
	out, _ := zstd.NewWriter(w) // without options nothing is wrong with them
	return out
}

// packed compresses parts one behind the other, and says where each ends.
func packed(t testing.TB, open func(io.Writer) io.WriteCloser, parts ...[]byte) (data []byte, borders []int) {
	t.Helper()
	var b bytes.Buffer
	for _, part := range parts {
		w := open(&b)
		_, err := w.Write(part)
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		borders = append(borders, b.Len())
	}
	return b.Bytes(), borders
}

// stream is a form of studies, in two parts that make a document together.
type stream struct {
	name  string
	parts [][]byte
}

// streamForms are the forms that are one file.
func streamForms(t testing.TB) []stream {
	t.Helper()
	studies := ownStudies(t, 30)
	lines := func(s [][]byte) []byte { return append(bytes.Join(s, []byte("\n")), '\n') }
	var csv, rows bytes.Buffer
	csv.WriteString("NCT Number,Study Title,Study Status,Conditions\n")
	for i := range 300 {
		fmt.Fprintf(&rows, "NCT%08d,\"A study, number %d\",COMPLETED,Asthma %d|Cough\n", 99_400_000+i, i, i*7919%1000)
	}
	xml := load(t, "../../testdata/classic/NCT99990201.xml")
	middle := len(xml) / 2
	return []stream{
		{"studies.ndjson", [][]byte{lines(studies[:15]), lines(studies[15:])}},
		{"pages.json", [][]byte{append([]byte(`{"totalCount":30,"studies":[`), bytes.Join(studies[:15], []byte(","))...), append(append([]byte(","), bytes.Join(studies[15:], []byte(","))...), "]}\n"...)}},
		{"download.csv", [][]byte{append(csv.Bytes(), rows.Bytes()[:rows.Len()/2]...), rows.Bytes()[rows.Len()/2:]}},
		{"NCT99990201.xml", [][]byte{xml[:middle], xml[middle:]}},
	}
}

// streams cuts each compressed form at random places. Status 0 or 1 for a part of
// the studies, or an output under its name, is a loss. A cut exactly between two
// members is left out: it cannot be seen in the file.
func (f *faults) streams(t *testing.T) {
	for _, form := range streamForms(t) {
		for _, p := range packings {
			dir := t.TempDir()
			name := strings.ReplaceAll(form.name+p.ending, " ", "-")
			if strings.Contains(p.ending, "members") { // the ending of the form stands before that of the packing
				name = "members-" + form.name + filepath.Ext(p.ending)
			}
			data, borders := p.pack(t, form.name, form.parts...)
			f.whole(t, dir, name, data)
			f.cuts(t, f.row(t, "cuts of %s%s", form.name, p.ending), f.share(500), dir, name, data, borders)
		}
	}
	f.tables(t)
	f.tarballs(t)
}

// whole holds that the file converts where it is not cut.
func (f *faults) whole(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	input := filepath.Join(dir, name)
	save(t, input, data)
	if got := f.run(t, "convert", dir, "-o", "/dev/null"); got.status != 0 {
		t.Fatalf("%s as a whole: status %d, %s", name, got.status, got.err)
	}
	if err := os.Remove(input); err != nil {
		t.Fatal(err)
	}
}

// cuts cuts a file of a folder, which is converted, indexed, annotated or counted.
func (f *faults) cuts(t *testing.T, a *attempts, n int, dir, name string, data []byte, borders []int) {
	t.Helper()
	places := make([]int, n)
	for i := range places {
		for places[i] == 0 || slices.Contains(borders, places[i]) {
			places[i] = 1 + f.dice.IntN(len(data)-1)
		}
	}
	half(n, func(i int) {
		work := filepath.Join(dir, fmt.Sprintf("cut-%d", i))
		err := os.CopyFS(filepath.Join(work, "in"), os.DirFS(dir+"/rest"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
			return
		}
		defer os.RemoveAll(work)
		save(t, filepath.Join(work, "in", name), data[:places[i]])
		out := filepath.Join(work, "out")
		args := [][]string{
			{"convert", work + "/in", "-o", out + ".nq"}, {"convert", filepath.Join(work, "in"), "-o", out + ".nq.zst"},
			{"index", work + "/in", "-o", out}, {"annotate", work + "/in", "-o", out + ".jsonld"}, {"stats", work + "/in"},
		}[i%5]
		got := f.run(t, args...)
		left, _ := filepath.Glob(out + "*")
		switch {
		case got.status != 2:
			a.try(fmt.Sprintf("%s cut at byte %d of %d: %s has status %d: %s", name, places[i], len(data), args[0], got.status, got.err))
		case len(left) > 0:
			a.try(fmt.Sprintf("%s cut at byte %d of %d: %s leaves %s", name, places[i], len(data), args[0], left[0]))
		default:
			a.try("")
		}
	})
}

// tables cuts one table of an export of AACT whose tables are compressed, and an
// export in a ZIP.
func (f *faults) tables(t *testing.T) {
	names, err := filepath.Glob("../../testdata/aact/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal("no table in testdata", err)
	}
	for _, p := range packings[:2] {
		dir := t.TempDir()
		all := map[string][]byte{}
		for _, name := range names {
			data, _ := p.pack(t, "", load(t, name))
			all[filepath.Base(name)+p.ending] = data
			save(t, filepath.Join(dir, "rest", filepath.Base(name)+p.ending), data)
		}
		if got := f.run(t, "convert", dir, "-o", "/dev/null"); got.status != 0 {
			t.Fatalf("the tables as a whole: status %d, %s", got.status, got.err)
		}
		a := f.row(t, "cuts of a table of AACT among others%s", p.ending)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			f.cuts(t, a, max(1, f.share(500)/len(all)), dir, name, all[name], nil)
		}
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		entry, err := w.Create(filepath.Base(name))
		if err == nil {
			_, err = entry.Write(load(t, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f.whole(t, dir, "export.zip", b.Bytes())
	f.cuts(t, f.row(t, "cuts of an export of AACT.zip"), f.share(500), dir, "export.zip", b.Bytes(), nil)
}

// tarballs cuts archives of several files.
func (f *faults) tarballs(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i, study := range ownStudies(t, 30) {
		err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.json", i), Size: int64(len(study)), Mode: 0o644})
		if err == nil {
			_, err = w.Write(study)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, p := range packings[:2] {
		dir, name := t.TempDir(), "studies.tar"+p.ending
		data, _ := p.pack(t, "", b.Bytes())
		f.whole(t, dir, name, data)
		f.cuts(t, f.row(t, "cuts of %s", name), f.share(500), dir, name, data, nil)
	}
}
