package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watch runs once and then whenever something below the paths changes, until
// it is interrupted.
func (c *lintCmd) watch(ctx context.Context, std *streams, once func() error) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return err
	}
	defer func() { _ = watcher.Close() }()
	paths := append(append([]string{}, c.Paths...), c.Ruleset...)
	if len(c.Paths) == 0 {
		paths = append(paths, ".")
	}
	for {
		for _, p := range paths {
			if !isBuiltin(p) {
				watchFolders(watcher, p)
			}
		}
		if err := once(); err != nil && !errors.Is(err, errFindings) && !errors.Is(err, errUnchecked) {
			std.note("%v", err)
		}
		std.note("watching; press Ctrl-C to end")
		if !nextChange(ctx, std, watcher) {
			return nil
		}
	}
}

// watchFolders watches a file's folder, or a folder with those below it. What
// cannot be read is not watched: the run reports it.
func watchFolders(watcher *fsnotify.Watcher, p string) {
	if info, err := os.Stat(p); err == nil && !info.IsDir() {
		p = filepath.Dir(p)
		_ = watcher.Add(p)
		return
	}
	_ = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return nil //nolint:nilerr // the rest of the tree is watched
		case name != p && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		}
		return watcher.Add(name)
	})
}

// settle is how long nothing must change before the next run: editors write a
// file in several steps.
const settle = 150 * time.Millisecond

// nextChange waits for a change and for the calm after it; it is false when
// the run was interrupted.
func nextChange(ctx context.Context, std *streams, watcher *fsnotify.Watcher) bool {
	var calm <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case <-watcher.Events:
			calm = time.After(settle)
		case err := <-watcher.Errors:
			std.note("watching: %v", err)
		case <-calm:
			return true
		}
	}
}
