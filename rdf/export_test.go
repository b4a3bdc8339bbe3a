package rdf

import "errors"

// CanonicalForm is the form with the labels of blank nodes, by any hash.
var CanonicalForm = canonicalForm

// WriteJelly writes quads as a stream with the options of another one, a frame for
// each of the pieces.
func WriteJelly(stream []byte, pieces ...[]Quad) ([]byte, error) {
	// The options are the first row of the first frame, which has its length.
	frame, _, err := jellyFieldOf(append([]byte{wireBytes}, stream...))
	if err != nil {
		return nil, err
	}
	row, _, err := jellyFieldOf(frame.bytes)
	if err != nil {
		return nil, err
	}
	options, _, err := jellyFieldOf(row.bytes)
	if err != nil || options.number != jellyOptions {
		return nil, errors.Join(err, errors.New("no options"))
	}
	facts, err := jellyFactsOf(options.bytes)
	if err != nil {
		return nil, err
	}
	w, err := newJellyWriter(facts)
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, piece := range pieces {
		for _, q := range piece {
			if err := checkQuad(q, RDF12); err != nil {
				return nil, err
			}
			if err := w.add(q); err != nil {
				return nil, err
			}
		}
		if err := w.take(func(b []byte) error {
			out = append(out, b...)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
