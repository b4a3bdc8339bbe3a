package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/search"
)

// Search is what Find looks for: words, and for facets by name some values, of which
// a study has one.
type Search struct {
	Words  string
	Facets map[string][]string
	// Offset and Limit choose a part of the studies, which are in the order of how
	// well they fit. At most 100 come at a time.
	Offset, Limit int
}

// Found is what Find found.
type Found struct {
	// Total is how many studies were found.
	Total   int
	Studies []Summary
	Facets  []Facet
	// Unknown are the words that no study has.
	Unknown []string
}

// Summary is a study in a list.
type Summary struct {
	ID, Title, Status, Sponsor string
	Conditions, Facts          []string
}

// Facet are the values that the found studies have most, without those that were
// asked for.
type Facet struct {
	Name   string
	Values []FacetValue
}

// FacetValue is a value of a facet, with how many of the studies have it.
type FacetValue struct {
	Value, Label string
	Count        int
}

// ErrNotHere is the error of a study that the store does not have.
var ErrNotHere = errNotHere

// FacetNames are the names of the facets.
func FacetNames() []string {
	var out []string
	for _, f := range facets {
		out = append(out, f.parameter)
	}
	return out
}

const mostFound = 100

// Find finds studies as the search of the pages does. Prepare has to have returned.
func (s *Site) Find(ctx context.Context, q Search) (found *Found, err error) {
	state := s.corpus.ready.Load()
	switch {
	case state == nil && s.corpus.failed.Load() != nil:
		return nil, errors.New(*s.corpus.failed.Load())
	case state == nil:
		return nil, errors.New("the search is not ready")
	case len(q.Words) > maxSearchWords:
		return nil, fmt.Errorf("the words have %d bytes, expected at most %d", len(q.Words), maxSearchWords)
	}
	query := search.Query{Words: strings.TrimSpace(harmless(q.Words)), Offset: min(max(q.Offset, 0), maxHits), Limit: min(max(q.Limit, 0), mostFound), Most: valuesOfFacet}
	names := FacetNames()
	for name, values := range q.Facets {
		i := slices.Index(names, name)
		if i < 0 {
			return nil, fmt.Errorf("unknown facet %q, expected one of %s", name, strings.Join(names, ", "))
		}
		for _, v := range values {
			query.Values = append(query.Values, search.Value{Facet: facets[i].number, Value: v})
		}
	}
	err = s.graph.View(func() error {
		found, err = s.find(ctx, state, query)
		return err
	})
	return found, err
}

func (s *Site) find(ctx context.Context, state *ready, query search.Query) (*Found, error) {
	result, err := state.search.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	out := &Found{Total: result.Total, Unknown: result.Unknown}
	for _, name := range result.Names {
		h := s.hit(name)
		out.Studies = append(out.Studies, Summary{ID: h.ID, Title: h.Title, Status: h.Status, Sponsor: h.Sponsor, Conditions: h.Conditions, Facts: h.Facts})
	}
	for _, f := range facets {
		facet := Facet{Name: f.parameter}
		for _, c := range result.Counts[f.number] {
			if !slices.Contains(query.Values, search.Value{Facet: f.number, Value: c.Value}) {
				facet.Values = append(facet.Values, FacetValue{c.Value, s.valueLabel(f.number, f.scheme, c.Value), c.Count})
			}
		}
		out.Facets = append(out.Facets, facet)
	}
	return out, nil
}

// Record returns the record of a study as the registry's API has it. Version is the
// day of one of its versions, empty for the newest. The error is ErrNotHere where
// there is none.
func (s *Site) Record(ctx context.Context, id, version string) (json []byte, err error) {
	err = s.graph.View(func() error {
		rec, err := s.record(ctx, id, version)
		if err == nil {
			json = rec.json
		}
		return err
	})
	return json, err
}

// WriteStudy writes what is said of a study as Turtle, with the names of what it
// shares with others.
func (s *Site) WriteStudy(ctx context.Context, w io.Writer, id, version string) error {
	return s.graph.View(func() error {
		rec, err := s.quads(ctx, id, version)
		if err != nil {
			return err
		}
		return s.write(w, dataFormats[0], append(rec.quads, s.sharedQuads(ctx, rec)...))
	})
}
