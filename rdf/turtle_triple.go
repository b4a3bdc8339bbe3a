package rdf

import "fmt"

// versionDirective passes over a version in quotes (RDF 1.2 Turtle, section 2.6).
func (r *turtleReader) versionDirective() {
	r.space()
	quote := r.peek(0)
	if quote != '"' && quote != '\'' || r.peek(1) == quote {
		r.fail("a version in single quotes of either kind")
		return
	}
	r.skip(1)
	r.stringBody(byte(quote), false)
}

// direction reads what follows a language tag: a direction, or nothing.
func (r *turtleReader) direction() Direction {
	if r.peek(0) != '-' || r.peek(1) != '-' || !r.reads12("a direction", "a language tag alone") {
		return NoDirection
	}
	r.ahead(len("--ltr") + 1)
	d := directionOf(r.buffer[r.at:min(r.end, r.at+len("--ltr")+1)])
	if d == NoDirection {
		r.failAhead(2, "ltr or rtl")
		return d
	}
	r.skip(len("--ltr"))
	return d
}

// reads12 refuses what begins here where RDF 1.1 is read.
func (r *turtleReader) reads12(what, expected string) bool {
	if r.options.Version < RDF12 {
		r.stop((&fault{problem: beyond11(what), expected: expected, newer: true}).at(r.place()))
	}
	return r.err == nil
}

// reifiedSubject reads triples whose subject is a reified triple (RDF 1.2 Turtle,
// section 2.10). There may be none, as it says enough by itself.
func (r *turtleReader) reifiedSubject() {
	if r.peek(2) == '(' {
		r.failWith("a triple term as the subject", "an IRI, a blank node or a reified triple")
		return
	}
	reifier := r.reifiedTriple()
	r.space()
	if c := r.peek(0); c != '.' && c != '}' {
		r.predicateObjects(reifier)
	}
}

// tripleOrReifier reads an object that begins with "<<".
func (r *turtleReader) tripleOrReifier() Term {
	if r.peek(2) == '(' {
		return r.tripleTerm()
	}
	return r.reifiedTriple()
}

// tripleTerm reads a triple term (RDF 1.2 Turtle, section 2.9).
func (r *turtleReader) tripleTerm() Term {
	if !r.reads12("a triple term", "an object") {
		return Term{}
	}
	r.enter()
	defer r.leave()
	r.skip(len("<<("))
	r.space()
	subject := r.plainSubject()
	r.space()
	predicate := r.predicate()
	r.space()
	var object Term
	if r.peek(0) == '<' && r.peek(1) == '<' {
		if r.peek(2) != '(' {
			r.fail("an object of a triple term, which a reified triple is not")
		}
		object = r.tripleTerm()
	} else {
		object = r.plainObject()
	}
	r.space()
	if r.err == nil && !r.acceptWord(")>>") {
		r.fail("\")>>\"")
	}
	return r.triple(subject, predicate, object)
}

// triple makes a triple term, unless it is longer than a term may be.
func (r *turtleReader) triple(s, p, o Term) Term {
	if r.err != nil {
		return Term{}
	}
	t := Triple(s, p, o)
	if len(t.Value) > r.options.MaxTerm {
		r.failWith(fmt.Sprintf("term of more than %d bytes", r.options.MaxTerm), "")
	}
	return t
}

// reifiedTriple reads a triple in "<<" and ">>", says what reifies it, and returns
// that.
func (r *turtleReader) reifiedTriple() Term {
	if !r.reads12("a reified triple", "an IRI, a blank node or a literal") {
		return Term{}
	}
	r.enter()
	defer r.leave()
	r.skip(len("<<"))
	r.space()
	var subject, object Term
	if r.peek(0) == '<' && r.peek(1) == '<' {
		subject = r.reifiedTriple()
	} else {
		subject = r.plainSubject()
	}
	r.space()
	predicate := r.predicate()
	r.space()
	if r.peek(0) == '<' && r.peek(1) == '<' {
		object = r.tripleOrReifier()
	} else {
		object = r.plainObject()
	}
	r.space()
	var reifier Term
	if r.accept('~') {
		reifier = r.reifier()
		r.space()
	} else {
		reifier = r.labels.fresh()
	}
	if r.err == nil && !r.acceptWord(">>") {
		r.fail("\">>\"")
	}
	r.emit(reifier, IRI(RDFReifies), r.triple(subject, predicate, object))
	return reifier
}

// reifier reads what may follow "~": a name, or nothing for a node without one.
func (r *turtleReader) reifier() Term {
	r.space()
	switch c := r.peek(0); {
	case c == '<' && r.peek(1) != '<', c == '_', c == '[':
		return r.plainSubject()
	case c == '>' || c == '{' || c == '~' || c == '.' || c == ';' || c == ',' || c == ']' || c == '}' || c == '|' || c == ')' || c == noByte:
		return r.labels.fresh()
	}
	return r.prefixedName("a reifier")
}

// plainSubject is an IRI or a blank node, [] among them.
func (r *turtleReader) plainSubject() Term {
	if r.peek(0) != '[' {
		return r.subject()
	}
	r.skip(1)
	r.space()
	r.expect(']')
	return r.labels.fresh()
}

// plainObject is an object that is one term.
func (r *turtleReader) plainObject() Term {
	switch r.peek(0) {
	case '[':
		return r.plainSubject()
	case '(':
		r.fail("an IRI, a blank node, a literal or a triple term")
		return Term{}
	}
	return r.object()
}

// annotations reads reifiers and annotations behind an object (RDF 1.2 Turtle,
// section 2.11). A block annotates the reifier right before it, or one of its own.
func (r *turtleReader) annotations(subject, predicate, object Term) {
	var triple, reifier Term
	for r.err == nil {
		block := r.peek(0) == '{' && r.peek(1) == '|'
		if !block && r.peek(0) != '~' {
			return
		}
		if !r.reads12("an annotation", `"." or ";" or ","`) {
			return
		}
		if triple.IsZero() {
			triple = r.triple(subject, predicate, object)
		}
		switch {
		case !block:
			r.skip(1)
			reifier = r.reifier()
			r.emit(reifier, IRI(RDFReifies), triple)
		case reifier.IsZero():
			reifier = r.labels.fresh()
			r.emit(reifier, IRI(RDFReifies), triple)
		}
		if block {
			r.annotation(reifier)
			reifier = Term{}
		}
		r.space()
	}
}

// annotation reads a block: predicates and objects of a reifier.
func (r *turtleReader) annotation(reifier Term) {
	r.enter()
	defer r.leave()
	r.skip(len("{|"))
	r.predicateObjects(reifier)
	r.space()
	if r.err == nil && !r.acceptWord("|}") {
		r.fail("\"|}\"")
	}
}
