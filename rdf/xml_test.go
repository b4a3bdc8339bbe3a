package rdf_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

const xmlHead = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/" xml:base="http://e/doc">`

// TestXMLBeyondTheDecoder has what the decoder behind this reader gets wrong
// when it is given a document as it stands, and the W3C's suite does not ask.
func TestXMLBeyondTheDecoder(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"urn", `<rdf:Description rdf:about="urn:x:y"><e:p rdf:resource="mailto:a@b"/></rdf:Description>`, `<urn:x:y> e:p <mailto:a@b> .`},
		{"text beside a comment", `<rdf:Description rdf:about=""><e:p>a<!-- b -->c<![CDATA[<d>]]> &amp; e</e:p></rdf:Description>`, `<> e:p "ac<d> & e" .`},
		{"nested typed nodes", `<e:A rdf:about="a"><e:p><e:B><e:q>1</e:q></e:B></e:p></e:A>`, `<a> a e:A ; e:p [ a e:B ; e:q "1" ] .`},
		{"collection of nodes", `<e:A rdf:about="a"><e:p rdf:parseType="Collection"><e:B rdf:about="b"/><rdf:Description><e:q>1</e:q></rdf:Description></e:p></e:A>`,
			`<a> a e:A ; e:p ( <b> [ e:q "1" ] ) . <b> a e:B .`},
		{"language ends with its element", `<e:A rdf:about="a"><e:p xml:lang="en"></e:p><e:q>x</e:q><e:r xml:lang="fr">y</e:r><e:s xml:lang="">z</e:s></e:A>`,
			`<a> a e:A ; e:p ""@en ; e:q "x" ; e:r "y"@fr ; e:s "z" .`},
		{"label like a made one", `<e:A rdf:nodeID="b0"><e:p><rdf:Description><e:q rdf:nodeID="anon1"/></rdf:Description></e:p></e:A>`, `_:x a e:A ; e:p [ e:q _:y ] .`},
		{"dots in a path", `<e:A rdf:about="../../a/./b/../c"/>`, `<http://e/a/c> a e:A .`},
		{"reified literal", `<rdf:Description rdf:about="a"><e:p rdf:ID="s" rdf:parseType="Literal"><b xmlns="http://h/" z="1" a="&lt;"/></e:p></rdf:Description>`,
			`<a> e:p "<b xmlns=\"http://h/\" a=\"&lt;\" z=\"1\"></b>"^^rdf:XMLLiteral . <#s> a rdf:Statement ; rdf:subject <a> ; rdf:predicate e:p ; rdf:object "<b xmlns=\"http://h/\" a=\"&lt;\" z=\"1\"></b>"^^rdf:XMLLiteral .`},
		{"white space", "<rdf:Description rdf:about='a'><e:p> \r\n&#13; </e:p></rdf:Description>", `<a> e:p " \n\r " .`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readAll([]byte(xmlHead+c.document+"</rdf:RDF>"), rdf.RDFXML, nil)
			if err != nil {
				t.Fatal(err)
			}
			want, err := readAll([]byte("@prefix e: <http://e/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . "+c.want), rdf.Turtle, &rdf.ReadOptions{Base: "http://e/doc"})
			if err != nil {
				t.Fatal(err)
			}
			if err := w3c.SameGraphs(got, want); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestXMLEntities(t *testing.T) {
	document := `<!DOCTYPE rdf:RDF [ <!ENTITY e "http://e/"> <!ENTITY f '&e;f'> <!ENTITY e "http://no/"> ]>` + xmlHead +
		`<e:A rdf:about="&f;"><e:p>&e;</e:p></e:A></rdf:RDF>`
	quads, err := readAll([]byte(document), rdf.RDFXML, nil)
	if err != nil || len(quads) != 2 || quads[0].Subject != rdf.IRI("http://e/f") || quads[1].Object != rdf.String("http://e/") {
		t.Errorf("got %v, %v", quads, err)
	}
	var laughs strings.Builder
	laughs.WriteString(`<!DOCTYPE x [ <!ENTITY a0 "ha ha ha ha"> `)
	for i := range 9 {
		refs := strings.Repeat("&a"+string(rune('0'+i))+";", 10)
		laughs.WriteString("<!ENTITY a" + string(rune('1'+i)) + " \"" + refs + "\"> ")
	}
	laughs.WriteString("]>" + xmlHead + "</rdf:RDF>")
	if _, err := readAll([]byte(laughs.String()), rdf.RDFXML, nil); err == nil || !strings.Contains(err.Error(), "entity of more than") {
		t.Errorf("entities without end: %v", err)
	}
}

func TestXMLErrors(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"no end tag", xmlHead + "<e:A>", `end of input, expected the end tag of "e:A"`},
		{"after the end", xmlHead + "</rdf:RDF><a/>", `element "a", expected the end of the document`},
		{"no prefix", "<a:b/>", `prefix "a", expected one that is declared`},
		{"relative", strings.Replace(xmlHead, `xml:base="http://e/doc"`, "", 1) + `<e:A rdf:about="a"/></rdf:RDF>`, `IRI "a" has no scheme`},
		{"text among nodes", xmlHead + "hello</rdf:RDF>", `text "hello", expected an element`},
		{"two elements", xmlHead + "<e:A><e:p><e:B/><e:C/></e:p></e:A></rdf:RDF>", `element "C", expected the end of the property element`},
		{"deep", xmlHead + strings.Repeat("<e:a>", 5000), "nesting deeper than 1000"},
		{"empty", "", "end of input, expected an element"},
	} {
		_, err := readAll([]byte(c.document), rdf.RDFXML, &rdf.ReadOptions{File: "f"})
		if err == nil || !strings.HasSuffix(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f:1:") {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// TestXMLVersionBasic: the version without triple terms announces directions, too.
func TestXMLVersionBasic(t *testing.T) {
	const document = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:its="http://www.w3.org/2005/11/its"><rdf:Description rdf:about="http://e/s">
<p xmlns="http://e/" xml:lang="ar" rdf:version="1.2-basic" its:version="2.0" its:dir="rtl">a</p></rdf:Description></rdf:RDF>`
	got, err := readAll([]byte(document), rdf.RDFXML, &rdf.ReadOptions{Version: rdf.RDF12})
	if err != nil || len(got) != 1 || got[0].Object != rdf.DirLangString("a", "ar", rdf.RightToLeft) {
		t.Errorf("%v, %v", got, err)
	}
}
