// Package durable makes folders and names in them so that a power cut does not take
// them away again.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Make makes a folder, and those above it. After each, sync is called with the
// folder that has its name: Sync, or what ignores file systems that cannot.
func Make(dir string, sync func(above string) error) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above := filepath.Dir(dir)
	if err := Make(above, sync); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return sync(above)
}
