package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/shard"
)

type mergeCmd struct {
	Dir    string `arg:"" name:"DIR" help:"The folder of the parts that convert --plan wrote."`
	Verify bool   `help:"Only make sure that every part is there, as it was written, and of the same plan."`
	Output string `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write the N-Quads of all parts: the bytes of one run. .gz and .zst compress. Default: standard output."`
}

// Run verifies the parts, then puts them together.
func (c *mergeCmd) Run(ctx context.Context, std *streams) error {
	parts, err := readManifests(c.Dir)
	if err != nil {
		return err
	}
	var studies, quads, rejected int64
	var again convert.Summary
	var faults []error
	for _, m := range parts {
		if err := m.verify(ctx, c.Dir); err != nil {
			faults = append(faults, err)
		}
		studies, quads, rejected = studies+m.Studies, quads+m.Quads, rejected+m.Rejected
		again.Again, again.Later = again.Again+m.Again, again.Later+m.Later
	}
	for _, fault := range faults[:max(len(faults)-1, 0)] {
		std.complain(fault)
	}
	if len(faults) > 0 {
		return faults[len(faults)-1]
	}
	if err := allRejected(studies, rejected); err != nil {
		return err
	}
	var left convert.Left
	if !c.Verify {
		if left, err = c.merge(std, parts); err != nil {
			return err
		}
	}
	again.Again += left.Records
	fmt.Fprintf(std.err, "%d parts, %d studies, %d quads, %d rejected\n", len(parts), studies-left.Records, quads-left.Lines, rejected)
	summarizeAgain(std.err, again)
	if rejected > 0 {
		return errRejected
	}
	return nil
}

// readManifests reads those of a folder: all shards of one plan.
func readManifests(dir string) ([]writtenPart, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "part-*-of-*.json"))
	if err != nil {
		return nil, err
	}
	var out []writtenPart
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, input.Unreadable(path, err)
		}
		m, err := shard.Parse(path, text)
		if err != nil {
			return nil, err
		}
		out = append(out, writtenPart{m})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no part with a manifest, expected those that convert --plan writes", dir)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Shard < out[j].Shard })
	return out, complete(dir, out)
}

// complete says which shard is missing, or of another plan.
func complete(dir string, parts []writtenPart) error {
	first := parts[0]
	at := map[int]bool{}
	for _, m := range parts {
		at[m.Shard] = true
		if m.Plan != first.Plan || m.Shards != first.Shards || m.Options != first.Options {
			return fmt.Errorf("%s is of another plan, or was made with other options, than %s", filepath.Join(dir, m.File), filepath.Join(dir, first.File))
		}
	}
	for i := range first.Shards {
		if !at[i] {
			return fmt.Errorf("%s: shard %d of %d is missing\nhint: trialweave convert --plan FILE --shard %d/%d -o %s/", dir, i, first.Shards, i, first.Shards, dir)
		}
	}
	return nil
}

func (c *mergeCmd) merge(std *streams, parts []writtenPart) (left convert.Left, err error) {
	out, err := output.Create(c.Output, std.out, 2)
	if err != nil {
		return left, err
	}
	defer out.Abort()
	var readers []io.Reader
	for _, m := range parts {
		f := &partReader{path: filepath.Join(c.Dir, m.File)}
		defer f.close()
		readers = append(readers, f)
	}
	left, err = convert.Merge(out, parts[0].Shared, readers...)
	if err != nil {
		return left, err
	}
	return left, out.Commit()
}

// partReader reads a part when it is its turn.
type partReader struct {
	path     string
	file     *os.File
	unpacked io.ReadCloser
}

// Read unpacks the part.
func (p *partReader) Read(b []byte) (int, error) {
	if p.file == nil {
		var err error
		if p.file, err = os.Open(p.path); err != nil {
			return 0, input.Unreadable(p.path, err)
		}
		if p.unpacked, err = decompress.NewReader(p.file, 0); err != nil {
			return 0, fmt.Errorf("%s: %w", p.path, err)
		}
	}
	n, err := p.unpacked.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%s: %w", p.path, err)
	}
	return n, err
}

func (p *partReader) close() {
	if p.unpacked != nil {
		_ = p.unpacked.Close()
	}
	if p.file != nil {
		_ = p.file.Close() // it was only read
	}
}
