package main

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// What is looked at of a query before it runs is bounded: a query may be of a hundred
// thousand terms, none of which is in the data.
const (
	// mostSought is how many times a word is sought that may be meant.
	mostSought = 100
	// longestSought is the longest word for which another is sought.
	longestSought = 100
	// mostNames is among how many words one is sought.
	mostNames = 1000
	// mostDoubts is how many warnings are listed.
	mostDoubts = 100
)

// doubting looks at a query for what it may find less of than expected. Its time is in
// proportion to the length of the query, and it ends with its context, which is that of
// the query.
type doubting struct {
	ctx       context.Context
	q         *sparql.Query
	x         *index.Index
	services  []string // that may be asked
	mentions  []sparql.Mention
	iris      []rdf.Term // in patterns and VALUES, and the properties
	constants []rdf.Term
	known     map[rdf.Term]bool // whether the data has a term of the query
	misnamed  map[string]bool   // terms that are reported with the one that is meant
	values    map[rdf.Term]map[string]rdf.Term
	names     map[string][]string // of the properties of the data, by namespace
	out       []string
	seen      map[string]bool
	unfit     map[string]bool // functions whose arguments are warned of
	more      int             // that out does not have
	sought    int
	unsought  int
	steps     int
}

func newDoubting(ctx context.Context, q *sparql.Query, x *index.Index) *doubting {
	d := &doubting{ctx: ctx, q: q, x: x, known: map[rdf.Term]bool{}, values: map[rdf.Term]map[string]rdf.Term{}, seen: map[string]bool{}, unfit: map[string]bool{}, misnamed: map[string]bool{}}
	d.mentions, d.iris = q.Mentions()
	d.constants = q.Constants()
	listed := map[rdf.Term]bool{}
	for _, t := range d.iris {
		listed[t] = true
	}
	for _, m := range d.mentions {
		if !listed[m.Property] {
			listed[m.Property] = true
			d.iris = append(d.iris, m.Property)
		}
	}
	return d
}

// look looks for everything.
func (d *doubting) look() {
	for _, at := range []func(){
		d.unknownTerms, d.unknownNodes, d.misused, d.illTyped, d.otherDatatypes, d.unfitPairs, d.unfitArguments, d.failing,
		d.impossibleCodes, d.followedLiterals, d.otherSchemes, d.foreignProperties, d.unboundVariables, d.unknownGraphs, d.silentServices,
	} {
		at()
	}
}

// looked yields what is looked at, one after the other, until the time is over.
func looked[T any](d *doubting, list []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, item := range list {
			d.steps++
			if d.ctx.Err() != nil || !yield(item) {
				return
			}
		}
	}
}

// has is [has] of a term of the query, which is asked for once.
func (d *doubting) has(t rdf.Term) bool {
	is, ok := d.known[t]
	if !ok {
		d.steps++
		is = has(d.x, t)
		d.known[t] = is
	}
	return is
}

// mayAsk reports whether a word that is meant by another may be sought.
func (d *doubting) mayAsk(word string) bool {
	if len(word) > longestSought {
		return false
	}
	if d.sought == mostSought {
		d.unsought++
		return false
	}
	d.sought++
	return true
}

// meantCode is the code of a scheme that a text may mean.
func (d *doubting) meantCode(scheme, text string) string {
	if !d.mayAsk(text) {
		return ""
	}
	return model.Default().MeantCode(scheme, text)
}

// add adds a warning, if it is a new one.
func (d *doubting) add(text string) {
	switch {
	case d.seen[text]:
		return
	case len(d.out) < mostDoubts:
		d.out = append(d.out, text)
	default:
		d.more++
	}
	d.seen[text] = true
}

// list returns the warnings, in order, and says how many are left out.
func (d *doubting) list() []string {
	slices.Sort(d.out)
	if d.more > 0 {
		d.out = append(d.out, countOf(d.more, "more warning")+", not listed here")
	}
	if d.unsought > 0 {
		d.out = append(d.out, fmt.Sprintf("similar names were sought for the first %d unknown names, and not for %d more", mostSought, d.unsought))
	}
	return d.out
}
