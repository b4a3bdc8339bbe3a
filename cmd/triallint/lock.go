package main

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/internal/remote"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/lint"
)

// lockCmd writes the lock file.
type lockCmd struct {
	Paths   []string `arg:"" optional:"" name:"PATH" help:"Files or folders whose references are read; default: this folder."`
	Ruleset []string `help:"Ruleset whose extends is read, too." placeholder:"FILE"`
	Root    string   `help:"Folder that the lock file is in, and whose files may be read." placeholder:"DIR"`
	Update  bool     `help:"Read everything anew, and note what has changed; without PATH, what is not referred to any more is left out."`

	AllowRemote []string `sep:"none" help:"Host to read from. Again for more." placeholder:"HOST"`
	RemoteCache string   `help:"Folder in which what was read from hosts is kept. Default: triallint/remote in the cache of the user." placeholder:"DIR"`
}

// Help says more than --help has room for.
func (lockCmd) Help() string {
	return `triallint.lock has a line for each address: the SHA-256 of its bytes, the day, and the address. Commit it: triallint
--allow-remote HOST reads the same bytes then, or says that they have changed. Without --update, addresses that are not in
the file are added, and it is an error where the bytes of another one are not what the file says.`
}

// Run reads what documents and rulesets refer to, and writes the file.
func (c *lockCmd) Run(ctx context.Context, std *streams) error {
	if len(c.AllowRemote) == 0 {
		return errors.New("no host may be asked\nhint: --allow-remote HOST names one")
	}
	w, err := openWorkspace(c.Root, c.Paths, c.Ruleset)
	if err != nil {
		return err
	}
	config, err := w.config()
	if err != nil {
		return err
	}
	mode := remote.Adding
	if c.Update {
		mode = remote.Updating
	}
	before, err := readLock(w.root, mode)
	if err != nil {
		return err
	}
	allowed := reaching{AllowRemote: c.AllowRemote, RemoteCache: c.RemoteCache}
	reader, err := allowed.reach(ctx, w, mode)
	if err != nil {
		return err
	}
	corpus, err := lint.Load(w.files, w.paths, config)
	if err != nil {
		return err
	}
	lint.Rulesets(corpus, &lint.Options{Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles})
	if err := ctx.Err(); err != nil {
		return err
	}
	if refused := reader.Refused(); len(refused) > 0 {
		std.note("not asked, since --allow-remote does not name them: %s", strings.Join(refused, ", "))
	}
	if failed := reader.Failed(); len(failed) > 0 {
		for _, err := range failed {
			std.note("%v", err)
		}
		return errUnchecked
	}
	return c.write(std, w.root, before, reader)
}

// write writes the file where something changed.
func (c *lockCmd) write(std *streams, root string, before remote.Lock, reader *remote.Reader) error {
	after, used := remote.Lock{}, reader.Used()
	switch {
	case !c.Update || len(c.Paths) > 0:
		maps.Copy(after, before)
	case len(reader.Refused()) > 0:
		maps.Copy(after, reader.NotAsked(before))
	}
	changed := 0
	for address, entry := range used {
		if before[address] != entry {
			changed++
		}
		after[address] = entry
	}
	name := filepath.Join(root, remote.LockFile)
	if len(after) == 0 && len(before) == 0 {
		std.note("no reference leads to a host that may be asked; nothing is written")
		return nil
	}
	if !maps.Equal(after, before) {
		if err := writeWhole(name, after.Bytes()); err != nil {
			return err
		}
	}
	std.note("%s: %s, %d of them new or changed", remote.LockFile, wording.Count(len(after), "entry"), changed)
	return nil
}
