package index

import (
	"encoding/binary"
	"maps"
	"slices"
)

// orderWriter writes rows of an order, which come sorted and each once.
type orderWriter struct {
	codec
	to      *fileWriter
	first   []byte
	block   []byte
	pending int // rows in block
	rows    int
	graphs  *graphsWriter // takes the rows of spog
	tally
}

// newOrderWriter writes an order; all but spog need the subjects that are in several
// graphs.
func newOrderWriter(to *fileWriter, o *order, several *subjectSet) *orderWriter {
	return &orderWriter{codec: codec{order: o, several: several}, to: to, tally: tally{at: map[uint32]*counted{}}}
}

// add adds a row.
func (w *orderWriter) add(r *row) {
	w.count(w.order, r, &w.last, w.rows == 0)
	if w.graphs != nil {
		w.graphs.add(r)
	}
	if w.pending == blockRows {
		w.flush()
	}
	if w.pending == 0 {
		w.begin(r)
	} else {
		w.block = w.append(w.block, r)
	}
	w.pending++
	w.rows++
}

// begin notes the first row of a block, which is only there.
func (w *orderWriter) begin(r *row) {
	w.first = appendRow(w.first[:0], r)
	w.first = binary.LittleEndian.AppendUint64(w.first, uint64(w.to.at))
	w.to.later(w.first)
	w.last = *r
}

func appendRow(dst []byte, r *row) []byte {
	for _, v := range r {
		dst = binary.LittleEndian.AppendUint32(dst, v)
	}
	return dst
}

func (w *orderWriter) flush() {
	w.to.write(w.block)
	w.block, w.pending = w.block[:0], 0
}

func (w *orderWriter) finish() (seal uint32, err error) {
	w.flush()
	w.to.nextSection()
	w.to.write(w.sorted())
	return w.to.finish(partOf(w.order), uint64(w.rows))
}

func partOf(o *order) part {
	for i := range orders {
		if &orders[i] == o {
			return partOrder + part(i)
		}
	}
	return 0
}

// tally counts, of predicates, their quads and different objects in posg, their
// quads and different subjects in spog.
type tally struct {
	at     map[uint32]*counted
	recent [256]*counted // by the end of their numbers
}

func (t *tally) count(o *order, r, last *row, first bool) {
	place, distinct := 0, 0
	switch o {
	case &orders[spog]:
		place, distinct = 1, 1
	case &orders[posg]:
		distinct = 1
	case &orders[ospg]:
		return
	}
	c := t.recent[r[place]%256]
	if c == nil || c.id != ID(r[place]) {
		c = t.find(r[place])
		t.recent[r[place]%256] = c
	}
	c.quads++
	if first || r.differs(last) <= distinct {
		c.distinct++
	}
}

func (t *tally) find(id uint32) *counted {
	c := t.at[id]
	if c == nil {
		c = &counted{id: ID(id)}
		t.at[id] = c
	}
	return c
}

func (t *tally) sorted() []byte {
	ids := slices.Sorted(maps.Keys(t.at))
	out := make([]byte, 0, countedSize*len(ids))
	for _, id := range ids {
		out = binary.LittleEndian.AppendUint32(out, id)
		out = binary.LittleEndian.AppendUint64(out, t.at[id].quads)
		out = binary.LittleEndian.AppendUint64(out, t.at[id].distinct)
	}
	return out
}
