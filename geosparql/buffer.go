package geosparql

import (
	"errors"
	"fmt"
	"math"

	"github.com/peterstace/simplefeatures/geom"
)

const (
	// corners is how many corners the polygon has that stands for a circle.
	corners = 64
	// mostBuffered bounds the segments of a geometry with a buffer.
	mostBuffered = 500
)

// Buffer is the area of all places that are no more than some metres away from
// a geometry. Circles are polygons of 64 corners, which lie on the circle. One that
// reaches across a pole or the 180th meridian is an error: degrees
// have no polygon for it.
func Buffer(g Geometry, metres float64) (out Geometry, err error) {
	defer recovered(&err)
	out.crs = g.crs
	all := g.segments()
	switch {
	case !(metres >= 0) || math.IsInf(metres, 1):
		return out, fmt.Errorf("a buffer of %v metres, expected a distance", metres)
	case len(all) > mostBuffered:
		return out, fmt.Errorf("a buffer of a geometry of %d segments, expected %d at most", len(all), mostBuffered)
	case metres == 0 || len(all) == 0:
		out.shape = g.shape
		return out, nil
	}
	var parts []geom.Geometry
	for _, s := range all {
		points, err := circle(nil, s.from, metres/radius)
		if err == nil && s.from != s.to {
			points, err = circle(points, s.to, metres/radius)
		}
		if err != nil {
			return out, err
		}
		parts = append(parts, geom.NewMultiPoint(points).AsGeometry().ConvexHull())
	}
	for _, part := range g.shape.Dump() {
		if part.Type() == geom.TypePolygon {
			parts = append(parts, part)
		}
	}
	out.shape, err = united(parts)
	return out, err
}

// united is the union of shapes, two at a time: where several lie over one
// another, the library's union of many has holes.
func united(parts []geom.Geometry) (geom.Geometry, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	left, err := united(parts[:len(parts)/2])
	if err != nil {
		return left, err
	}
	right, err := united(parts[len(parts)/2:])
	if err != nil {
		return right, err
	}
	return geom.Union(left, right)
}

// plane is the shape for what is computed in the plane: the areas of a
// collection, which may lie over one another, as one.
func (g Geometry) plane() (geom.Geometry, error) {
	if !g.shape.IsGeometryCollection() {
		return g.shape, nil
	}
	var areas, others []geom.Geometry
	for _, part := range g.shape.Dump() {
		if part.IsPolygon() {
			areas = append(areas, part)
		} else {
			others = append(others, part)
		}
	}
	if len(areas) < 2 {
		return g.shape, nil
	}
	one, err := united(areas)
	return geom.NewGeometryCollection(append(others, one)).AsGeometry(), err
}

func planes(a, b Geometry) (left, right geom.Geometry, err error) {
	if err = crossings(a.shape, b.shape); err != nil {
		return left, right, err
	}
	if left, err = a.plane(); err == nil {
		right, err = b.plane()
	}
	return left, right, err
}

// circle appends the places at an angle from another one.
func circle(to []geom.Point, p geom.XY, angle float64) ([]geom.Point, error) {
	lat, lon := p.Y*math.Pi/180, p.X*math.Pi/180
	if math.Abs(lat)+angle >= math.Pi/2 {
		return nil, errors.New("a buffer across a pole")
	}
	for i := range corners {
		bearing := 2 * math.Pi * float64(i) / corners
		y := math.Asin(math.Sin(lat)*math.Cos(angle) + math.Cos(lat)*math.Sin(angle)*math.Cos(bearing))
		x := lon + math.Atan2(math.Sin(bearing)*math.Sin(angle)*math.Cos(lat), math.Cos(angle)-math.Sin(lat)*math.Sin(y))
		if math.Abs(x) > math.Pi {
			return nil, errors.New("a buffer across the 180th meridian")
		}
		to = append(to, geom.XY{X: x * 180 / math.Pi, Y: y * 180 / math.Pi}.AsPoint())
	}
	return to, nil
}
