package rdf

// Kind tells what a Term is.
type Kind uint8

// The kinds of terms. The zero Kind is that of the zero Term, which stands
// for "no term": as the graph of a Quad it means the default graph.
const (
	NoTerm Kind = iota
	IRITerm
	BlankTerm
	LiteralTerm
	// TripleTerm is a triple as the object of another (RDF 1.2).
	TripleTerm
)

// Direction is the base direction of a text (RDF 1.2 Concepts, section 3.4).
type Direction uint8

// The directions. Only a language-tagged string has one.
const (
	NoDirection Direction = iota
	LeftToRight
	RightToLeft
)

// String returns "ltr", "rtl" or "".
func (d Direction) String() string { return [...]string{"", "ltr", "rtl"}[d%3] }

// Version is a version of RDF.
type Version uint8

// The versions. RDF 1.2 has triple terms and directions, and names versions.
const (
	RDF11 Version = iota
	RDF12
)

// Term is an RDF term: an IRI, a blank node, a literal (RDF 1.1 Concepts, section
// 3) or a triple term (RDF 1.2 Concepts, section 3). Terms are comparable: two terms made by the constructors of this
// package are the same term exactly when == says so.
type Term struct {
	// Kind says which of the others count.
	Kind Kind
	// Direction is that of a literal with a language, in RDF 1.2.
	Direction Direction
	// Value is the IRI without its angle brackets, the label of the blank node
	// without "_:", or the lexical form of the literal, unescaped, in UTF-8. Of a triple
	// term it is the three terms in canonical form: see [Term.Triple].
	Value string
	// Datatype is the datatype IRI of a literal and is never empty there:
	// XSDString for a plain literal, RDFLangString beside a language, and
	// RDFDirLangString where there is a direction, too.
	Datatype string
	// Language is the language tag of a literal, as it was written.
	Language string
}

// Datatypes that have a syntax of their own in N-Triples or Turtle, and the
// words of the RDF vocabulary that Turtle has syntax for.
const (
	XSDString        = "http://www.w3.org/2001/XMLSchema#string"
	XSDBoolean       = "http://www.w3.org/2001/XMLSchema#boolean"
	XSDInteger       = "http://www.w3.org/2001/XMLSchema#integer"
	XSDDecimal       = "http://www.w3.org/2001/XMLSchema#decimal"
	XSDDouble        = "http://www.w3.org/2001/XMLSchema#double"
	RDFLangString    = rdfNS + "langString"
	RDFDirLangString = rdfNS + "dirLangString"
	RDFType          = rdfNS + "type"
	RDFFirst         = rdfNS + "first"
	RDFRest          = rdfNS + "rest"
	RDFNil           = rdfNS + "nil"
	RDFReifies       = rdfNS + "reifies"
)

const rdfNS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

// IRI makes the term of an absolute IRI, given without angle brackets. It does
// not look at the IRI: CheckIRI does.
func IRI(iri string) Term { return Term{Kind: IRITerm, Value: iri} }

// Blank makes a blank node of a label, given without "_:".
func Blank(label string) Term { return Term{Kind: BlankTerm, Value: label} }

// String makes a literal of datatype xsd:string.
func String(lexical string) Term { return Typed(lexical, XSDString) }

// Typed makes a literal of a lexical form and a datatype IRI; an empty datatype
// means xsd:string.
func Typed(lexical, datatype string) Term {
	if datatype == "" {
		datatype = XSDString
	}
	return Term{Kind: LiteralTerm, Value: lexical, Datatype: datatype}
}

// LangString makes a language-tagged string (RDF 1.1 Concepts, section 3.3).
func LangString(lexical, language string) Term {
	return Term{Kind: LiteralTerm, Value: lexical, Datatype: RDFLangString, Language: language}
}

// DirLangString makes a directional language-tagged string (RDF 1.2 Concepts,
// section 3.4); without a direction it is LangString.
func DirLangString(lexical, language string, direction Direction) Term {
	t := LangString(lexical, language)
	if direction != NoDirection {
		t.Datatype, t.Direction = RDFDirLangString, direction
	}
	return t
}

// Triple makes a triple term. It does not check the terms: a Writer does.
func Triple(s, p, o Term) Term {
	text := appendSpaced(nil, &s)
	text = appendSpaced(text, &p)
	return Term{Kind: TripleTerm, Value: string(appendTerm(text, &o))}
}

// Triple returns the terms of a triple term, and reports whether it is one.
func (t Term) Triple() (s, p, o Term, ok bool) {
	if t.Kind != TripleTerm {
		return s, p, o, false
	}
	l := lineParser{in: []byte(t.Value), version: RDF12, deepest: deepestTriple}
	parts := l.three()
	if l.fault != nil || l.at != len(l.in) {
		return s, p, o, false
	}
	return canonicalTerm(parts[0]), canonicalTerm(parts[1]), canonicalTerm(parts[2]), true
}

// Relabel returns the term with other labels of blank nodes, within triple terms
// too.
func (t Term) Relabel(label func(string) string) Term {
	if t.Kind == BlankTerm {
		t.Value = label(t.Value)
	}
	if s, p, o, ok := t.Triple(); ok {
		return Triple(s.Relabel(label), p, o.Relabel(label))
	}
	return t
}

// IsZero reports whether the term is "no term", the graph of a quad in the
// default graph.
func (t Term) IsZero() bool { return t.Kind == NoTerm }

// String returns the term as canonical N-Quads writes it.
func (t Term) String() string { return string(AppendTerm(nil, t)) }

// Quad is a triple and the graph it stands in. Quads are comparable.
type Quad struct {
	Subject, Predicate, Object Term
	// Graph is the zero Term for a triple of the default graph.
	Graph Term
}

// String returns the quad as a line of canonical N-Quads, without the line end.
func (q Quad) String() string {
	line := AppendQuad(nil, q)
	return string(line[:len(line)-1])
}
