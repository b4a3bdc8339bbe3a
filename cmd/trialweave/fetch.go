package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/registry"
	"github.com/trialweave/trialweave/study"
)

type fetchCmd struct {
	IDs []string `arg:"" optional:"" name:"NCT" help:"Single studies by their NCT numbers; a former number leads to the present one."`
	fetchParameters
	Since      string `placeholder:"DATE" help:"Only studies whose last update was posted on DATE or later."`
	CountTotal bool   `name:"countTotal" help:"Only say how many studies are found."`
	Output     string `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write; .gz and .zst compress. A fetch into a file goes on where it was when it is run again. Default: standard output."`
	Format     string `enum:",ndjson,zip" default:"" help:"ndjson, a study a line, or zip, a file for each study as in the registry's bulk download. Default: by the output's name, else ndjson."`
	BaseURL    string `name:"base-url" placeholder:"URL" help:"Address of the API, for a mirror of your own that speaks the Data API v2. Default: ${registry}."`
	Rate       int    `placeholder:"N" help:"Requests in a minute at most; -1 for no limit. Default: 50, which the registry asks for; no limit with --base-url."`
	Retries    int    `placeholder:"N" default:"8" help:"How often a request that failed is made again, after pauses that grow or that the registry asks for. Default: 8."`
	Cache      string `placeholder:"DIR" help:"Keep answers here with their ETag, so that what has not changed is not sent again."`
	Workers    int    `help:"Goroutines that check studies against the model. Default: one for each processor."`
}

// Run carries the command out.
func (c *fetchCmd) Run(ctx context.Context, std *streams) error {
	query, err := c.query()
	if err != nil {
		return err
	}
	watch := newFetchProgress(std)
	defer watch.finish()
	client, err := registry.New(c.options(std, watch))
	if err != nil {
		return err
	}
	for _, doubt := range query.Doubts() {
		std.complain(errors.New(doubt))
	}
	if c.CountTotal {
		n, err := client.Count(ctx, query)
		if err == nil {
			_, err = fmt.Fprintln(std.out, n)
		}
		return err
	}
	return c.fetch(ctx, std, client, query, watch)
}

func (c *fetchCmd) options(std *streams, watch *fetchProgress) *registry.Options {
	rate := c.Rate
	if rate == 0 && c.BaseURL != "" {
		rate = -1
	}
	retries := c.Retries
	if retries == 0 {
		retries = -1 // none
	}
	return &registry.Options{
		BaseURL: c.BaseURL, PerMinute: rate, Retries: retries, Cache: c.Cache, Notify: watch.event,
		Transport: std.network.Transport(), Timeout: pageTimeout(std.network),
	}
}

func (c *fetchCmd) query() (registry.Query, error) {
	parameters := c.given()
	if len(c.IDs) > 0 {
		for name := range parameters {
			return registry.Query{}, fmt.Errorf("--%s is part of a search, expected no NCT numbers with it", name)
		}
		if c.Since != "" {
			return registry.Query{}, errors.New("--since narrows a search, expected no NCT numbers with it")
		}
		return registry.NewList(c.IDs)
	}
	query, err := registry.NewQuery(parameters)
	if err != nil || c.Since == "" {
		return query, flagged(err)
	}
	query, err = query.Since(c.Since)
	return query, flagged(err)
}

// flagged says of a parameter that it is a flag here.
func flagged(err error) error {
	if _, ok := errors.AsType[*registry.ParameterError](err); ok {
		return fmt.Errorf("--%w", err)
	}
	return err
}

// fetch brings everything into a folder beside the output and then writes it.
func (c *fetchCmd) fetch(ctx context.Context, std *streams, client *registry.Client, query registry.Query, watch *fetchProgress) error {
	started := time.Now()
	out, err := c.create(std)
	if err != nil {
		return err
	}
	defer out.Abort()
	dir, done, err := c.folder()
	if err != nil {
		return err
	}
	defer done()
	snapshot, err := client.Fetch(ctx, query, dir)
	watch.finish()
	if err != nil {
		if c.Output != "-" {
			return fmt.Errorf("%w\nhint: run the same command again to go on where it was", err)
		}
		return err
	}
	summary, err := c.deliver(ctx, std, snapshot, out)
	if err == nil {
		err = out.Commit()
	}
	if err == nil {
		err = snapshot.Remove()
	}
	if err != nil {
		return err
	}
	for _, id := range snapshot.Missing {
		std.complain(fmt.Errorf("the registry knows no study %s", id))
	}
	tellFetched(std.err, summary, snapshot, time.Since(started))
	if summary.Rejected > 0 || len(snapshot.Missing) > 0 {
		return errRejected
	}
	return nil
}

// folder is where pages are kept: beside the output, where a later run finds
// them, or where nobody does.
func (c *fetchCmd) folder() (dir string, done func(), err error) {
	if c.Output != "-" {
		return filepath.Join(filepath.Dir(c.Output), "."+filepath.Base(c.Output)+".fetch"), func() {}, nil
	}
	dir, err = os.MkdirTemp("", "trialweave-fetch-*")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

func (c *fetchCmd) create(std *streams) (*output.File, error) {
	if c.Format == "" && strings.HasSuffix(c.Output, ".zip") {
		c.Format = "zip"
	}
	return output.Create(c.Output, std.out, 2)
}

// deliver writes the studies and looks at each with the model: what it does
// not know is counted, and is in the output all the same.
func (c *fetchCmd) deliver(ctx context.Context, std *streams, snapshot *registry.Snapshot, out io.Writer) (convert.Summary, error) {
	engine, err := std.engine(&mapping.Options{})
	if err != nil {
		return convert.Summary{}, err
	}
	in, err := study.Open([]string{snapshot.Path}, &study.Options{AllowEmpty: true})
	if err != nil {
		return convert.Summary{}, err
	}
	var sink convert.Sink = lineSink{out}
	if c.Format == "zip" {
		sink = newZIPSink(out)
	}
	faults := faultPrinter{std: std, bar: &progress{}}
	defer faults.finish()
	return convert.Run(ctx, in, func() convert.Converter { return &checked{model: engine.converter(false)} }, sink,
		&convert.Options{Workers: c.Workers, OnReject: faults.reject, Validated: engine.compiled()})
}

// checked is a converter that leaves a study as it is and tells what the model
// does not know of it.
type checked struct {
	model convert.Converter
	out   mapping.Output
}

// Convert appends the study itself.
func (c *checked) Convert(json []byte, out *mapping.Output) error {
	c.out.Reset()
	if err := c.model.Convert(json, &c.out); err != nil {
		return err
	}
	out.Record = append(append(out.Record, json...), '\n')
	out.Unknown = append(out.Unknown, c.out.Unknown...)
	out.UnknownCodes = append(out.UnknownCodes, c.out.UnknownCodes...)
	out.Invalid = append(out.Invalid, c.out.Invalid...)
	return nil
}

func tellFetched(w io.Writer, s convert.Summary, snapshot *registry.Snapshot, took time.Duration) {
	studies := "studies"
	if s.Studies == 1 {
		studies = "study"
	}
	fmt.Fprintf(w, "%d %s fetched, API %s, data of %s, %d unknown paths, %.1f s\n",
		s.Studies, studies, snapshot.Version.API, snapshot.Version.Data, len(s.Unknown), took.Seconds())
	summarizeUnknown(w, s)
}
