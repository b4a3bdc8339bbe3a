package rdf

// itsNS is the namespace of the Internationalization Tag Set, which has the
// direction of texts.
const itsNS = "http://www.w3.org/2005/11/its"

// is12 reports whether an attribute says the version of RDF or a direction (RDF
// 1.2 XML Syntax, section 2.7 and 2.17).
func is12(a xmlAttribute) bool {
	return a.space == rdfNS && a.local == "version" || a.space == itsNS && (a.local == "dir" || a.local == "version")
}

func (s *xmlScope) inherit12(a *xmlAttribute) {
	switch {
	case a.space == rdfNS:
		s.announced = a.value == "1.2" || a.value == "1.2-basic" // which has directions (RDF 1.2 Concepts, section 2.1)
	case a.local == "dir":
		s.direction = directionOf("--" + a.value)
	}
}

// passesOver reports whether an attribute is of RDF 1.2, and no property.
func (r *xmlReader) passesOver(a xmlAttribute) bool { return r.options.Version == RDF12 && is12(a) }

// isAnnotation reports whether an attribute of a property element names what
// reifies its statement (RDF 1.2 XML Syntax, section 2.19).
func (r *xmlReader) isAnnotation(a xmlAttribute) bool {
	return r.options.Version == RDF12 && a.space == rdfNS && (a.local == "annotation" || a.local == "annotationNodeID")
}

// annotate says what reifies a statement.
func (r *xmlReader) annotate(s *statement, object Term) {
	for _, a := range s.element.attributes {
		if !r.isAnnotation(a) {
			continue
		}
		name := xmlAttribute{local: "about", value: a.value}
		if a.local == "annotationNodeID" {
			name.local = "nodeID"
		}
		r.emit(r.named(s.element, name), IRI(RDFReifies), Triple(s.subject, s.predicate, object))
	}
}

// tripleTerm reads the content of a property element with rdf:parseType="Triple":
// a node element that makes one statement. Where RDF 1.2 was not announced, the
// whole property says nothing.
func (r *xmlReader) tripleTerm(s *statement) {
	var made []Quad
	outer := r.yield
	r.yield = func(q Quad, _ error) bool {
		if made = append(made, q); len(made) == 2 {
			r.fail("a second statement in a triple term", "one statement")
		}
		return true
	}
	nodes := 0
	r.children(s.element.scope, func(e *xmlElement) {
		if nodes++; nodes > 1 {
			r.fail("a second element in a triple term", "one node element")
		}
		r.node(e, r.subject(e))
	})
	r.yield = outer
	switch {
	case r.failure() != nil || !s.element.scope.announced:
	case len(made) == 0:
		r.fail("a triple term without a statement", "a node element with one property")
	default:
		r.complete(s, Triple(made[0].Subject, made[0].Predicate, made[0].Object))
	}
}
