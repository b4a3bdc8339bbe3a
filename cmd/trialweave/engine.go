package main

import (
	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/jsonld"
)

// engine is what convert and annotate need of the package jsonld.
type engine interface {
	// compiled reports whether there is a converter that needs no json-gold.
	compiled() bool
	// converter makes one, or one that expands with json-gold.
	converter(jsonGold bool) convert.Converter
	// annotate appends the JSON-LD document of a study.
	annotate(dst, json []byte, form string, mode jsonld.ContextMode) ([]byte, error)
	// form returns what studies become in one JSON-LD document of a form.
	form(jsonld.Form) (jsonld.Frame, func() convert.Converter, error)
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

func (m models) annotate(dst, json []byte, form string, mode jsonld.ContextMode) ([]byte, error) {
	return m.AnnotateAs(dst, json, form, mode)
}

func (m models) form(f jsonld.Form) (jsonld.Frame, func() convert.Converter, error) {
	if _, err := m.NewFormConverter(f); err != nil {
		return jsonld.Frame{}, nil, err
	}
	return m.Frame(f), func() convert.Converter {
		c, err := m.NewFormConverter(f)
		if err != nil {
			panic(err) // it was made before
		}
		return c
	}, nil
}
