package index

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/trialweave/trialweave/rdf"
)

// A dictionary is the terms of a segment by number, in blocks of a few: the
// tag of each, and its key. Of an IRI only what differs from the IRI before it
// in the block is there. Texts are packed by the symbols of the dictionary.
type dictionary struct {
	*file
	base ID // the number before the first
	read atomic.Pointer[readSymbols]
}

// readSymbols are symbols that were read when the file had changed so often.
type readSymbols struct {
	*symbols
	change uint32
}

const (
	blockTerms = 16
	// sections of the file of terms
	sectionTerms   = 0
	sectionStarts  = 1 // where each block begins
	sectionSymbols = 2
)

// symbols returns those that texts are packed by.
func (d *dictionary) symbols() *symbols {
	change := d.changes.Load()
	if s := d.read.Load(); s != nil && s.change == change {
		return s.symbols
	}
	from, to := d.section(sectionSymbols)
	s, ok := parseSymbols(d.bytes(from, to))
	if !ok {
		d.damaged(from, "symbols that cannot be read", "those of the terms")
	}
	d.read.Store(&readSymbols{s, change})
	return s
}

func (d *dictionary) holds(id ID) bool { return id > d.base && uint64(id-d.base) <= d.count }

// key returns the key of a term that the dictionary holds. It is in scratch, which
// may be nil, where that has room, and is to be the scratch of the next call.
func (d *dictionary) key(id ID, scratch []byte) (tag byte, key []byte) {
	at := int(id - d.base - 1)
	block := at / blockTerms
	from, to := int64(d.uint64(sectionStarts, block)), d.ends[sectionTerms]
	if uint64(block+1)*blockTerms < d.count {
		to = int64(d.uint64(sectionStarts, block+1))
	}
	r := termReader{reader: reader{b: d.bytes(from, to)}, symbols: d.symbols()}
	for range at % blockTerms {
		r.pass()
	}
	if r.at < len(r.b) && r.b[r.at] == tagIRI { // it needs those before it
		r.at, r.iri = 0, scratch[:0]
		for range at % blockTerms {
			r.passIRI()
		}
	} else {
		r.text = scratch[:0]
	}
	tag, key = r.next()
	if r.bad {
		d.damaged(from, "a block that cannot be read", "terms")
	}
	return tag, key
}

// termReader reads the terms of a block, one after the other.
type termReader struct {
	reader
	symbols   *symbols
	iri, text []byte // that were read last
}

// next reads a term. Its key lives until the next one is read.
func (r *termReader) next() (tag byte, key []byte) {
	if tag = r.byte(); tag == tagIRI {
		same := r.number()
		if same > uint64(len(r.iri)) {
			r.bad = true
			return tag, nil
		}
		r.iri = r.value(r.iri[:same])
		return tag, r.iri
	}
	r.text = r.value(r.text[:0])
	return tag, r.text
}

// value reads a text and appends it: its length, of which the lowest bit says
// whether it is packed, and its bytes.
func (r *termReader) value(dst []byte) []byte {
	packed, b := r.packed()
	if !packed {
		return append(dst, b...)
	}
	dst, ok := r.symbols.unpackTo(dst, b)
	r.bad = r.bad || !ok
	return dst
}

func (r *termReader) packed() (packed bool, b []byte) {
	n := r.number()
	if n>>1 > uint64(len(r.b)-min(r.at, len(r.b))) {
		r.bad = true
		return false, nil
	}
	r.at += int(n >> 1)
	return n&1 != 0, r.b[r.at-int(n>>1) : r.at]
}

// pass passes over a term.
func (r *termReader) pass() {
	if r.byte() == tagIRI {
		r.number()
	}
	r.packed()
}

// passIRI passes over a term, and reads it if it is an IRI.
func (r *termReader) passIRI() {
	if r.at < len(r.b) && r.b[r.at] == tagIRI {
		r.next()
	} else {
		r.pass()
	}
}

// scratches are where keys are unpacked that live for a call.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

func (d *dictionary) term(id ID) rdf.Term {
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	tag, key := d.key(id, *scratch)
	*scratch = key
	t, err := termOf(tag, key)
	if err != nil {
		d.damaged(-1, err.Error(), fmt.Sprintf("the term %d", id))
	}
	return t
}

// dictionaryWriter writes terms in the sequence of their numbers.
type dictionaryWriter struct {
	to      *fileWriter
	symbols *symbols // nil for none
	start   []byte
	block   []byte
	iri     []byte // the one before, in the block
	packed  []byte
	count   uint64
}

func (w *dictionaryWriter) add(tag byte, key []byte) {
	if w.count%blockTerms == 0 {
		w.flush()
		w.start = binary.LittleEndian.AppendUint64(w.start[:0], uint64(w.to.at))
		w.to.later(w.start)
		w.iri = w.iri[:0]
	}
	w.count++
	w.block = append(w.block, tag)
	if tag == tagIRI {
		same := samePrefix(key, w.iri)
		w.iri = append(w.iri[:same], key[same:]...)
		w.block = binary.AppendUvarint(w.block, uint64(same))
		key = key[same:]
	}
	w.value(key)
}

// worthPacking is how long a text is at least that is packed.
const worthPacking = 4

func (w *dictionaryWriter) value(text []byte) {
	if w.symbols != nil && len(text) >= worthPacking {
		if w.packed = w.symbols.pack(w.packed[:0], text); len(w.packed) < len(text) {
			w.block = binary.AppendUvarint(w.block, uint64(len(w.packed))<<1|1)
			w.block = append(w.block, w.packed...)
			return
		}
	}
	w.block = binary.AppendUvarint(w.block, uint64(len(text))<<1)
	w.block = append(w.block, text...)
}

// samePrefix is how many bytes two texts begin with in common.
func samePrefix(a, b []byte) int {
	n := 0
	for n+8 <= min(len(a), len(b)) {
		if d := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); d != 0 {
			return n + bits.TrailingZeros64(d)/8
		}
		n += 8
	}
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func (w *dictionaryWriter) flush() {
	w.to.write(w.block)
	w.block = w.block[:0]
}

func (w *dictionaryWriter) finish() (seal uint32, err error) {
	w.flush()
	w.to.nextSection()
	if w.symbols != nil {
		w.to.write(w.symbols.appendTo(nil))
	}
	return w.to.finish(partTerms, w.count)
}
