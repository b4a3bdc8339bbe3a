package index

import (
	"fmt"
	"strings"
)

// Spill ends a chunk before it is full.
func (w *Writer) Spill() error {
	if len(w.chunk.quads) == 0 {
		return nil
	}
	return w.spill(false)
}

// String has the terms of a packet, by number, and its quads.
func (p *Packet) String() string {
	var out strings.Builder
	for i := range p.terms {
		t := &p.terms[i]
		if t.size == 0 {
			fmt.Fprintf(&out, "%q\n", append([]byte{tagIRI}, p.vocabulary.IRI(t.at)...))
			continue
		}
		key := p.keys[t.at:][:t.size]
		fmt.Fprintf(&out, "%q\n", key)
		if t.digest != digestOf(key[0], key[1:]) {
			fmt.Fprintf(&out, "has the digest %x\n", t.digest)
		}
	}
	fmt.Fprintln(&out, p.quads)
	return out.String()
}
