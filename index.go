package trialweave

import (
	"context"
	"errors"
	"iter"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/study"
)

// Index is a folder of quads that can be asked, which the command trialweave
// index makes. Its methods may be called by several goroutines.
type Index struct{ index *index.Index }

// Open opens an index. One that is damaged, or of another version, is an error.
func Open(dir string) (*Index, error) {
	x, err := index.Open(dir)
	if err != nil {
		return nil, err
	}
	return &Index{x}, nil
}

// Build makes an index of the inputs in a folder, or one anew in the place of that
// which is there: of studies, RDF files and the model. The folder holds what it
// held before until the index is done.
func Build(ctx context.Context, dir string, inputs []string, o *Options) error {
	w, err := index.Create(dir)
	if err != nil {
		return err
	}
	if err = o.orDefaults().fill(ctx, w, inputs); err == nil {
		err = w.Commit(ctx)
	}
	if err != nil {
		return errors.Join(err, w.Abort())
	}
	return nil
}

func (o *Options) fill(ctx context.Context, w *index.Writer, inputs []string) error {
	studies, graphs := input.Divide(inputs, o.Syntax)
	if len(graphs) > 0 {
		for q, err := range Quads(ctx, graphs, o) {
			if err == nil {
				err = w.Add(q)
			}
			if err != nil {
				return err
			}
		}
	}
	if len(studies) > 0 {
		_, err := o.run(studies, func(in *study.Input, converter func() convert.Converter, settings *convert.Options) (convert.Summary, error) {
			return input.Pack(ctx, in, converter, w, settings)
		})
		if err != nil {
			return unwrapped(err)
		}
	}
	return input.AddModel(w)
}

// Close closes the index, which no answer may be read from any more.
func (x *Index) Close() error { return x.index.Close() }

// Len is how many quads there are.
func (x *Index) Len() int64 { return int64(x.index.Len()) }

// Answer is what a query is answered with, by its form. What is not of the form
// is empty.
type Answer struct {
	Form sparql.Form
	// Yes is the answer to an ASK.
	Yes bool
	// Variables are the columns of a SELECT, and Rows its rows: a term for each
	// column, zero where it is unbound.
	Variables []string
	Rows      iter.Seq2[[]rdf.Term, error]
	// Quads is the graph of a CONSTRUCT or DESCRIBE.
	Quads iter.Seq2[rdf.Quad, error]
}

// Query asks a question in SPARQL 1.1. The prefixes of [mapping.Prefixes] need no
// declaration. Rows and quads are found as they are read, and an error that ends
// them is the last that is yielded. A fault of the query is a [*sparql.Error],
// which names the place in it.
func (x *Index) Query(ctx context.Context, query string, o *sparql.Options) (*Answer, error) {
	q, err := sparql.ParseWith(query, "", mapping.Prefixes())
	if err != nil {
		return nil, err
	}
	a := &Answer{
		Form: q.Form, Variables: q.Variables,
		Rows:  func(func([]rdf.Term, error) bool) {},
		Quads: func(func(rdf.Quad, error) bool) {},
	}
	switch q.Form {
	case sparql.Ask:
		a.Yes, err = q.Ask(ctx, x.index, o)
	case sparql.Select:
		a.Rows = q.Rows(ctx, x.index, o)
	default:
		a.Quads = q.Quads(ctx, x.index, o)
	}
	return a, err
}
