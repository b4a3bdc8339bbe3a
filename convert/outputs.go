package convert

import (
	"sync"

	"github.com/trialweave/trialweave/jsonld"
)

// outputs keeps what studies were written into, to be used again: the one that
// came back last first, since the processor's caches still know it.
type outputs struct {
	mu   sync.Mutex
	free []*jsonld.Output
	size int
}

// mostKept is how many bytes of buffers wait to be used again.
const mostKept = 48 << 20

// firstRoom is enough for most studies.
const firstRoom = 512 << 10

func (o *outputs) get() *jsonld.Output {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(o.free)
	if n == 0 {
		return &jsonld.Output{Record: make([]byte, 0, firstRoom)}
	}
	out := o.free[n-1]
	o.free = o.free[:n-1]
	o.size -= roomOf(out)
	out.Reset()
	return out
}

// put takes an output back; nil is none.
func (o *outputs) put(out *jsonld.Output) {
	if out == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.size+roomOf(out) <= mostKept {
		o.free = append(o.free, out)
		o.size += roomOf(out)
	}
}

func roomOf(out *jsonld.Output) int { return cap(out.Record) + cap(out.Shared) }
