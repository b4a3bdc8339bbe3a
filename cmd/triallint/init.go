package main

import (
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
		{lint.ConfigFile, configTemplate},
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
