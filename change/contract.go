package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
)

// contract compares what clients of two versions send and read.
type contract struct {
	old, now *version
	checks   map[string]Check
	findings []report.Finding
	// seen are the pairs of schemas that were compared, in each direction, and
	// said what was reported: a schema that many operations share is reported
	// once.
	seen map[schemaPair]bool
	// others are the pairs whose keywords without a verdict were compared.
	others map[schemaPair]bool
	said   map[string]bool
}

// version is one of the two.
type version struct {
	doc   *yamltree.Document
	views map[*yamltree.Node]*view
}

// spot is a value of a version, with its path.
type spot struct {
	in   *version
	node *yamltree.Node
	path []string
}

func (s spot) at(steps ...string) spot {
	if s.node == nil {
		return spot{in: s.in}
	}
	return spot{s.in, s.node.At(steps...), append(slices.Clone(s.path), steps...)}.resolved()
}

const maxFollowed = 50

// resolved follows references within the document.
func (s spot) resolved() spot {
	for range maxFollowed {
		ref, ok := s.node.Lookup("$ref").StringValue()
		if !ok || !strings.HasPrefix(ref, "#/") {
			return s
		}
		steps, err := yamltree.ParsePointer(unescaped(ref[1:]))
		if err != nil {
			return s
		}
		target := s.in.doc.Root.At(steps...)
		if target == nil {
			return s
		}
		s = spot{s.in, target, steps}
	}
	return s
}

// items are the members of a mapping by name, references followed.
func (s spot) items() (names []string, out map[string]spot) {
	out = map[string]spot{}
	if s.node == nil || s.node.Kind != yamltree.Mapping {
		return nil, out
	}
	for i, key := range s.node.Keys {
		if s.node.Index(key.Name) == i && !strings.HasPrefix(key.Name, "x-") {
			names = append(names, key.Name)
			out[key.Name] = s.at(key.Name)
		}
	}
	return names, out
}

func (s spot) text(key string) string {
	v := s.node.Lookup(key)
	if v == nil {
		return ""
	}
	return v.Text
}

func (s spot) isTrue(key string) bool { return s.text(key) == "true" }

// compareContracts lists what changes for clients.
func compareContracts(old, now *yamltree.Document) []report.Finding {
	c := &contract{
		old: &version{old, map[*yamltree.Node]*view{}}, now: &version{now, map[*yamltree.Node]*view{}},
		checks: map[string]Check{}, seen: map[schemaPair]bool{}, others: map[schemaPair]bool{}, said: map[string]bool{},
	}
	for _, check := range kindChecks() {
		c.checks[check.ID] = check
	}
	before, after := spot{c.old, old.Root, nil}, spot{c.now, now.Root, nil}
	c.servers(before, after)
	c.schemes(before, after)
	c.operations(before, after)
	c.webhooks(before, after)
	return c.findings
}

// say reports a change at the place where it is, or was.
func (c *contract) say(id string, old, now spot, format string, args ...any) {
	check, ok := c.checks["change-"+id]
	if !ok {
		panic("unknown kind of change " + id)
	}
	at := now
	if at.node == nil {
		at = old
	}
	place := keyPlace(at.in.doc, at.path)
	message := fmt.Sprintf(format, args...)
	what := message
	if i := strings.LastIndex(message, ": "); i >= 0 {
		what = message[i:]
	}
	key := strings.Join([]string{check.ID, place.File, yamltree.Pointer(at.path), what}, "\x00")
	if c.said[key] {
		return
	}
	c.said[key] = true
	var related []report.Related
	if now.node != nil && old.node != nil {
		related = []report.Related{{Message: "before", Place: keyPlace(old.in.doc, old.path)}}
	}
	c.findings = append(c.findings, check.finding(place, message, related...))
}

func (c *contract) servers(before, after spot) {
	urls := func(s spot) (out []string) {
		if list := s.node.Lookup("servers"); list != nil {
			for _, item := range list.Items {
				url, _ := item.Lookup("url").StringValue()
				out = append(out, url)
			}
		}
		if s.text("host") != "" || s.text("basePath") != "" {
			out = append(out, s.text("host")+s.text("basePath"))
		}
		return out
	}
	now := urls(after)
	for _, url := range urls(before) {
		if !slices.Contains(now, url) {
			c.say("server-removed", before.at("servers"), after.at("servers"), "the server %s is removed", url)
		}
	}
}

func (c *contract) schemes(before, after spot) {
	find := func(s spot) spot {
		if s.node.Index("securityDefinitions") >= 0 {
			return s.at("securityDefinitions")
		}
		return s.at("components", "securitySchemes")
	}
	names, was := find(before).items()
	_, is := find(after).items()
	for _, name := range names {
		now, there := is[name]
		if !there {
			continue // the requirements say whether it is needed
		}
		for _, key := range []string{"type", "in", "name", "scheme"} {
			if old := was[name]; old.text(key) != now.text(key) && (key != "name" || old.text("type") == "apiKey") {
				c.say("security-scheme", old, now, "the %s of the security scheme %q becomes %s, before %s", key, name, short(now.text(key)), short(old.text(key)))
			}
		}
	}
}

// call is an operation with what it takes over from its path and document.
type call struct {
	spot
	name       string
	parameters map[string]spot
	order      []string
	security   spot
}

// calls lists the operations of a version by method and the form of the path:
// the names of its parameters do not count.
func (v *version) calls() (keys []string, out map[string]call) {
	out = map[string]call{}
	root := spot{v, v.doc.Root, nil}
	paths, items := root.at("paths").items()
	for _, path := range paths {
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
			o := call{spot: members[method], name: strings.ToUpper(method) + " " + path, parameters: map[string]spot{}}
			if o.node == nil || o.node.Kind != yamltree.Mapping {
				continue
			}
			o.security = o.at("security")
			if o.node.Index("security") < 0 {
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

// take reads a list of parameters; one of the path is known by its place in it.
func (o *call) take(list spot, path string) {
	if list.node == nil {
		return
	}
	for i := range list.node.Items {
		p := list.at(fmt.Sprint(i))
		key := p.text("in") + " " + p.text("name")
		if p.text("in") == "path" {
			key = fmt.Sprintf("path %d", strings.Count(path[:max(strings.Index(path, "{"+p.text("name")+"}"), 0)], "{"))
		}
		if _, again := o.parameters[key]; !again {
			o.order = append(o.order, key)
		}
		o.parameters[key] = p
	}
}

func (c *contract) operations(before, after spot) {
	oldKeys, old := c.old.calls()
	newKeys, now := c.now.calls()
	for _, key := range oldKeys {
		was := old[key]
		is, there := now[key]
		if !there {
			c.say("operation-removed", was.spot, spot{in: c.now}, "%s is removed", was.name)
			continue
		}
		c.operation(was, is)
	}
	for _, key := range newKeys {
		if _, there := old[key]; !there {
			c.say("operation-added", spot{in: c.old}, now[key].spot, "%s is added", now[key].name)
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
	c.security(was, is)
	c.parameters(was, is)
	c.request(was, is)
	c.responses(was, is)
	c.callbacks(was, is)
	c.mediaTypes(was, is)
}

// alternatives are the sets of credentials that let a call through, each as
// scheme and scope.
func (o call) alternatives() (out [][]string) {
	if o.security.node == nil || len(o.security.node.Items) == 0 {
		return [][]string{nil}
	}
	for _, requirement := range o.security.node.Items {
		var needs []string
		for i, key := range requirement.Keys {
			needs = append(needs, key.Name)
			for _, scope := range requirement.Items[i].Items {
				needs = append(needs, key.Name+" "+scope.Text)
			}
		}
		out = append(out, needs)
	}
	return out
}

// security compares what lets calls through: whoever got through before gets
// through now, if some set that is enough now is part of each that was.
func (c *contract) security(was, is call) {
	before, after := was.alternatives(), is.alternatives()
	admits := func(sets [][]string, has []string) bool {
		return slices.ContainsFunc(sets, func(needs []string) bool {
			return !slices.ContainsFunc(needs, func(need string) bool { return !slices.Contains(has, need) })
		})
	}
	for _, has := range before {
		if !admits(after, has) {
			c.say("security-added", was.security, is.spot, "%s needs credentials that it did not need", is.name)
			return
		}
	}
	for _, has := range after {
		if !admits(before, has) {
			c.say("security-removed", was.security, is.spot, "%s needs fewer credentials", is.name)
			return
		}
	}
}

func (c *contract) parameters(was, is call) {
	for _, key := range was.order {
		old := was.parameters[key]
		now, there := is.parameters[key]
		if old.text("in") == "body" {
			continue
		}
		label := fmt.Sprintf("%s: the %s parameter %q", is.name, old.text("in"), old.text("name"))
		if !there {
			c.say("parameter-removed", old, spot{in: c.now}, "%s is removed", label)
			continue
		}
		switch {
		case !old.isTrue("required") && now.isTrue("required"):
			c.say("parameter-required", old, now, "%s is required, and was not", label)
		case old.isTrue("required") && !now.isTrue("required"):
			c.say("parameter-optional", old, now, "%s is no longer required", label)
		}
		for _, style := range []string{"style", "explode", "collectionFormat"} {
			if old.text(style) != now.text(style) && old.node.Index(style) >= 0 && now.node.Index(style) >= 0 {
				c.say("parameter-style", old, now, "the %s of %s becomes %s, before %s", style, strings.TrimPrefix(label, is.name+": "), short(now.text(style)), short(old.text(style)))
			}
		}
		c.schema(schemaOf(old), schemaOf(now), sent{label, "", true})
	}
	for _, key := range is.order {
		now := is.parameters[key]
		if _, there := was.parameters[key]; there || now.text("in") == "body" {
			continue
		}
		id, what := "parameter-added", "is added"
		if now.isTrue("required") && now.text("in") != "path" { // what a path holds is sent already
			id, what = "parameter-required", "is added, and required"
		}
		c.say(id, spot{in: c.old}, now, "%s: the %s parameter %q %s", is.name, now.text("in"), now.text("name"), what)
	}
}

// schemaOf is the schema of a parameter or header: its own, that of its
// content, or itself (OpenAPI 2.0).
func schemaOf(p spot) spot {
	if p.node.Index("schema") >= 0 {
		return p.at("schema")
	}
	if names, media := p.at("content").items(); len(names) > 0 {
		return media[names[0]].at("schema")
	}
	return p
}

// body is what a call sends, by media type.
func (o call) body() (at spot, required bool, media map[string]spot, order []string) {
	if p, ok := o.parameters["body "+o.bodyName()]; ok {
		return p, p.isTrue("required"), map[string]spot{"*": p.at("schema")}, []string{"*"}
	}
	at = o.at("requestBody")
	if at.node == nil {
		return at, false, nil, nil
	}
	order, content := at.at("content").items()
	media = map[string]spot{}
	for _, name := range order {
		media[name] = content[name].at("schema")
	}
	return at, at.isTrue("required"), media, order
}

func (o call) bodyName() string {
	for _, key := range o.order {
		if name, ok := strings.CutPrefix(key, "body "); ok {
			return name
		}
	}
	return ""
}

func (c *contract) request(was, is call) {
	old, mandatory, oldMedia, oldOrder := was.body()
	now, required, newMedia, newOrder := is.body()
	switch {
	case old.node == nil && now.node == nil:
		return
	case now.node == nil:
		c.say("request-body-removed", old, now, "%s: the request body is removed", is.name)
		return
	case required && !mandatory:
		c.say("request-body-required", old, now, "%s: the request body is required, and was not", is.name)
	case old.node == nil:
		c.say("request-body-added", old, now, "%s: an optional request body is added", is.name)
	case mandatory && !required:
		c.say("request-body-optional", old, now, "%s: the request body is no longer required", is.name)
	}
	if old.node == nil {
		return
	}
	for _, name := range oldOrder {
		if schema, there := newMedia[name]; there {
			c.schema(oldMedia[name], schema, sent{is.name + ": the request", "", false})
		} else {
			c.say("request-media-type-removed", old, now, "%s: the request no longer takes %s", is.name, name)
		}
	}
	for _, name := range newOrder {
		if _, there := oldMedia[name]; !there {
			c.say("request-media-type-added", old, now, "%s: the request takes %s", is.name, name)
		}
	}
}

func (c *contract) responses(was, is call) {
	order, old := was.at("responses").items()
	newOrder, now := is.at("responses").items()
	for _, status := range order {
		r, there := now[status]
		switch {
		case there:
			c.response(old[status], r, is.name, status)
		case success(status):
			c.say("response-removed", old[status], spot{in: c.now}, "%s: the response %s is removed", is.name, status)
		default:
			c.say("response-error-removed", old[status], spot{in: c.now}, "%s: the response %s is removed", is.name, status)
		}
	}
	for _, status := range newOrder {
		if _, there := old[status]; !there {
			c.say("response-added", spot{in: c.old}, now[status], "%s: the response %s is added", is.name, status)
		}
	}
}

func success(status string) bool {
	return strings.HasPrefix(status, "2") || strings.HasPrefix(status, "3")
}

func (c *contract) response(old, now spot, name, status string) {
	headers, was := old.at("headers").items()
	_, is := now.at("headers").items()
	for _, header := range headers {
		h, there := is[header]
		if !there {
			id := "response-header-gone"
			if was[header].isTrue("required") {
				id = "response-header-removed"
			}
			c.say(id, was[header], spot{in: c.now}, "%s: the header %s of the response %s is removed", name, header, status)
			continue
		}
		c.schema(schemaOf(was[header]), schemaOf(h), read{fmt.Sprintf("%s: the header %s of the response %s", name, header, status), ""})
	}
	label := fmt.Sprintf("%s: the response %s", name, status)
	if old.node.Index("schema") >= 0 && now.node.Index("schema") >= 0 {
		c.schema(old.at("schema"), now.at("schema"), read{label, ""})
	}
	order, oldMedia := old.at("content").items()
	newOrder, newMedia := now.at("content").items()
	for _, media := range order {
		if m, there := newMedia[media]; there {
			c.schema(oldMedia[media].at("schema"), m.at("schema"), read{label, ""})
		} else {
			c.say("response-media-type-removed", oldMedia[media], spot{in: c.now}, "%s no longer comes as %s", label, media)
		}
	}
	for _, media := range newOrder {
		if _, there := oldMedia[media]; !there {
			c.say("response-media-type-added", spot{in: c.old}, newMedia[media], "%s comes as %s, too", label, media)
		}
	}
}
