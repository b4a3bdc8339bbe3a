package languageserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// What a message may cost: its bytes, the depth of its brackets, and its headers. A
// document may have 64 MiB, and JSON writes some characters as several.
const (
	maxMessage = 160 << 20
	maxDepth   = 200
	maxHeader  = 4 << 10
	maxHeaders = 32
)

// message is a request, a notification or a response of JSON-RPC 2.0.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *responseError  `json:"error,omitempty"`
}

// isRequest reports whether the message wants an answer.
func (m *message) isRequest() bool { return m.Method != "" && len(m.ID) > 0 }

// responseError is why a request has no result.
type responseError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *responseError) Error() string { return e.Message }

// The codes of errors that are used.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeUnknownMethod  = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeRequestFailed  = -32803
	codeCancelled      = -32800
)

// wire reads and writes messages.
type wire struct {
	in *bufio.Reader

	lock sync.Mutex
	out  io.Writer
}

func newWire(in io.Reader, out io.Writer) *wire {
	return &wire{in: bufio.NewReaderSize(in, 64<<10), out: out}
}

// read returns the next message. A text that is no message is a *responseError, after
// which reading goes on; every other error ends the connection.
func (w *wire) read() (*message, error) {
	length, err := w.header()
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if n, err := io.CopyN(&text, w.in, int64(length)); err != nil {
		return nil, fmt.Errorf("a message ends after %d of %d bytes: %w", n, length, io.ErrUnexpectedEOF)
	}
	if nesting(text.Bytes()) > maxDepth {
		return nil, &responseError{codeParse, fmt.Sprintf("the message nests deeper than %d levels", maxDepth)}
	}
	m := &message{}
	if err := json.Unmarshal(text.Bytes(), m); err != nil {
		return nil, &responseError{codeParse, "the message is not JSON-RPC: " + err.Error()}
	}
	if string(m.ID) == "null" {
		m.ID = nil
	}
	return m, nil
}

// header reads the headers of a message and returns the length of its text.
func (w *wire) header() (int, error) {
	length := -1
	for count := 0; ; count++ {
		line, err := w.line()
		switch {
		case err != nil && (count > 0 || line != ""):
			return 0, fmt.Errorf("the headers of a message are cut short: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return 0, err
		case line == "" && length >= 0:
			return length, nil
		case line == "" || count >= maxHeaders:
			return 0, errors.New("a message has no header Content-Length")
		}
		name, value, _ := strings.Cut(line, ":")
		if !strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n > maxMessage {
			return 0, fmt.Errorf("the header Content-Length is %.20q, expected at most %d", strings.TrimSpace(value), maxMessage)
		}
		length = n
	}
}

// line reads a line of the headers.
func (w *wire) line() (string, error) {
	var out []byte
	for {
		c, err := w.in.ReadByte()
		switch {
		case err != nil:
			return string(out), err
		case c == '\n':
			return strings.TrimSuffix(string(out), "\r"), nil
		case len(out) >= maxHeader:
			return "", fmt.Errorf("a header of a message is longer than %d bytes", maxHeader)
		}
		out = append(out, c)
	}
}

// nesting is how deep the brackets of a JSON text nest.
func nesting(text []byte) (deepest int) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// write sends a message.
func (w *wire) write(m *message) error {
	m.Version = "2.0"
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	if _, err := fmt.Fprintf(w.out, "Content-Length: %d\r\n\r\n", len(text)); err != nil {
		return err
	}
	_, err = w.out.Write(text)
	return err
}

// notify sends a notification.
func (w *wire) notify(method string, params any) error {
	text, err := json.Marshal(params)
	if err != nil {
		return err
	}
	return w.write(&message{Method: method, Params: text})
}
