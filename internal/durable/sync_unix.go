//go:build unix

package durable

import (
	"errors"
	"os"
)

// Sync makes names in a folder last.
func Sync(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
