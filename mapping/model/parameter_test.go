package model

import (
	"slices"
	"testing"
)

func TestCheckParameter(t *testing.T) {
	var names []string
	for _, q := range Queries() {
		names = append(names, q.Parameters()...)
	}
	for name := range limits {
		if !slices.Contains(names, name) {
			t.Errorf("no question has %s", name)
		}
	}
	for name := range atLeastZero {
		if !slices.Contains(names, name) {
			t.Errorf("no question has %s", name)
		}
	}
	for _, test := range []struct{ name, value, want string }{
		{"latitude", "142", "latitude=142: expected a number from -90 to 90"},
		{"latitude", "-90.0", ""},
		{"latitude", "NaN", "latitude=NaN: expected a number from -90 to 90"},
		{"longitude", "-180.5", "longitude=-180.5: expected a number from -180 to 180"},
		{"east", "181e0", "east=181e0: expected a number from -180 to 180"},
		{"within", "-1", "within=-1: expected a number of 0 or more"},
		{"within", "0", ""},
		{"alpha", "5", "alpha=5: expected a number from 0 to 1"},
		{"cutoff", "-5", ""},
		{"latitude", "north", ""},
	} {
		got := ""
		if err := CheckParameter(test.name, test.value); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s=%s: %q, expected %q", test.name, test.value, got, test.want)
		}
	}
}
