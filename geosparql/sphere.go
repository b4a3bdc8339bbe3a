package geosparql

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// radius is the mean radius of the Earth in metres, (2a + b)/3 of the GRS 80.
const radius = 6371008.8

// units are those of length, in metres.
var units = map[string]float64{
	"metre": 1, "meter": 1, "kilometre": 1000, "kilometer": 1000, "degree": radius * math.Pi / 180, "radian": radius,
	"mile": 1609.344, "statuteMile": 1609.344, "nauticalMile": 1852, "foot": 0.3048,
}

// unitSpaces are the namespaces in which units are looked for.
var unitSpaces = []string{"http://www.opengis.net/def/uom/OGC/1.0/", "http://www.opengis.net/def/uom/OGC/0/", "http://qudt.org/vocab/unit/"}

// qudt are the names of units in the vocabulary QUDT.
var qudt = map[string]string{"M": "metre", "KiloM": "kilometre", "DEG": "degree", "RAD": "radian", "MI": "mile", "MI_N": "nauticalMile", "FT": "foot"}

// Metres returns how many metres on the sphere a unit of length or angle is.
func Metres(unit string) (float64, error) {
	for _, space := range unitSpaces {
		name, ok := strings.CutPrefix(strings.Replace(unit, "https://", "http://", 1), space)
		if !ok {
			continue
		}
		if other, known := qudt[name]; known {
			name = other
		}
		if m, known := units[name]; known {
			return m, nil
		}
	}
	return 0, fmt.Errorf("unknown unit of length %q, expected %smetre, kilometre, mile, nauticalMile, foot, degree or radian", unit, unitSpaces[0])
}

// vector is a place on the sphere of radius 1.
type vector [3]float64

func place(p geom.XY) vector {
	lon, lat := p.X*math.Pi/180, p.Y*math.Pi/180
	return vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

func (a vector) dot(b vector) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (a vector) cross(b vector) vector {
	return vector{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func (a vector) length() float64 { return math.Sqrt(a.dot(a)) }

// arc is the angle between two places by the haversine, which is exact for small
// ones.
func arc(p, q geom.XY) float64 {
	lat, lon := (q.Y-p.Y)*math.Pi/180, (q.X-p.X)*math.Pi/180
	h := math.Pow(math.Sin(lat/2), 2) + math.Cos(p.Y*math.Pi/180)*math.Cos(q.Y*math.Pi/180)*math.Pow(math.Sin(lon/2), 2)
	return 2 * math.Asin(math.Sqrt(min(1, h)))
}

// segment is a part of a great circle; of a point both ends are the same.
type segment struct{ from, to geom.XY }

// arcTo is the angle between a place and the nearest one of a segment.
func (s segment) arcTo(p geom.XY) float64 {
	nearest := min(arc(p, s.from), arc(p, s.to))
	a, b, c := place(s.from), place(s.to), place(p)
	normal := a.cross(b)
	size := normal.length()
	if size < 1e-15 {
		return nearest
	}
	// The foot of the perpendicular lies within the segment if the place is
	// before the one end and behind the other.
	if normal.cross(a).dot(c) < 0 || b.cross(normal).dot(c) < 0 {
		return nearest
	}
	return min(nearest, math.Abs(math.Asin(max(-1, min(1, normal.dot(c)/size)))))
}

// segments are the lines of a geometry, and its points as lines of no length.
func (g Geometry) segments() []segment {
	var out []segment
	line := func(s geom.Sequence) {
		for i := 1; i < s.Length(); i++ {
			out = append(out, segment{s.GetXY(i - 1), s.GetXY(i)})
		}
	}
	for _, part := range g.shape.Dump() {
		switch part.Type() {
		case geom.TypePoint:
			if p, ok := part.MustAsPoint().XY(); ok {
				out = append(out, segment{p, p})
			}
		case geom.TypeLineString:
			line(part.MustAsLineString().Coordinates())
		case geom.TypePolygon:
			for _, ring := range part.MustAsPolygon().DumpRings() {
				line(ring.Coordinates())
			}
		}
	}
	return out
}

// mostPairs bounds the pairs of segments that a distance looks at.
const mostPairs = 1 << 21

// Distance is how many metres two geometries are apart on the sphere, where lines
// are parts of great circles; 0 where they meet in the plane.
func Distance(a, b Geometry) (metres float64, err error) {
	defer recovered(&err)
	left, right := a.segments(), b.segments()
	if len(left) == 0 || len(right) == 0 {
		return 0, errors.New("an empty geometry is nowhere")
	}
	if len(left)*len(right) > mostPairs {
		return 0, fmt.Errorf("geometries of %d and %d segments, expected smaller ones", len(left), len(right))
	}
	if err := crossings(a.shape, b.shape); err != nil {
		return 0, err
	}
	if (len(left) > 1 || len(right) > 1) && geom.Intersects(a.shape, b.shape) { // of overlapping areas, too
		return 0, nil
	}
	nearest := math.Inf(1)
	for _, s := range left {
		for _, t := range right {
			nearest = min(nearest, s.arcTo(t.from), s.arcTo(t.to), t.arcTo(s.from), t.arcTo(s.to))
		}
	}
	return nearest * radius, nil
}

// Length is how many metres the lines of a geometry are long.
func Length(g Geometry) float64 { return radius * lengthOf(g, geom.TypeLineString) }

// Perimeter is how many metres there are round the areas of a geometry.
func Perimeter(g Geometry) float64 { return radius * lengthOf(g, geom.TypePolygon) }

func lengthOf(g Geometry, kind geom.GeometryType) float64 {
	sum := 0.0
	for _, part := range g.shape.Dump() {
		if part.Type() != kind {
			continue
		}
		for _, s := range (Geometry{shape: part}).segments() {
			sum += arc(s.from, s.to)
		}
	}
	return sum
}

// Area is how many square metres the areas of a geometry have on the sphere.
func Area(g Geometry) float64 {
	sum := 0.0
	for _, part := range g.shape.Dump() {
		if part.Type() != geom.TypePolygon {
			continue
		}
		for i, ring := range part.MustAsPolygon().DumpRings() {
			if a := ringArea(ring.Coordinates()); i == 0 {
				sum += a
			} else {
				sum -= a
			}
		}
	}
	return sum
}

// ringArea is the area in a ring on the sphere (Chamberlain and Duquette, Some
// algorithms for polygons on a sphere, 2007).
func ringArea(s geom.Sequence) float64 {
	sum := 0.0
	for i := 1; i < s.Length(); i++ {
		p, q := s.GetXY(i-1), s.GetXY(i)
		sum += (q.X - p.X) * math.Pi / 180 * (2 + math.Sin(p.Y*math.Pi/180) + math.Sin(q.Y*math.Pi/180))
	}
	return math.Abs(sum) * radius * radius / 2
}
