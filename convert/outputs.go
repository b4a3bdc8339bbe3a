package convert

import (
	"slices"
	"sync"

	"github.com/trialweave/trialweave/jsonld"
)

// outputs keeps what studies were written into, to be used again. Most studies
// need little room and a few need a lot: each gets the smallest that is big
// enough, so that there are never many big ones.
type outputs struct {
	mu   sync.Mutex
	free []*jsonld.Output // by the time they came back
	size int
}

const (
	// mostKept is how many bytes of buffers wait to be used again.
	mostKept = 24 << 20
	// leastRoom is enough for many studies; roomy is how many times the length
	// of its JSON is enough for nearly every one.
	leastRoom, roomy = 256 << 10, 12
)

// get returns an empty output for a study of n bytes.
func (o *outputs) get(n int) *jsonld.Output {
	need := max(leastRoom, roomy*n)
	o.mu.Lock()
	best := -1
	for i, out := range o.free {
		if room := cap(out.Record); room >= need && (best < 0 || room <= cap(o.free[best].Record)) {
			best = i
		}
	}
	if best < 0 {
		o.mu.Unlock()
		return &jsonld.Output{Record: make([]byte, 0, need)}
	}
	defer o.mu.Unlock()
	out := o.free[best]
	o.free = slices.Delete(o.free, best, best+1)
	o.size -= cap(out.Record)
	out.Reset()
	return out
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
