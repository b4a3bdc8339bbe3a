package lint

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// TestNamesComparedAreBounded holds that broken references without end are not each
// compared with every name.
func TestNamesComparedAreBounded(t *testing.T) {
	const schemas, broken = 1000, 1500
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n")
	for i := range schemas {
		fmt.Fprintf(&b, "    Ship%d: {type: object}\n", i)
	}
	b.WriteString("    All:\n      allOf:\n")
	for i := range broken {
		fmt.Fprintf(&b, "        - {$ref: '#/components/schemas/Shipp%d'}\n", i)
	}
	corpus, err := Load(fstest.MapFS{"a.yml": {Data: []byte(b.String())}}, []string{"a.yml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), corpus, &Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, meant := 0, 0
	for _, f := range r.Findings {
		if f.Rule == "invalid-ref" {
			found++
			if strings.Contains(f.Message, "did you mean") {
				meant++
			}
		}
	}
	if most := mostCompared/schemas + 1; found != broken || meant == 0 || meant > most {
		t.Errorf("%d findings, %d say what was meant, expected %d and at most %d", found, meant, broken, most)
	}
}
