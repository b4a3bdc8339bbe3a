package index

import (
	"encoding/binary"
	"fmt"

	"github.com/trialweave/trialweave/rdf"
)

// A dictionary is the terms of a segment by number, in blocks of a few: the
// tag of each, and its key. Of an IRI only what differs from the IRI before it
// in the block is there.
type dictionary struct {
	*file
	base ID // the number before the first
}

const (
	blockTerms = 16
	// sections of the file of terms
	sectionTerms  = 0
	sectionStarts = 1 // where each block begins
)

func (d *dictionary) holds(id ID) bool { return id > d.base && uint64(id-d.base) <= d.count }

// key returns the key of a term that the dictionary holds. It lives until
// scratch, which may be nil, is used again.
func (d *dictionary) key(id ID, scratch []byte) (tag byte, key []byte) {
	at := int(id - d.base - 1)
	block := at / blockTerms
	from, to := int64(d.uint64(sectionStarts, block)), d.ends[sectionTerms]
	if uint64(block+1)*blockTerms < d.count {
		to = int64(d.uint64(sectionStarts, block+1))
	}
	r := reader{b: d.bytes(from, to)}
	for range at % blockTerms {
		if r.byte() == tagIRI {
			scratch = r.iri(scratch)
		} else {
			r.skip()
		}
	}
	if tag = r.byte(); tag == tagIRI {
		scratch = r.iri(scratch)
		key = scratch
	} else {
		key = r.skip()
	}
	if r.bad {
		d.damaged(from, "a block that cannot be read", "terms")
	}
	return tag, key
}

// iri reads an IRI, of which to has the one before.
func (r *reader) iri(to []byte) []byte {
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

func (d *dictionary) term(id ID) rdf.Term {
	tag, key := d.key(id, make([]byte, 0, 128))
	t, err := termOf(tag, key)
	if err != nil {
		d.damaged(-1, err.Error(), fmt.Sprintf("the term %d", id))
	}
	return t
}

// dictionaryWriter writes terms in the sequence of their numbers.
type dictionaryWriter struct {
	to    *fileWriter
	start []byte
	block []byte
	iri   []byte // the one before, in the block
	count uint64
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
		same := 0
		for same < min(len(key), len(w.iri)) && key[same] == w.iri[same] {
			same++
		}
		w.iri = append(w.iri[:same], key[same:]...)
		w.block = binary.AppendUvarint(w.block, uint64(same))
		key = key[same:]
	}
	w.block = binary.AppendUvarint(w.block, uint64(len(key)))
	w.block = append(w.block, key...)
}

func (w *dictionaryWriter) flush() {
	w.to.write(w.block)
	w.block = w.block[:0]
}

func (w *dictionaryWriter) finish() (seal uint32, err error) {
	w.flush()
	w.to.nextSection()
	return w.to.finish(partTerms, w.count)
}
