package sparql

import (
	"fmt"
	"maps"
	"slices"

	"github.com/trialweave/trialweave/geosparql"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/rdf"
)

// function is one that is named by an IRI.
type function struct {
	least, most int // arguments
	kinds       argumentKinds
	call        func(e *evaluator, a []value) (value, error)
}

// functions are all that are named by an IRI: casts (section 17.5), and those of
// words and of places.
var functions = func() map[string]function {
	out := map[string]function{}
	for name, f := range casts {
		out[xsd+name] = function{1, 1, "", func(_ *evaluator, a []value) (value, error) { return f(a[0]) }}
	}
	maps.Copy(out, wordFunctions)
	maps.Copy(out, geoFunctions)
	return out
}()

// argumentKinds are what the arguments of a function have to be, a letter each: g a
// geometry, u a unit, n a number, s a string. It is empty where that is not known.
type argumentKinds string

// wrong says what is wrong with an argument that is a constant; it is empty where
// nothing is.
func (k argumentKinds) wrong(i int, t rdf.Term) string {
	if i >= len(k) {
		return ""
	}
	v := valueOf(t)
	switch k[i] {
	case 'g':
		const like = `a geometry, such as "POINT(2.35 48.86)"^^geo:wktLiteral`
		if _, err := geosparql.Parse(t.Value, t.Datatype); v.kind == kindOther && err != nil {
			return like + " (" + err.Error() + ")"
		}
		if v.kind != kindOther {
			return like
		}
	case 'u':
		if _, err := unitOf([]value{v}); err != nil {
			return "a unit, such as uom:metre or uom:kilometre"
		}
	case 'n':
		if !v.numeric() {
			return "a number"
		}
	case 's':
		if v.kind != kindString {
			return "a string"
		}
	}
	return ""
}

// wrongArgument says what is wrong with the constants among the arguments of a call.
func (q *Query) wrongArgument(call castExpr) string {
	f := functions[call.iri]
	for i, a := range call.args {
		if c, ok := a.(constExpr); ok {
			if must := f.kinds.wrong(i, c.term); must != "" {
				return fmt.Sprintf("argument %d of %s must be %s, not %s", i+1, q.shown(rdf.IRI(call.iri)), must, q.shown(c.term))
			}
		}
	}
	return ""
}

// wrongCall says what is wrong with a call of a function that is named by an IRI;
// it is empty where nothing is.
func wrongCall(iri string, arguments int) string {
	f, ok := functions[iri]
	switch {
	case !ok:
		return unknownFunction(iri)
	case arguments < f.least || arguments > f.most:
		expected := fmt.Sprint(f.least)
		if f.most > f.least {
			expected = fmt.Sprintf("%d to %d", f.least, f.most)
		}
		plural := "s"
		if arguments == 1 {
			plural = ""
		}
		return fmt.Sprintf("%d argument%s of <%s>, expected %s", arguments, plural, iri, expected)
	}
	return ""
}

// unknownFunction is the fault of a call of a function that is not there.
func unknownFunction(iri string) string {
	problem := fmt.Sprintf("unknown function <%s>", iri)
	if name, ok := nearest.Of(iri, slices.Sorted(maps.Keys(functions))); ok {
		problem += fmt.Sprintf("; did you mean <%s>?", name)
	}
	return problem
}

// cast calls a function that is named by an IRI.
func (e *evaluator) cast(by castExpr, r row) (value, error) {
	f, ok := functions[by.iri]
	if !ok || len(by.args) < f.least || len(by.args) > f.most {
		return value{}, errType
	}
	args := make([]value, len(by.args))
	for i, a := range by.args {
		v, err := e.value(a, r)
		if err != nil {
			return value{}, err
		}
		args[i] = v
	}
	v, err := f.call(e, args)
	if err != nil {
		e.failed(by, args...)
	}
	return v, err
}
