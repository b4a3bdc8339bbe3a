package store

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// piece is a graph on its way, or a part of one.
type piece struct {
	graph string
	lines []byte // canonical N-Quads
	quads int64  // distinct
	mark  mark
	// content is the hash of the record that the graph states, if it does.
	content string
	// version is the day of the registry's data that the graph states, if it does.
	version string
	// more says that it is added to what is there of the graph.
	more bool
}

// triples returns the piece as N-Triples.
func (p *piece) triples() []byte {
	return appendTriples(make([]byte, 0, len(p.lines)), p.lines, p.graph)
}

// batch is what is sent together: lines of the shared graph, and the graphs that
// need them after them.
type batch struct {
	shared []byte
	lines  []byte
	pieces []piece
	ends   []int // of the pieces in lines
}

// add copies a piece into the batch.
func (b *batch) add(p piece) {
	b.lines = append(b.lines, p.lines...)
	b.ends = append(b.ends, len(b.lines))
	b.pieces = append(b.pieces, p)
}

// seal makes the pieces point into the memory of the batch, which does not move
// any more.
func (b *batch) seal() {
	start := 0
	for i, end := range b.ends {
		b.pieces[i].lines = b.lines[start:end]
		start = end
	}
}

func (b *batch) size() int { return len(b.shared) + len(b.lines) }

func (b *batch) has(graph string) bool {
	for i := range b.pieces {
		if b.pieces[i].graph == graph {
			return true
		}
	}
	return false
}

// half returns the two halves of a batch; the first has the shared lines.
func (b *batch) halves() (*batch, *batch) {
	n := len(b.pieces) / 2
	return &batch{shared: b.shared, pieces: b.pieces[:n]}, &batch{pieces: b.pieces[n:]}
}

// newPiece makes a piece of lines that are all of one graph.
func newPiece(h hash.Hash, lines []byte) piece {
	first, _ := cutLine(lines)
	p := piece{graph: graphOf(first), lines: lines, quads: int64(bytes.Count(lines, []byte{'\n'})), content: contentHash.of(lines)}
	p.mark, p.version = fingerprint(h, lines)
	return p
}

// replacement is one update that replaces graphs, and leaves a proof of itself.
func replacement(pieces []piece, staging, proof string) string {
	var b strings.Builder
	b.WriteString("DROP SILENT GRAPH <" + staging + ">;\n")
	for i := range pieces {
		if !pieces[i].more {
			b.WriteString("DROP SILENT GRAPH <" + pieces[i].graph + ">;\n")
		}
	}
	b.WriteString("INSERT DATA {\nGRAPH <" + staging + "> { " + proof + " }\n")
	for i := range pieces {
		b.WriteString("GRAPH <" + pieces[i].graph + "> {\n")
		b.Write(appendSPARQL(nil, pieces[i].triples()))
		b.WriteString("}\n")
	}
	b.WriteString("}")
	return b.String()
}

// longLiteral returns the length in bytes of the longest literal of lines, if it
// is longer than most.
func longLiteral(lines []byte, most int) int {
	longest := 0
	for len(lines) > 0 {
		var line []byte
		line, lines = cutLine(lines)
		if len(line) <= most { // as written it is no shorter
			continue
		}
		for q, err := range rdf.Read(bytes.NewReader(line), rdf.NQuads, &rdf.ReadOptions{Version: rdf.RDF12}) {
			if err == nil && q.Object.Kind == rdf.LiteralTerm {
				longest = max(longest, len(q.Object.Value))
			}
		}
	}
	if longest <= most {
		return 0
	}
	return longest
}

var newHash = sha256.New
