package registrytest

import (
	"fmt"
	"math"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// pathOf is the path of a field that is named by its piece or its path.
func pathOf(field string) string {
	for _, f := range model.Default().Fields {
		if f.Piece == field {
			return f.Path
		}
	}
	return field
}

// valueAt returns what stands at a path, those of all items where the path
// leads through a list.
func valueAt(v any, path string) any {
	if path == "" {
		return v
	}
	key, rest, _ := strings.Cut(path, ".")
	switch v := v.(type) {
	case map[string]any:
		return valueAt(v[key], rest)
	case []any:
		var out []any
		for _, item := range v {
			if x := valueAt(item, path); x != nil {
				out = append(out, x)
			}
		}
		return out
	}
	return nil
}

func textAt(v any, path string) string {
	s, _ := valueAt(v, path).(string)
	return s
}

func textsAt(v any, path string) []string {
	items, _ := valueAt(v, path).([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// gather writes all texts below a value, in small letters.
func gather(to *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		to.WriteString(strings.ToLower(v) + "\n")
	case map[string]any:
		for _, x := range v {
			gather(to, x)
		}
	case []any:
		for _, x := range v {
			gather(to, x)
		}
	}
}

// keep copies what stands at a path, and nothing beside it.
func keep(to, from map[string]any, path []string) {
	v, ok := from[path[0]]
	if !ok {
		return
	}
	if len(path) == 1 {
		to[path[0]] = v
		return
	}
	switch v := v.(type) {
	case map[string]any:
		inner, _ := to[path[0]].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
		}
		keep(inner, v, path[1:])
		to[path[0]] = inner
	case []any:
		list, _ := to[path[0]].([]any)
		for i, item := range v {
			if len(list) <= i {
				list = append(list, map[string]any{})
			}
			if item, ok := item.(map[string]any); ok {
				keep(list[i].(map[string]any), item, path[1:])
			}
		}
		to[path[0]] = list
	}
}

// near reports whether a site lies within the distance of a point.
func near(s record, geo string) bool {
	var lat, lon, radius float64
	var unit string
	if _, err := fmt.Sscanf(geo, "distance(%f,%f,%f%2s", &lat, &lon, &radius, &unit); err != nil {
		return false
	}
	if unit != "km" {
		radius *= 1.609344
	}
	sites, _ := valueAt(s.tree, "protocolSection.contactsLocationsModule.locations.geoPoint").([]any)
	for _, site := range sites {
		point, _ := site.(map[string]any)
		y, okY := point["lat"].(float64)
		x, okX := point["lon"].(float64)
		if okX && okY && kilometres(lat, lon, y, x) <= radius {
			return true
		}
	}
	return false
}

// kilometres is the distance of two points on a sphere of the Earth's size.
func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	a := math.Pow(math.Sin((lat2-lat1)*rad/2), 2) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin((lon2-lon1)*rad/2), 2)
	return 2 * 6371 * math.Asin(math.Sqrt(a))
}
