package convert

import (
	"slices"
	"sync"

	"github.com/trialweave/trialweave/jsonld"
)

// outputs keeps what studies were written into, to be used again: the one that
// came back last first, since the processor's caches still hold it. Most
// studies need little room and a few need a lot, so one that is far too big is
// left for those.
type outputs struct {
	mu   sync.Mutex
	free []*jsonld.Output // by the time they came back
	size int
}

const (
	// mostKept is how many bytes of buffers wait to be used again.
	mostKept = 48 << 20
	// leastRoom is enough for many studies; roomy is how many times the length
	// of its JSON is enough for nearly every one.
	leastRoom, roomy = 512 << 10, 20
	// tooBig is how many times the room needed is far too much.
	tooBig = 16
)

// get returns an empty output for a study of n bytes.
func (o *outputs) get(n int) *jsonld.Output {
	need := max(leastRoom, roomy*n)
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, out := range slices.Backward(o.free) {
		if room := cap(out.Record); room >= need && room <= tooBig*need {
			o.free = slices.Delete(o.free, i, i+1)
			o.size -= room
			out.Reset()
			return out
		}
	}
	return &jsonld.Output{Record: make([]byte, 0, need)}
}

// put takes an output back; nil is none. The ones that were longest without
// use give way.
func (o *outputs) put(out *jsonld.Output) {
	if out == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.free = append(o.free, out)
	o.size += cap(out.Record)
	for o.size > mostKept {
		o.size -= cap(o.free[0].Record)
		o.free = slices.Delete(o.free, 0, 1)
	}
}
