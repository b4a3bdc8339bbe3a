//go:build !lean

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/tables"
)

// tableFolder is a folder of tables in the making.
type tableFolder struct {
	dir   string
	files []*output.File
	to    *tables.Writer
	// made are the folders that were made for it, the innermost first.
	made []string
}

// createTables starts the tables of the folder that -o names.
func (c *convertCmd) createTables() (file, error) {
	switch info, err := os.Stat(c.Output); {
	case c.Output == "-" || c.Output == "":
		return nil, errors.New("--format parquet writes a folder of tables, expected -o DIR")
	case c.Split > 0:
		return nil, errors.New("--split cuts N-Quads, expected none with --format parquet")
	case err == nil && !info.IsDir():
		return nil, fmt.Errorf("-o %s is a file, expected a folder: --format parquet writes several tables", c.Output)
	}
	t := &tableFolder{dir: strings.TrimSuffix(c.Output, "/"), made: missingFolders(c.Output)}
	err := os.MkdirAll(c.Output, 0o755) //nolint:gosec // a folder that the user names, as public as others
	if err != nil {
		t.Abort()
		return nil, err
	}
	t.to, err = tables.NewWriter(model.Default(), func(name string) (io.Writer, error) {
		f, err := output.Create(filepath.Join(t.dir, name), nil, 1)
		if err == nil {
			t.files = append(t.files, f)
		}
		return f, err
	})
	if err != nil {
		t.Abort()
		return nil, err
	}
	return t, nil
}

// fill writes the rows of all studies.
func (t *tableFolder) fill(ctx context.Context, in convert.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
	summary, err := t.to.Write(ctx, in, converter, o)
	if err == nil {
		err = t.to.Close()
	}
	return summary, err
}

// Write fails: rows go to the tables.
func (t *tableFolder) Write([]byte) (int, error) {
	return 0, errors.New("a folder of tables takes no lines")
}

// Commit gives all tables their names.
func (t *tableFolder) Commit() error {
	for i, f := range t.files {
		if err := f.Commit(); err != nil {
			for _, left := range t.files[i+1:] {
				left.Abort()
			}
			return err
		}
	}
	return nil
}

// Abort removes what was written, and the folders that were made for it.
func (t *tableFolder) Abort() {
	for _, f := range t.files {
		f.Abort()
	}
	for _, dir := range t.made {
		_ = os.Remove(dir) // one that holds something else stays
	}
}

// parquetIncluded returns an error where the build has no Parquet.
func parquetIncluded() error { return nil }

// newParquet begins the table of a query's rows.
func newParquet(w io.Writer, variables []string) (sparql.ResultWriter, error) {
	return tables.NewResults(w, variables), nil
}

// missingFolders are the folder and those above it that are not there yet.
func missingFolders(dir string) (out []string) {
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) || dir == filepath.Dir(dir) {
			return out
		}
		out = append(out, dir)
	}
}

// tableList lists the tables, or the columns of one.
func tableList(name string) ([]byte, error) {
	var out strings.Builder
	for _, t := range tables.Of(model.Default()) {
		switch name {
		case "":
			fmt.Fprintf(&out, "%s\n    %s\n", t.Name, t.Comment)
		case t.Name:
			for _, c := range t.Columns {
				fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", c.Name, columnType(c), c.Property, c.Comment)
			}
		}
	}
	if out.Len() == 0 {
		return nil, fmt.Errorf("no table is named %q\nhint: trialweave model tables lists them", name)
	}
	return []byte(out.String()), nil
}

// columnType is the type of a column in words.
func columnType(c tables.Column) string {
	name := string(c.Type)
	if c.IRI {
		name = "IRI"
	}
	if c.List {
		return name + "[]"
	}
	return name
}
