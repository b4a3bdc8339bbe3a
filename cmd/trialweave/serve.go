package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/trialweave/trialweave/sparql"
)

type serveCmd struct {
	Inputs  []string      `arg:"" name:"INPUT" help:"An index, RDF files, or studies in any form, which are converted on the fly."`
	Listen  string        `default:"127.0.0.1:7878" placeholder:"ADDRESS" help:"Where to listen. Default: 127.0.0.1:7878, which only this machine can reach."`
	From    string        `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Service []string      `sep:"none" placeholder:"URL" help:"Let the SERVICE of queries ask this address. Again for more. Default: none is asked."`
	Strict  bool          `help:"The default graph is what has no graph name. By default it is all graphs together."`
	Timeout time.Duration `default:"60s" placeholder:"DURATION" help:"End a query after this time. Default: 60s."`
}

// Help tells what is served.
func (serveCmd) Help() string {
	return `Queries are answered at /sparql by the SPARQL 1.1 Protocol, graphs are read at
/data by the Graph Store HTTP Protocol. Nothing can be written. An index, which
trialweave index makes, is opened at once; other inputs are held in memory. An
interrupt ends it.`
}

// Run carries the command out.
func (c *serveCmd) Run(ctx context.Context, std *streams) error {
	questions := queryCmd{Inputs: c.Inputs, From: c.From}
	x, rejected, err := questions.build(ctx, std)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was only read
	defer lavish()()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           sparql.Handler(x, &sparql.Options{StrictDefault: c.Strict, Limits: sparql.Limits{Time: c.Timeout}, Services: c.Service}),
		ReadHeaderTimeout: 10 * time.Second,
	}
	fmt.Fprintf(std.err, "%d quads, %d rejected records; answering at http://%s/sparql\n", x.Len(), rejected, listener.Addr())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = server.Shutdown(shutdown)
		if e := <-ended; err == nil {
			err = e
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
