package input

import (
	"bytes"
	"context"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Store is what quads are put into: an *index.Writer is one. It takes those of
// studies as packets, which index.Packer makes.
type Store interface {
	Add(rdf.Quad) error
	AddPacket(*index.Packet) error
}

// Pack converts studies into a store. No lines are made, but of what is shared, where
// the converter makes batches.
func Pack(ctx context.Context, in convert.Input, converter func() convert.Converter, into Store, o *convert.Options) (convert.Summary, error) {
	sink := packetSink{into: into}
	var settings convert.Options
	if o != nil {
		settings = *o
	}
	settings.Pieces = true // of lines there are few
	return convert.Each(ctx, in, func() func([]byte, *mapping.Output, *index.Packet) error { return packing(converter()) }, sink.take, &settings)
}

// packetSink adds the packets of studies, and what is shared, to a store.
type packetSink struct {
	into   Store
	packer index.Packer
	shared index.Packet
}

func (p *packetSink) take(s *convert.Study[index.Packet]) error {
	if err := p.packer.Pack(&p.shared, s.Shared); err != nil {
		return err
	}
	if err := p.into.AddPacket(&p.shared); err != nil {
		return err
	}
	err := p.into.AddPacket(s.Value)
	s.Value.Shrink()
	return err
}

// packing makes a packet of a study's own lines.
func packing(c convert.Converter) func([]byte, *mapping.Output, *index.Packet) error {
	batcher := convert.NewBatcher(c)
	var packer index.Packer
	return func(json []byte, out *mapping.Output, packet *index.Packet) error {
		batch, err := batcher.Convert(json, out)
		if err == nil {
			packer.PackBatch(packet, batch)
		}
		return err
	}
}

// AddModel adds the terms, concepts and countries of the model, which some
// questions ask for.
func AddModel(into Store) error {
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
