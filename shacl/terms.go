package shacl

import (
	"bytes"
	"encoding/binary"

	"github.com/trialweave/trialweave/rdf"
)

// number makes the vocabulary of the IRIs that the shapes name: graphs that come as
// terms are given it.
func (s *Shapes) number() {
	s.vocabulary = new(rdf.Vocabulary)
	for _, t := range [...]*table{&s.predicates, &s.classes, &s.datatypes} {
		for _, text := range t.texts {
			if text[0] == '<' {
				s.vocabulary.Add(text[1 : len(text)-1])
			}
		}
	}
}

// Vocabulary has the IRIs that the shapes name: a batch that is made for them alone
// takes the least time with it.
func (c *Checker) Vocabulary() *rdf.Vocabulary { return c.shapes.vocabulary }

// resolver knows which terms of the shapes the IRIs of a vocabulary are.
type resolver struct {
	vocabulary *rdf.Vocabulary
	made       bool
	// predicates, classes and datatypes are numbers of the shapes by number of the
	// vocabulary, -1 for none.
	predicates, classes, datatypes []int32
}

// begin looks at a vocabulary, if it is another than before.
func (r *resolver) begin(s *Shapes, v *rdf.Vocabulary) {
	if r.made && r.vocabulary == v {
		return
	}
	r.vocabulary, r.made = v, true
	r.predicates, r.classes, r.datatypes = []int32{-1}, []int32{-1}, []int32{-1}
	for n := 1; n <= v.Len(); n++ {
		text := []byte("<" + v.IRI(uint32(n)) + ">") //nolint:gosec // some thousand
		r.predicates = append(r.predicates, s.predicates.number(text))
		r.classes = append(r.classes, s.classes.number(text))
		r.datatypes = append(r.datatypes, s.datatypes.number(text))
	}
}

// predicate returns the number that a predicate has in the shapes, or -1.
func (c *Checker) predicate(n uint32) int32 {
	if int(n) < len(c.names.predicates) {
		return c.names.predicates[n]
	}
	return c.shapes.predicates.number(c.canonical(n))
}

// class returns the number that a class has in the shapes, or -1.
func (c *Checker) class(n uint32) int32 {
	if int(n) < len(c.names.classes) {
		return c.names.classes[n]
	}
	return c.shapes.classes.number(c.canonical(n))
}

// datatypeOf returns the number that the datatype of a literal has in the shapes, or -1.
func (c *Checker) datatypeOf(t *rdf.BatchLiteral) int32 {
	if int(t.Datatype) < len(c.names.datatypes) {
		return c.names.datatypes[t.Datatype]
	}
	return c.shapes.datatypes.number(c.canonical(t.Datatype))
}

// canonical is an IRI or a blank node in canonical N-Quads, valid until the next call;
// of other terms it is empty.
func (c *Checker) canonical(n uint32) []byte {
	c.text = c.text[:0]
	switch c.kind(n) {
	case rdf.IRITerm:
		c.text = append(append(append(c.text, '<'), c.iri(n)...), '>')
	case rdf.BlankTerm:
		c.text = append(append(c.text, "_:"...), c.graph.NameText(c.graph.Name(n))...)
	}
	return c.text
}

// iri is the text of an IRI.
func (c *Checker) iri(n uint32) []byte {
	if c.graph.IsOwn(n) {
		return c.graph.NameText(c.graph.Name(n))
	}
	return []byte(c.graph.Vocabulary.IRI(n))
}

func (c *Checker) kind(n uint32) rdf.Kind {
	switch {
	case n >= rdf.LiteralBit:
		return c.graph.Literal(n).Kind
	case c.graph.IsOwn(n):
		return c.graph.Name(n).Kind
	}
	return rdf.IRITerm
}

// lexical is the text of a literal, or an IRI; other terms have none.
func (c *Checker) lexical(n uint32) (text []byte, ok bool) {
	switch c.kind(n) {
	case rdf.LiteralTerm:
		return c.graph.LiteralText(c.graph.Literal(n)), true
	case rdf.IRITerm:
		return c.iri(n), true
	}
	return nil, false
}

// language is the language tag of a literal, with its direction.
func (c *Checker) language(n uint32) string {
	if n < rdf.LiteralBit {
		return ""
	}
	t := c.graph.Literal(n)
	tag := string(c.graph.LanguageOf(t))
	if t.Direction != rdf.NoDirection {
		tag += "--" + t.Direction.String()
	}
	return tag
}

// equal reports whether two numbers are those of the same term: a literal has several.
func (c *Checker) equal(a, b uint32) bool {
	if a == b || a&b < rdf.LiteralBit {
		return a == b
	}
	g := c.graph
	x, y := g.Literal(a), g.Literal(b)
	return x.Kind == y.Kind && x.Datatype == y.Datatype && x.Direction == y.Direction &&
		bytes.Equal(g.LiteralText(x), g.LiteralText(y)) && bytes.Equal(g.LanguageOf(x), g.LanguageOf(y))
}

// key tells a term of the graph from all others.
func (c *Checker) key(n uint32) string {
	if n < rdf.LiteralBit {
		return string(binary.LittleEndian.AppendUint32(nil, n))
	}
	t := c.graph.Literal(n)
	key := binary.LittleEndian.AppendUint32([]byte{'"', byte(t.Kind), byte(t.Direction)}, t.Datatype)
	key = append(append(key, c.graph.LanguageOf(t)...), '"')
	return string(append(key, c.graph.LiteralText(t)...))
}

// isIn reports whether a value is one of a list.
func (c *Checker) isIn(n uint32, k *check) bool {
	if n >= rdf.LiteralBit {
		if t := c.graph.Literal(n); t.Datatype == 0 && t.Language == 0 && t.Kind == rdf.LiteralTerm {
			return k.texts[string(c.graph.LiteralText(t))]
		}
	}
	return k.set[c.graph.Term(n)]
}
