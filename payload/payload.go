// Package payload compares real records with the description that says what
// they are: it validates them against a schema of an OpenAPI description and
// reports where the two have drifted apart, as findings on the description,
// since the data is what it is.
//
// Compile makes a program of a schema, Judge runs it over any number of
// records on several goroutines. What it does not check, it says.
package payload

import (
	"context"
	"fmt"
	"runtime"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// recordKey is a key that tells the schema of a study from all others.
const recordKey = "protocolSection"

// Schema is a compiled schema of a description. It does not change, and may be
// used from several goroutines.
type Schema struct {
	// Name is its name in the description.
	Name string

	doc     *yamltree.Document
	origin  func([]string) (string, []string)
	names   *scan.Names
	nodes   []node
	root    int
	members int // of all nodes
	ignored []report.Unchecked
}

// Compile compiles a schema of the description in text: the one of that name,
// or without a name the one of a study. Its errors are *source.Error values.
func Compile(file string, text []byte, name string) (*Schema, error) {
	doc, err := yamltree.Parse(file, text, nil)
	if err != nil {
		return nil, err
	}
	return CompileTree(doc, name, func(path []string) (string, []string) { return file, path })
}

// CompileTree compiles a schema of a description that is parsed already. A
// description that was put together of several files has origin find the file,
// and the path in it, that a path of doc leads to.
func CompileTree(doc *yamltree.Document, name string, origin func(path []string) (file string, at []string)) (*Schema, error) {
	d := openapi.FromTree(doc)
	if d == nil {
		return nil, &source.Error{Position: doc.Position(doc.Root.Range.Start), Problem: "this is not an OpenAPI description", Expected: "a mapping with openapi or swagger"}
	}
	schema, err := pick(doc, d, name)
	if err != nil {
		return nil, err
	}
	return compile(doc, d.Version, schema, origin)
}

// pick finds the schema to compile.
func pick(doc *yamltree.Document, d *openapi.Description, name string) (openapi.Schema, error) {
	if name == "" {
		if s, ok := d.Record(recordKey); ok {
			return s, nil
		}
		return openapi.Schema{}, &source.Error{
			Position: doc.Position(doc.Root.Range.Start), Problem: fmt.Sprintf("no schema has a property %q, so no schema describes a study", recordKey),
			Hint: "name the schema with --schema NAME",
		}
	}
	for _, s := range d.Schemas() {
		if s.Name == name {
			return s, nil
		}
	}
	return openapi.Schema{}, &source.Error{
		Position: doc.Position(doc.Root.Range.Start), Problem: fmt.Sprintf("there is no schema %q", name), Expected: "a name of components/schemas",
	}
}

// Options is how records are judged; nil and the zero value mean the defaults.
type Options struct {
	// Workers is the number of goroutines; default: one for each processor.
	Workers int
	// Context is tried on the records too; default: none.
	Context *Context
	// Done is called with the number of records, or small files, that have been
	// read so far; default: nothing is told.
	Done func(read int64)
}

// Summary counts what was judged.
type Summary struct {
	Records int64
	// Bytes is the size of their JSON.
	Bytes int64
	// Unreadable counts the records that are no JSON.
	Unreadable int64
}

// Judge validates records against the schema. The report is the same for any
// number of workers. Records that cannot be read are listed as not checked, and
// so are parts of the schema that have a meaning which is not looked at. The
// error is that of the input, or of ctx.
func Judge(ctx context.Context, s *Schema, in Input, opts *Options) (*report.Report, Summary, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	all, err := s.run(ctx, in, o)
	if err != nil {
		return nil, Summary{}, err
	}
	r := s.report(all)
	r.Documents = []report.Document{{File: s.doc.Name, Kind: "openapi"}}
	if all.trial != nil {
		r.Documents = append(r.Documents, report.Document{File: o.Context.doc.Name, Kind: "json-ld-context"})
		r.Findings = append(r.Findings, all.trial.findings(all.summary.Records-all.summary.Unreadable)...)
	}
	r.Rules = rules()
	r.Sort()
	return r, all.summary, nil
}
