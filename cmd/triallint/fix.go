package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	files "github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/lint"
)

// fixCmd writes what answers findings that have one right answer.
type fixCmd struct {
	Paths    []string `arg:"" optional:"" name:"PATH" help:"Files or folders; default: this folder."`
	Overlay  string   `help:"Write the fixes of a description as an OpenAPI Overlay 1.0; a folder where several descriptions have fixes. Default: a new file in the patch." placeholder:"FILE|DIR/"`
	Official []string `help:"Description that says how the API is." placeholder:"FILE"`
	Root     string   `help:"Folder whose files may be read." placeholder:"DIR"`
	reaching
}

// Help says more than --help has room for.
func (fixCmd) Help() string {
	return `Nothing is changed: a patch goes to standard output (triallint fix | git apply), and what descriptions need is an overlay,
in the patch or in the file that --overlay names. Fixed is what is certain: names that differ from exactly one other by case, or
by one or two letters of a word, white space around links, and the patterns, parameters and responses that the official
description has. Everything else with a "did you mean" is left to you. A second run, once the first is applied, writes nothing.
Fixes answer the checks alone: no rule of a ruleset is run, so that there is no --allow-functions.`
}

// Run writes the fixes.
func (c *fixCmd) Run(ctx context.Context, std *streams) error {
	w, corpus, err := openReaching(ctx, c.Root, c.Paths, nil, &c.reaching)
	if err != nil {
		return err
	}
	if err := addOfficials(corpus, c.Official); err != nil {
		return err
	}
	repair := lint.Fixes(corpus)
	if err := c.overlays(std, w, repair); err != nil {
		return err
	}
	patch := repair.Patch(func(file string) string { return w.name(file) })
	if len(patch) == 0 && len(repair.Descriptions()) == 0 {
		std.note("no automatic fixes")
	}
	_, err = std.out.Write(patch)
	return err
}

// overlays writes an overlay for each description, to where the user wants
// them.
func (c *fixCmd) overlays(std *streams, w *workspace, repair *lint.Repair) error {
	descriptions := repair.Descriptions()
	folder := c.Overlay != "" && (strings.HasSuffix(c.Overlay, "/") || isFolder(c.Overlay))
	if c.Overlay != "" && !folder && len(descriptions) > 1 {
		return fmt.Errorf("%d descriptions have fixes: %s\nhint: name a folder, --overlay %s/", len(descriptions), strings.Join(descriptions, ", "), strings.TrimSuffix(c.Overlay, path.Ext(c.Overlay)))
	}
	for _, description := range descriptions {
		name := c.Overlay
		switch {
		case folder:
			name = filepath.Join(c.Overlay, path.Base(lint.OverlayName(description)))
		case name == "":
			if err := c.inPatch(std, w, repair, description); err != nil {
				return err
			}
			continue
		}
		if err := c.inFile(w, repair, description, name); err != nil {
			return err
		}
		std.note("wrote %s", name)
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// inPatch writes an overlay as a new file of the patch.
func (c *fixCmd) inPatch(std *streams, w *workspace, repair *lint.Repair, description string) error {
	name := lint.OverlayName(description)
	way, err := filepath.Rel(filepath.FromSlash(path.Dir(name)), filepath.FromSlash(description))
	if err != nil {
		return err
	}
	text, err := repair.Overlay(description, filepath.ToSlash(way))
	if err != nil {
		return err
	}
	_, err = std.out.Write(lint.NewFile(w.name(name), text))
	return err
}

// inFile writes an overlay to a file, which may lie anywhere.
func (c *fixCmd) inFile(w *workspace, repair *lint.Repair, description, name string) error {
	abs, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	way, err := filepath.Rel(filepath.Dir(abs), filepath.Join(w.root, filepath.FromSlash(description)))
	if err != nil {
		return err
	}
	text, err := repair.Overlay(description, filepath.ToSlash(way))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o755); err != nil {
		return err
	}
	f, err := files.Create(abs, nil, 1)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Commit()
}
