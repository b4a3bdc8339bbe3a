package main

import (
	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/jsonld"
)

// engine is what convert and annotate need of the package jsonld.
type engine interface {
	// compiled says whether there is a converter that needs no json-gold.
	compiled() bool
	// converter makes one, or one that expands with json-gold.
	converter(jsonGold bool) convert.Converter
	// annotate appends the JSON-LD document of a study.
	annotate(dst, json []byte, mode jsonld.ContextMode) ([]byte, error)
}

// engineMaker makes an engine, or says what is wrong with the options.
type engineMaker func(*jsonld.Options) (engine, error)

type models struct{ *jsonld.Engine }

func newEngine(options *jsonld.Options) (engine, error) {
	e, err := jsonld.NewEngine(options)
	return models{e}, err
}

func (m models) compiled() bool { return m.Compiled() }

func (m models) converter(jsonGold bool) convert.Converter {
	if jsonGold {
		return m.NewReference()
	}
	return m.NewConverter()
}

func (m models) annotate(dst, json []byte, mode jsonld.ContextMode) ([]byte, error) {
	return m.Annotate(dst, json, mode)
}
