package commandline

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"
)

// Log is where a command writes what it says beside its output, as lines: errors and
// warnings, which begin with the command's name, hints, and what was done. The zero
// options write each line as text, without a delay.
type Log struct {
	name string
	now  func() time.Time

	mu          sync.Mutex // guards what follows: a signal may end a command while it writes
	w           io.Writer
	quiet, json bool
	begun       []byte // a line without its end
}

// NewLog returns the log of a command, which writes to w.
func NewLog(w io.Writer, command string) *Log {
	return &Log{w: w, name: command, now: time.Now}
}

// Set has the log leave out what is neither an error nor a warning nor a hint to one,
// or write each line as a JSON object with the members time, level (error, warning,
// hint or info) and message.
func (l *Log) Set(quiet, json bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quiet, l.json = quiet, json
}

// Write writes lines. The beginning of one waits for its end where lines are left out or
// written as JSON.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.quiet && !l.json {
		return l.w.Write(p)
	}
	n := len(p)
	for {
		line, rest, whole := bytes.Cut(p, []byte("\n"))
		l.begun = append(l.begun, line...)
		if !whole {
			// a line that was overwritten on a terminal is not one
			if i := bytes.LastIndexByte(l.begun, '\r'); i >= 0 {
				l.begun = append(l.begun[:0], l.begun[i+1:]...)
			}
			return n, nil
		}
		p = rest
		text := string(l.begun[bytes.LastIndexByte(l.begun, '\r')+1:])
		l.begun = l.begun[:0]
		if err := l.line(text); err != nil {
			return n, err
		}
	}
}

// Note writes what is neither an error nor a warning.
func (l *Log) Note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch { // as with Fprintln, nobody could be told that it cannot be written
	case l.json:
		_ = l.line(l.name + ": note: " + text)
	case !l.quiet:
		_, _ = io.WriteString(l.w, l.name+": "+text+"\n")
	}
}

// line writes a line, if it is to be written.
func (l *Log) line(text string) error {
	level, message := l.level(text)
	if message == "" || l.quiet && level == "info" {
		return nil
	}
	if !l.json {
		_, err := io.WriteString(l.w, text+"\n")
		return err
	}
	data, err := json.Marshal(struct {
		Time    string `json:"time"`
		Level   string `json:"level"`
		Message string `json:"message"`
	}{l.now().UTC().Format("2006-01-02T15:04:05.000Z07:00"), level, message})
	if err != nil {
		return err
	}
	_, err = l.w.Write(append(data, '\n'))
	return err
}

// level returns what a line is, and its text without what says so.
func (l *Log) level(line string) (level, message string) {
	message = strings.TrimSpace(line)
	for _, is := range [...]struct{ prefix, level string }{
		{l.name + ": warning: ", "warning"}, {l.name + ": note: ", "info"}, {l.name + ": ", "error"}, {"hint: ", "hint"},
	} {
		if text, ok := strings.CutPrefix(message, is.prefix); ok {
			return is.level, text
		}
	}
	return "info", message
}
