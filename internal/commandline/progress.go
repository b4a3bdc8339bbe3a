package commandline

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Progress is a line on a terminal that says how far a command is, and when it will
// have ended. A nil Progress shows nothing. Any goroutine may call it.
type Progress struct {
	mutex   sync.Mutex
	w       io.Writer
	noun    string
	started time.Time
	drawn   time.Time
	shown   bool
	now     func() time.Time
}

// redraw is how often the line is drawn, at most.
const redraw = 100 * time.Millisecond

// NewProgress returns the line of a command that works on what noun names, such as
// "studies", or nil where w is not a terminal.
func NewProgress(w io.Writer, terminal bool, noun string) *Progress {
	if !terminal {
		return nil
	}
	return &Progress{w: w, noun: noun, started: time.Now(), now: time.Now}
}

// Set says that count things are done, and done of total, which are bytes or anything
// else that goes on evenly. Where the total is not known it is 0.
func (p *Progress) Set(count, done, total int64) {
	if p == nil {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	now := p.now()
	if now.Sub(p.drawn) < redraw {
		return
	}
	p.drawn, p.shown = now, true
	line := p.noun
	if count >= 0 {
		line = fmt.Sprintf("%d %s", count, p.noun)
	}
	if total > 0 {
		done = min(done, total)
		line = fmt.Sprintf("%3d %%  %s%s", 100*done/total, line, left(now.Sub(p.started), done, total))
	}
	fmt.Fprintf(p.w, "\r%s\x1b[K\r", line)
}

// left says how long what is left will take, once that can be said.
func left(took time.Duration, done, total int64) string {
	if done <= 0 || took < time.Second {
		return ""
	}
	rest := time.Duration(float64(took) * float64(total-done) / float64(done))
	return ", " + rest.Round(time.Second).String() + " left"
}

// Clear takes the line away, before something else is printed and at the end.
func (p *Progress) Clear() {
	if p == nil {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
