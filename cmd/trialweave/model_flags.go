package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// defaultBase is where nodes live that we mint, where nothing else is said.
const defaultBase = model.DefaultBase

// modelFlags say what a study becomes, in convert and in annotate.
type modelFlags struct {
	Profile string   `enum:"full,core" default:"full" help:"Level of detail: full or core."`
	Context string   `placeholder:"FILE" help:"A JSON-LD context of your own in place of the bundled one."`
	Base    string   `placeholder:"IRI" help:"Where the nodes live that we mint. Default: https://w3id.org/trialweave/."`
	Enum    string   `enum:"code,concept" default:"code" help:"concept adds the concept of each code."`
	Geo     []string `enum:"wkt,wgs84,none" default:"wkt,wgs84" help:"Encoding of coordinates: wkt, wgs84, none."`
	Calc    string   `enum:"on,off" default:"on" help:"off leaves out everything computed."`
	No      []string `placeholder:"PART,..." help:"Parts of a study to leave out, such as browse or contacts."`
}

// directionFlags say what becomes of directions in a context of the user's own.
type directionFlags struct {
	RDF          string `name:"rdf" enum:"1.1,1.2" default:"1.1" help:"Version of RDF to write: 1.1, or 1.2, which has the @direction that --context gives texts; --statements implies it."`
	RDFDirection string `name:"rdf-direction" enum:",i18n-datatype,compound-literal" default:"" help:"What stands in RDF for the @direction that --context gives texts: i18n-datatype or compound-literal. Default: with --rdf 1.2 its literals with a direction, else nothing."`
}

// noteDirections says that directions of texts are dropped, and what keeps them.
func noteDirections(std *streams, options *mapping.Options, keeps string) {
	if options.DropsDirections() {
		fmt.Fprintf(std.err, "trialweave: note: RDF 1.1 has no directions of texts, so the @direction of your context is dropped: %s keeps it\n", keeps)
	}
}

func (f *directionFlags) directions() jsonld.Directions {
	if f.RDFDirection == "" && f.RDF == "1.2" {
		return jsonld.DirLangString
	}
	return jsonld.Directions(f.RDFDirection)
}

func (f *modelFlags) options() (*mapping.Options, error) {
	o := &mapping.Options{Profile: mapping.Profile(f.Profile), Base: f.Base, Without: f.No}
	if err := o.SetForms(f.Enum, f.Calc, f.Geo); err != nil {
		return nil, err
	}
	if f.Context == "" {
		return o, nil
	}
	var err error
	if o.Context, err = os.ReadFile(f.Context); err != nil {
		return nil, err
	}
	if _, err := mapping.NewEngine(&mapping.Options{Context: o.Context}); err != nil {
		if at, ok := errors.AsType[*source.Error](err); ok {
			at.File, at.Expected = f.Context, "a JSON-LD context document"
			return nil, at
		}
		return nil, fmt.Errorf("%s: %w", f.Context, err)
	}
	return o, nil
}
