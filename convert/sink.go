package convert

import (
	"bytes"
	"io"
	"slices"

	"github.com/trialweave/trialweave/rdf"
)

// NewSink makes a sink of a syntax that rdf writes; nil options are the defaults,
// and MergeGraphs is set as the syntax needs it. N-Quads passes through as it is, and
// Jelly takes batches, which are made of the lines: RunJelly has them at once.
// N-Triples and Turtle leave the graph names out: what a study says in
// its own graph and in the shared one is then written once for each study.
// TriG and Turtle group by study.
func NewSink(w io.Writer, format rdf.Format, options *rdf.WriteOptions) (Sink, error) {
	switch format {
	case rdf.NQuads:
		return nquadsSink{w}, nil
	case rdf.Jelly:
		out, err := rdf.NewWriter(w, format, options)
		return &jellySink{Writer: out}, err
	}
	var o rdf.WriteOptions
	if options != nil {
		o = *options
	}
	o.MergeGraphs = !format.HasGraphs()
	out, err := rdf.NewWriter(w, format, &o)
	if err != nil {
		return nil, err
	}
	return &quadSink{out: out, version: o.Version, merge: o.MergeGraphs, seen: map[rdf.Quad]bool{}}, nil
}

type nquadsSink struct{ w io.Writer }

func (s nquadsSink) WriteStudy(shared []byte, record ...[]byte) error {
	if len(shared) > 0 {
		if _, err := s.w.Write(shared); err != nil {
			return err
		}
	}
	for _, piece := range record {
		if _, err := s.w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

func (s nquadsSink) Close() error { return nil }

// quadSink reads the lines back and writes them quad by quad, sorted, so that
// what is said of one thing stands together whatever converter wrote it.
type quadSink struct {
	out     *rdf.Writer
	version rdf.Version
	merge   bool
	split   [][]byte
	text    []byte
	seen    map[rdf.Quad]bool // of the study at hand, where graphs are merged
}

func (s *quadSink) WriteStudy(shared []byte, record ...[]byte) error {
	clear(s.seen)
	if err := s.lines(shared); err != nil {
		return err
	}
	if err := s.lines(record...); err != nil {
		return err
	}
	if s.merge { // nothing else tells where a study ends
		return s.out.Flush()
	}
	return nil
}

// sorted returns the lines in order; it is valid until the next call.
func (s *quadSink) sorted(pieces [][]byte) []byte {
	s.split, s.text = s.split[:0], s.text[:0]
	for _, b := range pieces {
		for len(b) > 0 {
			var line []byte
			line, b = cutLine(b)
			s.split = append(s.split, line)
		}
	}
	slices.SortFunc(s.split, bytes.Compare)
	for _, line := range s.split {
		s.text = append(s.text, line...)
	}
	return s.text
}

func (s *quadSink) lines(pieces ...[]byte) error {
	for q, err := range rdf.Read(bytes.NewReader(s.sorted(pieces)), rdf.NQuads, &rdf.ReadOptions{Version: s.version}) {
		if err != nil {
			return ownLines(err)
		}
		if s.merge {
			q.Graph = rdf.Term{}
			if s.seen[q] {
				continue
			}
			s.seen[q] = true
		}
		if err := s.out.Write(q); err != nil {
			return err
		}
	}
	return nil
}

func (s *quadSink) Close() error { return s.out.Close() }

// Whole returns the lines of a record in one piece.
func Whole(record [][]byte) []byte {
	if len(record) == 1 {
		return record[0]
	}
	return bytes.Join(record, nil)
}
