package rdf

import "hash/maphash"

// Vocabulary is IRIs that many batches name: predicates, classes, datatypes. It has
// to be complete before a batch refers to it, and may then be used from several
// goroutines.
type Vocabulary struct {
	iris  []string
	seed  maphash.Seed
	slots []uint32 // numbers by hash, 0 for none
}

// leastSlots is how many slots a table of numbers has at least.
const leastSlots = 256

// Add returns the number of an IRI, from 1 on, which is a new one if it was not
// there.
func (v *Vocabulary) Add(iri string) uint32 {
	if 4*len(v.iris) >= len(v.slots) {
		v.grow()
	}
	at := v.slot(iri, v.hash(iri))
	if v.slots[at] == 0 {
		v.iris = append(v.iris, iri)
		v.slots[at] = uint32(len(v.iris)) //nolint:gosec // some thousand
	}
	return v.slots[at]
}

func (v *Vocabulary) grow() {
	if len(v.slots) == 0 {
		v.seed = maphash.MakeSeed()
	}
	v.slots = make([]uint32, max(leastSlots, 2*len(v.slots)))
	for i, iri := range v.iris {
		v.slots[v.slot(iri, v.hash(iri))] = uint32(i + 1) //nolint:gosec // some thousand
	}
}

func (v *Vocabulary) hash(iri string) uint32 {
	return uint32(maphash.String(v.seed, iri)) //nolint:gosec // half of it is enough
}

// slot is where the number of an IRI is, or would be.
func (v *Vocabulary) slot(iri string, hash uint32) int {
	mask := len(v.slots) - 1
	at := int(hash) & mask
	for v.slots[at] != 0 && v.iris[v.slots[at]-1] != iri {
		at = (at + 1) & mask
	}
	return at
}

// find returns the number of an IRI, 0 for none.
func (v *Vocabulary) find(iri string, hash uint32) uint32 {
	if v == nil || len(v.slots) == 0 {
		return 0
	}
	return v.slots[v.slot(iri, hash)]
}

// Len is how many IRIs there are; a nil vocabulary has none.
func (v *Vocabulary) Len() int {
	if v == nil {
		return 0
	}
	return len(v.iris)
}

// IRI returns the IRI of a number.
func (v *Vocabulary) IRI(n uint32) string { return v.iris[n-1] }
