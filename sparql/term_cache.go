package sparql

import (
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// termCache is terms of the store that were read, each in a place that follows from
// its number. It grows where many are asked for.
type termCache struct {
	places []cachedTerm
	missed int // since it grew
}

type cachedTerm struct {
	id   index.ID
	term rdf.Term
}

const (
	fewestTerms = 1 << 6
	mostTerms   = 1 << 14
	// longestCached is the most bytes of a term that is kept.
	longestCached = 256
)

func (c *termCache) term(store Store, id index.ID) rdf.Term {
	if n := len(c.places); n > 0 {
		if at := &c.places[int(id)&(n-1)]; at.id == id {
			return at.term
		}
	}
	if c.missed++; c.missed > 2*len(c.places) && len(c.places) < mostTerms {
		c.places = make([]cachedTerm, max(fewestTerms, 4*len(c.places)))
		c.missed = 0
	}
	t := store.Term(id)
	if len(t.Value)+len(t.Datatype) <= longestCached {
		c.places[int(id)&(len(c.places)-1)] = cachedTerm{id, t}
	}
	return t
}
