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

// languageMatches is basic filtering (RFC 4647, section 3.3.1).
func languageMatches(tag, of string) bool {
	tag, of = strings.ToLower(tag), strings.ToLower(of)
	return tag != "" && (tag == of || strings.HasPrefix(tag, of+"-"))
}

// hasDatatype reports whether a literal is of the datatype of a constraint, and
// well-formed (section 4.1.2).
func (c *Checker) hasDatatype(v uint32, k *check) bool {
	if v < rdf.LiteralBit {
		return false
	}
	t := c.graph.Literal(v)
	switch {
	case t.Kind != rdf.LiteralTerm:
		return false
	case t.Direction != rdf.NoDirection:
		return k.form == formDirection
	case t.Language > 0:
		return k.form == formLanguage
	case t.Datatype == 0:
		return k.form == formText
	}
	return c.datatypeOf(t) == k.datatype && c.isWellFormed(k, c.graph.LiteralText(t))
}

// lexicalForm is how the texts of a datatype are checked.
type lexicalForm uint8

const (
	formAny       lexicalForm = iota // of a datatype that is not known
	formText                         // xsd:string
	formLanguage                     // rdf:langString
	formDirection                    // rdf:dirLangString, a text with a language and a direction
	formInteger
	formDecimal
	formBoolean
	formMoment // of layouts
	formOther
)

func formOf(datatype string) lexicalForm {
	name, known := strings.CutPrefix(datatype, xsd)
	switch {
	case datatype == rdf.XSDString:
		return formText
	case datatype == rdf.RDFLangString:
		return formLanguage
	case datatype == rdf.RDFDirLangString:
		return formDirection
	case !known:
		return formAny
	}
	switch name {
	case "integer":
		return formInteger
	case "decimal":
		return formDecimal
	case "boolean":
		return formBoolean
	}
	if layouts[name] != "" {
		return formMoment
	}
	return formOther
}

// isWellFormed reports whether a text is one of the datatype of a constraint; what nearly
// all texts look like is looked for first, and of rarer ones it is remembered.
func (c *Checker) isWellFormed(k *check, text []byte) bool {
	name := k.term.Value[min(len(xsd), len(k.term.Value)):]
	switch k.form {
	case formAny, formText:
		return true
	case formLanguage, formDirection: // of a text without one
		return false
	case formInteger:
		if isDigits(text) {
			return true
		}
	case formMoment:
		if len(text) == len(layouts[name]) && isPlainMoment(text) {
			return true
		}
	case formDecimal, formBoolean:
		return wellFormed(text, name)
	}
	const most = 1 << 12
	known := c.forms[k.datatype]
	ok, found := known[string(text)]
	if found {
		return ok
	}
	if known == nil || len(known) == most {
		known = map[string]bool{}
		c.forms[k.datatype] = known
	}
	ok = wellFormed(text, name)
	known[string(text)] = ok
	return ok
}

func isDigits(text []byte) bool {
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(text) > 0
}

// valueOfDigits is the number that some digits are.
func valueOfDigits(text []byte) int64 {
	n := int64(0)
	for _, b := range text {
		n = 10*n + int64(b-'0')
	}
	return n
}

// isPlainMoment reports whether a text of the length of one of the layouts is surely of
// that: the day is one that every month has.
func isPlainMoment(t []byte) bool {
	const month, day, hour = len("2006"), len("2006-01"), len("2006-01-02")
	switch {
	case !isDigits(t[:month]):
		return false
	case len(t) > month && (t[month] != '-' || !isBetween(t[month+1:], 1, 12)):
		return false
	case len(t) > day && (t[day] != '-' || !isBetween(t[day+1:], 1, 28)):
		return false
	case len(t) > hour:
		t = t[hour:]
		return t[0] == 'T' && isBetween(t[1:], 0, 23) && t[3] == ':' && isBetween(t[4:], 0, 59) && t[6] == ':' && isBetween(t[7:], 0, 59)
	}
	return true
}

// isBetween reports whether a text begins with two digits that are a number within
// bounds.
func isBetween(t []byte, least, most byte) bool {
	n := 10*(t[0]-'0') + t[1] - '0'
	return isDigits(t[:2]) && least <= n && n <= most
}

// kindsOf are the bits of the kinds that a value of sh:nodeKind allows.
func kindsOf(iri string) uint8 {
	bits := uint8(0)
	for kind, name := range map[rdf.Kind]string{rdf.IRITerm: "IRI", rdf.BlankTerm: "BlankNode", rdf.LiteralTerm: "Literal"} {
		if strings.Contains(strings.TrimPrefix(iri, ns), name) {
			bits |= 1 << kind
		}
	}
	return bits
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

// operand is a term as it is compared.
type operand struct {
	text []byte
	// datatype is the name of one of XML Schema, or the IRI of another; empty for a text
	// in a language, and for what is no literal.
	datatype string
	literal  bool
	// term is that of the shapes; else it is that of a graph by its number.
	term   rdf.Term
	graph  *rdf.Batch
	number uint32
}

func (o *operand) asTerm() rdf.Term {
	if o.graph == nil {
		return o.term
	}
	return o.graph.Term(o.number)
}

// operandOf is a term of the shapes.
func operandOf(t rdf.Term) operand {
	o := operand{text: []byte(t.Value), literal: t.Kind == rdf.LiteralTerm, term: t}
	if t.Language == "" {
		o.datatype = strings.TrimPrefix(t.Datatype, xsd)
	}
	return o
}

// operand is a term of the graph.
func (c *Checker) operand(n uint32) operand {
	if c.kind(n) != rdf.LiteralTerm {
		return operand{}
	}
	t := c.graph.Literal(n)
	o := operand{text: c.graph.LiteralText(t), literal: true, graph: c.graph, number: n}
	switch {
	case t.Language > 0:
	case t.Datatype == 0:
		o.datatype = "string"
	default:
		o.datatype = strings.TrimPrefix(c.graph.IRIOf(t.Datatype), xsd)
	}
	return o
}

// compare orders two literals as the operator < of SPARQL does; it is false for
// those that have no order.
func compare(a, b operand) (int, bool) {
	if !a.literal || !b.literal {
		return 0, false
	}
	switch {
	case isNumber(a.datatype) && isNumber(b.datatype):
		return compareNumbers(a.text, b.text)
	case a.datatype != b.datatype:
		return sparql.Compare(a.asTerm(), b.asTerm())
	}
	switch a.datatype {
	case "string":
		return bytes.Compare(a.text, b.text), true
	case "boolean":
		return cmp.Compare(len(b.text), len(a.text)), len(a.text) > 3 && len(b.text) > 3 // false, true
	case "date", "dateTime", "gYearMonth", "gYear":
		if n := len(layouts[a.datatype]); len(a.text) == n && len(b.text) == n && isPlainMoment(a.text) && isPlainMoment(b.text) {
			return bytes.Compare(a.text, b.text), true
		}
		return compareTimes(a, b)
	}
	return sparql.Compare(a.asTerm(), b.asTerm())
}

// compareTimes orders two values of one datatype.
func compareTimes(a, b operand) (int, bool) {
	x, plainX := plainTime(a.text, a.datatype)
	if y, plainY := plainTime(b.text, b.datatype); plainX && plainY {
		return x.Compare(y), true
	}
	return sparql.Compare(a.asTerm(), b.asTerm())
}

func isNumber(datatype string) bool {
	switch datatype {
	case "decimal", "double", "float":
		return true
	}
	_, integer := integerTypes[datatype]
	return integer
}

func compareNumbers(a, b []byte) (int, bool) {
	const most = 18
	if len(a) <= most && len(b) <= most && isDigits(a) && isDigits(b) {
		return cmp.Compare(valueOfDigits(a), valueOfDigits(b)), true
	}
	x, okX := parseDecimal(a)
	y, okY := parseDecimal(b)
	if okX && okY {
		return x.compare(y), true
	}
	f, okX := parseDouble(a)
	g, okY := parseDouble(b)
	return cmp.Compare(f, g), okX && okY && !math.IsNaN(f) && !math.IsNaN(g)
}
