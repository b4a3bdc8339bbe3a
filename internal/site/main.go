// Command site makes the pages of docs into a site of files that needs no server:
//
//	go run ./internal/site -o build/site
//
// The navigation is that of docs/README.md: a heading for each part, with a list of
// links. A page that it does not lead to, a link that leads nowhere, and a heading
// that is linked and not there are errors, and nothing is written then.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	root := flag.String("root", ".", "folder of the repository")
	out := flag.String("o", "build/site", "folder to write into; it must be empty or absent")
	flag.Parse()
	if err := build(*root, *out); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

func build(root, out string) error {
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: the folder is not empty", out)
	}
	s, err := read(os.DirFS(root))
	if err != nil {
		return err
	}
	if err := errors.Join(s.faults()...); err != nil {
		return err
	}
	files, err := s.render()
	if err != nil {
		return err
	}
	return write(out, files)
}
