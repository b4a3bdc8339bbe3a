package sparql

import "github.com/trialweave/trialweave/rdf"

// Followed is a value that a query asks for triples of: the value of a property, or a
// term. A literal is the subject of no triple.
type Followed struct {
	// Text is how the query has the value; empty for a step of a path or a blank node.
	Text string
	// Property has the value; the zero Term where Value is known.
	Property rdf.Term
	Value    rdf.Term
}

// Followed lists the values of properties, and the literals, that are the subject of a
// pattern of the same group, or whose own properties a path goes on to; each once.
func (q *Query) Followed() []Followed {
	var out unique[Followed]
	eachPart(q.root, func(n node) {
		b, ok := n.(*bgp)
		if !ok || len(out.all) >= mostAsked {
			return
		}
		properties := map[int][]rdf.Term{}
		for _, t := range b.patterns {
			if t.path == nil && t.object.isVar() && !t.predicate.isVar() && !t.matchesWords() {
				properties[t.object.variable] = append(properties[t.object.variable], t.predicate.term)
			}
			followedInPath(t.path, func(p rdf.Term) { out.add(Followed{Property: p}) })
		}
		followed := map[int]bool{}
		for _, t := range b.patterns {
			switch s := t.subject; {
			case t.matchesWords() || !follows(t.path):
			case s.isVar() && !followed[s.variable]:
				followed[s.variable] = true
				for _, p := range properties[s.variable] {
					text := ""
					if q.names[s.variable] != "" {
						text = q.variable(s.variable)
					}
					out.add(Followed{Text: text, Property: p})
				}
			case s.term.Kind == rdf.LiteralTerm:
				out.add(Followed{Text: q.shown(s.term), Value: s.term})
			}
		}
	}, func(expr) {})
	return out.all
}

// follows reports whether what a path begins at is the subject of a triple for certain;
// a pattern without a path has one.
func follows(p path) bool {
	switch p := p.(type) {
	case nil, pathIRI:
		return true
	case pathSequence:
		return follows(p.left)
	case pathRepeat:
		return !p.zero && follows(p.inner)
	case pathChoice:
		return follows(p.left) && follows(p.right)
	}
	return false
}

// followedInPath visits the properties of a path whose values have to be subjects.
func followedInPath(p path, visit func(rdf.Term)) {
	switch p := p.(type) {
	case pathSequence:
		if last, ok := lastOf(p.left).(pathIRI); ok && follows(p.right) {
			visit(last.iri)
		}
		followedInPath(p.left, visit)
		followedInPath(p.right, visit)
	case pathChoice:
		followedInPath(p.left, visit)
		followedInPath(p.right, visit)
	case pathRepeat:
		followedInPath(p.inner, visit)
	} // an inverse goes the other way
}

// lastOf is the last step of a path.
func lastOf(p path) path {
	for {
		s, ok := p.(pathSequence)
		if !ok {
			return p
		}
		p = s.right
	}
}
