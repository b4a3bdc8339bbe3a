package validate_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/validate"
)

// compiled are the shapes of the model.
func compiled() *shacl.Shapes {
	quads, err := validate.Shapes("")
	if err != nil {
		panic(err)
	}
	shapes, err := shacl.Compile(quads)
	if err != nil {
		panic(err)
	}
	return shapes
}

// Studies are checked as they are converted.
func ExampleStudies() {
	in, err := study.Open([]string{"../testdata/studies/NCT99990001.json"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	shapes := compiled()
	summary, err := validate.Studies(context.Background(), in,
		func() convert.Converter { return engine.NewConverter() },
		func() validate.Engine { return shapes.NewChecker(nil) },
		func(found []validate.Finding) error {
			for _, f := range found {
				if f.Severity == shacl.Violation {
					fmt.Println(f.Pointer, shapes.Message(f.Result))
				}
			}
			return nil
		}, &convert.Options{Validated: true})
	fmt.Println(summary.Studies, "study,", err)
	// Output: 1 study, <nil>
}

// Graphs of RDF are checked when they end.
func ExampleGraphs() {
	const lines = `<https://clinicaltrials.gov/study/NCT00000001> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://clinicaltrials.gov/ns/Study> <https://clinicaltrials.gov/study/NCT00000001#record> .` + "\n"
	shapes := compiled()
	err := validate.Graphs(context.Background(), rdf.Read(strings.NewReader(lines), rdf.NQuads, nil), "study.nq", shapes.NewChecker(nil), false, func(found []validate.Finding) error {
		for _, f := range found {
			if f.Severity == shacl.Violation {
				fmt.Println(f.Constraint(), f.Path.Value)
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Unordered output:
	// sh:minCount https://clinicaltrials.gov/ns/nct_id
	// sh:minCount https://schema.org/name
	// sh:minCount https://clinicaltrials.gov/ns/overall_status
	// sh:minCount http://purl.org/dc/terms/modified
	// sh:minCount https://schema.org/sponsor
	// sh:minCount https://clinicaltrials.gov/ns/study_first_submit_date
}

// The shapes of the model, as quads.
func ExampleShapes() {
	quads, err := validate.Shapes("")
	fmt.Println(len(quads) > 1000, err)
	// Output: true <nil>
}
