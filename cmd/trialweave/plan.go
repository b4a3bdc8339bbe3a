package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/study"
)

type planCmd struct {
	Inputs []string `arg:"" name:"INPUT" help:"Files, folders and ZIPs of studies."`
	Shards int      `required:"" placeholder:"N" help:"How many parts to divide the input into."`
	Output string   `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write the plan. Default: standard output."`
}

// plan divides an input among runs of convert on several machines.
type plan struct {
	Format int             `json:"format"`
	Shards int             `json:"shards"`
	Inputs []plannedInput  `json:"inputs"`
	Ranges [][]study.Range `json:"ranges"`
}

// plannedInput is a file as it was when it was divided.
type plannedInput struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const planFormat = 1

// Run divides the input.
func (c *planCmd) Run(ctx context.Context, std *streams) error {
	if c.Shards < 1 {
		return fmt.Errorf("--shards %d, expected 1 or more", c.Shards)
	}
	ranges, err := study.Divide(c.Inputs, c.Shards, &study.Options{Database: std.database()})
	if err != nil {
		return err
	}
	p := plan{Format: planFormat, Shards: c.Shards, Ranges: ranges}
	seen := map[string]bool{}
	for _, shard := range ranges {
		for _, r := range shard {
			if seen[r.Path] {
				continue
			}
			seen[r.Path] = true
			input, err := describeInput(ctx, r.Path)
			if err != nil {
				return err
			}
			p.Inputs = append(p.Inputs, input)
		}
	}
	out, err := output.Create(c.Output, std.out, 1)
	if err != nil {
		return err
	}
	defer out.Abort()
	text, err := json.MarshalIndent(&p, "", " ")
	if err != nil {
		return err
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		return err
	}
	return out.Commit()
}

func describeInput(ctx context.Context, path string) (plannedInput, error) {
	sum, size, err := hashFile(ctx, path)
	return plannedInput{Path: path, Size: size, SHA256: sum}, err
}

// hashFile returns the SHA-256 of a file and its size.
func hashFile(ctx context.Context, path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, input.Unreadable(path, err)
	}
	defer f.Close()
	h := sha256.New()
	buf := make([]byte, 1<<20)
	for {
		if ctx.Err() != nil {
			return "", 0, context.Cause(ctx)
		}
		n, err := f.Read(buf)
		h.Write(buf[:n])
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), size, nil
		}
		if err != nil {
			return "", 0, input.Unreadable(path, err)
		}
	}
}

// readPlan reads a plan, and returns the hash of its text, by which parts are
// known to be of it.
func readPlan(path string) (p plan, id string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return p, "", input.Unreadable(path, err)
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, "", fmt.Errorf("%s: not a plan: %w", path, err)
	}
	if p.Format != planFormat || p.Shards < 1 || len(p.Ranges) != p.Shards {
		return p, "", fmt.Errorf("%s: not a plan of this version, expected one that trialweave plan wrote", path)
	}
	sum := sha256.Sum256(text)
	return p, hex.EncodeToString(sum[:]), nil
}

// check makes sure that the files of a shard are those that were divided. The
// size tells at once; every byte is looked at when asked for.
func (p *plan) check(ctx context.Context, shard int, hashes bool) error {
	mine := map[string]bool{}
	for _, r := range p.Ranges[shard] {
		mine[r.Path] = true
	}
	for _, planned := range p.Inputs {
		if !mine[planned.Path] {
			continue
		}
		info, err := os.Stat(planned.Path)
		if err != nil {
			return input.Unreadable(planned.Path, err)
		}
		if info.Size() != planned.Size {
			return fmt.Errorf("%s has %d bytes, and had %d when it was divided\nhint: make a new plan", planned.Path, info.Size(), planned.Size)
		}
		if !hashes {
			continue
		}
		sum, _, err := hashFile(ctx, planned.Path)
		if err != nil {
			return err
		}
		if sum != planned.SHA256 {
			return fmt.Errorf("%s is not the file that was divided: SHA-256 %s, expected %s\nhint: make a new plan", planned.Path, sum, planned.SHA256)
		}
	}
	return nil
}
