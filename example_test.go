package trialweave_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/trialweave/trialweave"
	"github.com/trialweave/trialweave/rdf"
)

// A record becomes N-Quads.
func ExampleConvert() {
	var out bytes.Buffer
	summary, err := trialweave.Convert(context.Background(), &out, []string{"testdata/sample.json"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(summary.Studies, "study,", summary.Quads, "quads, as many lines:", bytes.Count(out.Bytes(), []byte("\n")) == int(summary.Quads))
	// Output: 1 study, 138 quads, as many lines: true
}

// The name of a study, from its quads.
func ExampleQuads() {
	for q, err := range trialweave.Quads(context.Background(), []string{"testdata/sample.json"}, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if q.Predicate == rdf.IRI("https://schema.org/name") && strings.Contains(q.Subject.Value, "NCT") {
			fmt.Println(q.Object)
			break
		}
	}
	// Output: "Synthetic Study of Music for Better Sleep in Night-Shift Workers"
}

// A record with what makes it JSON-LD.
func ExampleAnnotate() {
	record, err := os.ReadFile("testdata/sample.json")
	if err == nil {
		record, err = trialweave.Annotate(record, nil)
	}
	fmt.Println(bytes.HasPrefix(record, []byte(`{"@context":`)), err)
	// Output: true <nil>
}

// What was converted comes back.
func ExampleRestore() {
	quads := trialweave.Quads(context.Background(), []string{"testdata/sample.json"}, nil)
	for record, err := range trialweave.Restore(quads) {
		fmt.Println(strings.Contains(string(record), `"nctId":"NCT99990000"`), err)
	}
	// Output: true <nil>
}

// What records break, with the place in the record.
func ExampleValidate() {
	for f, err := range trialweave.Validate(context.Background(), []string{"testdata/studies"}, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(f.Severity, f.Pointer, f.Constraint())
		break
	}
	// Output: warning /protocolSection/contactsLocationsModule/locations/3 sh:minCount
}

// Studies are put into an index, which is asked in SPARQL.
func ExampleIndex_Query() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "index")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := trialweave.Build(ctx, dir, []string{"testdata/studies"}, nil); err != nil {
		fmt.Println(err)
		return
	}
	x, err := trialweave.Open(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer x.Close()
	answer, err := x.Query(ctx, "SELECT ?id { ?study ctg:nct_id ?id } ORDER BY ?id LIMIT 2", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for row, err := range answer.Rows {
		fmt.Println(row[0], err)
	}
	// Output:
	// "NCT99990001" <nil>
	// "NCT99990002" <nil>
}
