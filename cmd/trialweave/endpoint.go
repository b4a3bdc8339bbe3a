package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/network"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/sparql"
	"github.com/trialweave/trialweave/void"
)

// endpoint is a SPARQL service of somebody else.
type endpoint struct {
	address string
	limits  network.Limits
}

// checkEndpoint refuses what cannot be the address of a service.
func checkEndpoint(address string) error {
	if at, err := url.Parse(address); err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return fmt.Errorf("--endpoint %q, expected the address of a SPARQL service, which begins with http:// or https://", address)
	}
	return nil
}

// checkSource reports whether a command has either inputs or an endpoint.
func checkSource(address string, inputs []string) error {
	switch {
	case address != "" && len(inputs) > 0:
		return errors.New("inputs beside --endpoint, expected one of them")
	case address != "":
		return checkEndpoint(address)
	case len(inputs) == 0:
		return errors.New("there is no input\nhint: name files of studies or RDF, or give --endpoint")
	}
	return nil
}

// ask sends a query to the service (SPARQL 1.1 Protocol, section 2.1.3). Who asks
// closes the body.
func (e endpoint) ask(ctx context.Context, query, accept string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, strings.NewReader(query))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/sparql-query")
	request.Header.Set("Accept", accept)
	response, err := (&http.Client{Transport: e.limits.Transport()}).Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(response.Body, 400)) // what can be read of it is enough
		return nil, fmt.Errorf("%s answered %s: %s", e.address, response.Status, source.Visible(strings.Join(strings.Fields(string(said)), " ")))
	}
	return response, nil
}

// mostWarnings bounds how many warnings of a service are passed on.
const mostWarnings = 100

// warningsOf are what a trialweave that serves says of a query.
func warningsOf(response *http.Response) []string {
	said := response.Header.Values("Trialweave-Warning")
	var out []string
	for _, text := range said[:min(len(said), mostWarnings)] {
		if plain, err := url.PathUnescape(text); err == nil {
			text = plain
		}
		out = append(out, source.Visible(text))
	}
	return out
}

// eachRow hands on rows as they are read.
type eachRow func([]rdf.Term) error

// Row takes a row.
func (f eachRow) Row(terms []rdf.Term) error { return f(terms) }

// Close does nothing.
func (f eachRow) Close() error { return nil }

// rows asks for rows.
func (e endpoint) rows(ctx context.Context, query string, variables []string, row func([]rdf.Term) error) error {
	response, err := e.ask(ctx, query, sparql.JSON.MediaType())
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return sparql.CopyRows(response.Body, variables, eachRow(row))
}

// Statements of named graphs, and those of the default graph that no named graph
// has: in some services the default graph is all graphs together.
const (
	inGraphs  = "GRAPH ?g { ?s ?p ?o }"
	inDefault = "?s ?p ?o FILTER NOT EXISTS { GRAPH ?h { ?s ?p ?o } }"
)

// count counts what the service has.
func (e endpoint) count(ctx context.Context, n *void.Counts) error {
	for _, where := range []string{inGraphs, inDefault} {
		for _, part := range []struct {
			key   string
			tally void.Tally
		}{{"?g", n.Graphs}, {"?p", n.Properties}, {"?o", n.Classes}} {
			pattern, key := where, part.key
			if key == "?o" {
				pattern = strings.ReplaceAll(where, "?s ?p ?o", "?s a ?o")
			}
			query := fmt.Sprintf("SELECT %s (COUNT(*) AS ?n) WHERE { %s } GROUP BY %s", key, pattern, key)
			variables := []string{key[1:], "n"}
			if key == "?g" && where == inDefault {
				query, variables = "SELECT (COUNT(*) AS ?n) WHERE { "+pattern+" }", []string{"none", "n"}
			}
			err := e.rows(ctx, query, variables, func(row []rdf.Term) error {
				var times int64
				if _, err := fmt.Sscan(row[1].Value, &times); err != nil {
					return fmt.Errorf("%s answered the count %q, expected a whole number", e.address, row[1].Value)
				}
				if times > 0 {
					part.tally.Add(row[0].Value, times)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	for graph := range n.Graphs {
		n.Quads += n.Graphs.N(graph)
	}
	return nil
}

// nodesAtOnce is how many nodes the service is asked of in one query, and mostNodes
// how many nodes of a study are followed.
const (
	nodesAtOnce = 200
	mostNodes   = 1_000_000
)

// collect finds the quads about each study as describeCmd.collect does, by following
// them from node to node.
func (e endpoint) collect(ctx context.Context, ids []string) (*described, error) {
	d := &described{studies: map[string][]rdf.Quad{}, labels: map[string]string{}}
	for _, id := range ids {
		study := model.StudyBase + id
		seen, shared := map[string]bool{study: true}, map[string]bool{}
		next := []string{study}
		for len(next) > 0 {
			batch := next[:min(len(next), nodesAtOnce)]
			next = next[len(batch):]
			err := e.statements(ctx, batch, "", func(q rdf.Quad) error {
				d.studies[id] = append(d.studies[id], q)
				object := q.Object
				switch ours := strings.HasPrefix(object.Value, study+"#"); {
				case object.Kind != rdf.IRITerm:
				case !ours:
					shared[object.Value] = true
				case !seen[object.Value]:
					seen[object.Value] = true
					next = append(next, object.Value)
				}
				if len(seen) > mostNodes {
					return fmt.Errorf("%s has more than %d nodes of %s", e.address, mostNodes, id)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		for batch := range slices.Chunk(slices.Sorted(maps.Keys(shared)), nodesAtOnce) {
			err := e.statements(ctx, batch, labelProperties, func(q rdf.Quad) error {
				d.labels[q.Subject.Value] = q.Object.Value
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// labelProperties are those of isLabel, in a query.
const labelProperties = "VALUES ?p { <http://www.w3.org/2000/01/rdf-schema#label> <" + model.NSSchema + "name> } "

// statements asks for what is said of nodes, in any graph.
func (e endpoint) statements(ctx context.Context, nodes []string, more string, yield func(rdf.Quad) error) error {
	var list strings.Builder
	for _, iri := range nodes {
		if rdf.CheckIRI(iri) == nil {
			list.WriteString("<" + iri + "> ")
		}
	}
	where := "VALUES ?s { " + list.String() + "} " + more
	query := "SELECT DISTINCT ?s ?p ?o WHERE { { " + where + "?s ?p ?o } UNION { " + where + "GRAPH ?g { ?s ?p ?o } } }"
	return e.rows(ctx, query, []string{"s", "p", "o"}, func(row []rdf.Term) error {
		if row[0].Kind != rdf.IRITerm || row[1].Kind != rdf.IRITerm || row[2].IsZero() {
			return fmt.Errorf("%s answered a row without a triple", e.address)
		}
		return yield(rdf.Quad{Subject: row[0], Predicate: row[1], Object: row[2]})
	})
}
