package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/web"
)

// namedInput is one of several datasets.
type namedInput struct{ name, input string }

// datasetName is what a dataset may be called: it is a part of addresses, and a
// label of metrics.
var datasetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// ownPaths are the first parts of paths that the service has itself.
var ownPaths = []string{"assets", "data", "healthz", "metrics", "sparql"}

// named takes the inputs apart that are NAME=INPUT. It returns none where no input
// has a name: then all are one dataset. A file that is there is no name.
func named(inputs []string) ([]namedInput, error) {
	var out []namedInput
	for _, input := range inputs {
		name, path, ok := strings.Cut(input, "=")
		if _, err := os.Stat(input); ok && err == nil || strings.ContainsAny(name, `/\`) {
			ok = false
		}
		if ok {
			out = append(out, namedInput{name, path})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	if len(out) < len(inputs) {
		at := slices.IndexFunc(inputs, func(in string) bool {
			return !slices.ContainsFunc(out, func(n namedInput) bool { return in == n.name+"="+n.input })
		})
		return nil, fmt.Errorf("the input %s has no name, expected NAME=INPUT for each dataset", inputs[at])
	}
	for i, n := range out {
		switch {
		case !datasetName.MatchString(n.name):
			return nil, fmt.Errorf("the name %q of a dataset is invalid, expected up to 64 letters, digits, _ and -, the first a letter or digit", n.name)
		case slices.Contains(ownPaths, strings.ToLower(n.name)):
			return nil, fmt.Errorf("the name %q of a dataset is a path of the service, expected none of %s", n.name, strings.Join(ownPaths, ", "))
		case n.input == "":
			return nil, fmt.Errorf("the dataset %q has no input, expected NAME=INPUT", n.name)
		}
		for _, other := range out[:i] {
			if strings.EqualFold(n.name, other.name) {
				return nil, fmt.Errorf("two datasets have the name %q, expected a name of its own for each", n.name)
			}
		}
	}
	return out, nil
}

// several makes the service of several datasets. The function that it returns frees
// them.
func (c *serveCmd) several(ctx context.Context, std *streams, inputs []namedInput, address string, who *sparql.HandlerOptions, opts *sparql.Options) (h http.Handler, free func(), err error) {
	var frees []func()
	free = func() {
		for _, f := range slices.Backward(frees) {
			f()
		}
	}
	defer func() {
		if err != nil {
			free()
		}
	}()
	var all []sparql.Dataset
	var listed []web.Listed
	for _, n := range inputs {
		x, err := c.open(ctx, std, []string{n.input}, address+"/"+n.name, n.name+": ")
		if err != nil {
			return nil, nil, fmt.Errorf("dataset %q: %w", n.name, err)
		}
		frees = append(frees, func() { _ = x.Close() }) // it was only read
		d := sparql.Dataset{Name: n.name, Index: x, Warn: func(ctx context.Context, q *sparql.Query) []string { return doubts(ctx, q, x, c.Service) }}
		one := sparql.HandlerOptions{Prefixes: who.Prefixes, Warn: d.Warn}
		frees = append(frees, c.pages(ctx, std, x, &one, site{title: n.name, path: "/" + n.name, search: c.Search / len(inputs)}))
		d.Pages = one.Pages
		all = append(all, d)
		listed = append(listed, web.Listed{Name: n.name, Quads: x.Len()})
	}
	if c.Pages {
		who.Pages = web.List(c.Title, listed)
	}
	return sparql.Datasets(all, opts, who), free, nil
}

// open makes or opens the index of inputs, and says where it is asked.
func (c *serveCmd) open(ctx context.Context, std *streams, inputs []string, address, prefix string) (*index.Index, error) {
	questions := queryCmd{Inputs: inputs, From: c.From, Model: c.Model}
	x, rejected, err := questions.build(ctx, std)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(std.err, "%s%d quads, %d rejected records; answering at %s/sparql\n", prefix, x.Len(), rejected, address)
	return x, nil
}

// handler makes what answers: for one dataset, or for several that have names.
func (c *serveCmd) handler(ctx context.Context, std *streams, inputs []namedInput, address string, who *sparql.HandlerOptions) (http.Handler, func(), error) {
	opts := &sparql.Options{StrictDefault: c.Strict, Limits: sparql.Limits{Time: c.Timeout, Bytes: c.Memory << 20 / 2}, Services: c.Service, Temp: c.Temp, Transport: std.network.Transport()}
	who.Prefixes = mapping.QueryPrefixes()
	if len(inputs) > 0 {
		return c.several(ctx, std, inputs, address, who, opts)
	}
	x, err := c.open(ctx, std, c.Inputs, address, "")
	if err != nil {
		return nil, nil, err
	}
	who.Warn = func(ctx context.Context, q *sparql.Query) []string { return doubts(ctx, q, x, c.Service) }
	wait := c.pages(ctx, std, x, who, site{title: c.Title, search: c.Search})
	return sparql.Handler(x, opts, who), func() {
		wait()
		_ = x.Close() // it was only read
	}, nil
}
