package change

import (
	"fmt"
	"mime"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// mediaTypes are the forms that a body may have, by the media type.
type mediaTypes struct {
	order []string
	by    map[string]mediaType
}

// mediaType is one of them: object is the Media Type Object, which OpenAPI 2.0
// does not have.
type mediaType struct {
	name           string
	object, schema spot
}

func (m *mediaTypes) add(name string, object, schema spot) {
	key := mediaKey(name)
	if m.by == nil {
		m.by = map[string]mediaType{}
	}
	if _, again := m.by[key]; !again {
		m.order = append(m.order, key)
	}
	m.by[key] = mediaType{name, object, schema}
}

// mediaKey writes a media type so that equal ones are written alike: without
// case, and without the character set that is the default.
func mediaKey(name string) string {
	kind, parameters, err := mime.ParseMediaType(name)
	if err != nil {
		return strings.ToLower(name)
	}
	if strings.EqualFold(parameters["charset"], "utf-8") {
		delete(parameters, "charset")
	}
	if out := mime.FormatMediaType(kind, parameters); out != "" {
		return out
	}
	return kind
}

// inRange reports whether a range of media types (RFC 9110, section 12.5.1)
// holds one.
func inRange(mediaRange, name string) bool {
	group, isRange := strings.CutSuffix(mediaRange, "*")
	return isRange && (group == "*/" || strings.HasPrefix(name, group))
}

// find returns the media type of a name, else the range that holds it.
func (m mediaTypes) find(key string) (mediaType, bool) {
	if t, ok := m.by[key]; ok {
		return t, true
	}
	if i := slices.IndexFunc(m.order, func(k string) bool { return inRange(k, key) }); i >= 0 {
		return m.by[m.order[i]], true
	}
	return mediaType{}, false
}

// within returns the first media type that a range holds.
func (m mediaTypes) within(key string) (mediaType, bool) {
	if i := slices.IndexFunc(m.order, func(k string) bool { return inRange(key, k) }); i >= 0 {
		return m.by[m.order[i]], true
	}
	return mediaType{}, false
}

// contentOf reads the content of a body, parameter or header.
func contentOf(s spot) (out mediaTypes) {
	order, content := s.at("content").items()
	for _, name := range order {
		out.add(name, content[name], content[name].schema("schema"))
	}
	return out
}

// listed are the media types that OpenAPI 2.0 lists under a key for an
// operation or for all, for a body of one schema; none means any.
func (o call) listed(key string, schema spot) (out mediaTypes) {
	at := o.at(key)
	if at.node == nil {
		at = o.in.root().at(key)
	}
	names := texts(at.node)
	if len(names) == 0 {
		names = []string{"*/*"}
	}
	for _, name := range names {
		out.add(name, spot{in: o.in}, schema)
	}
	return out
}

// body is what a call sends.
func (c *contract) body(o call) (at spot, required bool, media mediaTypes) {
	if !o.in.swagger {
		at = o.at("requestBody")
		return at, at.isTrue("required"), contentOf(at)
	}
	form := spot{in: o.in, node: &yamltree.Node{Kind: yamltree.Mapping}, path: o.path}
	fields := &view{typed: true, types: []string{"object"}, properties: map[string]spot{}, required: map[string]bool{}, limits: map[string]float64{}}
	for _, key := range o.order {
		p := o.parameters[key]
		if p.text("in") == "body" {
			return p, p.isTrue("required"), o.listed("consumes", p.schema("schema"))
		}
		if p.text("in") == "formData" && c.mixed {
			name := p.text("name")
			fields.order = append(fields.order, name)
			fields.properties[name], fields.required[name] = p, p.isTrue("required")
			required = required || p.isTrue("required")
		}
	}
	if len(fields.order) == 0 {
		return spot{in: o.in}, false, mediaTypes{}
	}
	o.in.views[form.node] = fields
	return form, required, o.listed("consumes", form)
}

func (c *contract) request(was, is call) {
	old, mandatory, oldMedia := c.body(was)
	now, required, newMedia := c.body(is)
	switch {
	case old.node == nil && now.node == nil:
		return
	case now.node == nil:
		c.say("request-body-removed", old, c.nowhere(), "%s: the request body is removed", is.name)
		return
	case required && !mandatory:
		c.say("request-body-required", old, now, "%s: the request body is required, and was not", is.name)
	case old.node == nil:
		c.say("request-body-added", old, now, "%s: an optional request body is added", is.name)
	case mandatory && !required:
		c.say("request-body-optional", old, now, "%s: the request body is no longer required", is.name)
	}
	if old.node != nil {
		c.content(oldMedia, newMedia, old, now, sent{is.name + ": the request", "", false})
	}
}

// content compares the forms of a body.
func (c *contract) content(was, is mediaTypes, old, now spot, d direction) {
	removed, added := "no longer takes", "takes"
	if d.prefix() == "response" {
		removed, added = "no longer comes as", "also comes as"
	}
	for _, key := range was.order {
		before := was.by[key]
		after, there := is.find(key)
		if !there && d.prefix() == "response" { // what was any of a range is one of it
			after, there = is.within(key)
		}
		if there {
			c.mediaType(before, after, d)
			continue
		}
		c.say(d.prefix()+"-media-type-removed", old, now, "%s %s %s", d.label(), removed, before.name)
	}
	for _, key := range is.order {
		if _, there := was.find(key); !there {
			c.say(d.prefix()+"-media-type-added", old, now, "%s %s %s", d.label(), added, is.by[key].name)
		}
	}
}

func (c *contract) mediaType(was, is mediaType, d direction) {
	switch {
	case was.schema.node == nil && is.schema.node != nil:
		c.say(d.prefix()+"-type-narrowed", was.object, is.schema, "%s has a schema, and had none", d.label())
	case was.schema.node != nil && is.schema.node == nil:
		c.say(d.prefix()+"-type-widened", was.schema, is.object, "%s no longer has a schema", d.label())
	}
	c.schema(was.schema, is.schema, d)
	if was.object.node == nil || is.object.node == nil {
		return
	}
	c.schema(was.object.schema("itemSchema"), is.object.schema("itemSchema"), d.with("[]"))
	for _, key := range []string{"encoding", "prefixEncoding", "itemEncoding"} {
		if !equal(was.object.node.Lookup(key), is.object.node.Lookup(key)) {
			c.say(d.prefix()+"-other", was.object, is.object, "%s has another %q, of which the effect is not judged", d.label(), key)
		}
	}
}

// responses compares them by status: a range such as 2XX holds its statuses,
// and where no success is described, the default is it.
func (c *contract) responses(was, is call) {
	order, old := was.statuses()
	newOrder, now := is.statuses()
	for _, status := range order {
		r, there := now[status]
		if !there {
			r, there = now[rangeOf(status)]
		}
		id := "response-error-removed"
		switch {
		case there:
			c.response(was, is, old[status], r, status)
			continue
		case slices.ContainsFunc(newOrder, func(s string) bool { return rangeOf(s) == status }):
			continue
		case success(status):
			id = "response-removed"
		}
		c.say(id, old[status], c.nowhere(), "%s: the response %s is removed", is.name, status)
	}
	for _, status := range newOrder {
		if _, there := old[status]; there {
			continue
		}
		r, there := old[rangeOf(status)]
		if !there && success(status) && !slices.ContainsFunc(order, success) {
			r, there = old["default"]
		}
		switch {
		case there:
			c.response(was, is, r, now[status], status)
		default:
			c.say("response-added", c.before(), now[status], "%s: the response %s is added", is.name, status)
		}
	}
}

// statuses are the responses of an operation by status, ranges in capitals.
func (o call) statuses() (order []string, out map[string]spot) {
	written, responses := o.at("responses").items()
	out = map[string]spot{}
	for _, status := range written {
		if isExtension(status) {
			continue
		}
		key := status
		if len(status) == 3 {
			key = strings.ToUpper(status)
		}
		order = append(order, key)
		out[key] = responses[status]
	}
	return order, out
}

// rangeOf returns the range that a status is in, such as 2XX, and "" for what is
// not a single status.
func rangeOf(status string) string {
	if len(status) != 3 || strings.HasSuffix(status, "XX") {
		return ""
	}
	return status[:1] + "XX"
}

func success(status string) bool {
	return strings.HasPrefix(status, "2") || strings.HasPrefix(status, "3")
}

func (c *contract) response(was, is call, old, now spot, status string) {
	label := fmt.Sprintf("%s: the response %s", is.name, status)
	c.headers(old, now, is.name, status)
	c.content(was.answer(old), is.answer(now), old, now, read{label, ""})
	if !c.mixed && !equal(old.node.Lookup("links"), now.node.Lookup("links")) {
		c.say("response-other", old, now, "%s has other links, of which the effect is not judged", label)
	}
}

// answer is what a response holds.
func (o call) answer(response spot) mediaTypes {
	switch {
	case !o.in.swagger:
		return contentOf(response)
	case response.has("schema"):
		return o.listed("produces", response.schema("schema"))
	}
	return mediaTypes{}
}

// headers compares those of a response; their names have no case.
func (c *contract) headers(old, now spot, operation, status string) {
	order, was := headersOf(old)
	newOrder, is := headersOf(now)
	label := func(h header) string {
		return fmt.Sprintf("%s: the header %s of the response %s", operation, h.name, status)
	}
	for _, key := range order {
		before := was[key]
		after, there := is[key]
		switch {
		case !there && before.isTrue("required"):
			c.say("response-header-removed", before.spot, c.nowhere(), "%s is removed", label(before))
			continue
		case !there:
			c.say("response-header-gone", before.spot, c.nowhere(), "%s is removed", label(before))
			continue
		case before.isTrue("required") && !after.isTrue("required") && !c.mixed:
			c.say("response-header-optional", before.spot, after.spot, "%s is no longer required", label(before))
		case !before.isTrue("required") && after.isTrue("required"):
			c.say("response-header-required", before.spot, after.spot, "%s is required, and was not", label(before))
		}
		c.schema(schemaOf(before.spot), schemaOf(after.spot), read{label(before), ""})
	}
	for _, key := range newOrder {
		if _, there := was[key]; !there {
			c.say("response-header-added", c.before(), is[key].spot, "%s is added", label(is[key]))
		}
	}
}

type header struct {
	spot
	name string
}

func headersOf(response spot) (order []string, out map[string]header) {
	written, headers := response.at("headers").items()
	out = map[string]header{}
	for _, name := range written {
		key := strings.ToLower(name)
		order = append(order, key)
		out[key] = header{headers[name], name}
	}
	return order, out
}
