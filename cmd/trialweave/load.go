package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/store"
	"github.com/trialweave/trialweave/study"
)

type loadCmd struct {
	storeFlags
	Inputs   []string `arg:"" name:"INPUT" help:"Studies in any form, which are converted on the fly, or RDF files."`
	GraphPer string   `enum:"study,none" default:"study" help:"study: a graph for each study; none: everything into the default graph, where nothing can be replaced."`
	Bulk     string   `placeholder:"DIR" help:"Send nothing: write N-Quads and a script for the store's own loader, which is the fastest for a full load."`
	Plain    bool     `help:"Do not compress what --bulk writes: it takes some fifteen times the space and less time to load."`
	Loader   string   `placeholder:"COMMAND" help:"The store's own loader, where the target is oxigraph:FOLDER. Default: oxigraph."`
	From     string   `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	modelFlags
}

// Help tells how a store is loaded.
func (loadCmd) Help() string {
	return `Each study goes into a graph of its own, and what studies share into
{base}graph/shared before them. A graph that is there already is replaced whole,
never in part: in one update where the store carries that out as one, else it is
staged under another name, counted and moved. Everything is counted in the store
afterwards. {base}graph/model gets the model and {base}graph/dataset the
description of the dataset. A journal keeps what is done: sync goes on from it.

For a full load the store's own loader is fastest. oxigraph:FOLDER calls it.
--bulk writes the files and the script for it; its target is KIND:URL, with KIND
also neptune or qlever, so that sync TARGET can go on from there. With --plain the
files are not compressed, where there is room for them.`
}

// Run carries the command out.
func (c *loadCmd) Run(ctx context.Context, std *streams) error {
	target, err := store.ParseTarget(c.Target)
	switch {
	case err != nil:
		return err
	case c.Plain && c.Bulk == "":
		return fmt.Errorf("--plain is about the files of --bulk DIR, expected both")
	case c.Bulk != "":
		return c.bulk(ctx, std, target)
	case target.Kind == store.Oxigraph && !strings.Contains(target.Address, "://"):
		return c.call(ctx, std, target)
	}
	run := storeRun{storeFlags: &c.storeFlags, modelFlags: &c.modelFlags, inputs: c.Inputs, from: c.From}
	run.options.OneGraph = c.GraphPer == "none"
	return run.carryOut(ctx, std)
}

// storeRun is a load or a sync.
type storeRun struct {
	*storeFlags
	*modelFlags
	inputs   []string
	from     string
	options  store.LoadOptions
	rejected int64
	rdf12    *rdfFeed // one that has what only RDF 1.2 has
}

func (r *storeRun) carryOut(ctx context.Context, std *streams) (err error) {
	model, err := r.modelFlags.options()
	if err != nil {
		return err
	}
	engine, err := std.engine(model)
	if err != nil {
		return err
	}
	noteDirections(std, model, "convert --rdf 1.2, whose output load takes,")
	feeds, err := r.feeds(ctx, std, engine)
	if err != nil {
		return err
	}
	s, target, err := r.open(ctx, std)
	if err != nil {
		return err
	}
	if f := r.rdf12; f != nil && !s.Capability().RDF12 {
		return fmt.Errorf("%s: %s is RDF 1.2, which %s does not take, expected RDF 1.1\nhint: trialweave format --to-1.1 says it in RDF 1.1", f.name, f.rdf12, s.Capability().Name)
	}
	if !r.DryRun || r.options.Changed {
		journal, err := r.journal(target)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, journal.Close()) }()
		r.options.Journal = journal
	}
	r.options.Base, r.options.DryRun = r.Base, r.DryRun
	r.options.Dataset = r.dataset(r.Base, model.Reduced())
	r.options.OnRefused = func(graph string, err error) error {
		std.complain(fmt.Errorf("<%s> is not taken by the store: %w", graph, err))
		return nil
	}
	return r.load(ctx, std, s, feeds)
}

// load runs the loader and tells what came of it.
func (r *storeRun) load(ctx context.Context, std *streams, s *store.Store, feeds []feed) error {
	started := time.Now()
	loader := s.NewLoader(&r.options)
	summary, err := loader.Run(ctx, func(sink *store.Sink) error {
		if !r.NoModel {
			lines, err := modelLines(r.Base)
			if err == nil {
				err = sink.WriteGraph(lines, false)
			}
			if err != nil {
				return err
			}
		}
		for _, f := range feeds {
			if err := f(sink); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return interruptedHint(ctx, err)
	}
	printLoaded(std, s, summary, r.DryRun, time.Since(started))
	if union, err := loader.SeesUnion(ctx); err != nil {
		return err
	} else if !union && !r.options.OneGraph {
		fmt.Fprintf(std.err, "hint: queries without GRAPH do not see the studies: the default graph is not the union of the others; %s\n", s.Capability().Union)
	}
	if r.rejected > 0 || summary.Refused > 0 {
		return errRejected
	}
	return nil
}

// feed gives one input to a sink.
type feed func(*store.Sink) error

// feeds opens the inputs: RDF files, which are checked whole, and studies.
func (r *storeRun) feeds(ctx context.Context, std *streams, e engine) ([]feed, error) {
	var feeds []feed
	var studies []string
	for _, name := range r.inputs {
		if input.Of(name, r.from) == input.Studies {
			studies = append(studies, name)
			continue
		}
		f := rdfFeed{std: std, name: name, from: r.from, base: r.Base}
		if err := f.check(ctx); err != nil {
			return nil, err
		}
		if f.rdf12 != "" {
			r.rdf12 = &f
		}
		feeds = append(feeds, func(sink *store.Sink) error { return f.feed(ctx, sink) })
	}
	if len(studies) > 0 {
		in, err := std.open(studies)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, func(sink *store.Sink) error { return r.convert(ctx, std, in, e, sink) })
	}
	return feeds, nil
}

// convert gives studies to a sink.
func (r *storeRun) convert(ctx context.Context, std *streams, in *study.Input, e engine, sink *store.Sink) error {
	bar := newProgress(std, in)
	faults := faultPrinter{std: std, bar: bar}
	converter, validated := func() convert.Converter { return e.converter(false) }, true
	if !e.compiled() {
		converter, validated = func() convert.Converter { return e.converter(true) }, false
	}
	summary, err := convert.Run(ctx, in, converter, sink, &convert.Options{
		Workers: r.Workers, OnReject: func(e *source.Error) error { return faults.reject(e) }, OnRecord: bar.record,
		Validated: validated, Rejects: rejectedRecords{sink},
	})
	bar.finish()
	faults.finish()
	r.rejected += summary.Rejected
	if err == nil {
		err = allRejected(summary.Studies, summary.Rejected)
	}
	if err == nil {
		fmt.Fprintf(std.err, "converted: %d studies, %d quads, %d rejected\n", summary.Studies, summary.Quads, summary.Rejected)
		summarizeAgain(std.err, summary)
		summarizeNotes(std.err, in)
	}
	return err
}
