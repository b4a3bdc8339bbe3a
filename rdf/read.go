package rdf

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/trialweave/trialweave/source"
)

// ReadOptions says how to read; nil and the zero value mean the defaults.
type ReadOptions struct {
	// File names the input in errors. Default: no name.
	File string
	// Base is the absolute IRI that relative ones are resolved against until
	// the document names its own. Default: none, a relative IRI is an error.
	Base string
	// MaxTerm is how many bytes one term of Turtle or TriG, or one line of
	// N-Triples or N-Quads, may have. Default: 1 GiB.
	MaxTerm int
	// MaxDepth is how deep collections, blank node property lists, triple terms
	// and the nodes of RDF/XML may be nested. Default: 1,000.
	MaxDepth int
	// Version is the version of RDF to read. What only RDF 1.2 has is an error
	// where it is RDF11, the default: who reads has to be ready for it.
	Version Version
	// Offset and Line say where the input begins, if it is a part of a document in
	// N-Triples or N-Quads that begins with a line: after how many bytes and lines.
	// Positions in errors count from the beginning of the document. Default: it is all
	// of it.
	Offset int64
	Line   int
}

func (o *ReadOptions) orDefault() ReadOptions {
	var options ReadOptions
	if o != nil {
		options = *o
	}
	if options.MaxTerm <= 0 {
		options.MaxTerm = 1 << 30
	}
	if options.MaxDepth <= 0 {
		options.MaxDepth = 1000
	}
	return options
}

// Read reads a document of any syntax and yields its quads in the order they
// stand there, each as soon as it is complete; memory is bounded by the longest
// term, the deepest nesting and, in Turtle and TriG, the number of prefixes.
//
// Blank nodes keep the labels of the document; those without one get labels
// (anon1, anon2, …) that clash with none. A byte order mark at the start is
// passed over. The first error ends the sequence: a *source.Error with line and
// column, or the offset in Jelly, where the document is at fault, another error where the reader is.
// Breaking off the loop stops reading.
func Read(r io.Reader, f Format, options *ReadOptions) iter.Seq2[Quad, error] {
	o := options.orDefault()
	return func(yield func(Quad, error) bool) {
		if err := CheckIRI(o.Base); o.Base != "" && err != nil {
			yield(Quad{}, fmt.Errorf("base: %w", err))
			return
		}
		switch f {
		case NTriples, NQuads:
			readLineQuads(r, f, o, yield)
		case Turtle, TriG:
			readTurtle(r, f, o, yield)
		case RDFXML:
			readXML(r, o, yield)
		case Jelly:
			readJelly(r, o, yield)
		default:
			yield(Quad{}, errors.New("no reader for the syntax "+f.String()))
		}
	}
}

// fault is a problem in a document before its place is known: offset counts
// from whatever the finder was given.
type fault struct {
	offset   int
	problem  string
	expected string
	newer    bool // RDF 1.2 has it
}

// beyond11 is the problem with what only RDF 1.2 has.
func beyond11(what string) string { return what + ", which RDF 1.1 does not have" }

func (f *fault) at(p source.Position) *source.Error {
	e := &source.Error{Position: p, Problem: f.problem, Expected: f.expected}
	if f.newer {
		e.Hint = "read it as RDF 1.2 (--rdf 1.2), or say it in RDF 1.1 (trialweave format --to-1.1)"
	}
	return e
}
