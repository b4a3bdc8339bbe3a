package rdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	knakk "github.com/knakk/rdf"
	"github.com/trialweave/trialweave/rdf"
)

// studies makes quads of the shape that studies have: 60 a graph, text of some
// length, a few escapes.
func studies(n int) []rdf.Quad {
	var quads []rdf.Quad
	for i := range n {
		study := rdf.IRI(fmt.Sprintf("https://clinicaltrials.gov/study/NCT%08d", i))
		graph := rdf.IRI(study.Value + "#record")
		add := func(s rdf.Term, p string, o rdf.Term) {
			quads = append(quads, rdf.Quad{Subject: s, Predicate: rdf.IRI("https://clinicaltrials.gov/ns/" + p), Object: o, Graph: graph})
		}
		for k := range 12 {
			node := rdf.IRI(fmt.Sprintf("%s#arm-%012x", study.Value, k))
			add(study, "arm_group", node)
			add(node, "label", rdf.String(fmt.Sprintf("Arm %d: 50 µg twice a day", k)))
			add(node, "description", rdf.String("Participants \"receive\" the drug for twelve weeks.\n\nThen a follow-up of one year begins, with visits each month."))
			add(node, "order", rdf.Typed(fmt.Sprint(k), rdf.XSDInteger))
			add(node, "start_date", rdf.Typed("2020-01-02", "http://www.w3.org/2001/XMLSchema#date"))
		}
	}
	return quads
}

func prefixes() *rdf.WriteOptions {
	return &rdf.WriteOptions{MergeGraphs: true, Prefixes: []rdf.Prefix{
		{Name: "ctg", IRI: "https://clinicaltrials.gov/ns/"},
		{Name: "nct", IRI: "https://clinicaltrials.gov/study/"},
		{Name: "xsd", IRI: "http://www.w3.org/2001/XMLSchema#"},
	}}
}

func document(b *testing.B, f rdf.Format) []byte {
	options := prefixes()
	options.MergeGraphs = !f.HasGraphs()
	text, err := write(studies(200), f, options)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	b.ResetTimer()
	return text
}

func BenchmarkReadLines(b *testing.B) {
	text := document(b, rdf.NQuads)
	for b.Loop() {
		for _, err := range rdf.ReadLines(bytes.NewReader(text), rdf.NQuads, nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG} {
		b.Run(f.String(), func(b *testing.B) {
			text := document(b, f)
			for b.Loop() {
				for _, err := range rdf.Read(bytes.NewReader(text), f, nil) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkReadKnakk is the other reader of N-Triples, for comparison.
func BenchmarkReadKnakk(b *testing.B) {
	text := document(b, rdf.NTriples)
	for b.Loop() {
		decoder := knakk.NewTripleDecoder(bytes.NewReader(text), knakk.NTriples)
		for {
			if _, err := decoder.Decode(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkReadRDFXML(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(xmlHead)
	for i := range 2000 {
		fmt.Fprintf(&text, "<e:Study rdf:about=\"http://e/study/%d\"><e:title xml:lang=\"en\">A study of something, number %d</e:title><e:arm><e:Arm><e:label>Arm</e:label></e:Arm></e:arm></e:Study>\n", i, i)
	}
	text.WriteString("</rdf:RDF>")
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range rdf.Read(bytes.NewReader(text.Bytes()), rdf.RDFXML, nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	quads := studies(200)
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG} {
		b.Run(f.String(), func(b *testing.B) {
			document(b, f)
			for b.Loop() {
				w, err := rdf.NewWriter(io.Discard, f, prefixes())
				if err != nil {
					b.Fatal(err)
				}
				for i := range quads {
					if err := w.Write(quads[i]); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendQuad(b *testing.B) {
	quads := studies(200)
	document(b, rdf.NQuads)
	var line []byte
	for b.Loop() {
		for i := range quads {
			line = rdf.AppendQuad(line[:0], quads[i])
		}
	}
}
