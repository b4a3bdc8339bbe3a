package aact

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/source"
)

// Study is a study of the database, as v2 JSON.
type Study struct {
	// ID is its NCT number as the database has it.
	ID string
	// JSON is valid until the next study is asked for.
	JSON []byte
}

// keyTable is the table without which a folder is no export.
const keyTable = "studies"

// IsExport says whether a folder holds a pipe-delimited export: a file
// studies.txt whose first line names nct_id among columns with "|" between.
func IsExport(files fs.FS) bool {
	f, err := files.Open(keyTable + ".txt")
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it is only read
	head := make([]byte, 4096)
	n, _ := io.ReadFull(f, head)
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	return slices.Contains(strings.Split(strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")), "|"), "nct_id")
}

// Files yields the studies of a pipe-delimited export, in the order of their
// NCT numbers. Tables may be in any order: they are sorted first, in temporary
// files where they are big. A table that is missing says nothing. The error is
// a *source.Error of the table that cannot be read, or the cause of ctx.
func Files(ctx context.Context, files fs.FS) iter.Seq2[Study, error] {
	return func(yield func(Study, error) bool) {
		dir, err := os.MkdirTemp("", "trialweave-aact-*")
		if err != nil {
			yield(Study{}, err)
			return
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		var e export
		defer e.close()
		if err := e.open(ctx, files, dir); err != nil {
			yield(Study{}, err)
			return
		}
		e.studies(ctx, yield)
	}
}

// export is a set of tables, each in order.
type export struct {
	tables []table
}

type table struct {
	name    string
	columns columnsOf
	sorter  *sorter
	rows    *sorted
}

func (e *export) close() {
	for _, t := range e.tables {
		t.sorter.close()
	}
}

func (e *export) open(ctx context.Context, files fs.FS, dir string) error {
	for _, name := range tables() {
		f, err := files.Open(name + ".txt")
		if errors.Is(err, fs.ErrNotExist) && name != keyTable {
			continue
		}
		if err != nil {
			return &source.Error{Position: source.At(name+".txt", source.NoOffset), Problem: "cannot be read", Err: err}
		}
		t, err := readTable(ctx, name, f, dir)
		e.tables = append(e.tables, t)
		_ = f.Close() // it was only read
		if err != nil {
			return err
		}
	}
	return nil
}

// readTable sorts a file of a table.
func readTable(ctx context.Context, name string, r io.Reader, dir string) (table, error) {
	file := name + ".txt"
	in := csv.NewReader(r)
	in.Comma, in.ReuseRecord = '|', true
	t := table{name: name, columns: columnsOf{}, sorter: &sorter{dir: dir, most: chunkSize}}
	head, err := in.Read()
	if err != nil {
		return t, &source.Error{Position: source.At(file, 0), Problem: "the table has no line of names", Err: err}
	}
	for i, column := range head {
		t.columns[strings.TrimPrefix(column, "\ufeff")] = i
	}
	if _, ok := t.columns["nct_id"]; !ok {
		return t, &source.Error{Position: source.At(file, 0), Problem: "the table has no column nct_id", Expected: "a table of AACT"}
	}
	t.sorter.columns = t.columns
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return t, context.Cause(ctx)
		}
		at := in.InputOffset()
		r, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, tableFault(file, at, err)
		}
		if err := t.sorter.add(r); err != nil {
			return t, err
		}
	}
	t.rows, err = t.sorter.done()
	return t, err
}

func tableFault(file string, at int64, err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		err = fmt.Errorf("line %d: %w", parse.Line, parse.Err)
	}
	return &source.Error{Position: source.At(file, at), Problem: "the table is damaged", Err: err}
}

// studies walks through all tables at once, study by study.
func (e *export) studies(ctx context.Context, yield func(Study, error) bool) {
	var buffer []byte
	for {
		if ctx.Err() != nil {
			yield(Study{}, context.Cause(ctx))
			return
		}
		first, ok := e.tables[0].rows.peek()
		if !ok {
			return
		}
		at := map[string]*rows{}
		for i := range e.tables {
			t := &e.tables[i]
			of, err := t.of(first.study)
			if err != nil {
				yield(Study{}, err)
				return
			}
			if len(of) > 0 {
				at[t.name] = &rows{columns: t.columns, rows: of}
			}
		}
		buffer = study(buffer[:0], at)
		if !yield(Study{ID: first.study, JSON: buffer}, nil) {
			return
		}
	}
}

// of takes the rows of a study; those of studies before it belong to none.
func (t *table) of(study string) ([]row, error) {
	var out []row
	for {
		k, ok := t.rows.peek()
		if !ok || k.study > study {
			return out, nil
		}
		if k.study == study {
			out = append(out, k.row)
		}
		if err := t.rows.take(); err != nil {
			return nil, err
		}
	}
}
