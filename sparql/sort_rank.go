package sparql

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/index"
)

// sorted returns the rows by number in their order. Of each key the different values
// are sorted, and then the rows by the ranks of their values, several in a word.
func (s *sorter) sorted() []uint32 {
	order := make([]uint32, s.rows.count)
	for i := range order {
		order[i] = uint32(i)
	}
	var words [][]uint64
	left := 0 // bits of the last word
	at := len(s.e.query.names)
	for _, k := range s.by {
		var ranks []uint32
		var most uint32
		if v, ok := k.by.(varExpr); ok {
			ranks, most = s.ranks(v.variable, s.e.valueFor)
		} else {
			ranks, most = s.ranks(at, func(n index.ID) value { return s.made[n] })
			at++
		}
		size := bits.Len32(most)
		if size == 0 {
			continue
		}
		if size > left {
			words, left = append(words, make([]uint64, len(order))), 64
		}
		left -= size
		last := words[len(words)-1]
		for i, rank := range ranks {
			if k.descending {
				rank = most - rank
			}
			last[i] |= uint64(rank) << left
		}
	}
	for _, word := range slices.Backward(words) {
		s.sortBy(word, order)
	}
	return order
}

// sortBy sorts rows by a word of each, and leaves those of the same one as they are.
func (s *sorter) sortBy(word []uint64, order []uint32) {
	type place struct {
		word    uint64
		at, row uint32
	}
	places := make([]place, len(order))
	for at, row := range order {
		places[at] = place{word[row], uint32(at), row}
	}
	slices.SortFunc(places, func(a, b place) int {
		s.e.tick()
		switch {
		case a.word < b.word:
			return -1
		case a.word > b.word:
			return 1
		}
		return cmp.Compare(a.at, b.at)
	})
	for at := range places {
		order[at] = places[at].row
	}
}

// valueFor is the value of a number of a variable, of none for 0.
func (e *evaluator) valueFor(id index.ID) value {
	if id == 0 {
		return value{}
	}
	return valueOf(e.term(id))
}

// ranks returns for each row where the value of a column stands among the different
// ones, and the last such place. Values that are equal in the order share one.
func (s *sorter) ranks(column int, valueOf func(index.ID) value) (ranks []uint32, most uint32) {
	numbers, ids := map[index.ID]uint32{}, []index.ID(nil)
	ranks = make([]uint32, s.rows.count)
	var last index.ID
	var number uint32
	for i := range ranks {
		if id := s.rows.row(i)[column]; id != last || i == 0 {
			var known bool
			if number, known = numbers[id]; !known {
				number = uint32(len(ids))
				numbers[id] = number
				ids = append(ids, id)
			}
			last = id
		}
		ranks[i] = number
	}
	of, most := s.rankValues(ids, valueOf)
	for i, number := range ranks {
		ranks[i] = of[number]
	}
	return ranks, most
}

// ranked is a value on its way to its rank, with the beginning of its text where all
// values are texts or IRIs.
type ranked struct {
	begins uint64
	value  *value
	number uint32
}

// rankValues returns the ranks of values, by the places of their numbers.
func (s *sorter) rankValues(ids []index.ID, valueOf func(index.ID) value) (ranks []uint32, most uint32) {
	defer s.e.release(s.e.held)
	values, all := make([]value, len(ids)), make([]ranked, len(ids))
	for i, id := range ids {
		values[i] = valueOf(id)
		all[i] = ranked{value: &values[i], number: uint32(i)}
		if s.e.opts.Temp == "" {
			s.e.holdBytes(bytesOfKey + len(values[i].term.Value))
		}
	}
	compare := orderRanked
	if textsAlone(all) {
		compare = func(a, b *ranked) int { return strings.Compare(a.value.term.Value, b.value.term.Value) }
	}
	slices.SortFunc(all, func(a, b ranked) int {
		s.e.tick()
		if a.begins != b.begins {
			return cmp.Compare(a.begins, b.begins)
		}
		return compare(&a, &b)
	})
	ranks = make([]uint32, len(ids))
	for i := range all {
		if i > 0 && (all[i].begins != all[i-1].begins || compare(&all[i], &all[i-1]) != 0) {
			most++
		}
		ranks[all[i].number] = most
	}
	return ranks, most
}

func orderRanked(a, b *ranked) int {
	if a.value.kind == kindInteger && b.value.kind == kindInteger {
		return a.value.exact.Cmp(b.value.exact)
	}
	return orderValues(*a.value, *b.value)
}

// textsAlone reports whether all values are strings, or all are IRIs, and then sets
// how each begins behind what all begin with.
func textsAlone(all []ranked) bool {
	if len(all) == 0 || all[0].value.kind != kindString && all[0].value.kind != kindIRI {
		return false
	}
	first := all[0].value
	same := len(first.term.Value)
	for _, r := range all {
		if r.value.kind != first.kind {
			return false
		}
		text := r.value.term.Value
		same = min(same, len(text))
		for i := range same {
			if text[i] != first.term.Value[i] {
				same = i
				break
			}
		}
	}
	for i := range all {
		var b [8]byte
		copy(b[:], all[i].value.term.Value[same:])
		all[i].begins = binary.BigEndian.Uint64(b[:])
	}
	return true
}
