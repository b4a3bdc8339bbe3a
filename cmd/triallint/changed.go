package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
)

// narrow drops, with --changed-since, the findings that the revision has too:
// its documents are linted by today's rules.
func (c *lintCmd) narrow(ctx context.Context, std *streams, w *workspace, config *lint.Config, r *report.Report) error {
	if c.ChangedSince == "" {
		return nil
	}
	dir, remove, err := scratch.add()
	if err != nil {
		return err
	}
	defer remove()
	if err := checkOut(ctx, w.root, c.ChangedSince, dir); err != nil {
		return fmt.Errorf("--changed-since: %w", err)
	}
	old := *w
	old.root = dir
	if old.files, err = openRoot(dir); err != nil {
		return err
	}
	old.paths = nil
	for _, p := range w.paths {
		if fileExists(old.files, p) {
			old.paths = append(old.paths, p)
		}
	}
	if len(c.Ruleset) == 0 {
		old.rulesetFiles = old.files
	}
	known, _, err := c.judge(ctx, &old, config)
	if err != nil {
		return fmt.Errorf("--changed-since: %w", err)
	}
	gone := formats.Baseline(r, known)
	std.note("%s", goneNote(len(gone), c.ChangedSince))
	return nil
}

// checkOut writes the files of a revision below a folder of a git repository
// into dir.
func checkOut(ctx context.Context, root, revision, dir string) error {
	if strings.HasPrefix(revision, "-") {
		return fmt.Errorf("%q is not a revision", revision)
	}
	git := exec.CommandContext(ctx, "git", "-C", root, "archive", "--format=tar", revision, ".")
	var out, complaint bytes.Buffer
	git.Stdout, git.Stderr = &out, &complaint
	if err := git.Run(); err != nil {
		return fmt.Errorf("git archive %s: %s", revision, strings.TrimSpace(complaint.String()))
	}
	return unpack(&out, dir)
}

// unpack writes the plain files of an archive below dir.
func unpack(archive io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for reader := tar.NewReader(archive); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := writeFile(root, header.Name, reader); err != nil {
			return err
		}
	}
}

func writeFile(root *os.Root, name string, from io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := root.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// goneNote says how many findings a change has mended.
func goneNote(n int, revision string) string {
	if n == 1 {
		return "1 finding of " + revision + " is gone"
	}
	return fmt.Sprintf("%d findings of %s are gone", n, revision)
}
