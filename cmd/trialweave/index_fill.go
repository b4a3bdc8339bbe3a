package main

import (
	"context"
	"fmt"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

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

func (m *inMemory) AddPacket(p *index.Packet) error {
	m.studies = true
	m.Builder.AddPacket(p)
	return nil
}

// adder adds a file of RDF to a store.
type adder func(ctx context.Context, name string, o *input.Options, label string, into input.Store) (quads int64, err error)

// fill reads inputs of RDF, and of studies, which are converted, into a store.
// Labels of blank nodes get scope and the number of the input before them,
// where there is a scope. RDF is added by a function, input.AddRDF or input.PackRDF.
// It returns how many records were rejected.
func fill(ctx context.Context, std *streams, inputs []string, from, scope string, into input.Store, add adder) (rejected int64, err error) {
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
			reading := std.rdf(from)
			reading.Version = rdf.RDF12 // an index holds it
			quads, err := add(ctx, name, reading, label, into)
			if err == nil && quads == 0 {
				err = nothingFound(name)
			}
			if err != nil {
				return 0, err
			}
		}
	}
	if len(studies) == 0 {
		return 0, nil
	}
	summary, err := convertOnTheFly(std, studies, 0, func(in *study.Input, converter func() convert.Converter, o *convert.Options) (convert.Summary, error) {
		return input.Pack(ctx, in, converter, into, o)
	})
	return outcome(summary, err)
}
