//go:build lean

package toolserver

import (
	"context"
	"errors"
	"io"
)

// Included returns an error: this build has no server.
func Included() error {
	return errors.New("the Model Context Protocol is not in this build: it was built with -tags lean\nhint: build it without that tag, or take the released binary")
}

// Server has no tools in this build, and serves nothing.
type Server struct{}

// New makes a server.
func New(Options) *Server { return &Server{} }

// Add adds nothing.
func Add[In, Out any](*Server, Tool, func(context.Context, In) (Out, error)) {}

// Serve fails.
func (*Server) Serve(context.Context, io.Reader, io.Writer) error { return Included() }
