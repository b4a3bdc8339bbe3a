package change

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// direction is which way a value goes, with what it is called.
type direction interface {
	// prefix is what the ids of its changes begin with.
	prefix() string
	label() string
	with(property string) direction
}

type (
	// sent is what a client sends; a parameter is written as text.
	sent struct {
		name, path string
		parameter  bool
	}
	// read is what a client reads.
	read struct{ name, path string }
)

func (d sent) prefix() string          { return "request" }
func (d sent) label() string           { return labelled(d.name, d.path) }
func (d sent) with(p string) direction { return sent{d.name, d.path + p, false} }
func (d read) prefix() string          { return "response" }
func (d read) label() string           { return labelled(d.name, d.path) }
func (d read) with(p string) direction { return read{d.name, d.path + p} }

// labelled names a value, or a property of it.
func labelled(name, path string) string {
	if path == "" {
		return name
	}
	return fmt.Sprintf("%s: %q", name, strings.TrimPrefix(path, "."))
}

type schemaPair struct {
	old, now *yamltree.Node
	sent     bool
}

// schema compares two versions of a schema in a direction.
func (c *contract) schema(old, now spot, d direction) {
	if old.node == nil || now.node == nil || c.left < 0 {
		return
	}
	pair := schemaPair{old.node, now.node, d.prefix() == "request"}
	if c.seen[pair] {
		return
	}
	c.seen[pair] = true
	was, is := c.old.view(old), c.now.view(now)
	c.left -= 1 + len(was.order) + len(is.order)
	say := func(id, format string, args ...any) {
		c.say(d.prefix()+"-"+id, old, now, "%s %s", d.label(), fmt.Sprintf(format, args...))
	}
	if c.alternatives(old, now, was, is, d, say) {
		return
	}
	compareTypes(was, is, d, say)
	compareValues(was, is, say)
	compareFormats(was, is, say)
	compareLimits(was, is, say)
	c.compareOthers(old, now, d, say)
	c.further(was, is, d, say)
	c.properties(was, is, d)
	c.openness(was, is, old, now, d)
	c.items(was, is, d, say)
}

// change reports that a schema is narrower or wider than before.
type change func(id, format string, args ...any)

func compareTypes(was, is *view, d direction, say change) {
	switch {
	case is.nothing && !was.nothing:
		say("type-narrowed", "takes no value")
	case was.nothing && !is.nothing:
		say("type-widened", "takes values, and took none")
	}
	if was.null && !is.null && (is.typed || is.enum != nil) {
		say("null-removed", "is no longer null")
	} else if is.null && !was.null && (was.typed || was.enum != nil) && (is.typed || is.enum != nil) {
		say("null-added", "may be null")
	}
	p, parameter := d.(sent)
	text := parameter && p.parameter && slices.Contains(is.types, "string") && is.enum == nil && len(is.patterns) == 0 && len(is.formats) == 0
	gone, added := missingTypes(was, is), missingTypes(is, was)
	switch {
	case gone && !text && added && d.prefix() == "response":
		say("type-widened", "is of type %s, before of %s", typeNames(is), typeNames(was))
	case gone && !text:
		say("type-narrowed", "is of type %s, before of %s", typeNames(is), typeNames(was))
	case added || gone:
		say("type-widened", "is of type %s, before of %s", typeNames(is), typeNames(was))
	}
}

// missingTypes reports whether some values of the types of one are of none of
// the other's.
func missingTypes(one, other *view) bool {
	switch {
	case !other.typed:
		return false
	case !one.typed:
		return one.enum == nil // the values say themselves what they are
	}
	return slices.ContainsFunc(one.types, func(t string) bool {
		return !slices.Contains(other.types, t) && (t != "integer" || !slices.Contains(other.types, "number"))
	})
}

func typeNames(v *view) string {
	switch {
	case !v.typed:
		return "any"
	case len(v.types) == 0:
		return "null"
	}
	return strings.Join(v.types, " or ")
}

func compareValues(was, is *view, say change) {
	switch {
	case was.enum == nil && is.enum != nil:
		say("enum-narrowed", "is one of %s only", strings.Join(is.enum, ", "))
	case was.enum != nil && is.enum == nil:
		say("enum-widened", "is any value, before one of %s", strings.Join(was.enum, ", "))
	case was.enum != nil:
		if gone := lacking(was.enum, is.enum); len(gone) > 0 {
			say("enum-narrowed", "is no longer %s", strings.Join(gone, ", "))
		}
		if added := lacking(is.enum, was.enum); len(added) > 0 {
			say("enum-widened", "may be %s", strings.Join(added, ", "))
		}
	}
}

// narrowerFormats are the formats of which each value is one of the other.
var narrowerFormats = map[string]string{"int32": "int64", "float": "double"}

// compareFormats compares the formats: those of a schema hold at once.
func compareFormats(was, is *view, say change) {
	gone, added := lacking(was.formats, is.formats), lacking(is.formats, was.formats)
	to, from := strings.Join(added, ", "), strings.Join(gone, ", ")
	switch {
	case len(gone) > 0 && len(added) > 0:
		narrower := len(gone) == 1 && narrowerFormats[to] == from
		wider := len(added) == 1 && narrowerFormats[from] == to
		if !wider {
			say("format-narrowed", "is of the format %s, before %s", to, from)
		}
		if !narrower {
			say("format-widened", "is of the format %s, before %s", to, from)
		}
	case len(added) > 0:
		say("format-narrowed", "is of the format %s", to)
	case len(gone) > 0:
		say("format-widened", "no longer has the format %s", from)
	}
}

// lacking are the words of some that others do not have.
func lacking(some, others []string) (out []string) {
	if len(some)*len(others) < 1000 {
		for _, s := range some {
			if !slices.Contains(others, s) {
				out = append(out, s)
			}
		}
		return out
	}
	known := make(map[string]bool, len(others))
	for _, s := range others {
		known[s] = true
	}
	for _, s := range some {
		if !known[s] {
			out = append(out, s)
		}
	}
	return out
}

func compareLimits(was, is *view, say change) {
	whole := slices.Equal(was.types, []string{"integer"}) && slices.Equal(is.types, was.types)
	compareBounds("minimum", was.lower, is.lower, 1, whole, say)
	compareBounds("maximum", was.upper, is.upper, -1, whole, say)
	for _, key := range slices.Concat(least, most) {
		before, had := was.limits[key]
		after, has := is.limits[key]
		if had == has && before == after {
			continue
		}
		from, to := "none", "none"
		if had {
			from = fmt.Sprint(before)
		}
		if has {
			to = fmt.Sprint(after)
		}
		if has && (!had || (after > before) == slices.Contains(least, key)) {
			say("limit-narrowed", "has the %s %s, before %s", key, to, from)
		} else {
			say("limit-widened", "has the %s %s, before %s", key, to, from)
		}
	}
	compareMultiples(was.multiples, is.multiples, say)
	if added := lacking(is.patterns, was.patterns); len(added) > 0 {
		say("limit-narrowed", "has the pattern %s", strings.Join(added, ", "))
	}
	if gone := lacking(was.patterns, is.patterns); len(gone) > 0 {
		say("limit-widened", "no longer has the pattern %s", strings.Join(gone, ", "))
	}
	if is.unique && !was.unique {
		say("limit-narrowed", "has unique items")
	} else if was.unique && !is.unique {
		say("limit-widened", "may have equal items")
	}
}

func compareBounds(name string, was, is bound, side float64, whole bool, say change) {
	before, after := was, is
	if whole {
		before, after = was.whole(side), is.whole(side)
	}
	switch {
	case before == after:
	case after.wider(before, side):
		say("limit-widened", "has the %s %s, before %s", name, is, was)
	default:
		say("limit-narrowed", "has the %s %s, before %s", name, is, was)
	}
}

// compareMultiples compares what values are multiples of: each multiple of one
// number is one of its divisors.
func compareMultiples(was, is []float64, say change) {
	within := func(values, of []float64) bool {
		return !slices.ContainsFunc(of, func(divisor float64) bool {
			return !slices.ContainsFunc(values, func(v float64) bool { return math.Mod(v, divisor) == 0 })
		})
	}
	narrower, wider := !within(was, is), !within(is, was)
	if narrower {
		say("limit-narrowed", "is a multiple of %s, before of %s", numbers(is), numbers(was))
	}
	if wider {
		say("limit-widened", "is a multiple of %s, before of %s", numbers(is), numbers(was))
	}
}

func numbers(list []float64) string {
	if len(list) == 0 {
		return "any number"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", " and "), "[]")
}

// items compares the schemas of the items of lists.
func (c *contract) items(was, is *view, d direction, say change) {
	switch {
	case was.items.node != nil && is.items.node != nil:
		c.schema(was.items, is.items, d.with("[]"))
	case was.items.node != nil:
		say("limit-widened", "has items of any kind")
	case is.items.node != nil && slices.Contains(was.types, "array"):
		say("limit-narrowed", "has items of one schema only")
	}
}

// further compares the schemas of properties that are not named.
func (c *contract) further(was, is *view, d direction, say change) {
	switch {
	case was.further.node != nil && is.further.node != nil:
		c.schema(was.further, is.further, d.with(".*"))
	case was.further.node != nil && !is.closed:
		say("limit-widened", "has further properties of any kind")
	case is.further.node != nil && !was.closed:
		say("limit-narrowed", "has further properties of one schema only")
	}
}

// own are the properties of a schema that are of a direction: not those that
// are only read in a request, nor those only written in a response (OpenAPI
// 3.0, section 4.7.24).
func (v *version) own(w *view, d direction) (order []string, out map[string]spot) {
	out = map[string]spot{}
	for _, name := range w.order {
		property := v.view(w.properties[name])
		if d.prefix() == "request" && property.readOnly || d.prefix() == "response" && property.writeOnly {
			continue
		}
		order = append(order, name)
		out[name] = w.properties[name]
	}
	return order, out
}

func (c *contract) properties(was, is *view, d direction) {
	p := d.prefix()
	oldOrder, old := c.old.own(was, d)
	newOrder, now := c.now.own(is, d)
	for _, name := range oldOrder {
		property, there := now[name]
		label := d.with("." + name).label()
		switch {
		case !there && p == "request":
			id := "request-property-removed"
			if is.closed {
				id = "request-closed"
			}
			c.say(id, old[name], c.nowhere(), "%s is removed", label)
			continue
		case !there && was.required[name]:
			c.say("response-property-removed", old[name], c.nowhere(), "%s is removed", label)
			continue
		case !there:
			c.say("response-property-gone", old[name], c.nowhere(), "%s is removed", label)
			continue
		case !was.required[name] && is.required[name]:
			c.say(p+"-property-required", old[name], property, "%s is required, and was not", label)
		case was.required[name] && !is.required[name]:
			c.say(p+"-property-optional", old[name], property, "%s is no longer required", label)
		}
		c.schema(old[name], property, d.with("."+name))
	}
	for _, name := range newOrder {
		if _, there := old[name]; there {
			continue
		}
		id, what := p+"-property-added", "is added"
		if is.required[name] && p == "request" {
			id, what = "request-property-required", "is added, and required"
		}
		c.say(id, c.before(), now[name], "%s %s", d.with("."+name).label(), what)
	}
}

// openness compares what else a request takes, and what it takes for what is
// left out; of a response, which properties without a schema are always there.
func (c *contract) openness(was, is *view, old, now spot, d direction) {
	p := d.prefix()
	for _, name := range names(is.required) {
		if _, described := is.properties[name]; !described && !was.required[name] {
			c.say(p+"-property-required", old, now, "%s is required, and was not", d.with("."+name).label())
		}
	}
	for _, name := range names(was.required) {
		_, had := was.properties[name]
		if _, has := is.properties[name]; !had && !has && !is.required[name] {
			c.say(p+"-property-optional", old, now, "%s is no longer required", d.with("."+name).label())
		}
	}
	if p != "request" {
		return
	}
	switch {
	case is.closed && !was.closed:
		c.say("request-closed", old, now, "%s takes no further properties", d.label())
	case was.closed && !is.closed:
		c.say("request-opened", old, now, "%s takes further properties", d.label())
	}
	if was.byDefault != is.byDefault {
		c.say("request-default", old, now, "%s has the default %s, before %s", d.label(), short(is.byDefault), short(was.byDefault))
	}
}

// alternatives compares those of oneOf and anyOf: by what they refer to, else
// by their titles, else by their order. Where one version has none, its schema
// is an alternative of the other if it is one by name: this is all there is to
// compare then.
func (c *contract) alternatives(old, now spot, was, is *view, d direction, say change) (all bool) {
	before, after := was.alternatives, is.alternatives
	switch {
	case len(before) == 0 && len(after) == 0:
		return false
	case len(before) == 0:
		before, all = []spot{old}, true
		if was.sole.node != nil {
			before[0] = was.sole
		}
	case len(after) == 0:
		after, all = []spot{now}, true
		if is.sole.node != nil {
			after[0] = is.sole
		}
	}
	oldNames, olds := named(before)
	newNames, news := named(after)
	gone, added := lacking(oldNames, newNames), lacking(newNames, oldNames)
	if all && (len(gone) == len(oldNames) || len(added) == len(newNames)) {
		say("other", "has other alternatives (oneOf, anyOf), of which the effect is not judged")
		return false
	}
	if len(gone) > 0 {
		say("alternative-removed", "no longer has the alternative %s", strings.Join(gone, ", "))
	}
	if len(added) > 0 {
		say("alternative-added", "has the alternative %s", strings.Join(added, ", "))
	}
	for _, name := range oldNames {
		if s, there := news[name]; there {
			c.schema(olds[name], s, d.with(""))
		}
	}
	return all
}

// named are alternatives by name.
func named(all []spot) (out []string, by map[string]spot) {
	by = map[string]spot{}
	for i, s := range all {
		name := fmt.Sprintf("number %d", i+1)
		if title := s.text("title"); title != "" {
			name = title
		} else if n := len(s.path); n > 1 && s.path[n-2] != "oneOf" && s.path[n-2] != "anyOf" {
			name = s.path[n-1]
		}
		if _, again := by[name]; again {
			name = fmt.Sprintf("%s (number %d)", name, i+1)
		}
		out = append(out, name)
		by[name] = s
	}
	return out, by
}

// others are the keywords of schemas of which the effect of a change is not
// judged: it is reported that there is one.
var others = []string{
	"not", "if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
	"dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "discriminator", "contentMediaType", "contentEncoding",
	"contentSchema", "xml",
}

// compareOthers reports changes of keywords that are not judged, those of parts
// of allOf too. Each pair of schemas is compared once in a direction.
func (c *contract) compareOthers(old, now spot, d direction, say change) {
	pair := schemaPair{old.node, now.node, d.prefix() == "request"}
	if old.node == nil || now.node == nil || c.others[pair] {
		return
	}
	c.others[pair] = true
	c.left--
	for i := range texts(old.node.Lookup("allOf")) {
		c.compareOthers(old.schema("allOf", fmt.Sprint(i)), now.schema("allOf", fmt.Sprint(i)), d, say)
	}
	for _, key := range others {
		if !equal(old.node.Lookup(key), now.node.Lookup(key)) {
			say("other", "has another %q, of which the effect is not judged", key)
		}
	}
}

// equal reports whether two values say the same; a reference is what it says.
func equal(a, b *yamltree.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) {
		return false
	}
	switch a.Kind {
	case yamltree.Mapping:
		return !slices.ContainsFunc(a.Keys, func(k yamltree.Key) bool {
			return b.Index(k.Name) < 0 || !equal(a.Lookup(k.Name), b.Lookup(k.Name))
		})
	case yamltree.Sequence:
		for i := range a.Items {
			if !equal(a.Items[i], b.Items[i]) {
				return false
			}
		}
		return true
	case yamltree.Number:
		return a.Number == b.Number
	}
	return a.Text == b.Text
}
