package script

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/trialweave/trialweave/yamltree"
)

// Serve is what a process that was started with Argument does: it runs functions
// for the host at the other end of in and out until in ends. It leaves the
// process, with the exit status that it returns, where a bound is passed.
func Serve(in io.Reader, out io.Writer) int {
	p := &process{out: bufio.NewWriter(out), requests: make(chan *request), programs: map[string]*goja.Program{}, files: map[string]request{}}
	os.Clearenv()
	debug.SetMaxStack(maxStack)
	go p.read(in)
	for r := range p.requests {
		if p.guard == nil {
			p.guard = newGuard(r, p)
		}
		if err := p.answer(p.do(r)); err != nil {
			return 1
		}
	}
	return 0
}

// process runs functions, one call after the other.
type process struct {
	out      *bufio.Writer
	writing  sync.Mutex
	requests chan *request
	guard    *guard
	programs map[string]*goja.Program
	files    map[string]request
	asking   sync.Mutex
	// nodes are those of the document that the host sent last.
	document   *document
	resolved   *yamltree.Node
	unresolved *yamltree.Node
	sessions   map[int]*session
}

// read hands on what the host asks. Where the host is gone, the process ends,
// whatever it is doing.
func (p *process) read(in io.Reader) {
	r := bufio.NewReader(in)
	for {
		next := &request{}
		if err := readFrame(r, maxFrame, next); err != nil {
			os.Exit(0)
		}
		p.requests <- next
	}
}

func (p *process) answer(r response) error {
	p.writing.Lock()
	defer p.writing.Unlock()
	return writeFrame(p.out, r)
}

// do does what the host asks. Code that was interrupted, or throws, where no
// call of it is under way, is an error as well.
func (p *process) do(r *request) (answer response) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *goja.InterruptedError:
			answer = response{Error: fmt.Sprint(v.Value())}
		case *goja.Exception:
			answer = response{Error: "it throws where it must not"}
		default:
			answer = response{Error: "it cannot be run: " + shortened(fmt.Sprint(v))}
		}
	}()
	switch r.Do {
	case "begin":
		p.guard.start(nil)
		defer p.guard.stop()
		if err := p.begin(r); err != nil {
			return response{Error: err.Error()}
		}
		return response{}
	case "call":
		s := p.sessions[r.Session]
		if s == nil {
			return response{Error: "there is no function to call"}
		}
		p.guard.start(s.vm)
		defer p.guard.stop()
		results, err := s.call(r.Value)
		if err != nil {
			return response{Error: err.Error()}
		}
		return response{Results: results}
	}
	return response{Error: "an unknown request"}
}

// begin makes a function ready.
func (p *process) begin(r *request) error {
	if r.Reset {
		p.sessions = map[int]*session{}
	}
	if r.Document != nil {
		nodes, err := unpack(r.Document.Nodes)
		if err != nil {
			return err
		}
		if r.Document.Resolved >= len(nodes) || r.Document.Unresolved >= len(nodes) {
			return errors.New("a damaged document")
		}
		p.document, p.resolved, p.unresolved = r.Document, nodes[r.Document.Resolved], nodes[r.Document.Unresolved]
		p.document.Nodes = nil
	}
	program, err := p.bundle(r.File)
	if err != nil {
		return err
	}
	options, err := r.Options.value()
	if err != nil {
		return err
	}
	s := p.newSession(r, options)
	p.guard.of(s.vm)
	if err := s.begin(program); err != nil {
		return err
	}
	p.sessions[r.Session] = s
	return nil
}

// guard holds a process to its bounds: it interrupts a call that takes too long,
// and ends the process where it takes too much memory, or does not let itself be
// interrupted.
type guard struct {
	process *process
	time    time.Duration
	memory  uint64
	lock    sync.Mutex
	vm      *goja.Runtime
	began   time.Duration
	active  bool
}

const (
	guardEvery = 10 * time.Millisecond
	// exitSpent is the exit status of a process that passed a bound.
	exitSpent = 3
)

func newGuard(r *request, p *process) *guard {
	g := &guard{process: p, time: time.Duration(r.Time), memory: uint64(max(r.Memory, leastMemory))} //nolint:gosec // at least leastMemory
	debug.SetMemoryLimit(int64(g.memory) / 4 * 3)                                                    //nolint:gosec // it was one
	limitMemory(g.memory + hardMemory)
	go g.watch()
	return g
}

func (g *guard) start(vm *goja.Runtime) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.vm, g.began, g.active = vm, timeUsed(), true
}

// of names the runtime that is to be interrupted.
func (g *guard) of(vm *goja.Runtime) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.vm = vm
}

func (g *guard) stop() {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.vm, g.active = nil, false
}

func (g *guard) watch() {
	for range time.Tick(guardEvery) {
		if memoryUsed() > g.memory {
			g.end(memorySpent(int64(g.memory))) //nolint:gosec // as it was given
		}
		g.lock.Lock()
		took, vm, active := timeUsed()-g.began, g.vm, g.active
		g.lock.Unlock()
		switch {
		case !active || took < g.time:
		case took > g.time+g.time/2+time.Second/2, vm == nil:
			g.end(timeSpent(g.time))
		default:
			vm.Interrupt(timeSpent(g.time))
		}
	}
}

// end says why, and ends the process.
func (g *guard) end(why string) {
	_ = g.process.answer(response{Error: why, Spent: true}) // the process ends
	os.Exit(exitSpent)
}
