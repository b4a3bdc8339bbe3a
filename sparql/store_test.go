package sparql

import (
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// listStore is the plainest Store: lists that are read from one end to the other.
type listStore struct {
	ScanSearcher
	terms []rdf.Term
	quads []index.Quad
}

// listed copies an index, so that terms have the form that an index gives them,
// and other numbers.
func listed(x *index.Index) (*listStore, error) {
	s := &listStore{}
	s.Numbered = s
	for q, err := range x.Quads(func(rdf.Term) bool { return false }) {
		if err != nil {
			return nil, err
		}
		var row index.Quad
		for i, t := range [...]rdf.Term{q.Subject, q.Predicate, q.Object, q.Graph} {
			row[i] = s.number(t)
		}
		s.quads = append(s.quads, row)
	}
	return s, nil
}

func (s *listStore) number(t rdf.Term) index.ID {
	if t.IsZero() {
		return 0
	}
	if id, ok := s.Lookup(t); ok {
		return id
	}
	s.terms = append(s.terms, t)
	return index.ID(len(s.terms))
}

func (s *listStore) Terms() int                   { return len(s.terms) }
func (s *listStore) Len() int                     { return len(s.quads) }
func (s *listStore) View(read func() error) error { return read() }

func (s *listStore) Term(id index.ID) rdf.Term {
	if id == 0 || int(id) > len(s.terms) {
		return rdf.Term{}
	}
	return s.terms[id-1]
}

func (s *listStore) Lookup(t rdf.Term) (index.ID, bool) {
	n := slices.Index(s.terms, t)
	return index.ID(n + 1), n >= 0
}

func (s *listStore) Match(pattern index.Quad, scope index.Scope, yield func(index.Quad) bool) bool {
	seen := map[index.Quad]bool{}
	for _, q := range s.quads {
		key := q
		switch scope {
		case index.Union:
			key[index.Graph] = 0
		case index.One:
			if q[index.Graph] != pattern[index.Graph] {
				continue
			}
		case index.Each:
			if q[index.Graph] == 0 {
				continue
			}
		}
		if seen[key] || !fits(q, pattern) {
			continue
		}
		seen[key] = true
		if !yield(q) {
			return false
		}
	}
	return true
}

// fits reports whether a triple has the numbers of a pattern.
func fits(q, pattern index.Quad) bool {
	for i, id := range pattern[:index.Graph] {
		if id != 0 && id != q[i] {
			return false
		}
	}
	return true
}

// Estimate knows nothing, so that patterns are matched as they are written.
func (s *listStore) Estimate(index.Quad, index.Scope) int { return 1 }

func (s *listStore) Predicate(index.ID) index.Counts { return index.Counts{} }
func (s *listStore) Predicates() []index.ID          { return s.distinct(index.Predicate) }
func (s *listStore) Graphs() []index.ID              { return s.distinct(index.Graph) }
func (s *listStore) HasGraph(id index.ID) bool       { return slices.Contains(s.Graphs(), id) }

func (s *listStore) distinct(place int) []index.ID {
	var out []index.ID
	for _, q := range s.quads {
		if q[place] != 0 {
			out = append(out, q[place])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
