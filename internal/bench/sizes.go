package main

import (
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// measureSizes compares the bytes of Jelly with those of N-Quads, as the tasks have
// written them, and of both after zstd.
func (p *plan) measureSizes(w io.Writer) error {
	fmt.Fprintf(w, "\n| size | N-Quads | Jelly | ratio | asked for |\n|---|---|---|---|---|\n")
	for _, row := range []struct {
		name, asked string
		of          func(string) (int64, error)
	}{{"bytes", "at most 0.125", size}, {"bytes after zstd", "at most 0.5", sizePacked}} {
		quads, err := row.of(p.quads())
		if err != nil {
			return err
		}
		jelly, err := row.of(p.jelly())
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %.1f MB | %.1f MB | %.3f | %s |\n", row.name, float64(quads)/1e6, float64(jelly)/1e6, float64(jelly)/float64(quads), row.asked)
	}
	return nil
}

// sizePacked is the size of a file after zstd, at the level that outputs have.
func sizePacked(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var n counter
	packer, err := zstd.NewWriter(&n)
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(packer, f); err != nil {
		return 0, err
	}
	err = packer.Close()
	return int64(n), err
}

// counter counts what is written.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
