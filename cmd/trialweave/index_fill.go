package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/jsonld/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

// quadStore is what inputs are filled into.
type quadStore interface {
	Add(rdf.Quad) error
	AddPacket([]byte) error
}

// inMemory is an index in the making that takes all that comes.
type inMemory struct {
	*index.Builder
	studies bool // there are studies in what came
}

// studyMark is a property that every study has.
var studyMark = rdf.IRI(model.Expand("ctg:nct_id"))

func (m *inMemory) Add(q rdf.Quad) error {
	m.studies = m.studies || q.Predicate == studyMark
	m.Builder.Add(q)
	return nil
}

func (m *inMemory) AddPacket(p []byte) error {
	m.studies = true
	m.Builder.AddPacket(p)
	return nil
}

// fill reads inputs of RDF, and of studies, which are converted, into a store.
// Labels of blank nodes get scope and the number of the input before them,
// where there is a scope. It returns how many records were rejected.
func fill(ctx context.Context, std *streams, inputs []string, from, scope string, into quadStore) (rejected int64, err error) {
	var studies []string
	for i, name := range inputs {
		switch input.Of(name, from) {
		case input.Folder:
			return 0, fmt.Errorf("%s is an index, expected RDF or studies: an index is asked alone", name)
		case input.Studies:
			studies = append(studies, name)
		default:
			label := ""
			if scope != "" {
				label = fmt.Sprintf("%s%d_", scope, i+1)
			}
			for q, err := range input.RDF(ctx, name, std.rdf(from)) {
				if err == nil {
					err = into.Add(input.Relabel(q, label))
				}
				if err != nil {
					return 0, err
				}
			}
		}
	}
	if len(studies) == 0 {
		return 0, nil
	}
	return convertOnTheFly(std, studies, 0, func(in *study.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
		sink := packetSink{into: into}
		return convert.Each(ctx, in, func() func([]byte, *jsonld.Output, *[]byte) error { return packing(converter()) }, sink.take, o)
	})
}

// packetSink adds the packets of studies, and what is shared, to a store.
type packetSink struct {
	into   quadStore
	packer index.Packer
	shared []byte
}

func (p *packetSink) take(s *convert.Study[[]byte]) (err error) {
	if p.shared, err = p.packer.Pack(p.shared[:0], s.Shared); err != nil {
		return err
	}
	if err := p.into.AddPacket(p.shared); err != nil {
		return err
	}
	const most = 256 << 10
	packet := *s.Value
	if cap(packet) > most { // kept no longer than needed
		*s.Value = nil
	}
	return p.into.AddPacket(packet)
}

// packing makes a packet of a study's own lines.
func packing(c convert.Converter) func([]byte, *jsonld.Output, *[]byte) error {
	var packer index.Packer
	return func(json []byte, out *jsonld.Output, packet *[]byte) (err error) {
		if err := c.Convert(json, out); err != nil {
			return err
		}
		if *packet, err = packer.Pack((*packet)[:0], out.Record); err != nil {
			return &source.Error{Problem: "the converter's own N-Quads", Err: err}
		}
		return nil
	}
}

// addModel adds concepts and countries, which some questions ask for.
func addModel(into quadStore) error {
	graph := rdf.IRI(model.DefaultBase + "graph/model")
	for _, data := range [][]byte{model.Ontology(), model.Enums(), model.CountryNames()} {
		for q, err := range rdf.Read(bytes.NewReader(data), rdf.Turtle, nil) {
			if err != nil {
				return err
			}
			q.Graph = graph
			if err := into.Add(q); err != nil {
				return err
			}
		}
	}
	return nil
}
