package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/sparql"
)

type serveCmd struct {
	Inputs  []string      `arg:"" name:"INPUT" help:"An index, RDF files, or studies in any form, which are converted on the fly. NAME=INPUT for each of several datasets."`
	Listen  string        `default:"127.0.0.1:7878" placeholder:"ADDRESS" help:"Where to listen. Default: 127.0.0.1:7878, which only this machine can reach."`
	From    string        `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
	Service []string      `sep:"none" placeholder:"URL" help:"Let the SERVICE of queries ask this address. Again for more. Default: none is asked."`
	Strict  bool          `help:"The default graph is what has no graph name. By default it is all graphs together."`
	Model   string        `enum:"auto,on,off" default:"auto" help:"Whether the terms, codes and countries of the model are part of what is asked: auto (where an input has studies), on or off."`
	Timeout time.Duration `default:"60s" placeholder:"DURATION" help:"End a query after this time. Default: 60s."`
	Memory  int           `default:"1024" placeholder:"MB" help:"About how much memory queries may hold, all together and at most half of it each; the process takes a third more, and what the search of the pages has. 0 is no limit. Default: 1024."`
	Temp    string        `placeholder:"DIR" help:"Where ORDER BY puts what memory does not hold, until its query has ended. Default: nowhere, such a query ends at the limit of memory."`
	Queries int           `placeholder:"N" help:"How many long queries run at a time. Default: one for each processor."`
	Host    []string      `sep:"none" placeholder:"NAME" help:"Answer requests to this host name, too. Again for more. By default requests to localhost and IP addresses are answered."`
	CORS    []string      `name:"cors" sep:"none" placeholder:"ORIGIN" help:"Let pages of this origin read answers, * being any. Again for more. Default: none."`
	Token   string        `placeholder:"FILE" help:"Answer only requests that bring the bearer token in this file."`
	TLSCert string        `name:"tls-cert" placeholder:"FILE" help:"Serve HTTPS with this certificate. Requires --tls-key."`
	TLSKey  string        `name:"tls-key" placeholder:"FILE" help:"The key of --tls-cert."`
	Title   string        `default:"Clinical studies" placeholder:"TEXT" help:"What the pages call the dataset. Default: Clinical studies."`
	Base    string        `placeholder:"IRI" help:"The IRI below which the shared nodes of the data live. Default: that of the data."`
	Search  int           `default:"512" placeholder:"MB" help:"About how much memory the search of the pages may take. Default: 512."`
	Pages   bool          `default:"true" negatable:"" help:"Serve pages for people beside the service. Default: on."`
	Log     string        `name:"query-log" placeholder:"FILE" help:"Append a line of JSON for each query to this file, when it has ended: its time, duration, text, status, rows, and what ended it."`
	Open    bool          `help:"Open the pages in the browser."`
}

// Help tells what is served.
func (serveCmd) Help() string {
	return `The first line that is printed is the address of the pages: a search of the
studies, a page for each study and every other IRI, the vocabulary, and an editor
of queries. Queries are answered at /sparql by the SPARQL 1.1 Protocol, graphs
are read at /data by the Graph Store HTTP Protocol, and /.well-known/void says
what the data is; /healthz and /metrics are for those who run it. Nothing can be written. An index, which trialweave index makes, is opened
at once; other inputs are held in memory. A query over its time or memory is
answered with status 503 and the limit. An interrupt ends running queries and the
service, with status 0.

trialweave serve trials=ctg.index devices=other.index serves several datasets: all of
this for each below /NAME/, a list of them at /, and one queue and memory for the
queries of all. The metrics say which dataset they are of.`
}

// Run carries the command out.
func (c *serveCmd) Run(ctx context.Context, std *streams) error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key require each other")
	}
	inputs, err := named(c.Inputs)
	if err != nil {
		return err
	}
	who, err := c.who()
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w, expected an address that is free, such as 127.0.0.1:7878", c.Listen, err)
	}
	defer func() { _ = listener.Close() }() // the server closed it, where it ran
	address := c.scheme() + "://" + listener.Addr().String()
	fmt.Fprintf(std.err, "%s/\n", address)
	endLog, err := c.log(std, who)
	if err != nil {
		return err
	}
	defer endLog()
	handler, free, err := c.handler(ctx, std, inputs, address, who)
	if err != nil {
		return err
	}
	defer free()
	defer relaxGC()()
	defer growLimit(4)()
	if c.Open {
		if err := openBrowser(ctx, address+"/"); err != nil {
			fmt.Fprintf(std.err, "trialweave: warning: the browser cannot be opened: %v\n", err)
		}
	}
	return c.serve(ctx, listener, handler)
}

func (c *serveCmd) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

// who are those who may ask.
func (c *serveCmd) who() (*sparql.HandlerOptions, error) {
	who := &sparql.HandlerOptions{Raise: "serve --timeout and --memory raise the limits", Hosts: c.Host, CheckHost: true, Origins: c.CORS, Slots: c.Queries, Bytes: c.Memory << 20}
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && host != "" {
		who.Hosts = append(who.Hosts, host)
	}
	if c.Token == "" {
		return who, nil
	}
	text, err := os.ReadFile(c.Token)
	if err != nil {
		return nil, input.Unreadable(c.Token, err)
	}
	if who.Token = strings.TrimSpace(string(text)); who.Token == "" {
		return nil, fmt.Errorf("%s: the file is empty, expected a token", c.Token)
	}
	return who, nil
}

// The bounds of connections. There are more than queries that may run and wait, so
// that one too many is answered. An idle connection gives way to a new one.
const (
	mostConnections = 2500
	mostHeader      = 64 << 10
	readTimeout     = 30 * time.Second
	idleTimeout     = time.Minute
	writeTimeout    = time.Minute            // of one write, not of an answer
	shutdownTimeout = 300 * time.Millisecond // queries end at once, and so do idle connections
)

// serve answers until ctx ends: then running queries are ended, and waited for.
func (c *serveCmd) serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	queries, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	connections := newConnections(mostConnections)
	server := &http.Server{
		Handler: handler, BaseContext: func(net.Listener) context.Context { return queries }, ConnState: connections.note,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: mostHeader,
	}
	listener = impatient{listener, writeTimeout}
	ended := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			ended <- server.ServeTLS(listener, c.TLSCert, c.TLSKey)
			return
		}
		ended <- server.Serve(listener)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	end(sparql.ErrClosing)
	shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(shutdown); err != nil {
		_ = server.Close() // of clients that do not read
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
