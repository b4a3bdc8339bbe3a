package sparql

import (
	"fmt"

	"github.com/trialweave/trialweave/rdf"
)

// version passes over a version: what SPARQL 1.2 has is understood without.
func (p *parser) version() {
	if quoted := p.text[p.tok.at:p.pos]; p.tok.kind != tokString || len(quoted) > 5 && quoted[1] == quoted[0] {
		p.expected("a version in one pair of quotes")
	}
	p.advance()
}

// tripleTerm reads a triple term of a pattern or template (SPARQL 1.2, the
// production TripleTerm).
func (p *parser) tripleTerm(out *[]triple) slot {
	defer p.nest()()
	p.need("<<(")
	subject := p.tripleNode(out, false)
	predicate := p.simpleVerb()
	object := p.tripleNode(out, false)
	p.need(")>>")
	return p.tripleSlot(subject, predicate, object, out)
}

// reifiedTriple reads a triple in "<<" and ">>", and returns what reifies it (the
// production ReifiedTriple).
func (p *parser) reifiedTriple(out *[]triple) slot {
	defer p.nest()()
	p.need("<<")
	subject := p.tripleNode(out, true)
	predicate := p.simpleVerb()
	object := p.tripleNode(out, true)
	var reifier slot
	if p.take("~") {
		reifier = p.reifier()
	} else {
		reifier = slot{variable: p.hidden()}
	}
	p.need(">>")
	p.reifies(reifier, p.tripleSlot(subject, predicate, object, out), out)
	return reifier
}

// tripleNode reads the subject or object of a triple term, or of a reified triple,
// which may have reified ones in it.
func (p *parser) tripleNode(out *[]triple, reified bool) slot {
	switch {
	case p.tok.kind == tokVar:
		return slot{variable: p.needVar()}
	case p.tok.kind == tokBlank:
		return p.blankSlot()
	case p.take("["):
		p.need("]")
		return slot{variable: p.hidden()}
	case p.at("<<("):
		return p.tripleTerm(out)
	case reified && p.at("<<"):
		return p.reifiedTriple(out)
	}
	t, ok := p.term()
	if !ok {
		p.expected("a variable, an IRI, a blank node, a literal or a triple term")
	}
	return slot{-1, t}
}

// simpleVerb reads a predicate that is not a path.
func (p *parser) simpleVerb() slot {
	var t triple
	p.verb(&t, false)
	return t.predicate
}

// reifier reads what may follow "~" (the production VarOrReifierId).
func (p *parser) reifier() slot {
	switch {
	case p.tok.kind == tokVar, p.tok.kind == tokIRI, p.tok.kind == tokName:
		return p.varOrIRI()
	case p.tok.kind == tokBlank:
		return p.blankSlot()
	case p.take("["):
		p.need("]")
	}
	return slot{variable: p.hidden()}
}

// tripleSlot is a triple term: as such where it has no variables, and else a hidden
// variable that a pattern of its own is about.
func (p *parser) tripleSlot(s, predicate, o slot, out *[]triple) slot {
	if !s.isVar() && !predicate.isVar() && !o.isVar() {
		if t, ok := tripleOf(s.term, predicate.term, o.term); ok {
			return slot{-1, t}
		}
	}
	p.part()
	v := p.hidden()
	*out = append(*out, triple{s, predicate, o, tripleTerm{variable: v}})
	return slot{variable: v}
}

func (p *parser) reifies(reifier, term slot, out *[]triple) {
	p.part()
	for i, t := range *out {
		if named, ok := t.path.(tripleTerm); ok && term.isVar() && named.variable == term.variable {
			(*out)[i].path = tripleTerm{named.variable, true}
		}
	}
	*out = append(*out, triple{subject: reifier, predicate: slot{-1, rdf.IRI(rdf.RDFReifies)}, object: term})
}

// annotations reads reifiers and annotations behind an object (the production
// Annotation). A block is of the reifier right before it, or of one of its own.
func (p *parser) annotations(made []triple, out *[]triple, paths bool) {
	var term, reifier slot
	named, reified := false, false
	for p.at("~") || p.at("{|") {
		if len(made) != 1 || made[0].path != nil {
			p.fail(p.tok.at, "an annotation behind a path, expected one behind a triple")
		}
		if !named {
			term, named = p.tripleSlot(made[0].subject, made[0].predicate, made[0].object, out), true
		}
		if p.take("~") {
			reifier, reified = p.reifier(), true
			p.reifies(reifier, term, out)
			continue
		}
		if !reified {
			reifier = slot{variable: p.hidden()}
			p.reifies(reifier, term, out)
		}
		p.annotation(reifier, out, paths)
		reified = false
	}
}

func (p *parser) annotation(reifier slot, out *[]triple, paths bool) {
	defer p.nest()()
	p.need("{|")
	p.propertyList(reifier, out, paths)
	p.need("|}")
}

// tripleData reads a triple term of VALUES (the production TripleTermData).
func (p *parser) tripleData() rdf.Term {
	defer p.nest()()
	p.need("<<(")
	subject := p.needIRI()
	predicate := p.pathTerm()
	var object rdf.Term
	if p.at("<<(") {
		object = p.tripleData()
	} else {
		object = p.dataValue()
	}
	if object.IsZero() {
		p.expected("an IRI, a literal or a triple term as the object")
	}
	p.need(")>>")
	return rdf.Triple(subject, predicate, object)
}

// tripleExpression reads a triple term of an expression (the production
// ExprTripleTerm).
func (p *parser) tripleExpression() expr {
	defer p.nest()()
	p.part()
	p.need("<<(")
	subject := p.tripleOperand("a variable or an IRI")
	if c, ok := subject.(constExpr); ok && c.term.Kind != rdf.IRITerm {
		p.fail(p.last, "the subject of a triple term is not a variable or an IRI")
	}
	predicate := operand(p.simpleVerb())
	var object expr
	if p.at("<<(") {
		object = p.tripleExpression()
	} else {
		object = p.tripleOperand("a variable, an IRI, a literal or a triple term")
	}
	p.need(")>>")
	s, isS := subject.(constExpr)
	o, isO := object.(constExpr)
	if c, isP := predicate.(constExpr); isS && isP && isO {
		return constExpr{rdf.Triple(s.term, c.term, o.term)}
	}
	return callExpr{"TRIPLE", []expr{subject, predicate, object}}
}

func (p *parser) tripleOperand(what string) expr {
	if p.tok.kind == tokVar {
		return varExpr{p.needVar()}
	}
	t, ok := p.term()
	if !ok || t.Kind == rdf.BlankTerm {
		p.expected(what)
	}
	return constExpr{t}
}

func operand(s slot) expr {
	if s.isVar() {
		return varExpr{s.variable}
	}
	return constExpr{s.term}
}

// lateral reads what comes after LATERAL. What it assigns may not be in the scope
// of what comes before, of which the solutions are put into it.
func (p *parser) lateral(b *body) {
	at := p.tok.at
	right := p.groupPattern()
	known := p.sets.visible(b.done)
	for _, v := range assigned(right).list() {
		if known.has(v) {
			p.fail(at, fmt.Sprintf("?%s is bound before LATERAL and assigned within, expected a new variable", p.query.names[v]))
		}
	}
	b.done = &lateral{b.done, right}
}

// assigned are the variables of a pattern that BIND, VALUES or AS gives values.
func assigned(n node) varSet {
	var s varSet
	switch n := n.(type) {
	case *extend:
		s.add(n.variable)
	case *values:
		return setOf(n.variables...)
	case *group:
		for _, k := range n.keys {
			if k.by != nil {
				s.add(k.variable)
			}
		}
	case *project:
		inner := assigned(n.inner)
		for i, v := range n.from {
			if inner.has(v) {
				s.add(n.to[i])
			}
		}
		return s
	case *minus:
		return assigned(n.left)
	}
	for _, part := range parts(n) {
		s.addAll(assigned(part))
	}
	return s
}
