package languageserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/ruleset"
)

// Options is how a server serves; nil means the defaults.
type Options struct {
	// Version is that of the program, which clients show; default none.
	Version string
	// RootOf finds the folder whose files are judged together with those of a folder that
	// is in no folder of the workspace; default: that folder.
	RootOf func(dir string) string
	// IgnoreFiles reads the ignore files of git that lie above a folder; default none.
	IgnoreFiles func(dir string) []lint.IgnoreFile
	// Engines run the rule packs that rulesets name; default none.
	Engines []lint.Engine
	// RulesetEngine finds what runs the rulesets by the name that the configuration of a
	// folder has for it; default: the rulesets are run as Spectral reads them.
	RulesetEngine func(name string) (lint.RulesetEngine, error)
	// Functions has the functions in JavaScript run that rulesets name, as in lint.Options;
	// default: they are not run.
	Functions func(files fs.FS) ruleset.Functions
	// Files makes the tree of files of a folder, which may read from other hosts; default:
	// the folder alone.
	Files func(dir string, files fs.FS) (fs.FS, error)
	// Delay is how long nothing must change before documents are judged; default 150 ms.
	Delay time.Duration
}

// ErrNotShutDown is the error of a connection that ended before the client asked the
// server to shut down.
var ErrNotShutDown = errors.New("the client ended without a request to shut down")

// Serve talks to a client until it says exit, its stream ends, or ctx ends. Its error is
// ErrNotShutDown, that of ctx, or of a stream that is no longer one of messages.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opts *Options) error {
	s := &server{wire: newWire(in, out), buffers: map[string]*buffer{}, incoming: make(chan incoming, 64), cancelled: map[string]bool{}, encoding: utf16Units}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.Delay <= 0 {
		s.opts.Delay = 150 * time.Millisecond
	}
	s.delay = s.opts.Delay
	defer s.close()
	ctx, end := context.WithCancel(ctx)
	defer end()
	s.ctx = ctx
	go s.read(ctx)
	return s.loop(ctx)
}

// server is the state of a connection. All but what lock guards belongs to the loop.
type server struct {
	wire *wire
	opts Options
	ctx  context.Context //nolint:containedctx // that of the connection

	incoming chan incoming
	state    state
	client   initializeParams
	encoding encoding
	roots    []*root
	buffers  map[string]*buffer
	calm     *time.Timer
	// delay is how long nothing must change before documents are judged again.
	delay    time.Duration
	requests int

	lock sync.Mutex
	// cancelled are the requests that the client no longer wants an answer to.
	cancelled map[string]bool
	// interrupt ends the run that is under way.
	interrupt context.CancelFunc
}

type state uint8

const (
	created state = iota
	running
	shutDown
	exited
)

// incoming is a message, or why there is none.
type incoming struct {
	message *message
	err     error
}

// read hands messages to the loop. What the client cancels, and a change of what is
// being judged, is noted at once.
func (s *server) read(ctx context.Context) {
	for {
		m, err := s.wire.read()
		if m != nil {
			s.overtake(m)
		}
		select {
		case s.incoming <- incoming{m, err}:
		case <-ctx.Done():
			return
		}
		if _, goesOn := errors.AsType[*responseError](err); err != nil && !goesOn {
			return
		}
	}
}

// maxCancelled bounds how many cancelled requests are remembered.
const maxCancelled = 1000

func (s *server) overtake(m *message) {
	s.lock.Lock()
	defer s.lock.Unlock()
	switch m.Method {
	case "$/cancelRequest":
		var p cancelParams
		if json.Unmarshal(m.Params, &p) == nil && len(s.cancelled) < maxCancelled {
			s.cancelled[string(p.ID)] = true
		}
	case "textDocument/didChange", "exit", "shutdown":
		if s.interrupt != nil {
			s.interrupt()
		}
	}
}

// cancelParams name the request that is no longer wanted.
type cancelParams struct {
	ID json.RawMessage `json:"id"`
}

// forget drops a cancellation whose turn has come: the request came before it, and is
// answered.
func (s *server) forget(p *cancelParams) (any, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.cancelled, string(p.ID))
	return nil, nil
}

// loop handles messages, and judges documents when nothing has changed for a while.
func (s *server) loop(ctx context.Context) error {
	s.calm = time.NewTimer(time.Hour)
	s.calm.Stop()
	defer s.calm.Stop()
	for s.state != exited {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.calm.C:
			s.judge()
		case in := <-s.incoming:
			if err := s.receive(in); err != nil {
				return err
			}
		}
	}
	return nil
}

// receive handles what was read; its error ends the connection.
func (s *server) receive(in incoming) error {
	if failed, ok := errors.AsType[*responseError](in.err); ok {
		return s.wire.write(&message{ID: json.RawMessage("null"), Error: failed})
	}
	switch {
	case errors.Is(in.err, io.EOF):
		return s.ended()
	case in.err != nil:
		return in.err
	case in.message.Method == "exit":
		err := s.ended()
		s.state = exited
		return err
	}
	return s.handle(in.message)
}

// ended is the error of a connection that the client ends.
func (s *server) ended() error {
	if s.state != shutDown {
		return ErrNotShutDown
	}
	s.state = exited
	return nil
}

// handle answers a request, or acts on a notification; its error is that of the stream.
func (s *server) handle(m *message) error {
	if m.Method == "" {
		return nil // the answer to a request of ours
	}
	result, err := s.answer(m)
	if !m.isRequest() {
		return nil // what is wrong with a notification has no answer
	}
	out := &message{ID: m.ID}
	if err != nil {
		failed, ok := errors.AsType[*responseError](err)
		if !ok {
			failed = &responseError{codeRequestFailed, err.Error()}
		}
		out.Error = failed
		return s.wire.write(out)
	}
	if out.Result, err = json.Marshal(result); err != nil {
		return err
	}
	return s.wire.write(out)
}

// answer finds what a message asks for. A panic is the error of one request.
func (s *server) answer(m *message) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &responseError{codeInternal, fmt.Sprintf("%s failed: %v", m.Method, r)}
		}
	}()
	if err := s.refusal(m); err != nil {
		return nil, err
	}
	handler, known := handlers()[m.Method]
	if !known {
		return nil, &responseError{codeUnknownMethod, fmt.Sprintf("unknown method %q", m.Method)}
	}
	return handler(s, m.Params)
}

// refusal is why a message is not handled.
func (s *server) refusal(m *message) error {
	s.lock.Lock()
	cancelled := s.cancelled[string(m.ID)]
	delete(s.cancelled, string(m.ID))
	s.lock.Unlock()
	switch {
	case cancelled && m.isRequest():
		return &responseError{codeCancelled, "the request was cancelled"}
	case s.state == created && m.Method != "initialize":
		return &responseError{codeNotInitialized, "the first request must be initialize"}
	case s.state == running && m.Method == "initialize":
		return &responseError{codeInvalidRequest, "the server is initialized already"}
	case s.state == shutDown:
		return &responseError{codeInvalidRequest, "the server was shut down"}
	}
	return nil
}

// handler handles a message by its parameters.
type handler func(s *server, params json.RawMessage) (any, error)

// with reads the parameters of a message.
func with[P any](handle func(*server, *P) (any, error)) handler {
	return func(s *server, params json.RawMessage) (any, error) {
		p := new(P)
		if len(params) > 0 {
			if err := json.Unmarshal(params, p); err != nil {
				return nil, &responseError{codeInvalidParams, "invalid parameters: " + err.Error()}
			}
		}
		return handle(s, p)
	}
}

func handlers() map[string]handler {
	return map[string]handler{
		"initialize":  with((*server).initialize),
		"initialized": with((*server).initialized),
		"shutdown":    with((*server).shutdown),

		"$/cancelRequest": with((*server).forget),
		"$/setTrace":      with(func(*server, *struct{}) (any, error) { return nil, nil }),

		"textDocument/didOpen":   with((*server).didOpen),
		"textDocument/didChange": with((*server).didChange),
		"textDocument/didSave":   with((*server).didSave),
		"textDocument/didClose":  with((*server).didClose),

		"textDocument/diagnostic":     with((*server).pulled),
		"textDocument/hover":          with((*server).hover),
		"textDocument/definition":     with((*server).definition),
		"textDocument/references":     with((*server).references),
		"textDocument/completion":     with((*server).completion),
		"textDocument/codeAction":     with((*server).codeActions),
		"textDocument/prepareRename":  with((*server).prepareRename),
		"textDocument/rename":         with((*server).rename),
		"textDocument/documentSymbol": with((*server).symbols),
		"workspace/executeCommand":    with((*server).execute),

		"workspace/didChangeWatchedFiles":     with((*server).didSave),
		"workspace/didChangeConfiguration":    with((*server).didSave),
		"workspace/didChangeWorkspaceFolders": with((*server).didChangeFolders),
	}
}

// request asks the client for something; its answer is not waited for.
func (s *server) request(method string, params any) error {
	var text json.RawMessage
	if params != nil {
		var err error
		if text, err = json.Marshal(params); err != nil {
			return err
		}
	}
	s.requests++
	id, err := json.Marshal(fmt.Sprintf("triallint-%d", s.requests))
	if err != nil {
		return err
	}
	return s.wire.write(&message{ID: id, Method: method, Params: text})
}

// close lets go of the folders.
func (s *server) close() {
	for _, r := range s.roots {
		r.close()
	}
}
