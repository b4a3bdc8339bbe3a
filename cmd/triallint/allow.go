package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trialweave/trialweave/internal/remote"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/script"
)

// allowing are the flags of what a run may do only if the command line says so: no
// file of the repository can set them.
type allowing struct {
	AllowFunctions bool     `help:"Run the functions in JavaScript that rulesets name, in processes without files, network and more than 512 MB of memory. No file of the repository can set this."`
	AllowRemote    []string `sep:"none" help:"Read references and rulesets from this host, as triallint.lock has them. Again for more. Default: no host is asked. No file of the repository can set this." placeholder:"HOST"`
	RemoteCache    string   `help:"Folder in which what was read from hosts is kept. Default: triallint/remote in the cache of the user." placeholder:"DIR"`

	// functions runs functions in JavaScript; nil where that is not allowed.
	functions *script.Host
}

// open starts what is allowed.
func (a *allowing) open() (err error) {
	if a.AllowFunctions {
		a.functions, err = script.New(nil)
	}
	return err
}

// close ends what open started.
func (a *allowing) close() {
	if a.functions != nil {
		a.functions.Close()
	}
}

// apply sets the options of a run.
func (a *allowing) apply(opts *lint.Options) {
	if a.functions != nil {
		opts.Functions = a.functions.Functions
	}
}

// reach lets a workspace read from the hosts that are allowed, as the lock file of its
// root has it.
func (a *allowing) reach(ctx context.Context, w *workspace, mode remote.Mode) (*remote.Reader, error) {
	if len(a.AllowRemote) == 0 {
		return nil, nil
	}
	lock, err := readLock(w.root, mode)
	if err != nil {
		return nil, err
	}
	cache := a.RemoteCache
	if cache == "" {
		cache = remote.DefaultCache()
	}
	reader, err := remote.New(ctx, remote.Options{Hosts: a.AllowRemote, Lock: lock, Mode: mode, Cache: cache})
	if err != nil {
		return nil, fmt.Errorf("--allow-remote: %w", err)
	}
	w.files = remote.Files{FS: w.files, Reader: reader}
	w.rulesetFiles = remote.Files{FS: w.rulesetFiles, Reader: reader}
	return reader, nil
}

// readLock reads the lock file of a folder; that it is not there is that it is empty.
// One that is to be written anew need not be right.
func readLock(root string, mode remote.Mode) (remote.Lock, error) {
	text, err := os.ReadFile(filepath.Join(root, remote.LockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return remote.Lock{}, nil
	}
	if err != nil {
		return nil, err
	}
	lock, err := remote.ParseLock(text)
	if err != nil && mode == remote.Updating {
		return remote.Lock{}, nil
	}
	return lock, err
}
