package jsonld

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// maxDocument bounds a JSON-LD document that is read whole.
const maxDocument = 1 << 30

// ReadDocument reads a JSON-LD document through json-gold and yields its quads,
// sorted. The document is held in memory. Contexts that it names by URL are
// those that are bundled here; nothing is fetched. A fault is a *source.Error
// with the file's name.
func ReadDocument(r io.Reader, file, base string) iter.Seq2[rdf.Quad, error] {
	return ReadDirected(r, file, base, "")
}

// ReadDirected is ReadDocument, and says what stands for texts with a direction.
func ReadDirected(r io.Reader, file, base string, directions Directions) iter.Seq2[rdf.Quad, error] {
	return func(yield func(rdf.Quad, error) bool) {
		quads, err := documentQuads(r, file, base, directions)
		if err != nil {
			yield(rdf.Quad{}, err)
			return
		}
		for _, q := range quads {
			if !yield(q, nil) {
				return
			}
		}
	}
}

func documentQuads(r io.Reader, file, base string, directions Directions) (quads []rdf.Quad, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &source.Error{Position: source.At(file, source.NoOffset), Problem: fmt.Sprintf("json-gold panicked: %v", p)}
		}
	}()
	data, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err != nil {
		return nil, err
	}
	fault := func(err error) error {
		return &source.Error{Position: source.At(file, source.NoOffset), Problem: "no JSON-LD", Err: err}
	}
	if len(data) > maxDocument {
		return nil, fault(fmt.Errorf("the document is longer than %d bytes", maxDocument))
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fault(err)
	}
	if !bytes.Contains(data, []byte("direction")) { // @, or "\u0040"
		directions = ""
	}
	if quads, err = directions.toRDF(doc, func() *ld.JsonLdOptions { return documentOptions(base) }); err != nil {
		return nil, fault(err)
	}
	return quads, nil
}

func documentOptions(base string) *ld.JsonLdOptions {
	out := ld.NewJsonLdOptions(base)
	out.ProcessingMode = ld.JsonLd_1_1
	out.DocumentLoader = closedLoader{}
	return out
}

// sortedQuads takes a dataset of json-gold apart, in a stable order.
func sortedQuads(set *ld.RDFDataset) ([]rdf.Quad, error) {
	var out []rdf.Quad
	for graph, list := range set.Graphs {
		for _, q := range list {
			quad, err := quadOf(q, graph)
			if err != nil {
				return nil, err
			}
			out = append(out, quad)
		}
	}
	slices.SortFunc(out, func(a, b rdf.Quad) int {
		for _, terms := range [][2]rdf.Term{{a.Graph, b.Graph}, {a.Subject, b.Subject}, {a.Predicate, b.Predicate}, {a.Object, b.Object}} {
			if c := slices.Compare([]byte(terms[0].String()), []byte(terms[1].String())); c != 0 {
				return c
			}
		}
		return 0
	})
	return slices.Compact(out), nil
}
