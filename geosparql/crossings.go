package geosparql

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/peterstace/simplefeatures/geom"
)

// What shapes are made of, or related by, takes time and memory for each place at
// which segments meet.
const (
	// mostSegments bounds those of shapes that are related or made into others.
	mostSegments = 1 << 14
	// mostSteps bounds how many pairs of segments are looked at for that.
	mostSteps = 1 << 25
	// mostCrossings bounds the pairs that may meet, beside neighbours.
	mostCrossings = 1 << 15
)

// crossings refuses shapes that have too many segments that may meet.
func crossings(shapes ...geom.Geometry) error {
	var all []segment
	const few = 256 // whose crossings are not too many, whatever they are
	for _, s := range shapes {
		if s.Type() == geom.TypePoint {
			continue
		}
		all = append(all, Geometry{shape: s}.planeSegments()...)
	}
	if len(all) <= few {
		return nil
	}
	if len(all) > mostSegments {
		return fmt.Errorf("shapes of %d segments, expected %d at most", len(all), mostSegments)
	}
	slices.SortFunc(all, func(a, b segment) int { return cmp.Compare(a.from.X, b.from.X) })
	steps, meet := 0, 0
	const neighbours = 4
	for i, s := range all {
		for _, t := range all[i+1:] {
			if t.from.X > s.to.X {
				break
			}
			if min(t.from.Y, t.to.Y) <= max(s.from.Y, s.to.Y) && max(t.from.Y, t.to.Y) >= min(s.from.Y, s.to.Y) {
				meet++
			}
			if steps++; steps > mostSteps || meet > mostCrossings+neighbours*len(all) {
				return fmt.Errorf("shapes of %d segments that cross too often, expected simpler ones", len(all))
			}
		}
	}
	return nil
}

// planeSegments are the segments, each from west to east.
func (g Geometry) planeSegments() []segment {
	out := g.segments()
	for i, s := range out {
		if s.from.X > s.to.X {
			out[i] = segment{s.to, s.from}
		}
	}
	return out
}
