package rdf_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// TestReadErrors holds every error to its place and words.
func TestReadErrors(t *testing.T) {
	const triple = "<http://e/s> <http://e/p> <http://e/o> .\n"
	for _, c := range []struct {
		name     string
		format   rdf.Format
		document string
		want     string
	}{
		{"literal subject", rdf.NTriples, triple + `"s" <http://e/p> <http://e/o> .`, `f:2:1: '"', expected an IRI or a blank node`},
		{"graph in N-Triples", rdf.NTriples, `<http://e/s> <http://e/p> "é" <http://e/g> .`, `f:1:31: '<', expected "."`},
		{"no full stop", rdf.NQuads, `<http://e/s> <http://e/p> "é"`, `f:1:30: end of line, expected an IRI, a blank node or "."`},
		{"control character in IRI", rdf.NQuads, "<http://e/\x01> <http://e/p> <http://e/o> .", `f:1:11: '\x01', expected ">"`},
		{"space in IRI", rdf.NQuads, "<http://e/a b> <http://e/p> <http://e/o> .", `f:1:12: ' ', expected ">"`},
		{"escaped space in IRI", rdf.NQuads, `<http://e/\u0020> <http://e/p> <http://e/o> .`, `f:1:1: character ' ' in IRI "http://e/ "`},
		{"relative IRI", rdf.NQuads, `<e> <http://e/p> <http://e/o> .`, `f:1:1: relative IRI "e", expected an absolute one`},
		{"surrogate", rdf.NQuads, `<http://e/s> <http://e/p> "a\uD800" .`, `f:1:29: bad escape in string, expected one of \t \b \n \r \f \" \' \\ \uXXXX \UXXXXXXXX`},
		{"beyond Unicode", rdf.NQuads, `<http://e/s> <http://e/p> "\U00110000" .`, `f:1:28: bad escape in string, expected one of \t \b \n \r \f \" \' \\ \uXXXX \UXXXXXXXX`},
		{"not UTF-8", rdf.NQuads, triple + "<http://e/s> <http://e/p> \"\xff\" .", `f:2:28: byte 0xFF, expected UTF-8`},
		{"two statements", rdf.NQuads, triple[:len(triple)-1] + triple, `f:1:41: '<', expected end of line`},
		{"not UTF-8 in Turtle", rdf.Turtle, triple + "<http://e/s> <http://e/p> \"\xff\" .", `f:2:28: byte 0xFF, expected UTF-8`},
		{"unknown prefix", rdf.Turtle, "\n a:b <http://e/p> 1 .", `f:2:2: prefix "a:", expected one that was declared before`},
		{"no base", rdf.Turtle, "<s> <http://e/p> 1 .", `f:1:1: relative IRI "s", expected an absolute one, as there is no base IRI`},
		{"line end in string", rdf.Turtle, "<http://e/s> <http://e/p> 'a\n' .", "f:1:29: line end, expected the end of the string"},
		{"graph in Turtle", rdf.Turtle, "{ <http://e/s> <http://e/p> 1 }", "f:1:1: '{', expected an IRI, a blank node or a collection"},
		{"open graph", rdf.TriG, "{ <http://e/s> <http://e/p> 1 ", `f:1:31: end of input, expected "}"`},
		{"broken XML", rdf.RDFXML, "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a xmlns='http://e/'></b></rdf:RDF>", `f:2:22: end tag "b", expected that of "a"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readAll([]byte(c.document), c.format, &rdf.ReadOptions{File: "f"})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestReaderFaultIsNoFaultOfTheDocument(t *testing.T) {
	broken := errors.New("cable cut")
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG, rdf.RDFXML} {
		in := io.MultiReader(strings.NewReader("  \n"), iotest.ErrReader(broken))
		var last error
		for _, err := range rdf.Read(in, f, nil) {
			last = err
		}
		var fault *source.Error
		if !errors.Is(last, broken) || errors.As(last, &fault) {
			t.Errorf("%s: got %v", f, last)
		}
	}
}

func TestBreakStopsReading(t *testing.T) {
	document := strings.Repeat("<http://e/s> <http://e/p> <http://e/o> .\n", 3)
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG} {
		count := 0
		for _, err := range rdf.Read(strings.NewReader(document), f, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if count++; count == 2 {
				break
			}
		}
		if count != 2 {
			t.Errorf("%s: %d quads", f, count)
		}
	}
}

func TestLimits(t *testing.T) {
	deep := "<http://e/s> <http://e/p> " + strings.Repeat("(", 100000)
	if _, err := readAll([]byte(deep), rdf.Turtle, nil); err == nil || !strings.Contains(err.Error(), "nesting deeper than 1000") {
		t.Errorf("deep nesting: %v", err)
	}
	long := "<http://e/s> <http://e/p> \"" + strings.Repeat("x", 1<<20) + "\" ."
	for _, f := range []rdf.Format{rdf.NQuads, rdf.TriG} {
		if _, err := readAll([]byte(long), f, &rdf.ReadOptions{MaxTerm: 1 << 18}); err == nil || !strings.Contains(err.Error(), "of more than 262144 bytes") {
			t.Errorf("%s: long term: %v", f, err)
		}
		quads, err := readAll([]byte(long), f, nil)
		if err != nil || len(quads) != 1 || len(quads[0].Object.Value) != 1<<20 {
			t.Errorf("%s: %d quads, %v", f, len(quads), err)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	document := "\xEF\xBB\xBF<http://e/s> <http://e/p> <http://e/o> ."
	for _, f := range []rdf.Format{rdf.NTriples, rdf.NQuads, rdf.Turtle, rdf.TriG} {
		if quads, err := readAll([]byte(document), f, nil); err != nil || len(quads) != 1 {
			t.Errorf("%s: %d quads, %v", f, len(quads), err)
		}
	}
}

func TestCarriageReturnsEndLines(t *testing.T) {
	document := "# one\r<http://e/s> <http://e/p> 'x .\r"
	_, err := readAll([]byte(document), rdf.NQuads, &rdf.ReadOptions{File: "f"})
	if err == nil || !strings.HasPrefix(err.Error(), "f:2:27: ") {
		t.Errorf("got %v", err)
	}
	document = "<http://e/s> <http://e/p> <http://e/o> .\r<http://e/s> <http://e/p> <http://e/o2> .\r\n\r\n"
	if quads, err := readAll([]byte(document), rdf.NQuads, nil); err != nil || len(quads) != 2 {
		t.Errorf("%d quads, %v", len(quads), err)
	}
}

// TestMadeLabels: a label of the document never meets one that was made for a
// node without.
func TestMadeLabels(t *testing.T) {
	document := "[] <http://e/p> _:anon1 , _:anon2 , _:anon3 . _:anon2 <http://e/q> [] , _:anon1 ."
	quads, err := readAll([]byte(document), rdf.Turtle, nil)
	if err != nil {
		t.Fatal(err)
	}
	labels := make(map[string]bool)
	for _, q := range quads {
		labels[q.Subject.Value], labels[q.Object.Value] = true, true
	}
	if len(labels) != 5 || quads[1].Object != quads[3].Subject || quads[0].Object != quads[4].Object {
		t.Errorf("got %v", quads)
	}
}

// TestCanonicalBytes: whatever the escapes, ReadLines gives equal terms as equal
// bytes.
func TestCanonicalBytes(t *testing.T) {
	want := `"A\t\"é"`
	for _, object := range []string{
		"\"A\t\\\"é\"", `"\u0041\t\"\u00e9"`, `"A\t\u0022é"^^<http://www.w3.org/2001/XMLSchema#string>`,
		`"A\t\"é"^^<http://www.w3.org/2001/XMLSchema\u0023string>`,
	} {
		document := "<http://e/\\u0073> <http://e/p>" + object + "."
		for line, err := range rdf.ReadLines(strings.NewReader(document), rdf.NTriples, nil) {
			if err != nil || string(line.Object) != want || string(line.Subject) != "<http://e/s>" {
				t.Errorf("%s: got %s %s, %v", object, line.Subject, line.Object, err)
			}
		}
	}
}

func TestDetect(t *testing.T) {
	for document, want := range map[string]rdf.Format{
		"":                             rdf.NQuads,
		"# nothing\n \t":               rdf.NQuads,
		"_:a <http://e/p> _:b _:g .":   rdf.NQuads,
		"[] <http://e/p> 1 .":          rdf.TriG,
		"{ <http://e/s> a _:b }":       rdf.TriG,
		"{}":                           rdf.TriG,
		"PREFIX e: <http://e/>":        rdf.TriG,
		`{"@context": {}}`:             rdf.UnknownFormat,
		"[\n {\"@id\": \"x\"}]":        rdf.UnknownFormat,
		`<a:B xmlns:a="http://e/"/>`:   rdf.RDFXML,
		"\xEF\xBB\xBF<?xml version=''": rdf.RDFXML,
	} {
		if got := rdf.Detect([]byte(document)); got != want {
			t.Errorf("%q: got %s, want %s", document, got, want)
		}
	}
}
