package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/store"
)

// storeFlags say which store, and how it is spoken to.
type storeFlags struct {
	Target                   string        `arg:"" help:"The store: a URL, or KIND:URL with KIND oxigraph, fuseki, rdf4j, virtuoso, gsp or update."`
	Protocol                 string        `enum:",gsp,update" default:"" help:"Speak only gsp (Graph Store Protocol) or update (SPARQL Update). Default: what is best for the store, which is found out."`
	QueryURL                 string        `placeholder:"URL" help:"Where queries are answered, of a store whose kind is not known."`
	UpdateURL                string        `placeholder:"URL" help:"Where updates are taken, of a store whose kind is not known."`
	Credentials              string        `placeholder:"FILE" help:"A file whose first line is USER:PASSWORD or Bearer TOKEN. Default: TRIALWEAVE_USER and TRIALWEAVE_PASSWORD, or TRIALWEAVE_TOKEN, in the environment."`
	AllowReadableCredentials bool          `help:"Take a --credentials file that others may read."`
	State                    string        `placeholder:"DIR" env:"TRIALWEAVE_STATE" help:"Where the journals of targets are kept. Default: trialweave below $XDG_STATE_HOME or ~/.local/state."`
	Timeout                  time.Duration `default:"15m" help:"How long one request may take."`
	DryRun                   bool          `help:"Say what would be sent, and send nothing."`
	NoModel                  bool          `help:"Leave out the graph of the ontology, the schemes of codes and the countries."`
	Publisher                string        `placeholder:"IRI" help:"Who publishes the triples, for the description of the dataset."`
	Workers                  int           `help:"Goroutines that convert. Default: one for each processor."`

	retries int // of a request; 0: as package store has it
}

// open opens the store.
func (f *storeFlags) open(ctx context.Context, std *streams) (*store.Store, store.Target, error) {
	target, err := store.ParseTarget(f.Target)
	if err != nil {
		return nil, target, err
	}
	credentials, err := f.credentials()
	if err != nil {
		return nil, target, err
	}
	limits := std.network
	if limits.Idle == 0 {
		limits.Idle = f.Timeout
	}
	s, err := store.Open(ctx, target, &store.Options{
		Protocol: store.Kind(f.Protocol), QueryURL: f.QueryURL, UpdateURL: f.UpdateURL, Credentials: credentials, Timeout: f.Timeout,
		Transport: limits.Transport(), Pause: std.pause, Retries: f.retries,
	})
	if err != nil {
		return nil, target, err
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(std.err, "trialweave: warning: %s\n", source.Visible(w))
	}
	return s, target, nil
}

func (f *storeFlags) credentials() (store.Credentials, error) {
	if f.Credentials != "" {
		return store.ReadCredentials(f.Credentials, f.AllowReadableCredentials)
	}
	return store.Credentials{
		User: os.Getenv("TRIALWEAVE_USER"), Password: os.Getenv("TRIALWEAVE_PASSWORD"), Token: os.Getenv("TRIALWEAVE_TOKEN"),
	}, nil
}

// journal opens the journal of the target; a dry run does not.
func (f *storeFlags) journal(target store.Target) (*store.Journal, error) {
	folder, err := stateFolder(f.State)
	if err != nil {
		return nil, err
	}
	return store.OpenJournal(folder, target)
}

// stateFolder is where journals are kept: the folder that is named, or the usual one.
func stateFolder(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	base := os.Getenv("XDG_STATE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("no folder for the journal: %w\nhint: --state DIR names one", err)
		}
		base = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(base, "trialweave"), nil
}

// dataset describes what is loaded, but for the counts.
func (f *storeFlags) dataset(base string, reduced bool) *model.Dataset {
	d := &model.Dataset{Base: base, Publisher: f.Publisher, Processed: time.Now().UTC().Format(time.DateOnly)}
	if reduced {
		d.Reduced = "flags left out a part of what the records say"
	}
	return d
}

// modelLines is the graph of the model.
func modelLines(base string) ([]byte, error) {
	if base == "" {
		base = model.DefaultBase
	}
	return store.GraphLines(base+"graph/model", rdf.Turtle, model.Ontology(), model.Default().BuildEnums(base), model.CountryNames())
}

// rejectedRecords tells a sink which records were rejected.
type rejectedRecords struct{ sink *store.Sink }

func (r rejectedRecords) Write(line []byte) (int, error) {
	r.sink.Rejected(line)
	return len(line), nil
}

// interruptedHint adds to an interruption that nothing is lost by it.
func interruptedHint(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || !errors.Is(err, context.Cause(ctx)) {
		return err
	}
	return errInterrupted
}

var errInterrupted = errors.New("interrupted\nhint: what was counted in the store stays; run the command again")

// printLoaded tells what a load or sync came to.
func printLoaded(std *streams, s *store.Store, sum store.Summary, dry bool, took time.Duration) {
	var b bytes.Buffer
	verb, requests := "sent", ""
	if dry {
		verb = "would be sent"
	} else {
		n, size := s.Sent()
		requests = fmt.Sprintf(" in %d requests, %.1f MB", n, float64(size)/1e6)
	}
	fmt.Fprintf(&b, "%s: %d new, %d replaced", s.Capability().Name, sum.New, sum.Replaced)
	if sum.Unchanged > 0 {
		fmt.Fprintf(&b, ", %d unchanged", sum.Unchanged)
	}
	if sum.Withdrawn > 0 {
		fmt.Fprintf(&b, ", %d withdrawn", sum.Withdrawn)
	}
	if sum.Refused > 0 {
		fmt.Fprintf(&b, ", %d refused by the store", sum.Refused)
	}
	fmt.Fprintf(&b, "; %d quads %s%s, %.1f s\n", sum.Quads+sum.Shared, verb, requests, took.Seconds())
	if sum.Torn > 0 {
		fmt.Fprintf(&b, "  graphs that were not as they had been counted in the store, and were sent again if they came: %d\n", sum.Torn)
	}
	if sum.LongLiteral > 0 {
		fmt.Fprintf(&b, "  the longest text has %d bytes; some stores do not take more than 64 kB\n", sum.LongLiteral)
	}
	if !dry && sum.Studies > 0 {
		fmt.Fprintf(&b, "  counted in the store: %d studies, %d quads\n", sum.Studies, sum.Total)
	}
	_, _ = std.err.Write(b.Bytes()) // as Fprintf would
}
