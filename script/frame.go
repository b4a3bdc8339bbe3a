package script

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// request is what the host asks a process.
type request struct {
	// Do is "begin", "call" or "file".
	Do string `json:"do"`
	// Limits, of the first request.
	Time   int64 `json:"time,omitempty"`
	Memory int64 `json:"memory,omitempty"`
	// Reset drops what was made ready before.
	Reset   bool `json:"reset,omitempty"`
	Session int  `json:"session,omitempty"`
	// Begin makes a function ready, with its options, for a document.
	File     string      `json:"file,omitempty"`
	Options  *tree       `json:"options,omitempty"`
	Rule     *ruleInfo   `json:"rule,omitempty"`
	Document *document   `json:"document,omitempty"` // nil where it is that of the request before
	Bare     bool        `json:"bare,omitempty"`     // no document: the options are judged alone
	Value    *calledWith `json:"value,omitempty"`
	// Found and Text answer what a process asked for.
	Found bool   `json:"found,omitempty"`
	Text  string `json:"text,omitempty"`
}

// calledWith is the value that a function is called with: a scalar, nothing, or
// what stands at the path.
type calledWith struct {
	Path   []string `json:"path"`
	Given  bool     `json:"given,omitempty"` // by Scalar
	Scalar *tree    `json:"scalar,omitempty"`
}

// ruleInfo is a rule as functions see it.
type ruleInfo struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Message     string   `json:"message"`
	Severity    int      `json:"severity"`
	Resolved    bool     `json:"resolved"`
	Given       []string `json:"given"`
	Formats     []string `json:"formats"`
	URL         string   `json:"url"`
}

// document is a document with its references followed and not.
type document struct {
	Source     string   `json:"source"`
	Formats    []string `json:"formats"`
	Nodes      []node   `json:"nodes"`
	Resolved   int      `json:"resolved"`
	Unresolved int      `json:"unresolved"`
}

// response is what a process answers, or asks.
type response struct {
	// Read asks for a file of the folder of functions.
	Read    string    `json:"read,omitempty"`
	Results []outcome `json:"results,omitempty"`
	Error   string    `json:"error,omitempty"`
	// Spent tells that the error is that of a bound: the process has ended.
	Spent bool `json:"spent,omitempty"`
}

type outcome struct {
	Message string `json:"m"`
	// Path is nil where the function gives none.
	Path []string `json:"p"`
}

func writeFrame(w *bufio.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(text))) //nolint:gosec // checked by who reads
	if _, err := w.Write(size[:]); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Flush()
}

func readFrame(r io.Reader, most uint32, v any) error {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > most {
		return fmt.Errorf("a message of %d bytes, expected at most %d", n, most)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
