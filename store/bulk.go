package store

import (
	"embed"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Bulk writes graphs for a store's own loader, which is the fastest way to load
// everything: N-Quads to a writer, and into a journal what is written, so that a
// Sync can go on from it once it is loaded. It is a convert.Sink.
type Bulk struct {
	w       io.Writer
	journal *Journal // nil for none
	base    string
	hash    hash.Hash
	seen    map[string]bool
	version string
	studies int64
	quads   int64
	shared  int64 // among them
}

// NewBulk makes a sink for graphs; base is where the graphs live that are of no
// study, model.DefaultBase if empty. The journal may be nil.
func NewBulk(w io.Writer, base string, journal *Journal) *Bulk {
	if base == "" {
		base = model.DefaultBase
	}
	return &Bulk{w: w, journal: journal, base: base, hash: newHash(), seen: map[string]bool{}}
}

// WriteStudy writes what a study became.
func (b *Bulk) WriteStudy(shared []byte, record ...[]byte) error {
	if len(shared) > 0 {
		if _, err := b.w.Write(shared); err != nil {
			return err
		}
		b.shared += int64(countLines(shared))
	}
	return b.WriteGraph(convert.Whole(record))
}

// WriteGraph writes a graph. That a graph comes twice is an error: a bulk loader
// replaces nothing.
func (b *Bulk) WriteGraph(lines []byte) error {
	p := newPiece(b.hash, lines)
	name := shortName(p.graph)
	if b.seen[name] {
		return fmt.Errorf("%s comes twice, and a bulk loader would make one graph of the two\nhint: leave one out, or load without --bulk", name)
	}
	b.seen[name] = true
	b.quads += p.quads
	if isStudy(p.graph) {
		b.studies++
		b.version = max(b.version, p.version)
	}
	if b.journal != nil {
		b.journal.note(p.graph, entry{mark: p.mark, content: p.content, quads: p.quads})
	}
	_, err := b.w.Write(lines)
	return err
}

// Close does nothing; Finish does.
func (b *Bulk) Close() error { return nil }

// Finish writes the description of the dataset, if there is one, and returns how
// many quads were written in all.
func (b *Bulk) Finish(d *model.Dataset) (quads int64, err error) {
	if d != nil {
		described := *d
		described.Base, described.Studies, described.Quads = b.base, b.studies, b.quads+b.shared
		described.Version = max(described.Version, b.version)
		lines, err := GraphLines(b.base+"graph/dataset", rdf.Turtle, described.Describe())
		if err == nil {
			err = b.WriteGraph(lines)
		}
		if err != nil {
			return 0, err
		}
	}
	if b.journal != nil {
		b.journal.note(b.base+"graph/shared", entry{quads: b.shared})
		err = b.journal.flush()
	}
	return b.quads + b.shared, err
}

//go:embed scripts/*.sh
var scripts embed.FS

// Script returns the script that has a store's own loader load the parts beside
// it, which are named part-NNNN.nq or part-NNNN.nq.gz and hold this many quads.
func Script(kind Kind, quads int64) ([]byte, error) {
	if kind == TDB2 {
		kind = Fuseki
	}
	text, err := scripts.ReadFile("scripts/" + string(kind) + ".sh")
	if err != nil {
		return nil, fmt.Errorf("there is no bulk loader for %q, expected oxigraph, fuseki, tdb2, rdf4j, virtuoso, neptune or qlever: %w", kind, errors.ErrUnsupported)
	}
	return []byte(strings.ReplaceAll(string(text), "@QUADS@", fmt.Sprint(quads))), nil
}
