package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
	"github.com/trialweave/trialweave/ruleset"
)

// output is a format and the file it goes to; standard output without one.
type output struct {
	format formats.Format
	file   string
}

func parseOutputs(names []string) ([]output, error) {
	var out []output
	toStdout := 0
	for _, name := range names {
		text, file, _ := strings.Cut(name, "=")
		format, err := formats.ParseFormat(text)
		if err != nil {
			return nil, err
		}
		if file == "" || file == "-" {
			file = ""
			toStdout++
		}
		out = append(out, output{format, file})
	}
	if toStdout > 1 {
		return nil, fmt.Errorf("%d formats for standard output, expected one; write the others as FORMAT=FILE", toStdout)
	}
	return out, nil
}

func writeOutputs(std *streams, outputs []output, r *report.Report, c *reporting, line func(string, int) string) error {
	opts := formats.Options{Quiet: c.Quiet, Line: line, Folder: c.folder, Version: buildinfo.Version(), Automation: azureBuild(os.Getenv)}
	for _, o := range outputs {
		if err := o.write(std, r, opts); err != nil {
			return err
		}
	}
	return nil
}

func (o output) write(std *streams, r *report.Report, opts formats.Options) error {
	if o.file == "" {
		opts.Color = std.terminal
		return formats.Write(std.out, o.format, r, &opts)
	}
	return writeReport(o.file, o.format, r, &opts)
}

func writeReport(file string, format formats.Format, r *report.Report, opts *formats.Options) error {
	var text bytes.Buffer
	if err := formats.Write(&text, format, r, opts); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return writeWhole(file, text.Bytes())
}

// lineReader reads lines for source excerpts: of documents, and of rulesets.
func lineReader(w *workspace, c *lint.Corpus) func(string, int) string {
	here, _ := os.Getwd()
	documents := map[string]*ruleset.Document{}
	for _, d := range c.Texts() {
		documents[d.File] = d
		documents[relativeTo(here, filepath.Join(w.root, d.File))] = d
	}
	other := map[string][]string{}
	return func(file string, n int) string {
		if d := documents[file]; d != nil {
			return d.Line(n)
		}
		lines, ok := other[file]
		if !ok {
			text, _ := fs.ReadFile(w.rulesetFiles, file)
			lines = strings.Split(string(text), "\n")
			other[file] = lines
		}
		if n < 1 || n > len(lines) {
			return ""
		}
		return lines[n-1]
	}
}
