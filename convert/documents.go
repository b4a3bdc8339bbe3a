package convert

import (
	"bytes"
	"io"

	"github.com/trialweave/trialweave/mapping"
)

// NewDocumentSink makes a sink that writes one JSON-LD document. What it takes
// is not N-Quads but what a mapping.FormConverter makes of studies.
func NewDocumentSink(w io.Writer, frame mapping.Frame) Sink {
	return &documentSink{w: w, frame: frame, before: frame.Head}
}

var lineEnd = []byte("\n")

type documentSink struct {
	w      io.Writer
	frame  mapping.Frame
	before string // what comes next but for Tail
	buf    bytes.Buffer
}

func (s *documentSink) WriteStudy(shared []byte, record ...[]byte) error {
	s.buf.Reset()
	if len(shared) > 0 {
		nodes := bytes.ReplaceAll(bytes.TrimSuffix(shared, lineEnd), lineEnd, []byte(",\n"))
		s.item([]byte(s.frame.SharedHead), nodes, []byte(s.frame.SharedTail))
	}
	s.item(bytes.TrimSuffix(Whole(record), lineEnd))
	_, err := s.w.Write(s.buf.Bytes())
	return err
}

func (s *documentSink) item(parts ...[]byte) {
	s.buf.WriteString(s.before)
	s.before = ",\n"
	for _, p := range parts {
		s.buf.Write(p)
	}
}

func (s *documentSink) Close() error {
	head := ""
	if s.before == s.frame.Head {
		head = s.frame.Head
	}
	_, err := io.WriteString(s.w, head+s.frame.Tail)
	return err
}
