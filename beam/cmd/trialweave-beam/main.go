// Command trialweave-beam turns study records of ClinicalTrials.gov into RDF
// on Apache Beam: on this machine, or on Flink, Spark or Dataflow.
//
// Exit status: 0 done; 1 done, some records rejected; 2 could not do it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/s3" // s3://, beside gs:// and local files
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	"github.com/trialweave/trialweave/beam/pipeline"
	"github.com/trialweave/trialweave/internal/output"
)

const (
	exitDone     = 0
	exitRejected = 1
	exitFailed   = 2
)

const usage = `Usage: trialweave-beam -o FOLDER [flags] INPUT...

Turns study records into sharded N-Quads on Apache Beam. Inputs are bulk ZIPs,
NDJSON (plain, gz, zst) and page files, or patterns of them, of any file system
that Beam knows: local paths, gs://, s3://.

  trialweave-beam -o parts ctg-studies.json.zip 'more/*.ndjson'
  trialweave-beam -o parts --runner=flink --endpoint=localhost:8099 --environment_type=LOOPBACK --parallelism=2 data.zip
  trialweave merge --verify parts

The parts appear whole, each with a manifest. manifest.json is there when all
are; void.ttl counts quads by class, property and graph.

Flags:
`

// command is what the command line says.
type command struct {
	flags   *flag.FlagSet
	options pipeline.Options
	own     map[string]bool // names of flags that are not Beam's
	model   modelFlags
	verbose bool
}

// newCommand adds our flags to those that Beam's packages have put into set.
func newCommand(set *flag.FlagSet) *command {
	c := &command{flags: set, own: map[string]bool{}}
	before := map[string]bool{}
	set.VisitAll(func(f *flag.Flag) { before[f.Name] = true })
	set.StringVar(&c.options.Output, "o", "", "`FOLDER` for the parts, of any file system that Beam knows")
	set.StringVar(&c.options.Compression, "compression", "gz", "how parts are packed: gz or zst")
	set.Func("shard-size", "about how many bytes of input, as stored, make a part: `SIZE` such as 64MB (default 32MB)", func(s string) error {
		var size output.Size
		err := size.UnmarshalText([]byte(s))
		c.options.ShardSize = int64(size)
		return err
	})
	set.IntVar(&c.options.SharedParts, "shared-parts", 1, "how many parts the shared graph gets")
	set.IntVar(&c.options.Workers, "workers", 0, "goroutines that convert one shard (default: every processor on prism, else 1)")
	set.BoolVar(&c.options.Model.History, "history", false, "keep all versions of a study: a graph for each, and links from each version to the one before")
	set.BoolVar(&c.verbose, "verbose", false, "say what the engine says")
	c.model.add(set)
	set.VisitAll(func(f *flag.Flag) { c.own[f.Name] = !before[f.Name] })
	set.Usage = func() { c.usage(set.Output()) }
	return c
}

// usage prints our flags, then Beam's.
func (c *command) usage(w io.Writer) {
	fmt.Fprint(w, usage)
	c.print(w, true)
	fmt.Fprint(w, "\nFlags of Beam; --runner is prism where nothing is said:\n")
	c.print(w, false)
}

func (c *command) print(w io.Writer, own bool) {
	c.flags.VisitAll(func(f *flag.Flag) {
		if c.own[f.Name] == own {
			name, text := flag.UnquoteUsage(f)
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
				text += " (default " + f.DefValue + ")"
			}
			fmt.Fprintf(w, "  %s%s %s\n    \t%s\n", "--"[:min(len(f.Name), 2)], f.Name, name, strings.ReplaceAll(text, "\n", "\n    \t"))
		}
	})
}

func main() {
	c := newCommand(flag.CommandLine)
	flag.Parse()
	// A worker that an engine has started goes no further than this.
	beam.Init()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(c.run(ctx, os.Stderr))
}

// run carries the command out and returns the exit status.
func (c *command) run(ctx context.Context, w io.Writer) int {
	result, metrics, err := c.convert(ctx)
	if err != nil {
		if !c.verbose {
			err = cause(err)
		}
		fmt.Fprintf(w, "trialweave-beam: %v\n", err)
		return exitFailed
	}
	if c.submitted() {
		fmt.Fprintf(w, "submitted; %s will be there when all is done\n", pipeline.ResultFile)
		return exitDone
	}
	fmt.Fprintf(w, "%d parts, %d studies, %d quads, %d rejected\n", len(result.Parts), result.Studies, result.Quads, result.Rejected)
	if result.Unknown > 0 {
		fmt.Fprintf(w, "  %d paths and codes that the model does not know: %s lists them\n", result.Unknown, pipeline.UnknownFile)
	}
	if metrics["bytes_read"] > 0 {
		seconds := func(name string) float64 { return float64(metrics[name+"_ms"]) / 1e3 }
		fmt.Fprintf(w, "  %.1f MB read, %.1f MB written; of all shards: %.1f s comparing versions, %.1f s converting, %.1f s writing\n",
			float64(metrics["bytes_read"])/1e6, float64(metrics["bytes_written"])/1e6, seconds("scan"), seconds("convert"), seconds("write"))
	}
	if result.Rejected > 0 {
		return exitRejected
	}
	return exitDone
}

// cause is the error of our own step in what an engine says of a failed job,
// which also holds the steps of the job and where they come from.
func cause(err error) error {
	text := err.Error()
	const before = "] failed:\n"
	if at := strings.LastIndex(text, before); at >= 0 {
		line, _, _ := strings.Cut(text[at+len(before):], "\n")
		return fmt.Errorf("%s\nhint: --verbose says what the engine says", line)
	}
	return err
}

func (c *command) convert(ctx context.Context) (r pipeline.Result, metrics map[string]int64, err error) {
	if !c.verbose {
		slog.SetDefault(slog.New(slog.DiscardHandler)) // the error of the job says it again
		log.SetLogger(quiet{})
	}
	o := c.options
	o.Inputs = c.flags.Args()
	if err := c.model.apply(&o.Model); err != nil {
		return r, nil, err
	}
	if o.Workers == 0 && c.onPrism() {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	p, s := beam.NewPipelineWithRoot()
	if err := pipeline.Build(s, o); err != nil {
		return r, nil, err
	}
	if err := pipeline.Begin(ctx, o.Output); err != nil {
		return r, nil, err
	}
	job, err := beamx.RunWithMetrics(ctx, p)
	if err != nil {
		return r, nil, err
	}
	if c.submitted() { // and has neither result nor metrics yet
		return r, nil, nil
	}
	r, err = pipeline.ReadResult(ctx, o.Output)
	return r, pipeline.Metrics(job), err
}

// submitted reports whether the job is not waited for, by a flag of Beam's.
func (c *command) submitted() bool {
	for _, name := range []string{"async", "execute_async", "dry_run"} {
		if f := c.flags.Lookup(name); f != nil && f.Value.String() == "true" {
			return true
		}
	}
	return false
}

// onPrism reports whether everything happens in this process, a bundle of a step
// at a time.
func (c *command) onPrism() bool {
	runner := c.flags.Lookup("runner")
	return runner == nil || runner.Value.String() == "" || strings.EqualFold(runner.Value.String(), "prism")
}

// quiet passes on what is worse than information.
type quiet struct{ log.Standard }

// Log writes a message of an engine.
func (q quiet) Log(ctx context.Context, level log.Severity, depth int, message string) {
	if level >= log.SevWarn {
		q.Standard.Log(ctx, level, depth+1, message)
	}
}
