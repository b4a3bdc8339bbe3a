package rdf

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// turtleReader reads Turtle (RDF 1.1 Turtle, section 6.5) and TriG (RDF 1.1
// TriG, section 4). After a fault its cursor is at the end of the input, so no
// production checks for one before it goes on; only emit and the loops do.
type turtleReader struct {
	*cursor
	trig     bool
	base     string
	prefixes map[string]string
	labels   labels
	graph    Term
	depth    int
	yield    func(Quad, error) bool
	scratch  []byte // the string that is being read
}

// errBroken stops the reader when the loop over its quads was broken off.
var errBroken = errors.New("broken off")

func readTurtle(in io.Reader, f Format, o ReadOptions, yield func(Quad, error) bool) {
	r := &turtleReader{
		cursor:   newCursor(in, o),
		trig:     f == TriG,
		base:     o.Base,
		prefixes: make(map[string]string),
		yield:    yield,
	}
	for r.space(); r.peek(0) != noByte; r.space() {
		r.statement()
	}
	if r.err != nil && !errors.Is(r.err, errBroken) {
		yield(Quad{}, r.err)
	}
}

// emit hands out a triple of the current graph.
func (r *turtleReader) emit(s, p, o Term) {
	if r.err == nil && !r.yield(Quad{s, p, o, r.graph}, nil) {
		r.stop(errBroken)
	}
}

// statement is a directive, or triples, or in TriG a block.
func (r *turtleReader) statement() {
	if r.peek(0) == '@' {
		r.atDirective()
		return
	}
	word := r.word()
	switch {
	case strings.EqualFold(word, "PREFIX"):
		r.skip(len(word))
		r.prefix()
	case strings.EqualFold(word, "BASE"):
		r.skip(len(word))
		r.baseDirective()
	case strings.EqualFold(word, "VERSION") && r.reads12("a version", "triples"):
		r.skip(len(word))
		r.versionDirective()
	case r.trig && strings.EqualFold(word, "GRAPH"):
		r.skip(len(word))
		r.space()
		r.namedGraph(r.graphName())
	case r.trig && r.peek(0) == '{':
		r.namedGraph(Term{})
	default:
		r.triplesOrGraph()
	}
}

// word returns the letters ahead where they are a keyword and not the beginning
// of a prefixed name.
func (r *turtleReader) word() string {
	n := 0
	for n < len("VERSION") {
		c := r.peek(n)
		if c == noByte || bytesOf[c]&alpha == 0 {
			break
		}
		n++
	}
	if c := r.peek(n); n == 0 || c == ':' || c == '.' || c >= 0x80 || c != noByte && bytesOf[c]&nameByte != 0 {
		return ""
	}
	return string(r.text(n))
}

func (r *turtleReader) atDirective() {
	switch {
	case r.acceptWord("@prefix"):
		r.prefix()
	case r.acceptWord("@base"):
		r.baseDirective()
	case r.ahead(len("@version")) && string(r.text(len("@version"))) == "@version" && r.reads12("a version", "a prefix or base"):
		r.skip(len("@version"))
		r.versionDirective()
	default:
		r.fail("\"@prefix\" or \"@base\"")
	}
	r.space()
	r.expect('.')
}

func (r *turtleReader) prefix() {
	r.space()
	name, ok := r.prefixName()
	if !ok {
		return
	}
	r.space()
	r.prefixes[name] = r.iriReference()
}

func (r *turtleReader) baseDirective() {
	r.space()
	if base := r.iriReference(); r.err == nil {
		r.base = base
	}
}

// triplesOrGraph is what begins with a term: triples, or in TriG a graph.
func (r *turtleReader) triplesOrGraph() {
	switch r.peek(0) {
	case '[':
		if r.propertyListSubject() {
			return
		}
	case '(':
		r.predicateObjects(r.collection())
	case '<':
		if r.peek(1) == '<' {
			r.reifiedSubject()
			break
		}
		fallthrough
	default:
		name := r.subject()
		r.space()
		if r.trig && r.peek(0) == '{' {
			r.namedGraph(name)
			return
		}
		r.predicateObjects(name)
	}
	r.space()
	r.expect('.')
}

// propertyListSubject reads triples whose subject stands in square brackets. It
// returns true where this was the name of a graph, [] in TriG.
func (r *turtleReader) propertyListSubject() bool {
	subject, empty := r.propertyList()
	r.space()
	switch c := r.peek(0); {
	case empty && r.trig && c == '{':
		r.namedGraph(subject)
		return true
	case empty || c != '.':
		r.predicateObjects(subject)
	}
	return false
}

// namedGraph is a block in braces.
func (r *turtleReader) namedGraph(name Term) {
	r.space()
	r.expect('{')
	r.graph = name
	for r.space(); r.err == nil && r.peek(0) != '}'; r.space() {
		r.blockTriples()
		r.space()
		if !r.accept('.') {
			break
		}
	}
	r.expect('}')
	r.graph = Term{}
}

func (r *turtleReader) blockTriples() {
	switch r.peek(0) {
	case '[':
		r.blockPropertyList()
	case '(':
		r.predicateObjects(r.collection())
	case '<':
		if r.peek(1) == '<' {
			r.reifiedSubject()
			return
		}
		fallthrough
	default:
		r.predicateObjects(r.subject())
	}
}

func (r *turtleReader) blockPropertyList() {
	subject, empty := r.propertyList()
	r.space()
	if c := r.peek(0); !empty && (c == '.' || c == '}') {
		return
	}
	r.predicateObjects(subject)
}

func (r *turtleReader) graphName() Term {
	if r.peek(0) == '[' {
		r.skip(1)
		r.space()
		r.expect(']')
		return r.labels.fresh()
	}
	return r.subject()
}

// predicateObjects is a list of predicates, each with its objects.
func (r *turtleReader) predicateObjects(subject Term) {
	r.space()
	for r.err == nil {
		predicate := r.predicate()
		r.objects(subject, predicate)
		again := false
		for r.space(); r.accept(';'); r.space() {
			again = true
		}
		if c := r.peek(0); !again || c == '.' || c == ']' || c == '}' || c == '|' || c == noByte {
			return
		}
	}
}

func (r *turtleReader) objects(subject, predicate Term) {
	for r.err == nil {
		r.space()
		object := r.object()
		r.emit(subject, predicate, object)
		r.space()
		r.annotations(subject, predicate, object)
		if !r.accept(',') {
			return
		}
	}
}

func (r *turtleReader) subject() Term {
	switch c := r.peek(0); c {
	case '<':
		return IRI(r.iriReference())
	case '_':
		return r.blank()
	default:
		return r.prefixedName("an IRI, a blank node or a collection")
	}
}

func (r *turtleReader) predicate() Term {
	switch {
	case r.peek(0) == '<':
		return IRI(r.iriReference())
	case r.word() == "a":
		r.skip(1)
		return IRI(RDFType)
	}
	return r.prefixedName("a predicate")
}

func (r *turtleReader) object() Term {
	switch c := r.peek(0); {
	case c == '<' && r.peek(1) == '<':
		return r.tripleOrReifier()
	case c == '<':
		return IRI(r.iriReference())
	case c == '_':
		return r.blank()
	case c == '[':
		term, _ := r.propertyList()
		return term
	case c == '(':
		return r.collection()
	case c == '"' || c == '\'':
		return r.literal()
	case c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9':
		return r.number()
	}
	switch word := r.booleanWord(); word {
	case "":
		return r.prefixedName("an object")
	default:
		r.skip(len(word))
		return Typed(word, XSDBoolean)
	}
}

// booleanWord returns true or false where the document says so; a full stop may
// follow at once, which word does not allow.
func (r *turtleReader) booleanWord() string {
	for _, word := range [...]string{"true", "false"} {
		if !r.ahead(len(word)) || string(r.text(len(word))) != word {
			continue
		}
		n := r.nameLength(0)
		if n == len(word) && r.peek(n) != ':' {
			return word
		}
	}
	return ""
}

// enter goes one level deeper, if that is allowed; leave comes back.
func (r *turtleReader) enter() {
	r.depth++
	if r.depth > r.options.MaxDepth {
		r.failWith("nesting deeper than "+strconv.Itoa(r.options.MaxDepth), "")
	}
}

func (r *turtleReader) leave() { r.depth-- }

// propertyList is a blank node in square brackets; empty says that there was
// nothing between them.
func (r *turtleReader) propertyList() (node Term, empty bool) {
	r.enter()
	defer r.leave()
	r.skip(1)
	node = r.labels.fresh()
	r.space()
	if r.accept(']') {
		return node, true
	}
	r.predicateObjects(node)
	r.space()
	r.expect(']')
	return node, false
}

// collection is a list in round brackets (RDF 1.1 Turtle, section 2.8). The
// cells are handed out as their items are read.
func (r *turtleReader) collection() Term {
	r.enter()
	defer r.leave()
	r.skip(1)
	head, last := IRI(RDFNil), Term{}
	for r.space(); r.err == nil && !r.accept(')'); r.space() {
		cell := r.labels.fresh()
		if last.IsZero() {
			head = cell
		} else {
			r.emit(last, IRI(RDFRest), cell)
		}
		r.emit(cell, IRI(RDFFirst), r.object())
		last = cell
	}
	if !last.IsZero() {
		r.emit(last, IRI(RDFRest), IRI(RDFNil))
	}
	return head
}

// labels keeps the labels of a document and those made for it apart. A label of
// the document is kept, but where it was made before it was met: then it gets a
// made one itself. Only labels that look like made ones have to be remembered.
type labels struct {
	made  int
	named map[string]string
	taken map[string]bool
}

const madeLabel = "anon"

func (l *labels) fresh() Term {
	for {
		l.made++
		if label := madeLabel + strconv.Itoa(l.made); !l.taken[label] {
			return Blank(label)
		}
	}
}

func (l *labels) of(label string) Term {
	number, ok := strings.CutPrefix(label, madeLabel)
	n, err := strconv.Atoi(number)
	if !ok || err != nil || strconv.Itoa(n) != number {
		return Blank(label)
	}
	if known, ok := l.named[label]; ok {
		return Blank(known)
	}
	if l.named == nil {
		l.named, l.taken = make(map[string]string), make(map[string]bool)
	}
	kept := label
	if n >= 1 && n <= l.made {
		kept = l.fresh().Value
	}
	l.named[label] = kept
	l.taken[kept] = true
	return Blank(kept)
}
