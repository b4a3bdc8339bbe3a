package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/store"
)

// partBytes is about how many bytes of N-Quads one part has.
const partBytes = 512 << 20

// bulk writes parts and a script for the store's own loader.
func (c *loadCmd) bulk(ctx context.Context, std *streams, target store.Target) (err error) {
	if target.Kind == "" {
		return fmt.Errorf("--bulk does not ask the store, expected its kind before %q: oxigraph, fuseki, rdf4j, virtuoso, neptune or qlever, and a colon", target.Address)
	}
	if _, err := store.Script(target.Kind, 0); err != nil {
		return err
	}
	if old, _ := filepath.Glob(filepath.Join(c.Bulk, "part-*.nq*")); len(old) > 0 { // compressed or not: the script takes both
		return fmt.Errorf("%s: is a part of another run, expected a folder without parts", old[0])
	}
	name := "part.nq.gz"
	if c.Plain {
		name = "part.nq"
	}
	parts, err := output.CreateParts(filepath.Join(c.Bulk, name), partBytes, runtime.GOMAXPROCS(0))
	if err != nil {
		return err
	}
	defer parts.Abort()
	rejected, quads, err := c.writeBulk(ctx, std, parts, target)
	if err != nil {
		return interruptedHint(ctx, err)
	}
	if err := parts.Commit(); err != nil {
		return err
	}
	script, err := store.Script(target.Kind, quads)
	if err != nil {
		return err
	}
	name = filepath.Join(c.Bulk, "load.sh")
	if err := os.WriteFile(name, script, 0o755); err != nil { //nolint:gosec // it is to be run
		return err
	}
	fmt.Fprintf(std.err, "written: %d quads and the script that loads them: sh %s\n", quads, name)
	return rejected
}

// call pipes everything into the store's own loader, which fills a folder. Should
// anything fail, the loader is ended before it could take what it has for all.
func (c *loadCmd) call(ctx context.Context, std *streams, target store.Target) error {
	if files, err := os.ReadDir(target.Address); err == nil && len(files) > 0 {
		return fmt.Errorf("%s holds something already, expected a new folder: a full load replaces nothing\nhint: load into the running server by its URL", target.Address)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	loader := exec.CommandContext(ctx, c.Loader, "load", "--location", target.Address, "--format", "nq")
	if c.Loader == "" {
		loader = exec.CommandContext(ctx, "oxigraph", loader.Args[1:]...)
	}
	var said strings.Builder
	loader.Stderr = &said
	in, err := loader.StdinPipe()
	if err == nil {
		err = loader.Start()
	}
	if err != nil {
		return fmt.Errorf("the loader of the store: %w\nhint: --loader names its command; --bulk DIR writes files for it", err)
	}
	started := time.Now()
	rejected, quads, err := c.writeBulk(ctx, std, in, target)
	if err != nil {
		cancel()
	}
	closed := in.Close()
	if ended := loader.Wait(); ended != nil && (err == nil || errors.Is(err, os.ErrClosed) || strings.Contains(err.Error(), "pipe")) {
		return fmt.Errorf("the loader of the store ended with %w: %.600s", ended, strings.Join(strings.Fields(said.String()), " "))
	}
	if err = errors.Join(err, closed); err != nil {
		return interruptedHint(ctx, err)
	}
	took := time.Since(started)
	if err := counted(ctx, loader.Path, target.Address, quads); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "loaded and counted: %d quads, %.1f s\nhint: start the server on it with --union-default-graph\n", quads, took.Seconds())
	return rejected
}

// counted compares what a folder of Oxigraph holds with what was sent there.
func counted(ctx context.Context, command, folder string, quads int64) error {
	out, err := exec.CommandContext(ctx, command, "query", "--location", folder, "--results-format", "csv",
		"--query", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").Output()
	if err != nil {
		return fmt.Errorf("counting what was loaded: %w", err)
	}
	if words := strings.Fields(string(out)); len(words) != 2 || words[1] != fmt.Sprint(quads) {
		return fmt.Errorf("%s answers %q when it is counted, expected %d quads", folder, words, quads)
	}
	return nil
}

// writeBulk writes model, studies and RDF files; rejected is errRejected where
// records were.
func (c *loadCmd) writeBulk(ctx context.Context, std *streams, w io.Writer, target store.Target) (rejected error, quads int64, err error) {
	options, err := c.options()
	if err != nil {
		return nil, 0, err
	}
	engine, err := std.engine(options)
	if err != nil {
		return nil, 0, err
	}
	noteDirections(std, options, "convert --rdf 1.2, whose output load takes,")
	in, err := std.open(c.Inputs)
	if err != nil {
		return nil, 0, err
	}
	for _, name := range c.Inputs {
		if rdf.FormatByFile(name) != rdf.UnknownFormat {
			return nil, 0, fmt.Errorf("%s is RDF, which the store's own loader takes as it is, expected studies", name)
		}
	}
	journal, err := c.journal(target)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	b := store.NewBulk(w, c.Base, journal)
	if !c.NoModel {
		lines, err := modelLines(c.Base)
		if err == nil {
			err = b.WriteGraph(lines)
		}
		if err != nil {
			return nil, 0, err
		}
	}
	bar := newProgress(std, in)
	faults := faultPrinter{std: std, bar: bar}
	summary, err := convert.Run(ctx, in, func() convert.Converter { return engine.converter(!engine.compiled()) }, b, &convert.Options{
		Workers: c.Workers, OnReject: func(e *source.Error) error { return faults.reject(e) }, OnRecord: bar.record, Validated: engine.compiled(),
	})
	bar.finish()
	faults.finish()
	if err == nil {
		err = allRejected(summary.Studies, summary.Rejected)
	}
	if err != nil {
		return nil, 0, err
	}
	fmt.Fprintf(std.err, "converted: %d studies, %d quads, %d rejected\n", summary.Studies, summary.Quads, summary.Rejected)
	summarizeAgain(std.err, summary)
	summarizeNotes(std.err, in)
	if summary.Rejected > 0 {
		rejected = errRejected
	}
	quads, err = b.Finish(c.dataset(c.Base, options.Reduced()))
	return rejected, quads, err
}
