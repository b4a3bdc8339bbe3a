package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"sort"

	"github.com/trialweave/trialweave/words"
)

// textIndex finds the literals of a segment by their words.
type textIndex struct{ *file }

// entry is where the numbers of a word stand.
type entry struct {
	count      int
	from, size int64
}

func (t *textIndex) blocks() int {
	from, to := t.section(sectionPlaces)
	return int(to-from-placeSize) / placeSize
}

// stats returns how many literals there are, and words of literals.
func (t *textIndex) stats() (literals, count int) {
	return int(t.uint64(sectionPlaces, 0)), int(t.uint64(sectionPlaces, 1))
}

// block returns a block of words, and where its numbers begin.
func (t *textIndex) block(i int) (b []byte, numbers int64) {
	from, end := t.section(sectionWords)
	to := end
	if i+1 < t.blocks() {
		to = from + int64(t.uint64(sectionPlaces, 2+2*(i+1)))
	}
	return t.bytes(from+int64(t.uint64(sectionPlaces, 2+2*i)), to), int64(t.uint64(sectionPlaces, 3+2*i))
}

// each calls yield with the words that are not less than another one, in order,
// until it returns false. A word lives for the call. Before each, tick is called.
func (t *textIndex) each(from []byte, tick func(), yield func(word []byte, e entry) bool) {
	first := sort.Search(t.blocks(), func(i int) bool {
		b, _ := t.block(i)
		r := reader{b: b}
		r.number()
		return bytes.Compare(r.skip(), from) > 0
	})
	var word []byte
	for i := max(0, first-1); i < t.blocks(); i++ {
		b, numbers := t.block(i)
		word = word[:0]
		for r := (reader{b: b}); r.at < len(b); {
			word = r.shared(word)
			e := entry{int(r.number()), numbers, int64(r.number())}
			if r.bad {
				t.damaged(t.ends[sectionNumbers], "a block that cannot be read", "words")
			}
			numbers += e.size
			tick()
			if bytes.Compare(word, from) >= 0 && !yield(word, e) {
				return
			}
		}
	}
}

// shared reads a word, of which to has the one before.
func (r *reader) shared(to []byte) []byte {
	same := r.number()
	if same > uint64(len(to)) {
		r.bad = true
		return to
	}
	return append(to[:same], r.skip()...)
}

// skip reads what has its length before it.
func (r *reader) skip() []byte {
	n := r.number()
	if n > uint64(len(r.b)-min(r.at, len(r.b))) {
		r.bad = true
		return nil
	}
	r.at += int(n)
	return r.b[r.at-int(n) : r.at]
}

// find returns the entry of a word.
func (t *textIndex) find(word []byte) (out []entry) {
	t.each(word, func() {}, func(found []byte, e entry) bool {
		if bytes.Equal(found, word) {
			out = append(out, e)
		}
		return false
	})
	return out
}

// prefixed returns the entries of all words with a prefix.
func (t *textIndex) prefixed(prefix []byte, tick func()) (out []entry) {
	t.each(prefix, tick, func(found []byte, e entry) bool {
		if !bytes.HasPrefix(found, prefix) {
			return false
		}
		out = append(out, e)
		return true
	})
	return out
}

func countOf(entries []entry) (n int) {
	for _, e := range entries {
		n += e.count
	}
	return n
}

// numbers reads the numbers of words, in order, each once.
func (t *textIndex) numbers(entries []entry) []ID {
	if len(entries) > 1 && countOf(entries) > mostSorted {
		return t.manyNumbers(entries)
	}
	out := make([]ID, 0, min(countOf(entries), int(t.end())))
	for _, e := range entries {
		t.each1(e, func(id ID) { out = append(out, id) })
	}
	if len(entries) > 1 {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// mostSorted is how many numbers of several words are put in order by sorting.
const mostSorted = 1 << 18

// manyNumbers puts numbers in order by a bit for each.
func (t *textIndex) manyNumbers(entries []entry) []ID {
	var set []uint64
	n := 0
	for _, e := range entries {
		t.each1(e, func(id ID) {
			if word := int(id / 64); word >= len(set) {
				set = append(set, make([]uint64, max(word+1-len(set), len(set)/2))...)
			}
			if bit := uint64(1) << (id % 64); set[id/64]&bit == 0 {
				set[id/64] |= bit
				n++
			}
		})
	}
	out := make([]ID, 0, n)
	for i, word := range set {
		for ; word != 0; word &= word - 1 {
			out = append(out, ID(64*i+bits.TrailingZeros64(word)))
		}
	}
	return out
}

// each1 calls yield with the numbers of a word.
func (t *textIndex) each1(e entry, yield func(ID)) {
	r := reader{b: t.bytes(e.from, e.from+e.size)}
	n := uint64(0)
	for range e.count {
		if n += r.number(); r.bad || n > uint64(noID) {
			break
		}
		yield(ID(n))
	}
	if r.bad || r.at != len(r.b) {
		t.damaged(e.from, "numbers that cannot be read", "those of a word")
	}
}

// piece returns the entries of the words that a piece may be part of, of IRIs or
// of literals.
func (t *textIndex) piece(p words.Piece, iris bool, tick func()) []entry {
	var mark []byte
	first := []byte{longMark + 1}
	if iris {
		mark, first = []byte{iriMark}, []byte{iriMark}
	}
	out := t.find(append(slices.Clone(mark), longMark))
	text := append(slices.Clone(mark), p.Text...)
	switch {
	case !p.OpenLeft && !p.OpenRight:
		return append(out, t.find(text)...)
	case !p.OpenLeft:
		return append(out, t.prefixed(text, tick)...)
	}
	t.each(first, tick, func(word []byte, e entry) bool {
		if !bytes.HasPrefix(word, mark) {
			return false
		}
		if p.Fits(word[len(mark):]) {
			out = append(out, e)
		}
		return true
	})
	return out
}

// having returns the numbers that all pieces may be in, false for more than most.
func (t *wordMatcher) having(pieces []words.Piece, iris bool, most int) ([]ID, bool) {
	var lists [][]entry
	for _, p := range pieces {
		lists = append(lists, t.piece(p, iris, t.tick))
	}
	slices.SortStableFunc(lists, func(a, b []entry) int { return cmp.Compare(countOf(a), countOf(b)) })
	if countOf(lists[0]) > most {
		return nil, false
	}
	out := t.numbers(lists[0])
	for _, list := range lists[1:] {
		const worth = 64 // looking at more costs more than it saves
		if countOf(list) <= min(worth*(len(out)+1), mostLooked) {
			out = intersection(out, t.numbers(list))
		}
	}
	return out, true
}

// mostLooked bounds the numbers of a piece that are looked at.
const mostLooked = 1 << 23

func intersection(a, b []ID) []ID {
	out := a[:0]
	for _, id := range a {
		i, ok := slices.BinarySearch(b, id)
		if b = b[i:]; ok {
			out = append(out, id)
		}
	}
	return out
}

// HasText reports whether all terms are in a text index.
func (x *Index) HasText() bool {
	return len(x.segments) > 0 && !slices.ContainsFunc(x.segments, func(s *segment) bool { return s.text == nil && s.terms.count > 0 })
}

// hasWords reports whether a part of the terms is in a text index.
func (x *Index) hasWords() bool {
	return slices.ContainsFunc(x.segments, func(s *segment) bool { return s.text != nil })
}

// Vocabulary is about how many words a look at all of them takes.
func (x *Index) Vocabulary() int {
	n := 0
	for _, s := range x.segments {
		if s.text != nil {
			n += int(s.text.count)
		}
	}
	return n
}

// Candidates returns, in order, all literals that a needle may fit, with iris
// also all IRIs: others do not contain what the needle is of. It reports false
// where there may be more than most, or where the index has no words. For reading
// see Matching.
func (x *Index) Candidates(n words.Needle, iris bool, most int, reading func(n int)) ([]ID, bool) {
	if !x.HasText() {
		return nil, false
	}
	var all []ID
	for _, pieces := range n.Any {
		if len(pieces) == 0 {
			return nil, false
		}
		for _, s := range x.segments {
			if s.text == nil {
				continue
			}
			m := &wordMatcher{s.text, reading}
			ids, ok := m.having(pieces, false, most)
			if all = append(all, ids...); !ok || len(all) > most {
				return nil, false
			}
			if !iris {
				continue
			}
			runs, ok := m.having(pieces, true, most>>iriRun)
			if all = append(all, s.irisIn(runs, n, m.tick)...); !ok || len(all) > most {
				return nil, false
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), true
}

// irisIn returns the IRIs of runs that a needle fits.
func (s *segment) irisIn(runs []ID, n words.Needle, tick func()) []ID {
	var out []ID
	scanner := words.Scanner{Tick: tick}
	var scratch []byte
	for _, run := range runs {
		for id := max(run<<iriRun, s.terms.base+1); id>>iriRun == run && s.terms.holds(id); id++ {
			tick()
			tag, key := s.terms.key(id, scratch)
			if scratch = key; tag == tagIRI && n.In(scanner.Read(string(key))) {
				out = append(out, id)
			}
		}
	}
	return out
}

// Matching returns, in order, the literals that match a query. Where the index
// has no words it reads all literals. Before that many numbers or literals are
// read, reading is called with how many; it may panic.
func (x *Index) Matching(q *words.Query, reading func(n int)) []ID {
	tick := func() { reading(1) }
	var all []ID
	for _, s := range x.segments {
		if s.text == nil {
			s.eachLiteral(tick, func(id ID, t *words.Text) {
				if q.Matches(t) {
					all = append(all, id)
				}
			})
			continue
		}
		ids, exact := (&wordMatcher{s.text, reading}).matching(q)
		if !exact {
			ids = s.verified(ids, q, tick)
		}
		all = append(all, ids...)
	}
	return all
}

// eachLiteral reads the literals of a segment.
func (s *segment) eachLiteral(tick func(), yield func(id ID, t *words.Text)) {
	scanner := words.Scanner{Tick: tick}
	s.terms.each(func(int) {}, func(id ID, tag byte, key []byte) bool {
		tick()
		if isLiteral(tag) {
			yield(id, scanner.Read(string(lexical(tag, key))))
		}
		return true
	})
}

func (s *segment) verified(ids []ID, q *words.Query, tick func()) []ID {
	scanner := words.Scanner{Tick: tick}
	return slices.DeleteFunc(ids, func(id ID) bool {
		tick()
		if !s.terms.holds(id) {
			s.text.damaged(-1, "the number of no term", "one of the dictionary")
		}
		tag, key := s.terms.key(id, nil)
		return !q.Matches(scanner.Read(string(lexical(tag, key))))
	})
}

// wordMatcher finds the literals of a query in a segment.
type wordMatcher struct {
	*textIndex
	reading func(n int)
}

func (t *wordMatcher) tick() { t.reading(1) }

// numbers reads the numbers of words, after it was asked.
func (t *wordMatcher) numbers(entries []entry) []ID {
	t.reading(countOf(entries))
	return t.textIndex.numbers(entries)
}

// matching returns the literals that may match a query, and whether all do.
func (t *wordMatcher) matching(q *words.Query) (ids []ID, exact bool) {
	switch q.Op {
	case words.Every:
		return t.every(q.Parts)
	case words.Any:
		exact = true
		for _, part := range q.Parts {
			more, ok := t.matching(part)
			t.reading(len(ids) + len(more))
			ids, exact = merged(ids, more), exact && ok
		}
		return ids, exact
	}
	exact = len(q.Words) == 1
	for i, word := range q.Words {
		entries, ok := t.entries(word, q.Prefix && i == len(q.Words)-1, t.tick)
		exact = exact && ok
		if found := t.numbers(entries); i == 0 {
			ids = found
		} else {
			ids = intersection(ids, found)
		}
	}
	return ids, exact
}

// merged is the union of two lists in order.
func merged(a, b []ID) []ID {
	out := make([]ID, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := cmp.Compare(a[0], b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// every is all parts of which some ask for words; of the others only those can
// be left out of which it is certain.
func (t *wordMatcher) every(parts []*words.Query) (ids []ID, exact bool) {
	exact = true
	first := true
	for _, part := range parts {
		if !part.Positive() {
			continue
		}
		more, ok := t.matching(part)
		exact = exact && ok
		if first {
			ids, first = more, false
		} else {
			ids = intersection(ids, more)
		}
	}
	for _, part := range parts {
		if part.Positive() {
			continue
		}
		if part.Op != words.Not || !part.Parts[0].Positive() {
			exact = false
			continue
		}
		without, ok := t.matching(part.Parts[0])
		if !ok {
			exact = false
			continue
		}
		ids = slices.DeleteFunc(ids, func(id ID) bool {
			_, found := slices.BinarySearch(without, id)
			return found
		})
	}
	return ids, exact
}

// entries are those of a word, or of all that begin with it, and whether that is
// all that they are of.
func (t *textIndex) entries(word string, prefix bool, tick func()) ([]entry, bool) {
	var out []entry
	exact := true
	if prefix || len(word) > longestWord {
		out = t.find([]byte{longMark})
		exact = len(out) == 0
	}
	switch {
	case len(word) > longestWord:
		return out, exact
	case prefix:
		return append(out, t.prefixed([]byte(word), tick)...), exact
	}
	return append(out, t.find([]byte(word))...), exact
}

// Frequency is about how many literals have a phrase: no more than have the
// rarest of its words. As for Literals, those that an update replaced count until
// the index is made anew.
func (x *Index) Frequency(phrase *words.Query, tick func()) int {
	n := 0
	for _, s := range x.segments {
		if s.text == nil {
			s.eachLiteral(tick, func(_ ID, t *words.Text) {
				if phrase.Matches(t) {
					n++
				}
			})
			continue
		}
		least := -1
		for i, word := range phrase.Words {
			entries, _ := s.text.entries(word, phrase.Prefix && i == len(phrase.Words)-1, tick)
			if c := countOf(entries); least < 0 || c < least {
				least = c
			}
		}
		n += max(0, least)
	}
	return n
}

// Literals counts the literals, and the words in them.
func (x *Index) Literals(tick func()) (literals, count int) {
	for _, s := range x.segments {
		if s.text != nil {
			l, c := s.text.stats()
			literals, count = literals+l, count+c
			continue
		}
		s.eachLiteral(tick, func(_ ID, t *words.Text) {
			literals++
			count += t.Len()
		})
	}
	return literals, count
}

// textWords gives the postings of a text index.
type textWords struct {
	*textIndex
	block int
	r     reader
	from  int64
	at    posting
}

func (t *textWords) next() *posting {
	for t.r.at == len(t.r.b) {
		if t.block == t.blocks() {
			return nil
		}
		t.r = reader{}
		t.r.b, t.from = t.textIndex.block(t.block)
		t.at.word = t.at.word[:0]
		t.block++
	}
	t.at.word = t.r.shared(t.at.word)
	count, size := int(t.r.number()), int64(t.r.number())
	if t.r.bad {
		t.damaged(t.ends[sectionNumbers], "a block that cannot be read", "words")
	}
	ids := t.numbers([]entry{{count, t.from, size}})
	_, head := binary.Uvarint(t.bytes(t.from, t.from+size))
	t.at.count, t.at.first, t.at.last = uint64(count), uint64(ids[0]), uint64(ids[len(ids)-1])
	t.at.rest = t.bytes(t.from+int64(head), t.from+size)
	t.from += size
	return &t.at
}
