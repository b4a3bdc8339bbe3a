//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
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

// TestPlacesAgreeWithOxigraph computes 3,000 expressions of places here and in
// oxigraph: distances of points, and relations of shapes.
func TestPlacesAgreeWithOxigraph(t *testing.T) {
	seed := seedOf(t)
	r := rand.New(rand.NewPCG(seed, 1))
	wkt := func(text string) string { return `"` + text + `"^^geo:wktLiteral` }
	place := func() string { return wkt(fmt.Sprintf("POINT(%.5f %.5f)", r.Float64()*360-180, r.Float64()*180-90)) }
	relations := strings.Fields("sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains sfOverlaps")
	var queries []string
	for i := range 3000 {
		expression := fmt.Sprintf("geof:distance(%s, %s, uom:%s)", place(), place(), []string{"metre", "kilometre"}[r.IntN(2)])
		if i%3 > 0 {
			expression = fmt.Sprintf("geof:%s(%s, %s)", relations[r.IntN(len(relations))], wkt(randomShape(r)), wkt(randomShape(r)))
		}
		queries = append(queries, geoPrefixes+"SELECT ("+expression+" AS ?x) {}")
	}
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
	x := index.NewBuilder().Build()
	for i, text := range queries {
		if theirs[i] == nil {
			t.Errorf("%s: nothing from oxigraph", text)
			continue
		}
		q, err := sparql.Parse(text, "")
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range q.Rows(t.Context(), x, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if !sameNumber(row[0].Value, *theirs[i]) {
				t.Errorf("%s: %s, oxigraph %s", text, row[0].Value, *theirs[i])
			}
		}
	}
}

// sameNumber compares two texts or, to a part in 10⁹, numbers.
func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return a == b
	}
	return math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), 1)
}
