package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

//go:embed templates/triallint.yml
var configTemplate []byte

//go:embed templates/workflow.yml
var workflowTemplate []byte

//go:embed templates/triallint.schema.json
var configSchema []byte

// initCmd writes the files that a repository needs.
type initCmd struct {
	Dir   string `arg:"" optional:"" default:"." help:"Folder of the repository."`
	Force bool   `help:"Overwrite files that exist."`
	Known string `name:"baseline" placeholder:"FILE" help:"Write what is found today into FILE, within the folder, and have the workflow report only what is new."`
}

// Help tells what is looked for.
func (initCmd) Help() string {
	return `It writes .triallint.yml, with the ruleset that Spectral would find, and a workflow for
GitHub, unless the repository has files of other services and none of GitHub. What has
to be added to the files of GitLab, Bitbucket, Azure Pipelines, Jenkins, CircleCI,
pre-commit and lefthook is printed: they are not changed. Where the repository has
errors today, it says how a baseline of them is made.`
}

// Run writes a configuration, its schema, and a workflow, or what other services need.
func (c *initCmd) Run(ctx context.Context, std *streams) error {
	files := []struct {
		name string
		text []byte
	}{{lint.ConfigFile, c.config(std)}, {".triallint.schema.json", configSchema}}
	others := servicesOf(c.Dir)
	if _, err := os.Stat(filepath.Join(c.Dir, ".github")); err == nil || len(others) == 0 {
		workflow := bytes.Replace(workflowTemplate, []byte("branches: [main]"), []byte("branches: ["+defaultBranch(c.Dir)+"]"), 1)
		if c.Known != "" {
			workflow = bytes.Replace(workflow, []byte("          sarif: triallint.sarif\n"), []byte("          sarif: triallint.sarif\n          baseline: "+filepath.ToSlash(c.Known)+"\n"), 1)
		}
		files = append(files, struct {
			name string
			text []byte
		}{filepath.Join(".github", "workflows", "triallint.yml"), workflow})
	}
	for _, f := range files {
		if err := c.write(f.name, f.text); err != nil {
			return err
		}
		std.note("wrote %s", f.name)
	}
	for _, s := range others {
		std.note("found %s of %s: add what is printed to it", s.file, s.name)
		if _, err := fmt.Fprintf(std.out, "# %s\n%s", s.file, s.lines); err != nil {
			return err
		}
	}
	return c.today(ctx, std)
}

// today lints the repository by the configuration that was written. What is found goes
// into the baseline that was asked for; else errors make it say how one is made.
func (c *initCmd) today(ctx context.Context, std *streams) error {
	l := &lintCmd{Paths: []string{c.Dir}, Timeout: ruleTimeout}
	w, err := openWorkspace(c.Dir, l.Paths, nil)
	if err != nil {
		return err
	}
	config, err := w.config()
	if err != nil {
		return err
	}
	r, _, err := l.judge(ctx, w, config)
	if err != nil {
		return err
	}
	r.Sort()
	red := r.Count()[report.Error]
	switch {
	case c.Known != "":
		if err := writeBaseline(filepath.Join(c.Dir, c.Known), r); err != nil {
			return err
		}
		std.note("wrote %s: %s are known, and only what is new is reported", c.Known, wording.Count(len(r.Findings), "finding"))
	case red > 0:
		std.note("%s today\nhint: triallint init --force --baseline known.json makes a baseline of what is found, and the workflow fails on what is new alone", wording.Count(red, "error"))
	}
	return nil
}

// config is the configuration, with the ruleset that Spectral would find in the
// folder.
func (c *initCmd) config(std *streams) []byte {
	for _, name := range lint.SpectralFiles() {
		if _, err := os.Stat(filepath.Join(c.Dir, name)); err == nil {
			std.note("found %s: it is the ruleset", name)
			return bytes.Replace(configTemplate, []byte("# rulesets:\n#   - rules/my-rules.yml\n"), []byte("rulesets:\n  - "+name+"\n"), 1)
		}
	}
	return configTemplate
}

func (c *initCmd) write(name string, text []byte) error {
	name = filepath.Join(c.Dir, name)
	if _, err := os.Stat(name); !c.Force && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists\nhint: --force overwrites it", name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return writeWhole(name, text)
}
