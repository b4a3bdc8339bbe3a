package rdf

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
)

// Format is a syntax of RDF.
type Format uint8

// The syntaxes.
const (
	UnknownFormat Format = iota
	NTriples             // RDF 1.1 N-Triples
	NQuads               // RDF 1.1 N-Quads
	Turtle               // RDF 1.1 Turtle
	TriG                 // RDF 1.1 TriG
	RDFXML               // RDF 1.1 XML Syntax
	Jelly                // Jelly-RDF, which is binary
)

type formatFacts struct {
	name, mediaType string
	extensions      []string
	aliases         []string
	graphs          bool
}

func (f Format) facts() formatFacts {
	switch f {
	case NTriples:
		return formatFacts{"ntriples", "application/n-triples", []string{".nt"}, []string{"n-triples", "nt"}, false}
	case NQuads:
		return formatFacts{"nquads", "application/n-quads", []string{".nq"}, []string{"n-quads", "nq"}, true}
	case Turtle:
		return formatFacts{"turtle", "text/turtle", []string{".ttl"}, []string{"ttl"}, false}
	case TriG:
		return formatFacts{"trig", "application/trig", []string{".trig"}, nil, true}
	case RDFXML:
		return formatFacts{"rdfxml", "application/rdf+xml", []string{".rdf", ".owl"}, []string{"rdf/xml", "rdf-xml", "xml"}, false}
	case Jelly:
		return formatFacts{"jelly", "application/x-jelly-rdf", []string{".jelly"}, []string{"jelly-rdf"}, true}
	}
	return formatFacts{name: "unknown"}
}

// formats lists the syntaxes there are.
func formats() [6]Format { return [6]Format{NTriples, NQuads, Turtle, TriG, RDFXML, Jelly} }

// Formats returns the syntaxes there are.
func Formats() []Format {
	all := formats()
	return all[:]
}

// String returns the name of the syntax as the command line spells it.
func (f Format) String() string { return f.facts().name }

// MediaType returns the registered media type.
func (f Format) MediaType() string { return f.facts().mediaType }

// Extension returns the usual extension of file names, with its dot.
func (f Format) Extension() string {
	if extensions := f.facts().extensions; len(extensions) > 0 {
		return extensions[0]
	}
	return ""
}

// HasGraphs reports whether the syntax can name graphs.
func (f Format) HasGraphs() bool { return f.facts().graphs }

// FormatByName finds the syntax of a name ("nquads", "n-quads", "nq"), of a
// media type with or without parameters, or of an extension with its dot; case
// does not matter. It returns UnknownFormat where there is none.
func FormatByName(name string) Format {
	name, _, _ = strings.Cut(strings.ToLower(name), ";")
	name = strings.TrimSpace(name)
	for _, f := range formats() {
		facts := f.facts()
		if name == facts.name || name == facts.mediaType || contains(facts.aliases, name) || contains(facts.extensions, name) {
			return f
		}
	}
	return UnknownFormat
}

// FormatByFile finds the syntax of a file by the extension of its name, that
// of a compressor (.gz, .zst) left aside.
func FormatByFile(name string) Format {
	extension := strings.ToLower(path.Ext(name))
	if extension == ".gz" || extension == ".zst" {
		name = name[:len(name)-len(extension)]
		extension = strings.ToLower(path.Ext(name))
	}
	for _, f := range formats() {
		if contains(f.facts().extensions, extension) {
			return f
		}
	}
	return UnknownFormat
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

// Detect guesses the syntax from the first bytes of a document; a kilobyte is
// plenty. Every N-Triples document is a Turtle document too, and every document
// of those two is also one of N-Quads or TriG: Detect answers with the syntax
// that reads the most, so NQuads for lines of terms, and for nothing but white
// space and comments, and TriG for the rest.
func Detect(first []byte) Format {
	first = bytes.TrimPrefix(first, []byte(byteOrderMark))
	rest := skipBlank(first)
	switch {
	case looksLikeJelly(first):
		return Jelly
	case len(rest) == 0:
		return NQuads
	case looksLikeXML(rest):
		return RDFXML
	case looksLikeJSON(rest):
		return UnknownFormat // JSON-LD perhaps, which is not read here
	case looksLikeLine(rest):
		return NQuads
	case rest[0] == '@' || rest[0] == '<' || rest[0] == '[' || rest[0] == '(' || rest[0] == '_' || rest[0] == '{' || bytes.IndexByte(rest, ':') >= 0:
		return TriG
	}
	return UnknownFormat
}

const byteOrderMark = "\xEF\xBB\xBF"

// skipBlank passes over white space and comments.
func skipBlank(b []byte) []byte {
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		if len(b) == 0 || b[0] != '#' {
			return b
		}
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			return nil
		}
		b = b[end:]
	}
}

// looksLikeJelly reports whether a frame begins here whose first row is the options
// of a stream, with or without its length before it.
func looksLikeJelly(b []byte) bool {
	options := func(b []byte) bool {
		// A row of less than 128 bytes, of which all but two are the options, which
		// begin with a name or a physical type.
		return len(b) > 5 && b[0] == 0x0A && b[2] == 0x0A && b[1] == b[3]+2 && (b[4] == 0x0A || b[4] == 0x10 && b[5] <= jellyGraphs)
	}
	_, n := binary.Uvarint(b[:min(len(b), binary.MaxVarintLen64)])
	return options(b) || n > 0 && options(b[n:])
}

func looksLikeXML(b []byte) bool {
	if bytes.HasPrefix(b, []byte("<?xml")) || bytes.HasPrefix(b, []byte("<!")) {
		return true
	}
	// An element has a name and a space or a bracket after it; an IRI has a
	// colon and then something that no name holds.
	tag, _, _ := bytes.Cut(b, []byte(">"))
	return bytes.Contains(tag, []byte("xmlns")) || bytes.HasPrefix(b, []byte("<rdf:RDF"))
}

// looksLikeJSON reports whether an object, or an array with something in it, begins
// here: neither can begin a document of Turtle or TriG.
func looksLikeJSON(b []byte) bool {
	inside := bytes.TrimLeft(b[1:], " \t\r\n")
	if len(inside) == 0 {
		return false
	}
	return b[0] == '{' && inside[0] == '"' || b[0] == '[' && (inside[0] == '{' || inside[0] == '"')
}

// looksLikeLine reports whether the first line is a statement of N-Quads.
func looksLikeLine(b []byte) bool {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	var p lineParser
	_, err := p.parse(bytes.TrimSuffix(line, []byte("\r")), true)
	return err == nil
}
