package shacl

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

const xsd = "http://www.w3.org/2001/XMLSchema#"

// The functions of this file read canonical terms.

// lexical is the text of a literal, or an IRI.
func lexical(v []byte) []byte {
	switch {
	case v[0] == '<':
		return v[1 : len(v)-1]
	case v[0] != '"':
		return nil
	case bytes.IndexByte(v, '\\') >= 0:
		return []byte(termOf(v).Value)
	}
	return v[1 : 1+max(bytes.IndexByte(v[1:], '"'), 0)]
}

func language(v []byte) string {
	if at := closing(v); v[0] == '"' && at > 0 && at+1 < len(v) && v[at+1] == '@' {
		return string(v[at+2:])
	}
	return ""
}

// languageMatches is basic filtering (RFC 4647, section 3.3.1).
func languageMatches(tag, of string) bool {
	tag, of = strings.ToLower(tag), strings.ToLower(of)
	return tag != "" && (tag == of || strings.HasPrefix(tag, of+"-"))
}

// datatype is the name of a literal's datatype of XML Schema, nil for others.
func datatype(v []byte) []byte {
	switch {
	case v[len(v)-1] == '"':
		return []byte("string")
	case v[len(v)-1] == '>':
		name, _ := bytes.CutPrefix(v[bytes.LastIndexByte(v, '<')+1:len(v)-1], []byte(xsd))
		return name
	}
	return nil
}

// hasDatatype reports whether a literal is of the datatype, and well-formed
// (section 4.1.2).
func hasDatatype(v []byte, want string) bool {
	if v[0] != '"' {
		return false
	}
	if want == rdf.XSDString {
		return v[len(v)-1] == '"'
	}
	at := len(v) - 1 - len(want)
	if want == rdf.RDFLangString || at < 4 || v[len(v)-1] != '>' || string(v[at:len(v)-1]) != want {
		return want == rdf.RDFLangString && language(v) != ""
	}
	return wellFormed(lexical(v), want[min(len(xsd), len(want)):])
}

func wellFormed(text []byte, datatype string) bool {
	switch datatype {
	case "boolean":
		s := string(text)
		return s == "true" || s == "false" || s == "1" || s == "0"
	case "decimal":
		_, ok := parseDecimal(text)
		return ok
	case "date", "dateTime", "gYearMonth", "gYear":
		if _, ok := plainTime(text, datatype); ok {
			return true
		}
	case "float", "double":
		_, ok := parseDouble(text)
		return ok
	}
	if limits, ok := integerTypes[datatype]; ok {
		return isInteger(text, limits)
	}
	return sparql.WellFormed(rdf.Typed(string(text), xsd+datatype))
}

// integerTypes are the bounds of the datatypes derived from xsd:integer.
var integerTypes = map[string][2]string{
	"integer": {"", ""}, "nonNegativeInteger": {"0", ""}, "positiveInteger": {"1", ""}, "nonPositiveInteger": {"", "0"},
	"negativeInteger": {"", "-1"}, "long": {"-9223372036854775808", "9223372036854775807"}, "int": {"-2147483648", "2147483647"},
	"short": {"-32768", "32767"}, "byte": {"-128", "127"}, "unsignedLong": {"0", "18446744073709551615"},
	"unsignedInt": {"0", "4294967295"}, "unsignedShort": {"0", "65535"}, "unsignedByte": {"0", "255"},
}

func isInteger(text []byte, limits [2]string) bool {
	n, ok := parseDecimal(text)
	if !ok || bytes.IndexByte(text, '.') >= 0 {
		return false
	}
	for i, sign := range []int{-1, 1} {
		if limits[i] != "" {
			if limit, _ := parseDecimal([]byte(limits[i])); n.compare(limit) == sign {
				return false
			}
		}
	}
	return true
}

// decimal is a number as its digits, without zeros that say nothing.
type decimal struct {
	negative    bool
	whole, part []byte
}

func parseDecimal(text []byte) (decimal, bool) {
	var d decimal
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		d.negative = text[0] == '-'
		text = text[1:]
	}
	dot := len(text)
	for i, b := range text {
		if b == '.' && dot == len(text) {
			dot = i
		} else if b < '0' || b > '9' {
			return d, false
		}
	}
	d.whole, d.part = text[:dot], text[min(dot+1, len(text)):]
	ok := len(d.whole)+len(d.part) > 0
	for len(d.whole) > 0 && d.whole[0] == '0' {
		d.whole = d.whole[1:]
	}
	for len(d.part) > 0 && d.part[len(d.part)-1] == '0' {
		d.part = d.part[:len(d.part)-1]
	}
	d.negative = d.negative && len(d.whole)+len(d.part) > 0
	return d, ok
}

func (d decimal) compare(other decimal) int {
	sign := 1
	switch {
	case d.negative && !other.negative:
		return -1
	case other.negative && !d.negative:
		return 1
	case d.negative:
		sign = -1
	}
	return sign * cmp.Or(cmp.Compare(len(d.whole), len(other.whole)), bytes.Compare(d.whole, other.whole), bytes.Compare(d.part, other.part))
}

// parseDouble reads xsd:double and xsd:float (XML Schema Part 2, 3.2.5).
func parseDouble(text []byte) (float64, bool) {
	s := string(text)
	switch s {
	case "INF", "+INF", "-INF", "NaN":
	default:
		if strings.Trim(s, "0123456789+-.eE") != "" {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || errors.Is(err, strconv.ErrRange)
}

// layouts are those of datatypes without a time zone.
var layouts = map[string]string{
	"date": "2006-01-02", "dateTime": "2006-01-02T15:04:05", "gYearMonth": "2006-01", "gYear": "2006",
}

// plainTime reads a value in the form that nearly all have: four digits of the year,
// no time zone, no fraction.
func plainTime(text []byte, datatype string) (time.Time, bool) {
	layout := layouts[datatype]
	if len(text) != len(layout) {
		return time.Time{}, false
	}
	t, err := time.Parse(layout, string(text))
	return t, err == nil
}

// compare orders two literals as the operator < of SPARQL does; it is false for
// those that have no order.
func compare(a, b []byte) (int, bool) {
	if a[0] != '"' || b[0] != '"' {
		return 0, false
	}
	ta, tb := datatype(a), datatype(b)
	sa, sb := lexical(a), lexical(b)
	switch {
	case isNumber(ta) && isNumber(tb):
		return compareNumbers(sa, sb)
	case !bytes.Equal(ta, tb):
		return sparql.Compare(termOf(a), termOf(b))
	}
	switch string(ta) {
	case "string":
		return bytes.Compare(sa, sb), true
	case "boolean":
		return cmp.Compare(len(sb), len(sa)), len(sa) > 3 && len(sb) > 3 // false, true
	case "date", "dateTime", "gYearMonth", "gYear":
		x, plainX := plainTime(sa, string(ta))
		if y, plainY := plainTime(sb, string(ta)); plainX && plainY {
			return x.Compare(y), true
		}
	}
	return sparql.Compare(termOf(a), termOf(b))
}

func isNumber(datatype []byte) bool {
	switch string(datatype) {
	case "decimal", "double", "float":
		return true
	}
	_, integer := integerTypes[string(datatype)]
	return integer
}

func compareNumbers(a, b []byte) (int, bool) {
	x, okX := parseDecimal(a)
	y, okY := parseDecimal(b)
	if okX && okY {
		return x.compare(y), true
	}
	f, okX := parseDouble(a)
	g, okY := parseDouble(b)
	return cmp.Compare(f, g), okX && okY && !math.IsNaN(f) && !math.IsNaN(g)
}
