package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/web"
)

type modelCmd struct {
	What string `arg:"" enum:"context,core-context,ontology,enums,countries,shapes,queries,sql,views,alignments,dataset,r2rml,tables,site" help:"context, core-context, ontology, enums, countries, shapes, queries, sql, views, alignments, dataset, r2rml, tables or site."`
	Name string `arg:"" optional:"" help:"The name or number of one of the queries, or all; the name of one of the views or tables; sssom or skos for alignments."`

	Output    string `short:"o" placeholder:"FILE" default:"-" help:"Where to write; - is standard output."`
	Base      string `placeholder:"IRI" default:"${base}" help:"Where the nodes live that we mint (enums, dataset)."`
	Publisher string `placeholder:"IRI" help:"Who publishes the triples (dataset)."`
	Processed string `placeholder:"YYYY-MM-DD" help:"The day of the conversion (dataset)."`
}

// Help tells what the parts of the model are.
func (modelCmd) Help() string {
	return `The model is bundled; nothing is fetched.

  context       the JSON-LD 1.1 context of the full profile
  core-context  that of the core profile
  ontology      classes and properties, as Turtle
  enums         SKOS concept schemes of the codes, as Turtle
  countries     the registry's names of countries, as Turtle
  shapes        SHACL shapes, as Turtle
  queries       a list of the competency questions, with the parameters of
                each; NAME, or its number, prints one as SPARQL, all prints all
  sql           the same questions of tables (convert --format parquet), in the
                SQL of DuckDB; NAME, or its number, prints one
  views         a list of CONSTRUCTs that express studies in the terms of other
                vocabularies; NAME prints one. trialweave query takes the names
  alignments    terms of other vocabularies that are near to those here, with
                the file in which each was read: as SSSOM, or as statements of
                SKOS with the name skos
  dataset       a VoID, DCAT and PROV description, as Turtle
  r2rml         mappings of the tables of an AACT database to the terms, for
                engines that ask it in place, as Turtle
  tables        a list of the tables of convert --format parquet; NAME prints the
                columns of one: name, type, property and what it holds
  site          the pages of the vocabulary, written into the folder of -o, for
                whoever hosts the namespace`
}

// Run prints a part of the model.
func (c *modelCmd) Run(ctx context.Context, std *streams) error {
	if c.What == "site" {
		return c.site(ctx)
	}
	data, err := c.data()
	if err != nil {
		return err
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	if _, err := out.Write(data); err != nil {
		return err
	}
	return out.Commit()
}

// site writes the pages of the vocabulary into a folder, which is new or empty.
func (c *modelCmd) site(ctx context.Context) error {
	if c.Output == "-" || c.Name != "" {
		return errors.New("model site is written into a folder, expected -o DIR and no name")
	}
	if entries, err := os.ReadDir(c.Output); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: the folder is not empty\nhint: name a new folder", c.Output)
	}
	return web.WriteVocabulary(ctx, func(name string, data []byte) error {
		file := filepath.Join(c.Output, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // pages are for everybody
			return err
		}
		return os.WriteFile(file, data, 0o644) //nolint:gosec // as above
	})
}

func (c *modelCmd) data() ([]byte, error) {
	switch c.What {
	case "queries":
		return queries(c.Name, func(q model.Query) string { return "# " + q.Name + "\n" + strings.TrimSpace(q.SPARQL) + "\n" })
	case "sql":
		return queries(c.Name, func(q model.Query) string { return "-- " + q.Name + "\n-- " + q.Question() + "\n" + q.SQL })
	case "views":
		return views(c.Name)
	case "alignments":
		return alignments(c.Name)
	case "tables":
		return tableList(c.Name)
	}
	if c.Name != "" {
		return nil, fmt.Errorf("model %s takes no name, found %q", c.What, c.Name)
	}
	switch c.What {
	case "context":
		return jsonld.BundledContext(), nil
	case "core-context":
		return jsonld.CoreContext(), nil
	case "ontology":
		return model.Ontology(), nil
	case "enums":
		return model.Default().BuildEnums(c.Base), nil
	case "countries":
		return model.CountryNames(), nil
	case "shapes":
		return model.Shapes(), nil
	case "r2rml":
		return aact.R2RML(), nil
	default: // dataset
		return model.Dataset{Base: c.Base, Publisher: c.Publisher, Processed: c.Processed}.Describe(), nil
	}
}

// views lists the views, or returns one by name.
func views(name string) ([]byte, error) {
	var out strings.Builder
	for _, q := range model.Views() {
		switch name {
		case "":
			fmt.Fprintf(&out, "%s\n    %s\n", q.Name, q.Question())
		case q.Name:
			return []byte(q.SPARQL), nil
		}
	}
	if name != "" {
		return nil, fmt.Errorf("no view is named %q\nhint: trialweave model views lists them", name)
	}
	return []byte(out.String()), nil
}

// alignments returns the terms of other vocabularies that are near to those of the
// model, in a form of that name.
func alignments(form string) ([]byte, error) {
	switch form {
	case "", "sssom":
		return model.AlignmentsSSSOM(), nil
	case "skos":
		return model.AlignmentsSKOS(), nil
	}
	return nil, fmt.Errorf("alignments have no form %q, expected sssom or skos", form)
}

// queries lists the questions, or returns the text of one by name or number, or of
// all of them.
func queries(name string, text func(model.Query) string) ([]byte, error) {
	var out strings.Builder
	one, found := model.FindQuery(name)
	for _, q := range model.Queries() {
		switch {
		case name == "":
			fmt.Fprintf(&out, "%s\n    %s\n", q.Name, q.Question())
			if p := q.Parameters(); len(p) > 0 {
				fmt.Fprintf(&out, "    parameters: %s\n", strings.Join(p, ", "))
			}
		case name == "all", found && one.Name == q.Name:
			out.WriteString(text(q))
		}
	}
	if out.Len() == 0 {
		return nil, fmt.Errorf("no query is named %q\nhint: trialweave model queries lists them", name)
	}
	return []byte(out.String()), nil
}
