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
	AddPacket([]byte) error
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
	return convert.Each(ctx, in, func() func([]byte, *mapping.Output, *[]byte) error { return packing(converter()) }, sink.take, &settings)
}

// packetSink adds the packets of studies, and what is shared, to a store.
type packetSink struct {
	into   Store
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
func packing(c convert.Converter) func([]byte, *mapping.Output, *[]byte) error {
	batcher := convert.NewBatcher(c)
	var packer index.Packer
	return func(json []byte, out *mapping.Output, packet *[]byte) error {
		batch, err := batcher.Convert(json, out)
		if err == nil {
			*packet = packer.PackBatch((*packet)[:0], batch)
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
