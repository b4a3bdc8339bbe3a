package main

import (
	"os"

	"golang.org/x/term"

	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/study"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// progress is how far the studies of an input have been read: a line on a terminal, and
// nothing elsewhere.
type progress struct {
	line    *commandline.Progress
	in      *study.Input
	records int64
}

// progressOf is the line of what noun names.
func (s *streams) progressOf(noun string) *commandline.Progress {
	return commandline.NewProgress(s.err, s.terminal, noun)
}

func newProgress(std *streams, in *study.Input) *progress {
	return &progress{line: std.progressOf("records"), in: in}
}

// record counts a record; how far that is say the bytes of the files.
func (p *progress) record(int) {
	p.records++
	if p.line != nil {
		p.line.Set(p.records, p.in.Consumed(), p.in.Size())
	}
}

func (p *progress) clear() { p.line.Clear() }

func (p *progress) finish() { p.line.Clear() }
