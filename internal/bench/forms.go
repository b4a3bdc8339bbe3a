package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/trialweave/trialweave/internal/test/aacttest"
)

// form is a delivery form, beside the v2 JSON that it is read as.
type form struct {
	name, asked string
	make        func(p *plan, path string) error // a file or folder of real records in that form
	pages       int                              // into which the v2 JSON is put, in a ZIP; 0 is lines in a file, -1 an entry each
}

const shared = "../shared/data/"

// copies is how many times a file of few records is taken, each time with other
// numbers, so that there is something to measure.
const copies = 20

var formList = []form{
	{"classic XML", "at most 2.5", linked("classic-public-xml-visible.zip"), -1},
	{"classic JSON", "at most 1.5", repeatedPages("classic-json/results_1.json"), copies},
	{"AACT", "at most 2.0", aactFiles, 0},
	{"CSV", "at most 1.2", repeatedRows("csv/ctg-studies-30col-crlf.csv"), 0},
}

// measureForms converts each form, and the records that it is read as, by one
// worker. A form of which the records are not at hand is named and left out.
func (p *plan) measureForms(w io.Writer) error {
	fmt.Fprintf(w, "\n| form | CPU s | CPU s of the same records as v2 JSON | ratio | asked for |\n|---|---|---|---|---|\n")
	for _, f := range formList {
		input, same := filepath.Join(p.dir, "form-"+f.name), filepath.Join(p.dir, "same-"+f.name)
		if err := f.make(p, input); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s is left out: %v\n", f.name, err)
			continue
		}
		if err := p.sameRecords(input, same, f.pages); err != nil {
			return err
		}
		convert := func(path string) task {
			return task{name: filepath.Base(path), args: []string{p.command, "convert", path, "--workers", "1"}}
		}
		results, err := measure([]task{convert(input), convert(same)}, p.runs)
		if err != nil {
			return err
		}
		a, b := results[0].cpu.Seconds(), results[1].cpu.Seconds()
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %.2f | %s |\n", f.name, a, b, a/b, f.asked)
	}
	return nil
}

// sameRecords writes the v2 JSON that an input is read as, packed in the same way.
func (p *plan) sameRecords(input, same string, pages int) error {
	quads, lines := same+".nq", same+".ndjson"
	if err := shell(p.command, "convert", input, "-o", quads); err != nil {
		return err
	}
	if err := shell(p.command, "restore", quads, "-o", lines); err != nil {
		return err
	}
	if pages == 0 {
		return os.Rename(lines, same)
	}
	text, err := os.ReadFile(lines)
	if err != nil {
		return err
	}
	studies := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	if pages < 0 {
		pages = len(studies)
	}
	return zipped(same, pages, func(page int) []byte {
		part := studies[page*len(studies)/pages : (page+1)*len(studies)/pages]
		return pageOf(part)
	})
}

// pageOf is a page of the /studies endpoint.
func pageOf(studies [][]byte) []byte {
	return append(append([]byte(`{"studies":[`), bytes.Join(studies, []byte(",\n"))...), "]}"...)
}

// zipped writes a ZIP of so many entries.
func zipped(path string, n int, entry func(int) []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for i := range n {
		w, err := z.Create(strconv.Itoa(i) + ".json")
		if err != nil {
			return err
		}
		if _, err := w.Write(entry(i)); err != nil {
			return err
		}
	}
	return z.Close()
}

// linked takes a file as it is.
func linked(name string) func(*plan, string) error {
	return func(_ *plan, path string) error {
		text, err := os.ReadFile(shared + name)
		if err != nil {
			return err
		}
		return os.WriteFile(path, text, 0o600)
	}
}

var numbers = regexp.MustCompile(`NCT\d{8}`)

// renumbered gives the studies of a text other numbers, for each copy its own.
func renumbered(text []byte, i int) []byte {
	return numbers.ReplaceAllFunc(text, func(id []byte) []byte {
		n, _ := strconv.Atoi(string(id[3:])) // digits
		return fmt.Appendf(nil, "NCT%08d", (n+i*7_000_003)%99_999_999+1)
	})
}

func repeatedPages(name string) func(*plan, string) error {
	return func(_ *plan, path string) error {
		text, err := os.ReadFile(shared + name)
		if err != nil {
			return err
		}
		return zipped(path, copies, func(i int) []byte { return renumbered(text, i) })
	}
}

func repeatedRows(name string) func(*plan, string) error {
	return func(_ *plan, path string) error {
		text, err := os.ReadFile(shared + name)
		if err != nil {
			return err
		}
		head, rows, _ := bytes.Cut(text, []byte("\n"))
		out := append(bytes.Clone(head), '\n')
		for i := range copies {
			out = append(out, renumbered(rows, i)...)
		}
		return os.WriteFile(path, out, 0o600)
	}
}

// aactFiles spreads the studies over the tables of AACT.
func aactFiles(p *plan, path string) error {
	mapping, err := os.ReadFile(shared + "aact/mapping.json")
	if err != nil {
		return err
	}
	tables, err := aacttest.New(mapping, aacttest.Latest)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(p.lines)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if err := tables.Add(line); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(path, 0o750); err != nil {
		return err
	}
	return tables.Write(path)
}
