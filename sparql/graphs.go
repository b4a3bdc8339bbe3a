package sparql

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
)

// jsonLD is the name of JSON-LD, which package rdf does not write.
const jsonLD = "jsonld"

// graphTypes are the media types that a graph can be asked for with, and the
// syntax that each stands for. The first of a syntax is that of its answers.
var graphTypes = append(withEvery([]offer{
	{"text/turtle", "turtle"}, {"application/n-triples", "ntriples"}, {"text/plain", "ntriples"}, {"text/n3", "turtle"},
	{"text/rdf+n3", "turtle"}, {"application/x-turtle", "turtle"}, {"application/turtle", "turtle"},
	{"application/rdf+xml", "rdfxml"}, {"application/xml", "rdfxml"}, {"text/xml", "rdfxml"},
	{"application/n-quads", "nquads"}, {"text/x-nquads", "nquads"}, {"application/trig", "trig"}, {"application/x-trig", "trig"},
}), offer{"application/ld+json", jsonLD})

// withEvery adds the media types of the syntaxes that offers lack.
func withEvery(offers []offer) []offer {
	for _, f := range rdf.Formats() {
		if !slices.ContainsFunc(offers, func(o offer) bool { return o.format == f.String() }) {
			offers = append(offers, offer{f.MediaType(), f.String()})
		}
	}
	return offers
}

// GraphFormats are the names of the syntaxes that the graph of a CONSTRUCT or
// DESCRIBE is written in, as command lines spell them: the default comes first.
func GraphFormats() []string {
	names := []string{rdf.Turtle.String()}
	for _, f := range rdf.Formats() {
		if f != rdf.Turtle {
			names = append(names, f.String())
		}
	}
	return append(names, jsonLD)
}

// GraphMediaType returns the media type of a syntax of GraphFormats.
func GraphMediaType(format string) string {
	for _, o := range graphTypes {
		if o.format == format {
			return o.mediaType
		}
	}
	return ""
}

// GraphWriter writes the quads of a graph in one syntax, as they come.
type GraphWriter interface {
	// Check says what keeps Write from writing a quad, and writes nothing.
	Check(rdf.Quad) error
	Write(rdf.Quad) error
	// Close finishes the document; the io.Writer stays open.
	Close() error
}

// NewGraphWriter begins a graph in a syntax of GraphFormats. JSON-LD is an
// expanded document: an array with a node object for what came of a subject
// within some thousand quads, so that a graph of any size is written as it comes.
func NewGraphWriter(w io.Writer, format string, options *rdf.WriteOptions) (GraphWriter, error) {
	switch {
	case !slices.Contains(GraphFormats(), format):
		return nil, fmt.Errorf("graph format %q, expected one of %s", format, strings.Join(GraphFormats(), ", "))
	case format != jsonLD:
		return rdf.NewWriter(w, rdf.FormatByName(format), options)
	}
	terms, err := rdf.NewWriter(io.Discard, rdf.NQuads, options)
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	nodes := jsonld.NewWriter(out)
	nodes.MaxGroup = quadsOfGroup
	return &jsonldWriter{out, nodes, terms, options != nil && options.MergeGraphs}, nil
}

// quadsOfGroup is how many quads of JSON-LD are held back to group them by subject.
const quadsOfGroup = 4096

type jsonldWriter struct {
	out         *bufio.Writer
	nodes       *jsonld.Writer
	terms       *rdf.Writer // which checks them
	mergeGraphs bool
}

func (w *jsonldWriter) Check(q rdf.Quad) error {
	if err := w.nodes.Check(q); err != nil {
		return err
	}
	return w.terms.Check(q)
}

func (w *jsonldWriter) Write(q rdf.Quad) error {
	if err := w.Check(q); err != nil {
		return err
	}
	if w.mergeGraphs {
		q.Graph = rdf.Term{}
	}
	return w.nodes.Write(q)
}

func (w *jsonldWriter) Close() error { return errors.Join(w.nodes.Close(), w.out.Flush()) }
