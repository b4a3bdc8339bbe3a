//go:build !lean

package toolserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Limits of messages.
const (
	maxMessage = 8 << 20
	maxAnswer  = 1 << 20
)

// Included returns an error where the build has no server.
func Included() error { return nil }

// Server has tools. Add adds one.
type Server struct {
	// MCP is the server of the SDK, which tests connect to.
	MCP     *mcp.Server
	timeout time.Duration
	slots   chan struct{}
}

// New makes a server without tools.
func New(o Options) *Server {
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	return &Server{
		MCP: mcp.NewServer(&mcp.Implementation{Name: o.Name, Title: o.Title, Version: o.Version}, &mcp.ServerOptions{
			Instructions: o.Instructions, Capabilities: &mcp.ServerCapabilities{},
		}),
		timeout: o.Timeout, slots: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
}

// Add adds a tool, whose schemas are those of the types: a field is described by its
// tag jsonschema, and needed unless its tag json says omitempty. As many calls run at
// a time as there are processors; the error of one is an answer, which says so.
func Add[In, Out any](s *Server, t Tool, call func(context.Context, In) (Out, error)) {
	no := false
	tool := &mcp.Tool{
		Name: t.Name, Title: t.Title, Description: t.Description,
		Annotations: &mcp.ToolAnnotations{Title: t.Title, ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &no},
	}
	mcp.AddTool(s.MCP, tool, func(ctx context.Context, _ *mcp.CallToolRequest, in In) (_ *mcp.CallToolResult, out Out, err error) {
		ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("the call takes longer than %s", s.timeout))
		defer cancel()
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, out, context.Cause(ctx)
		}
		if out, err = awaited(ctx, in, call, func() { <-s.slots }); err != nil {
			return nil, *new(Out), err
		}
		text, err := json.Marshal(out)
		if err == nil && len(text) > maxAnswer {
			err = fmt.Errorf("the answer has %d bytes, expected at most %d; ask for less at a time", len(text), maxAnswer)
		}
		if err != nil {
			return nil, *new(Out), err
		}
		return nil, out, nil
	})
}

// awaited calls a function, and waits for it only as long as the context lasts. One that
// does not notice that it ended keeps its slot until it returns.
func awaited[In, Out any](ctx context.Context, in In, call func(context.Context, In) (Out, error), release func()) (Out, error) {
	type answer struct {
		out Out
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer release()
		out, err := guarded(ctx, in, call)
		done <- answer{out, err}
	}()
	select {
	case a := <-done:
		return a.out, a.err
	case <-ctx.Done():
		return *new(Out), context.Cause(ctx)
	}
}

// guarded calls a function; a panic becomes its error.
func guarded[In, Out any](ctx context.Context, in In, call func(context.Context, In) (Out, error)) (out Out, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the call failed: %v; this is a fault of the program", r)
		}
	}()
	out, err = call(ctx, in)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out, err
}

// Serve answers until in ends, or ctx does.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	defer s.drain()
	err := s.MCP.Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(in), Writer: keptOpen{out}, MaxLineLength: maxMessage})
	if err != nil && ctx.Err() == nil && !errors.Is(err, io.EOF) && !errors.Is(err, mcp.ErrConnectionClosed) {
		return err
	}
	return nil
}

// drainTime is how long the calls that still run have to return once the server ends.
const drainTime = 5 * time.Second

// drain waits for the calls that still run, since what they read may be closed next.
func (s *Server) drain() {
	end := time.After(drainTime)
	for range cap(s.slots) {
		select {
		case s.slots <- struct{}{}:
		case <-end:
			return
		}
	}
}

// keptOpen is a writer whose Close does nothing.
type keptOpen struct{ io.Writer }

func (keptOpen) Close() error { return nil }
