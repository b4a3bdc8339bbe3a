package sparql

import (
	"fmt"
	"maps"
	"slices"

	"github.com/trialweave/trialweave/internal/nearest"
)

// function is one that is named by an IRI.
type function struct {
	least, most int // arguments
	call        func(e *evaluator, a []value) (value, error)
}

// functions are all that are named by an IRI: casts (section 17.5), and those of
// words and of places.
var functions = func() map[string]function {
	out := map[string]function{}
	for name, f := range casts {
		out[xsd+name] = function{1, 1, func(_ *evaluator, a []value) (value, error) { return f(a[0]) }}
	}
	maps.Copy(out, wordFunctions)
	maps.Copy(out, geoFunctions)
	return out
}()

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
