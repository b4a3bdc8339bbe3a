package sparql_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/sparql"
)

const prefixGeo = "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> " +
	"PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX tw: <https://w3id.org/trialweave/ns#> "

// wkt writes a geometry as a literal.
func wkt(text string) string { return `"` + text + `"^^geo:wktLiteral` }

// refused is in place of a value where an argument is a constant that it cannot be.
const refused = "refused"

func refusesArgument(t *testing.T, q *sparql.Query, x *index.Index) bool {
	t.Helper()
	for _, err := range q.Rows(t.Context(), x, nil) {
		return err != nil && strings.Contains(err.Error(), " must be a ")
	}
	return false
}

func TestGeoFunctions(t *testing.T) {
	x := index.NewBuilder().Build()
	const square, epsg = "POLYGON((0 0,2 0,2 2,0 2,0 0))", "<http://www.opengis.net/def/crs/EPSG/0/4326> "
	paris, london := wkt("POINT(2.3522 48.8566)"), wkt("POINT(-0.1276 51.5072)")
	for expression, want := range map[string]string{
		// Distances, of which pyoxigraph 0.5.13 gives the first, in the same metres.
		`ROUND(geof:distance(` + paris + `, ` + london + `, uom:metre))`:                                                          "343530",
		`ROUND(10 * geof:distance(` + paris + `, ` + london + `, uom:kilometre))`:                                                 "3435",
		`ROUND(1000 * geof:distance(` + wkt("POINT(0 0)") + `, ` + wkt("POINT(0 1)") + `, uom:degree))`:                           "1000",
		`ROUND(geof:distance(` + wkt("POINT(0 0)") + `, ` + wkt("POINT(0 1)") + `, <http://qudt.org/vocab/unit/KiloM>))`:          "111",
		`ROUND(geof:metricDistance(` + wkt("POINT(179.5 0)") + `, ` + wkt("POINT(-179.5 0)") + `))`:                               "111195",
		`ROUND(geof:metricDistance(` + wkt("POINT(0 90)") + `, ` + wkt("POINT(123 90)") + `))`:                                    "0",
		`ROUND(geof:metricDistance(` + wkt("POINT(0 0)") + `, ` + wkt("POINT(180 0)") + `))`:                                      "20015114",
		`ROUND(geof:metricDistance(` + wkt("LINESTRING(-10 0, 10 0)") + `, ` + wkt("POINT(1 1)") + `))`:                           "111195",
		`ROUND(geof:metricDistance(` + wkt("LINESTRING(-10 0, 10 0)") + `, ` + wkt("POINT(12 0)") + `))`:                          "222390",
		`ROUND(geof:metricDistance(` + wkt(square) + `, ` + wkt("POINT(1 1)") + `))`:                                              "0",
		`ROUND(geof:metricDistance(` + wkt(square) + `, ` + wkt("POINT(3 0)") + `))`:                                              "111195",
		`geof:metricDistance(` + wkt(epsg+"POINT(48.8566 2.3522)") + `, ` + paris + `) < 0.001`:                                   "true",
		`geof:metricDistance("{\"type\":\"Point\",\"coordinates\":[2.3522,48.8566]}"^^geo:geoJSONLiteral, ` + paris + `) < 0.001`: "true",
		`geof:metricDistance(tw:point(48.8566, 2.3522), ` + paris + `)`:                                                           "0.0E0",
		`tw:point(48.8566, -2.5e-1)`: "POINT(-0.25 48.8566)",
		// Relations.
		`geof:sfWithin(` + wkt("POINT(1 1)") + `, ` + wkt(square) + `)`:                           "true",
		`geof:sfWithin(` + wkt("POINT(0 1)") + `, ` + wkt(square) + `)`:                           "false",
		`geof:sfTouches(` + wkt("POINT(0 1)") + `, ` + wkt(square) + `)`:                          "true",
		`geof:sfContains(` + wkt(square) + `, ` + wkt("POINT(1 1)") + `)`:                         "true",
		`geof:sfIntersects(` + wkt("LINESTRING(-1 1,3 1)") + `, ` + wkt(square) + `)`:             "true",
		`geof:sfCrosses(` + wkt("LINESTRING(-1 1,3 1)") + `, ` + wkt(square) + `)`:                "true",
		`geof:sfDisjoint(` + wkt("POINT(5 5)") + `, ` + wkt(square) + `)`:                         "true",
		`geof:sfEquals(` + wkt(square) + `, ` + wkt("POLYGON((2 2,0 2,0 0,2 0,2 2))") + `)`:       "true",
		`geof:sfOverlaps(` + wkt(square) + `, ` + wkt("POLYGON((1 1,3 1,3 3,1 3,1 1))") + `)`:     "true",
		`geof:ehInside(` + wkt("POLYGON((0.5 0.5,1 0.5,1 1,0.5 0.5))") + `, ` + wkt(square) + `)`: "true",
		`geof:rcc8tpp(` + wkt("POLYGON((0 0,1 0,1 1,0 0))") + `, ` + wkt(square) + `)`:            "true",
		`geof:relate(` + wkt("POINT(1 1)") + `, ` + wkt(square) + `, "T*F**F***")`:                "true",
		`geof:sfContains(` + wkt("GEOMETRYCOLLECTION(POLYGON((0 0,4 0,4 4,0 4,0 0)),POLYGON((-1 -1,5 -1,5 1,-1 1,-1 -1)),POLYGON((-1 3,5 3,5 5,-1 5,-1 3)),POLYGON((-1 -1,1 -1,1 5,-1 5,-1 -1)),POLYGON((3 -1,5 -1,5 5,3 5,3 -1)))") + `, ` + wkt("POINT(2 2)") + `)`: "true",
		// What is made of geometries.
		`geof:envelope(` + wkt("LINESTRING(0 0, 1 2)") + `)`:                                 "POLYGON((0 0,0 2,1 2,1 0,0 0))",
		`geof:convexHull(` + wkt("MULTIPOINT(0 0, 1 0, 0 1)") + `)`:                          "POLYGON((0 0,1 0,0 1,0 0))",
		`geof:centroid(` + wkt(square) + `)`:                                                 "POINT(1 1)",
		`geof:asWKT(geof:centroid(` + wkt(epsg+"POLYGON((10 0,12 0,12 2,10 2,10 0))") + `))`: epsg + "POINT(11 1)",
		`geof:sfEquals(geof:intersection(` + wkt(square) + `, ` + wkt("POLYGON((1 1,3 1,3 3,1 3,1 1))") + `), ` + wkt("POLYGON((1 1,2 1,2 2,1 2,1 1))") + `)`: "true",
		`geof:sfContains(geof:buffer(` + paris + `, 344, uom:kilometre), ` + london + `)`:                                                                     "true",
		`geof:sfContains(geof:buffer(` + paris + `, 342, uom:kilometre), ` + london + `)`:                                                                     "false",
		`geof:sfContains(geof:metricBuffer(` + wkt("LINESTRING(0 0,0 2)") + `, 20000), ` + wkt("POINT(0.1 1)") + `)`:                                          "true",
		`geof:sfContains(geof:metricBuffer(` + wkt("LINESTRING(0 0,0 2)") + `, 20000), ` + wkt("POINT(0.2 1)") + `)`:                                          "false",
		`geof:sfContains(geof:metricBuffer(` + wkt(square) + `, 1000), ` + wkt(square) + `)`:                                                                  "true",
		`ROUND(geof:metricArea(` + wkt("POLYGON((0 0,1 0,1 1,0 1,0 0))") + `) / 1000000)`:                                                                     "12364",
		`ROUND(geof:metricLength(` + wkt("LINESTRING(0 0,0 2)") + `))`:                                                                                        "222390",
		`ROUND(geof:length(` + wkt("LINESTRING(0 0,0 2)") + `, uom:degree))`:                                                                                  "2",
		`ROUND(geof:perimeter(` + wkt("POLYGON((0 0,0 1,1 1,1 0,0 0))") + `, uom:kilometre))`:                                                                 "445",
		`geof:getSRID(` + paris + `)`:         "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
		`geof:dimension(` + wkt(square) + `)`: "2",
		`geof:maxX(` + wkt(square) + `)`:      "2.0E0",
		`geof:asGeoJSON(` + paris + `)`:       `{"type":"Point","coordinates":[2.3522,48.8566]}`,
		// Errors of their row.
		`geof:metricDistance("POINT(1 1)", ` + paris + `)`:                                                                      refused,
		`geof:metricDistance(` + wkt("POINT(1 1") + `, ` + paris + `)`:                                                          refused,
		`geof:metricDistance(` + wkt("POINT EMPTY") + `, ` + paris + `)`:                                                        "",
		`geof:metricDistance(` + wkt("POINT(200 0)") + `, ` + paris + `)`:                                                       refused,
		`geof:metricDistance(STRDT("<http://www.opengis.net/def/crs/EPSG/0/27700> POINT(1 1)", geo:wktLiteral), ` + paris + `)`: "",
		`geof:distance(` + paris + `, ` + london + `, uom:parsec)`:                                                              refused,
		`geof:distance(` + paris + `, ` + london + `, "metre")`:                                                                 refused,
		`geof:sfWithin(` + wkt("POLYGON((0 0,2 2,2 0,0 2,0 0))") + `, ` + wkt(square) + `)`:                                     refused,
		`geof:metricBuffer(` + wkt("POINT(0 89.9)") + `, 100000)`:                                                               "",
		`geof:metricBuffer(` + wkt("POINT(180 0)") + `, 1000)`:                                                                  "",
		`geof:metricBuffer(` + paris + `, -1)`:                                                                                  "",
		`geof:relate(` + paris + `, ` + london + `, "nonsense!")`:                                                               "",
		`tw:point("9", 0)`: refused, `tw:point(91, 0)`: "",
	} {
		if strings.HasPrefix(expression, "ROUND(") {
			expression = "xsd:integer(" + expression + ")"
		}
		got := ""
		text := prefixGeo + "SELECT (STR(" + expression + ") AS ?x) {}"
		if want == refused {
			if q, err := sparql.Parse(text, ""); err != nil || !refusesArgument(t, q, x) {
				t.Errorf("%s is not refused: %v", expression, err)
			}
			continue
		}
		for _, row := range rowsOf(t, x, text) {
			got = strings.ReplaceAll(strings.TrimPrefix(strings.TrimSuffix(strings.Trim(row, "[]{} "), `"`), `"`), `\"`, `"`)
		}
		if got != want {
			t.Errorf("%s: %q, expected %q", expression, got, want)
		}
	}
}
