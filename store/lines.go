package store

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// cutLine returns the first line, its end included, and the rest.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}

// cutLines returns the first n lines and the rest; 0 is all.
func cutLines(b []byte, n int) (some, rest []byte) {
	if n == 0 {
		return b, nil
	}
	at := 0
	for ; n > 0 && at < len(b); n-- {
		line, _ := cutLine(b[at:])
		at += len(line)
	}
	return b[:at], b[at:]
}

// graphOf returns the IRI of the graph of a line of canonical N-Quads; the line
// is a quad, and no triple of the default graph.
func graphOf(line []byte) string {
	end := bytes.LastIndex(line, []byte("> ."))
	start := bytes.LastIndexByte(line[:max(end, 0)], ' ')
	if end < 0 || start < 0 || line[start+1] != '<' {
		return ""
	}
	return string(line[start+2 : end])
}

// parsedGraph is graphOf for lines that may be triples.
func parsedGraph(line []byte) (string, error) {
	for l, err := range rdf.ReadLines(bytes.NewReader(line), rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12}) {
		return strings.Trim(string(l.Graph), "<>"), err
	}
	return "", nil
}

// appendTriples appends lines of N-Quads that are all of one graph as N-Triples.
func appendTriples(dst, quads []byte, graph string) []byte {
	const end = " .\n"
	tail := len(" <") + len(graph) + len(">") + len(end)
	if graph == "" {
		return append(dst, quads...)
	}
	for len(quads) > 0 {
		var line []byte
		line, quads = cutLine(quads)
		dst = append(dst, line[:len(line)-tail]...)
		dst = append(dst, end...)
	}
	return dst
}

// appendSPARQL appends N-Triples as SPARQL reads them. The one difference: in
// SPARQL \uXXXX stands for a character before anything else is read (section
// 19.2), so that an escaped backslash before a u may look like one.
func appendSPARQL(dst, triples []byte) []byte {
	for {
		i := bytes.IndexByte(triples, '\\')
		if i < 0 || i+2 >= len(triples) {
			return append(dst, triples...)
		}
		dst = append(dst, triples[:i+2]...)
		escaped, next := triples[i+1], triples[i+2]
		triples = triples[i+2:]
		if escaped != '\\' {
			continue
		}
		switch next {
		case 'u':
			dst, triples = append(dst, `\u0075`...), triples[1:]
		case 'U':
			dst, triples = append(dst, `\u0055`...), triples[1:]
		}
	}
}

// mark is what reports whether a graph changed.
type mark [16]byte

// property is a predicate and the sign behind it. It is looked for by its end,
// which begins with a byte that is rare in N-Quads: that is thrice as fast.
type property struct{ begin, end []byte }

var (
	versionHolder = property{[]byte(" <https://clinicaltrials.gov/ns/version"), []byte(`_holder> "`)}
	contentHash   = property{[]byte(" <https://w3id.org/trialweave/ns#content"), []byte(`_hash> "`)}
)

// find returns where the first value of the property is, and where its predicate;
// both are negative where there is none.
func (p property) find(lines []byte) (predicate, value int) {
	for at := 0; ; {
		i := bytes.Index(lines[at:], p.end)
		if i < 0 {
			return -1, -1
		}
		i += at
		at = i + len(p.end)
		if bytes.HasSuffix(lines[:i], p.begin) {
			return i - len(p.begin), at
		}
	}
}

// of returns the first value of the property, or nothing.
func (p property) of(lines []byte) string {
	_, value := p.find(lines)
	if value < 0 {
		return ""
	}
	return upToQuote(lines[value:])
}

func upToQuote(b []byte) string {
	return string(b[:max(bytes.IndexByte(b, '"'), 0)])
}

// fingerprint hashes the lines of a graph, but for the day of the registry's
// data, which it returns apart: it changes daily in every record.
func fingerprint(h hash.Hash, lines []byte) (m mark, version string) {
	h.Reset()
	for {
		predicate, value := versionHolder.find(lines)
		if value < 0 {
			h.Write(lines)
			break
		}
		if version == "" {
			version = upToQuote(lines[value:])
		}
		start := bytes.LastIndexByte(lines[:predicate], '\n') + 1
		h.Write(lines[:start])
		_, lines = cutLine(lines[value:])
	}
	var sum [sha256.Size]byte
	return mark(h.Sum(sum[:0])[:16]), version
}
