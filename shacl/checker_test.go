package shacl

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

func compiled(t testing.TB, turtle string) (*Shapes, error) {
	t.Helper()
	var quads []rdf.Quad
	for q, err := range rdf.Read(strings.NewReader("@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e/> .\n"+turtle), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		quads = append(quads, q)
	}
	return Compile(quads)
}

func TestWhatIsNotCompiledIsNamed(t *testing.T) {
	for turtle, want := range map[string]string{
		`e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path [ sh:inversePath () ] .`:                                       "shape <http://e/P>: the path <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>",
		`e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path [] .`:                                                          "shape <http://e/P>: the path _:",
		`e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path _:a . _:a sh:zeroOrMorePath _:a .`:                             "has no end",
		`e:S sh:targetClass e:C ; sh:sparql [] .`:                                                                              "expected one sh:select, a text",
		`e:S sh:targetClass e:C ; sh:severity sh:Odd .`:                                                                        "severity <http://www.w3.org/ns/shacl#Odd>, expected sh:Violation",
		`e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; sh:pattern "(" .`:                                        "shape <http://e/P>: sh:pattern: ",
		`e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; sh:maxCount "many" .`:                                    "shape <http://e/P>: sh:maxCount: ",
		`e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; sh:qualifiedValueShape e:S ; sh:qualifiedMaxCount "x" .`: "shape <http://e/P>: sh:qualifiedMaxCount: ",
	} {
		if _, err := compiled(t, turtle); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", turtle, err, want)
		}
	}
}

func TestLinesThatAreNone(t *testing.T) {
	shapes, err := compiled(t, `e:S sh:targetClass e:C .`)
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range []string{"x", "x\n", "<s:> <p:>\n", "<s:> \n", "\n", "<s:> <p:> <o:>\n", "<s:> <p:> .\n"} {
		if _, err := shapes.NewChecker(nil).Check(t.Context(), []byte(lines)); err == nil {
			t.Errorf("%q was taken", lines)
		}
	}
}

func TestCompare(t *testing.T) {
	x := "^^<http://www.w3.org/2001/XMLSchema#"
	for _, c := range []struct {
		a, b string
		want int
		ok   bool
	}{
		{`"1"` + x + `integer>`, `"01.0"` + x + `decimal>`, 0, true},
		{`"-2"` + x + `integer>`, `"1"` + x + `integer>`, -1, true},
		{`"-2"` + x + `integer>`, `"-1.5"` + x + `decimal>`, -1, true},
		{`"-0"` + x + `integer>`, `"0"` + x + `integer>`, 0, true},
		{`"10"` + x + `integer>`, `"9.99"` + x + `decimal>`, 1, true},
		{`"0.5"` + x + `decimal>`, `"0.45"` + x + `decimal>`, 1, true},
		{`"123456789012345678901234567890"` + x + `integer>`, `"123456789012345678901234567891"` + x + `integer>`, -1, true},
		{`"1e1"` + x + `double>`, `"9"` + x + `integer>`, 1, true},
		{`"NaN"` + x + `double>`, `"9"` + x + `integer>`, 0, false},
		{`"x"` + x + `integer>`, `"9"` + x + `integer>`, 0, false},
		{`"2020-01-31"` + x + `date>`, `"2020-02-01"` + x + `date>`, -1, true},
		{`"2020-02-31"` + x + `date>`, `"2020-02-01"` + x + `date>`, 0, false},
		{`"2020-02"` + x + `gYearMonth>`, `"2020-02-01"` + x + `date>`, 0, false},
		{`"2020-01-01T00:00:00Z"` + x + `dateTime>`, `"2020-01-01T01:00:00+01:00"` + x + `dateTime>`, 0, true},
		{`"2020-01-01T00:00:00Z"` + x + `dateTime>`, `"2020-01-01T01:00:00"` + x + `dateTime>`, 0, false},
		{`"a"`, `"b"`, -1, true},
		{`"a"@en`, `"b"@en`, 0, false},
		{`"true"` + x + `boolean>`, `"false"` + x + `boolean>`, 1, true},
		{`<e:a>`, `"1"` + x + `integer>`, 0, false},
	} {
		if got, ok := compare([]byte(c.a), []byte(c.b)); ok != c.ok || ok && got != c.want {
			t.Errorf("%s %s: %d %t, expected %d %t", c.a, c.b, got, ok, c.want, c.ok)
		}
	}
}

func TestWellFormed(t *testing.T) {
	for datatype, texts := range map[string][2][]string{
		"integer":      {{"0", "-12", "+3"}, {"", "1.0", "1 ", "--1", "x", "+"}},
		"decimal":      {{"1", "-.5", "5."}, {"", ".", "1e5", "1.2.3"}},
		"unsignedByte": {{"0", "255"}, {"-1", "256"}},
		"double":       {{"1e5", "INF", "NaN", "1"}, {"", "inf", "0x1", "1_0"}},
		"boolean":      {{"true", "0"}, {"TRUE", ""}},
		"date":         {{"2020-02-29", "2020-02-29Z"}, {"2021-02-29", "2020-2-1", ""}},
		"gYearMonth":   {{"2020-02"}, {"2020-13", "2020"}},
		"duration":     {{"P18Y", "PT1H0.5S", "-P1M", "P1DT2M"}, {"P", "PT", "18Y", "P1.5Y", "P1M1Y", "PT1"}},
	} {
		for i, list := range texts {
			for _, text := range list {
				if got := wellFormed([]byte(text), datatype); got != (i == 0) {
					t.Errorf("%s %q: %t", datatype, text, got)
				}
			}
		}
	}
}

// TestRefused holds that shapes that would count as met because they are not
// understood, or that SHACL does not define, are refused by name.
func TestRefused(t *testing.T) {
	for shapes, want := range map[string]string{
		"e:S sh:targetClass e:C ; sh:not e:T . e:T sh:not e:S .":                                                                "<http://e/S> -> <http://e/T> -> <http://e/S>",
		"e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; sh:node e:S .":                                            "refers to itself",
		"e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:most ] . e:S sh:targetClass e:C ; e:most 3 .":                  "shape <http://e/S>: the constraint component <http://e/K> has no validator for node shapes",
		"e:S sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:maxCuont 1 ] .":                                                "unknown parameter sh:maxCuont; did you mean \"sh:maxCount\"?",
		"e:S sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:minCount \"one\" ] .":                                          "sh:minCount",
		"e:S sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:pattern \"(\" ] .":                                             "sh:pattern",
		"e:S sh:targetClass e:C ; sh:sparql [ sh:select \"SELECT $this { }\" ] .":                                               "",
		"e:S sh:targetClass e:C ; sh:name \"n\" ; sh:order 1 ; e:note 1 ; sh:property [ sh:path e:p ; sh:description \"d\" ] .": "",
		"e:S sh:targetClass e:C ; sh:property e:P . e:T sh:targetClass e:D ; sh:property e:P . e:P sh:path e:p .":               "",
	} {
		_, err := compiled(t, shapes)
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v, want %q", shapes, err, want)
		}
	}
}

// TestLinesThatComeTwice holds that a line that comes twice is one triple.
func TestLinesThatComeTwice(t *testing.T) {
	shapes, err := compiled(t, `e:S sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:uniqueLang true ; sh:maxCount 1 ] .`)
	if err != nil {
		t.Fatal(err)
	}
	line := []byte("<http://e/a> <http://e/p> \"x\"@en .\n")
	if results, err := shapes.NewChecker(nil).Check(t.Context(), line, line); err != nil || len(results) != 0 {
		t.Errorf("%v %v", results, err)
	}
}
