package main

import (
	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
)

// engine is what convert and annotate need of the package jsonld.
type engine interface {
	// compiled reports whether there is a converter that needs no json-gold.
	compiled() bool
	// converter makes one, or one that expands with json-gold.
	converter(jsonGold bool) convert.Converter
	// annotate appends the JSON-LD document of a study.
	annotate(dst, json []byte, form string, mode mapping.ContextMode) ([]byte, error)
	// form returns what studies become in one JSON-LD document of a form.
	form(mapping.Form) (mapping.Frame, func() convert.Converter, error)
}

// engineMaker makes an engine, or says what is wrong with the options.
type engineMaker func(*mapping.Options) (engine, error)

type models struct{ *mapping.Engine }

func newEngine(options *mapping.Options) (engine, error) {
	e, err := mapping.NewEngine(options)
	return models{e}, err
}

func (m models) compiled() bool { return m.Compiled() }

func (m models) converter(jsonGold bool) convert.Converter {
	if jsonGold {
		return m.NewReference()
	}
	return m.NewConverter()
}

func (m models) annotate(dst, json []byte, form string, mode mapping.ContextMode) ([]byte, error) {
	return m.AnnotateAs(dst, json, form, mode)
}

func (m models) form(f mapping.Form) (mapping.Frame, func() convert.Converter, error) {
	if _, err := m.NewFormConverter(f); err != nil {
		return mapping.Frame{}, nil, err
	}
	return m.Frame(f), func() convert.Converter {
		c, err := m.NewFormConverter(f)
		if err != nil {
			panic(err) // it was made before
		}
		return c
	}, nil
}
