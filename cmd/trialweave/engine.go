package main

import (
	"errors"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/jsonld"
)

// engine is what convert and annotate need of the package jsonld.
type engine interface {
	converter() convert.Converter
	// annotate appends the JSON-LD document of a study. The context is given
	// inline, by its URL, or left out.
	annotate(dst, json []byte, contextMode string) ([]byte, error)
}

// engineMaker makes an engine, or says what is wrong with the options.
type engineMaker func(*jsonld.Options) (engine, error)

// newEngine makes the engine of the command.
func newEngine(*jsonld.Options) (engine, error) {
	return nil, errors.New("this build has no engine")
}
