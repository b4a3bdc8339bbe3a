package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/output"
	cohort "github.com/trialweave/trialweave/sample"
)

// sampleCmd makes synthetic studies.
type sampleCmd struct {
	Number int    `short:"n" name:"number" default:"500" help:"How many studies."`
	Seed   uint64 `default:"1" help:"Which studies: the same seed makes the same ones, and the first 500 of 1000 are those of 500."`
	Output string `short:"o" default:"-" placeholder:"FILE|DIR/|-" help:"Where to write: a line for each study, or in a .zip, or in a folder, whose name ends in /, a file for each; .gz and .zst compress. Default: standard output."`
}

// Help tells what the studies are.
func (sampleCmd) Help() string {
	return `The studies are records of the Data API, version 2, of nobody: fields, codes, dates,
sizes and lengths are as frequent as they were counted among real studies; names and
texts are invented, and say so. Their numbers begin with NCT9, which the registry has
not reached. Every command reads them:

trialweave sample -n 1000 -o cohort.zip && trialweave query 10 cohort.zip`
}

// Run writes the studies.
func (c *sampleCmd) Run(ctx context.Context, std *streams) error {
	if c.Number < 1 || c.Number > cohort.Most {
		return fmt.Errorf("-n %d, expected a number from 1 to %d", c.Number, cohort.Most)
	}
	if strings.HasSuffix(c.Output, "/") {
		return c.folder(ctx)
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	var sink convert.Sink = lineSink{out}
	if strings.HasSuffix(c.Output, ".zip") {
		sink = newZIPSink(out)
	}
	err = c.each(ctx, func(_ int, record []byte) error { return sink.WriteStudy(nil, record) })
	if err == nil {
		err = sink.Close()
	}
	if err != nil {
		return err
	}
	return out.Commit()
}

// each makes the studies, each of which is a line.
func (c *sampleCmd) each(ctx context.Context, write func(n int, record []byte) error) error {
	source := cohort.New(c.Seed)
	var record []byte
	for n := range c.Number {
		if err := ctx.Err(); err != nil {
			return err
		}
		record = append(source.Append(record[:0], n), '\n')
		if err := write(n, record); err != nil {
			return err
		}
	}
	return nil
}

// folder writes a file for each study into a folder, which is new or empty.
func (c *sampleCmd) folder(ctx context.Context) error {
	if entries, err := os.ReadDir(c.Output); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: the folder is not empty\nhint: name a new folder", c.Output)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(c.Output, 0o755); err != nil { //nolint:gosec // the studies are for everybody
		return err
	}
	return c.each(ctx, func(n int, record []byte) error {
		out, err := output.Create(filepath.Join(c.Output, cohort.ID(n)+".json"), io.Discard, 1)
		if err != nil {
			return err
		}
		defer out.Abort()
		if _, err := out.Write(record); err != nil {
			return err
		}
		return out.Commit()
	})
}
