package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// leaf writes a value, or a list of them, and what comes with it.
func (a *annotator) leaf(c *model.Field, v, out *value, n node) {
	if !kindFits(c, v) {
		a.noteInvalid(wrongType(c, v.kind == '['), c.Path, v)
	}
	beyond := v.kind == '0' && isBeyond(c.Limit(), v.text)
	if beyond {
		a.noteInvalid(InvalidCoordinate, c.Path, v)
	}
	if c.Part == "geo" && a.opts.NoWGS84 {
		return
	}
	if c.Mixed() {
		a.mixed++
	}
	if beyond || inexact(c.List, v) {
		a.exactly(out, n, strings.Join(n.at, "/"), v)
	}
	if c.Class == "Record" {
		a.version = array()
		for _, x := range v.each() {
			a.version.items = append(a.version.items, a.single(c, x, n))
		}
		out.add(c.Term, v)
		return
	}
	if v.kind == '[' {
		a.leaves(c, v, out, n)
		return
	}
	if beyond {
		text, _, _ := spelling(v.text)
		out.add(c.Term, valueObject(text, ""))
		return
	}
	out.add(c.Term, a.single(c, v, n))
	if v.kind == '"' {
		a.derived(c, v.text, out, n)
	}
}

// kindFits reports whether the JSON type is the one that the registry documents.
func kindFits(c *model.Field, v *value) bool {
	if v.kind == '[' {
		return c.List && allOf(v.items, func(x *value) bool { return scalarFits(c, x) })
	}
	return !c.List && scalarFits(c, v)
}

func scalarFits(c *model.Field, v *value) bool {
	switch c.Kind {
	case model.Boolean:
		return v.kind == 't' || v.kind == 'f'
	case model.Integer, model.Decimal:
		return v.kind == '0'
	}
	return v.kind == '"'
}

// leaves writes a list of values. RDF keeps neither order nor repetition:
// where the list is not its own sorted set, a literal of indices says how to
// get it back.
func (a *annotator) leaves(c *model.Field, v, out *value, n node) {
	list := array()
	for _, x := range v.items {
		list.items = append(list.items, a.single(c, x, n))
	}
	out.add(c.Term, list)
	if order, ok := listOrder(list.items); ok && !a.opts.NoComputed {
		out.add(orderTerm(c), stringValue(order))
	}
	if c.Kind == model.Enum && a.opts.Concepts {
		a.concepts(c, v, out)
	}
}

// orderTerm names the literal of indices. Where the table expects one value
// and the record has a list, the context has no term for it.
func orderTerm(c *model.Field) string {
	if c.List {
		return c.Role("order").Term
	}
	return "tw:order_of_" + c.Local()
}

// listOrder returns the place of each value in the sorted set of values, and
// whether that says anything.
func listOrder(vs []*value) (string, bool) {
	keys := make([]string, len(vs))
	for i, v := range vs {
		keys[i] = lexical(v)
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(keys)))
	if slices.Equal(sorted, keys) {
		return "", false
	}
	order := make([]string, len(keys))
	for i, k := range keys {
		at, _ := slices.BinarySearch(sorted, k)
		order[i] = strconv.Itoa(at)
	}
	return strings.Join(order, " "), true
}

// lexical returns the lexical form of a value or value object.
func lexical(v *value) string {
	if v.kind == '{' {
		v = v.get("@value")
	}
	switch v.kind {
	case 't':
		return "true"
	case 'f':
		return "false"
	}
	return v.text
}

func (a *annotator) concepts(c *model.Field, v, out *value) {
	list := array()
	for _, x := range v.items {
		if iri := a.conceptIRI(c, x.str()); iri != "" {
			list.items = append(list.items, stringValue(iri))
		}
	}
	if len(list.items) > 0 {
		out.add(c.Role("concept").Term, list)
	}
}

func (a *annotator) conceptIRI(c *model.Field, code string) string {
	if a.model.Concept(c.Enum, code) == nil {
		return ""
	}
	return a.base + "concept/" + c.Enum + "/" + code
}

// single writes one scalar as the table has it.
func (a *annotator) single(c *model.Field, v *value, n node) *value {
	if v.kind != '"' {
		return number(v, c.Kind)
	}
	switch c.Kind {
	case model.Date:
		if p, _, _ := partialDate(v.text); p == dayDate {
			return v
		}
		a.noteInvalid(InvalidDate, c.Path, v)
		return valueObject(v.text, "")
	case model.PartialDate:
		p, _, _ := partialDate(v.text)
		if p == noDate {
			a.noteInvalid(InvalidDate, c.Path, v)
			return v
		}
		return valueObject(v.text, "xsd:"+p.datatype())
	case model.DateTime:
		if full, ok := minuteTime(v.text); ok {
			return stringValue(full)
		}
		a.noteInvalid(InvalidDate, c.Path, v)
		return valueObject(v.text, "")
	case model.Enum:
		if a.model.Concept(c.Enum, v.text) == nil {
			a.codes = append(a.codes, Unknown{Path: c.Path, Example: cutExample(appendString(nil, v.text))})
		}
	case model.GroupRef:
		at := a.at(v, n, 0)
		at.id = v.text
		return stringValue(a.patterns[c].iri(at))
	}
	return v
}

func valueObject(lexical, datatype string) *value {
	v := object(member{"@value", stringValue(lexical)})
	if datatype != "" {
		v.add("@type", stringValue(datatype))
	}
	return v
}

// number writes a number or boolean. JSON-LD turns a JSON number that is no
// small integer into xsd:double (JSON-LD 1.1 API, section 8.6): those are
// written as value objects.
func number(v *value, k model.Kind) *value {
	if v.kind != '0' {
		if coerced(k) {
			return object(member{"@value", v})
		}
		return v
	}
	s, whole, ok := spelling(v.text)
	switch {
	case !ok:
		return valueObject(s, "")
	case !whole || k == model.Decimal:
		return valueObject(s, "xsd:decimal")
	case len(s) > 15 || coerced(k):
		return valueObject(s, "xsd:integer")
	}
	return rawNumber(s)
}

// spelling returns the lexical form of a JSON number as an XSD number, and
// whether that is an integer. It is the number as served, but for an exponent,
// which is written out, and for -0. What would be too long written out stays
// as it is, and is not a number.
func spelling(s string) (lexical string, whole, ok bool) {
	if !strings.ContainsAny(s, "eE") && s != "-0" {
		return s, !strings.Contains(s, "."), true
	}
	d, ok := parseJSONNumber(s)
	if !ok {
		return s, false, false
	}
	return d.String(), d.integer(), true
}

// coerced reports whether the context gives values of the kind a type.
func coerced(k model.Kind) bool {
	return k == model.Date || k == model.DateTime || k == model.GroupRef
}

// derived adds what follows from one value: bounds, durations, numbers,
// concepts.
func (a *annotator) derived(c *model.Field, s string, out *value, n node) {
	if c.Kind == model.Age && parseAge(s).unit == nil {
		a.noteInvalid(InvalidAge, c.Path, stringValue(s))
	}
	if c.Kind == model.Enum {
		if iri := a.conceptIRI(c, s); iri != "" && a.opts.Concepts {
			out.add(c.Role("concept").Term, stringValue(iri))
		}
		return
	}
	values := a.derive(c, s, n)
	if a.opts.NoComputed {
		return
	}
	for i, d := range c.Derived() {
		if i < len(values) {
			out.add(d.Term, stringValue(values[i]))
		}
	}
}

// derive computes the values of Field.Derived, in its order.
func (a *annotator) derive(c *model.Field, s string, n node) []string {
	switch c.Kind {
	case model.PartialDate:
		if p, first, last := partialDate(s); p != noDate {
			return []string{first, last}
		}
	case model.Age:
		if age := parseAge(s); age.unit != nil {
			return []string{string(age.appendDuration(nil)), string(age.appendYears(nil))}
		}
	case model.NumText:
		d, mark, ok := numberText(s)
		if mark == decimalComma || mark == grouped && n.decimalCommas {
			a.commas++
			return nil
		}
		if ok {
			return []string{d.String()}
		}
	case model.PValue:
		if op, d, ok := pValue(s); ok {
			return []string{d.String(), op}
		}
		if strings.Contains(s, ",") {
			a.commas++
		}
	}
	return nil
}

// hasDecimalComma looks for a number with a decimal comma anywhere in a
// measure: then no comma of that measure can be trusted.
func hasDecimalComma(f *model.Field, v *value) bool {
	switch v.kind {
	case '[':
		return slices.ContainsFunc(v.items, func(x *value) bool { return hasDecimalComma(f, x) })
	case '{':
		return slices.ContainsFunc(v.members, func(m member) bool {
			c := f.Child(m.key)
			return c != nil && hasDecimalComma(c, m.val)
		})
	case '"':
		if f.Kind == model.NumText {
			_, mark, _ := numberText(v.text)
			return mark == decimalComma
		}
	}
	return false
}

// downField reports whether nodes of the field carry a title or unit of that name.
func downField(c *model.Field, term string) bool {
	switch c.Class {
	case "Denominator":
		return term == "units"
	case "Measurement":
		return term == "classTitle" || term == "categoryTitle"
	}
	return false
}

// geometry adds the place of a site as WKT.
func (a *annotator) geometry(v, out *value, n node) {
	lat, lon := v.get("lat"), v.get("lon")
	c := a.model.Added("geometry")
	if a.opts.NoWKT || a.opts.NoComputed || a.without[c.Part] || lat == nil || lon == nil || lat.kind != '0' || lon.kind != '0' {
		return
	}
	y, _, okY := spelling(lat.text)
	x, _, okX := spelling(lon.text)
	if !okX || !okY || isBeyond(90, y) || isBeyond(180, x) {
		return
	}
	wkt := stringValue("POINT(" + x + " " + y + ")")
	out.add(c.Term, object(
		member{"@id", stringValue(n.iri + "-geo")},
		member{"@type", stringValue("Geometry")},
		member{a.model.Added("wkt").Term, wkt},
	))
}
