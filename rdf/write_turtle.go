package rdf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// turtleWriter groups quads and writes them as Turtle or TriG into text.
type turtleWriter struct {
	graphs   bool
	prefixes []turtlePrefix // longest namespace first
	most     int

	text    []byte // finished
	body    []byte // room for a piece that is being written
	written bool   // something was finished before
	inTerm  bool   // what is written is part of a triple term
	graph   Term
	held    []Quad

	grouping *grouping
}

type turtlePrefix struct {
	Prefix
	place          int // among those given
	used, declared bool
}

func newTurtleWriter(f Format, o WriteOptions) (*turtleWriter, error) {
	w := &turtleWriter{graphs: f == TriG, most: o.MaxGroup, grouping: newGrouping()}
	if w.most <= 0 {
		w.most = 1 << 16
	}
	seen := make(map[string]bool)
	for i, p := range o.Prefixes {
		if err := checkPrefix(p); err != nil {
			return nil, err
		}
		if seen[p.Name] {
			return nil, fmt.Errorf("prefix %q is declared twice", p.Name)
		}
		seen[p.Name] = true
		w.prefixes = append(w.prefixes, turtlePrefix{Prefix: p, place: i})
	}
	slices.SortStableFunc(w.prefixes, func(a, b turtlePrefix) int { return len(b.IRI) - len(a.IRI) })
	return w, nil
}

func checkPrefix(p Prefix) error {
	for i, r := range p.Name {
		if i == 0 && !isNameStart(r) || i > 0 && r != '.' && !isNameChar(r) {
			return fmt.Errorf("prefix %q has the character %q", p.Name, r)
		}
	}
	if strings.HasSuffix(p.Name, ".") || !utf8.ValidString(p.Name) {
		return fmt.Errorf("prefix %q is not a name", p.Name)
	}
	return CheckIRI(p.IRI)
}

// add holds a quad back, and first writes those of another graph.
func (w *turtleWriter) add(q Quad, merge bool) {
	if len(w.held) > 0 && (q.Graph != w.graph || len(w.held) >= w.most) {
		w.flush()
	}
	w.graph = q.Graph
	if merge {
		q.Graph = Term{}
	}
	w.held = append(w.held, q)
}

// flush writes the quads held back, which are of one graph, and before them the
// prefixes that they are the first to use.
func (w *turtleWriter) flush() {
	if len(w.held) == 0 {
		return
	}
	finished := w.text
	w.text = w.body[:0]
	w.block()
	w.body, w.text = w.text, finished
	if w.written {
		w.text = append(w.text, '\n')
	}
	w.declare()
	w.text = append(w.text, w.body...)
	w.written = true
	clear(w.held)
	w.held = w.held[:0]
}

// declare declares the prefixes that came into use, in the order given.
func (w *turtleWriter) declare() {
	var fresh []*turtlePrefix
	for i := range w.prefixes {
		if p := &w.prefixes[i]; p.used && !p.declared {
			p.declared = true
			fresh = append(fresh, p)
		}
	}
	if len(fresh) == 0 {
		return
	}
	slices.SortFunc(fresh, func(a, b *turtlePrefix) int { return a.place - b.place })
	for _, p := range fresh {
		w.text = fmt.Appendf(w.text, "@prefix %s: ", p.Name)
		w.text = append(appendIRI(w.text, p.IRI), " .\n"...)
	}
	w.text = append(w.text, '\n')
}

// block writes the quads, in braces if their graph has a name.
func (w *turtleWriter) block() {
	graph := w.held[0].Graph
	quads := w.grouping.group(w.held)
	if !w.graphs || graph.IsZero() {
		w.subjects(quads, "")
		return
	}
	w.term(&graph)
	w.text = append(w.text, " {\n"...)
	w.subjects(quads, "    ")
	w.text = append(w.text, "}\n"...)
}

// rank says where a quad goes: compared from left to right.
type rank struct{ subject, predicate, index int }

// predicateOf is a predicate of one subject, known by its rank.
type predicateOf struct {
	subject   int
	predicate string
}

// objectOf is an object of one predicate of one subject.
type objectOf struct {
	subject, predicate int
	object             Term
}

// grouping puts quads of one graph into the order in which they are written. It
// is kept for the room that its parts have.
type grouping struct {
	subjects   map[Term]int
	predicates map[predicateOf]int
	seen       map[objectOf]bool
	ranks      []rank
	sorted     []Quad
}

func newGrouping() *grouping {
	return &grouping{subjects: make(map[Term]int), predicates: make(map[predicateOf]int), seen: make(map[objectOf]bool)}
}

// group returns the quads in order, those that came twice once; what it returns
// lives until it is called again.
func (g *grouping) group(quads []Quad) []Quad {
	clear(g.subjects)
	clear(g.predicates)
	clear(g.seen)
	clear(g.sorted)
	g.ranks, g.sorted = g.ranks[:0], g.sorted[:0]
	for i := range quads {
		q := &quads[i]
		r := rank{subject: number(g.subjects, q.Subject), index: i}
		if q.Predicate.Value != RDFType {
			r.predicate = 1 + number(g.predicates, predicateOf{r.subject, q.Predicate.Value})
		}
		key := objectOf{r.subject, r.predicate, q.Object}
		if !g.seen[key] {
			g.seen[key] = true
			g.ranks = append(g.ranks, r)
		}
	}
	slices.SortFunc(g.ranks, func(a, b rank) int {
		return cmp.Or(a.subject-b.subject, a.predicate-b.predicate, a.index-b.index)
	})
	for _, r := range g.ranks {
		g.sorted = append(g.sorted, quads[r.index])
	}
	return g.sorted
}

// number gives each key its rank of first appearance.
func number[K comparable](ranks map[K]int, key K) int {
	rank, ok := ranks[key]
	if !ok {
		rank = len(ranks)
		ranks[key] = rank
	}
	return rank
}

func (w *turtleWriter) subjects(quads []Quad, indent string) {
	for i := range quads {
		q := &quads[i]
		switch {
		case i == 0 || quads[i-1].Subject != q.Subject:
			if i > 0 {
				w.text = append(w.text, " .\n\n"...)
			}
			w.text = append(w.text, indent...)
			w.term(&q.Subject)
			w.text = append(w.text, ' ')
			w.predicate(&q.Predicate)
		case quads[i-1].Predicate != q.Predicate:
			w.text = append(w.text, " ;\n    "...)
			w.text = append(w.text, indent...)
			w.predicate(&q.Predicate)
		default:
			w.text = append(w.text, " ,"...)
		}
		w.text = append(w.text, ' ')
		w.term(&q.Object)
	}
	w.text = append(w.text, " .\n"...)
}

func (w *turtleWriter) predicate(t *Term) {
	if t.Value == RDFType {
		w.text = append(w.text, 'a')
		return
	}
	w.term(t)
}

func (w *turtleWriter) term(t *Term) {
	switch t.Kind {
	case IRITerm:
		w.iri(t.Value)
	case LiteralTerm:
		w.literal(t)
	case TripleTerm:
		w.triple(t)
	default:
		w.text = appendTerm(w.text, t)
	}
}

func (w *turtleWriter) triple(t *Term) {
	s, p, o, _ := t.Triple()
	outer := w.inTerm
	w.inTerm = true
	w.text = append(w.text, "<<( "...)
	w.term(&s)
	w.text = append(w.text, ' ')
	w.predicate(&p)
	w.text = append(w.text, ' ')
	w.term(&o)
	w.text = append(w.text, " )>>"...)
	w.inTerm = outer
}

func (w *turtleWriter) iri(iri string) {
	for i := range w.prefixes {
		local, ok := strings.CutPrefix(iri, w.prefixes[i].IRI)
		if !ok {
			continue
		}
		mark := len(w.text)
		w.text = append(append(w.text, w.prefixes[i].Name...), ':')
		if w.text, ok = appendLocal(w.text, local); ok {
			w.prefixes[i].used = true
			return
		}
		w.text = w.text[:mark]
	}
	w.text = appendIRI(w.text, iri)
}

// appendLocal appends the part behind the colon of a prefixed name, with the
// escapes that PN_LOCAL asks for (RDF 1.1 Turtle, section 6.5). It gives up on
// what no escape can write, and where the name would hold an escaped slash,
// number sign or question mark: then the whole IRI reads better.
func appendLocal(dst []byte, local string) ([]byte, bool) {
	for i, r := range local {
		switch {
		case r == ':', isNameChar(r) && (i > 0 || isLabelStart(r)):
			dst = utf8.AppendRune(dst, r)
		case r == '.' && i > 0 && i < len(local)-1:
			dst = append(dst, '.')
		case r == '%' && isPercentEscape(local[i:]):
			dst = append(dst, '%')
		case r < utf8.RuneSelf && strings.IndexByte("-.!$&'()*+,;=@%~", byte(r)) >= 0:
			dst = append(dst, '\\', byte(r))
		default:
			return dst, false
		}
	}
	return dst, true
}

func isPercentEscape(s string) bool {
	return len(s) >= 3 && bytesOf[s[1]]&hexByte != 0 && bytesOf[s[2]]&hexByte != 0
}

func (w *turtleWriter) literal(t *Term) {
	// Within a triple term Jena 5.6.0 reads no true and false.
	if abbreviated(t) && (!w.inTerm || t.Datatype != XSDBoolean) {
		w.text = append(w.text, t.Value...)
		return
	}
	w.quoted(t.Value)
	switch {
	case t.Language != "":
		w.text = appendLanguage(w.text, t)
	case t.Datatype != XSDString:
		w.text = append(w.text, '^', '^')
		w.iri(t.Datatype)
	}
}

// quoted writes a string, in three quotes where it has line ends; within a triple
// term in one, since oxigraph 0.5.13 reads no others there.
func (w *turtleWriter) quoted(s string) {
	if w.inTerm || strings.IndexByte(s, '\n') < 0 {
		w.text = append(w.text, '"')
		w.text = appendEscaped(w.text, s)
		w.text = append(w.text, '"')
		return
	}
	w.text = append(w.text, `"""`...)
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\n' || bytesOf[c]&escapedInLiteral == 0 {
			continue
		}
		// A quote needs its escape only where three could meet.
		if c == '"' && i+1 < len(s) && s[i+1] != '"' && (i == 0 || s[i-1] != '"') {
			continue
		}
		w.text = append(w.text, s[start:i]...)
		w.text = appendEscape(w.text, c)
		start = i + 1
	}
	w.text = append(append(w.text, s[start:]...), `"""`...)
}

// abbreviated reports whether Turtle can write the literal without quotes, its
// lexical form unchanged (RDF 1.1 Turtle, sections 2.5.2 and 2.5.3).
func abbreviated(t *Term) bool {
	switch t.Datatype {
	case XSDBoolean:
		return t.Value == "true" || t.Value == "false"
	case XSDInteger, XSDDecimal, XSDDouble:
		return numberSyntax(t.Value) == t.Datatype
	}
	return false
}

// numberSyntax is the datatype that Turtle reads a bare number as, or empty.
func numberSyntax(s string) string {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole := digitsOf(s)
	s = s[whole:]
	datatype, fraction, point := XSDInteger, 0, false
	if s != "" && s[0] == '.' {
		point = true
		fraction = digitsOf(s[1:])
		s = s[1+fraction:]
		datatype = XSDDecimal
	}
	if s == "" && whole+fraction > 0 && (!point || fraction > 0) {
		return datatype
	}
	if whole+fraction > 0 && isExponent(s) {
		return XSDDouble
	}
	return ""
}

func isExponent(s string) bool {
	if len(s) < 2 || s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	return s != "" && digitsOf(s) == len(s)
}

func digitsOf(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
