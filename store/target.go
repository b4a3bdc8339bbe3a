package store

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Kind is a kind of store.
type Kind string

// The kinds. GSP and Update stand for any store that speaks the one protocol or
// the other; TDB2, Neptune and QLever are only loaded in bulk.
const (
	Oxigraph Kind = "oxigraph"
	Fuseki   Kind = "fuseki"
	RDF4J    Kind = "rdf4j"
	Virtuoso Kind = "virtuoso"
	GSP      Kind = "gsp"
	Update   Kind = "update"
	TDB2     Kind = "tdb2"
	Neptune  Kind = "neptune"
	QLever   Kind = "qlever"
)

// Target is where to load: a kind, if it was named, and an address.
type Target struct {
	Kind    Kind // empty where it has to be found out
	Address string
}

// ParseTarget reads [KIND:]ADDRESS, such as http://localhost:3030/ds or
// virtuoso:http://localhost:8890. A name and password in it are refused, since
// everybody on the machine can read a command line.
func ParseTarget(s string) (Target, error) {
	t := Target{Address: s}
	kind, rest, found := strings.Cut(s, ":")
	if found && capability(Kind(kind)) != nil {
		t = Target{Kind(kind), rest}
	}
	u, err := url.Parse(t.Address)
	switch {
	case err != nil:
		return t, fmt.Errorf("target: %w", err)
	case u.User != nil:
		return t, fmt.Errorf("the target names a user, expected a URL without\nhint: TRIALWEAVE_USER and TRIALWEAVE_PASSWORD, or a file, say who you are")
	case t.Address == "":
		return t, fmt.Errorf("target %q has no address, expected KIND:ADDRESS or a URL", s)
	}
	return t, nil
}

// String returns the target as ParseTarget reads it.
func (t Target) String() string {
	if t.Kind == "" {
		return t.Address
	}
	return string(t.Kind) + ":" + t.Address
}

// endpoints are the URLs of a store; an empty one is not there.
type endpoints struct {
	query, update string
	data          string // Graph Store Protocol
	param         string // the parameter of data that names the graph, as an IRI
	brackets      bool   // … in <>
	quads         string // where N-Quads are taken
	size          string // where the triples of graphs are counted together
}

// endpointsOf derives the URLs of a store from the one that was given.
func endpointsOf(kind Kind, address string, auth bool) endpoints {
	address = strings.TrimRight(address, "/")
	switch kind {
	case Oxigraph:
		base := trimLast(address, "store", "query", "update")
		return endpoints{query: base + "/query", update: base + "/update", data: base + "/store", param: "graph", quads: base + "/store"}
	case Fuseki:
		base := trimLast(address, "data", "query", "sparql", "update")
		return endpoints{query: base + "/query", update: base + "/update", data: base + "/data", param: "graph", quads: base}
	case RDF4J:
		base := trimLast(address, "statements")
		return endpoints{
			query: base, update: base + "/statements", data: base + "/statements", param: "context", brackets: true,
			quads: base + "/statements", size: base + "/size",
		}
	case Virtuoso:
		base := trimLast(address, "sparql", "sparql-auth", "sparql-graph-crud", "sparql-graph-crud-auth")
		suffix := ""
		if auth {
			suffix = "-auth"
		}
		sparql := base + "/sparql" + suffix
		return endpoints{query: sparql, update: sparql, data: base + "/sparql-graph-crud" + suffix, param: "graph-uri"}
	case GSP:
		return endpoints{data: address, param: "graph"}
	case Update:
		return endpoints{query: address, update: address}
	}
	return endpoints{}
}

func trimLast(address string, names ...string) string {
	for _, name := range names {
		if base, found := strings.CutSuffix(address, "/"+name); found {
			return base
		}
	}
	return address
}

// graphURL is where the Graph Store Protocol has a graph; the empty name is the
// default graph.
func (e endpoints) graphURL(graph string) string {
	sign := "?"
	if strings.Contains(e.data, "?") {
		sign = "&"
	}
	switch {
	case graph == "" && e.brackets:
		return e.data + sign + e.param + "=null"
	case graph == "":
		return e.data + sign + "default"
	case e.brackets:
		graph = "<" + graph + ">"
	}
	return e.data + sign + e.param + "=" + url.QueryEscape(graph)
}

// recognise finds out what kind of store answers at an address.
func recognise(ctx context.Context, c *client, address string) (Kind, error) {
	if strings.Contains(address, "/repositories/") {
		return RDF4J, nil
	}
	response, err := c.once(ctx, request{method: http.MethodGet, url: address, action: "asking what answers"})
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // only so that the connection can be used again
	server := response.Header.Get("Server")
	switch {
	case strings.HasPrefix(server, "Oxigraph"):
		return Oxigraph, nil
	case strings.HasPrefix(server, "Virtuoso"):
		return Virtuoso, nil
	case response.Header.Get("Fuseki-Request-Id") != "":
		return Fuseki, nil
	}
	return "", fmt.Errorf("unrecognised store at %s\nhint: say what it is (oxigraph:URL, fuseki:, rdf4j:, virtuoso:), or what it speaks (--protocol gsp or update)", address)
}
