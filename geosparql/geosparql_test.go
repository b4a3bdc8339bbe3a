package geosparql_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/geosparql"
)

// TestLimits holds what is read to its bounds: no text is a panic.
func TestLimits(t *testing.T) {
	for _, text := range []string{
		"", "POINT", "POINT(", "POINT(1)", "POINT(a b)", "POINT(1e999 0)", "POINT(NaN 0)", "<http://", "<> POINT(0 0)", "CIRCLE(0 0)", "POLYGON((0 0,1 1))",
		"POINT(0 91)", "POINT(181 0)", strings.Repeat("GEOMETRYCOLLECTION(", 100) + "POINT(0 0)" + strings.Repeat(")", 100),
		"LINESTRING(" + strings.Repeat("0 0,", 2<<20) + "1 1)",
	} {
		if _, err := geosparql.Parse(text, geosparql.WKT); err == nil {
			t.Errorf("%.40q is read", text)
		}
	}
	for _, text := range []string{"", "{}", "[]", `{"type":"Point"}`, `{"type":"Point","coordinates":[1]}`, `{"type":"Feature","geometry":null}`} {
		if g, err := geosparql.Parse(text, geosparql.GeoJSON); err == nil && !g.IsEmpty() {
			t.Errorf("%.40q is read: %s", text, g.WKT())
		}
	}
}

// FuzzParse checks that what is read is written as it can be read again, and that
// every function ends.
func FuzzParse(f *testing.F) {
	f.Add("POINT(1 2)", "POLYGON((0 0,2 0,2 2,0 2,0 0))")
	f.Add("<http://www.opengis.net/def/crs/EPSG/0/4326> LINESTRING(1 2,3 4)", "MULTIPOINT(1 1,2 2)")
	f.Add("GEOMETRYCOLLECTION(POINT(0 0),POLYGON((0 0,2 0,2 2,0 2,0 0)),POLYGON((1 1,3 1,3 3,1 3,1 1)))", "POINT EMPTY")
	f.Fuzz(func(t *testing.T, left, right string) {
		a, err := geosparql.Parse(left, geosparql.WKT)
		if err != nil {
			return
		}
		if again, err := geosparql.Parse(a.WKT(), geosparql.WKT); err != nil || again.WKT() != a.WKT() {
			t.Errorf("%q is written as %q: %v", left, a.WKT(), err)
		}
		b, err := geosparql.Parse(right, geosparql.WKT)
		if err != nil || len(left)+len(right) > 1000 {
			return
		}
		for _, relation := range geosparql.Relations() {
			_, _ = geosparql.Related(relation, a, b) // an error is right for some
		}
		if d, err := geosparql.Distance(a, b); err == nil && !(d >= 0) {
			t.Errorf("%q and %q are %v metres apart", left, right, d)
		}
		_, _ = geosparql.Buffer(a, 1000) // as above
		_, _ = geosparql.Combined("union", a, b)
	})
}
