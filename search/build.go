package search

import (
	"encoding/binary"
	"slices"
	"strings"
)

// Options say what an index may need. Nil is the defaults.
type Options struct {
	// Facets is how many facets there are. Default: none.
	Facets int
	// Bytes is about how much memory the index may take. When it is reached,
	// texts of the class Body are no longer read. Default: 512 MiB.
	Bytes int
}

const defaultBytes = 512 << 20

// Builder collects documents. It is for one goroutine.
type Builder struct {
	facets, most, bytes int
	names               []string
	words               map[string]*posting
	values              []map[string]uint32 // by facet: the number of a value
	list                []Value             // by that number
	starts              []uint32            // where the values of each document begin
	has                 []uint32            // values of documents, one document after the other
	left                int
	seen                map[*posting]Class // words of the document at hand
}

// posting lists the documents of a word: for each a varint of its distance from
// the one before, shifted by two bits that hold the class.
type posting struct {
	packed []byte
	last   uint32 // the number of the last document, plus one
	count  uint32
}

// What a word and a value take beside their own bytes, measured.
const (
	bytesOfWord  = 120
	bytesOfValue = 4
)

// NewBuilder returns an empty builder.
func NewBuilder(o *Options) *Builder {
	b := &Builder{most: defaultBytes, words: map[string]*posting{}, seen: map[*posting]Class{}}
	if o != nil {
		b.facets = o.Facets
		if o.Bytes > 0 {
			b.most = o.Bytes
		}
	}
	for range b.facets {
		b.values = append(b.values, map[string]uint32{})
	}
	return b
}

// Add takes a document. Values of facets that the options do not count are
// passed over.
func (b *Builder) Add(d Document) {
	clear(b.seen)
	for _, t := range d.Texts {
		if t.Class == Body && b.bytes >= b.most {
			b.left++
			continue
		}
		b.read(t)
	}
	number := uint32(len(b.names)) //nolint:gosec // more documents than that do not fit into memory
	for p, class := range b.seen {
		before := len(p.packed)
		p.packed = binary.AppendUvarint(p.packed, uint64(number+1-p.last)<<2|uint64(class))
		p.last, p.count = number+1, p.count+1
		b.bytes += len(p.packed) - before
	}
	b.names = append(b.names, d.Name)
	b.starts = append(b.starts, uint32(len(b.has))) //nolint:gosec // as above
	for _, v := range d.Facets {
		if v.Facet >= 0 && v.Facet < b.facets {
			b.addValue(v)
		}
	}
	b.bytes += len(d.Name) + 24
}

// read notes the words of a text, each with the best class that it has in the
// document.
func (b *Builder) read(t Text) {
	eachWord(t.Text, func(word string, _ bool) {
		p := b.words[word]
		if p == nil {
			p = &posting{}
			b.words[strings.Clone(word)] = p
			b.bytes += len(word) + bytesOfWord
		}
		if class, ok := b.seen[p]; !ok || t.Class > class {
			b.seen[p] = t.Class
		}
	})
}

func (b *Builder) addValue(v Value) {
	number, ok := b.values[v.Facet][v.Value]
	if !ok {
		number = uint32(len(b.list)) //nolint:gosec // as above
		v.Value = strings.Clone(v.Value)
		b.values[v.Facet][v.Value] = number
		b.list = append(b.list, v)
		b.bytes += len(v.Value) + bytesOfWord
	}
	if !slices.Contains(b.has[b.starts[len(b.starts)-1]:], number) {
		b.has = append(b.has, number)
		b.bytes += bytesOfValue
	}
}

// Build makes the index. The builder must not be used afterwards.
func (b *Builder) Build() *Index {
	x := &Index{
		names: b.names, postings: b.words, values: b.values, list: b.list, starts: append(b.starts, uint32(len(b.has))), //nolint:gosec // as above
		has: b.has, left: b.left, bytes: b.bytes,
	}
	x.words = make([]string, 0, len(b.words))
	for word, p := range b.words {
		p.packed = slices.Clip(p.packed)
		x.words = append(x.words, word)
	}
	slices.Sort(x.words)
	x.order = make([]uint32, len(x.names))
	for i := range x.order {
		x.order[i] = uint32(i) //nolint:gosec // as above
	}
	slices.SortStableFunc(x.order, func(i, j uint32) int { return strings.Compare(x.names[j], x.names[i]) })
	x.rank = make([]uint32, len(x.names))
	for place, i := range x.order {
		x.rank[i] = uint32(place) //nolint:gosec // as above
	}
	return x
}
