package index

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/trialweave/trialweave/rdf"
)

// PackLines fills a packet with a document in N-Triples or N-Quads, or a part of one
// that the options name; unlike Pack it checks as rdf.Read does. Labels of blank nodes
// get label before them. It returns how many statements there were; the error is that
// of reading.
func (p *Packer) PackLines(into *Packet, text []byte, f rdf.Format, o *rdf.ReadOptions, label string) (quads int, err error) {
	p.begin(into, nil)
	var subject, graph memo
	for l, err := range rdf.ReadLines(bytes.NewReader(text), f, o) {
		if err != nil {
			return 0, err
		}
		p.again(&subject, l.Subject, label)
		p.again(&graph, l.Graph, label)
		q := row{Subject: subject.id, Predicate: p.term(l.Predicate, label), Object: p.term(l.Object, label), Graph: graph.id}
		if q[Subject] == 0 || q[Predicate] == 0 || q[Object] == 0 {
			return 0, fmt.Errorf("line %d: %w", l.Number, errNoTerm)
		}
		into.quads = append(into.quads, q)
	}
	return len(into.quads), nil
}

var errNoTerm = errors.New("the reader's own form of a term, expected one that can be parsed")

// again sets a memo to a term, unless it is that; it has the number 0 where there is
// none.
func (p *Packer) again(m *memo, b []byte, label string) {
	switch {
	case len(b) == 0:
		m.id, m.text = 0, m.text[:0]
	case !bytes.Equal(m.text, b):
		m.id, m.text = p.term(b, label), append(m.text[:0], b...)
	}
}

// term numbers a term in canonical form.
func (p *Packer) term(b []byte, label string) uint32 {
	switch {
	case b[0] == '"':
		quote, escaped := closing(b)
		return p.quoted(b, quote, escaped)
	case b[0] == '_' && label != "":
		p.scratch = append(append(p.scratch[:0], label...), b[len("_:"):]...)
		return p.intern(tagBlank, p.scratch)
	case !bytes.HasPrefix(b, []byte("<<")):
		return p.resource(b)
	case label == "":
		return p.other(b)
	}
	t, err := rdf.ParseTerm(b)
	if err != nil {
		return 0
	}
	tag, key := appendKey(p.scratch[:0], t.Relabel(func(old string) string { return label + old }))
	p.scratch = key
	return p.intern(tag, key)
}
