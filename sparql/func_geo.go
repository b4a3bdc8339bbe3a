package sparql

import (
	"math/big"
	"strings"

	"github.com/trialweave/trialweave/geosparql"
	"github.com/trialweave/trialweave/rdf"
)

// mostGeometries bounds how many geometries a query keeps that it has read, and
// mostGeometryBytes the texts of them.
const (
	mostGeometries    = 1 << 12
	mostGeometryBytes = 4 << 20
)

// geometry is a literal that was read.
type geometry struct {
	geosparql.Geometry
	err error
}

// geometryOf reads the geometry of a literal, each once.
func (e *evaluator) geometryOf(v value) (geosparql.Geometry, error) {
	if v.kind != kindOther || v.term.Language != "" {
		return geosparql.Geometry{}, errType
	}
	g, known := e.geometries[v.term]
	if !known {
		e.interrupted()
		e.geometryBytes += len(v.term.Value)
		if e.geometries == nil || len(e.geometries) >= mostGeometries || e.geometryBytes > mostGeometryBytes {
			e.geometries, e.geometryBytes = map[rdf.Term]geometry{}, len(v.term.Value)
		}
		g.Geometry, g.err = geosparql.Parse(v.term.Value, v.term.Datatype)
		e.geometries[v.term] = g
	}
	return g.Geometry, g.err
}

// geometriesOf reads those of the first arguments.
func (e *evaluator) geometriesOf(a []value, n int) ([]geosparql.Geometry, error) {
	out := make([]geosparql.Geometry, n)
	for i := range out {
		var err error
		if out[i], err = e.geometryOf(a[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// geoFunction is a function of some geometries, and of the arguments behind them.
func geoFunction(geometries int, others argumentKinds, f func(e *evaluator, g []geosparql.Geometry, a []value) (value, error)) function {
	n := geometries + len(others)
	kinds := argumentKinds(strings.Repeat("g", geometries)) + others
	return function{n, n, kinds, func(e *evaluator, a []value) (value, error) {
		g, err := e.geometriesOf(a, geometries)
		if err != nil {
			return value{}, err
		}
		return f(e, g, a[geometries:])
	}}
}

// geoFunctions are those of GeoSPARQL 1.1 by their IRI, and tw:point.
var geoFunctions = func() map[string]function {
	out := map[string]function{
		textNS + "point": {2, 2, "nn", pointOf},
	}
	add := func(name string, f function) { out[geosparql.Functions+name] = f }
	for _, name := range geosparql.Relations() {
		add(name, geoFunction(2, "", func(_ *evaluator, g []geosparql.Geometry, _ []value) (value, error) {
			ok, err := geosparql.Related(name, g[0], g[1])
			return boolean(ok), err
		}))
	}
	for _, name := range []string{"envelope", "convexHull", "boundary", "centroid"} {
		add(name, geoFunction(1, "", func(e *evaluator, g []geosparql.Geometry, _ []value) (value, error) {
			made, err := geosparql.Part(name, g[0])
			return e.geometryValue(made), err
		}))
	}
	for _, name := range []string{"union", "intersection", "difference", "symDifference"} {
		add(name, geoFunction(2, "", func(e *evaluator, g []geosparql.Geometry, _ []value) (value, error) {
			made, err := geosparql.Combined(name, g[0], g[1])
			return e.geometryValue(made), err
		}))
	}
	for name, f := range geoProperties {
		add(name, geoFunction(1, "", func(_ *evaluator, g []geosparql.Geometry, _ []value) (value, error) { return f(g[0]) }))
	}
	addMeasures(add)
	return out
}()

// addMeasures adds what has to do with lengths: in a unit, and as metric… in
// metres.
func addMeasures(add func(string, function)) {
	add("relate", geoFunction(2, "s", func(_ *evaluator, g []geosparql.Geometry, a []value) (value, error) {
		if a[0].kind != kindString {
			return value{}, errType
		}
		ok, err := geosparql.Relate(g[0], g[1], a[0].term.Value)
		return boolean(ok), err
	}))
	distance := func(_ *evaluator, g []geosparql.Geometry, a []value) (value, error) {
		unit, err := unitOf(a)
		if err != nil {
			return value{}, err
		}
		metres, err := geosparql.Distance(g[0], g[1])
		return floatValue(metres/unit, kindDouble), err
	}
	add("distance", geoFunction(2, "u", distance))
	add("metricDistance", geoFunction(2, "", distance))
	buffer := func(e *evaluator, g []geosparql.Geometry, a []value) (value, error) {
		unit, err := unitOf(a[1:])
		if err != nil || !a[0].numeric() {
			return value{}, errType
		}
		made, err := geosparql.Buffer(g[0], a[0].asFloat()*unit)
		return e.geometryValue(made), err
	}
	add("buffer", geoFunction(1, "nu", buffer))
	add("metricBuffer", geoFunction(1, "n", buffer))
	for name, measure := range map[string]func(geosparql.Geometry) float64{"length": geosparql.Length, "perimeter": geosparql.Perimeter} {
		f := func(_ *evaluator, g []geosparql.Geometry, a []value) (value, error) {
			unit, err := unitOf(a)
			return floatValue(measure(g[0])/unit, kindDouble), err
		}
		add(name, geoFunction(1, "u", f))
		add("metric"+strings.ToUpper(name[:1])+name[1:], geoFunction(1, "", f))
	}
	add("metricArea", geoFunction(1, "", func(_ *evaluator, g []geosparql.Geometry, _ []value) (value, error) {
		return floatValue(geosparql.Area(g[0]), kindDouble), nil
	}))
}

// geoProperties are functions of one geometry that make no other.
var geoProperties = map[string]func(geosparql.Geometry) (value, error){
	"getSRID":   func(g geosparql.Geometry) (value, error) { return valueOf(rdf.Typed(g.CRS(), xsd+"anyURI")), nil },
	"asWKT":     func(g geosparql.Geometry) (value, error) { return valueOf(rdf.Typed(g.WKT(), geosparql.WKT)), nil },
	"dimension": func(g geosparql.Geometry) (value, error) { return integer(int64(g.Dimension())), nil },
	"isEmpty":   func(g geosparql.Geometry) (value, error) { return boolean(g.IsEmpty()), nil },
	"isSimple": func(g geosparql.Geometry) (value, error) {
		simple, ok := g.IsSimple()
		if !ok {
			return value{}, errType
		}
		return boolean(simple), nil
	},
	"asGeoJSON": func(g geosparql.Geometry) (value, error) {
		text, err := g.GeoJSON()
		return valueOf(rdf.Typed(text, geosparql.GeoJSON)), err
	},
	"minX": bound(0), "minY": bound(1), "maxX": bound(2), "maxY": bound(3),
}

// bound is one of the bounds of a geometry: west, south, east or north.
func bound(which int) func(geosparql.Geometry) (value, error) {
	return func(g geosparql.Geometry) (value, error) {
		west, south, east, north, ok := g.Bounds()
		if !ok {
			return value{}, errType
		}
		return floatValue([]float64{west, south, east, north}[which], kindDouble), nil
	}
}

// geometryValue is a geometry that a function made, as a literal.
func (e *evaluator) geometryValue(g geosparql.Geometry) value {
	text := g.WKT()
	e.checkText(len(text))
	return valueOf(rdf.Typed(text, geosparql.WKT))
}

// unitOf returns the metres of the unit that an argument names; without one, 1.
func unitOf(a []value) (float64, error) {
	if len(a) == 0 {
		return 1, nil
	}
	if a[0].kind != kindIRI && a[0].term.Datatype != xsd+"anyURI" {
		return 0, errType
	}
	return geosparql.Metres(a[0].term.Value)
}

// pointOf makes a point of a latitude and a longitude.
func pointOf(_ *evaluator, a []value) (value, error) {
	if !a[0].numeric() || !a[1].numeric() {
		return value{}, errType
	}
	if _, err := geosparql.Point(a[0].asFloat(), a[1].asFloat()); err != nil {
		return value{}, err
	}
	return valueOf(rdf.Typed("POINT("+decimalText(a[1])+" "+decimalText(a[0])+")", geosparql.WKT)), nil
}

// decimalText writes a number without an exponent.
func decimalText(v value) string {
	exact := v.exact
	if exact == nil {
		exact = new(big.Rat)
		exact.SetFloat64(v.float)
	}
	return exactValue(exact, kindDecimal).term.Value
}
