//go:build lean

package aact

import (
	"context"
	"errors"
)

func (DatabaseOptions) connect(context.Context, string) (*connection, error) {
	return nil, errors.New("PostgreSQL is not in this build: it was built with -tags lean\nhint: build it without that tag, or take the released binary")
}

// connection is one that is never made.
type connection struct{}

func (*connection) Close(context.Context) error { return nil }

func (*connection) do(context.Context, string) error { return nil }

func (*connection) rows(context.Context, func([][]byte), string, ...string) error { return nil }
