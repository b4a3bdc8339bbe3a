package index

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
)

// symbols are pieces of text that come often, by which texts are packed: each is
// written as one byte, its code, and other bytes behind an escape. Any text can be
// unpacked by itself, without those around it. The method is that of FSST (Boncz,
// Neumann, Leis, PVLDB 13, 2020).
type symbols struct {
	all []symbol // by code
	// unpack has, by code, the bytes of a symbol and how many these are.
	unpack [escape]symbol
	// packing is what finds the symbol that a text begins with; nil where texts are
	// only unpacked.
	packing *packing
}

// symbol is up to 8 bytes, the first lowest.
type symbol struct {
	text uint64
	size uint8
}

// packing finds symbols: those of one byte by it, those of two by both, and longer
// ones by their first three; of several of these with one place there is only one.
type packing struct {
	ones  [1 << 8]uint16  // code, and size in the upper byte; 0 for none
	pairs [1 << 16]uint16 // the same, also for a first byte that stands alone
	long  [1 << 11]longSymbol
}

// longSymbol is a symbol of three bytes or more. A place without one has the mask 0.
type longSymbol struct {
	text, mask uint64
	size, code uint8
}

const (
	escape      = 255 // the code that stands before a byte which is no symbol's
	longestText = 8   // of a symbol
)

// newSymbols takes symbols in the sequence of what they save, as many as there are
// codes and places for.
func newSymbols(best []symbol) *symbols {
	s := &symbols{packing: &packing{}}
	p := s.packing
	for _, y := range best {
		code := len(s.all)
		if code == escape {
			break
		}
		switch {
		case y.size == 1:
			p.ones[y.text] = uint16(code) | 1<<8
		case y.size == 2:
			p.pairs[y.text] = uint16(code) | 2<<8
		default:
			place := &p.long[longHash(y.text)]
			if place.mask != 0 {
				continue
			}
			*place = longSymbol{y.text, ^uint64(0) >> (64 - 8*uint(y.size)), y.size, uint8(code)}
		}
		s.unpack[code] = y
		s.all = append(s.all, y)
	}
	for pair := range p.pairs {
		if p.pairs[pair] == 0 {
			p.pairs[pair] = p.ones[pair&0xFF]
		}
	}
	return s
}

func longHash(text uint64) uint64 { return (text & 0xFFFFFF * 2971215073) >> 15 % (1 << 11) }

// match returns the code and the size of the symbol that a text of some bytes
// begins with; the size is 0 for none.
func (p *packing) match(text uint64, size int) (code uint8, n int) {
	if e := &p.long[longHash(text)]; e.mask != 0 && e.text == text&e.mask && int(e.size) <= size {
		return e.code, int(e.size)
	}
	y := p.pairs[text&0xFFFF]
	if int(y>>8) > size {
		y = p.ones[text&0xFF]
	}
	return uint8(y), int(y >> 8)
}

// load returns up to 8 bytes at a place.
func load(b []byte, at int) uint64 {
	if at+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[at:])
	}
	var v uint64
	for i := len(b) - 1; i >= at; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

// pack appends a text by its symbols.
func (s *symbols) pack(dst, text []byte) []byte {
	p := s.packing
	at := 0
	for at+8 <= len(text) {
		word := binary.LittleEndian.Uint64(text[at:])
		if e := &p.long[longHash(word)]; e.mask != 0 && e.text == word&e.mask {
			dst = append(dst, e.code)
			at += int(e.size)
			continue
		}
		y := p.pairs[word&0xFFFF]
		if y == 0 {
			dst = append(dst, escape, text[at])
			at++
			continue
		}
		dst = append(dst, uint8(y))
		at += int(y >> 8)
	}
	for at < len(text) {
		code, n := p.match(load(text, at), len(text)-at)
		if n == 0 {
			dst = append(dst, escape, text[at])
			at++
			continue
		}
		dst = append(dst, code)
		at += n
	}
	return dst
}

// unpackTo appends the text of codes, and reports whether all are right.
func (s *symbols) unpackTo(dst, codes []byte) ([]byte, bool) {
	n := len(dst)
	dst = slices.Grow(dst, longestText*len(codes)+longestText)[:n+longestText*len(codes)+longestText]
	for i := 0; i < len(codes); i++ {
		if code := codes[i]; code != escape {
			y := &s.unpack[code]
			if y.size == 0 {
				return dst[:n], false
			}
			binary.LittleEndian.PutUint64(dst[n:], y.text)
			n += int(y.size)
			continue
		}
		if i++; i == len(codes) {
			return dst[:n], false
		}
		dst[n] = codes[i]
		n++
	}
	return dst[:n], true
}

// appendTo writes the symbols, for parseSymbols.
func (s *symbols) appendTo(dst []byte) []byte {
	for _, y := range s.all {
		dst = append(dst, y.size)
		dst = append(dst, binary.LittleEndian.AppendUint64(nil, y.text)[:y.size]...)
	}
	return dst
}

// parseSymbols reads symbols, and reports whether that is what the bytes are.
func parseSymbols(b []byte) (*symbols, bool) {
	s := &symbols{}
	for len(b) > 0 {
		n := int(b[0])
		if n < 1 || n > longestText || n >= len(b) || len(s.all) == escape {
			return nil, false
		}
		y := symbol{load(b[1:1+n], 0), uint8(n)}
		s.unpack[len(s.all)] = y
		s.all = append(s.all, y)
		b = b[1+n:]
	}
	return s, true
}

const (
	// sampled is of how many bytes symbols are made.
	sampled = 64 << 10
	// rounds are how often symbols are made of the symbols before.
	rounds = 5
	// alone is how much more a single byte counts, as without it every one takes two.
	alone = 8
)

// symbolsOf makes symbols that pack texts well: of the symbols that the texts are
// written by, those that save most, and joins of two that stand together.
func symbolsOf(texts [][]byte) *symbols {
	s := newSymbols(nil)
	pairs := make([]uint32, pieces*pieces)
	for range rounds {
		clear(pairs)
		s = newSymbols(s.next(texts, pairs))
	}
	return s
}

// piece is a symbol, by its code, or a byte, which are behind the codes.
type piece = uint16

const (
	bytePieces = 256
	pieces     = bytePieces + 256
)

// next returns symbols in the sequence of what they save: those that texts are
// written by, and joins of two of them, which are counted in pairs.
func (s *symbols) next(texts [][]byte, pairs []uint32) []symbol {
	ones := make([]uint32, pieces)
	for _, text := range texts {
		s.count(text, ones, pairs)
	}
	gains := map[symbol]int{}
	for first, n := range ones {
		if n == 0 {
			continue
		}
		y := s.piece(piece(first))
		gain := int(n) * int(y.size)
		if y.size == 1 {
			gain *= alone
		}
		gains[y] += gain
		for second, n := range pairs[first*pieces:][:pieces] {
			if n < 2 {
				continue
			}
			if z := s.piece(piece(second)); y.size+z.size <= longestText {
				gains[symbol{y.text | z.text<<(8*y.size), y.size + z.size}] += int(n) * int(y.size+z.size)
			}
		}
	}
	return slices.SortedFunc(maps.Keys(gains), func(a, b symbol) int {
		return cmp.Or(cmp.Compare(gains[b], gains[a]), cmp.Compare(b.size, a.size), cmp.Compare(a.text, b.text))
	})
}

func (s *symbols) piece(p piece) symbol {
	if p < bytePieces {
		return s.unpack[p]
	}
	return symbol{uint64(p - bytePieces), 1}
}

// count counts the pieces that a text is written by, and of which two stand
// together; a first byte counts as well where more follow.
func (s *symbols) count(text []byte, ones, pairs []uint32) {
	before := -1
	for at := 0; at < len(text); {
		first := piece(text[at]) + bytePieces
		now, n := first, 1
		if code, size := s.packing.match(load(text, at), len(text)-at); size > 0 {
			now, n = piece(code), size
		}
		ones[now]++
		if before >= 0 {
			pairs[before*pieces+int(now)]++
		}
		if n > 1 {
			ones[first]++
			if before >= 0 {
				pairs[before*pieces+int(first)]++
			}
		}
		before = int(now)
		at += n
	}
}

// sampleOf returns texts out of many, of about so many bytes together as symbols
// are made of.
func sampleOf(count, size int, text func(i int) []byte) (out [][]byte) {
	every := max(1, size/sampled)
	for i := 0; i < count; i += every {
		out = append(out, text(i))
	}
	return out
}
