package convert

import (
	"slices"
	"sync"

	"github.com/trialweave/trialweave/mapping"
)

// outputs keeps what studies were written into, to be used again: what came
// back last first, since the processor's caches still hold it.
type outputs struct {
	// pieces says that the lines of a study may come in several buffers.
	pieces bool

	mu      sync.Mutex
	free    []*mapping.Output
	buffers [][]byte // by the time they came back
	size    int      // of the buffers
}

const (
	// mostKept is how many bytes of buffers wait to be used again.
	mostKept = 48 << 20
	// pieceRoom is a buffer of several: well below what the second cache of
	// today's processors holds.
	pieceRoom = 256 << 10
	// leastRoom is enough for many studies in one buffer; roomy is how many times
	// the length of its JSON is enough for nearly every one.
	leastRoom, roomy = 512 << 10, 20
	// tooBig is how many times the room needed is far too much: most studies need
	// little room and a few need a lot, so that is left for those.
	tooBig = 16
)

// get returns an empty output for a study of n bytes.
func (o *outputs) get(n int) *mapping.Output {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out *mapping.Output
	if last := len(o.free) - 1; last >= 0 {
		out = o.free[last]
		o.free = o.free[:last]
	} else {
		out = &mapping.Output{}
		if o.pieces {
			out.More = o.more
		}
	}
	if o.pieces {
		out.Record = o.buffer(pieceRoom)
	} else {
		out.Record = o.buffer(max(leastRoom, roomy*n))
	}
	return out
}

// more returns a buffer for a further piece.
func (o *outputs) more() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer(pieceRoom)
}

func (o *outputs) buffer(need int) []byte {
	for i, b := range slices.Backward(o.buffers) {
		if room := cap(b); room >= need && room <= tooBig*need {
			o.buffers = slices.Delete(o.buffers, i, i+1)
			o.size -= room
			return b[:0]
		}
	}
	return make([]byte, 0, need)
}

// put takes an output back; nil is none. The buffers that were longest without
// use give way.
func (o *outputs) put(out *mapping.Output) {
	if out == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range out.Full {
		o.keep(b)
	}
	o.keep(out.Record)
	out.Reset()
	out.Record = nil
	o.free = append(o.free, out)
	for o.size > mostKept {
		o.size -= cap(o.buffers[0])
		o.buffers = slices.Delete(o.buffers, 0, 1)
	}
}

func (o *outputs) keep(b []byte) {
	if o.pieces && cap(b) > 2*pieceRoom { // that of a study that could not be cut
		return
	}
	o.buffers = append(o.buffers, b)
	o.size += cap(b)
}
