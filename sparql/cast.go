package sparql

import (
	"math/big"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// caster turns a value into one of a type.
type caster func(v value) (value, error)

// casts are the functions that are named by an IRI: the constructors of XSD's
// types (section 17.5; XQuery and XPath Functions and Operators, section 18).
var casts = func() map[string]caster {
	out := map[string]caster{
		"string": castString, "boolean": castBoolean,
		"decimal": func(v value) (value, error) { return castNumber(v, kindDecimal) },
		"double":  func(v value) (value, error) { return castFloat(v, kindDouble) },
		"float":   func(v value) (value, error) { return castFloat(v, kindFloat) },
	}
	for name := range integerTypes {
		out[name] = func(v value) (value, error) { return castInteger(v, name) }
	}
	for name := range layouts {
		out[name] = func(v value) (value, error) { return castMoment(v, name) }
	}
	for _, name := range []string{"duration", "dayTimeDuration", "yearMonthDuration"} {
		out[name] = func(v value) (value, error) { return castDuration(v, name) }
	}
	for _, name := range []string{"anyURI", "normalizedString", "token"} {
		out[name] = func(v value) (value, error) { return castText(v, name) }
	}
	return out
}()

// castText casts to a type derived from xsd:string, or to xsd:anyURI.
func castText(v value, datatype string) (value, error) {
	s, err := castString(v)
	if err != nil {
		return s, err
	}
	text := s.term.Value
	switch datatype {
	case "normalizedString":
		text = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(text)
	case "token", "anyURI":
		text = strings.Join(strings.Fields(text), " ")
	}
	return valueOf(rdf.Typed(text, xsd+datatype)), nil
}

// castInteger casts to xsd:integer or a type derived from it, whose range counts.
func castInteger(v value, datatype string) (value, error) {
	n, err := castNumber(v, kindInteger)
	if err != nil || !inRange(n.exact.Num(), datatype) {
		return value{}, errType
	}
	n.term.Datatype = xsd + datatype
	return n, nil
}

// castMoment casts to a date or time type: from a text, or from a type that has
// at least as much.
func castMoment(v value, datatype string) (value, error) {
	text := v.term.Value
	switch {
	case v.kind == kindTime && v.time.datatype == datatype:
		return v, nil
	case v.kind == kindTime && !v.time.isDuration():
		var ok bool
		if text, ok = v.time.as(datatype); !ok {
			return value{}, errType
		}
	case v.kind != kindString:
		return value{}, errType
	}
	if out := valueOf(rdf.Typed(strings.TrimSpace(text), xsd+datatype)); out.kind == kindTime {
		return out, nil
	}
	return value{}, errType
}

// as writes what a date or time says of another type.
func (m dateTime) as(datatype string) (string, bool) {
	from := strings.TrimSuffix(m.datatype, "Stamp")
	if from != "dateTime" && (from != "date" || datatype == "time") {
		return "", false
	}
	fraction := new(big.Rat).Sub(m.seconds, new(big.Rat).SetInt64(int64(m.at.Second())))
	whole, ok := formatMoment("dateTime", m.at, fraction)
	if !ok {
		return "", false
	}
	day, clock, _ := strings.Cut(whole, "T")
	n := len(day) - len("-01-02") // the year may have any length
	switch datatype {
	case "dateTime", "dateTimeStamp":
		return whole + m.zone, true
	case "date":
		return day + m.zone, true
	case "time":
		return clock + m.zone, true
	case "gYear":
		return day[:n] + m.zone, true
	case "gYearMonth":
		return day[:n+3] + m.zone, true
	case "gMonth":
		return "-" + day[n:n+3] + m.zone, true
	case "gMonthDay":
		return "-" + day[n:] + m.zone, true
	case "gDay":
		return "--" + day[n+3:] + m.zone, true
	}
	return "", false
}

// castDuration casts to a type of durations; what the type does not have is left
// out.
func castDuration(v value, datatype string) (value, error) {
	if v.kind == kindTime && v.time.isDuration() {
		m := *v.time
		m.datatype = datatype
		switch datatype {
		case "dayTimeDuration":
			m.months = 0
		case "yearMonthDuration":
			m.seconds = new(big.Rat)
		}
		return durationValue(m), nil
	}
	if v.kind == kindString {
		if out := valueOf(rdf.Typed(strings.TrimSpace(v.term.Value), xsd+datatype)); out.kind == kindTime {
			return out, nil
		}
	}
	return value{}, errType
}
