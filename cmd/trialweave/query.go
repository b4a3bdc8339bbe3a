package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/sparql"
)

type queryCmd struct {
	Query       string        `arg:"" help:"A query, a file that ends in .rq, or the name or number of a bundled question."`
	Inputs      []string      `arg:"" optional:"" name:"INPUT" help:"An index, RDF files, or studies in any form, which are converted on the fly."`
	Param       []string      `sep:"none" short:"p" placeholder:"NAME=VALUE" help:"Ask with another value for a variable that the query gives values in VALUES. Again for more values."`
	Endpoint    string        `placeholder:"URL" help:"Ask a SPARQL service in place of the inputs. The query is sent to it."`
	Format      string        `placeholder:"FORMAT" help:"table, csv, tsv, json, xml or parquet for rows, and ${graphs} for graphs. Default: table and turtle."`
	CSVSafe     bool          `name:"csv-safe" help:"With --format csv or tsv, have spreadsheets show the cells that they would run as formulas: = + - @ at the beginning of a text get an apostrophe before them."`
	Explain     bool          `help:"Answer, and print in place of the answer what was done for it: the order of the patterns, with estimated and real counts."`
	From        string        `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Service     []string      `sep:"none" placeholder:"URL" help:"Let the SERVICE of a query ask this address. Again for more. Default: none is asked."`
	Model       string        `enum:"auto,on,off" default:"auto" help:"Whether the terms, codes and countries of the model are part of what is asked: auto (where an input has studies), on or off."`
	StrictTerms bool          `help:"Refuse a query that names terms or codes that neither the model nor the data has. By default they are warned of."`
	Strict      bool          `help:"The default graph is what has no graph name. By default it is all graphs together."`
	Timeout     time.Duration `placeholder:"DURATION" help:"End the query with an error after this time. Default: none."`
	Temp        string        `placeholder:"DIR" help:"Where ORDER BY puts what it would hold more than 32 MB of memory for, until the query has ended. Default: nowhere, it holds all in memory."`
	RDF         string        `name:"rdf" enum:"1.1,1.2" default:"1.1" help:"Version of RDF that a graph is written in. What only RDF 1.2 has is written in 1.1, too, but for RDF/XML and Jelly, which announce their version."`
	Output      string        `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write. Default: standard output."`
}

// Help tells what is asked of what.
func (queryCmd) Help() string {
	return `The query is SPARQL 1.2 Query; SERVICE asks the addresses of --service alone. An index, which trialweave
index makes, is opened at once; other inputs are read into memory, some 120 bytes
a quad. trialweave model queries lists the bundled questions; model, concepts and
countries are part of what is asked where an input has studies.

A value of --param takes the form of the one in the query: in question 01,
-p disease=D001249 -p country=USA -p country=CAN asks of asthma in two
countries. A term of SPARQL is taken as it is.`
}

// parseQuery parses. The usual prefixes need no declaration, unless --strict is
// given.
func (c *queryCmd) parseQuery(name, text string) (*sparql.Query, error) {
	prefixes := mapping.QueryPrefixes()
	if c.Strict {
		prefixes = nil
	}
	q, err := sparql.ParseWith(text, "", prefixes)
	if err == nil {
		return q, nil
	}
	hint := ""
	var fault *sparql.Error
	if errors.As(err, &fault) {
		for _, p := range mapping.QueryPrefixes() {
			if p.Name+":" == fault.Prefix {
				hint = fmt.Sprintf("\nhint: PREFIX %s <%s>", fault.Prefix, p.IRI)
			}
		}
	}
	return nil, fmt.Errorf("%s:%w%s", name, err, hint)
}

// Run carries the command out.
func (c *queryCmd) Run(ctx context.Context, std *streams) error {
	text, name, err := c.text()
	if err != nil {
		return err
	}
	q, err := c.parseQuery(name, text)
	if err != nil {
		return err
	}
	if len(c.Param) > 0 {
		_, bundled := model.FindQuery(c.Query)
		if text, err = withParams(text, c.Param, bundled); err != nil {
			return fmt.Errorf("%s: --param: %w", name, err)
		}
		if q, err = c.parseQuery(name, text); err != nil {
			return err
		}
	}
	if c.Endpoint == "" && len(c.Inputs) == 0 {
		return errors.New("nothing to ask\nhint: name files of studies or RDF, or give --endpoint")
	}
	if c.Endpoint != "" {
		if err := checkEndpoint(c.Endpoint); err != nil {
			return err
		}
	}
	if c.Explain && c.Endpoint != "" {
		return errors.New("--explain is of what is done here, expected inputs in place of --endpoint")
	}
	if err := c.checkFormat(q); err != nil {
		return err
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	if c.Endpoint != "" {
		err = c.remote(ctx, std, out, q, declared(q, text))
	} else {
		err = c.local(ctx, std, out, q)
	}
	if fault, ok := errors.AsType[*sparql.Error](err); ok {
		return fmt.Errorf("%s:%w", name, fault)
	}
	if err != nil {
		return err
	}
	return out.Commit()
}

// checkFormat sets the format where none is given, and refuses one that the
// answer cannot be written in.
func (c *queryCmd) checkFormat(q *sparql.Query) error {
	known, what := []string{"table", "csv", "tsv", "json", "xml", parquetFormat}, "rows"
	switch q.Form {
	case sparql.Construct, sparql.Describe:
		known, what = sparql.GraphFormats(), "a graph"
	case sparql.Ask:
		known, what = known[:len(known)-1], "a yes or no"
	}
	if c.Format == "" {
		c.Format = known[0]
	}
	if c.CSVSafe && c.Format != "csv" && c.Format != "tsv" {
		return fmt.Errorf("--csv-safe is of cells, expected --format csv or tsv")
	}
	if !slices.Contains(known, c.Format) {
		return fmt.Errorf("cannot write %s as %q; use one of %s", what, c.Format, strings.Join(known, ", "))
	}
	if c.Format == parquetFormat {
		return parquetIncluded()
	}
	return nil
}

// declared is the text of a query with all prefixes that it uses.
func declared(q *sparql.Query, text string) string {
	var b strings.Builder
	for _, p := range q.Implied {
		fmt.Fprintf(&b, "PREFIX %s: <%s>\n", p.Name, p.IRI)
	}
	return b.String() + text
}

// withParams puts values into a query. Those of a bundled question have to be in
// range.
func withParams(query string, params []string, bundled bool) (string, error) {
	values := map[string][]string{}
	for _, p := range params {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return "", fmt.Errorf("%s: expected NAME=VALUE", p)
		}
		name = strings.TrimLeft(name, "?$")
		if bundled {
			if err := model.CheckParameter(name, strings.TrimSpace(value)); err != nil {
				return "", err
			}
		}
		values[name] = append(values[name], value)
	}
	return sparql.WithValues(query, values)
}

// text finds the query, and what to call it in an error.
func (c *queryCmd) text() (text, name string, err error) {
	if strings.HasSuffix(c.Query, ".rq") || strings.HasSuffix(c.Query, ".sparql") {
		data, err := os.ReadFile(c.Query)
		return string(data), c.Query, err
	}
	if q, ok := model.FindQuery(c.Query); ok {
		return q.SPARQL, q.Name, nil
	}
	if !strings.ContainsAny(c.Query, "{ ") {
		return "", "", fmt.Errorf("%q is neither a query, nor a file that ends in .rq, nor a bundled question or view\nhint: trialweave model queries lists the questions, trialweave model views the views", c.Query)
	}
	return c.Query, "query", nil
}

func (c *queryCmd) local(ctx context.Context, std *streams, w io.Writer, q *sparql.Query) error {
	x, rejected, err := c.build(ctx, std)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was only read
	defer relaxGC()()
	defer growLimit(2)()
	if c.Timeout > 0 { // of what is done before the answer, too
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.Timeout, &sparql.LimitError{Bound: sparql.BoundTime, Limit: "of " + c.Timeout.String()})
		defer cancel()
	}
	var unknown []string
	err = x.View(func() error {
		unknown = doubts(ctx, q, x, c.Service)
		return nil
	})
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return c.hinted(err)
	}
	if err := c.warn(std, unknown); err != nil {
		return err
	}
	if err := c.answer(ctx, std, w, q, x); err != nil {
		return c.hinted(err)
	}
	if rejected > 0 {
		return errRejected
	}
	return nil
}

// hinted adds to an error of a query which flag helps.
func (c *queryCmd) hinted(err error) error {
	var service *sparql.ServiceError
	if errors.As(err, &service) && service.Refused {
		err = fmt.Errorf("%w\nhint: --service %s lets it be asked", err, service.Endpoint)
	}
	if errors.Is(err, sparql.ErrLimit) && c.Timeout > 0 && !strings.Contains(err.Error(), "\nhint: ") {
		err = fmt.Errorf("%w\nhint: --timeout DURATION gives it longer", err)
	}
	return err
}

// warn prints what is odd about a query; with --strict-terms it is an error.
func (c *queryCmd) warn(std *streams, doubts []string) error {
	if c.StrictTerms && len(doubts) > 0 {
		return errors.New(strings.Join(doubts, "\n") + "\nhint: without --strict-terms these are warnings")
	}
	for _, text := range doubts {
		fmt.Fprintf(std.err, "trialweave: warning: %s\n", source.Visible(text))
	}
	return nil
}

// build opens the index that is the one input, or reads the inputs into one,
// and counts the rejected records.
func (c *queryCmd) build(ctx context.Context, std *streams) (*index.Index, int64, error) {
	if len(c.Inputs) == 1 && index.In(c.Inputs[0]) {
		x, err := index.Open(c.Inputs[0])
		return x, 0, err
	}
	b, scope := &inMemory{Builder: index.NewBuilder()}, ""
	if len(c.Inputs) > 1 {
		scope = "i"
	}
	rejected, err := fill(ctx, std, c.Inputs, c.From, scope, b, input.AddRDF)
	if err == nil && (c.Model == "on" || c.Model != "off" && b.studies) {
		err = input.AddModel(b)
	}
	if err != nil {
		return nil, 0, err
	}
	return b.Build(), rejected, nil
}

// answer evaluates the query and writes what comes.
func (c *queryCmd) answer(ctx context.Context, std *streams, w io.Writer, q *sparql.Query, x *index.Index) error {
	opts := &sparql.Options{StrictDefault: c.Strict, Limits: sparql.Limits{Time: c.Timeout}, Services: c.Service, Temp: c.Temp, Transport: std.network.Transport()}
	if c.Explain {
		plan, err := q.Explain(ctx, x, opts)
		if plan != nil {
			err = errors.Join(plan.Write(w), err)
		}
		return err
	}
	switch q.Form {
	case sparql.Ask:
		answer, err := q.Ask(ctx, x, opts)
		if err != nil {
			return err
		}
		return sparql.WriteAnswer(w, sparql.ResultFormat(c.Format), answer)
	case sparql.Select:
		return c.rows(ctx, std, w, q, x, opts)
	}
	out, err := sparql.NewGraphWriter(w, c.Format, &rdf.WriteOptions{Prefixes: mapping.Prefixes(), Version: versionOf(c.RDF), Extend: true})
	if err != nil {
		return err
	}
	for quad, err := range q.Quads(ctx, x, opts) {
		if err != nil {
			return err
		}
		if err := out.Write(quad); err != nil {
			if c.RDF != "1.2" && c.Format != "jsonld" && (quad.Object.Kind == rdf.TripleTerm || quad.Object.Direction != rdf.NoDirection) {
				err = fmt.Errorf("%w\nhint: --rdf 1.2 writes it", err)
			}
			return err
		}
	}
	return out.Close()
}

// writer begins the rows of an answer.
func (c *queryCmd) writer(w io.Writer, variables []string) (sparql.ResultWriter, error) {
	if c.Format == parquetFormat {
		return newParquet(w, variables)
	}
	out, err := sparql.NewResultWriter(w, sparql.ResultFormat(c.Format), variables)
	if err == nil && c.CSVSafe {
		out = sparql.SpreadsheetSafe(out)
	}
	return out, err
}

func (c *queryCmd) rows(ctx context.Context, std *streams, w io.Writer, q *sparql.Query, x *index.Index, opts *sparql.Options) error {
	out, err := c.writer(w, q.Variables)
	if err != nil {
		return err
	}
	found := false
	for row, err := range q.Rows(ctx, x, opts) {
		if err != nil {
			return err
		}
		if err := out.Row(row); err != nil {
			return err
		}
		found = true
	}
	if err := out.Close(); err != nil || found {
		return err
	}
	return c.nothingFound(std, q, x)
}

// remote sends the query to a service.
func (c *queryCmd) remote(ctx context.Context, std *streams, w io.Writer, q *sparql.Query, text string) error {
	format := sparql.ResultFormat(c.Format)
	written := q.Form == sparql.Select && (format == sparql.Table || c.Format == parquetFormat || c.CSVSafe)
	if format == sparql.Table || written {
		format = sparql.JSON
	}
	accept := format.MediaType()
	if q.Form == sparql.Construct || q.Form == sparql.Describe {
		accept = sparql.GraphMediaType(c.Format)
	}
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
		defer cancel()
	}
	response, err := endpoint{c.Endpoint, std.network}.ask(ctx, text, accept)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if err := c.warn(std, warningsOf(response)); err != nil {
		return err
	}
	if written {
		out, err := c.writer(w, q.Variables)
		if err == nil {
			err = errors.Join(sparql.CopyRows(response.Body, q.Variables, out), out.Close())
		}
		return err
	}
	_, err = io.Copy(w, response.Body)
	return err
}
