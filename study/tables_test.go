package study_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/study"
)

func gzipText(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tarred writes a tar archive of files, by name and text in turn.
func tarred(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// folderOf writes a folder of files, by name and text in turn.
func folderOf(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, filepath.FromSlash(files[i]))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// seen lists the numbers of what an input has, with "-" for a bad record, and
// the error that ends it.
func seen(t *testing.T, path string) (ids string, in *study.Input, end error) {
	t.Helper()
	in, err := study.Open([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for r, err := range in.Records(t.Context()) {
		if err != nil {
			return strings.Join(out, " "), in, err
		}
		id, bad := study.Validate(r.JSON)
		if r.Err != nil || bad != nil {
			id = "-"
		}
		out = append(out, strings.TrimPrefix(id, "NCT999906"))
	}
	return strings.Join(out, " "), in, nil
}

// TestExportsWherever: every export of AACT in an input is read, and so is what
// lies beside it, in whatever they are packed.
func TestExportsWherever(t *testing.T) {
	const (
		one      = "nct_id|brief_title\nNCT99990601|One\n"
		two      = "nct_id|brief_title\nNCT99990602|Two\n"
		keywords = "id|nct_id|name\n1|NCT99990601|word\n"
		json     = `{"protocolSection":{"identificationModule":{"nctId":"NCT99990603"}}}`
	)
	both := []string{"july/keywords.txt", keywords, "july/studies.txt", one, "august/studies.txt", two, "a.json", json, "july/schema.png", "no study"}
	plain := []string{"x/keywords.txt", keywords, "x/studies.txt", one}
	inner := func(files ...string) string {
		text, err := os.ReadFile(zipped(t, files...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	long := inner("x/keywords.txt", keywords, "x/studies.txt", one, "x/pad.png", strings.Repeat(noise(1<<20), 6))
	for name, c := range map[string]struct{ path, want string }{
		"folder":            {folderOf(t, both...), "03 02 01"},
		"ZIP":               {zipped(t, both...), "01 02 03"},
		"tar":               {saved(t, "a.tar", []byte(tarred(t, both...))), "03 01 02"},
		"tar.gz":            {saved(t, "a.tar.gz", []byte(gzipText(t, tarred(t, both...)))), "03 01 02"},
		"ZIP in ZIP":        {zipped(t, "inner.zip", inner(both...), "b.json", strings.Replace(json, "603", "604", 1)), "01 02 03 04"},
		"big ZIP in ZIP":    {zipped(t, "inner.zip", long), "01"},
		"tar.gz in ZIP":     {zipped(t, "inner.tgz", gzipText(t, tarred(t, plain...))), "01"},
		"tar in ZIP in ZIP": {zipped(t, "a.zip", inner("b.tar", tarred(t, plain...))), "01"},
		"ZIP in tar.gz":     {saved(t, "a.tar.gz", []byte(gzipText(t, tarred(t, "a.zip", inner(plain...))))), "01"},
		"gzipped ZIP":       {saved(t, "a.zip.gz", []byte(gzipText(t, inner(plain...)))), "01"},
		"gzipped tables":    {folderOf(t, "studies.txt.gz", gzipText(t, one), "keywords.txt.gz", gzipText(t, keywords)), "01"},
		"gzipped in ZIP":    {zipped(t, "e/studies.txt.gz", gzipText(t, one), "e/keywords.txt.gz", gzipText(t, keywords)), "01"},
		"gzipped in tar.gz": {saved(t, "a.tar.gz", []byte(gzipText(t, tarred(t, "studies.txt.gz", gzipText(t, one), "keywords.txt.gz", gzipText(t, keywords))))), "01"},
		"a CSV of that name": {
			saved(t, "a.tar", []byte(tarred(t, "studies.csv", "NCT Number,Study Title\nNCT99990605,Five\n"))), "05",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, in, err := seen(t, c.path)
			if err != nil || got != c.want {
				t.Errorf("%s, %v, expected %s", got, err, c.want)
			}
			if without, _ := in.Skipped(); strings.Contains(c.want, "03") && (without != 1 || !strings.Contains(in.WithoutStudies()[0], "schema.png")) {
				t.Errorf("%d skipped: %v, expected schema.png", without, in.WithoutStudies())
			}
		})
	}
}

// noise is text that does not compress.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
}

// TestCutTables: a compressed table that is cut short, at a line end or not, ends
// the reading; of one that is not compressed the line end that is missing shows.
func TestCutTables(t *testing.T) {
	studies, keywords := "nct_id|brief_title\nNCT99990601|One\n", "id|nct_id|name\n1|NCT99990601|"+strings.Repeat("word ", 2000)+"\n2|NCT99990601|two\n"
	packed := gzipText(t, keywords)
	if _, _, err := seen(t, folderOf(t, "studies.txt", studies, "keywords.txt.gz", packed[:len(packed)-9])); err == nil || !strings.Contains(err.Error(), "gzip stream ends early") {
		t.Errorf("%v, expected a stream that ends early", err)
	}
	_, in, err := seen(t, folderOf(t, "studies.txt", studies, "keywords.txt", keywords[:len(keywords)-2]))
	if err != nil || !strings.Contains(strings.Join(in.Notes(), "\n"), "1 table without a line end at the end of the file, perhaps cut short: keywords") {
		t.Errorf("%v, %v", in.Notes(), err)
	}
	whole := tarred(t, "studies.txt", studies, "keywords.txt", keywords)
	if _, _, err := seen(t, saved(t, "a.tar", []byte(whole[:2048]))); !errors.Is(err, study.ErrDamaged) {
		t.Errorf("%v, expected ErrDamaged", err)
	}
}
