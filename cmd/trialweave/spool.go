package main

import (
	"fmt"
	"os"
)

// createSpool makes a file for what has to wait until all of an input is read. It
// goes away when done is called, and where the system allows that, at once, so
// that it does not outlive the process.
func createSpool() (f *os.File, done func(), err error) {
	f, err = os.CreateTemp("", "trialweave-convert-*")
	if err != nil {
		return nil, nil, fmt.Errorf("%w\nhint: versions of records wait in the folder of temporary files; TMPDIR names another", err)
	}
	_ = os.Remove(f.Name())
	return f, func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}, nil
}
