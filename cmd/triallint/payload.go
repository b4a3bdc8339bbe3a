package main

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/study"
)

// payloadCmd compares records with their description.
type payloadCmd struct {
	OpenAPI string   `name:"openapi" required:"" help:"Description to compare with." placeholder:"FILE"`
	Schema  string   `help:"Schema of the records: a name of components/schemas, or a JSON pointer into the description. Default: the schema that has a protocolSection, which is that of a study." placeholder:"NAME"`
	Studies []string `arg:"" name:"STUDIES" help:"Records: files, folders, archives; studies in any form that trialweave convert reads, records of other schemas as JSON, NDJSON, ZIP, tar, .gz or .zst; - is standard input."`
	Context string   `help:"JSON-LD context to try on the records too: does it make literals that are none of their datatype? One that annotated: of .triallint.yml names is applied to annotated records." placeholder:"FILE"`
	Workers int      `help:"Number of goroutines. Default: one for each processor." placeholder:"N"`
	reporting
	reaching
}

// Help says more than --help has room for.
func (payloadCmd) Help() string {
	return `What is found is a finding on the description: fields, values of enumerations, types, patterns and formats that the records
have and the description does not, required fields that are missing, and described fields that no record has. Each says how
many records have it, and where the first is.

Of a schema that is not that of a study, each JSON value of a file is a record, and so is each item of an array, unless the
schema is one of arrays.`
}

// Run judges the records and reports on the description.
func (c *payloadCmd) Run(ctx context.Context, std *streams) error {
	outputs, err := parseOutputs(c.Format)
	if err != nil {
		return err
	}
	w, corpus, err := c.open(ctx)
	if err != nil {
		return err
	}
	schema, context, err := c.read(w, corpus)
	if err != nil {
		return err
	}
	in, err := study.Open(c.Studies, &study.Options{Stdin: std.in, Values: schema.Values()})
	if err != nil {
		return err
	}
	started := time.Now()
	line := commandline.NewProgress(std.err, std.watched, "records")
	r, summary, err := payload.Judge(ctx, schema, in, &payload.Options{Workers: c.Workers, Context: context, Done: counter(line, in)})
	line.Clear()
	if err != nil {
		return err
	}
	if summary.Records == 0 {
		std.note("no records were found")
		return errUnchecked
	}
	lint.Apply(corpus, r)
	w.show(r, fileNames(corpus))
	std.note("%s, %.1f MB of JSON, %d unreadable, compared with %s, %.1f s", wording.Count(summary.Records, "record"), float64(summary.Bytes)/1e6, summary.Unreadable, schema.Name, time.Since(started).Seconds())
	c.folder = folderOf(w.root)
	return c.finish(std, r, corpus.Config, outputs, lineReader(w, corpus))
}

// open loads the description and the context as documents.
func (c *payloadCmd) open(ctx context.Context) (*workspace, *lint.Corpus, error) {
	paths := []string{c.OpenAPI}
	if c.Context != "" {
		paths = append(paths, c.Context)
	}
	return openReaching(ctx, "", paths, nil, &c.reaching)
}

// read compiles the schema, and the context where there is one.
func (c *payloadCmd) read(w *workspace, corpus *lint.Corpus) (*payload.Schema, *payload.Context, error) {
	bundle := corpus.Bundle(w.paths[0])
	if bundle == nil {
		return nil, nil, unreadable(w)
	}
	schema, err := payload.CompileTree(bundle.Document(), c.Schema, bundle.Origin)
	if err != nil || c.Context == "" {
		return schema, nil, err
	}
	text, err := fs.ReadFile(w.files, w.paths[1])
	if err != nil {
		return nil, nil, err
	}
	context, err := payload.ReadContext(w.paths[1], text, corpus.Annotated(w.paths[1]))
	return schema, context, err
}

// unreadable is why a file is not among the documents.
func unreadable(w *workspace) error {
	text, err := fs.ReadFile(w.files, w.paths[0])
	if err == nil {
		_, err = ruleset.KindOf(w.paths[0], text)
	}
	if err == nil {
		err = fmt.Errorf("%s is not an OpenAPI description", w.paths[0])
	}
	return err
}
