#!/bin/sh
# peterstace/simplefeatures: UnionMany loses the interior of overlapping polygons.
#
# A square and four strips that lie over its edges have the square of all of them as
# their union. Seen on 2026-11-30 with v0.50.0: UnionMany returns that square with a
# hole in the middle, though the first polygon covers the middle; the union of two at
# a time has none. All five polygons are valid.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
go mod init example.org/union >/dev/null 2>&1
cat > main.go <<'G'
package main

import (
	"fmt"

	"github.com/peterstace/simplefeatures/geom"
)

func main() {
	var all []geom.Geometry
	for _, wkt := range []string{
		"POLYGON((0 0,4 0,4 4,0 4,0 0))",
		"POLYGON((-1 -1,5 -1,5 1,-1 1,-1 -1))", "POLYGON((-1 3,5 3,5 5,-1 5,-1 3))",
		"POLYGON((-1 -1,1 -1,1 5,-1 5,-1 -1))", "POLYGON((3 -1,5 -1,5 5,3 5,3 -1))",
	} {
		g, err := geom.UnmarshalWKT(wkt)
		if err != nil {
			panic(err)
		}
		all = append(all, g)
	}
	many, err := geom.UnionMany(all)
	if err != nil {
		panic(err)
	}
	two := all[0]
	for _, g := range all[1:] {
		if two, err = geom.Union(two, g); err != nil {
			panic(err)
		}
	}
	fmt.Println("many: area", many.Area(), "two at a time: area", two.Area())
}
G
go get github.com/peterstace/simplefeatures@v0.50.0 >/dev/null 2>&1
go run . > seen
cat seen
echo 'many: area 32 two at a time: area 36' | diff - seen
