package rdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/trialweave/trialweave/source"
)

// Line is one statement of N-Triples or N-Quads, its terms as bytes in
// canonical form (what AppendTerm writes), whatever escapes the document used:
// equal terms are equal bytes. Graph is empty for the default graph. The slices
// live until the next statement is asked for.
type Line struct {
	Subject, Predicate, Object, Graph []byte
	// Number is the line of the document, from 1.
	Number int
}

// Append appends the statement as AppendQuad would.
func (l Line) Append(dst []byte) []byte {
	dst = append(append(dst, l.Subject...), ' ')
	dst = append(append(dst, l.Predicate...), ' ')
	dst = append(append(dst, l.Object...), ' ')
	if len(l.Graph) > 0 {
		dst = append(append(dst, l.Graph...), ' ')
	}
	return append(dst, '.', '\n')
}

// Quad copies the statement out of the reader's buffers.
func (l Line) Quad() Quad {
	return Quad{
		Subject:   canonicalTerm(l.Subject),
		Predicate: canonicalTerm(l.Predicate),
		Object:    canonicalTerm(l.Object),
		Graph:     canonicalTerm(l.Graph),
	}
}

// ReadLines is Read for the line syntaxes (NTriples or NQuads) where speed
// counts: it checks as much and makes no terms. Nothing is allocated for a
// statement but where it needs a longer buffer than those before it.
func ReadLines(r io.Reader, f Format, options *ReadOptions) iter.Seq2[Line, error] {
	o := options.orDefault()
	return func(yield func(Line, error) bool) {
		if f != NTriples && f != NQuads {
			yield(Line{}, fmt.Errorf("%s is not a line syntax", f))
			return
		}
		lines := lineReader{in: r, options: o, quads: f == NQuads, nextOffset: o.Offset, number: o.Line, parser: lineParser{version: o.Version, deepest: o.MaxDepth}}
		for lines.next() {
			if !lines.statements(yield) {
				return
			}
		}
		if lines.err != nil {
			yield(Line{}, lines.err)
		}
	}
}

// readLineQuads is Read of the line syntaxes.
func readLineQuads(r io.Reader, f Format, o ReadOptions, yield func(Quad, error) bool) {
	var memo lineMemo
	for line, err := range ReadLines(r, f, &o) {
		if err != nil {
			yield(Quad{}, err)
			return
		}
		if !yield(memo.quad(line), nil) {
			return
		}
	}
}

// lineMemo spares the strings of terms that come again: subject and graph of
// the line before, and a predicate seen lately.
type lineMemo struct {
	subjectBytes, graphBytes []byte
	subject, graph           Term
	predicates               map[string]Term
}

func (m *lineMemo) quad(l Line) Quad {
	if !bytes.Equal(l.Subject, m.subjectBytes) {
		m.subjectBytes = append(m.subjectBytes[:0], l.Subject...)
		m.subject = canonicalTerm(l.Subject)
	}
	if !bytes.Equal(l.Graph, m.graphBytes) {
		m.graphBytes = append(m.graphBytes[:0], l.Graph...)
		m.graph = canonicalTerm(l.Graph)
	}
	return Quad{Subject: m.subject, Predicate: m.predicate(l.Predicate), Object: canonicalTerm(l.Object), Graph: m.graph}
}

func (m *lineMemo) predicate(b []byte) Term {
	const most = 4096
	if t, ok := m.predicates[string(b)]; ok {
		return t
	}
	if m.predicates == nil || len(m.predicates) == most {
		m.predicates = make(map[string]Term)
	}
	t := canonicalTerm(b)
	m.predicates[string(b)] = t
	return t
}

// lineReader cuts the input into lines.
type lineReader struct {
	in      io.Reader
	options ReadOptions
	quads   bool

	buffer     []byte // what was read
	start, end int    // buffer[start:end] is not used up
	line       []byte // the current line without its end
	offset     int64  // of the current line in the input
	nextOffset int64
	number     int
	atEnd      bool
	err        error
	parser     lineParser
}

// next moves to the next line, the last one without a line end included.
func (r *lineReader) next() bool {
	searched := 0
	for {
		if i := bytes.IndexByte(r.buffer[r.start+searched:r.end], '\n'); i >= 0 {
			r.take(searched+i, 1)
			return true
		}
		if r.atEnd {
			last := r.end - r.start
			r.take(last, 0)
			return last > 0 && r.err == nil
		}
		searched = r.end - r.start
		if searched > r.options.MaxTerm {
			r.number++
			r.err = (&fault{problem: fmt.Sprintf("line of more than %d bytes", r.options.MaxTerm)}).at(r.place(nil, 0, r.nextOffset))
			return false
		}
		r.fill()
	}
}

func (r *lineReader) take(length, lineEnd int) {
	r.line = r.buffer[r.start : r.start+length]
	r.offset = r.nextOffset
	r.start += length + lineEnd
	r.nextOffset += int64(length + lineEnd)
	r.number++
	if r.offset == 0 {
		r.line = bytes.TrimPrefix(r.line, []byte(byteOrderMark))
		r.offset += int64(length - len(r.line))
	}
}

// fill reads more behind what is left over.
func (r *lineReader) fill() {
	const first = 256 << 10
	if r.start > 0 {
		r.end = copy(r.buffer, r.buffer[r.start:r.end])
		r.start = 0
	}
	if r.end == len(r.buffer) {
		grown := make([]byte, max(first, 2*len(r.buffer)))
		copy(grown, r.buffer[:r.end])
		r.buffer = grown
	}
	n, err := readSome(r.in, r.buffer[r.end:])
	r.end += n
	if errors.Is(err, io.EOF) {
		r.atEnd = true
	} else if err != nil {
		r.atEnd, r.err = true, readError(r.options.File, err)
	}
}

// statements yields what stands on the current line. A carriage return alone
// ends a line too, so there may be several statements.
func (r *lineReader) statements(yield func(Line, error) bool) bool {
	rest := r.line
	offset := r.offset
	if !utf8.Valid(rest) {
		at := invalidUTF8(rest)
		yield(Line{}, (&fault{offset: at, problem: fmt.Sprintf("byte 0x%02X", rest[at]), expected: "UTF-8"}).at(r.place(rest, at, offset)))
		return false
	}
	for {
		n, problem := r.parser.parse(rest, r.quads)
		if problem != nil {
			yield(Line{}, problem.at(r.place(rest, problem.offset, offset)))
			return false
		}
		if r.parser.found {
			r.parser.line.Number = r.number
			if !yield(r.parser.line, nil) {
				return false
			}
		}
		if n == len(rest) {
			return true
		}
		rest = rest[n+1:]
		offset += int64(n + 1)
		if len(rest) > 0 {
			r.number++
		}
	}
}

func (r *lineReader) place(line []byte, at int, offset int64) source.Position {
	return source.Position{
		File:   r.options.File,
		Offset: offset + int64(at),
		Line:   r.number,
		Column: utf8.RuneCount(line[:at]) + 1,
	}
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(b)
}

// readSome reads at least one byte, or says why not.
func readSome(r io.Reader, b []byte) (int, error) {
	for range 100 {
		n, err := r.Read(b)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

func readError(file string, err error) error {
	if file == "" {
		return fmt.Errorf("reading: %w", err)
	}
	return fmt.Errorf("reading %s: %w", file, err)
}
