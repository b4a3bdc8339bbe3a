package rdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// xmlReader follows the grammar of RDF 1.1 XML Syntax, section 7. After a fault the tokens are at their end, so that the
// productions unwind by themselves.
type xmlReader struct {
	tokens  *xmlTokens
	options ReadOptions
	ids     map[string]bool // IRIs made of rdf:ID
	labels  labels
	yield   func(Quad, error) bool
	err     error
}

func (r *xmlReader) fail(problem, expected string) { r.tokens.fail(problem, expected) }

// next returns the next token, nil after a fault of either kind.
func (r *xmlReader) next() xml.Token {
	if r.err != nil {
		return nil
	}
	return r.tokens.next()
}

// document is productions doc and RDF (7.2.8 and 7.2.9).
func (r *xmlReader) document() {
	scope := &xmlScope{base: r.options.Base}
	start, ok := r.root()
	if !ok {
		return
	}
	if root := r.tokens.element(start, scope); root.isRDF("RDF") {
		r.onlyXMLAttributes(root)
		r.children(root.scope, func(e *xmlElement) { r.node(e, r.subject(e)) })
	} else {
		r.node(root, r.subject(root))
	}
	r.outside("the end of the document")
}

// root is the first element; the decoder itself allows text before it.
func (r *xmlReader) root() (xml.StartElement, bool) {
	for {
		switch token := r.next().(type) {
		case nil:
			r.fail("end of input", "an element")
			return xml.StartElement{}, false
		case xml.StartElement:
			return token, true
		case xml.CharData:
			r.onlySpace(token, "an element")
		}
	}
}

func (r *xmlReader) outside(expected string) {
	for token := r.next(); token != nil; token = r.next() {
		switch token := token.(type) {
		case xml.StartElement:
			r.fail(fmt.Sprintf("element %q", qualified(token.Name)), expected)
		case xml.CharData:
			r.onlySpace(token, expected)
		}
	}
}

func (r *xmlReader) onlySpace(text []byte, expected string) {
	if text = bytes.TrimSpace(text); len(text) > 0 {
		r.fail(fmt.Sprintf("text %.20q", text), expected)
	}
}

func (r *xmlReader) onlyXMLAttributes(e *xmlElement) {
	for _, a := range e.attributes {
		if a.space != xmlNS && !r.passesOver(a) {
			r.fail(fmt.Sprintf("attribute %q", a.local), "none on rdf:RDF")
		}
	}
}

// children reads up to the end tag and has each element handled.
func (r *xmlReader) children(scope *xmlScope, handle func(*xmlElement)) {
	for {
		switch token := r.next().(type) {
		case nil, xml.EndElement:
			return
		case xml.StartElement:
			handle(r.tokens.element(token, scope))
		case xml.CharData:
			r.onlySpace(token, "an element")
		}
	}
}

// subject finds what a node element describes (7.2.11).
func (r *xmlReader) subject(e *xmlElement) Term {
	if e.space == "" || e.space == rdfNS && notNode(e.local) {
		r.fail(fmt.Sprintf("element %q", e.local), "a node element")
	}
	var subject Term
	for _, a := range e.attributes {
		if a.space != rdfNS || a.local != "ID" && a.local != "about" && a.local != "nodeID" {
			continue
		}
		if !subject.IsZero() {
			r.fail(fmt.Sprintf("attribute rdf:%s", a.local), "one of rdf:ID, rdf:about, rdf:nodeID only")
		}
		subject = r.named(e, a)
	}
	if subject.IsZero() {
		return r.labels.fresh()
	}
	return subject
}

// named is the term of an attribute that names a node.
func (r *xmlReader) named(e *xmlElement, a xmlAttribute) Term {
	switch a.local {
	case "ID":
		return r.identified(e, a.value)
	case "nodeID":
		if !isNCName(a.value) || checkLabel(a.value) != nil {
			r.fail(fmt.Sprintf("rdf:nodeID %q", a.value), "a name")
		}
		return r.labels.of(a.value)
	}
	return r.iri(e, a.value)
}

// identified is the IRI of an rdf:ID, which a document may give once (7.2.22).
func (r *xmlReader) identified(e *xmlElement, id string) Term {
	if !isNCName(id) {
		r.fail(fmt.Sprintf("rdf:ID %q", id), "a name")
	}
	term := r.iri(e, "#"+id)
	if r.ids[term.Value] {
		r.fail(fmt.Sprintf("rdf:ID %q", id), "one that was not given before")
	}
	r.ids[term.Value] = true
	return term
}

func (r *xmlReader) iri(e *xmlElement, reference string) Term {
	iri := reference
	if schemeLength(reference) == 0 {
		iri = resolveIRI(e.scope.base, reference)
	}
	if err := CheckIRI(iri); err != nil {
		r.fail(err.Error(), "")
	}
	return IRI(iri)
}

// node reads a node element whose subject is known (7.2.11).
func (r *xmlReader) node(e *xmlElement, subject Term) {
	if !e.isRDF("Description") {
		r.emit(subject, IRI(RDFType), IRI(e.space+e.local))
	}
	r.propertyAttributes(e, subject, "ID", "about", "nodeID")
	r.properties(e.scope, subject)
}

// propertyAttributes writes the statements made by attributes (7.2.11, 7.2.21),
// all but those named.
func (r *xmlReader) propertyAttributes(e *xmlElement, subject Term, known ...string) {
	for _, a := range e.attributes {
		switch {
		case a.space == xmlNS || a.space == "" && strings.HasPrefix(a.prefix+a.local, "xml"):
		case a.space == rdfNS && contains(known, a.local), r.passesOver(a):
		case r.isAnnotation(a) && contains(known, "resource"):
		case a.space == "" || a.space == rdfNS && notAttribute(a.local):
			r.fail(fmt.Sprintf("attribute %q", a.local), "a property attribute")
		case a.space == rdfNS && a.local == "type":
			r.emit(subject, IRI(RDFType), r.iri(e, a.value))
		default:
			r.emit(subject, IRI(a.space+a.local), plainLiteral(a.value, e.scope))
		}
	}
}

func plainLiteral(value string, scope *xmlScope) Term {
	if scope.lang != "" {
		if scope.announced {
			return DirLangString(value, scope.lang, scope.direction)
		}
		return LangString(value, scope.lang)
	}
	return String(value)
}

// properties reads property elements up to the end tag (7.2.13).
func (r *xmlReader) properties(scope *xmlScope, subject Term) {
	members := 0
	r.children(scope, func(e *xmlElement) {
		if e.isRDF("li") {
			members++
			e.local = "_" + strconv.Itoa(members)
		}
		r.property(e, subject)
	})
}

// statement is a property element being read: what its object will stand in.
type statement struct {
	subject, predicate Term
	id                 string // of the statement itself, from rdf:ID
	element            *xmlElement
}

// property reads a property element (7.2.14).
func (r *xmlReader) property(e *xmlElement, subject Term) {
	if e.space == "" || e.space == rdfNS && notProperty(e.local) {
		r.fail(fmt.Sprintf("element %q", e.local), "a property element")
	}
	s := &statement{subject: subject, predicate: IRI(e.space + e.local), element: e}
	a := r.propertySyntax(e)
	s.id = a["ID"]
	kind, hasKind := a["parseType"]
	_, hasResource := a["resource"]
	_, hasNodeID := a["nodeID"]
	datatype, hasDatatype := a["datatype"]
	switch {
	case hasKind:
		r.parseTyped(s, kind, a)
	case hasResource || hasNodeID || r.hasPropertyAttributes(e):
		r.emptyProperty(s, a)
	case hasDatatype:
		r.content(s, func(text string) Term { return Typed(text, r.iri(e, datatype).Value) })
	default:
		r.content(s, func(text string) Term { return plainLiteral(text, e.scope) })
	}
}

// propertySyntax returns the attributes that belong to the syntax.
func (r *xmlReader) propertySyntax(e *xmlElement) map[string]string {
	found := make(map[string]string)
	for _, a := range e.attributes {
		if a.space != rdfNS {
			continue
		}
		switch a.local {
		case "ID", "resource", "nodeID", "datatype", "parseType":
			found[a.local] = a.value
		}
	}
	return found
}

func (r *xmlReader) hasPropertyAttributes(e *xmlElement) bool {
	for _, a := range e.attributes {
		if a.space != xmlNS && a.space != "" && !r.passesOver(a) && !r.isAnnotation(a) && (a.space != rdfNS || a.local == "type" || !isSyntax(a.local)) {
			return true
		}
	}
	return false
}

// complete writes a statement whose object is known, and its reification.
func (r *xmlReader) complete(s *statement, object Term) {
	r.emit(s.subject, s.predicate, object)
	r.annotate(s, object)
	if s.id == "" {
		return
	}
	node := r.identified(s.element, s.id)
	r.emit(node, IRI(RDFType), IRI(rdfNS+"Statement"))
	r.emit(node, IRI(rdfNS+"subject"), s.subject)
	r.emit(node, IRI(rdfNS+"predicate"), s.predicate)
	r.emit(node, IRI(rdfNS+"object"), object)
}

// emptyProperty is production 7.2.21.
func (r *xmlReader) emptyProperty(s *statement, a map[string]string) {
	object := Term{}
	for _, name := range [...]string{"resource", "nodeID"} {
		value, ok := a[name]
		if ok && !object.IsZero() {
			r.fail("attribute rdf:nodeID", "none beside rdf:resource")
		}
		if ok {
			object = r.named(s.element, xmlAttribute{local: name, value: value})
		}
	}
	if object.IsZero() {
		object = r.labels.fresh()
	}
	r.complete(s, object)
	r.propertyAttributes(s.element, object, "ID", "resource", "nodeID")
	r.children(s.element.scope, func(e *xmlElement) {
		r.fail(fmt.Sprintf("element %q", e.local), "nothing in this property element")
	})
}

// content reads what stands in a property element: one node, or text (7.2.15,
// 7.2.16).
func (r *xmlReader) content(s *statement, literal func(string) Term) {
	r.propertyAttributes(s.element, s.subject, "ID", "datatype", "resource")
	var text strings.Builder
	nodes := 0
	for {
		switch token := r.next().(type) {
		case nil:
			return
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			nodes++
			child := r.tokens.element(token, s.element.scope)
			if nodes > 1 || hasDatatype(s.element) {
				r.fail(fmt.Sprintf("element %q", child.local), "the end of the property element")
			}
			object := r.subject(child)
			r.complete(s, object)
			r.node(child, object)
		case xml.EndElement:
			if nodes == 0 {
				r.complete(s, literal(text.String()))
				return
			}
			r.onlySpace([]byte(text.String()), "one element only")
			return
		}
	}
}

func hasDatatype(e *xmlElement) bool {
	for _, a := range e.attributes {
		if a.space == rdfNS && a.local == "datatype" {
			return true
		}
	}
	return false
}

// parseTyped reads a property element with rdf:parseType (7.2.17 to 7.2.20).
func (r *xmlReader) parseTyped(s *statement, kind string, a map[string]string) {
	for _, other := range [...]string{"resource", "nodeID", "datatype"} {
		if _, ok := a[other]; ok {
			r.fail("attribute rdf:"+other, "none beside rdf:parseType")
		}
	}
	if r.hasPropertyAttributes(s.element) {
		r.fail("property attribute", "none beside rdf:parseType")
	}
	switch kind {
	case "Resource":
		object := r.labels.fresh()
		r.complete(s, object)
		r.properties(s.element.scope, object)
	case "Collection":
		r.collection(s)
	case "Triple":
		if r.options.Version == RDF12 {
			r.tripleTerm(s)
			return
		}
		fallthrough
	default:
		r.complete(s, Typed(r.literal(s.element), rdfNS+"XMLLiteral"))
	}
}

// collection is production 7.2.19. The cells are written as the items come.
func (r *xmlReader) collection(s *statement) {
	last := Term{}
	r.children(s.element.scope, func(e *xmlElement) {
		item, cell := r.subject(e), r.labels.fresh()
		if last.IsZero() {
			r.complete(s, cell)
		} else {
			r.emit(last, IRI(RDFRest), cell)
		}
		r.emit(cell, IRI(RDFFirst), item)
		r.node(e, item)
		last = cell
	})
	if last.IsZero() {
		r.complete(s, IRI(RDFNil))
		return
	}
	r.emit(last, IRI(RDFRest), IRI(RDFNil))
}

// isSyntax is coreSyntaxTerms of section 7.2.2.
func isSyntax(local string) bool {
	switch local {
	case "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype":
		return true
	}
	return false
}

func isWithdrawn(local string) bool {
	return local == "aboutEach" || local == "aboutEachPrefix" || local == "bagID"
}

func notNode(local string) bool { return isSyntax(local) || isWithdrawn(local) || local == "li" }

func notProperty(local string) bool {
	return isSyntax(local) || isWithdrawn(local) || local == "Description"
}

func notAttribute(local string) bool { return notProperty(local) || local == "li" }

// isNCName checks an XML name without a colon, as far as it can be the label of
// a blank node and the fragment of an IRI.
func isNCName(s string) bool {
	for i, r := range s {
		if i == 0 && r != '_' && !isNameStart(r) || r != '.' && !isNameChar(r) {
			return false
		}
	}
	return s != ""
}
