package main

import (
	"context"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/languageserver"
	"github.com/trialweave/trialweave/lint"
)

// lspCmd serves an editor.
type lspCmd struct {
	Stdio bool          `help:"Talk over standard input and output, as is done anyway; some clients say so."`
	Delay time.Duration `help:"How long nothing must change before documents are judged." default:"150ms"`
	allowing
}

// Help says more than --help has room for.
func (lspCmd) Help() string {
	return `The documents of each folder of the workspace are judged as triallint lint judges the folder, with what is open in the editor in
the place of files, and by the .triallint.yml of the folder. Nothing outside of the folder is read. The command ends when
the editor says so, with its input, and on SIGTERM.`
}

// Run serves until the editor ends the session.
func (c *lspCmd) Run(ctx context.Context, std *streams) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(usualGarbage)
	}
	if err := c.allowing.open(); err != nil {
		return err
	}
	defer c.allowing.close()
	if _, err := c.follow(ctx, "", nil); err != nil {
		return err
	}
	return languageserver.Serve(ctx, std.in, std.out, &languageserver.Options{
		Version: buildinfo.Line(), RootOf: repository, IgnoreFiles: ignoreFiles, Engines: engines(ruleTimeout), Delay: c.Delay,
		Functions: c.allowing.run(), Files: func(dir string, files fs.FS) (fs.FS, error) { return c.follow(ctx, dir, files) },
		RulesetEngine: func(name string) (lint.RulesetEngine, error) { return rulesetEngine(name, ruleTimeout) },
	})
}
