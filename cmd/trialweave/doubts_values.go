package main

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// longestDoubt bounds how long the conditions of a query are looked at.
const longestDoubt = time.Second

// impossibleCodes reports conditions on what functions make of a code that hold for no
// code of its scheme, nor for a value that the data has.
func (d *doubting) impossibleCodes() {
	ctx, cancel := context.WithTimeout(d.ctx, longestDoubt)
	defer cancel()
	samples := map[rdf.Term][]rdf.Term{}
	for c := range looked(d, d.q.Conditions()) {
		if ctx.Err() != nil {
			return
		}
		var all []rdf.Term
		scheme := ""
		for _, p := range c.Properties {
			if scheme = schemes()[p.Value]; scheme == "" {
				break
			}
			for _, concept := range model.Default().Concepts {
				if concept.Scheme == scheme {
					all = append(all, rdf.String(concept.Code))
				}
			}
			if _, ok := samples[p]; !ok {
				samples[p] = sampleOf(d.x, p)
			}
			all = append(all, samples[p]...)
		}
		if scheme == "" {
			continue
		}
		sides := map[string]string{}
		if c.MayHold(ctx, d.x, all, func(value, side rdf.Term) { sides[value.Value] = side.Value }) {
			continue
		}
		text := fmt.Sprintf("%s holds for no code of %s", c.Text, scheme)
		if near := d.meantCode(scheme, c.Constant.Value); near != "" {
			text += orMeant(near)
			if side, ok := sides[near]; ok && side != near {
				text += fmt.Sprintf(" %s of it is %s", c.Side, rdf.String(side))
			}
		}
		d.add(text)
	}
}

// sampleOf are some of the values of a property, each once.
func sampleOf(x *index.Index, property rdf.Term) []rdf.Term {
	p, ok := x.Lookup(property)
	if !ok {
		return nil
	}
	seen := map[index.ID]bool{}
	n := 0
	x.Match(index.Quad{index.Predicate: p}, index.Union, func(q index.Quad) bool {
		seen[q[index.Object]] = true
		n++
		return n < mostInstances
	})
	var out []rdf.Term
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, x.Term(id))
	}
	return out
}

// bounds are the properties with the first and the last day that a partial date can
// mean.
var bounds = sync.OnceValue(func() map[string][2]string {
	out := map[string][2]string{}
	for _, f := range model.Default().Fields {
		if f.Kind == model.PartialDate && f.Property != "" {
			out[model.Expand(f.Property)] = [2]string{f.Role("min").Property, f.Role("max").Property}
		}
	}
	return out
})

// unfitPairs reports comparisons, differences and sums of values that have no order beside
// each other, such as dates and NOW().
func (d *doubting) unfitPairs() {
	for p := range looked(d, d.q.Pairs()) {
		left, right := d.kindsOf(p.Left), d.kindsOf(p.Right)
		if len(left) == 0 || len(right) == 0 {
			continue
		}
		fit, unfit := 0, 0
		for a := range left {
			for b := range right {
				if fits(p.Operator, a, b) {
					fit++
				} else {
					unfit++
				}
			}
		}
		ordered := strings.Trim(p.Operator, "=!") != ""
		// otherDatatypes reports constants beside the values of properties.
		switch listed := !p.Left.Constant.IsZero() && len(p.Right.Properties) > 0 || !p.Right.Constant.IsZero() && len(p.Left.Properties) > 0; {
		case fit == 0 && (!listed || p.Operator == "-" || p.Operator == "+"):
			d.add(fmt.Sprintf("%s (%s) %s %s (%s) %s", p.Left.Text, kinds(left), p.Operator, p.Right.Text, kinds(right), consequence(p.Operator)) + written(p, left, right))
		case fit > 0 && unfit > 0 && ordered && !p.Left.Guarded && !p.Right.Guarded:
			if hint := partial(p); hint != "" {
				d.add(fmt.Sprintf("%s (%s) %s %s (%s) has no value for some of them: a condition leaves their rows out, BIND and SELECT leave their cells empty", p.Left.Text, kinds(left), p.Operator, p.Right.Text, kinds(right)) + hint)
			}
		}
	}
}

// unfitArguments reports arguments of functions that take no such values, such as
// those of REGEX that are numbers.
func (d *doubting) unfitArguments() {
	for a := range looked(d, d.q.Arguments()) {
		values := d.kindsOf(a.Operand)
		fit := len(values) == 0
		for kind := range values {
			fit = fit || takesKind(a.Takes, kind)
		}
		if fit {
			continue
		}
		d.unfit[a.Function] = true
		what := "the values of " + a.Text + " are"
		if !a.Constant.IsZero() {
			what = a.Text + " is"
		}
		d.add(fmt.Sprintf("%s takes a %s, and %s %s: it never has a value", a.Function, a.Takes, what, kinds(values)) + d.casts(a, values))
	}
}

// failing reports expressions of constants that have no value.
func (d *doubting) failing() {
	for f := range looked(d, d.q.Failing(d.ctx, d.x)) {
		if !d.unfit[f.Function] {
			d.add(f.Text + " never has a value")
		}
	}
}

// casts says which cast makes what a function takes of one of some values.
func (d *doubting) casts(a sparql.Argument, values map[string]rdf.Term) string {
	for _, cast := range map[string][]string{"string": {"STR"}, "date": {"xsd:date", "xsd:gYear"}, "number": {"xsd:decimal"}}[a.Takes] {
		works := a.Takes == "string"
		for _, t := range values {
			works = works || t.Kind == rdf.LiteralTerm && d.hasValue(a.Function+"("+cast+"("+t.String()+"))")
		}
		if works {
			return "; write " + cast + "(" + a.Text + ")"
		}
	}
	return ""
}

// hasValue reports whether an expression of constants has a value.
func (d *doubting) hasValue(expression string) bool {
	q, err := sparql.ParseWith("SELECT ("+expression+" AS ?x) {}", "", mapping.QueryPrefixes())
	if err != nil {
		return false
	}
	for row, err := range q.Rows(d.ctx, index.NewBuilder().Build(), nil) {
		return err == nil && !row[0].IsZero()
	}
	return false
}

// takesKind reports whether a function that takes strings, dates or numbers takes
// values of a kind.
func takesKind(takes, kind string) bool {
	switch takes {
	case "string":
		return kind == "string" || kind == "text in a language"
	case "date":
		return strings.HasPrefix(kind, "date") || strings.HasPrefix(kind, "g") || kind == "time"
	}
	return kind == takes
}

// consequence says what comes of an operator on values that do not fit.
func consequence(operator string) string {
	switch operator {
	case "=":
		return "is never true: the types differ"
	case "!=":
		return "is never false: the types differ"
	}
	if operator == "+" {
		return "never has a value: there is no such sum"
	}
	return "never has a value: the types differ"
}

// kindsOf are the kinds of values of an operand, by one of each.
func (d *doubting) kindsOf(o sparql.Operand) map[string]rdf.Term {
	if o.Datatype != "" {
		t := rdf.Typed(o.Constant.Value, o.Datatype)
		return map[string]rdf.Term{kindOf(t): t}
	}
	out := map[string]rdf.Term{}
	if o.Thing {
		out["IRI"] = rdf.IRI(model.NSRegistry)
	}
	for _, p := range o.Properties {
		maps.Copy(out, d.valuesOf(p))
	}
	return out
}

// fits reports whether an operator takes two kinds of values.
func fits(operator, a, b string) bool {
	family := func(kind string) string {
		switch {
		case strings.HasSuffix(kind, "uration"):
			return "duration"
		case kind == "dateTimeStamp":
			return "dateTime"
		}
		return kind
	}
	a, b = family(a), family(b)
	if operator == "+" && a == "duration" { // it may stand on either side
		a, b = b, a
	}
	switch {
	case (operator == "-" || operator == "+") && b == "duration" && (a == "date" || a == "dateTime" || a == "time"):
		return true
	case operator == "+":
		return a == b && (a == "number" || a == "duration")
	case operator == "-":
		return a == b && a != "gYear" && a != "gYearMonth" && a != "string"
	}
	return a == b
}

// written says what to write in place of a pair whose types differ.
func written(p sparql.Pair, left, right map[string]rdf.Term) string {
	isDay := func(kinds map[string]rdf.Term) bool {
		return kinds["date"].Datatype != "" || kinds["gYearMonth"].Datatype != "" || kinds["gYear"].Datatype != ""
	}
	cast := ""
	switch {
	case left["dateTime"].Datatype != "" && isDay(right):
		cast = "xsd:date(" + p.Left.Text + ")"
	case right["dateTime"].Datatype != "" && isDay(left):
		cast = "xsd:date(" + p.Right.Text + ")"
	}
	hint := partial(p)
	if days := p.Right.Constant; (p.Operator == "+" || p.Operator == "-") && isDay(left) && days.Datatype == rdf.XSDInteger && wholeNumber.MatchString(days.Value) {
		return fmt.Sprintf("%s; write \"P%sD\"^^xsd:dayTimeDuration for days", hint, days.Value)
	}
	for _, sides := range [][2]sparql.Operand{{p.Left, p.Right}, {p.Right, p.Left}} {
		if iri := sides[1].Constant.Value; sides[0].Thing && iri != "" && rdf.CheckIRI(iri) == nil {
			return "; write <" + iri + ">"
		}
	}
	switch {
	case cast == "":
		return hint
	case hint == "":
		return "; write " + cast
	}
	return hint + " beside " + cast
}

var wholeNumber = regexp.MustCompile(`^\d{1,9}$`)

// partial names the bounds of the partial dates of a pair.
func partial(p sparql.Pair) string {
	for _, o := range []sparql.Operand{p.Left, p.Right} {
		for _, property := range o.Properties {
			if b, ok := bounds()[property.Value]; ok {
				return fmt.Sprintf("; ask for %s or %s in place of %s", b[0], b[1], prefixed(property))
			}
		}
	}
	return ""
}
