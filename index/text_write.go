package index

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/trialweave/trialweave/words"
)

// A text index is a list of numbers for each word: of the literals that have
// it and, for words of IRIs, of runs of terms one of which does. It says where
// to look; what a text is like, the dictionary says.
const (
	// iriMark stands before a word of IRIs.
	iriMark = 0
	// longMark stands for all words that are too long to be kept.
	longMark = 1
	// longestWord is how many bytes a word may have.
	longestWord = 64
	// iriRun is how many bits of a number are left out for an IRI.
	iriRun = 8
)

// wordTable collects the words of the terms of a chunk.
type wordTable struct {
	scanner words.Scanner
	table   []uint32 // number of a word, from 1, by its hash
	words   []collected
	text    []byte  // the words, one after the other
	found   []found // in the sequence of their numbers
	iri     []byte  // that came last
	at      uint32  // its run
	key     []byte
	literals,
	count uint64 // literals, and words of literals
}

// collected is a word of a table.
type collected struct {
	hash, end, last, count uint32
}

// found is a number for a word.
type found struct{ word, number uint32 }

func (t *wordTable) reset() {
	clear(t.table)
	t.words, t.text, t.found, t.iri, t.at = t.words[:0], t.text[:0], t.found[:0], t.iri[:0], 0
}

// mostFound is how many numbers are collected before they are written.
const mostFound = 4 << 20

// add notes the words of a term. Numbers come in order.
func (t *wordTable) add(id ID, tag byte, key []byte) {
	switch tag {
	case tagIRI:
		t.addIRI(uint32(id>>iriRun), key)
	case tagBlank, tagTriple:
	default:
		t.literals++
		words.Each(&t.scanner, lexical(tag, key), func(word []byte, _, _ int) {
			t.count++
			t.note(word, uint32(id))
		})
	}
}

// addIRI notes the words from the one on in which an IRI differs from the one
// before it of the same run: the others are there.
func (t *wordTable) addIRI(run uint32, key []byte) {
	from := 0
	if run == t.at {
		for from < min(len(key), len(t.iri)) && key[from] == t.iri[from] {
			from++
		}
		for from > 0 && key[from-1] != '/' {
			from--
		}
	}
	t.iri, t.at = append(t.iri[:from], key[from:]...), run
	words.Each(&t.scanner, key[from:], func(word []byte, _, _ int) {
		t.key = append(append(t.key[:0], iriMark), word...)
		t.note(t.key, run)
	})
}

// lexical is the text of a literal.
func lexical(tag byte, key []byte) []byte {
	if hasPrefix(tag) {
		n, size := binary.Uvarint(key)
		if size <= 0 || n > uint64(len(key)-size) {
			return nil
		}
		return key[size+int(n):]
	}
	return key
}

func (t *wordTable) note(word []byte, number uint32) {
	if len(word) > longestWord {
		if word[0] == iriMark {
			word = []byte{iriMark, longMark}
		} else {
			word = []byte{longMark}
		}
	}
	n := t.number(word)
	w := &t.words[n]
	if w.count > 0 && w.last == number {
		return
	}
	w.last = number
	w.count++
	t.found = append(t.found, found{n, number})
}

func (t *wordTable) number(word []byte) uint32 {
	if 4*len(t.words) >= 3*len(t.table) {
		t.grow()
	}
	hash := digestOf(0, word)[0]
	mask := uint32(len(t.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		n := t.table[i]
		if n == 0 {
			t.text = append(t.text, word...)
			t.words = append(t.words, collected{hash: hash, end: uint32(len(t.text))})
			t.table[i] = uint32(len(t.words))
			return uint32(len(t.words) - 1)
		}
		if t.words[n-1].hash == hash && bytes.Equal(t.word(n-1), word) {
			return n - 1
		}
	}
}

func (t *wordTable) grow() {
	t.table = make([]uint32, max(1<<12, 2*len(t.table)))
	mask := uint32(len(t.table) - 1)
	for n := range t.words {
		i := t.words[n].hash & mask
		for t.table[i] != 0 {
			i = (i + 1) & mask
		}
		t.table[i] = uint32(n + 1)
	}
}

func (t *wordTable) word(n uint32) []byte {
	from := uint32(0)
	if n > 0 {
		from = t.words[n-1].end
	}
	return t.text[from:t.words[n].end]
}

// posting is a word with its numbers: the first and, as differences, the rest.
type posting struct {
	word               []byte
	count, first, last uint64
	rest               []byte
}

// postings calls yield with each word in order. A posting lives for the call.
func (t *wordTable) postings(yield func(*posting)) {
	order := make([]uint32, len(t.words))
	starts := make([]uint32, len(t.words)+1)
	for n := range t.words {
		order[n] = uint32(n)
		starts[n+1] = starts[n] + t.words[n].count
	}
	numbers := make([]uint32, len(t.found))
	for _, f := range t.found {
		numbers[starts[f.word]] = f.number
		starts[f.word]++
	}
	slices.SortFunc(order, func(a, b uint32) int { return bytes.Compare(t.word(a), t.word(b)) })
	var p posting
	for _, n := range order {
		all := numbers[starts[n]-t.words[n].count : starts[n]]
		p = posting{t.word(n), uint64(len(all)), uint64(all[0]), uint64(all[len(all)-1]), p.rest[:0]}
		for i, number := range all[1:] {
			p.rest = binary.AppendUvarint(p.rest, uint64(number-all[i]))
		}
		yield(&p)
	}
}

// textRuns are the words of chunks, one after the other, in a file that does not
// outlive the writer.
type textRuns struct {
	runs
	table wordTable
}

func newTextRuns(in *workspace, what string) (*textRuns, error) {
	r, err := newRuns(in, what, nil)
	if err != nil {
		return nil, err
	}
	return &textRuns{runs: *r}, nil
}

// remove closes and removes the file; it may be called again.
func (r *textRuns) remove() error {
	if r == nil {
		return nil
	}
	return r.runs.remove()
}

// merge writes the words of all chunks.
func (r *textRuns) merge(ctx context.Context, in *workspace) (uint32, error) {
	literals, count := r.table.literals, r.table.count
	r.table = wordTable{}
	seal, err := writeText(ctx, in, r.wordSources(), literals, count)
	return seal, errors.Join(err, r.remove())
}

// spill writes what the table has collected.
func (r *textRuns) spill() error {
	to := bufio.NewWriterSize(r.file, 256<<10)
	end := r.end()
	var head []byte
	r.table.postings(func(p *posting) {
		head = binary.AppendUvarint(head[:0], uint64(len(p.word)))
		head = append(head, p.word...)
		for _, v := range [...]uint64{p.count, p.first, p.last, uint64(len(p.rest))} {
			head = binary.AppendUvarint(head, v)
		}
		_, _ = to.Write(head) // the error stays with the writer
		_, _ = to.Write(p.rest)
		end += int64(len(head) + len(p.rest))
		r.count++
	})
	r.ends = append(r.ends, end)
	r.table.reset()
	return to.Flush()
}

// wordSource gives postings in the order of their words. One lives until the
// next; nil is the end. What goes wrong is a panic.
type wordSource interface{ next() *posting }

func (r *textRuns) wordSources() []wordSource {
	var out []wordSource
	for _, s := range r.sections() {
		out = append(out, &textRun{name: r.file.Name(), in: bufio.NewReaderSize(s, 64<<10)})
	}
	return out
}

type textRun struct {
	name string
	in   *bufio.Reader
	at   posting
}

func (r *textRun) next() *posting {
	n, err := binary.ReadUvarint(r.in)
	if errors.Is(err, io.EOF) {
		return nil
	}
	var rest uint64
	r.at.word = r.read(r.at.word, n, &err)
	for _, v := range [...]*uint64{&r.at.count, &r.at.first, &r.at.last, &rest} {
		if err == nil {
			*v, err = binary.ReadUvarint(r.in)
		}
	}
	r.at.rest = r.read(r.at.rest, rest, &err)
	if err != nil {
		panic(failure{fmt.Errorf("%s: %w", r.name, err)})
	}
	return &r.at
}

func (r *textRun) read(to []byte, n uint64, err *error) []byte {
	if *err != nil {
		return nil
	}
	to = slices.Grow(to[:0], int(n))[:n]
	_, *err = io.ReadFull(r.in, to)
	return to
}

// wordMerger is a heap of sources by the word that they stand at and, for one
// word, by their sequence.
type wordMerger []wordHead

type wordHead struct {
	*posting
	source wordSource
	place  int
}

func (m wordMerger) Len() int { return len(m) }
func (m wordMerger) Less(i, j int) bool {
	return cmp.Or(bytes.Compare(m[i].word, m[j].word), cmp.Compare(m[i].place, m[j].place)) < 0
}
func (m wordMerger) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *wordMerger) Push(any)     {} // none is added to a merge
func (m *wordMerger) Pop() any {
	*m = (*m)[:len(*m)-1]
	return nil
}

// mergeWords writes the postings of all sources, whose numbers follow upon one
// another.
func mergeWords(next step, sources []wordSource, to *textWriter) error {
	var m wordMerger
	for i, s := range sources {
		if p := s.next(); p != nil {
			m = append(m, wordHead{p, s, i})
		}
	}
	heap.Init(&m)
	for words := 0; len(m) > 0; words++ {
		if words%stepRows == 0 {
			if err := next(); err != nil {
				return err
			}
		}
		to.add(m[0].posting)
		if m[0].posting = m[0].source.next(); m[0].posting == nil {
			heap.Remove(&m, 0)
		} else {
			heap.Fix(&m, 0)
		}
	}
	return nil
}

// Sections of the file of words.
const (
	sectionNumbers = iota // of each word
	sectionWords          // in blocks; of a word what differs from the one before it
	sectionPlaces         // literals, words of these, and where each block and its numbers begin
)

const (
	blockWords = 16
	placeSize  = 8 + 8
)

// textWriter writes postings, which come in order; those of one word may come
// in several parts.
type textWriter struct {
	to     *fileWriter
	word   []byte // that is being written
	open   bool
	count  uint64
	last   uint64
	from   int64 // where its numbers begin
	before []byte
	words  uint64
	at     uint64 // bytes of sectionWords
	places []byte
	buffer []byte
}

func (w *textWriter) add(p *posting) {
	var head [binary.MaxVarintLen64]byte
	switch {
	case !w.open || !bytes.Equal(p.word, w.word):
		w.end()
		w.word, w.open = append(w.word[:0], p.word...), true
		w.count, w.from = p.count, w.to.at
		w.to.write(head[:binary.PutUvarint(head[:], p.first)])
	case p.first == w.last: // a run of IRIs goes on
		w.count += p.count - 1
	default:
		w.count += p.count
		w.to.write(head[:binary.PutUvarint(head[:], p.first-w.last)])
	}
	w.to.write(p.rest)
	w.last = p.last
}

// end writes the word of which all numbers are there.
func (w *textWriter) end() {
	if !w.open {
		return
	}
	if w.words%blockWords == 0 {
		w.places = binary.LittleEndian.AppendUint64(w.places, w.at)
		w.places = binary.LittleEndian.AppendUint64(w.places, uint64(w.from))
		w.before = w.before[:0]
	}
	w.words++
	same := samePrefix(w.word, w.before)
	w.buffer = binary.AppendUvarint(w.buffer[:0], uint64(same))
	w.buffer = binary.AppendUvarint(w.buffer, uint64(len(w.word)-same))
	w.buffer = append(w.buffer, w.word[same:]...)
	w.buffer = binary.AppendUvarint(w.buffer, w.count)
	w.buffer = binary.AppendUvarint(w.buffer, uint64(w.to.at-w.from))
	w.to.later(w.buffer)
	w.at += uint64(len(w.buffer))
	w.before = append(w.before[:same], w.word[same:]...)
	w.open = false
}

func (w *textWriter) finish(literals, count uint64) (seal uint32, err error) {
	w.end()
	w.to.nextSection()
	w.to.write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, literals), count))
	w.to.write(w.places)
	return w.to.finish(partText, w.words)
}

func writeText(ctx context.Context, in *workspace, sources []wordSource, literals, count uint64) (seal uint32, err error) {
	defer recoverError(&err)
	return writeFile(in.path(nameText), func(w *fileWriter) (uint32, error) {
		to := textWriter{to: w}
		if err := mergeWords(steps(ctx, in.meter), sources, &to); err != nil {
			return 0, err
		}
		return to.finish(literals, count)
	})
}
