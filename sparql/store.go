package sparql

import (
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/words"
)

// Store is a dataset that queries can be asked of: terms that are numbered from
// 1, and quads of their numbers, where the number 0 is the default graph. An
// *index.Index is one. A Store does not change while a query is asked of it, and
// may be asked by several goroutines.
type Store interface {
	// Terms counts the terms; their numbers are 1 to Terms.
	Terms() int
	// Term returns a term by its number.
	Term(id index.ID) rdf.Term
	// Lookup returns the number of a term, and whether the store has it. Language
	// tags are in lower case.
	Lookup(t rdf.Term) (index.ID, bool)

	// Len counts the quads.
	Len() int
	// Match calls yield with every quad that fits a pattern, of which the places
	// that are 0 fit any number, until yield returns false; then it returns false,
	// too. A pattern may have numbers that no term has. The scope says which graphs
	// are matched in, as for [index.Index.Match].
	Match(pattern index.Quad, scope index.Scope, yield func(index.Quad) bool) bool
	// Estimate is about how many quads fit a pattern. Query plans are made of it.
	Estimate(pattern index.Quad, scope index.Scope) int
	// Predicates returns the predicates of the quads, and Predicate how many quads
	// one has, about, and different subjects and objects.
	Predicates() []index.ID
	Predicate(id index.ID) index.Counts
	// Graphs returns the named graphs that have quads, in the order of their
	// numbers, and HasGraph reports whether one has.
	Graphs() []index.ID
	HasGraph(id index.ID) bool

	// View calls read, in which the store is read: all of a query happens in it. It
	// returns what read does, or why the store could not be read.
	View(read func() error) error

	Searcher
}

// Searcher finds terms by the words in them. [ScanSearcher] is one for stores that
// have no index of words.
type Searcher interface {
	// HasText reports whether there is an index of words.
	HasText() bool
	// Vocabulary is about how many words the index has.
	Vocabulary() int
	// Candidates returns, in order, all literals that may contain what the needle
	// is of, with iris also all IRIs. It reports false where that is not known, or
	// where there may be more than most. For reading see Matching.
	Candidates(n words.Needle, iris bool, most int, reading func(n int)) ([]index.ID, bool)
	// Matching returns, in order, the literals that match. Before many numbers or
	// literals are read it calls reading with how many; that may panic.
	Matching(q *words.Query, reading func(n int)) []index.ID
	// Frequency is about how many literals a phrase is in.
	Frequency(phrase *words.Query, tick func()) int
	// Literals counts the literals, and the words in them.
	Literals(tick func()) (literals, count int)
	// Texts calls yield with each term's number and bytes that its text is in: an
	// IRI, a label, or the lexical form of a literal, before which its language or
	// datatype may stand. They live for the call. For reading see Matching.
	Texts(reading func(n int), yield func(id index.ID, text []byte))
}

// ScanSearcher searches a store that has no index of words by reading all terms: a
// type that embeds it has a [Searcher].
type ScanSearcher struct {
	// Numbered are the terms of the store.
	Numbered interface {
		Terms() int
		Term(id index.ID) rdf.Term
	}
}

// HasText returns false.
func (ScanSearcher) HasText() bool { return false }

// Vocabulary returns 0.
func (ScanSearcher) Vocabulary() int { return 0 }

// Candidates knows none.
func (ScanSearcher) Candidates(words.Needle, bool, int, func(int)) ([]index.ID, bool) {
	return nil, false
}

// Matching reads all literals.
func (r ScanSearcher) Matching(q *words.Query, reading func(n int)) []index.ID {
	var all []index.ID
	r.each(func() { reading(1) }, func(id index.ID, t *words.Text) {
		if q.Matches(t) {
			all = append(all, id)
		}
	})
	return all
}

// Frequency reads all literals.
func (r ScanSearcher) Frequency(phrase *words.Query, tick func()) int {
	return len(r.Matching(phrase, func(int) { tick() }))
}

// Literals reads all literals.
func (r ScanSearcher) Literals(tick func()) (literals, count int) {
	r.each(tick, func(_ index.ID, t *words.Text) {
		literals++
		count += t.Len()
	})
	return literals, count
}

// Texts reads all terms.
func (r ScanSearcher) Texts(reading func(n int), yield func(id index.ID, text []byte)) {
	for id := index.ID(1); int(id) <= r.Numbered.Terms(); id++ {
		reading(1)
		yield(id, []byte(r.Numbered.Term(id).Value))
	}
}

func (r ScanSearcher) each(tick func(), yield func(index.ID, *words.Text)) {
	scanner := words.Scanner{Tick: tick}
	for id := index.ID(1); int(id) <= r.Numbered.Terms(); id++ {
		tick()
		if t := r.Numbered.Term(id); t.Kind == rdf.LiteralTerm {
			yield(id, scanner.Read(t.Value))
		}
	}
}
