package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trialweave/trialweave/lint"
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
}

// Run writes a configuration, its schema, and a workflow.
func (c *initCmd) Run(std *streams) error {
	for _, f := range []struct {
		name string
		text []byte
	}{
		{lint.ConfigFile, c.config(std)},
		{".triallint.schema.json", configSchema},
		{filepath.Join(".github", "workflows", "triallint.yml"), workflowTemplate},
	} {
		if err := c.write(f.name, f.text); err != nil {
			return err
		}
		std.note("wrote %s", f.name)
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
