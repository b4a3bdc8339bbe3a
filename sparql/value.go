package sparql

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

// valueKind is what an expression can compute with.
type valueKind uint8

const (
	kindNone valueKind = iota
	kindBlank
	kindIRI
	kindTriple
	kindString // xsd:string
	kindLang
	kindBoolean
	kindInteger // xsd:integer and what is derived from it
	kindDecimal
	kindFloat
	kindDouble
	kindTime  // dates and times of all precisions
	kindOther // any other literal, and ill-formed ones
)

// value is a term taken apart.
type value struct {
	kind valueKind
	term rdf.Term
	// exact is the number of an integer or decimal, float that of the others.
	exact *big.Rat
	float float64
	truth bool
	time  *dateTime // of kindTime
}

// errType is the error of an expression (section 17.2): the operands are of
// types that it does not take.
var errType = errors.New("type error")

func (v value) numeric() bool { return v.kind >= kindInteger && v.kind <= kindDouble }
func (v value) literal() bool { return v.kind >= kindString }
func (v value) textual() bool { return v.kind == kindString || v.kind == kindLang }
func (v value) rdf() rdf.Term { return v.term }

var integerTypes = map[string]bool{
	"integer": true, "nonPositiveInteger": true, "negativeInteger": true, "long": true, "int": true, "short": true, "byte": true,
	"nonNegativeInteger": true, "unsignedLong": true, "unsignedInt": true, "unsignedShort": true, "unsignedByte": true, "positiveInteger": true,
}

// integerRanges are the bounds of the types derived from xsd:integer (XSD 1.1
// Part 2, section 3.4); nil is none.
var integerRanges = func() map[string][2]*big.Int {
	power := func(n uint, less int64) *big.Int {
		p := new(big.Int).Lsh(big.NewInt(1), n)
		return p.Sub(p, big.NewInt(less))
	}
	out := map[string][2]*big.Int{
		"nonPositiveInteger": {nil, big.NewInt(0)}, "negativeInteger": {nil, big.NewInt(-1)},
		"nonNegativeInteger": {big.NewInt(0), nil}, "positiveInteger": {big.NewInt(1), nil},
	}
	for name, bits := range map[string]uint{"long": 64, "int": 32, "short": 16, "byte": 8} {
		least := power(bits-1, 0)
		out[name] = [2]*big.Int{least.Neg(least), power(bits-1, 1)}
		out["unsigned"+strings.ToUpper(name[:1])+name[1:]] = [2]*big.Int{big.NewInt(0), power(bits, 1)}
	}
	return out
}()

func inRange(n *big.Int, datatype string) bool {
	r, bounded := integerRanges[datatype]
	return !bounded || (r[0] == nil || n.Cmp(r[0]) >= 0) && (r[1] == nil || n.Cmp(r[1]) <= 0)
}

// valueOf takes a term apart.
func valueOf(t rdf.Term) value {
	v := value{term: t}
	switch t.Kind {
	case rdf.IRITerm:
		v.kind = kindIRI
	case rdf.BlankTerm:
		v.kind = kindBlank
	case rdf.TripleTerm:
		v.kind = kindTriple
	case rdf.LiteralTerm:
		v.readLiteral()
	}
	return v
}

func (v *value) readLiteral() {
	v.kind = kindOther
	if v.term.Language != "" {
		v.kind = kindLang
		return
	}
	local, ok := strings.CutPrefix(v.term.Datatype, xsd)
	if !ok {
		return
	}
	text := strings.Trim(v.term.Value, " \t\n\r")
	switch {
	case local == "string":
		v.kind = kindString
	case local == "boolean":
		if text == "true" || text == "1" || text == "false" || text == "0" {
			v.kind, v.truth = kindBoolean, text == "true" || text == "1"
		}
	case integerTypes[local]:
		v.readExact(text, kindInteger)
		if v.exact != nil && !inRange(v.exact.Num(), local) {
			v.kind, v.exact = kindOther, nil
		}
	case local == "decimal":
		v.readExact(text, kindDecimal)
	case local == "double":
		v.readFloat(text, kindDouble)
	case local == "float":
		v.readFloat(text, kindFloat)
	default:
		if m, ok := parseMoment(local, text); ok {
			v.kind, v.time = kindTime, &m
		}
	}
}

// maxExact bounds the digits of a number that is computed with.
const maxExact = 4096

func (v *value) readExact(text string, kind valueKind) {
	body := strings.TrimLeft(text, "+-")
	if len(text)-len(body) > 1 || len(body) > maxExact || strings.Trim(body, "0123456789.") != "" || strings.Count(body, ".") > 1 ||
		!strings.ContainsAny(body, "0123456789") || kind == kindInteger && strings.Contains(body, ".") {
		return
	}
	if r, ok := new(big.Rat).SetString(strings.TrimSuffix(strings.TrimPrefix(text, "+"), ".")); ok {
		v.kind, v.exact = kind, r
	}
}

func (v *value) readFloat(text string, kind valueKind) {
	switch text {
	case "INF", "+INF":
		v.kind, v.float = kind, math.Inf(1)
		return
	case "-INF":
		v.kind, v.float = kind, math.Inf(-1)
		return
	case "NaN":
		v.kind, v.float = kind, math.NaN()
		return
	}
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return
	}
	bits := 64
	if kind == kindFloat {
		bits = 32
	}
	if f, err := strconv.ParseFloat(text, bits); err == nil || errors.Is(err, strconv.ErrRange) {
		v.kind, v.float = kind, f
	}
}

// get returns the value of a variable.
func (e *evaluator) get(id index.ID) (value, error) {
	if id == 0 {
		return value{}, errType
	}
	v, ok := e.parsed[id]
	if !ok {
		v = valueOf(e.term(id))
		if e.parsedAreMany() {
			clear(e.parsed)
			e.kept -= e.parsedTexts
			e.parsedTexts = 0
		}
		e.parsed[id] = v
		if len(e.parsed) > e.mostParsed {
			e.mostParsed = len(e.parsed)
			e.kept += bytesOfParsed
		}
		e.parsedTexts += len(v.term.Value)
		e.keep(len(v.term.Value))
	}
	return v, nil
}

// parsedAreMany reports whether as many values are remembered as may be: a share of
// the memory of the query.
func (e *evaluator) parsedAreMany() bool {
	const share = 8
	n := len(e.parsed)
	return n >= mostParsed || e.opts.Limits.Bytes > 0 && n*bytesOfParsed+e.parsedTexts > e.opts.Limits.Bytes/share
}

// mostParsed is how many values of terms are remembered, and bytesOfParsed about what
// each takes beside its text.
const (
	mostParsed    = 1 << 14
	bytesOfParsed = 300
)

func boolean(b bool) value {
	return value{kind: kindBoolean, truth: b, term: rdf.Typed(strconv.FormatBool(b), xsd+"boolean")}
}

func text(s string) value { return value{kind: kindString, term: rdf.String(s)} }

func iriValue(s string) value { return value{kind: kindIRI, term: rdf.IRI(s)} }

func integer(n int64) value { return exactValue(new(big.Rat).SetInt64(n), kindInteger) }

// decimalDigits is how many digits a decimal keeps that has no end.
const decimalDigits = 18

func exactValue(r *big.Rat, kind valueKind) value {
	v := value{kind: kind, exact: r}
	if kind == kindInteger {
		v.term = rdf.Typed(r.Num().String(), xsd+"integer")
		return v
	}
	n, ok := r.FloatPrec()
	if !ok {
		n = decimalDigits
	}
	s := r.FloatString(n)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if !ok {
		v.exact, _ = new(big.Rat).SetString(s)
	}
	v.term = rdf.Typed(s, xsd+"decimal")
	return v
}

func floatValue(f float64, kind valueKind) value {
	name, bits := "double", 64
	if kind == kindFloat {
		name, bits = "float", 32
		f = float64(float32(f))
	}
	return value{kind: kind, float: f, term: rdf.Typed(formatFloat(f, bits), xsd+name)}
}

// formatFloat writes the canonical form of xsd:double: 1.0E0.
func formatFloat(f float64, bits int) string {
	switch {
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	case math.IsNaN(f):
		return "NaN"
	}
	mantissa, exp, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, bits), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, err := strconv.Atoi(exp)
	if err != nil {
		return mantissa
	}
	return mantissa + "E" + strconv.Itoa(n)
}

// asFloat is a number as a float of any kind.
func (v value) asFloat() float64 {
	if v.exact != nil {
		f, _ := v.exact.Float64()
		return f
	}
	return v.float
}

// promoted is a number as a float of a kind (XPath 2.0, appendix B.1), rounded
// once.
func (v value) promoted(k valueKind) float64 {
	if k == kindFloat {
		f := float32(v.float)
		if v.exact != nil {
			f, _ = v.exact.Float32()
		}
		return float64(f)
	}
	return v.asFloat()
}

// truthOf is the effective boolean value (section 17.2.2).
func truthOf(v value) (bool, error) {
	switch {
	case v.kind == kindBoolean:
		return v.truth, nil
	case v.kind == kindString:
		return v.term.Value != "", nil
	case v.exact != nil:
		return v.exact.Sign() != 0, nil
	case v.numeric():
		return v.float != 0 && !math.IsNaN(v.float), nil
	}
	return false, errType
}

func isNumericType(datatype string) bool {
	local, ok := strings.CutPrefix(datatype, xsd)
	return ok && (integerTypes[local] || local == "decimal" || local == "double" || local == "float")
}

// compareValues compares two values by the operators of section 17.3. It says
// whether they can be compared at all.
func compareValues(a, b value) (c int, ok bool, nan bool) {
	switch {
	case a.exact != nil && b.exact != nil:
		return a.exact.Cmp(b.exact), true, false
	case a.numeric() && b.numeric():
		k := promote(a, b)
		return compareFloats(a.promoted(k), b.promoted(k))
	case a.kind == kindString && b.kind == kindString:
		return strings.Compare(a.term.Value, b.term.Value), true, false
	case a.kind == kindBoolean && b.kind == kindBoolean:
		return compareBools(a.truth, b.truth), true, false
	case a.kind == kindTime && b.kind == kindTime:
		c, ok := a.time.compare(*b.time)
		return c, ok, false
	}
	return 0, false, false
}

func compareFloats(a, b float64) (int, bool, bool) {
	switch {
	case math.IsNaN(a) || math.IsNaN(b):
		return 0, true, true
	case a < b:
		return -1, true, false
	case a > b:
		return 1, true, false
	}
	return 0, true, false
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// equalValues is the operator = (RDFterm-equal where the types have none of
// their own). Two different literals of types that it does not know may be
// equal all the same: an error.
func equalValues(a, b value) (bool, error) {
	if c, ok, nan := compareValues(a, b); ok {
		return c == 0 && !nan, nil
	}
	switch {
	case a.term == b.term:
		return true, nil
	case a.kind == kindTriple && b.kind == kindTriple:
		return equalTriples(a, b)
	case !a.literal() || !b.literal():
		return false, nil
	case a.kind == kindLang || b.kind == kindLang:
		return a.kind == b.kind && a.term.Value == b.term.Value && sameLanguage(a, b), nil
	case a.kind == kindTime && b.kind == kindTime && (a.time.datatype != b.time.datatype || a.time.isDuration()):
		return false, nil // durations without an order differ (XPath op:duration-equal)
	case a.kind == kindOther || b.kind == kindOther || a.kind == kindTime && b.kind == kindTime:
		return false, errType
	}
	return false, nil
}

// orderValues is the order of ORDER BY (section 15.1), made total: unbound,
// blank nodes, IRIs, literals; those that cannot be compared by type and text.
func orderValues(a, b value) int {
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra - rb
	}
	switch {
	case a.numeric():
		return orderNumbers(a, b)
	case a.kind == kindTriple:
		return orderTriples(a, b)
	case a.kind == kindTime:
		return orderMoments(*a.time, *b.time)
	}
	if c, ok, _ := compareValues(a, b); ok {
		return c
	}
	if c := strings.Compare(a.term.Datatype, b.term.Datatype); c != 0 {
		return c
	}
	if c := strings.Compare(a.term.Value, b.term.Value); c != 0 {
		return c
	}
	if c := strings.Compare(a.term.Language, b.term.Language); c != 0 {
		return c
	}
	return int(a.term.Direction) - int(b.term.Direction)
}

// orderNumbers orders as < does, and numbers that are equal within the precision
// of one of them by what they are exactly: = of those is not transitive. NaN comes
// first.
func orderNumbers(a, b value) int {
	if a.exact == nil && b.exact == nil || a.exact != nil && b.exact != nil {
		c, _, nan := compareValues(a, b)
		if nan {
			return compareBools(!math.IsNaN(a.float), !math.IsNaN(b.float))
		}
		return c
	}
	if a.exact == nil {
		return -orderNumbers(b, a)
	}
	switch {
	case math.IsNaN(b.float) || math.IsInf(b.float, -1):
		return 1
	case math.IsInf(b.float, 1):
		return -1
	}
	return a.exact.Cmp(new(big.Rat).SetFloat64(b.float))
}

func rank(v value) int {
	switch {
	case v.kind <= kindIRI:
		return int(v.kind)
	case v.kind == kindTriple:
		return 15
	case v.numeric():
		return 10
	case v.kind == kindTime:
		return 11
	case v.kind == kindBoolean:
		return 12
	case v.textual():
		return 13
	}
	return 14
}

// promote returns the kind that an operator on two numbers computes in.
func promote(a, b value) valueKind {
	k := max(a.kind, b.kind)
	if k == kindFloat && (a.kind == kindDouble || b.kind == kindDouble) {
		return kindDouble
	}
	return k
}

// arithmetic computes + - * / (section 17.3).
func arithmetic(op string, a, b value) (value, error) {
	if a.kind == kindTime || b.kind == kindTime {
		return timeArithmetic(op, a, b)
	}
	if !a.numeric() || !b.numeric() {
		return value{}, errType
	}
	k := promote(a, b)
	if k == kindFloat || k == kindDouble {
		x, y := a.promoted(k), b.promoted(k)
		return floatValue(map[string]float64{"+": x + y, "-": x - y, "*": x * y, "/": x / y}[op], k), nil
	}
	out := new(big.Rat)
	switch op {
	case "+":
		out.Add(a.exact, b.exact)
	case "-":
		out.Sub(a.exact, b.exact)
	case "*":
		out.Mul(a.exact, b.exact)
	case "/":
		if b.exact.Sign() == 0 {
			return value{}, errType
		}
		return exactValue(out.Quo(a.exact, b.exact), kindDecimal), nil
	}
	return exactValue(out, k), nil
}
