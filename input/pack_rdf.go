package input

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/inorder"
	"github.com/trialweave/trialweave/rdf"
)

// AddRDF reads an RDF file, as RDF does, into a store. Labels of blank nodes get
// label before them. It returns how many quads there were.
func AddRDF(ctx context.Context, name string, o *Options, label string, into Store) (quads int64, err error) {
	return addAll(RDF(ctx, name, o), label, into)
}

func addAll(all iter.Seq2[rdf.Quad, error], label string, into Store) (quads int64, err error) {
	for q, err := range all {
		if err == nil {
			err = into.Add(Relabel(q, label))
		}
		if err != nil {
			return quads, err
		}
		quads++
	}
	return quads, nil
}

// PackRDF is AddRDF on as many goroutines as there are processors, for files in
// N-Triples and N-Quads; others are read by one.
func PackRDF(ctx context.Context, name string, o *Options, label string, into Store) (quads int64, err error) {
	if o == nil {
		o = &Options{}
	}
	in, closeInput, err := open(name, o.Stdin, o.Progress)
	if err != nil {
		return 0, err
	}
	defer closeInput()
	f := rdf.UnknownFormat
	if o.Syntax != "jsonld" && (o.Syntax != "" || !IsJSONLD(name)) {
		if f, err = o.syntax(in, name); err != nil {
			return 0, err
		}
	}
	if f != rdf.NTriples && f != rdf.NQuads {
		return addAll(until(ctx, o.read(in, name)), label, into)
	}
	p := &linePacking{in: in, format: f, options: rdf.ReadOptions{File: name, Base: o.Base, Version: o.Version}, label: label, into: into}
	return p.run(ctx)
}

// partSize is how long a part of a document is that one goroutine reads.
const partSize = 1 << 20

// part is some lines of a document, what they were packed to, and the error of
// reading them.
type part struct {
	text    []byte
	options rdf.ReadOptions
	packet  index.Packet
	quads   int
	err     error
}

// linePacking packs the lines of a document in parts, and adds the packets in their
// sequence.
type linePacking struct {
	in      *bufio.Reader
	format  rdf.Format
	options rdf.ReadOptions
	label   string
	into    Store
	rest    []byte // of a line that is not whole
	quads   int64
	err     error // of a part, or of adding its packet
}

func (p *linePacking) run(ctx context.Context) (quads int64, err error) {
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	parts, free := make(chan *part, workers), make(chan *part, 4*workers)
	read := make(chan error, 1)
	defer func() {
		stop()
		for range parts { // until the reader has closed it
		}
	}()
	go func() {
		defer close(parts)
		read <- p.cut(ctx, free, parts)
	}()
	// A part that is read waits for its turn to be added; so there are no more than
	// the queue holds, whatever the document's length.
	queue := inorder.NewQueue(workers, p.packer, func(t *part) {
		p.add(ctx, t)
		select {
		case free <- t:
		default:
		}
	})
	defer queue.Close()
	for t := range parts {
		if queue.Add(t); p.err != nil {
			return p.quads, p.err
		}
	}
	if queue.Flush(); p.err != nil {
		return p.quads, p.err
	}
	return p.quads, errors.Join(<-read, context.Cause(ctx))
}

// packer returns what packs parts on one goroutine.
func (p *linePacking) packer() func(*part) {
	var packer index.Packer
	return func(t *part) {
		t.quads, t.err = packer.PackLines(&t.packet, t.text, p.format, &t.options, p.label)
	}
}

// add adds what a part was packed to, unless something failed before.
func (p *linePacking) add(ctx context.Context, t *part) {
	if p.err != nil {
		return
	}
	if p.err = t.err; p.err == nil && ctx.Err() != nil {
		p.err = context.Cause(ctx)
	}
	if p.err == nil {
		p.err = p.into.AddPacket(&t.packet)
	}
	if p.err == nil {
		p.quads += int64(t.quads)
	}
}

// cut reads the document and cuts it at ends of lines. What was read before an error
// of reading is handed on.
func (p *linePacking) cut(ctx context.Context, free <-chan *part, parts chan<- *part) error {
	at := p.options
	for {
		t := &part{}
		select {
		case t = <-free:
		default:
		}
		end, err := p.fill(t)
		if len(t.text) > 0 {
			t.options = at
			at.Offset += int64(len(t.text))
			at.Line += linesOf(t.text)
			select {
			case parts <- t:
			case <-ctx.Done():
				return nil
			}
		}
		if end || err != nil {
			return err
		}
	}
}

// fill reads the next part, and reports whether it is the last one. A line that is
// longer than lines may be is a part by itself, which is then an error.
func (p *linePacking) fill(t *part) (end bool, err error) {
	t.text = append(t.text[:0], p.rest...)
	p.rest = p.rest[:0]
	for size := partSize; ; size *= 2 {
		from := len(t.text)
		for from < size {
			t.text = append(t.text, make([]byte, size-from)...)
			n, err := io.ReadFull(p.in, t.text[from:])
			t.text = t.text[:from+n]
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return true, nil
			}
			if err != nil { // a line that is not whole does not count
				t.text = t.text[:bytes.LastIndexByte(t.text, '\n')+1]
				return true, fmt.Errorf("reading %s: %w", p.options.File, err)
			}
			from += n
		}
		if i := bytes.LastIndexByte(t.text, '\n'); i >= 0 {
			p.rest = append(p.rest, t.text[i+1:]...)
			t.text = t.text[:i+1]
			return false, nil
		}
		if len(t.text) > longestLine {
			return true, nil
		}
	}
}

// longestLine is more than a line may have.
const longestLine = 1<<30 + partSize

// linesOf counts the lines of a text, as rdf.Read does: a carriage return ends one,
// too, if more of it follows.
func linesOf(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	for at := bytes.IndexByte(text, '\r'); at >= 0 && at+1 < len(text); {
		if text[at+1] != '\n' {
			n++
		}
		next := bytes.IndexByte(text[at+1:], '\r')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return n
}
