package sparql

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// holds reports whether a condition is true of a row. An error is not.
func (e *evaluator) holds(by expr, r row) bool {
	e.tick()
	ok, err := e.truth(by, r)
	return err == nil && ok
}

func (e *evaluator) truth(by expr, r row) (bool, error) {
	v, err := e.value(by, r)
	if err != nil {
		return false, err
	}
	ok, err := truthOf(v)
	if err != nil {
		e.failed(by, v)
	}
	return ok, err
}

// value computes an expression.
func (e *evaluator) value(by expr, r row) (value, error) {
	switch by := by.(type) {
	case varExpr:
		if r[by.variable] == 0 {
			e.failed(by)
		}
		return e.get(r[by.variable])
	case constExpr:
		return e.constant(by.term), nil
	case callExpr:
		return e.call(by, r)
	case castExpr:
		return e.cast(by, r)
	case inExpr:
		return e.in(by, r)
	case existsExpr:
		return boolean(e.exists(by.pattern, r) != by.negated), nil
	}
	return value{}, errType
}

// exists puts the row into the pattern and looks for one solution.
func (e *evaluator) exists(pattern node, r row) bool {
	open, start, solution := e.open, e.start, e.solution
	defer func() { e.open, e.start, e.solution = open, start, solution }()
	e.open, e.start = true, r.clone()
	found := false
	e.run(pattern, e.start, func(row) bool {
		found = true
		return false
	})
	return found
}

// call computes an operator or function. Those that do not need all of their
// arguments come first.
func (e *evaluator) call(by callExpr, r row) (value, error) {
	switch by.name {
	case "&&", "||":
		return e.logic(by, r)
	case "!":
		ok, err := e.truth(by.args[0], r)
		return boolean(!ok), err
	case "BOUND":
		v, isVar := by.args[0].(varExpr)
		return boolean(isVar && r[v.variable] != 0), nil
	case "COALESCE":
		e.handled++
		defer func() { e.handled-- }()
		for _, a := range by.args {
			if v, err := e.value(a, r); err == nil {
				return v, nil
			}
		}
		return value{}, errType
	case "IF":
		ok, err := e.truth(by.args[0], r)
		switch {
		case err != nil:
			return value{}, err
		case ok:
			return e.value(by.args[1], r)
		}
		return e.value(by.args[2], r)
	}
	args := make([]value, len(by.args))
	for i, a := range by.args {
		v, err := e.value(a, r)
		if err != nil {
			return value{}, err
		}
		args[i] = v
	}
	v, err := e.apply(by.name, args)
	if err != nil {
		e.failed(by, args...)
	}
	return v, err
}

// logic is && and || over true, false and error (section 17.2).
func (e *evaluator) logic(by callExpr, r row) (value, error) {
	a, errA := e.truth(by.args[0], r)
	decides := by.name == "||"
	if errA == nil && a == decides {
		return boolean(decides), nil
	}
	b, errB := e.truth(by.args[1], r)
	switch {
	case errB == nil && b == decides:
		return boolean(decides), nil
	case errA != nil || errB != nil:
		return value{}, errType
	}
	return boolean(!decides), nil
}

func (e *evaluator) apply(name string, a []value) (value, error) {
	e.tick()
	switch name {
	case "=", "!=":
		same, err := equalValues(a[0], a[1])
		return boolean(same == (name == "=")), err
	case "<", ">", "<=", ">=":
		return compareBy(name, a[0], a[1])
	case "+", "-", "*", "/":
		return arithmetic(name, a[0], a[1])
	case "NEG":
		return negated(a[0])
	case "POS":
		if !a[0].numeric() {
			return value{}, errType
		}
		return a[0], nil
	}
	if f := termFunctions[name]; f != nil {
		return f(e, a)
	}
	if f := tripleFunctions[name]; f != nil {
		return f(a)
	}
	if f := stringFunctions[name]; f != nil {
		return f(a)
	}
	if f := numberFunctions[name]; f != nil {
		return f(a)
	}
	return e.timeFunction(name, a)
}

// negated keeps the sign of a zero.
func negated(v value) (value, error) {
	switch {
	case v.exact != nil:
		return exactValue(new(big.Rat).Neg(v.exact), v.kind), nil
	case v.numeric():
		return floatValue(-v.float, v.kind), nil
	case v.kind == kindTime && v.time.isDuration():
		return durationValue(v.time.negated()), nil
	}
	return value{}, errType
}

func compareBy(op string, a, b value) (value, error) {
	c, ok, nan := compareValues(a, b)
	if !ok {
		return value{}, errType
	}
	if nan {
		return boolean(false), nil
	}
	return boolean(map[string]bool{"<": c < 0, ">": c > 0, "<=": c <= 0, ">=": c >= 0}[op]), nil
}

// termFunctions are those on terms (section 17.4.2).
var termFunctions = map[string]func(*evaluator, []value) (value, error){
	"STR": func(_ *evaluator, a []value) (value, error) {
		if a[0].kind == kindBlank || a[0].kind == kindTriple {
			return value{}, errType
		}
		return text(a[0].term.Value), nil
	},
	"LANG": func(_ *evaluator, a []value) (value, error) {
		if !a[0].literal() {
			return value{}, errType
		}
		return text(a[0].term.Language), nil
	},
	"DATATYPE": func(_ *evaluator, a []value) (value, error) {
		if !a[0].literal() {
			return value{}, errType
		}
		return iriValue(a[0].term.Datatype), nil
	},
	"IRI":   (*evaluator).makeIRI,
	"URI":   (*evaluator).makeIRI,
	"BNODE": (*evaluator).makeBlank,
	"STRDT": func(_ *evaluator, a []value) (value, error) {
		if a[0].kind != kindString || a[1].kind != kindIRI {
			return value{}, errType
		}
		return valueOf(rdf.Typed(a[0].term.Value, a[1].term.Value)), nil
	},
	"STRLANG": func(_ *evaluator, a []value) (value, error) {
		if a[0].kind != kindString || a[1].kind != kindString || !isLanguage(a[1].term.Value) {
			return value{}, errType
		}
		return valueOf(rdf.LangString(a[0].term.Value, a[1].term.Value)), nil
	},
	"CONCAT":    concat,
	"REGEX":     matchRegex,
	"REPLACE":   replaceRegex,
	"SAMETERM":  func(_ *evaluator, a []value) (value, error) { return boolean(a[0].term == a[1].term), nil },
	"ISIRI":     func(_ *evaluator, a []value) (value, error) { return boolean(a[0].kind == kindIRI), nil },
	"ISURI":     func(_ *evaluator, a []value) (value, error) { return boolean(a[0].kind == kindIRI), nil },
	"ISBLANK":   func(_ *evaluator, a []value) (value, error) { return boolean(a[0].kind == kindBlank), nil },
	"ISLITERAL": func(_ *evaluator, a []value) (value, error) { return boolean(a[0].literal()), nil },
	"ISNUMERIC": func(_ *evaluator, a []value) (value, error) { return boolean(a[0].numeric()), nil },
	"RAND":      func(*evaluator, []value) (value, error) { return floatValue(rand.Float64(), kindDouble), nil }, //nolint:gosec // RAND() is no secret
	"UUID":      func(*evaluator, []value) (value, error) { return iriValue("urn:uuid:" + newUUID()), nil },
	"STRUUID":   func(*evaluator, []value) (value, error) { return text(newUUID()), nil },
}

// notInIRI reports whether a character cannot stand in an IRI (the production
// IRIREF of SPARQL 1.1, section 19.8).
func notInIRI(r rune) bool { return r <= ' ' || strings.ContainsRune("<>\"{}|^`\\", r) }

// isLanguage reports whether a text has the form of a language tag (the
// production LANGTAG).
func isLanguage(tag string) bool {
	for i, part := range strings.Split(tag, "-") {
		letters := strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz")
		if part == "" || i == 0 && letters != "" || strings.Trim(letters, "0123456789") != "" {
			return false
		}
	}
	return true
}

func (e *evaluator) makeIRI(a []value) (value, error) {
	switch a[0].kind {
	case kindIRI:
		return a[0], nil
	case kindString:
		iri := a[0].term.Value
		if rdf.CheckIRI(iri) != nil {
			iri = rdf.ResolveIRI(e.query.base, iri)
		}
		if rdf.CheckIRI(iri) != nil || strings.ContainsFunc(iri, notInIRI) {
			return value{}, errType
		}
		return iriValue(iri), nil
	}
	return value{}, errType
}

// freshBlank returns a blank node that is not one of the data.
func (e *evaluator) freshBlank() rdf.Term {
	for {
		e.tick()
		e.blank++
		t := rdf.Blank("made" + strconv.Itoa(e.blank))
		if _, taken := e.store.Lookup(t); !taken {
			return t
		}
	}
}

// makeBlank makes a new blank node; with one label, the same for one solution
// (section 17.4.2.9).
func (e *evaluator) makeBlank(a []value) (value, error) {
	if len(a) > 0 && a[0].kind != kindString {
		return value{}, errType
	}
	if e.labelled == nil || e.labelledFor != e.solution {
		e.labelled, e.labelledFor = map[string]value{}, e.solution
	}
	if len(a) > 0 {
		if v, ok := e.labelled[a[0].term.Value]; ok {
			return v, nil
		}
	}
	v := value{kind: kindBlank, term: e.freshBlank()}
	if len(a) > 0 {
		e.labelled[a[0].term.Value] = v
	}
	return v, nil
}

// numberFunctions are those on numbers (section 17.4.4).
var numberFunctions = map[string]func([]value) (value, error){
	"ABS": func(a []value) (value, error) {
		return number1(a[0], func(r *big.Rat) *big.Rat { return r.Abs(r) }, math.Abs)
	},
	"CEIL": func(a []value) (value, error) { return number1(a[0], ceil, math.Ceil) },
	"FLOOR": func(a []value) (value, error) {
		return number1(a[0], floor, math.Floor)
	},
	"ROUND": func(a []value) (value, error) {
		half := func(r *big.Rat) *big.Rat { return floor(r.Add(r, big.NewRat(1, 2))) }
		return number1(a[0], half, roundHalf)
	},
}

// roundHalf rounds to the nearest whole number, and halves up; a zero has the sign
// of what it comes from (XPath fn:round).
func roundHalf(f float64) float64 {
	whole := math.Floor(f)
	if f-whole >= 0.5 {
		whole++
	}
	if whole == 0 {
		return math.Copysign(0, f)
	}
	return whole
}

func floor(r *big.Rat) *big.Rat {
	// Euclidean division rounds down, since the denominator is positive.
	return new(big.Rat).SetInt(new(big.Int).Div(r.Num(), r.Denom()))
}

func ceil(r *big.Rat) *big.Rat {
	return new(big.Rat).Neg(floor(new(big.Rat).Neg(r)))
}

func number1(v value, exact func(*big.Rat) *big.Rat, float func(float64) float64) (value, error) {
	switch {
	case v.exact != nil:
		return exactValue(exact(new(big.Rat).Set(v.exact)), v.kind), nil
	case v.numeric():
		return floatValue(float(v.float), v.kind), nil
	}
	return value{}, errType
}

// timeFunction computes those on dates and times (section 17.4.5).
func (e *evaluator) timeFunction(name string, a []value) (value, error) {
	if name == "NOW" {
		return valueOf(rdf.Typed(e.now.UTC().Format("2006-01-02T15:04:05.000Z"), xsd+"dateTime")), nil
	}
	if name == "ADJUST" {
		return adjust(a)
	}
	if len(a) != 1 || a[0].kind != kindTime {
		return value{}, errType
	}
	m := a[0].time
	switch name {
	case "TZ":
		return text(m.zone), nil
	case "TIMEZONE":
		if !m.zoned {
			return value{}, errType
		}
		return valueOf(rdf.Typed(m.zoneDuration(), xsd+"dayTimeDuration")), nil
	}
	return m.part(name)
}

func castString(v value) (value, error) {
	switch {
	case v.kind == kindBlank || v.kind == kindTriple:
		return value{}, errType
	case v.exact != nil:
		return text(exactValue(v.exact, v.kind).term.Value), nil
	case v.numeric():
		return text(plainFloat(v.float, bitsOf(v.kind))), nil
	case v.kind == kindBoolean:
		return text(strconv.FormatBool(v.truth)), nil
	}
	return text(v.term.Value), nil
}

// plainFloat writes a float as XPath casts it to a string: without an exponent
// where it is of a middle size.
func plainFloat(f float64, bits int) string {
	if size := math.Abs(f); size == 0 || size >= 1e-6 && size < 1e6 {
		return strconv.FormatFloat(f, 'f', -1, bits)
	}
	return formatFloat(f, bits)
}

func bitsOf(k valueKind) int {
	if k == kindFloat {
		return 32
	}
	return 64
}

func castBoolean(v value) (value, error) {
	switch {
	case v.kind == kindBoolean:
		return boolean(v.truth), nil
	case v.numeric():
		ok, err := truthOf(v)
		return boolean(ok), err
	case v.kind == kindString:
		if b := valueOf(rdf.Typed(v.term.Value, xsd+"boolean")); b.kind == kindBoolean {
			return boolean(b.truth), nil
		}
	}
	return value{}, errType
}

func castNumber(v value, kind valueKind) (value, error) {
	switch {
	case v.kind == kindBoolean:
		n := map[bool]int64{true: 1}[v.truth]
		return exactValue(big.NewRat(n, 1), kind), nil
	case v.exact != nil:
		return exactValue(truncated(v.exact, kind), kind), nil
	case v.numeric():
		r := new(big.Rat).SetFloat64(v.float)
		if r == nil {
			return value{}, errType
		}
		return exactValue(truncated(r, kind), kind), nil
	case v.kind == kindString:
		datatype := map[valueKind]string{kindInteger: "integer", kindDecimal: "decimal"}[kind]
		if n := valueOf(rdf.Typed(v.term.Value, xsd+datatype)); n.exact != nil {
			return exactValue(n.exact, kind), nil
		}
	}
	return value{}, errType
}

func truncated(r *big.Rat, kind valueKind) *big.Rat {
	if kind == kindInteger && !r.IsInt() {
		return new(big.Rat).SetInt(new(big.Int).Quo(r.Num(), r.Denom()))
	}
	return r
}

func castFloat(v value, kind valueKind) (value, error) {
	switch {
	case v.kind == kindBoolean:
		return floatValue(map[bool]float64{true: 1}[v.truth], kind), nil
	case v.numeric():
		return floatValue(v.promoted(kind), kind), nil
	case v.kind == kindString:
		datatype := map[valueKind]string{kindFloat: "float", kindDouble: "double"}[kind]
		if n := valueOf(rdf.Typed(v.term.Value, xsd+datatype)); n.numeric() {
			return floatValue(n.float, kind), nil
		}
	}
	return value{}, errType
}
