package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/shard"
	"github.com/trialweave/trialweave/study"
)

// shardFlags let one machine of several convert its part of the input.
type shardFlags struct {
	Plan        string `placeholder:"FILE" help:"Convert a part of an input that trialweave plan divided; -o DIR/ gets the part and its manifest."`
	Shard       string `placeholder:"i/N" help:"Which part of the plan, from 0. Default: the index that Kubernetes, AWS Batch or Nomad gives the job."`
	CheckInputs bool   `help:"Make sure, byte by byte, that the inputs are those of the plan. Default: their sizes are compared."`
}

// indexVariables are where orchestrators say which of several jobs one is.
var indexVariables = [...]string{"JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX", "NOMAD_ALLOC_INDEX"}

// number is the shard that is asked for, of a plan.
func (s *shardFlags) number(p *plan) (int, error) {
	text := s.Shard
	for _, name := range indexVariables {
		if text == "" {
			text = os.Getenv(name)
		}
	}
	if text == "" {
		return 0, fmt.Errorf("no shard, expected --shard i/%d, or %s in the environment", p.Shards, strings.Join(indexVariables[:], " or "))
	}
	index, of, isPart := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n := p.Shards
	if isPart && err == nil {
		n, err = strconv.Atoi(of)
	}
	if err != nil || n != p.Shards || i < 0 || i >= p.Shards {
		return 0, fmt.Errorf("shard %q, expected one from 0/%d to %d/%d", text, p.Shards, p.Shards-1, p.Shards)
	}
	return i, nil
}

// shard converts a part of a plan. One that is there already stays as it is.
func (c *convertCmd) shard(ctx context.Context, std *streams) error {
	if err := c.shardable(); err != nil {
		return err
	}
	p, id, err := readPlan(c.Plan)
	if err != nil {
		return err
	}
	i, err := c.number(&p)
	if err != nil {
		return err
	}
	if err := p.check(ctx, i, c.CheckInputs); err != nil {
		return err
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	m := writtenPart{shard.Manifest{
		Format: shard.Format, Plan: id, Options: c.optionsText(), Shared: options.SharedGraph(),
		Shard: i, Shards: p.Shards, File: shard.Name(i, p.Shards) + ".nq.gz",
	}}
	dir := c.Output
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a folder that the user names, as public as others
		return err
	}
	if done, err := m.done(ctx, dir); done || err != nil {
		if done {
			fmt.Fprintf(std.err, "shard %d of %d is there already\n", i, p.Shards)
		}
		return m.outcome(err)
	}
	in, err := study.OpenRanges(p.Ranges[i], std.studyOptions())
	if err != nil {
		return err
	}
	c.Output = filepath.Join(dir, m.File)
	if c.Rejects == "" {
		c.Rejects = filepath.Join(dir, shard.Name(i, p.Shards)+".rejects.ndjson")
	}
	summary, err := c.run(ctx, std, in)
	if err != nil && !errors.Is(err, errRejected) {
		return err
	}
	return m.write(ctx, dir, summary)
}

// shardable says what a part cannot be.
func (c *convertCmd) shardable() error {
	switch {
	case len(c.Inputs) > 0:
		return errors.New("--plan names the inputs, expected none beside it")
	case !strings.HasSuffix(c.Output, "/"):
		return fmt.Errorf("-o %q, expected a folder, such as parts/, with --plan", c.Output)
	case c.format() != rdf.NQuads || c.isJSONLD() || c.Split > 0:
		return errors.New("parts are N-Quads, expected no --format and no --split with --plan")
	case c.History:
		return errors.New("versions of a record may be in several parts, expected no --history with --plan")
	}
	return nil
}

// optionsText tells runs with different options apart.
func (c *convertCmd) optionsText() string {
	text, err := json.Marshal(&struct {
		*modelFlags
		Statements bool              `json:",omitempty"`
		Directions jsonld.Directions `json:",omitempty"`
	}{&c.modelFlags, c.Statements, c.directions()})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// writtenPart is a part and its manifest, as they lie in a folder.
type writtenPart struct{ shard.Manifest }

func (m *writtenPart) path(dir string) string { return filepath.Join(dir, m.Name()) }

// done reads the manifest of a part that is there, and reports whether it is of
// the same plan and options, and the part as it says.
func (m *writtenPart) done(ctx context.Context, dir string) (bool, error) {
	text, err := os.ReadFile(m.path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// A part that is not as its manifest says is made again.
	manifest, err := shard.Parse(m.path(dir), text)
	there := writtenPart{manifest}
	whole := err == nil && there.Plan == m.Plan && there.Options == m.Options && there.verify(ctx, dir) == nil
	if whole {
		*m = there
	}
	return whole, nil
}

// verify says what is wrong with a part.
func (m *writtenPart) verify(ctx context.Context, dir string) error {
	path := filepath.Join(dir, m.File)
	sum, size, err := hashFile(ctx, path)
	if err != nil {
		return err
	}
	return m.Check(path, sum, size)
}

// write describes the part that was just made.
func (m *writtenPart) write(ctx context.Context, dir string, s convert.Summary) error {
	var err error
	if m.SHA256, m.Bytes, err = hashFile(ctx, filepath.Join(dir, m.File)); err != nil {
		return err
	}
	m.Studies, m.Quads, m.Rejected = s.Studies, s.Quads, s.Rejected
	m.Again, m.Later = s.Again, s.Later
	text, err := m.Text()
	if err != nil {
		return err
	}
	temp := m.path(dir) + ".part"
	if err := os.WriteFile(temp, text, 0o644); err != nil { //nolint:gosec // beside the part, and as public
		return err
	}
	return m.outcome(os.Rename(temp, m.path(dir)))
}

// outcome is the outcome of a shard: rejected records are told each time.
func (m *writtenPart) outcome(err error) error {
	if err == nil && m.Rejected > 0 {
		return errRejected
	}
	return err
}
