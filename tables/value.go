//go:build !lean

package tables

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// value is a term as a value of the column; it is not ok where the type of the
// column cannot hold it.
func (c *Column) value(t rdf.Term) (v parquet.Value, ok bool) {
	if c.IRI != (t.Kind == rdf.IRITerm) || t.Kind != rdf.IRITerm && t.Kind != rdf.LiteralTerm {
		return v, false
	}
	if c.IRI {
		return parquet.ValueOf(t.Value), true
	}
	return typed(c.Type, t)
}

// typed is a literal as a value of a type.
func typed(typ Type, t rdf.Term) (parquet.Value, bool) {
	datatype, _ := strings.CutPrefix(t.Datatype, model.NSXSD)
	switch typ {
	case Integer:
		n, err := strconv.ParseInt(t.Value, 10, 64)
		return parquet.Int64Value(n), datatype == "integer" && err == nil
	case Number:
		n, err := strconv.ParseFloat(t.Value, 64)
		exact := datatype != "integer" || math.Abs(n) <= mostExact
		return parquet.DoubleValue(n), numbers[datatype] && err == nil && exact && !math.IsInf(n, 0) && !math.IsNaN(n)
	case Boolean:
		return parquet.BooleanValue(t.Value == "true" || t.Value == "1"), datatype == "boolean"
	case Date:
		day, err := time.Parse(time.DateOnly, t.Value)
		return parquet.Int32Value(int32(day.Unix() / secondsOfDay)), datatype == "date" && err == nil //nolint:gosec // years have four digits
	case DateTime:
		at, err := time.Parse("2006-01-02T15:04:05", t.Value)
		return parquet.Int64Value(at.UnixMicro()), datatype == "dateTime" && err == nil
	case Text:
		return parquet.ValueOf(t.Value), asText[t.Datatype]
	}
	return parquet.Value{}, false
}

// numbers are the datatypes of which a double is the value, or the nearest to it.
var numbers = map[string]bool{"decimal": true, "integer": true, "double": true, "float": true}

// mostExact is the greatest integer up to which a double has all.
const mostExact = 1 << 53

const secondsOfDay = 24 * 60 * 60

// asText are the datatypes of which a text says all.
var asText = map[string]bool{
	rdf.XSDString:            true,
	model.NSXSD + "date":     true, // of a partial date, that is whole
	model.NSXSD + "duration": true, model.NSXSD + "gYear": true, model.NSXSD + "gYearMonth": true,
}
