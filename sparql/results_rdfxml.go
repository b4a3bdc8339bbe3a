package sparql

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// xmlCanSay says what of some triples RDF/XML has no way to write: a predicate
// that no element can be named after, a character that XML has not.
func xmlCanSay(triples []rdf.Quad) error {
	for _, t := range triples {
		if elementName(t.Predicate.Value) == "" {
			return fmt.Errorf("RDF/XML has no name for the predicate %s", t.Predicate)
		}
		if strings.ContainsFunc(t.Object.Value, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF }) {
			return fmt.Errorf("XML has no character for one in %.80s", t.Object)
		}
	}
	return nil
}

// writeRDFXML writes triples as RDF 1.1 XML, an element for each: some clients
// ask for graphs in no other syntax.
func writeRDFXML(w io.Writer, triples []rdf.Quad) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, `<?xml version="1.0" encoding="utf-8"?>`+"\n"+`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`)
	for _, t := range triples {
		name := elementName(t.Predicate.Value)
		space := xmlText(strings.TrimSuffix(t.Predicate.Value, name))
		fmt.Fprintf(out, "<rdf:Description %s><p:%s xmlns:p=\"%s\"%s</rdf:Description>\n", xmlNode("about", t.Subject), name, space, xmlObject(t.Object, name))
	}
	fmt.Fprintln(out, "</rdf:RDF>")
	return out.Flush()
}

func xmlNode(attribute string, t rdf.Term) string {
	if t.Kind == rdf.BlankTerm {
		return `rdf:nodeID="b` + xmlText(t.Value) + `"`
	}
	return "rdf:" + attribute + `="` + xmlText(t.Value) + `"`
}

// xmlObject is what follows the name of a property element.
func xmlObject(t rdf.Term, name string) string {
	if t.Kind != rdf.LiteralTerm {
		return " " + xmlNode("resource", t) + "/>"
	}
	kind := ""
	switch {
	case t.Language != "":
		kind = ` xml:lang="` + xmlText(t.Language) + `"`
	case t.Datatype != rdf.XSDString:
		kind = ` rdf:datatype="` + xmlText(t.Datatype) + `"`
	}
	return kind + ">" + xmlText(t.Value) + "</p:" + name + ">"
}

// elementName is the end of an IRI that can name an element (Namespaces in XML,
// NCName; of letters, digits, "_", "-" and "." of ASCII), "" where there is none.
func elementName(iri string) string {
	start := len(iri)
	for i := len(iri) - 1; i >= 0; i-- {
		c := iri[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '.' {
			break
		}
		if letter {
			start = i
		}
	}
	return iri[start:]
}
