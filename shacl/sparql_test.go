package shacl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// prefixed declares e: for queries.
const prefixed = "e:Names sh:declare [ sh:prefix \"e\" ; sh:namespace \"http://e/\"^^<http://www.w3.org/2001/XMLSchema#anyURI> ] .\n"

// found checks Turtle against shapes, and writes each result on a line.
func found(t *testing.T, shapes *Shapes, turtle string) ([]string, error) {
	t.Helper()
	var lines []byte
	for q, err := range rdf.Read(strings.NewReader("@prefix e: <http://e/> .\n"+turtle), rdf.Turtle, nil) {
		if err != nil {
			t.Fatal(err)
		}
		lines = rdf.AppendQuad(lines, q)
	}
	results, err := shapes.NewChecker(nil).Check(t.Context(), lines)
	var out []string
	for _, r := range results {
		out = append(out, strings.ReplaceAll(fmt.Sprintf("%s %s %s %s: %s", r.Focus, r.Path, r.Value, r.Severity, shapes.Message(r)), "http://e/", ""))
	}
	slices.Sort(out)
	return out, err
}

const data = `e:a a e:C ; e:p 1 , 5 ; e:q 3 . e:b a e:C ; e:p 2 ; e:q 9 ; e:next e:a . e:x e:p 7 .`

// queriesOfShapes are shapes with queries, and what they find in data.
var queriesOfShapes = map[string]struct {
	shapes string
	want   []string
}{
	"a constraint of a node": {
		`e:S sh:targetClass e:C ; sh:sparql [ sh:prefixes e:Names ; sh:message "{$this} has {?value} over {?q}, not {?other}" ;
			sh:select "SELECT $this ?value ?q { $this e:p ?value ; e:q ?q FILTER (?value > ?q) }" ] .`,
		[]string{`<a>  "5"^^<http://www.w3.org/2001/XMLSchema#integer> violation: a has 5 over 3, not {?other}`},
	},
	"no value is the focus node, and ?path the path": {
		`e:S sh:targetClass e:C ; sh:severity sh:Info ; sh:message "of the shape" ; sh:sparql [ sh:prefixes e:Names ; sh:select "SELECT $this (e:q AS ?path) { $this e:q 9 }" ] .`,
		[]string{`<b> <q> <b> info: of the shape`},
	},
	"?message says it": {
		`e:S sh:targetClass e:C ; sh:sparql [ sh:prefixes e:Names ; sh:message "not this" ; sh:select "SELECT $this ?message { $this e:q ?q BIND (CONCAT('q is ', STR(?q)) AS ?message) FILTER (?q = 9) }" ] .`,
		[]string{`<b>  <b> violation: q is 9`},
	},
	"a property that has no value": {
		`e:S sh:targetClass e:C ; sh:property [ sh:path e:next ; sh:sparql [ sh:message "no {$PATH}" ; sh:select "SELECT $this { FILTER NOT EXISTS { $this $PATH ?any } }" ] ] .`,
		[]string{`<a> <next>  violation: no <next>`},
	},
	"a path that is no predicate": {
		`e:S sh:targetClass e:C ; sh:property [ sh:path ( [ sh:zeroOrMorePath e:next ] [ sh:alternativePath ( e:q [ sh:inversePath e:q ] ) ] ) ; sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value FILTER (?value < 4) }" ] ] .`,
		[]string{
			`<a> _: "3"^^<http://www.w3.org/2001/XMLSchema#integer> violation: a query of the shape found it`,
			`<b> _: "3"^^<http://www.w3.org/2001/XMLSchema#integer> violation: a query of the shape found it`,
		},
	},
	"aggregates, in a sub-query too": {
		`e:S sh:targetClass e:C ; sh:sparql [ sh:prefixes e:Names ; sh:message "{?n}" ; sh:select "SELECT $this ?n { { SELECT $this (COUNT(?p) AS ?n) { $this e:p ?p } GROUP BY $this } FILTER (?n > 1) }" ] .`,
		[]string{`<a>  <a> violation: 2`},
	},
	"optional parts and EXISTS see the focus node": {
		`e:S sh:targetClass e:C ; sh:sparql [ sh:prefixes e:Names ; sh:select "SELECT $this { OPTIONAL { ?o e:next ?n FILTER (?n = $this) } { FILTER EXISTS { { SELECT $this { $this e:q 3 } } } } FILTER bound(?o) }" ] .`,
		[]string{`<a>  <a> violation: a query of the shape found it`},
	},
	"what is switched off": {
		`e:S sh:targetClass e:C ; sh:sparql [ sh:deactivated true ; sh:select "SELECT $this { }" ] . e:T sh:targetClass e:C ; sh:deactivated true ; sh:sparql [ sh:select "SELECT $this { }" ] .`,
		nil,
	},
	"negated": {
		`e:S sh:targetClass e:C ; sh:not e:T . e:T sh:sparql [ sh:prefixes e:Names ; sh:select "SELECT $this { $this e:q 9 }" ] .`,
		[]string{`<a>  <a> violation: expected sh:not T`},
	},
	"the shapes graph": {
		`e:S sh:targetClass e:C ; e:most 4 ; sh:sparql [ sh:prefixes e:Names ; sh:select "SELECT $this ?value { $this e:p ?value GRAPH $shapesGraph { $currentShape e:most ?m } FILTER (?value > ?m) FILTER NOT EXISTS { $currentShape e:most ?m } }" ] .`,
		[]string{`<a>  "5"^^<http://www.w3.org/2001/XMLSchema#integer> violation: a query of the shape found it`},
	},
	"a component with ASK, for nodes and properties": {
		`e:K a sh:ConstraintComponent ; sh:labelTemplate "at most {$most}" ; sh:parameter [ sh:path e:most ] , [ sh:path e:least ; sh:optional true ] ;
			sh:validator [ sh:ask "ASK { FILTER (!isNumeric($value) || $value <= $most && $value >= COALESCE($least, 0)) }" ] .
			e:S sh:targetClass e:C ; sh:property [ sh:path e:p ; e:most 4 ; e:least 2 ] . e:N sh:targetObjectsOf e:p ; e:most 6 . e:Without sh:targetClass e:C ; e:least 100 .`,
		[]string{
			`"7"^^<http://www.w3.org/2001/XMLSchema#integer>  "7"^^<http://www.w3.org/2001/XMLSchema#integer> violation: at most 6`,
			`<a> <p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> violation: at most 4`,
			`<a> <p> "5"^^<http://www.w3.org/2001/XMLSchema#integer> violation: at most 4`,
		},
	},
	"a component of one parameter, each of its values": {
		`e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:has ] ; sh:nodeValidator [ sh:message "lacks {?has}" ; sh:select "SELECT $this { FILTER NOT EXISTS { $this $has ?any } }" ] .
			e:S sh:targetClass e:C ; e:has e:p , e:next , e:none .`,
		[]string{`<a>  <a> violation: lacks next`, `<a>  <a> violation: lacks none`, `<b>  <b> violation: lacks none`},
	},
	"a component of a class of components": {
		`e:Kind <http://www.w3.org/2000/01/rdf-schema#subClassOf> sh:ConstraintComponent . e:K a e:Kind ; sh:message "of the component" ; sh:parameter [ sh:path e:odd ] ;
			sh:propertyValidator [ sh:select "SELECT $this ?value { $this $PATH ?value FILTER (?value = $odd) }" ] ; sh:nodeValidator [ sh:select "SELECT $this { FILTER (false) }" ] .
			e:S sh:targetClass e:C ; e:odd 9 ; sh:property [ sh:path e:q ; e:odd 9 ] .`,
		[]string{`<b> <q> "9"^^<http://www.w3.org/2001/XMLSchema#integer> violation: of the component`},
	},
	"a target": {
		`e:S sh:target [ a sh:SPARQLTarget ; sh:prefixes e:Names ; sh:select "SELECT ?this { VALUES ?p { 7 2 } ?this e:p ?p MINUS { ?this a e:C } }" ] ; sh:property [ sh:path e:q ; sh:minCount 1 ] .`,
		[]string{`<x> <q>  violation: expected at least 1`},
	},
	"a target of a type": {
		`e:With a sh:SPARQLTargetType ; sh:parameter [ sh:path e:property ] ; sh:prefixes e:Names ; sh:select "SELECT ?this { ?this $property ?any }" .
			e:S sh:target [ a e:With ; e:property e:next ] ; sh:nodeKind sh:Literal .`,
		[]string{`<b>  <b> violation: expected a node of kind Literal`},
	},
}

// TestQueriesOfShapes holds what constraints, components and targets in SPARQL
// find, and what they say.
func TestQueriesOfShapes(t *testing.T) {
	for name, c := range queriesOfShapes {
		shapes, err := compiled(t, prefixed+c.shapes)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := found(t, shapes, data)
		for i := range got {
			if at := strings.Index(got[i], "_:"); at >= 0 {
				got[i] = got[i][:at+2] + got[i][at+strings.IndexByte(got[i][at:], ' '):]
			}
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestQueriesThatAreRefused holds that shapes whose queries could not be answered as
// the standard has it are errors that name the shape.
func TestQueriesThatAreRefused(t *testing.T) {
	constraint := func(text string) string {
		return `e:S sh:targetClass e:C ; sh:sparql [ sh:prefixes e:Names ; sh:select "` + text + `" ] .`
	}
	component := func(text string) string {
		return `e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:most ] ; ` + text + ` . e:S sh:targetClass e:C ; e:most 3 .`
	}
	for shapes, want := range map[string]string{
		constraint("SELECT $this { $this e:p ?x MINUS { $this e:q ?x } }"):                  "1:29: MINUS is not allowed",
		constraint("SELECT $this { FILTER EXISTS { ?s ?p ?o MINUS { ?s e:q ?o } } }"):       "MINUS is not allowed",
		constraint("SELECT $this { } VALUES ?x { 1 }"):                                      "VALUES is not allowed",
		constraint("SELECT $this { SERVICE <http://e/> { } }"):                              "SERVICE is not allowed",
		constraint("SELECT $this FROM <http://e/> { }"):                                     "FROM is not allowed",
		constraint("SELECT $this { { SELECT ?x { ?x e:p $this } } }"):                       "does not return ?this",
		constraint("SELECT (1 AS ?this) { }"):                                               "AS ?this assigns",
		constraint("SELECT $this { BIND (1 AS ?currentShape) }"):                            "AS ?currentShape assigns",
		constraint("SELECT ?x { $this e:p ?x }"):                                            "does not return ?this",
		constraint("SELECT $this { $this $PATH ?x }"):                                       "?PATH has no value here",
		constraint("SELECT $this { $this e:p $PATH }"):                                      "?PATH may only be the predicate",
		constraint("SELECT $this { $this f:p ?x }"):                                         "f:",
		constraint("SELECT $this { FILTER (e:unheard(1)) }"):                                "e/unheard",
		constraint("ASK { $this e:p ?x }"):                                                  "another form, expected SELECT",
		constraint("SELECT $this {"):                                                        "shape <http://e/S>: sh:sparql: ",
		component(`sh:nodeValidator [ sh:select "SELECT $this { BIND (2 AS ?most) }" ]`):    "AS ?most assigns",
		component(`sh:validator [ sh:ask "ASK { { SELECT $value { ?value ?p ?o } } }" ]`):   "does not return ?most",
		component(`sh:validator [ a sh:JSValidator ]`):                                      "is not in SPARQL",
		component(`sh:validator [ sh:ask "ASK { }" ] , [ sh:ask "ASK { }" ]`):               "2 queries of sh:validator",
		component(`sh:propertyValidator [ sh:select "SELECT $this { }" ]`):                  "has no validator for node shapes",
		component(`sh:parameter [ sh:path e:value ] ; sh:validator [ sh:ask "ASK { }" ]`):   "is that of a variable of SHACL",
		component(`sh:parameter [ sh:path e:a-b ] ; sh:validator [ sh:ask "ASK { }" ]`):     "is not valid as the name",
		component(`sh:parameter [ sh:path [] ] ; sh:validator [ sh:ask "ASK { }" ]`):        "expected one sh:path, an IRI",
		component(`sh:parameter [ sh:path <http://f/most> ] ; sh:validator [ sh:ask "A" ]`): "two parameters for the variable ?most",
		`e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:a ] , [ sh:path e:b ] ; sh:validator [ sh:ask "ASK { }" ] . e:S sh:targetClass e:C ; e:a 1 , 2 ; e:b 1 .`: "2 values of <http://e/a>",
		`e:K a sh:ConstraintComponent ; sh:parameter [ sh:path e:a ; sh:optional true ] ; sh:validator [ sh:ask "ASK { }" ] . e:S sh:targetClass e:C ; e:a 1 .`:            "optional parameters alone",
		`e:S sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this { }" , "SELECT ?this { }" ] .`:                                                                       "expected one sh:select",
		`e:S sh:targetClass e:C ; sh:sparql "SELECT $this { }" .`:                                                                                                          "expected an IRI or a blank node",
		`e:S sh:targetClass e:C ; sh:select "SELECT $this { }" .`:                                                                                                          "unknown parameter sh:select",
		`e:S sh:target [ a sh:SPARQLTarget ] .`:                                                                                                                            "expected a sh:SPARQLTarget with sh:select",
		`e:S sh:target [ sh:select "SELECT ?that { ?that ?p ?o }" ] .`:                                                                                                     "does not return ?this",
		`e:S sh:target [ sh:select "SELECT ?this { SERVICE <http://e/> { ?this ?p ?o } }" ] .`:                                                                             "SERVICE is not allowed",
		`e:T a sh:SPARQLTargetType ; sh:parameter [ sh:path e:a ] ; sh:select "SELECT ?this { }" . e:S sh:target [ a e:T ] .`:                                              "no <http://e/a>, which targets of type <http://e/T> require",
		`e:Names sh:declare [ sh:prefix "e" ; sh:namespace "http://f/" ] . ` + constraint("SELECT $this { }"):                                                              "is declared as <http://e/> and as <http://f/>",
		`e:Names sh:declare [ sh:prefix "f" ] . ` + constraint("SELECT $this { }"):                                                                                         "expected one sh:prefix and one sh:namespace",
	} {
		_, err := compiled(t, prefixed+shapes)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "shape <http://e/S>: ") {
			t.Errorf("%s\n%v, want %q", shapes, err, want)
		}
	}
}

// TestDeclarationsOfCore holds that a shapes graph may have the declarations of
// SHACL's own components among its triples, as the vocabulary has them.
func TestDeclarationsOfCore(t *testing.T) {
	shapes, err := compiled(t, `sh:MaxCountConstraintComponent a sh:ConstraintComponent ; sh:parameter [ sh:path sh:maxCount ] .
		e:F a sh:SPARQLFunction ; sh:parameter [ sh:path e:p ] . e:S sh:targetClass e:C ; e:p 1 ; sh:property [ sh:path e:p ; sh:maxCount 1 ] .`)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := found(t, shapes, data); err != nil || len(got) != 1 {
		t.Errorf("%v %v", got, err)
	}
}

// TestParameters holds that values of parameters that their declaration does not
// allow make a shape ill-formed, and which shape and parameter the error names.
func TestParameters(t *testing.T) {
	const component = `e:K a sh:ConstraintComponent ; sh:validator [ sh:ask "ASK { }" ] ; sh:parameter [ sh:path e:other ; sh:optional true ; %[2]s ] , [ sh:path e:most ; sh:name "most" ; sh:order 1 ; %[1]s ] .
		e:Big a e:Size . e:Size <http://www.w3.org/2000/01/rdf-schema#subClassOf> e:Thing . e:S sh:targetClass e:C ; e:most %[3]s .`
	x := "<http://www.w3.org/2001/XMLSchema#integer>"
	for _, c := range [][]string{ // the two declarations, the values, what is wrong
		{"sh:datatype " + x, "", "4", ""},
		{"sh:datatype " + x, "", `"four"`, `<http://e/most>: "four", expected a value of datatype integer`},
		{"sh:nodeKind sh:IRI", "", "4", "expected a node of kind IRI"},
		{"sh:class e:Thing", "", "e:Big", ""},
		{"sh:class e:Thing", "", "e:Small", "expected a node of class Thing"},
		{"sh:in ( 1 2 )", "", "3", "expected one of 1, 2"},
		{"sh:minInclusive 2", "", "1", "minInclusive"},
		{"sh:message \"not that\" ; sh:hasValue 3", "", "4", "not that"},
		{"sh:deactivated true ; sh:datatype " + x, "", `"four"`, ""},
		{"", "sh:minCount 1", "4", "the parameter <http://e/other>: expected at least 1"},
		{"", "sh:datatype " + x, "4 ; e:other \"x\"", "the parameter <http://e/other>: \"x\", expected a value of datatype integer"},
		{"sh:or ( [ sh:datatype " + x + " ] [ sh:nodeKind sh:IRI ] )", "", "e:a", ""},
		{"sh:or ( [ sh:datatype " + x + " ] [ sh:nodeKind sh:IRI ] )", "", "true", "fits none"},
		{"sh:sparql [ sh:select \"SELECT $this ?value { $this $PATH ?value FILTER (?value > 5) }\" ]", "", "6", "a query of the shape found it"},
		{"sh:maxCuont 1", "", "6", "unknown parameter sh:maxCuont"},
		{"e:most 3", "", "6", "refers to itself"},
	} {
		_, err := compiled(t, fmt.Sprintf(component, c[0], c[1], c[2]))
		if c[3] == "" && err != nil || c[3] != "" && (err == nil || !strings.Contains(err.Error(), c[3]) || !strings.HasPrefix(err.Error(), "shape <http://e/S>: the constraint component <http://e/K>")) {
			t.Errorf("%q: %v", c, err)
		}
	}
	_, err := compiled(t, `e:T a sh:SPARQLTargetType ; sh:parameter [ sh:path e:a ; sh:nodeKind sh:IRI ] ; sh:select "SELECT ?this { ?this $a ?any }" . e:S sh:target [ a e:T ; e:a 1 ] .`)
	if err == nil || !strings.Contains(err.Error(), "shape <http://e/S>: sh:target") || !strings.Contains(err.Error(), "the parameter <http://e/a>") {
		t.Error(err)
	}
}

// TestAQueryThatDoesNotEnd holds that a query over its bounds, and one that says that
// it failed, are errors, also where only whether a node conforms is asked.
func TestAQueryThatDoesNotEnd(t *testing.T) {
	long := "SELECT $this { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u FILTER (?a = ?u && ?b = ?t && ?c = ?s && ?d = 1) }"
	for name, c := range map[string]struct {
		shapes string
		cancel bool
		want   error
	}{
		"time":     {`e:S sh:targetClass e:C ; sh:sparql [ sh:select "` + long + `" ] .`, false, sparql.ErrLimit},
		"negated":  {`e:S sh:targetClass e:C ; sh:not e:T . e:T sh:sparql [ sh:select "` + long + `" ] .`, false, sparql.ErrLimit},
		"target":   {`e:S sh:target [ sh:select "` + strings.ReplaceAll(long, "$this", "?this") + `" ] .`, false, sparql.ErrLimit},
		"stopped":  {`e:S sh:targetClass e:C ; sh:sparql [ sh:select "` + long + `" ] .`, true, context.Canceled},
		"?failure": {`e:S sh:targetClass e:C ; sh:sparql [ sh:select "SELECT $this (true AS ?failure) { }" ] .`, false, nil},
	} {
		shapes, err := compiled(t, c.shapes)
		if err != nil {
			t.Fatal(name, err)
		}
		var lines []byte
		for i := range 60 {
			lines = fmt.Appendf(lines, "<http://e/%d> <%s> <http://e/C> .\n", i, rdf.RDFType)
		}
		ctx, cancel := context.WithCancel(t.Context())
		limit := 50 * time.Millisecond
		if c.cancel {
			limit = time.Hour
			time.AfterFunc(50*time.Millisecond, cancel)
		}
		results, err := shapes.NewChecker(&Options{Time: limit}).Check(ctx, lines)
		cancel()
		var failed *QueryError
		if !errors.As(err, &failed) || results != nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), "shape <http://e/") {
			t.Errorf("%s: %v, %v", name, results, err)
		}
		if clean, err := shapes.NewChecker(nil).Check(t.Context(), []byte("<http://e/a> <http://e/p> <http://e/b> .\n")); name != "target" && (err != nil || len(clean) > 0) {
			t.Errorf("%s: %v, %v", name, clean, err)
		}
	}
}

// TestCheckersShareQueries holds that goroutines may check with the same shapes, one
// graph after the other, and that blank nodes of shapes are not those of data.
func TestCheckersShareQueries(t *testing.T) {
	shapes, err := compiled(t, prefixed+`_:x sh:targetSubjectsOf e:p ; e:blank _:b ; sh:sparql [ sh:prefixes e:Names ; sh:select "SELECT $this ?value { $this e:p ?value OPTIONAL { GRAPH $shapesGraph { $currentShape e:blank ?b } } FILTER (!bound(?b) || ?value = ?b || ?value > 3) }" ] .`)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for n := range 4 {
		wait.Go(func() {
			c := shapes.NewChecker(nil)
			for i := range 50 {
				results, err := c.Check(t.Context(), fmt.Appendf(nil, "_:b <http://e/p> \"%d\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n_:b <http://e/p> _:b .\n_:x <http://e/p> <http://e/n%d> .\n", i%8, n))
				if want := i%8 > 3; err != nil || want != (len(results) == 1) {
					t.Errorf("%d: %v %v", i, results, err)
				}
			}
		})
	}
	wait.Wait()
}
