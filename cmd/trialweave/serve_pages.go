package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"runtime"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/validate"
	"github.com/trialweave/trialweave/web"
)

// site says how the pages of a dataset are served.
type site struct {
	title  string
	path   string // that they are below; empty for none
	search int    // MB of memory
}

// pages has the service answer with pages, and begins to read what their search
// needs. The function that it returns ends that and waits for it.
func (c *serveCmd) pages(ctx context.Context, std *streams, x *index.Index, who *sparql.HandlerOptions, at site) (wait func()) {
	if !c.Pages {
		return func() {}
	}
	shapes, err := modelShapes()
	if err != nil {
		fmt.Fprintf(std.err, "trialweave: warning: studies are not checked: %v\n", err)
	}
	pages := web.New(x, &web.Options{
		Shapes: shapes, Name: at.title, Path: at.path, Base: c.Base, Prefixes: who.Prefixes, Warn: who.Warn, SearchBytes: at.search << 20, Timeout: c.Timeout,
		Log: slog.New(slog.NewTextHandler(std.err, nil)),
	})
	for _, w := range pages.Warnings() {
		fmt.Fprintf(std.err, "trialweave: warning: %s\n", source.Visible(w))
	}
	who.Pages = pages
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := pages.Prepare(ctx); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintf(std.err, "trialweave: warning: the search cannot be used: %v\n", err)
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// modelShapes are the shapes that validate takes by default.
func modelShapes() (*shacl.Shapes, error) {
	quads, err := validate.Shapes("")
	if err != nil {
		return nil, err
	}
	return shacl.Compile(quads)
}

// openBrowser asks the system to open an address.
func openBrowser(ctx context.Context, address string) error {
	command := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open"}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], address)...) //nolint:gosec // the address is our own
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // so that it does not stay as a zombie
	return nil
}
