package rdf_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

func ExampleRead() {
	document := `@prefix schema: <http://schema.org/> .
<NCT00000001> a schema:MedicalTrial ;
    schema:name "Aspirin"@en , "Aspirine"@fr .
`
	options := &rdf.ReadOptions{File: "study.ttl", Base: "https://clinicaltrials.gov/study/"}
	for q, err := range rdf.Read(strings.NewReader(document), rdf.Turtle, options) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(q)
	}
	// Output:
	// <https://clinicaltrials.gov/study/NCT00000001> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/MedicalTrial> .
	// <https://clinicaltrials.gov/study/NCT00000001> <http://schema.org/name> "Aspirin"@en .
	// <https://clinicaltrials.gov/study/NCT00000001> <http://schema.org/name> "Aspirine"@fr .
}

func ExampleRead_error() {
	document := "<http://example.org/s>\n  <http://example.org/p> 'no end ."
	for _, err := range rdf.Read(strings.NewReader(document), rdf.Turtle, &rdf.ReadOptions{File: "bad.ttl"}) {
		fmt.Println(err)
	}
	// Output: bad.ttl:2:35: end of input, expected the end of the string
}

func ExampleReadLines() {
	document := "<http://example.org/s> <http://example.org/p> \"caf\\u00E9\" <http://example.org/g> .\n"
	for line, err := range rdf.ReadLines(strings.NewReader(document), rdf.NQuads, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("line %d: %s in %s\n", line.Number, line.Object, line.Graph)
	}
	// Output: line 1: "café" in <http://example.org/g>
}

func ExampleNewWriter() {
	w, err := rdf.NewWriter(os.Stdout, rdf.TriG, &rdf.WriteOptions{Prefixes: []rdf.Prefix{
		{Name: "schema", IRI: "http://schema.org/"},
		{Name: "nct", IRI: "https://clinicaltrials.gov/study/"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	study := rdf.IRI("https://clinicaltrials.gov/study/NCT00000001")
	graph := rdf.IRI("https://clinicaltrials.gov/study/NCT00000001#record")
	for _, q := range []rdf.Quad{
		{study, rdf.IRI("http://schema.org/name"), rdf.String("Aspirin"), graph},
		{study, rdf.IRI(rdf.RDFType), rdf.IRI("http://schema.org/MedicalTrial"), graph},
		{study, rdf.IRI("http://schema.org/name"), rdf.LangString("Aspirine", "fr"), graph},
		{study, rdf.IRI("http://schema.org/size"), rdf.Typed("12", rdf.XSDInteger), graph},
	} {
		if err := w.Write(q); err != nil {
			fmt.Println(err)
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// @prefix schema: <http://schema.org/> .
	// @prefix nct: <https://clinicaltrials.gov/study/> .
	//
	// <https://clinicaltrials.gov/study/NCT00000001#record> {
	//     nct:NCT00000001 a schema:MedicalTrial ;
	//         schema:name "Aspirin" , "Aspirine"@fr ;
	//         schema:size 12 .
	// }
}

func ExampleAppendQuad() {
	var line []byte
	line = rdf.AppendQuad(line, rdf.Quad{
		Subject:   rdf.Blank("arm1"),
		Predicate: rdf.IRI("http://schema.org/description"),
		Object:    rdf.String("two\tlines\n"),
	})
	os.Stdout.Write(line)
	// Output: _:arm1 <http://schema.org/description> "two\tlines\n" .
}

func ExampleAppendTerm() {
	fmt.Printf("%s\n", rdf.AppendTerm(nil, rdf.Typed("2020-01", "http://www.w3.org/2001/XMLSchema#gYearMonth")))
	// Output: "2020-01"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>
}

func ExampleParseTerm() {
	t, err := rdf.ParseTerm([]byte(`"\u0041 to Z"@en-GB`))
	fmt.Println(t.Value, t.Language, err)
	// Output: A to Z en-GB <nil>
}

func ExampleCheckIRI() {
	fmt.Println(rdf.CheckIRI("https://clinicaltrials.gov/study/NCT00000001"))
	fmt.Println(rdf.CheckIRI("see my site"))
	// Output:
	// <nil>
	// character ' ' in IRI "see my site"
}

func ExampleFormatByName() {
	f := rdf.FormatByName("application/n-quads; charset=utf-8")
	fmt.Println(f, f.Extension(), f.HasGraphs())
	// Output: nquads .nq true
}

func ExampleFormatByFile() {
	fmt.Println(rdf.FormatByFile("all.trig.gz"), rdf.FormatByFile("notes.txt"))
	// Output: trig unknown
}

func ExampleDetect() {
	fmt.Println(rdf.Detect([]byte("# made by hand\n@prefix schema: <http://schema.org/> .\n")))
	fmt.Println(rdf.Detect([]byte("<http://example.org/s> <http://example.org/p> \"o\" .\n")))
	fmt.Println(rdf.Detect([]byte("<?xml version=\"1.0\"?>\n<rdf:RDF/>")))
	fmt.Println(rdf.Detect([]byte("%PDF-1.7")))
	// Output:
	// trig
	// nquads
	// rdfxml
	// unknown
}
