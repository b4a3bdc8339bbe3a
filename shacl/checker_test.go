package shacl

import (
	"fmt"
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

// term reads a term of N-Triples.
func term(t testing.TB, text string) rdf.Term {
	t.Helper()
	for q, err := range rdf.Read(strings.NewReader("<s:> <p:> "+text+" .\n"), rdf.NTriples, nil) {
		if err != nil {
			t.Fatal(err)
		}
		return q.Object
	}
	return rdf.Term{}
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
		if got, ok := compare(operandOf(term(t, c.a)), operandOf(term(t, c.b))); ok != c.ok || ok && got != c.want {
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
		"date":         {{"2020-02-29", "2020-02-29Z", "12020-01-01", "-0001-01-01", "2020-01-01+14:00"}, {"2021-02-29", "2020-2-1", "", "02020-01-01", "2020-01-01+14:01"}},
		"dateTime":     {{"2020-01-01T24:00:00Z", "2020-01-01T00:00:00.5"}, {"2020-01-01T1:00:00", "2020-01-01T00:00:00,5", "2020-01-01T00:00:00+23:59", "2020-01-01T25:00:00"}},
		"gYearMonth":   {{"2020-02", "12020-02"}, {"2020-13", "2020"}},
		"gYear":        {{"2020", "12020", "-0001"}, {"20", "+2020"}},
		"time":         {{"00:00:00", "24:00:00"}, {"25:00:00", "1:00:00"}},
		"gMonthDay":    {{"--02-29"}, {"--02-31", "02-29"}},
		"hexBinary":    {{"AB", ""}, {"ABC", "xy"}},
		"base64Binary": {{"YQ==", ""}, {"a", "Y"}},
		"language":     {{"en", "de-AT"}, {"en_US", "verylonglanguage"}},
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

// TestIllFormed holds that a shape that breaks a syntax rule of SHACL Core is refused
// with the property and what was expected.
func TestIllFormed(t *testing.T) {
	for said, want := range map[string]string{
		`sh:nodeKind e:IRI`:     "sh:nodeKind: <http://e/IRI>, expected sh:IRI",
		`sh:nodeKind "IRI"`:     `sh:nodeKind: "IRI", expected sh:IRI`,
		`sh:datatype "string"`:  `sh:datatype: "string", expected an IRI`,
		`sh:datatype e:a , e:b`: "sh:datatype has 2 values, <http://e/a> and <http://e/b>, expected one",
		`sh:class "C"`:          `sh:class: "C", expected an IRI`,
		`sh:minCount "1"`:       `sh:minCount: "1", expected a whole number`,
		`sh:maxCount 1.0`:       "expected a whole number",
		`sh:maxCount 1 , 2`:     "sh:maxCount has 2 values",
		`sh:minInclusive e:a`:   "expected a literal",
		`sh:maxLength "x"^^<http://www.w3.org/2001/XMLSchema#integer>`: "expected a whole number",
		`sh:pattern "a"@en`:             "expected a text without language",
		`sh:pattern "[a-"`:              "sh:pattern: ",
		`sh:pattern "(?=a)"`:            "sh:pattern: ",
		`sh:pattern "a" ; sh:flags "g"`: `unknown flag "g"`,
		`sh:languageIn "en"`:            "expected a list",
		`sh:languageIn ( e:en )`:        "the list has <http://e/en>, expected a text",
		`sh:uniqueLang "yes"`:           "expected true or false",
		`sh:lessThan 3`:                 "expected an IRI",
		`sh:in e:a`:                     "sh:in: <http://e/a>, expected a list",
		`sh:in [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ]`: "1 rdf:first and 0 rdf:rest",
		`sh:or ( 1 )`:                      "the list has \"1\"",
		`sh:or e:a`:                        "expected a list",
		`sh:node e:Absent`:                 "the shapes say nothing about <http://e/Absent>",
		`sh:not e:Absent`:                  "the shapes say nothing about <http://e/Absent>",
		`sh:property e:Absent`:             "sh:property <http://e/Absent> has no sh:path",
		`sh:property [ sh:minCount 1 ]`:    "has no sh:path",
		`sh:severity sh:Warning , sh:Info`: "sh:severity has 2 values",
		`sh:message 1`:                     "expected a text",
		`sh:deactivated "yes"`:             "expected true or false",
		`sh:closed "yes"`:                  "expected true or false",
		`sh:closed true ; sh:ignoredProperties ( "p" )`: "expected an IRI",
		`sh:flags "i"`:                                              "sh:flags without sh:pattern, expected both",
		`sh:qualifiedMinCount 2`:                                    "sh:qualifiedMinCount without sh:qualifiedValueShape, expected both",
		`sh:minCount 1 ; sh:qualifiedMaxCount 2`:                    "sh:qualifiedMaxCount without sh:qualifiedValueShape, expected both",
		`sh:qualifiedValueShape e:A , e:B ; sh:qualifiedMinCount 1`: "sh:qualifiedValueShape has 2 values",
	} {
		_, err := compiled(t, "e:S sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; "+said+" .")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "shape <http://e/P>: ") {
			t.Errorf("%s: %v, want %q", said, err, want)
		}
	}
	for shapes, want := range map[string]string{
		`e:S sh:targetClass e:C ; sh:minCount 1 .`:                                                        "sh:minCount, which only shapes with a sh:path may have",
		`e:S sh:targetClass e:C ; sh:uniqueLang true .`:                                                   "sh:uniqueLang, which only shapes with a sh:path may have",
		`e:S sh:targetClass "C" .`:                                                                        `sh:targetClass: "C", expected an IRI`,
		`e:S sh:targetNode _:b .`:                                                                         "expected an IRI or a literal",
		`e:S sh:targetClass e:C ; sh:path e:p , e:q .`:                                                    "sh:path has 2 values",
		`e:S sh:targetClass e:C ; sh:path ( e:p ) .`:                                                      "expected at least two",
		`e:S sh:targetClass e:C ; sh:path [ sh:inversePath e:p ; sh:zeroOrMorePath e:p ] .`:               "expected a predicate or a path",
		`e:S sh:targetClass e:C ; sh:in _:l . _:l <` + rdf.RDFFirst + `> 1 ; <` + rdf.RDFRest + `> _:l .`: "has no end",
	} {
		if _, err := compiled(t, shapes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", shapes, err, want)
		}
	}
}

// TestPatterns holds that patterns are those of XPath, as REGEX of SPARQL has them.
func TestPatterns(t *testing.T) {
	for said, want := range map[string]string{
		`sh:pattern "^[a-z-[aeiou]]+$"`:      "1 a",
		`sh:pattern "^\\i\\c*$"`:             "1",
		`sh:pattern "^(.)\\1$"`:              "1 a b",
		`sh:pattern "^ B $" ; sh:flags "xi"`: "1 a",
		`sh:pattern "[" ; sh:flags "q"`:      "1 a b",
	} {
		shapes, err := compiled(t, "e:S sh:targetObjectsOf e:p ; "+said+" .")
		if err != nil {
			t.Errorf("%s: %v", said, err)
			continue
		}
		got, err := found(t, shapes, `e:x e:p "a" , "b" , "1" .`)
		var names []string
		for _, line := range got {
			names = append(names, line[1:2])
		}
		if err != nil || strings.Join(names, " ") != want {
			t.Errorf("%s: %q %v, want %q", said, names, err, want)
		}
	}
}

// TestClassesInCircles holds that classes that are subclasses of each other are
// looked at once, and that a long chain of them has no end that counts.
func TestClassesInCircles(t *testing.T) {
	shapes, err := compiled(t, `e:S sh:targetClass e:K0 ; sh:class e:K200 .`)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("e:x a e:K0 . ")
	for i := range 200 {
		fmt.Fprintf(&b, "e:K%d <%s> e:K%d , e:K%d , e:K%d .\n", i, subClassOf, (i+1)%200, (i+7)%200, (i+50)%200)
	}
	got, err := found(t, shapes, b.String())
	if err != nil || len(got) != 1 || !strings.Contains(got[0], "<x>") {
		t.Errorf("%q %v", got, err)
	}
	if got, err = found(t, shapes, b.String()+"e:K199 <"+subClassOf+"> e:K200 ."); err != nil || len(got) != 0 {
		t.Errorf("%q %v", got, err)
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

// TestTripleTerms holds that a triple term is a value of no kind, without text and
// datatype, that a list of values has or has not.
func TestTripleTerms(t *testing.T) {
	const line = "<http://e/a> <http://e/p> <<( <http://e/b> <http://e/q> \"x\" )>> .\n"
	for said, want := range map[string]int{
		"sh:nodeKind sh:IRI": 1, "sh:nodeKind sh:BlankNodeOrIRI": 1, "sh:nodeKind sh:Literal": 1, "sh:datatype <" + xsd + "string>": 1,
		`sh:pattern ""`: 1, "sh:minLength 0": 1, "sh:maxLength 100": 1, "sh:class e:C": 1, "sh:minInclusive 0": 1, `sh:in ( "x" )`: 1, "sh:maxCount 1": 0,
	} {
		shapes, err := compiled(t, "e:S sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; "+said+" ] .")
		if err != nil {
			t.Fatal(err)
		}
		results, err := shapes.NewChecker(nil).Check(t.Context(), []byte(line+line))
		if err != nil || len(results) != want {
			t.Errorf("%s: %v %v, want %d", said, results, err, want)
		}
	}
}
