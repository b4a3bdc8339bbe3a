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
)

// Term is an RDF term: an IRI, a blank node or a literal (RDF 1.1 Concepts,
// section 3). Terms are comparable: two terms made by the constructors of this
// package are the same term exactly when == says so.
type Term struct {
	// Kind says which of the others count.
	Kind Kind
	// Value is the IRI without its angle brackets, the label of the blank node
	// without "_:", or the lexical form of the literal, unescaped, in UTF-8.
	Value string
	// Datatype is the datatype IRI of a literal and is never empty there:
	// XSDString for a plain literal, RDFLangString beside a language.
	Datatype string
	// Language is the language tag of a literal, as it was written.
	Language string
}

// Datatypes that have a syntax of their own in N-Triples or Turtle, and the
// words of the RDF vocabulary that Turtle has syntax for.
const (
	XSDString     = "http://www.w3.org/2001/XMLSchema#string"
	XSDBoolean    = "http://www.w3.org/2001/XMLSchema#boolean"
	XSDInteger    = "http://www.w3.org/2001/XMLSchema#integer"
	XSDDecimal    = "http://www.w3.org/2001/XMLSchema#decimal"
	XSDDouble     = "http://www.w3.org/2001/XMLSchema#double"
	RDFLangString = rdfNS + "langString"
	RDFType       = rdfNS + "type"
	RDFFirst      = rdfNS + "first"
	RDFRest       = rdfNS + "rest"
	RDFNil        = rdfNS + "nil"
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
