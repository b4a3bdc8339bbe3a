package main

import (
	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/jsonld"
)

// engine is what convert and annotate need of the package jsonld.
type engine interface {
	converter() convert.Converter
	// annotate appends the JSON-LD document of a study.
	annotate(dst, json []byte, mode jsonld.ContextMode) ([]byte, error)
}

// engineMaker makes an engine, or says what is wrong with the options.
type engineMaker func(*jsonld.Options) (engine, error)

// reference is the engine that expands with json-gold.
type reference struct{ *jsonld.Engine }

func newEngine(options *jsonld.Options) (engine, error) {
	e, err := jsonld.NewEngine(options)
	return reference{e}, err
}

func (r reference) converter() convert.Converter { return r.NewConverter() }

func (r reference) annotate(dst, json []byte, mode jsonld.ContextMode) ([]byte, error) {
	return r.Annotate(dst, json, mode)
}
