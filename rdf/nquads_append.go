package rdf

// AppendQuad appends the quad as one line of canonical N-Quads (RDFC-1.0,
// section 5), ended by "\n": one space between terms, no comment, xsd:string
// left out, and of all characters only BS, HT, LF, FF, CR, the quote and the
// backslash escaped short, the other controls and U+007F as \uXXXX.
//
// It allocates only where dst has to grow, and does not check the terms: a
// character that no IRI may hold is written as \uXXXX, so that a line is
// always one line; a blank node's label is written as it is.
func AppendQuad(dst []byte, q Quad) []byte {
	dst = appendSpaced(dst, &q.Subject)
	dst = appendSpaced(dst, &q.Predicate)
	dst = appendSpaced(dst, &q.Object)
	if q.Graph.Kind != NoTerm {
		dst = appendSpaced(dst, &q.Graph)
	}
	return append(dst, '.', '\n')
}

func appendSpaced(dst []byte, t *Term) []byte {
	return append(appendTerm(dst, t), ' ')
}

// AppendTerm appends a term as canonical N-Quads writes it; the zero Term
// appends nothing. What AppendQuad says of checks and allocation holds here.
func AppendTerm(dst []byte, t Term) []byte { return appendTerm(dst, &t) }

func appendTerm(dst []byte, t *Term) []byte {
	switch t.Kind {
	case IRITerm:
		return appendIRI(dst, t.Value)
	case BlankTerm:
		return append(append(dst, '_', ':'), t.Value...)
	case LiteralTerm:
		return appendLiteral(dst, t)
	case TripleTerm:
		return append(append(append(dst, "<<( "...), t.Value...), " )>>"...)
	}
	return dst
}

func appendLiteral(dst []byte, t *Term) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, t.Value)
	dst = append(dst, '"')
	switch {
	case t.Language != "":
		return appendLanguage(dst, t)
	case t.Datatype != XSDString && t.Datatype != "":
		return appendIRI(append(dst, '^', '^'), t.Datatype)
	}
	return dst
}

func appendLanguage(dst []byte, t *Term) []byte {
	dst = append(append(dst, '@'), t.Language...)
	if t.Direction != NoDirection {
		dst = append(append(dst, "--"...), t.Direction.String()...)
	}
	return dst
}

func appendIRI(dst []byte, iri string) []byte {
	dst = append(dst, '<')
	start := 0
	for i := 0; i < len(iri); i++ {
		if bytesOf[iri[i]]&notInIRI == 0 {
			continue
		}
		dst = append(dst, iri[start:i]...)
		dst = appendUnicodeEscape(dst, iri[i])
		start = i + 1
	}
	dst = append(dst, iri[start:]...)
	return append(dst, '>')
}

// appendEscaped appends the lexical form of a literal with the escapes of
// canonical N-Quads.
func appendEscaped(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		if bytesOf[s[i]]&escapedInLiteral == 0 {
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, s[i])
		start = i + 1
	}
	return append(dst, s[start:]...)
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '\b':
		c = 'b'
	case '\t':
		c = 't'
	case '\n':
		c = 'n'
	case '\f':
		c = 'f'
	case '\r':
		c = 'r'
	case '"', '\\':
	default:
		return appendUnicodeEscape(dst, c)
	}
	return append(dst, '\\', c)
}

func appendUnicodeEscape(dst []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}
