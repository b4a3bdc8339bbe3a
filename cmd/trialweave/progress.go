package main

import (
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/trialweave/trialweave/study"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// progress is a bar on a terminal, and nothing elsewhere.
type progress struct {
	bar     *progressbar.ProgressBar // nil for nothing
	in      *study.Input
	records int64
	drawn   time.Time
}

const redraw = 100 * time.Millisecond

func newProgress(std *streams, in *study.Input) *progress {
	p := &progress{in: in}
	if !std.terminal {
		return p
	}
	p.bar = progressbar.NewOptions64(in.Size(),
		progressbar.OptionSetWriter(std.err), progressbar.OptionShowBytes(true), progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish())
	return p
}

// record counts a record; the bar itself counts the bytes of the files.
func (p *progress) record(int) {
	p.records++
	if p.bar == nil || time.Since(p.drawn) < redraw {
		return
	}
	p.drawn = time.Now()
	p.bar.Describe(fmt.Sprintf("%d records", p.records))
	_ = p.bar.Set64(p.in.Consumed()) // a bar that cannot be drawn harms nothing
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Clear()
		_ = p.bar.Exit()
	}
}
