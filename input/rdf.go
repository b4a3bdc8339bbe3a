package input

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"

	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/rdf"
)

// Options say how RDF is read; nil and the zero value mean the defaults.
type Options struct {
	// Stdin is what the name "-" stands for. Default: os.Stdin.
	Stdin io.Reader
	// Syntax is that of the input, by the name of an rdf.Format, or "jsonld".
	// Default: by the name of the input, then by its content.
	Syntax string
	// Base is the IRI that relative IRIs are resolved against. Default: none,
	// and they are errors.
	Base string
	// Version is the version of RDF to read. Default: RDF 1.1, and what only RDF 1.2
	// has is an error.
	Version rdf.Version
	// Progress is called while a file is read, with how many of its bytes have been
	// read, and of how many; and once it is closed, with -1. Default: nothing is called.
	Progress func(read, size int64)
	// Directions says what stands for texts of JSON-LD with a direction. Default: in
	// RDF 1.2 a literal with it, in RDF 1.1 nothing, and the direction is dropped.
	Directions jsonld.Directions
}

// IsJSONLD reports whether a file holds JSON-LD, by its name.
func IsJSONLD(name string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	return strings.HasSuffix(name, ".jsonld")
}

// RDF yields the quads of an RDF file, compressed with gzip or zstd or not. A
// file that is cut short, or that expands beyond all bounds, ends in an error.
func RDF(ctx context.Context, name string, o *Options) iter.Seq2[rdf.Quad, error] {
	if o == nil {
		o = &Options{}
	}
	return func(yield func(rdf.Quad, error) bool) {
		in, closeInput, err := open(name, o.Stdin, o.Progress)
		if err != nil {
			yield(rdf.Quad{}, err)
			return
		}
		defer closeInput()
		until(ctx, o.read(in, name))(yield)
	}
}

// until yields quads until ctx ends, whose cause is then an error, as is the first of
// them.
func until(ctx context.Context, quads iter.Seq2[rdf.Quad, error]) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		for q, err := range quads {
			if err == nil && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if !yield(q, err) || err != nil {
				return
			}
		}
	}
}

func (o *Options) read(in *bufio.Reader, name string) iter.Seq2[rdf.Quad, error] {
	if o.Syntax == "jsonld" || o.Syntax == "" && IsJSONLD(name) {
		directions := o.Directions
		if directions == "" && o.Version == rdf.RDF12 {
			directions = jsonld.DirLangString
		}
		return jsonld.ReadDirected(in, name, o.Base, directions)
	}
	f, err := o.syntax(in, name)
	if err != nil {
		return func(yield func(rdf.Quad, error) bool) { yield(rdf.Quad{}, err) }
	}
	return rdf.Read(in, f, &rdf.ReadOptions{File: name, Base: o.Base, Version: o.Version})
}

// syntax is that of an input: as given, or by its name, or by its content.
func (o *Options) syntax(in *bufio.Reader, name string) (rdf.Format, error) {
	if o.Syntax != "" {
		return Syntax(o.Syntax)
	}
	if f := rdf.FormatByFile(name); f != rdf.UnknownFormat {
		return f, nil
	}
	first, err := in.Peek(in.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return rdf.UnknownFormat, Unreadable(name, err)
	}
	if f := rdf.Detect(first); f != rdf.UnknownFormat {
		return f, nil
	}
	return rdf.UnknownFormat, fmt.Errorf("%s: no syntax of RDF\nhint: say which with --from", name)
}

// Syntax returns the syntax with a name.
func Syntax(name string) (rdf.Format, error) {
	f := rdf.FormatByName(name)
	if f == rdf.UnknownFormat {
		return f, fmt.Errorf("unknown syntax %q, expected one of %s", name, strings.Join(Syntaxes(), ", "))
	}
	return f, nil
}

// Syntaxes returns the names of the syntaxes of RDF, JSON-LD among them, as command
// lines spell them.
func Syntaxes() []string {
	var names []string
	for _, f := range rdf.Formats() {
		names = append(names, f.String())
	}
	return append(names, "jsonld")
}

// open opens a file or standard input, and unpacks what is compressed.
func open(name string, stdin io.Reader, progress func(read, size int64)) (in *bufio.Reader, closeInput func(), err error) {
	const room = 64 << 10
	closeInput = func() {}
	file := stdin
	switch {
	case name != "-":
		f, err := os.Open(name) //nolint:gosec // the user names it
		if err != nil {
			return nil, nil, Unreadable(name, err)
		}
		closeInput = func() { _ = f.Close() } // nothing was written to it
		file = f
		if info, err := f.Stat(); err == nil && progress != nil {
			file = &counted{f, progress, 0, info.Size()}
			closeInput = func() { progress(-1, info.Size()); _ = f.Close() }
		}
	case file == nil:
		file = os.Stdin
	}
	plain, err := decompress.NewReader(file, 0)
	if err != nil {
		closeInput()
		return nil, nil, Unreadable(name, err)
	}
	closeFile := closeInput
	return bufio.NewReaderSize(plain, room), func() { _ = plain.Close(); closeFile() }, nil
}

// counted is a file that says how far it was read.
type counted struct {
	io.Reader
	progress   func(read, size int64)
	read, size int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	c.progress(c.read, c.size)
	return n, err
}

// Unreadable is the error of a file that cannot be read, which says its name
// once.
func Unreadable(name string, err error) error {
	var fault *fs.PathError
	if errors.As(err, &fault) {
		err = fault.Err
	}
	return fmt.Errorf("%s: cannot be read: %w", name, err)
}
