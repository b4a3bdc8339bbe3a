//go:build lean

package main

import (
	"context"
	"errors"
	"io"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/sparql"
)

// parquetIncluded returns an error: this build has no Parquet.
func parquetIncluded() error {
	return errors.New("tables in Parquet are not in this build: it was built with -tags lean\nhint: build it without that tag, or take the released binary")
}

// tableFolder is a file that is never made.
type tableFolder struct{ file }

func (*convertCmd) createTables() (file, error) { return nil, parquetIncluded() }

func (*tableFolder) fill(context.Context, convert.Input, func() convert.Converter, *convert.Options) (convert.Summary, error) {
	return convert.Summary{}, parquetIncluded()
}

func newParquet(io.Writer, []string) (sparql.ResultWriter, error) { return nil, parquetIncluded() }

func tableList(string) ([]byte, error) { return nil, parquetIncluded() }
