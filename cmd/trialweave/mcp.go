package main

import (
	"context"
	"fmt"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/toolserver"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/web"
)

type mcpCmd struct {
	Inputs  []string      `arg:"" name:"INPUT" help:"An index, RDF files, or studies in any form, which are converted on the fly."`
	From    string        `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Model   string        `enum:"auto,on,off" default:"auto" help:"Whether the terms, codes and countries of the model are part of what is asked: auto (where an input has studies), on or off."`
	Timeout time.Duration `default:"30s" placeholder:"DURATION" help:"End a call after this time. Default: 30s."`
	Memory  int           `default:"512" placeholder:"MB" help:"About how much memory a query may hold. 0 is no limit. Default: 512."`
	Search  int           `default:"512" placeholder:"MB" help:"About how much memory the search may take. Default: 512."`
}

// Help tells what is offered.
func (mcpCmd) Help() string {
	return `The tools find studies by words and facets, return a study as JSON or Turtle, say
what terms and codes mean, and answer SPARQL queries. They only read; no address is
asked, and queries have the bounds of trialweave serve. The command talks over
standard input and output, and ends with its input and on SIGTERM.`
}

// Run answers until the client ends the session.
func (c *mcpCmd) Run(ctx context.Context, std *streams) error {
	if err := toolserver.Included(); err != nil {
		return err
	}
	questions := queryCmd{Inputs: c.Inputs, From: c.From, Model: c.Model}
	x, rejected, err := questions.build(ctx, std)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was only read
	fmt.Fprintf(std.err, "%d quads, %d rejected records; answering on standard output\n", x.Len(), rejected)
	defer relaxGC()()
	defer growLimit(4)()
	t, end := c.tools(ctx, std, x)
	defer end()
	return t.server(c.Timeout).Serve(ctx, std.in, std.out)
}

// tools are what clients can call.
type tools struct {
	index  *index.Index
	site   *web.Site
	memory int
	// ready is closed when the search can be used, or has failed.
	ready chan struct{}
}

// tools begins to read what the search needs. The function that it returns ends
// that, and waits for it.
func (c *mcpCmd) tools(ctx context.Context, std *streams, x *index.Index) (*tools, func()) {
	t := &tools{
		index: x, memory: c.Memory << 20, ready: make(chan struct{}),
		site: web.New(x, &web.Options{Prefixes: mapping.QueryPrefixes(), SearchBytes: c.Search << 20, Timeout: c.Timeout}),
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(t.ready)
		if err := t.site.Prepare(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintf(std.err, "trialweave: warning: the search cannot be used: %s\n", source.Visible(err.Error()))
		}
	}()
	return t, func() {
		cancel()
		<-t.ready
	}
}

// server makes the server with all tools.
func (t *tools) server(timeout time.Duration) *toolserver.Server {
	s := toolserver.New(toolserver.Options{
		Name: "trialweave", Title: "trialweave", Version: buildinfo.Version(), Timeout: timeout,
		Instructions: "Clinical studies of ClinicalTrials.gov as linked data. find_studies finds them by words and facets, get_study returns one; vocabulary says what fields, terms and codes mean, before a query is written; questions lists queries that are known to work; query answers SPARQL 1.2, in which the usual prefixes (ctg:, schema:, tw:, xsd: and others) need no declaration.",
	})
	toolserver.Add(s, toolserver.Tool{Name: "find_studies", Title: "Find studies", Description: "Find studies by words and by the values of facets. A study has to have every word, and one of the values of each facet that is given. The answer lists values of the facets, by which to go on."}, t.find)
	toolserver.Add(s, toolserver.Tool{Name: "get_study", Title: "Get a study", Description: "Return a study as JSON, in the form of the registry's API, whole or a part by a JSON pointer, or as Turtle."}, t.study)
	toolserver.Add(s, toolserver.Tool{Name: "vocabulary", Title: "Look up terms and codes", Description: "Say what a field, an IRI, a property, a class, a code or a scheme of the model means, or search for words in their names and descriptions."}, t.vocabulary)
	toolserver.Add(s, toolserver.Tool{Name: "questions", Title: "List bundled queries", Description: "List the bundled questions and views, each a SPARQL query, or return the text of one."}, t.questions)
	toolserver.Add(s, toolserver.Tool{Name: "query", Title: "Run a SPARQL query", Description: "Answer a SPARQL query: SELECT with rows, ASK with a yes or no, CONSTRUCT and DESCRIBE with Turtle. SERVICE asks nobody. Warnings say what is odd about the query, such as terms that the data does not have."}, t.query)
	return s
}
