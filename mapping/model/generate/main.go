// Command generate writes what is made from the tables of the package model
// into its folder. It is run by go generate.
package main

import (
	"fmt"
	"os"

	"github.com/trialweave/trialweave/mapping/model"
)

func main() {
	m := model.Default()
	files := []struct {
		name string
		data []byte
	}{
		{"../../jsonld/context.jsonld", m.BuildContext()},
		{"ontology.ttl", m.BuildOntology()},
		{"enums.ttl", m.BuildEnums(model.DefaultBase)},
		{"countries.ttl", m.BuildCountries()},
		{"shapes.ttl", m.BuildShapes()},
		{"../../docs/reference/terms.md", m.BuildTerms()},
	}
	for _, f := range files {
		if err := os.WriteFile(f.name, f.data, 0o644); err != nil { //nolint:gosec // files of the repository
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
