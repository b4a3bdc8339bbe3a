package geosparql

import (
	"fmt"
	"strings"
	"testing"
)

// zigzag is a line of n corners that goes up and down, or from side to side.
func zigzag(n int, sideways bool) string {
	corners := make([]string, n)
	for i := range corners {
		x, y := 50*float64(i)/float64(n), float64(50*(i%2))
		if sideways {
			x, y = y, x
		}
		corners[i] = fmt.Sprintf("%g %g", x, y)
	}
	return "LINESTRING(" + strings.Join(corners, ",") + ")"
}

// TestCrossings holds that shapes that meet in too many places are an error before
// anything is computed, and that large shapes that do not are not.
func TestCrossings(t *testing.T) {
	for _, c := range []struct {
		a, b string
		ok   bool
	}{
		{zigzag(100, false), zigzag(100, true), true},
		{zigzag(3000, false), zigzag(3000, true), false},
		{zigzag(20000, false), "POLYGON((60 60,61 60,61 61,60 60))", false},
		{zigzag(2000, false), "POINT(1 1)", true},
		{zigzag(2000, false), "POLYGON((60 60,61 60,61 61,60 60))", true},
	} {
		a, err := Parse(c.a, WKT)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Parse(c.b, WKT)
		if err != nil {
			t.Fatal(err)
		}
		_, related := Related("sfCrosses", a, b)
		_, combined := Combined("intersection", a, b)
		_, matrix := Relate(a, b, "T********")
		_, distance := Distance(a, b)
		for name, err := range map[string]error{"sfCrosses": related, "intersection": combined, "relate": matrix, "distance": distance} {
			if (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "segments") {
				t.Errorf("%.20s… and %.20s…: %s: %v", c.a, c.b, name, err)
			}
		}
	}
}
