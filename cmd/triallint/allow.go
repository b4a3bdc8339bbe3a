package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/trialweave/trialweave/internal/remote"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/script"
)

// allowing are the flags of what a run may do only if the command line says so: no
// file of the repository can set them.
type allowing struct {
	AllowFunctions bool `help:"Run the functions in JavaScript that rulesets name, in processes without files, network and more than 512 MB of memory. No file of the repository can set this."`
	reaching

	// functions runs functions in JavaScript; nil where that is not allowed.
	functions *script.Host
}

// reaching are the flags of what may be read from other hosts.
type reaching struct {
	AllowRemote []string `sep:"none" help:"Read references and rulesets from this host, as triallint.lock has them. Again for more. Default: no host is asked. No file of the repository can set this." placeholder:"HOST"`
	RemoteCache string   `help:"Folder in which what was read from hosts is kept. Default: triallint/remote in the cache of the user." placeholder:"DIR"`
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

// run runs functions in JavaScript; nil where that is not allowed.
func (a *allowing) run() func(files fs.FS) ruleset.Functions {
	if a.functions == nil {
		return nil
	}
	return a.functions.Functions
}

// apply sets the options of a run.
func (a *allowing) apply(opts *lint.Options) { opts.Functions = a.run() }

// reach lets a workspace read from the hosts that are allowed, as the lock file of its
// root has it.
func (a *reaching) reach(ctx context.Context, w *workspace, mode remote.Mode) (*remote.Reader, error) {
	if len(a.AllowRemote) == 0 {
		return nil, nil
	}
	lock, err := readLock(w.root, mode)
	if err != nil {
		return nil, err
	}
	reader, err := a.reader(ctx, lock, mode)
	if err != nil {
		return nil, err
	}
	w.files = remote.Files{FS: w.files, Reader: reader}
	w.rulesetFiles = remote.Files{FS: w.rulesetFiles, Reader: reader}
	return reader, nil
}

// reader reads from the hosts that are allowed.
func (a *reaching) reader(ctx context.Context, lock remote.Lock, mode remote.Mode) (*remote.Reader, error) {
	cache := a.RemoteCache
	if cache == "" {
		cache = remote.DefaultCache()
	}
	reader, err := remote.New(ctx, remote.Options{Hosts: a.AllowRemote, Lock: lock, Mode: mode, Cache: cache})
	if err != nil {
		return nil, fmt.Errorf("--allow-remote: %w", err)
	}
	return reader, nil
}

// following is a tree of files that reads from other hosts as the lock file of its folder has
// it, also after that changed.
type following struct {
	fs.FS
	ctx  context.Context //nolint:containedctx // of the command, which reads as long as it runs
	root string
	by   *reaching

	lock   sync.Mutex
	of     fs.FileInfo
	reader *remote.Reader
	err    error
}

// follow lets a folder read from the hosts that are allowed for as long as a command runs.
func (a *reaching) follow(ctx context.Context, root string, files fs.FS) (fs.FS, error) {
	if len(a.AllowRemote) == 0 {
		return files, nil
	}
	if _, err := a.reader(ctx, remote.Lock{}, remote.Locked); err != nil {
		return nil, err // it is the hosts that are wrong
	}
	return &following{FS: files, ctx: ctx, root: root, by: a}, nil
}

// ReadRemote returns the text at an address.
func (f *following) ReadRemote(address string) ([]byte, error) {
	reader, err := f.current()
	if err != nil {
		return nil, err
	}
	return reader.ReadRemote(address)
}

// current is the reader by the lock file as it is now.
func (f *following) current() (*remote.Reader, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	now, err := os.Stat(filepath.Join(f.root, remote.LockFile))
	if err != nil {
		now = nil
	}
	if (f.reader != nil || f.err != nil) && sameInfo(now, f.of) {
		return f.reader, f.err
	}
	f.of, f.reader = now, nil
	lock, err := readLock(f.root, remote.Locked)
	if err == nil {
		f.reader, err = f.by.reader(f.ctx, lock, remote.Locked)
	}
	f.err = err
	return f.reader, f.err
}

// sameInfo reports whether a file has not changed since.
func sameInfo(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// readLock reads the lock file of a folder; that it is not there is that it is empty.
// One that is to be written anew need not be right.
func readLock(root string, mode remote.Mode) (remote.Lock, error) {
	text, err := lockText(root)
	if errors.Is(err, fs.ErrNotExist) {
		return remote.Lock{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", remote.LockFile, err)
	}
	lock, err := remote.ParseLock(text)
	if err != nil && mode == remote.Updating {
		return remote.Lock{}, nil
	}
	return lock, err
}

// maxLock is the most bytes of a lock file.
const maxLock = 16 << 20

// lockText is the text of the lock file of a folder, which must be a file in it.
func lockText(root string) ([]byte, error) {
	files, err := openRoot(root)
	if err != nil {
		return nil, err
	}
	info, err := fs.Stat(files, remote.LockFile)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errNotFile
	case info.Size() > maxLock:
		return nil, fmt.Errorf("%d bytes, expected at most %d", info.Size(), maxLock)
	}
	return fs.ReadFile(files, remote.LockFile)
}

// errNotFile is the error of a name that is that of a pipe, a device or a folder.
var errNotFile = errors.New("not a regular file")

// regularFiles is a tree of files in which pipes and devices cannot be opened: reading
// one may never end.
type regularFiles struct{ fs.FS }

// Open opens a file or a folder of the tree.
func (f regularFiles) Open(name string) (fs.File, error) {
	info, err := fs.Stat(f.FS, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNotFile}
	}
	return f.FS.Open(name)
}

// Stat describes a file of the tree.
func (f regularFiles) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }

// ReadDir lists a folder of the tree.
func (f regularFiles) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }
