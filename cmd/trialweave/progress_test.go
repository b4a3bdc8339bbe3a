package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestProgress holds that every long command says on a terminal how far it is, nothing
// where --quiet is given, and takes the line away at the end.
func TestProgress(t *testing.T) {
	t.Chdir(t.TempDir())
	printed(t, "sample -n 6 -o studies.zip")
	printed(t, "convert studies.zip -o studies.nq --quiet")
	for _, command := range []string{
		"convert studies.zip -o out.nq", "annotate studies.zip -o out.jsonld", "index studies.zip -o out.index", "index studies.nq -o out.index", "validate studies.zip", "validate studies.nq",
		"restore studies.nq -o out.ndjson", "format studies.nq -o out.trig", "stats studies.zip", "stats studies.nq", "load oxigraph:out studies.zip --bulk", "query 10 studies.nq",
	} {
		for _, quiet := range []bool{false, true} {
			var out, errs bytes.Buffer
			std := &streams{in: strings.NewReader(""), out: &out, err: &errs, terminal: true, engine: newEngine}
			args := strings.Fields(command)
			if args[0] == "load" {
				args = append(args, t.TempDir())
			}
			if quiet {
				args = append(args, "--quiet")
			}
			if status := run(context.Background(), args, std); status != 0 {
				t.Errorf("%s: exit %d: %s", command, status, &errs)
			}
			drawn := strings.Contains(errs.String(), " %  ")
			if drawn == quiet {
				t.Errorf("%s, quiet %v: progress %v: %q", command, quiet, drawn, &errs)
			}
			if drawn && strings.LastIndex(errs.String(), "\r\x1b[K") < strings.LastIndex(errs.String(), " %  ") {
				t.Errorf("%s: the line is not taken away: %q", command, &errs)
			}
		}
	}
}
