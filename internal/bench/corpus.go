package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// corpusCommand writes a corpus of any size.
func corpusCommand(args []string) error {
	flags := flag.NewFlagSet("corpus", flag.ContinueOnError)
	size := flags.String("size", "100MB", "how much study JSON")
	out := flags.String("o", "", "the file: .ndjson or .zip, with -like .ndjson or .ndjson.zst")
	like := flags.String("like", "", "a folder or ZIP of studies, whose shape and growth the corpus has")
	studies := flags.Int("studies", 57_725, "with -like, how many studies")
	step := flags.Int("step", 1, "with -like, write one of so many studies")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *like != "" {
		return writeLike(*out, *like, *studies, *step)
	}
	n, err := megabytes(*size)
	if err != nil {
		return err
	}
	return writeCorpus(*out, n)
}

func megabytes(s string) (int64, error) {
	number, factor := strings.TrimSuffix(s, "MB"), int64(1e6)
	if strings.HasSuffix(s, "GB") {
		number, factor = strings.TrimSuffix(s, "GB"), 1e9
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("size %q, expected one such as 100MB or 1GB", s)
	}
	return n * factor, nil
}

// writeCorpus repeats the synthetic studies, each time with another number,
// until they have the size.
func writeCorpus(path string, size int64) error {
	studies, err := fixtures()
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	add, end := lineWriter(buffered)
	if strings.HasSuffix(path, ".zip") {
		add, end = zipWriter(buffered)
	}
	for n, written := 0, int64(0); written < size; n++ {
		study := numbered(studies[n%len(studies)], n)
		written += int64(len(study))
		if err := add(n, study); err != nil {
			return err
		}
	}
	return errors.Join(end(), buffered.Flush(), out.Close())
}

// fixtures are the synthetic studies, compact, one line each.
func fixtures() ([][]byte, error) {
	files, err := filepath.Glob(filepath.Join("testdata", "studies", "NCT*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("testdata/studies holds no studies, expected to run in the root of the module: %w", err)
	}
	var out [][]byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		out = append(out, oneLine(data))
	}
	return out, nil
}

// oneLine takes the line ends out, none of which stand in strings.
func oneLine(study []byte) []byte {
	lines := bytes.Split(study, []byte("\n"))
	for i, l := range lines {
		lines[i] = bytes.TrimSpace(l)
	}
	return bytes.Join(lines, nil)
}

var nctNumber = regexp.MustCompile(`("nctId" ?: ?")NCT\d+`)

// numbered gives a study a number of its own.
func numbered(study []byte, n int) []byte {
	return nctNumber.ReplaceAll(study, fmt.Appendf(nil, "${1}NCT%08d", 90000000+n))
}

func lineWriter(w io.Writer) (add func(int, []byte) error, end func() error) {
	add = func(_ int, study []byte) error {
		_, err := w.Write(append(study, '\n'))
		return err
	}
	return add, func() error { return nil }
}

func zipWriter(w io.Writer) (add func(int, []byte) error, end func() error) {
	z := zip.NewWriter(w)
	add = func(n int, study []byte) error {
		entry, err := z.Create(fmt.Sprintf("NCT%08d.json", 90000000+n))
		if err != nil {
			return err
		}
		_, err = entry.Write(study)
		return err
	}
	return add, z.Close
}

// unzip writes the studies of a ZIP one a line, and every so many of them to a
// second file.
func unzip(archive, lines, sample string, share int) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }() // it was only read
	all, err := os.Create(lines)
	if err != nil {
		return err
	}
	defer all.Close()
	some, err := os.Create(sample)
	if err != nil {
		return err
	}
	defer some.Close()
	for i, f := range z.File {
		study, err := entryText(f)
		if err != nil {
			return err
		}
		_, err = all.Write(study)
		if err == nil && i%share == 0 {
			_, err = some.Write(study)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eachEntry gives the studies of a ZIP, each on one line.
func eachEntry(archive string, yield func(study []byte)) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }() // it was only read
	for _, f := range z.File {
		study, err := entryText(f)
		if err != nil {
			return err
		}
		yield(bytes.TrimSuffix(study, []byte("\n")))
	}
	return nil
}

func entryText(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	return append(oneLine(data), '\n'), err
}
