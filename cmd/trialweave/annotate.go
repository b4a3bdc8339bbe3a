package main

import (
	"context"
	"errors"
	"io"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

type annotateCmd struct {
	Inputs      []string `arg:"" name:"INPUT" help:"Files, folders and ZIPs of studies, compressed or not; - is standard input."`
	NDJSON      bool     `name:"ndjson" help:"One document a line. Default: one document, or an array of them."`
	ContextMode string   `enum:"inline,url,none" default:"inline" help:"How the context is given: inline, url or none."`
	Output      string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write; .gz and .zst compress. Default: standard output."`
	modelFlags
}

// Run carries the command out.
func (c *annotateCmd) Run(ctx context.Context, std *streams) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	engine, err := std.engine(options)
	if err != nil {
		return err
	}
	in, err := std.open(c.Inputs)
	if err != nil {
		return err
	}
	if err := apart(c.Inputs, c.Output); err != nil {
		return err
	}
	out, err := output.Create(c.Output, std.out, 2)
	if err != nil {
		return err
	}
	defer out.Abort()
	return c.annotate(ctx, std, in, engine, out)
}

func (c *annotateCmd) annotate(ctx context.Context, std *streams, in *study.Input, e engine, out *output.File) error {
	bar := newProgress(std, in)
	defer bar.finish()
	faults := faultPrinter{std: std, bar: bar}
	list := documents{w: out, lines: c.NDJSON}
	var document []byte
	var seen study.Seen
	var left convert.Summary
	for r, err := range in.Records(ctx) {
		if err != nil {
			return err
		}
		var fault *source.Error
		if document, fault = c.one(e, document[:0], r); fault != nil {
			_ = faults.reject(fault)
			continue
		}
		if first, later := seen.Add(study.VersionOf(r.JSON)); !first {
			if left.Again++; later {
				left.Later++
			}
			continue
		}
		if err := list.add(document); err != nil {
			return err
		}
		bar.record(0)
	}
	bar.finish()
	faults.finish()
	if err := allRejected(int64(list.n), int64(faults.n)); err != nil {
		return err
	}
	if err := list.close(); err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	summarizeAgain(std.err, left)
	summarizeNotes(std.err, in)
	if faults.n > 0 {
		return errRejected
	}
	return nil
}

func (c *annotateCmd) one(e engine, dst []byte, r study.Record) ([]byte, *source.Error) {
	fault := r.Err
	if fault != nil {
		return dst, fault
	}
	if _, fault = study.Validate(r.JSON); fault == nil {
		document, err := e.annotate(dst, r.JSON, r.Form, mapping.ContextMode(c.ContextMode))
		if err == nil {
			return document, nil
		}
		if !errors.As(err, &fault) {
			fault = &source.Error{Problem: "the record cannot be annotated", Err: err}
		}
	}
	placed := *fault
	placed.File = r.File
	placed.Offset = max(placed.Offset, 0) + r.Offset
	if r.Made {
		placed.Offset = r.Offset
	}
	return dst, &placed
}

// documents writes one document as it is and several as an array, or each on
// a line of its own.
type documents struct {
	w     io.Writer
	lines bool
	first []byte
	n     int
}

func (d *documents) add(document []byte) error {
	d.n++
	switch {
	case d.lines:
		return d.write(document, "\n")
	case d.n == 1:
		d.first = append(d.first, document...)
		return nil
	case d.n == 2:
		if err := d.write([]byte("[\n"), string(d.first)); err != nil {
			return err
		}
		d.first = nil
	}
	return d.write([]byte(",\n"), string(document))
}

func (d *documents) close() error {
	switch {
	case d.lines:
		return nil
	case d.n == 0:
		return d.write(nil, "[]\n")
	case d.n == 1:
		return d.write(d.first, "\n")
	}
	return d.write(nil, "\n]\n")
}

func (d *documents) write(b []byte, tail string) error {
	if _, err := d.w.Write(b); err != nil {
		return err
	}
	_, err := io.WriteString(d.w, tail)
	return err
}
