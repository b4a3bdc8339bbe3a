package sparql_test

import (
	"strings"
	"testing"
)

// TestFollowed lists the values that have to be subjects of triples.
func TestFollowed(t *testing.T) {
	for text, want := range map[string]string{
		`?s :p ?v . ?v :q ?o`:                   "?v of p",
		`?s :p ?v ; :r ?v . ?v a :C`:            "?v of p; ?v of r",
		`?s :p/:q ?o`:                           "?v of p",
		`?s :p/:q/:r ?o`:                        "?v of p; ?v of q",
		`?s :p/(:q|:r) ?o`:                      "?v of p",
		`?s :p/:q+ ?o`:                          "?v of p",
		`?s :p/:q* ?o`:                          "",
		`?s :p/^:q ?o`:                          "",
		`?s :p/!:q ?o`:                          "",
		`?s :p ?v . ?v :q* ?o`:                  "",
		`{ ?s :p ?v } UNION { ?v :q ?o }`:       "",
		`?s :p ?v OPTIONAL { ?v :q ?o }`:        "",
		`"a" :p ?v`:                             `"a"`,
		`?s :p ?v . ?v tw:matches "x"`:          "",
		`FILTER EXISTS { ?s :p ?v . ?v :q ?o }`: "?v of p",
	} {
		var got []string
		for _, f := range parsed(t, "SELECT * { "+text+" }").Followed() {
			switch property := strings.TrimPrefix(f.Property.Value, "http://e/"); {
			case property == "":
				got = append(got, f.Text)
			default:
				got = append(got, "?v of "+property)
			}
		}
		if joined := strings.Join(got, "; "); joined != want {
			t.Errorf("%s: %s, want %s", text, joined, want)
		}
	}
}
