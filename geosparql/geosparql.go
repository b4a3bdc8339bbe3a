// Package geosparql computes with the geometries of GeoSPARQL 1.1: Parse reads a
// literal, and Related, Distance and the others are the functions of the
// standard on what it returns.
//
// Coordinates are degrees of longitude and latitude. Relations, hulls and unions
// are those of the plane of these, as in all implementations; distances, lengths
// and areas are those on a sphere with the mean radius of the Earth.
package geosparql

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// Namespaces and datatypes of GeoSPARQL.
const (
	Functions = "http://www.opengis.net/def/function/geosparql/"
	WKT       = "http://www.opengis.net/ont/geosparql#wktLiteral"
	GeoJSON   = "http://www.opengis.net/ont/geosparql#geoJSONLiteral"
)

// Coordinate reference systems: longitude before latitude, and latitude first.
const (
	crs84    = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	epsg4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
)

// Geometry is a geometry of the Simple Features. The zero Geometry is empty.
type Geometry struct {
	shape geom.Geometry // longitude before latitude
	crs   string        // that it was given in; "" for CRS84
}

// Bounds of a geometry that is read.
const (
	mostBytes   = 4 << 20
	mostNesting = 64
)

// Parse reads a literal by its datatype, WKT or GeoJSON. WKT may begin with the IRI
// of CRS84 or of EPSG:4326, of which latitude comes first; other systems are an
// error. So are invalid shapes and coordinates that no place has.
func Parse(text, datatype string) (g Geometry, err error) {
	defer recovered(&err)
	if len(text) > mostBytes || nesting(text) > mostNesting {
		return g, fmt.Errorf("a geometry of %d bytes, or of more than %d levels", len(text), mostNesting)
	}
	switch datatype {
	case WKT:
		body := strings.TrimSpace(text)
		if rest, ok := strings.CutPrefix(body, "<"); ok {
			iri, after, closed := strings.Cut(rest, ">")
			if !closed {
				return g, errors.New("the IRI of the coordinate reference system has no end")
			}
			body = strings.TrimSpace(after)
			if g.crs, err = system(iri); err != nil {
				return g, err
			}
		}
		g.shape, err = geom.UnmarshalWKT(body)
	case GeoJSON:
		g.shape, err = geom.UnmarshalGeoJSON([]byte(text))
	default:
		return g, fmt.Errorf("a literal of datatype %q, expected a geometry", datatype)
	}
	if err != nil {
		return g, err
	}
	g.shape = g.shape.Force2D()
	if g.crs != "" {
		g.shape = g.shape.TransformXY(turned)
	}
	return g, g.check()
}

// system returns "" for CRS84.
func system(iri string) (string, error) {
	switch strings.Replace(iri, "https://", "http://", 1) {
	case crs84:
		return "", nil
	case epsg4326:
		return epsg4326, nil
	}
	return "", fmt.Errorf("unsupported coordinate reference system %q, expected %s or %s", iri, crs84, epsg4326)
}

func turned(p geom.XY) geom.XY { return geom.XY{X: p.Y, Y: p.X} }

func nesting(text string) int {
	depth, most := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		most = max(most, depth)
	}
	return most
}

func (g Geometry) check() error {
	all := g.shape.DumpCoordinates()
	for i := range all.Length() {
		if p := all.GetXY(i); !(math.Abs(p.X) <= 180 && math.Abs(p.Y) <= 90) {
			return fmt.Errorf("the coordinates %v %v, expected a longitude and a latitude", p.X, p.Y)
		}
	}
	return nil
}

// recovered makes errors of panics of the library.
func recovered(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("the geometry cannot be computed with: %v", fault)
	}
}

// Point is the point at a latitude and longitude.
func Point(latitude, longitude float64) (Geometry, error) {
	g := Geometry{shape: geom.XY{X: longitude, Y: latitude}.AsPoint().AsGeometry()}
	return g, g.check()
}

// CRS is the IRI of the coordinate reference system that the geometry was given in.
func (g Geometry) CRS() string {
	if g.crs == "" {
		return crs84
	}
	return g.crs
}

// WKT writes the geometry in the coordinate reference system that it was given
// in, which is only named where it is not CRS84.
func (g Geometry) WKT() string {
	if g.crs == "" {
		return g.shape.AsText()
	}
	return "<" + g.crs + "> " + g.shape.TransformXY(turned).AsText()
}

// GeoJSON writes the geometry as RFC 7946 has it.
func (g Geometry) GeoJSON() (string, error) {
	b, err := json.Marshal(g.shape)
	return string(b), err
}

// Dimension is 0 for points, 1 for lines and 2 for areas.
func (g Geometry) Dimension() int { return g.shape.Dimension() }

// IsEmpty reports whether the geometry has no point.
func (g Geometry) IsEmpty() bool { return g.shape.IsEmpty() }

// IsSimple reports whether the geometry does not cross itself; ok is false of a
// collection, of which that is not defined, and of a shape that is too large to say.
func (g Geometry) IsSimple() (simple, ok bool) {
	if crossings(g.shape) != nil {
		return false, false
	}
	return g.shape.IsSimple()
}

// Bounds returns the least and the greatest longitude and latitude, ok as false
// for an empty geometry.
func (g Geometry) Bounds() (west, south, east, north float64, ok bool) {
	least, greatest, ok := g.shape.Envelope().MinMaxXYs()
	return least.X, least.Y, greatest.X, greatest.Y, ok
}

// patterns are the relations as patterns of the DE-9IM, of which one has to be
// met (GeoSPARQL 1.1, tables of section 10). Those of the Simple Features that
// depend on the dimensions are not among them.
var patterns = map[string][]string{
	"ehEquals": {"TFFFTFFFT"}, "ehDisjoint": {"FF*FF****"}, "ehMeet": {"FT*******", "F**T*****", "F***T****"}, "ehOverlap": {"T*T***T**"},
	"ehCovers": {"T*TFT*FF*"}, "ehCoveredBy": {"TFF*TFT**"}, "ehInside": {"TFF*FFT**"}, "ehContains": {"T*TFF*FF*"},
	"rcc8eq": {"TFFFTFFFT"}, "rcc8dc": {"FFTFFTTTT"}, "rcc8ec": {"FFTFTTTTT"}, "rcc8po": {"TTTTTTTTT"},
	"rcc8tppi": {"TTTFTTFFT"}, "rcc8tpp": {"TFFTTFTTT"}, "rcc8ntpp": {"TFFTFFTTT"}, "rcc8ntppi": {"TTTFFTFFT"},
}

var simple = map[string]func(a, b geom.Geometry) (bool, error){
	"sfEquals": geom.Equals, "sfDisjoint": geom.Disjoint, "sfTouches": geom.Touches, "sfCrosses": geom.Crosses,
	"sfWithin": geom.Within, "sfContains": geom.Contains, "sfOverlaps": geom.Overlaps,
	"sfIntersects": func(a, b geom.Geometry) (bool, error) { return geom.Intersects(a, b), nil },
}

// Relations lists the names of the relations that Related knows.
func Relations() []string {
	var names []string
	for name := range simple {
		names = append(names, name)
	}
	for name := range patterns {
		names = append(names, name)
	}
	return names
}

// Related reports whether two geometries are in a relation.
func Related(relation string, a, b Geometry) (related bool, err error) {
	defer recovered(&err)
	left, right, err := planes(a, b)
	if err != nil {
		return false, err
	}
	if f := simple[relation]; f != nil {
		return f(left, right)
	}
	matrix, err := geom.Relate(left, right)
	for _, pattern := range patterns[relation] {
		if err == nil && !related {
			related, err = geom.RelateMatches(matrix, pattern)
		}
	}
	return related, err
}

// Relate reports whether the intersection matrix of two geometries meets a pattern
// of the DE-9IM.
func Relate(a, b Geometry, pattern string) (related bool, err error) {
	defer recovered(&err)
	left, right, err := planes(a, b)
	if err != nil {
		return false, err
	}
	matrix, err := geom.Relate(left, right)
	if err != nil {
		return false, err
	}
	return geom.RelateMatches(matrix, pattern)
}

// Part is the envelope, convexHull, boundary or centroid of a geometry.
func Part(name string, g Geometry) (out Geometry, err error) {
	defer recovered(&err)
	out.crs = g.crs
	switch name {
	case "envelope":
		out.shape = g.shape.Envelope().AsGeometry()
	case "convexHull":
		out.shape = g.shape.ConvexHull()
	case "boundary":
		out.shape = g.shape.Boundary()
	case "centroid":
		out.shape = g.shape.Centroid().AsGeometry()
	default:
		err = fmt.Errorf("unknown part %q", name)
	}
	return out, err
}

// Combined is the union, intersection, difference or symDifference of two
// geometries.
func Combined(name string, a, b Geometry) (out Geometry, err error) {
	defer recovered(&err)
	combine := map[string]func(a, b geom.Geometry) (geom.Geometry, error){
		"union": geom.Union, "intersection": geom.Intersection, "difference": geom.Difference, "symDifference": geom.SymmetricDifference,
	}[name]
	if combine == nil {
		return out, fmt.Errorf("unknown combination %q", name)
	}
	left, right, err := planes(a, b)
	if err != nil {
		return out, err
	}
	out.crs = a.crs
	out.shape, err = combine(left, right)
	return out, err
}
