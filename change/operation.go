package change

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/yamltree"
)

// call is an operation with what it takes over from its path and document.
type call struct {
	spot
	item       spot // the path item
	name       string
	parameters map[string]spot
	order      []string
	security   spot
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// calls lists the operations of a version by method and the form of the path:
// the names of its parameters do not count.
func (v *version) calls() (keys []string, out map[string]call) {
	out = map[string]call{}
	root := v.root()
	paths, items := root.at("paths").items()
	for _, path := range paths {
		if isExtension(path) {
			continue
		}
		methods, members := items[path].items()
		further, more := items[path].at("additionalOperations").items() // of OpenAPI 3.2
		for _, method := range further {
			methods = append(methods, method)
			members[method] = more[method]
		}
		for _, method := range methods {
			if !isMethod(method) && !slices.Contains(further, method) {
				continue
			}
			o := call{spot: members[method], item: items[path], name: strings.ToUpper(method) + " " + path, parameters: map[string]spot{}}
			if o.node == nil || o.node.Kind != yamltree.Mapping {
				continue
			}
			o.security = o.at("security")
			if !o.has("security") {
				o.security = root.at("security")
			}
			o.take(items[path].at("parameters"), path)
			o.take(o.at("parameters"), path)
			key := openapi.Operation{Method: method, Path: path}.Key()
			keys = append(keys, key)
			out[key] = o
		}
	}
	return keys, out
}

func isMethod(name string) bool {
	return slices.Contains([]string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}, name)
}

// take reads a list of parameters: one of the path is known by its place in
// it, and the names of headers have no case.
func (o *call) take(list spot, path string) {
	for _, p := range list.list() {
		key := p.text("in") + " " + p.text("name")
		switch p.text("in") {
		case "path":
			key = fmt.Sprintf("path %d", strings.Count(path[:max(strings.Index(path, "{"+p.text("name")+"}"), 0)], "{"))
		case "header":
			key = strings.ToLower(key)
		}
		if _, again := o.parameters[key]; !again {
			o.order = append(o.order, key)
		}
		o.parameters[key] = p
	}
}

func (c *contract) operations() {
	oldKeys, old := c.old.calls()
	newKeys, now := c.now.calls()
	for _, key := range oldKeys {
		was := old[key]
		is, there := now[key]
		if !there {
			c.say("operation-removed", was.spot, c.nowhere(), "%s is removed", was.name)
			continue
		}
		c.operation(was, is)
	}
	for _, key := range newKeys {
		if _, there := old[key]; !there {
			c.say("operation-added", c.before(), now[key].spot, "%s is added", now[key].name)
		}
	}
}

func (c *contract) operation(was, is call) {
	if !was.isTrue("deprecated") && is.isTrue("deprecated") {
		c.say("operation-deprecated", was.spot, is.spot, "%s is deprecated", is.name)
	}
	if was.text("operationId") != is.text("operationId") {
		c.say("operation-id", was.spot, is.spot, "%s: the operationId becomes %s, before %s", is.name, short(is.text("operationId")), short(was.text("operationId")))
	}
	c.operationServers(was, is)
	c.security(was, is)
	c.parameters(was, is)
	c.request(was, is)
	c.responses(was, is)
	c.callbacks(was, is)
}

// inBody reports whether a parameter of OpenAPI 2.0 is compared as part of the
// request's body.
func (c *contract) inBody(p spot) bool {
	in := p.text("in")
	return in == "body" || in == "formData" && c.mixed
}

func (c *contract) parameters(was, is call) {
	for _, key := range was.order {
		old := was.parameters[key]
		if c.inBody(old) {
			continue
		}
		label := fmt.Sprintf("%s: the %s parameter %q", is.name, old.text("in"), old.text("name"))
		if now, there := is.parameters[key]; there {
			c.parameter(old, now, label)
		} else {
			c.say("parameter-removed", old, c.nowhere(), "%s is removed", label)
		}
	}
	for _, key := range is.order {
		now := is.parameters[key]
		if _, there := was.parameters[key]; there || c.inBody(now) {
			continue
		}
		id, what := "parameter-added", "is added"
		if now.isTrue("required") && now.text("in") != "path" { // what a path holds is sent already
			id, what = "parameter-required", "is added, and required"
		}
		c.say(id, c.before(), now, "%s: the %s parameter %q %s", is.name, now.text("in"), now.text("name"), what)
	}
}

func (c *contract) parameter(old, now spot, label string) {
	switch {
	case !old.isTrue("required") && now.isTrue("required"):
		c.say("parameter-required", old, now, "%s is required, and was not", label)
	case old.isTrue("required") && !now.isTrue("required"):
		c.say("parameter-optional", old, now, "%s is no longer required", label)
	}
	if old.isTrue("allowReserved") && !now.isTrue("allowReserved") {
		c.say("parameter-style", old, now, "%s no longer takes reserved characters as they are", label)
	}
	switch before, after := old.isTrue("allowEmptyValue"), now.isTrue("allowEmptyValue"); {
	case before && !after:
		c.say("request-limit-narrowed", old, now, "%s no longer takes an empty value", label)
	case after && !before:
		c.say("request-limit-widened", old, now, "%s takes an empty value", label)
	}
	if before, after := writtenAs(old), writtenAs(now); before != after {
		c.say("parameter-style", old, now, "%s is written as %s, before as %s", label, after, before)
	}
	c.schema(schemaOf(old), schemaOf(now), sent{label, "", true})
}

// writtenAs says how the values of a parameter are written: by the media type
// of its content, or by style and explode where these make a difference
// (OpenAPI 3.1, section 4.8.12.4; 2.0 has collectionFormat).
func writtenAs(p spot) string {
	if media := contentOf(p); len(media.order) > 0 {
		return media.order[0]
	}
	types := p.in.view(schemaOf(p)).types
	plain := len(types) > 0 && !slices.Contains(types, "array") && !slices.Contains(types, "object")
	style, explode := "form", false
	if in := p.text("in"); in == "path" || in == "header" {
		style = "simple"
	}
	switch {
	case p.in.swagger:
		switch p.text("collectionFormat") {
		case "multi":
			explode = true
		case "ssv":
			style = "spaceDelimited"
		case "pipes":
			style = "pipeDelimited"
		case "tsv":
			style = "tabs"
		}
	default:
		if own := p.text("style"); own != "" {
			style = own
		}
		if explode = style == "form" || style == "deepObject"; p.has("explode") && style != "deepObject" {
			explode = p.isTrue("explode")
		}
	}
	switch {
	case plain && style != "label" && style != "matrix":
		return "one value"
	case plain:
		return "style " + style
	case explode:
		return "style " + style + ", exploded"
	}
	return "style " + style + ", not exploded"
}

// schemaOf is the schema of a parameter or header: its own, that of its
// content, or itself (OpenAPI 2.0).
func schemaOf(p spot) spot {
	if p.has("schema") {
		return p.schema("schema")
	}
	if media := contentOf(p); len(media.order) > 0 {
		return media.by[media.order[0]].schema
	}
	return p
}
