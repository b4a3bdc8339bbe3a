package input

import (
	"bytes"
	"context"
	"iter"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Kind is what an input holds.
type Kind uint8

// The kinds of inputs.
const (
	Studies Kind = iota // in any form that package study reads
	Graph               // RDF
	Folder              // an index
)

// Of returns the kind of an input. What is neither an index, nor RDF by its
// name or because a syntax is given, is taken for studies.
func Of(name, syntax string) Kind {
	switch {
	case index.In(name):
		return Folder
	case strings.HasPrefix(name, "api:") || syntax == "" && rdf.FormatByFile(name) == rdf.UnknownFormat && !IsJSONLD(name):
		return Studies
	}
	return Graph
}

// Divide tells the inputs that hold studies from those that hold quads, each in
// their order.
func Divide(names []string, syntax string) (studies, quads []string) {
	for _, name := range names {
		if Of(name, syntax) == Studies {
			studies = append(studies, name)
		} else {
			quads = append(quads, name)
		}
	}
	return studies, quads
}

// Quads yields the quads of an index or of RDF.
func Quads(ctx context.Context, name string, o *Options) iter.Seq2[rdf.Quad, error] {
	if index.In(name) {
		return Index(ctx, name)
	}
	return RDF(ctx, name, o)
}

// Index yields the quads of an index, a graph at a time: those of studies
// after the others, which they point at.
func Index(ctx context.Context, dir string) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		x, err := index.Open(dir)
		if err != nil {
			yield(rdf.Quad{}, err)
			return
		}
		defer x.Close() //nolint:errcheck // nothing was written
		for q, err := range x.Quads(IsRecord) {
			if err == nil {
				err = context.Cause(ctx)
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}

// IsRecord reports whether a graph is that of one study's record.
func IsRecord(graph rdf.Term) bool { return strings.Contains(graph.Value, "#record") }

// StudyOf returns the IRI of the study whose record a graph is.
func StudyOf(graph string) string {
	study, _, _ := strings.Cut(graph, "#record")
	return study
}

// RecordOf returns the graph of the record of a study, given by its number, or
// the graph with the IRI that is given.
func RecordOf(name string) rdf.Term {
	if id, ok := model.NormalID(name); ok {
		return rdf.IRI(model.StudyBase + id + "#record")
	}
	return rdf.IRI(name)
}

// Relabel puts a label before those of the blank nodes of a quad: blank nodes
// of two inputs are never the same.
func Relabel(q rdf.Quad, label string) rdf.Quad {
	if label == "" {
		return q
	}
	for _, t := range []*rdf.Term{&q.Subject, &q.Object, &q.Graph} {
		*t = t.Relabel(func(old string) string { return label + old })
	}
	return q
}

// Sink is a sink of package convert that calls a function with what studies
// become, quad by quad.
type Sink func(rdf.Quad) error

var _ convert.Sink = Sink(nil)

// WriteStudy reads the lines of a study.
func (s Sink) WriteStudy(shared []byte, record ...[]byte) error {
	for _, lines := range append([][]byte{shared}, record...) {
		for q, err := range rdf.Read(bytes.NewReader(lines), rdf.NQuads, nil) {
			if err == nil {
				err = s(q)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Close does nothing.
func (Sink) Close() error { return nil }
