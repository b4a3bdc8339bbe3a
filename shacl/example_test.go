package shacl_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shacl"
)

func Example() {
	var quads []rdf.Quad
	for q, err := range rdf.Read(strings.NewReader(`
		@prefix sh: <http://www.w3.org/ns/shacl#> .
		@prefix e: <http://example.org/> .
		e:Trial sh:targetClass e:Study ; sh:property e:Title .
		e:Title sh:path e:title ; sh:maxLength 5 .`), rdf.Turtle, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		quads = append(quads, q)
	}
	shapes, err := shacl.Compile(quads)
	if err != nil {
		fmt.Println(err)
		return
	}
	results, err := shapes.NewChecker(nil).Check(context.Background(), []byte(
		`<http://example.org/s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Study> .
<http://example.org/s> <http://example.org/title> "Too long" .
`))
	for _, r := range results {
		fmt.Println(r.Severity, r.Focus, r.Value, shapes.Message(r))
	}
	fmt.Println(err)
	// Output:
	// violation <http://example.org/s> "Too long" expected at most 5 characters
	// <nil>
}
