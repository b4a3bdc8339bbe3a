package shacl

import (
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// TestCompareMoments holds the order of dates, times and durations that are written in
// rarer forms (XPath Functions and Operators 3.1, sections 8 and 9).
func TestCompareMoments(t *testing.T) {
	literal := func(text, datatype string) operand { return operandOf(rdf.Typed(text, xsd+datatype)) }
	for _, tt := range []struct {
		a, b, datatype string
		want           int
		ordered        bool
	}{
		{"2020-01-02T00:00:00", "2020-01-01T00:00:00Z", "dateTime", 1, true}, // more than 14 hours apart
		{"2020-01-01T01:00:00", "2020-01-01T00:00:00Z", "dateTime", 0, false},
		{"2020-01-01T24:00:00Z", "2020-01-02T00:00:00Z", "dateTime", 0, true},
		{"12020-01-01", "2020-01-01", "date", 1, true},
		{"2020-01-01+01:00", "2020-01-01Z", "date", -1, true},
		{"P2D", "P1D", "dayTimeDuration", 1, true},
		{"P1M", "P30D", "duration", 0, false},
		{"10:00:00", "09:00:00", "time", 1, true},
	} {
		got, ordered := compare(literal(tt.a, tt.datatype), literal(tt.b, tt.datatype))
		if got != tt.want && tt.ordered || ordered != tt.ordered {
			t.Errorf("%s %s and %s: %d %t", tt.datatype, tt.a, tt.b, got, ordered)
		}
	}
}
