package change

import (
	"fmt"
	"math"
	"slices"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// view is what a schema says, with what it is composed of: by allOf, by a
// reference beside other keywords, by the one alternative that is not null.
type view struct {
	typed    bool
	types    []string // without null; any where typed is not set
	null     bool
	nothing  bool     // false as a schema
	enum     []string // nil means any
	enumNull bool

	properties map[string]spot
	order      []string
	required   map[string]bool
	closed     bool
	further    spot // additionalProperties, where it is a schema
	items      spot

	lower, upper bound
	limits       map[string]float64
	multiples    []float64
	patterns     []string
	formats      []string
	unique       bool
	byDefault    string

	readOnly, writeOnly bool
	alternatives        []spot
	// sole is the alternative that is left where the others are null.
	sole spot
}

// least and most are the keywords of sizes: below, and above which none is.
var (
	least = []string{"minLength", "minItems", "minProperties"}
	most  = []string{"maxLength", "maxItems", "maxProperties"}
)

// view merges what a schema says; the result is kept.
func (v *version) view(s spot) *view {
	if known := v.views[s.node]; known != nil {
		return known
	}
	out := &view{properties: map[string]spot{}, required: map[string]bool{}, limits: map[string]float64{}}
	v.views[s.node] = out
	out.add(s, map[*yamltree.Node]bool{})
	out.finish(v)
	return out
}

func (w *view) add(s spot, seen map[*yamltree.Node]bool) {
	if s.node == nil || seen[s.node] {
		return
	}
	seen[s.node] = true
	*s.in.left--
	if s.node.Kind == yamltree.Bool && s.node.Text == "false" {
		w.nothing = true
	}
	if s.node.Kind != yamltree.Mapping || *s.in.left < 0 {
		return
	}
	w.addTypes(s)
	w.addValues(s)
	w.addObject(s)
	w.addLimits(s)
	if s.has("items") {
		w.items = s.schema("items")
	}
	w.readOnly = w.readOnly || s.isTrue("readOnly")
	w.writeOnly = w.writeOnly || s.isTrue("writeOnly")
	w.addAlternatives(s, seen)
	for i := range texts(s.node.Lookup("allOf")) {
		w.add(s.schema("allOf", fmt.Sprint(i)), seen)
	}
	for _, keyword := range []string{"$ref", "$dynamicRef"} {
		if to, ok := s.follow(keyword); ok {
			w.add(to, seen)
		}
	}
}

// finish settles what depends on all parts.
func (w *view) finish(v *version) {
	if w.enum != nil && v.siblings { // null is a value of an enum as any other
		w.null = w.enumNull && (w.null || !w.typed)
	} else if w.enumNull && !w.typed {
		w.null = true
	}
	if w.typed || len(w.alternatives) == 0 {
		return
	}
	var types []string
	for _, alternative := range w.alternatives {
		one := v.view(alternative)
		if !one.typed {
			return
		}
		types = append(types, one.types...)
	}
	slices.Sort(types)
	w.typed, w.types = true, slices.Compact(types)
}

func (w *view) addTypes(s spot) {
	t := s.node.Lookup("type")
	types := texts(t)
	if t != nil && t.Kind == yamltree.String {
		types = []string{t.Text}
	}
	nullable := s.isTrue("nullable") || s.isTrue("x-nullable")
	if types == nil {
		w.null = w.null || nullable
		return
	}
	null := slices.Contains(types, "null") || nullable
	types = slices.DeleteFunc(types, func(t string) bool { return t == "null" })
	if w.typed {
		w.null = w.null && null || nullable
		if both := commonTypes(w.types, types); len(both) > 0 {
			types = both
		}
	} else {
		w.null = w.null || null
	}
	w.typed, w.types = true, types
}

func commonTypes(a, b []string) (out []string) {
	for _, t := range a {
		switch {
		case slices.Contains(b, t) || t == "integer" && slices.Contains(b, "number"):
			out = append(out, t)
		case t == "number" && slices.Contains(b, "integer"):
			out = append(out, "integer")
		}
	}
	return out
}

func (w *view) addValues(s spot) {
	values := s.node.Lookup("enum")
	if c := s.node.Lookup("const"); c != nil {
		values = &yamltree.Node{Kind: yamltree.Sequence, Items: []*yamltree.Node{c}}
	}
	if values != nil && values.Kind == yamltree.Sequence {
		enum, null := []string{}, false
		for _, v := range values.Items {
			if null = null || v.Kind == yamltree.Null; v.Kind != yamltree.Null {
				enum = append(enum, literal(v))
			}
		}
		if w.enum != nil {
			if both := lacking(enum, lacking(enum, w.enum)); len(both) > 0 {
				enum = both
			}
			null = null && w.enumNull
		}
		w.enum, w.enumNull = enum, null
	}
	if pattern := s.text("pattern"); pattern != "" {
		w.patterns = append(w.patterns, pattern)
	}
	if format := s.text("format"); format != "" && !slices.Contains(w.formats, format) {
		w.formats = append(w.formats, format)
	}
	if s.has("default") {
		w.byDefault = literal(s.node.Lookup("default"))
	}
}

// literal writes a value so that equal values are written alike.
func literal(n *yamltree.Node) string {
	switch n.Kind {
	case yamltree.Number:
		return fmt.Sprint(n.Number)
	case yamltree.Null:
		return "null"
	case yamltree.Sequence, yamltree.Mapping:
		return jsonschema.Key(n)
	}
	return n.Text
}

func (w *view) addObject(s spot) {
	names, properties := s.at("properties").schemas()
	for _, name := range names {
		if _, twice := w.properties[name]; !twice {
			w.order = append(w.order, name)
		}
		w.properties[name] = properties[name]
	}
	for _, name := range texts(s.node.Lookup("required")) {
		w.required[name] = true
	}
	switch n := s.node.Lookup("additionalProperties"); {
	case n == nil:
	case n.Kind == yamltree.Bool:
		w.closed = w.closed || n.Text == "false"
	case n.Kind == yamltree.Mapping && len(n.Items) > 0:
		w.further = s.schema("additionalProperties")
	}
}

func (w *view) addLimits(s spot) {
	w.unique = w.unique || s.isTrue("uniqueItems")
	w.lower = w.lower.and(boundOf(s, "minimum", "exclusiveMinimum", 1), 1)
	w.upper = w.upper.and(boundOf(s, "maximum", "exclusiveMaximum", -1), -1)
	if n := s.node.Lookup("multipleOf"); n != nil && n.Kind == yamltree.Number && n.Number > 0 && !slices.Contains(w.multiples, n.Number) {
		w.multiples = append(w.multiples, n.Number)
	}
	for i, key := range slices.Concat(least, most) {
		n := s.node.Lookup(key)
		if n == nil || n.Kind != yamltree.Number || n.Number == 0 && i < len(least) {
			continue
		}
		before, had := w.limits[key]
		switch {
		case !had:
			w.limits[key] = n.Number
		case i < len(least):
			w.limits[key] = max(before, n.Number)
		default:
			w.limits[key] = min(before, n.Number)
		}
	}
}

// addAlternatives takes those of oneOf and anyOf. One that is null says that
// null may be; what is then left alone is a part as those of allOf are.
func (w *view) addAlternatives(s spot, seen map[*yamltree.Node]bool) {
	for _, key := range []string{"oneOf", "anyOf"} {
		var left []spot
		null := false
		for i := range texts(s.node.Lookup(key)) {
			if one := s.schema(key, fmt.Sprint(i)); isNull(one) {
				null = true
			} else {
				left = append(left, one)
			}
		}
		null = null && (w.null || !w.typed)
		if len(left) == 1 {
			w.sole = left[0]
			w.add(left[0], seen)
		} else if len(left) > 0 {
			w.alternatives = append(w.alternatives, left...)
		}
		w.null = w.null || null
	}
}

// isNull reports whether a schema is of null alone.
func isNull(s spot) bool {
	if s.node == nil {
		return false
	}
	if t := s.node.Lookup("type"); t != nil && (t.Text == "null" || len(t.Items) == 1 && t.Items[0].Text == "null") {
		return true
	}
	if c := s.node.Lookup("const"); c != nil {
		return c.Kind == yamltree.Null
	}
	enum := s.node.Lookup("enum")
	return enum != nil && len(enum.Items) == 1 && enum.Items[0].Kind == yamltree.Null
}

// bound is a bound of numbers; the zero value does not bound anything.
type bound struct {
	value    float64
	excluded bool
	there    bool
}

// boundOf reads a bound: side is 1 for a lower one, -1 for an upper one.
// Whether it is excluded is a flag before OpenAPI 3.1, and a bound of its own
// from then on.
func boundOf(s spot, inclusive, exclusive string, side float64) (b bound) {
	if n := s.node.Lookup(inclusive); n != nil && n.Kind == yamltree.Number {
		b = bound{n.Number, s.isTrue(exclusive), true}
	}
	if n := s.node.Lookup(exclusive); n != nil && n.Kind == yamltree.Number {
		b = b.and(bound{n.Number, true, true}, side)
	}
	return b
}

// and is the narrower of two bounds.
func (b bound) and(o bound, side float64) bound {
	if !b.there || o.there && b.wider(o, side) {
		return o
	}
	return b
}

// wider reports whether a bound allows more than another.
func (b bound) wider(o bound, side float64) bool {
	switch {
	case !b.there || !o.there:
		return o.there
	case b.value == o.value:
		return o.excluded && !b.excluded
	}
	return side*b.value < side*o.value
}

// whole is the bound of integers alone.
func (b bound) whole(side float64) bound {
	if !b.there {
		return b
	}
	value := side * math.Ceil(side*b.value)
	if b.excluded && value == b.value {
		value += side
	}
	return bound{value, false, true}
}

func (b bound) String() string {
	switch {
	case !b.there:
		return "none"
	case b.excluded:
		return fmt.Sprint(b.value) + " (excluded)"
	}
	return fmt.Sprint(b.value)
}
