package main

import (
	"context"
	"errors"
	"io/fs"
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
	defer watcher.Close()
	for _, p := range append(append([]string{}, c.Paths...), c.Ruleset...) {
		if !isBuiltin(p) {
			watchFolders(watcher, p)
		}
	}
	if len(c.Paths) == 0 {
		watchFolders(watcher, ".")
	}
	for {
		if err := once(); err != nil && !errors.Is(err, errFindings) && !errors.Is(err, errUnchecked) {
			std.note("%v", err)
		}
		std.note("watching; press Ctrl-C to end")
		if !nextChange(ctx, watcher) {
			return nil
		}
	}
}

// watchFolders watches a file's folder, or a folder with those below it.
func watchFolders(watcher *fsnotify.Watcher, p string) {
	_ = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case !d.IsDir():
			if name == p {
				return watcher.Add(filepath.Dir(p))
			}
		case name != p && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		default:
			return watcher.Add(name)
		}
		return nil
	})
}

// settle is how long nothing must change before the next run: editors write a
// file in several steps.
const settle = 150 * time.Millisecond

// nextChange waits for a change and for the calm after it.
func nextChange(ctx context.Context, watcher *fsnotify.Watcher) bool {
	var calm <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case _, ok := <-watcher.Events:
			if !ok {
				return false
			}
			calm = time.After(settle)
		case <-watcher.Errors:
		case <-calm:
			return true
		}
	}
}
