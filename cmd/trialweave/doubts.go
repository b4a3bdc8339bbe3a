package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// doubts are reasons why a query may find less than who wrote it expects: terms
// and codes that are not there, values of another datatype, another scheme of a
// namespace, properties that a class does not have, variables that nothing
// binds, graphs that are not there, and services that SERVICE SILENT may not ask.
func doubts(ctx context.Context, q *sparql.Query, x *index.Index, services []string) []string {
	d := newDoubting(ctx, q, x)
	d.services = services
	d.look()
	return d.list()
}

// prefixed writes a term with a prefix, where it can.
func prefixed(t rdf.Term) string {
	switch {
	case t.Kind == rdf.IRITerm:
		return compact(mapping.Prefixes(), t)
	case t.Kind == rdf.LiteralTerm && strings.HasPrefix(t.Datatype, model.NSXSD) && t.Datatype != rdf.XSDString:
		return rdf.String(t.Value).String() + "^^" + compact(mapping.Prefixes(), rdf.IRI(t.Datatype))
	}
	return t.String()
}

// kindOf tells literals apart that no operator compares.
func kindOf(t rdf.Term) string {
	switch local, isXSD := strings.CutPrefix(t.Datatype, model.NSXSD); {
	case t.Kind != rdf.LiteralTerm:
		return "IRI"
	case t.Language != "":
		return "text in a language"
	case !isXSD:
		return t.Datatype
	case local == "integer", local == "decimal", local == "double", local == "float", numeric.MatchString(local):
		return "number"
	default:
		return local
	}
}

var numeric = regexp.MustCompile(`^(?:(?:non)?(?:Positive|Negative|positive|negative)Integer|unsigned\w+|long|int|short|byte)$`)

// sampled is how many values of a property are looked at.
const sampled = 200

// valuesOf returns the kinds of values that a property has in the data, by one
// of each, as far as a sample shows.
func (d *doubting) valuesOf(property rdf.Term) map[string]rdf.Term {
	if out, ok := d.values[property]; ok {
		return out
	}
	out := map[string]rdf.Term{}
	d.values[property] = out
	p, ok := d.x.Lookup(property)
	if !ok {
		return out
	}
	n := 0
	d.x.Match(index.Quad{index.Predicate: p}, index.Union, func(q index.Quad) bool {
		d.steps++
		t := d.x.Term(q[index.Object])
		out[kindOf(t)] = t
		n++
		return n < sampled
	})
	return out
}

// otherDatatypes reports the constants that are compared with values of another
// datatype: they equal none and have no order beside them.
func (d *doubting) otherDatatypes() {
	asked := d.q.Comparisons()
	for m := range looked(d, d.mentions) {
		if m.Value.Kind == rdf.LiteralTerm || m.Value.Kind == rdf.IRITerm {
			asked = append(asked, sparql.Comparison{Property: m.Property, Operator: "=", Value: m.Value})
		}
	}
	for c := range looked(d, asked) {
		if c.Value.Kind != rdf.LiteralTerm && c.Value.Kind != rdf.IRITerm {
			continue
		}
		values := d.valuesOf(c.Property)
		if _, same := values[kindOf(c.Value)]; same || len(values) == 0 || hasValue(d.x, sparql.Mention{Property: c.Property, Value: c.Value}) {
			continue
		}
		d.add(fmt.Sprintf("%s is compared with values of %s, which are %s: it equals none of them and has no order beside them", prefixed(c.Value), prefixed(c.Property), kinds(values)) + d.written(c, values))
	}
}

// mostKinds is how many kinds of values a warning names.
const mostKinds = 4

// kinds names the kinds of some values.
func kinds(values map[string]rdf.Term) string {
	var names []string
	for kind, t := range values {
		if t.Kind == rdf.LiteralTerm && t.Language == "" {
			kind = compact(mapping.Prefixes(), rdf.IRI(t.Datatype))
		} else if kind == "IRI" {
			kind = "IRIs"
		}
		names = append(names, kind)
	}
	slices.Sort(names)
	if more := len(names) - mostKinds; more > 1 {
		names = append(names[:mostKinds], fmt.Sprintf("or one of %d others", more))
	}
	return strings.Join(names, ", ")
}

// forms are the lexical forms that a text may be meant as.
var forms = []struct {
	kind string
	form *regexp.Regexp
}{
	{"date", regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)}, {"gYearMonth", regexp.MustCompile(`^\d{4}-\d{2}$`)}, {"gYear", regexp.MustCompile(`^\d{4}$`)},
	{"dateTime", regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T`)}, {"number", regexp.MustCompile(`^[+-]?\d+(?:\.\d+)?$`)},
	{"boolean", regexp.MustCompile(`^(?:true|false)$`)}, {"duration", regexp.MustCompile(`^-?P`)}, {"string", regexp.MustCompile(``)},
}

// written says what to write in place of a constant that is compared with values of
// another datatype: where they are codes, one of them.
func (d *doubting) written(c sparql.Comparison, values map[string]rdf.Term) string {
	scheme := schemes()[c.Property.Value]
	isIRI := c.Value.Kind == rdf.IRITerm
	switch {
	case isIRI && scheme != "" && strings.HasPrefix(c.Value.Value, model.DefaultBase+"concept/"):
		return d.askForConcept(c.Property)
	case isIRI && scheme == "" && values["anyURI"].Datatype != "":
		return "; write " + prefixed(rdf.Typed(c.Value.Value, values["anyURI"].Datatype))
	case isIRI:
		return ""
	case scheme == "":
		return asTyped(c.Value, values)
	}
	if near := d.meantCode(scheme, c.Value.Value); near != "" {
		return "; write " + rdf.String(near).String()
	}
	return ""
}

// asTyped says how to write a literal so that it has the datatype of the values.
func asTyped(t rdf.Term, values map[string]rdf.Term) string {
	for _, f := range forms {
		like, ok := values[f.kind]
		switch {
		case !ok || !f.form.MatchString(t.Value):
		case f.kind == "number", f.kind == "boolean":
			return "; write " + t.Value
		case f.kind == "string":
			return "; write " + rdf.String(t.Value).String()
		default:
			return "; write " + rdf.String(t.Value).String() + "^^" + compact(mapping.Prefixes(), rdf.IRI(like.Datatype))
		}
	}
	day, _, _ := strings.Cut(t.Value, "T")
	switch kind := kindOf(t); {
	case kind == "dateTime" && values["date"].Datatype != "" && forms[0].form.MatchString(day):
		return "; write " + prefixed(rdf.Typed(day, model.NSXSD+"date"))
	case kind == "gYear" && forms[2].form.MatchString(t.Value) && values["date"].Datatype != "":
		return "; compare YEAR of the values with " + t.Value
	case kind == "number" && (values["date"].Datatype != "" || values["gYearMonth"].Datatype != "" || values["dateTime"].Datatype != ""):
		return "; compare YEAR of the values with " + t.Value
	}
	for _, like := range values {
		if like.Kind == rdf.LiteralTerm && like.Language == "" && !strings.HasPrefix(like.Datatype, model.NSXSD) {
			return "; compare STR of the values with " + rdf.String(t.Value).String()
		}
	}
	return ""
}

// otherScheme is an IRI of http as one of https, and the other way round.
func otherScheme(iri string) string {
	if rest, ok := strings.CutPrefix(iri, "http://"); ok {
		return "https://" + rest
	}
	if rest, ok := strings.CutPrefix(iri, "https://"); ok {
		return "http://" + rest
	}
	return ""
}

// otherSchemes reports IRIs that the data has with the other of http and https.
func (d *doubting) otherSchemes() {
	for t := range looked(d, d.iris) {
		other := otherScheme(t.Value)
		if other == "" || d.has(t) {
			continue
		}
		namespace := ""
		for _, p := range mapping.Prefixes() {
			if strings.HasPrefix(other, p.IRI) {
				namespace = p.IRI
			}
		}
		switch {
		case has(d.x, rdf.IRI(other)):
			d.add(fmt.Sprintf("<%s> is not in the data; did you mean <%s>?", t.Value, other))
		case namespace != "":
			d.add(fmt.Sprintf("<%s> is not in the data; the namespace is <%s>", t.Value, namespace))
		}
	}
}

// domains are the classes that have a property by the model.
var domains = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for q, err := range rdf.Read(bytes.NewReader(model.Ontology()), rdf.Turtle, nil) {
		if err != nil {
			break // the tests of the model read it
		}
		if p := q.Predicate.Value; strings.HasSuffix(p, "#domain") || strings.HasSuffix(p, "/domainIncludes") {
			out[q.Subject.Value] = append(out[q.Subject.Value], q.Object.Value)
		}
	}
	return out
})

// mostInstances is how many things of a class are looked at.
const mostInstances = 2000

// foreignProperties reports properties that are asked of things of a class that
// has none of them.
func (d *doubting) foreignProperties() {
	for asked := range looked(d, d.q.PropertiesOf()) {
		if !d.has(asked.Property) { // which is reported as such, where it should be
			continue
		}
		possible := slices.ContainsFunc(asked.Classes, func(c rdf.Term) bool {
			return slices.Contains(domains()[asked.Property.Value], c.Value) || !lacks(d.x, c, asked.Property)
		})
		if possible {
			continue
		}
		text := fmt.Sprintf("no %s of the data has %s", prefixed(asked.Classes[0]), prefixed(asked.Property))
		if of := domains()[asked.Property.Value]; len(of) > 0 {
			var names []string
			for _, class := range of {
				names = append(names, compact(mapping.Prefixes(), rdf.IRI(class)))
			}
			slices.Sort(names)
			text += "; it is of " + strings.Join(names, ", ")
		}
		d.add(text)
	}
}

// lacks reports whether there are things of a class, all of them were looked at,
// and none has a property. Of a class with very many, the first are looked at, and
// the model has to know the class.
func lacks(x *index.Index, class, property rdf.Term) bool {
	a, okType := x.Lookup(rdf.IRI(typeIRI))
	c, okClass := x.Lookup(class)
	p, okProperty := x.Lookup(property)
	if !okType || !okClass || !okProperty {
		return false
	}
	n, found := 0, false
	x.Match(index.Quad{index.Predicate: a, index.Object: c}, index.Union, func(q index.Quad) bool {
		n++
		found = x.Estimate(index.Quad{index.Subject: q[index.Subject], index.Predicate: p}, index.Union) > 0
		return !found && n < mostInstances
	})
	return !found && n > 0 && (n < mostInstances || modelTerms()[class.Value] && len(domains()[property.Value]) > 0)
}

const typeIRI = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

// unboundVariables reports variables that are asked for, or that expressions are
// of, and that are bound nowhere.
func (d *doubting) unboundVariables() {
	bound, selected := map[string]bool{}, map[string]bool{}
	var known []string
	for _, name := range d.q.BoundNames() {
		bound[name] = true
		known = append(known, "?"+name)
	}
	known = known[:min(len(known), mostNames)]
	for name := range looked(d, d.q.Unbound()) {
		selected[name] = true
		d.add(fmt.Sprintf("?%s is bound by no pattern: it has no value in any row", name) + d.suggestion("?"+name, known))
	}
	for name := range looked(d, d.q.UnboundInExpressions()) {
		switch {
		case selected[name]:
		case bound[name]:
			d.add(fmt.Sprintf("?%s is in an expression of a group that does not bind it: it has no value there", name))
		default:
			d.add(fmt.Sprintf("?%s is in an expression and bound by no pattern: it has no value", name) + d.suggestion("?"+name, known))
		}
	}
}

// silentServices reports addresses of SERVICE SILENT that may not be asked: the answer
// is as if they had none.
func (d *doubting) silentServices() {
	addresses, variables := d.q.SilentServices()
	for address := range looked(d, addresses) {
		if !slices.Contains(d.services, address.Value) {
			d.add(fmt.Sprintf("SERVICE SILENT <%s> is not asked: it is not one of the services that may be asked; --service %[1]s lets it be asked", address.Value))
		}
	}
	for name := range looked(d, variables) {
		if len(d.services) == 0 {
			d.add(fmt.Sprintf("SERVICE SILENT ?%s asks nothing: no service may be asked; --service URL lets one be asked", name))
		}
	}
}

// unknownGraphs reports names of graphs that no graph of the data has.
func (d *doubting) unknownGraphs() {
	named := func(iri string) bool {
		g, ok := d.x.Lookup(rdf.IRI(iri))
		return ok && d.x.HasGraph(g)
	}
	for g := range looked(d, d.q.GraphNames()) {
		if named(g.Value) {
			continue
		}
		text := fmt.Sprintf("no graph of the data is named <%s>", g.Value)
		plain, _, _ := strings.Cut(g.Value, "#")
		for _, other := range [...]string{plain + "#record", otherScheme(g.Value), otherScheme(plain) + "#record", model.DefaultBase + "graph/" + plain[strings.LastIndexByte(plain, '/')+1:]} {
			if other != g.Value && named(other) {
				text += fmt.Sprintf("; did you mean <%s>?", other)
				break
			}
		}
		d.add(text)
	}
}
