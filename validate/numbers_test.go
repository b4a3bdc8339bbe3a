package validate_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/shacl"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/validate"
)

// ownShapes are shapes of a user: constraints that those of the model do not have, of
// nodes that the shared graph says something of, too.
const ownShapes = `
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix e: <http://e/> .
@prefix ctg: <https://clinicaltrials.gov/ns/> . @prefix tw: <https://w3id.org/trialweave/ns#> . @prefix schema: <https://schema.org/> .
e:Study sh:targetClass ctg:Study ; sh:property [ sh:path ctg:brief_title ; sh:maxLength 20 ; sh:pattern "^A" ], [ sh:path ( ctg:location schema:name ) ; sh:minCount 1 ],
	[ sh:path tw:unmapped ; sh:maxCount 0 ], [ sh:path tw:condition ; sh:node [ sh:property [ sh:path schema:name ; sh:languageIn ( "en" ) ] ] ] .
e:Closed sh:targetClass ctg:Location ; sh:closed true ; sh:property [ sh:path schema:name ; sh:datatype xsd:date ] .
e:Object sh:targetObjectsOf ctg:condition , tw:condition ; sh:class ctg:Condition ; sh:or ( [ sh:nodeKind sh:Literal ] [ sh:property [ sh:path schema:name ; sh:in ( "Asthma" ) ] ] ) .
e:Query sh:targetClass ctg:Organization ; sh:sparql [ sh:message "named {?value}" ; sh:select "SELECT $this ?value { $this <https://schema.org/name> ?value }" ] .
`

// linesOnly is an engine that takes lines.
type linesOnly struct{ validate.Engine }

// TestStudiesAsNumbers holds that mutants of studies have the same findings in the same
// order, whether the engine takes terms as numbers or as lines.
func TestStudiesAsNumbers(t *testing.T) {
	files, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var mutants bytes.Buffer
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(portion.Count(3, 300)) {
			mutants.Write(bytes.ReplaceAll(record.Mutate(text, seed, ""), []byte("\n"), []byte(" ")))
			mutants.WriteByte('\n')
		}
	}
	name, input := filepath.Join(t.TempDir(), "own.ttl"), filepath.Join(t.TempDir(), "mutants.ndjson")
	for path, text := range map[string][]byte{name: []byte(ownShapes), input: mutants.Bytes()} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"", name} {
		quads, err := validate.Shapes(file)
		if err != nil {
			t.Fatal(err)
		}
		shapes, err := shacl.Compile(quads)
		if err != nil {
			t.Fatal(err)
		}
		want := findings(t, input, func() validate.Engine { return linesOnly{shapes.NewChecker(nil)} })
		got := findings(t, input, func() validate.Engine { return shapes.NewChecker(nil) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (- lines, + numbers):\n%s", file, diff)
		}
		components := map[string]bool{}
		for _, f := range want {
			components[f.Component] = true
		}
		if len(components) < 5 {
			t.Errorf("%q: findings of %d components, expected more", file, len(components))
		}
	}
}

// findings are those on studies, one a line.
func findings(t *testing.T, input string, engine func() validate.Engine) []validate.Finding {
	t.Helper()
	e, err := mapping.NewEngine(nil)
	if err != nil {
		t.Fatal(err)
	}
	in, err := study.Open([]string{input}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var found []validate.Finding
	_, err = validate.Studies(context.Background(), in,
		func() convert.Converter { return e.NewConverter() }, engine,
		func(of []validate.Finding) error {
			found = append(found, of...)
			return nil
		}, &convert.Options{Validated: true})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
