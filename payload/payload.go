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
	"net/url"
	"runtime"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/yamltree"
)

// recordKey is a key that tells the schema of a study from all others.
const recordKey = "protocolSection"

// Schema is a compiled schema of a description. It does not change, and may be
// used from several goroutines.
type Schema struct {
	// Name is its name in the description.
	Name string

	doc    *yamltree.Document
	origin func([]string) (string, []string)
	names  *scan.Names
	nodes  []node
	root   int
	// record are the nodes that hold for a record.
	record  []int
	members int // of all nodes
	// ofStudies tells that a record has the section that every study has.
	ofStudies bool
	ignored   []report.Unchecked
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
	from, err := pick(doc, d, name)
	if err != nil {
		return nil, err
	}
	s, err := compile(doc, d.Version, from, origin)
	if err != nil {
		return nil, err
	}
	key := s.names.Key(recordKey)
	s.ofStudies = slices.ContainsFunc(s.record, func(part int) bool { return s.describes(part, key) })
	return s, nil
}

// Values says what the records are that the schema describes: studies, which
// come in many forms, or other JSON, as arrays where it asks for arrays, and
// else as what they hold.
func (s *Schema) Values() study.Values {
	switch {
	case s.ofStudies:
		return study.Studies
	case slices.ContainsFunc(s.record, func(part int) bool { return s.nodes[part].kinds&anArray != 0 || s.nodes[part].items != none }):
		return study.Whole
	}
	return study.Items
}

// point makes the schema that a JSON pointer leads to.
func point(doc *yamltree.Document, name string) (openapi.Schema, error) {
	pointer := strings.TrimPrefix(name, "#")
	if unescaped, err := url.PathUnescape(pointer); err == nil && pointer != name {
		pointer = unescaped
	}
	path, err := yamltree.ParsePointer(pointer)
	if err == nil {
		n := doc.Root.At(path...)
		if n != nil && n.Kind == yamltree.Mapping {
			at, _ := doc.RangeAt(path...)
			return openapi.Schema{Name: name, At: doc.Position(at.Start, path...)}, nil
		}
	}
	return openapi.Schema{}, &source.Error{
		Position: doc.Position(doc.Root.Range.Start), Problem: fmt.Sprintf("the pointer %q leads to no schema", name), Expected: "a JSON pointer such as #/components/schemas/Study",
	}
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
	var names []string
	for _, s := range d.Schemas() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "#/") {
		return point(doc, name)
	}
	return openapi.Schema{}, &source.Error{
		Position: doc.Position(doc.Root.Range.Start), Problem: fmt.Sprintf("there is no schema %q", name) + nearest.DidYouMean(nearest.Certain(name, names)),
		Expected: "a name of components/schemas, or a JSON pointer such as #/components/schemas/Study",
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
