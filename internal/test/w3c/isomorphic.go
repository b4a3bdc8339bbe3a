package w3c

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// Isomorphic reports whether two datasets are the same but for the labels of
// blank nodes. It colours the nodes by what stands around them and then tries
// the pairs of one colour, which is quick enough for tests and shares nothing
// with the canonical form that it serves to check.
func Isomorphic(a, b []rdf.Quad) bool {
	left, right := distinct(a), distinct(b)
	if len(left) != len(right) {
		return false
	}
	s := matcher{right: right, of: make(map[rdf.Term]rdf.Term), used: make(map[rdf.Term]bool)}
	leftColours, rightColours := colours(left), colours(right)
	if len(leftColours) != len(rightColours) {
		return false
	}
	for node, colour := range leftColours {
		s.nodes = append(s.nodes, candidateSet{node: node})
		last := &s.nodes[len(s.nodes)-1]
		for other, otherColour := range rightColours {
			if colour == otherColour {
				last.others = append(last.others, other)
			}
		}
	}
	slices.SortFunc(s.nodes, func(x, y candidateSet) int { return len(x.others) - len(y.others) })
	return s.match(0, left)
}

func distinct(quads []rdf.Quad) map[rdf.Quad]bool {
	set := make(map[rdf.Quad]bool, len(quads))
	for _, q := range quads {
		set[q] = true
	}
	return set
}

type candidateSet struct {
	node   rdf.Term
	others []rdf.Term
}

type matcher struct {
	right map[rdf.Quad]bool
	nodes []candidateSet
	of    map[rdf.Term]rdf.Term
	used  map[rdf.Term]bool
}

func (m *matcher) match(i int, left map[rdf.Quad]bool) bool {
	if i == len(m.nodes) {
		return m.holds(left)
	}
	for _, other := range m.nodes[i].others {
		if m.used[other] {
			continue
		}
		m.of[m.nodes[i].node], m.used[other] = other, true
		if m.match(i+1, left) {
			return true
		}
		delete(m.used, other)
	}
	return false
}

func (m *matcher) holds(left map[rdf.Quad]bool) bool {
	for q := range left {
		if !m.right[rename(q, func(t rdf.Term) rdf.Term { return m.of[t] })] {
			return false
		}
	}
	return true
}

func rename(q rdf.Quad, name func(rdf.Term) rdf.Term) rdf.Quad {
	for _, t := range []*rdf.Term{&q.Subject, &q.Object, &q.Graph} {
		*t = renamed(*t, name)
	}
	return q
}

// renamed also looks into triple terms.
func renamed(t rdf.Term, name func(rdf.Term) rdf.Term) rdf.Term {
	if t.Kind == rdf.BlankTerm {
		return name(t)
	}
	if s, p, o, ok := t.Triple(); ok {
		return rdf.Triple(renamed(s, name), p, renamed(o, name))
	}
	return t
}

// colours tells the blank nodes of a dataset apart by their surroundings, as
// far as ever more rounds of looking at the neighbours can.
func colours(quads map[rdf.Quad]bool) map[rdf.Term]string {
	colour := make(map[rdf.Term]string)
	for q := range quads {
		rename(q, func(t rdf.Term) rdf.Term { colour[t] = "start"; return t })
	}
	for kinds := 0; ; {
		next := make(map[rdf.Term]string)
		for node, seen := range round(quads, colour) {
			slices.Sort(seen)
			sum := sha256.Sum256([]byte(colour[node] + "\n" + strings.Join(seen, "\n")))
			next[node] = string(sum[:])
		}
		colour = next
		if count := distinctColours(colour); count > kinds {
			kinds = count
			continue
		}
		return colour
	}
}

func round(quads map[rdf.Quad]bool, colour map[rdf.Term]string) map[rdf.Term][]string {
	seen := make(map[rdf.Term][]string)
	for q := range quads {
		rename(q, func(self rdf.Term) rdf.Term {
			view := rename(q, func(t rdf.Term) rdf.Term {
				if t == self {
					return rdf.Blank("self")
				}
				return rdf.String(colour[t])
			})
			seen[self] = append(seen[self], view.String())
			return self
		})
	}
	return seen
}

func distinctColours(colour map[rdf.Term]string) int {
	set := make(map[string]bool)
	for _, c := range colour {
		set[c] = true
	}
	return len(set)
}
