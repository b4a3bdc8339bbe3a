//go:build !lean

package tables

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// Writer writes tables, each into a file of its own.
type Writer struct {
	layout *layout
	files  []*parquet.GenericWriter[any]
	// shared are the nodes of several studies, whose rows are written at the end.
	shared *nodes
}

// groupRows is the most rows of a row group, dictionaryBytes the most bytes of the
// distinct values of a column in one that are numbered.
const (
	groupRows       = 1 << 17
	dictionaryBytes = 1 << 20
)

// NewWriter makes a writer of the tables of a model; create opens the file of a
// table, by its name with the extension ".parquet". What it opens the caller closes,
// after Close.
func NewWriter(m *model.Model, create func(name string) (io.Writer, error)) (*Writer, error) {
	w := &Writer{layout: newLayout(m)}
	w.shared = newNodes(w.layout)
	for i := range w.layout.tables {
		to, err := create(w.layout.tables[i].Name + ".parquet")
		if err != nil {
			return nil, err
		}
		w.files = append(w.files, newFile(to, &w.layout.tables[i]))
	}
	return w, w.vocabulary(m)
}

func newFile(to io.Writer, t *Table) *parquet.GenericWriter[any] {
	return parquet.NewGenericWriter[any](to, schemaOf(t), parquet.Compression(&parquet.Zstd),
		parquet.MaxRowsPerRowGroup(groupRows), parquet.DictionaryMaxBytes(dictionaryBytes))
}

// vocabulary writes the tables of codes and countries.
func (w *Writer) vocabulary(m *model.Model) error {
	var concepts, countries []parquet.Row
	for _, c := range m.Concepts {
		concepts = append(concepts, textRow(c.Scheme, c.Code, c.Label))
	}
	for _, c := range m.Countries {
		iri := ""
		if c.Alpha3 != "" {
			iri = model.NSCountry + c.Alpha3
		}
		countries = append(countries, textRow(c.Name, iri, c.Alpha2, c.Alpha3))
	}
	return errors.Join(w.put(w.layout.byName[conceptTable], concepts), w.put(w.layout.byName[countryTable], countries))
}

// textRow is a row of texts, null where one is empty.
func textRow(texts ...string) parquet.Row {
	var r rows
	for at, text := range texts {
		r.text(at, text)
	}
	return r.values
}

func (w *Writer) put(table int, list []parquet.Row) error {
	if len(list) == 0 {
		return nil
	}
	_, err := w.files[table].WriteRows(list)
	return err
}

// Write converts the studies of an input and writes their rows, in the order of the
// input. A study that cannot be read is rejected, as [convert.Run] does it. Close
// ends the tables.
func (w *Writer) Write(ctx context.Context, in convert.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
	return convert.Each(ctx, in, func() func([]byte, *mapping.Output, *rows) error { return w.making(converter()) }, w.take, o)
}

// making makes the rows of a study.
func (w *Writer) making(c convert.Converter) func([]byte, *mapping.Output, *rows) error {
	n := newNodes(w.layout)
	return func(json []byte, out *mapping.Output, made *rows) error {
		if err := c.Convert(json, out); err != nil {
			return err
		}
		n.reset()
		for _, lines := range append(out.Full, out.Record) {
			if err := n.read(lines); err != nil {
				return &source.Error{Problem: "the converter's own N-Quads", Err: err}
			}
		}
		made.fill(n)
		return nil
	}
}

// take writes the rows of a study.
func (w *Writer) take(s *convert.Study[rows]) error {
	if err := w.shared.read(s.Shared); err != nil {
		return err
	}
	if s.Value == nil {
		return nil
	}
	return w.write(s.Value)
}

func (w *Writer) write(r *rows) error {
	for i, list := range r.byTable {
		if err := w.put(i, list); err != nil {
			return fmt.Errorf("%s: %w", w.layout.tables[i].Name, err)
		}
	}
	return nil
}

// Close writes the rows of shared nodes and ends the files.
func (w *Writer) Close() error {
	var r rows
	r.fill(w.shared)
	err := w.write(&r)
	for _, f := range w.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
