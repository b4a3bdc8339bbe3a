package change

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
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

// view is what a schema says, with what it is composed of by allOf.
type view struct {
	types        []string // none means any
	null         bool
	enum         []string // nil means any
	properties   map[string]spot
	order        []string
	required     map[string]bool
	closed       bool
	items        spot
	further      spot // additionalProperties, where it is a schema
	limits       map[string]float64
	patterns     []string
	formats      []string
	unique       bool
	byDefault    string
	alternatives []spot
}

// lower and upper are the keywords of limits: below, and above which nothing is.
var (
	lower = []string{"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
	upper = []string{"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
)

func (v *version) view(s spot) *view {
	if known := v.views[s.node]; known != nil {
		return known
	}
	out := &view{properties: map[string]spot{}, required: map[string]bool{}, limits: map[string]float64{}}
	v.views[s.node] = out
	out.add(s, map[*yamltree.Node]bool{})
	return out
}

func (w *view) add(s spot, seen map[*yamltree.Node]bool) {
	if s.node == nil || s.node.Kind != yamltree.Mapping || seen[s.node] {
		return
	}
	seen[s.node] = true
	w.addTypes(s)
	w.addValues(s)
	names, properties := s.at("properties").items()
	for _, name := range names {
		if _, twice := w.properties[name]; !twice {
			w.order = append(w.order, name)
		}
		w.properties[name] = properties[name]
	}
	for _, name := range list(s.node.Lookup("required")) {
		w.required[name] = true
	}
	w.closed = w.closed || s.text("additionalProperties") == "false"
	if n := s.node.Lookup("additionalProperties"); n != nil && n.Kind == yamltree.Mapping && len(n.Items) > 0 {
		w.further = s.at("additionalProperties")
	}
	if s.node.Index("items") >= 0 {
		w.items = s.at("items")
	}
	for _, key := range slices.Concat(lower, upper) {
		if n := s.node.Lookup(key); n != nil && n.Kind == yamltree.Number {
			w.limits[key] = n.Number
		}
	}
	for _, key := range []string{"oneOf", "anyOf"} {
		for i := range list(s.node.Lookup(key)) {
			w.alternatives = append(w.alternatives, s.at(key, fmt.Sprint(i)))
		}
	}
	for i := range list(s.node.Lookup("allOf")) {
		w.add(s.at("allOf", fmt.Sprint(i)), seen)
	}
}

func (w *view) addTypes(s spot) {
	var types []string
	if t := s.node.Lookup("type"); t != nil {
		types = list(t)
		if t.Kind == yamltree.String {
			types = []string{t.Text}
		}
	}
	if types == nil {
		w.null = w.null || s.isTrue("nullable") || s.isTrue("x-nullable")
		return
	}
	w.null = slices.Contains(types, "null") || s.isTrue("nullable") || s.isTrue("x-nullable")
	w.types = slices.DeleteFunc(types, func(t string) bool { return t == "null" })
}

func (w *view) addValues(s spot) {
	if enum := s.node.Lookup("enum"); enum != nil {
		w.enum = []string{}
		for _, v := range enum.Items {
			if v.Kind != yamltree.Null {
				w.enum = append(w.enum, v.Text)
			}
		}
	}
	if value := s.node.Lookup("const"); value != nil {
		w.enum = []string{value.Text}
	}
	if pattern := s.text("pattern"); pattern != "" {
		w.patterns = append(w.patterns, pattern)
	}
	if format := s.text("format"); format != "" {
		w.formats = append(w.formats, format)
	}
	w.unique = w.unique || s.isTrue("uniqueItems")
	if s.node.Index("default") >= 0 {
		w.byDefault = s.text("default")
	}
}

func list(n *yamltree.Node) (out []string) {
	if n == nil || n.Kind != yamltree.Sequence {
		return nil
	}
	for _, item := range n.Items {
		out = append(out, item.Text)
	}
	return out
}

func unescaped(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// schema compares two versions of a schema in a direction.
func (c *contract) schema(old, now spot, d direction) {
	if old.node == nil || now.node == nil {
		return
	}
	pair := schemaPair{old.node, now.node, d.prefix() == "request"}
	if c.seen[pair] {
		return
	}
	c.seen[pair] = true
	was, is := c.old.view(old), c.now.view(now)
	change := func(id, format string, args ...any) {
		c.say(d.prefix()+"-"+id, old, now, "%s %s", d.label(), fmt.Sprintf(format, args...))
	}
	compareTypes(was, is, d, change)
	compareValues(was, is, change)
	compareLimits(was, is, change)
	c.compareOthers(old, now, d, change)
	c.further(was, is, d, change)
	c.properties(was, is, old, now, d)
	if was.items.node != nil && is.items.node != nil {
		c.schema(was.items, is.items, d.with("[]"))
	}
	c.alternatives(was, is, d, change)
}

// change reports that a schema is narrower or wider than before.
type change func(id, format string, args ...any)

func compareTypes(was, is *view, d direction, say change) {
	if was.null && !is.null {
		say("null-removed", "is no longer null")
	} else if is.null && !was.null && len(is.types) > 0 {
		say("null-added", "may be null")
	}
	p, parameter := d.(sent)
	text := parameter && p.parameter && slices.Contains(is.types, "string") && is.enum == nil && len(is.patterns) == 0 && len(is.formats) == 0
	gone, added := missingTypes(was.types, is.types), missingTypes(is.types, was.types)
	switch {
	case gone && !text && added && d.prefix() == "response":
		say("type-widened", "is of type %s, before of %s", typeNames(is), typeNames(was))
	case gone && !text:
		say("type-narrowed", "is of type %s, before of %s", typeNames(is), typeNames(was))
	case added || gone:
		say("type-widened", "is of type %s, before of %s", typeNames(is), typeNames(was))
	}
}

// missingTypes reports whether some values of the types are of none of others.
func missingTypes(types, others []string) bool {
	if len(others) == 0 {
		return false
	}
	if len(types) == 0 {
		return true
	}
	return slices.ContainsFunc(types, func(t string) bool {
		return !slices.Contains(others, t) && (t != "integer" || !slices.Contains(others, "number"))
	})
}

func typeNames(v *view) string {
	if len(v.types) == 0 {
		return "any"
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
	gone, added := lacking(was.formats, is.formats), lacking(is.formats, was.formats)
	switch {
	case len(gone) > 0 && len(added) > 0:
		say("format-narrowed", "is of the format %s, before %s", strings.Join(added, ", "), strings.Join(gone, ", "))
		say("format-widened", "is of the format %s, before %s", strings.Join(added, ", "), strings.Join(gone, ", "))
	case len(added) > 0:
		say("format-narrowed", "is of the format %s", strings.Join(added, ", "))
	case len(gone) > 0:
		say("format-widened", "no longer has the format %s", strings.Join(gone, ", "))
	}
}

// lacking are the words of some that others do not have.
func lacking(some, others []string) (out []string) {
	for _, s := range some {
		if !slices.Contains(others, s) {
			out = append(out, s)
		}
	}
	return out
}

func compareLimits(was, is *view, say change) {
	for _, key := range slices.Concat(lower, upper) {
		before, had := was.limits[key]
		after, has := is.limits[key]
		if had == has && before == after {
			continue
		}
		narrower := has && (!had || (after > before) == slices.Contains(lower, key))
		from, to := "none", "none"
		if had {
			from = fmt.Sprint(before)
		}
		if has {
			to = fmt.Sprint(after)
		}
		if narrower {
			say("limit-narrowed", "has the %s %s, before %s", key, to, from)
		} else {
			say("limit-widened", "has the %s %s, before %s", key, to, from)
		}
	}
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

func (c *contract) properties(was, is *view, old, now spot, d direction) {
	p := d.prefix()
	for _, name := range was.order {
		property, there := is.properties[name]
		label := d.with("." + name).label()
		switch {
		case elsewhere(was.properties[name], d):
			continue
		case !there && p == "request":
			id := "request-property-removed"
			if is.closed {
				id = "request-closed"
			}
			c.say(id, was.properties[name], spot{in: c.now}, "%s is removed", label)
			continue
		case !there && was.required[name]:
			c.say("response-property-removed", was.properties[name], spot{in: c.now}, "%s is removed", label)
			continue
		case !there:
			c.say("response-property-gone", was.properties[name], spot{in: c.now}, "%s is removed", label)
			continue
		case !was.required[name] && is.required[name]:
			c.say(p+"-property-required", was.properties[name], property, "%s is required, and was not", label)
		case was.required[name] && !is.required[name]:
			c.say(p+"-property-optional", was.properties[name], property, "%s is no longer required", label)
		}
		c.schema(was.properties[name], property, d.with("."+name))
	}
	for _, name := range is.order {
		if _, there := was.properties[name]; there || elsewhere(is.properties[name], d) {
			continue
		}
		id, what := p+"-property-added", "is added"
		if is.required[name] && p == "request" {
			id, what = "request-property-required", "is added, and required"
		}
		c.say(id, spot{in: c.old}, is.properties[name], "%s %s", d.with("."+name).label(), what)
	}
	c.openness(was, is, old, now, d)
}

// openness compares what else a request takes, and what it takes for what is
// left out.
func (c *contract) openness(was, is *view, old, now spot, d direction) {
	if d.prefix() != "request" {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(is.required)) {
		if _, described := is.properties[name]; !described && !was.required[name] {
			c.say("request-property-required", old, now, "%s is required, and was not", d.with("."+name).label())
		}
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

// alternatives compares those of oneOf and anyOf: by what they refer to, else by
// their titles, else by their order.
func (c *contract) alternatives(was, is *view, d direction, say change) {
	names := func(all []spot) (out []string, by map[string]spot) {
		by = map[string]spot{}
		for i, s := range all {
			name := fmt.Sprintf("number %d", i+1)
			if title := s.text("title"); title != "" {
				name = title
			} else if n := len(s.path); n > 1 && s.path[n-2] != "oneOf" && s.path[n-2] != "anyOf" {
				name = s.path[n-1]
			}
			out = append(out, name)
			by[name] = s
		}
		return out, by
	}
	before, old := names(was.alternatives)
	after, now := names(is.alternatives)
	if len(before) == 0 || len(after) == 0 {
		return
	}
	if gone := lacking(before, after); len(gone) > 0 {
		say("alternative-removed", "no longer has the alternative %s", strings.Join(gone, ", "))
	}
	if added := lacking(after, before); len(added) > 0 {
		say("alternative-added", "has the alternative %s", strings.Join(added, ", "))
	}
	for _, name := range before {
		if s, there := now[name]; there {
			c.schema(old[name], s, d.with(""))
		}
	}
}
