package rdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// RDF/XML is written with an element for each triple: who asks for it is a
// machine.
const (
	xmlHead   = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
	xmlHead12 = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:its=\"" + itsNS + "\" its:version=\"2.0\" rdf:version=\"1.2\">\n"
	xmlFoot   = "</rdf:RDF>\n"
)

// xmlSyntaxNames are the names in the namespace of RDF that are part of the syntax, and
// li, which is read as a numbered membership property (RDF/XML Syntax, sections 6.2.2
// to 6.2.4 and 7.4).
var xmlSyntaxNames = []string{"RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "aboutEach", "aboutEachPrefix", "bagID", "li", "annotation", "annotationNodeID", "version"}

// checkXML says what of a quad RDF/XML has no way to write: a predicate that no
// element can be named after, a character that XML has not.
func checkXML(q Quad) error {
	if elementName(q.Predicate.Value) == "" {
		return fmt.Errorf("no element can be named after the predicate %s", q.Predicate)
	}
	if name, ok := strings.CutPrefix(q.Predicate.Value, rdfNS); ok && slices.Contains(xmlSyntaxNames, name) {
		return fmt.Errorf("the predicate %s means something else as the name of an element", q.Predicate)
	}
	if s, p, o, ok := q.Object.Triple(); ok {
		return checkXML(Quad{Subject: s, Predicate: p, Object: o})
	}
	if strings.ContainsFunc(q.Object.Value, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF }) {
		return fmt.Errorf("XML has no character for one in %.80s", q.Object)
	}
	return nil
}

func appendXML(dst []byte, q Quad) []byte {
	name := elementName(q.Predicate.Value)
	space := xmlText(strings.TrimSuffix(q.Predicate.Value, name))
	return fmt.Appendf(dst, "<rdf:Description %s><p:%s xmlns:p=\"%s\"%s</rdf:Description>\n", xmlNode("about", q.Subject), name, space, xmlObject(q.Object, name))
}

func xmlNode(attribute string, t Term) string {
	if t.Kind == BlankTerm {
		return `rdf:nodeID="b` + xmlText(t.Value) + `"`
	}
	return "rdf:" + attribute + `="` + xmlText(t.Value) + `"`
}

// xmlObject is what follows the name of a property element.
func xmlObject(t Term, name string) string {
	if s, p, o, ok := t.Triple(); ok {
		return ` rdf:parseType="Triple">` + strings.TrimSuffix(string(appendXML(nil, Quad{Subject: s, Predicate: p, Object: o})), "\n") + "</p:" + name + ">"
	}
	if t.Kind != LiteralTerm {
		return " " + xmlNode("resource", t) + "/>"
	}
	kind := ""
	switch {
	case t.Language != "":
		kind = ` xml:lang="` + xmlText(t.Language) + `"`
		if t.Direction != NoDirection {
			kind += ` its:dir="` + t.Direction.String() + `"`
		}
	case t.Datatype != XSDString:
		kind = ` rdf:datatype="` + xmlText(t.Datatype) + `"`
	}
	return kind + ">" + xmlText(t.Value) + "</p:" + name + ">"
}

func xmlText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // memory takes everything
	return b.String()
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
