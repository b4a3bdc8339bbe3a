package search

import (
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Index answers queries.
type Index struct {
	names    []string
	postings map[string]*posting
	words    []string // sorted
	values   []map[string]uint32
	list     []Value
	starts   []uint32
	has      []uint32
	order    []uint32 // documents in the reverse order of their names
	rank     []uint32 // the place of each document in it
	left     int
	bytes    int
	states   sync.Pool
}

// Len counts the documents.
func (x *Index) Len() int { return len(x.names) }

// Left counts the texts that were not read, since memory was short.
func (x *Index) Left() int { return x.left }

// Bytes is about how much memory the index takes.
func (x *Index) Bytes() int { return x.bytes }

// Bounds of the work of a query.
const (
	maxExpansion = 2000   // words that one with an asterisk stands for
	maxOffset    = 10_000 // hits before those that are returned
	maxLimit     = 1000
	checkEvery   = 4096
)

// state is what one search needs for each document: how many of the words it
// has, and its score.
type state struct {
	matched []uint16
	score   []float32
}

// Search answers a query. It ends early with the error of ctx.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	var out Result
	words := parsed(q.Words)
	wanted, known := x.wanted(q.Values)
	s := x.state()
	defer x.states.Put(s)
	for i, w := range words {
		if !x.match(s, uint16(i), w) { //nolint:gosec // at most maxWords
			out.Unknown = append(out.Unknown, w.text)
		}
	}
	if signs := strings.Trim(q.Words, " \t\r\n*"); len(words) == 0 && signs != "" {
		out.Unknown = append(out.Unknown, signs)
	}
	if len(out.Unknown) > 0 || !known {
		out.Counts = make([][]Count, len(x.values))
		return out, ctx.Err()
	}
	top := &best{index: x, score: s.score, most: min(max(q.Offset, 0), maxOffset) + min(max(q.Limit, 0), maxLimit)}
	counts := make([]uint32, len(x.list))
	for place, doc := range x.order {
		if place%checkEvery == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		values := x.has[x.starts[doc]:x.starts[doc+1]]
		if int(s.matched[doc]) != len(words) {
			continue
		}
		facet, lacks := lacking(values, wanted)
		if lacks > 1 {
			continue
		}
		for _, v := range values {
			if lacks == 0 || x.list[v].Facet == facet {
				counts[v]++
			}
		}
		if lacks == 0 {
			out.Total++
			top.add(doc)
		}
	}
	for _, doc := range top.sorted(min(max(q.Offset, 0), maxOffset)) {
		out.Names = append(out.Names, x.names[doc])
	}
	out.Counts = x.counted(counts, q.Most)
	return out, nil
}

func (x *Index) state() *state {
	s, ok := x.states.Get().(*state)
	if !ok {
		return &state{matched: make([]uint16, len(x.names)), score: make([]float32, len(x.names))}
	}
	clear(s.matched)
	clear(s.score)
	return s
}

// word is a word of a query.
type word struct {
	text   string
	prefix bool
}

func parsed(text string) []word {
	var out []word
	eachWord(text, func(w string, asterisk bool) {
		if at := (word{w, asterisk}); len(out) < maxWords && !slices.Contains(out, at) {
			out = append(out, at)
		}
	})
	return out
}

// wanted are the numbers of the values of which documents must have one, by
// facet. Known is false where there is no such facet.
func (x *Index) wanted(values []Value) (numbers map[int][]uint32, known bool) {
	numbers = map[int][]uint32{}
	for _, v := range values {
		if v.Facet < 0 || v.Facet >= len(x.values) {
			return nil, false
		}
		of := numbers[v.Facet]
		if number, ok := x.values[v.Facet][v.Value]; ok {
			of = append(of, number)
		}
		numbers[v.Facet] = of
	}
	return numbers, true
}

// lacking counts the facets of which a document has none of the wanted values,
// and returns one of them.
func lacking(have []uint32, wanted map[int][]uint32) (facet, count int) {
	for f, values := range wanted {
		if !slices.ContainsFunc(values, func(v uint32) bool { return slices.Contains(have, v) }) {
			facet, count = f, count+1
		}
	}
	return facet, count
}

// match notes the documents of a word, the i-th of the query, and reports
// whether there are any.
func (x *Index) match(s *state, i uint16, w word) bool {
	if !w.prefix {
		p := x.postings[w.text]
		if p != nil {
			x.note(s, i, p)
		}
		return p != nil
	}
	at, found := sort.SearchStrings(x.words, w.text), false
	for n := 0; n < maxExpansion && at < len(x.words) && strings.HasPrefix(x.words[at], w.text); n++ {
		x.note(s, i, x.postings[x.words[at]])
		at, found = at+1, true
	}
	return found
}

// note adds the documents of a posting that have all words before the i-th.
func (x *Index) note(s *state, i uint16, p *posting) {
	rarity := float32(math.Log1p(float64(len(x.names)) / float64(p.count)))
	doc := uint32(0)
	for packed := p.packed; len(packed) > 0; {
		v, n := binary.Uvarint(packed)
		packed = packed[n:]
		doc += uint32(v >> 2) //nolint:gosec // as it was packed
		at := doc - 1
		add := rarity * weights[v&3]
		switch s.matched[at] {
		case i:
			s.matched[at] = i + 1
			s.score[at] += add
		case i + 1: // another word of the same prefix
			s.score[at] += add / 8
		}
	}
}

// best keeps the documents of the highest score: a heap with the worst on top.
type best struct {
	index *Index
	score []float32
	most  int
	docs  []uint32
}

func (b *best) Len() int           { return len(b.docs) }
func (b *best) Swap(i, j int)      { b.docs[i], b.docs[j] = b.docs[j], b.docs[i] }
func (b *best) Less(i, j int) bool { return b.compare(b.docs[i], b.docs[j]) > 0 }
func (b *best) Push(doc any)       { b.docs = append(b.docs, doc.(uint32)) }
func (b *best) Pop() any {
	last := b.docs[len(b.docs)-1]
	b.docs = b.docs[:len(b.docs)-1]
	return last
}

// compare orders by score, the best first, then by name.
func (b *best) compare(i, j uint32) int {
	return cmp.Or(cmp.Compare(b.score[j], b.score[i]), cmp.Compare(b.index.rank[i], b.index.rank[j]))
}

func (b *best) add(doc uint32) {
	switch {
	case len(b.docs) < b.most:
		heap.Push(b, doc)
	case b.most > 0 && b.compare(doc, b.docs[0]) < 0:
		b.docs[0] = doc
		heap.Fix(b, 0)
	}
}

// sorted returns the documents after the first ones, the best first.
func (b *best) sorted(offset int) []uint32 {
	slices.SortFunc(b.docs, b.compare)
	return b.docs[min(offset, len(b.docs)):]
}

// counted sorts the counts of values by facet, the most frequent first.
func (x *Index) counted(counts []uint32, most int) [][]Count {
	out := make([][]Count, len(x.values))
	if most <= 0 {
		return out
	}
	for number, n := range counts {
		if v := x.list[number]; n > 0 {
			out[v.Facet] = append(out[v.Facet], Count{v.Value, int(n)})
		}
	}
	for i, list := range out {
		slices.SortFunc(list, func(a, b Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
		out[i] = list[:min(most, len(list))]
	}
	return out
}
