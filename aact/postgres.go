//go:build !lean

package aact

import (
	"context"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/trialweave/trialweave/internal/network"
)

// connect connects to the database.
func (o DatabaseOptions) connect(ctx context.Context, address string) (*connection, error) {
	config, err := pgconn.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	for _, name := range ofPgx {
		delete(config.RuntimeParams, name)
	}
	limits := network.Limits{Connect: o.ConnectTimeout, Idle: o.IdleTimeout}
	if limits.Connect <= 0 {
		limits.Connect = config.ConnectTimeout
	}
	limits = limits.WithDefaults()
	config.ConnectTimeout, config.DialFunc = limits.Connect, limits.Dial
	conn, err := pgconn.ConnectConfig(ctx, config)
	return &connection{conn}, err
}

// ofPgx are parameters of addresses that are of the client pgx, and which no
// server knows. They say how statements are cached, which are not.
var ofPgx = []string{"statement_cache_capacity", "description_cache_capacity", "default_query_exec_mode"}

// connection is a connection whose answers are text.
type connection struct {
	*pgconn.PgConn
}

// do runs statements that have no answer.
func (c *connection) do(ctx context.Context, sql string) error {
	_, err := c.Exec(ctx, sql).ReadAll()
	return err
}

// rows passes on the rows that a query finds. A value that is nil is NULL; values
// are valid until the next row.
func (c *connection) rows(ctx context.Context, each func(values [][]byte), sql string, parameters ...string) error {
	values := make([][]byte, len(parameters))
	for i, p := range parameters {
		values[i] = []byte(p)
	}
	found := c.ExecParams(ctx, sql, values, nil, nil, nil)
	for found.NextRow() {
		each(found.Values())
	}
	_, err := found.Close()
	return err
}
