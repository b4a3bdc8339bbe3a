//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/sparql"
)

const geoPrefixes = "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/> "

// randomShape is a shape on a small grid, so that shapes meet in every way.
func randomShape(r *rand.Rand) string {
	x, y, w, h := r.IntN(4), r.IntN(4), 1+r.IntN(3), 1+r.IntN(3)
	return []string{
		fmt.Sprintf("POINT(%d %d)", x, y),
		fmt.Sprintf("LINESTRING(%d %d,%d %d)", x, y, x+w, y+r.IntN(3)),
		fmt.Sprintf("POLYGON((%d %d,%d %d,%d %d,%d %d,%d %d))", x, y, x+w, y, x+w, y+h, x, y+h, x, y),
		fmt.Sprintf("POLYGON((%d %d,%d %d,%d %d,%d %d))", x, y, x+w, y, x, y+h, x, y),
		fmt.Sprintf("MULTIPOINT(%d %d,%d %d)", x, y, x+w, y+h),
	}[r.IntN(5)]
}

// simpleFeatures are the relations that every peer has.
const simpleFeatures = "sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains sfOverlaps"

// placesQueries are 3,000 expressions of places: distances of points in some units,
// and relations of shapes.
func placesQueries(r *rand.Rand, relations string, units ...string) []string {
	wkt := func(text string) string { return `"` + text + `"^^geo:wktLiteral` }
	place := func() string { return wkt(fmt.Sprintf("POINT(%.5f %.5f)", r.Float64()*360-180, r.Float64()*180-90)) }
	names := strings.Fields(relations)
	var queries []string
	for i := range 3000 {
		expression := fmt.Sprintf("geof:distance(%s, %s, uom:%s)", place(), place(), units[r.IntN(len(units))])
		if i%3 > 0 {
			expression = fmt.Sprintf("geof:%s(%s, %s)", names[r.IntN(len(names))], wkt(randomShape(r)), wkt(randomShape(r)))
		}
		queries = append(queries, geoPrefixes+"SELECT ("+expression+" AS ?x) {}")
	}
	return queries
}

// TestPlacesAgreeWithOxigraph computes expressions of places here and in oxigraph.
func TestPlacesAgreeWithOxigraph(t *testing.T) {
	queries := placesQueries(rand.New(rand.NewPCG(seedOf(t), 1)), simpleFeatures, "metre", "kilometre")
	data, err := json.Marshal(queries)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "queries.json")
	save(t, file, data)
	var theirs []*string
	if err := json.Unmarshal([]byte(tools.Run(t, t.TempDir(), python(t), script(t, "oxigraph_geo.py"), file)), &theirs); err != nil {
		t.Fatal(err)
	}
	var values []string
	for i := range theirs {
		if theirs[i] == nil {
			t.Errorf("%s: nothing from oxigraph", queries[i])
			return
		}
		values = append(values, *theirs[i])
	}
	samePlaces(t, "oxigraph", queries, values, 1e-9)
}

// otherInRDF4J are relations that RDF4J (5.2.2) takes otherwise: points are equal
// to none, since they have no boundary to share, and only what has fewer dimensions
// crosses what has more. Oxigraph has what is here.
var otherInRDF4J = regexp.MustCompile(`sfEquals\("(MULTI)?POINT|sfCrosses\("(POLYGON.*, "(LINE|MULTI)|LINE.*, "MULTIPOINT)`)

// TestPlacesAgreeWithRDF4J computes expressions of places here and in RDF4J, which
// has a radius of 6,371,008.7714 m, 3 cm less, and of units metres alone.
func TestPlacesAgreeWithRDF4J(t *testing.T) {
	queries := placesQueries(rand.New(rand.NewPCG(seedOf(t), 2)), simpleFeatures+" ehDisjoint", "metre")
	queries = slices.DeleteFunc(queries, otherInRDF4J.MatchString)
	file := filepath.Join(t.TempDir(), "queries.txt")
	save(t, file, []byte(strings.Join(queries, "\n")+"\n"))
	out := tools.Run(t, jars(t, "geo", "rdf4j-queryalgebra-geosparql-5.2.2.jar"), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Places.java"), file)
	samePlaces(t, "RDF4J", queries, strings.Split(strings.TrimSuffix(out, "\n"), "\n"), 1e-8)
}

// otherInJena are what Jena GeoSPARQL (5.6.0) has otherwise: distances, which have no
// value there, and polygons, which cross nothing.
var otherInJena = regexp.MustCompile(`geof:distance|sfCrosses\("POLYGON`)

// TestPlacesAgreeWithJena computes relations of shapes here and in Jena GeoSPARQL.
func TestPlacesAgreeWithJena(t *testing.T) {
	queries := slices.DeleteFunc(placesQueries(rand.New(rand.NewPCG(seedOf(t), 3)), simpleFeatures, "metre"), otherInJena.MatchString)
	file := filepath.Join(t.TempDir(), "queries.txt")
	save(t, file, []byte(strings.Join(queries, "\n")+"\n"))
	out := tools.Run(t, jars(t, "jenageo", "jena-geosparql-5.6.0.jar"), "java", "-Xmx1g", "-cp", "lib/*", script(t, "PlacesJena.java"), file)
	samePlaces(t, "Jena", queries, strings.Split(strings.TrimSuffix(out, "\n"), "\n"), 0)
}

// samePlaces compares the values of queries with those here.
func samePlaces(t *testing.T, who string, queries, theirs []string, within float64) {
	t.Helper()
	if len(theirs) != len(queries) {
		t.Fatalf("%d values from %s, expected %d", len(theirs), who, len(queries))
	}
	x := index.NewBuilder().Build()
	for i, text := range queries {
		q, err := sparql.Parse(text, "")
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range q.Rows(t.Context(), x, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if !sameNumber(row[0].Value, theirs[i], within) {
				t.Errorf("%s: %s, %s has %s", text, row[0].Value, who, theirs[i])
			}
		}
	}
}

// sameNumber compares two texts or, to a part of them, numbers.
func sameNumber(a, b string, within float64) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return a == b
	}
	return math.Abs(x-y) <= within*math.Max(math.Abs(x), 1)
}
