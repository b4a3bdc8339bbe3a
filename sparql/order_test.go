package sparql

import (
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// TestOrderIsTotal holds ORDER BY to an order: what comes before what comes before
// a third comes before that, and what < says of two it says, too.
func TestOrderIsTotal(t *testing.T) {
	var all []value
	for datatype, texts := range map[string][]string{
		"duration": {"P1D", "P14D", "P1M", "P30D", "P31D", "P4M", "P1Y", "P12M", "-P1D", "P1DT1H"}, "dayTimeDuration": {"P1D", "P400D"}, "yearMonthDuration": {"P1Y", "P1M"},
		"date": {"2020-05-10", "2020-05-10Z", "2020-05-10+14:00", "2019-01-01"}, "gYear": {"2020", "2021"}, "gYearMonth": {"2020-03", "2020-05"}, "time": {"10:00:00", "10:00:00Z"},
		"dateTime":      {"2020-05-10T00:00:00", "2020-05-10T01:00:00Z", "2020-05-10T13:00:00Z", "2020-05-09T15:00:00", "2020-05-11T23:00:00Z", "2020-05-10T00:00:00.5"},
		"dateTimeStamp": {"2020-05-10T00:00:00Z"}, "integer": {"1", "3", "16777217", "9007199254740993"}, "decimal": {"0.1", "0.10000000149011612", "1.0"},
		"float": {"0.1", "16777216", "NaN", "INF", "-INF"}, "double": {"0.1", "1", "3.5", "9007199254740992", "NaN", "INF"}, "string": {"b", "a"}, "boolean": {"true", "0"}, "hexBinary": {"ff"},
	} {
		for _, text := range texts {
			all = append(all, valueOf(rdf.Typed(text, xsd+datatype)))
		}
	}
	all = append(all, value{}, valueOf(rdf.IRI("http://e/b")), valueOf(rdf.IRI("http://e/a")), valueOf(rdf.LangString("a", "en")), valueOf(rdf.Blank("x")))
	for _, a := range all {
		for _, b := range all {
			ab := orderValues(a, b)
			if ba := orderValues(b, a); sign(ab) != -sign(ba) {
				t.Errorf("%v %v: %d, the other way round %d", a.term, b.term, ab, ba)
			}
			if c, ok, nan := compareValues(a, b); ok && !nan && c != 0 && sign(c) != sign(ab) {
				t.Errorf("%v %v: %d, but < says %d", a.term, b.term, ab, c)
			}
			for _, c := range all {
				if ab <= 0 && orderValues(b, c) <= 0 && orderValues(a, c) > 0 {
					t.Errorf("%v, %v, %v: the first does not come before the third", a.term, b.term, c.term)
				}
			}
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
