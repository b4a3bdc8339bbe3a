package index

// Texts calls yield with every term's number and the bytes that its text is in: an
// IRI, a label, or the lexical form of a literal, before which its language or
// datatype may stand. They live for the call. Before many terms are read,
// reading is called with how many; it may panic.
func (x *Index) Texts(reading func(n int), yield func(id ID, text []byte)) {
	for _, s := range x.segments {
		s.terms.texts(reading, yield)
	}
}

// blocksAtOnce are the blocks of terms that are read between two looks at whether
// to go on.
const blocksAtOnce = 64

// texts reads all terms, each block once.
func (d *dictionary) texts(reading func(n int), yield func(id ID, text []byte)) {
	d.each(reading, func(id ID, _ byte, key []byte) bool {
		yield(id, key)
		return true
	})
}

// each calls yield with all terms in the sequence of their numbers, until it
// returns false. A key lives for the call.
func (d *dictionary) each(reading func(n int), yield func(id ID, tag byte, key []byte) bool) {
	r := termReader{symbols: d.symbols()}
	blocks := int(d.count+blockTerms-1) / blockTerms
	for n := range int(d.count) {
		if n%blockTerms == 0 {
			r.iri = r.iri[:0]
		}
		if block := n / blockTerms; n%(blockTerms*blocksAtOnce) == 0 {
			reading(blockTerms * blocksAtOnce)
			to := d.ends[sectionTerms]
			if block+blocksAtOnce < blocks {
				to = int64(d.uint64(sectionStarts, block+blocksAtOnce))
			}
			r.reader = reader{b: d.bytes(int64(d.uint64(sectionStarts, block)), to)}
		}
		tag, key := r.next()
		if r.bad {
			d.damaged(-1, "a block that cannot be read", "terms")
		}
		if !yield(d.base+1+ID(n), tag, key) {
			return
		}
	}
}
