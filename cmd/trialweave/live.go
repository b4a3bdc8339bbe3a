package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/internal/network"
	"github.com/trialweave/trialweave/registry"
	"github.com/trialweave/trialweave/study"
)

// open opens inputs of studies. One that is written "api:QUERY" is fetched
// from the live registry when it is its turn; what is wrong with the query is
// found out at once.
func (s *streams) open(inputs []string) (*study.Input, error) {
	for _, input := range inputs {
		query, live := strings.CutPrefix(input, "api:")
		if !live {
			continue
		}
		if _, err := s.source(query, nil); err != nil {
			return nil, fmt.Errorf("%s: %w", input, err)
		}
	}
	return study.Open(inputs, s.studyOptions())
}

func (s *streams) studyOptions() *study.Options {
	return &study.Options{Stdin: s.in, Live: s.live, Database: s.database()}
}

func (s *streams) database() aact.DatabaseOptions {
	return aact.DatabaseOptions{ConnectTimeout: s.network.Connect, IdleTimeout: s.network.Idle}
}

// liveSource is a registry and what to ask of it.
type liveSource struct {
	client *registry.Client
	query  registry.Query
}

func (s *streams) source(text string, notify func(registry.Event)) (liveSource, error) {
	base, query, err := registry.ParseSource(text)
	if err != nil {
		return liveSource{}, err
	}
	options := &registry.Options{BaseURL: base, Notify: notify, Transport: s.network.Transport(), Timeout: pageTimeout(s.network)}
	if base != "" {
		options.PerMinute = -1 // a mirror says for itself when it is too much
	}
	client, err := registry.New(options)
	return liveSource{client, query}, err
}

// pageTimeout is how long one request to a registry may take: two minutes, or
// longer where even silence may.
func pageTimeout(limits network.Limits) time.Duration { return max(2*time.Minute, limits.Idle) }

// live fetches what an input asks for into a folder of its own, which goes
// away when it has been read.
func (s *streams) live(ctx context.Context, query string) (path string, done func(), err error) {
	watch := newFetchProgress(s)
	defer watch.finish()
	from, err := s.source(query, watch.event)
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "trialweave-fetch-*")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	snapshot, err := from.client.Fetch(ctx, from.query, dir)
	if err != nil {
		done()
		return "", nil, fmt.Errorf("api:%s: %w", query, err)
	}
	watch.finish()
	for _, id := range snapshot.Missing {
		s.complain(fmt.Errorf("api:%s: the registry knows no study %s", query, id))
	}
	return snapshot.Path, done, nil
}

// fetchProgress shows what a fetch is at: a bar on a terminal, and lines for
// what a user should know.
type fetchProgress struct {
	std  *streams
	line *commandline.Progress
}

func newFetchProgress(std *streams) *fetchProgress {
	return &fetchProgress{std, std.progressOf("studies fetched")}
}

func (p *fetchProgress) event(e registry.Event) {
	if e.Kind != registry.Progressed {
		p.line.Clear()
		fmt.Fprintf(p.std.err, "trialweave: note: %s\n", commandline.Message(e.Text))
		return
	}
	p.line.Set(int64(e.Fetched), int64(e.Fetched), int64(e.Total))
}

func (p *fetchProgress) finish() { p.line.Clear() }
