package rdf

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	knakk "github.com/knakk/rdf"
	"github.com/trialweave/trialweave/source"
)

// readXML reads RDF/XML through knakk/rdf. Its panics stop here.
func readXML(in io.Reader, o ReadOptions, yield func(Quad, error) bool) {
	counter := &countingReader{in: bufio.NewReaderSize(in, 64<<10), line: 1, column: 1}
	decoder := knakk.NewTripleDecoder(counter, knakk.RDFXML)
	if o.Base != "" {
		base, err := knakk.NewIRI(o.Base)
		if err == nil {
			err = decoder.SetOption(knakk.Base, base)
		}
		if err != nil {
			yield(Quad{}, fmt.Errorf("base IRI %q: %w", o.Base, err))
			return
		}
	}
	for {
		triple, err := decodeTriple(decoder)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Quad{}, counter.fault(o.File, err))
			return
		}
		quad, err := quadOf(triple)
		if err != nil {
			yield(Quad{}, counter.fault(o.File, err))
			return
		}
		if !yield(quad, nil) {
			return
		}
	}
}

func decodeTriple(d knakk.TripleDecoder) (t knakk.Triple, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the decoder gave up: %v", cause)
		}
	}()
	return d.Decode()
}

// quadOf turns a triple of the decoder into ours, and checks what it does not.
func quadOf(t knakk.Triple) (Quad, error) {
	q := Quad{Subject: termOf(t.Subj), Predicate: termOf(t.Pred), Object: termOf(t.Obj)}
	return q, checkQuad(q)
}

func termOf(t knakk.Term) Term {
	switch t := t.(type) {
	case knakk.IRI:
		return IRI(t.String())
	case knakk.Blank:
		return Blank(t.String())
	case knakk.Literal:
		if t.Lang() != "" {
			return LangString(t.String(), t.Lang())
		}
		return Typed(t.String(), t.DataType.String())
	}
	return Term{}
}

// countingReader gives the XML decoder byte after byte, so that it never reads
// ahead and the place of an error is where the reader stands.
type countingReader struct {
	in           *bufio.Reader
	offset       int64
	line, column int
	err          error
}

func (c *countingReader) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err != nil {
		c.err = err
		return 0, err
	}
	c.offset++
	switch {
	case b == '\n':
		c.line++
		c.column = 1
	case b&0xC0 != 0x80:
		c.column++
	}
	return b, nil
}

func (c *countingReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := c.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

func (c *countingReader) fault(file string, err error) error {
	if c.err != nil && c.err != io.EOF {
		return readError(file, c.err)
	}
	return &source.Error{
		Position: source.Position{File: file, Offset: c.offset, Line: c.line, Column: c.column},
		Err:      err,
	}
}
