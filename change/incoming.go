package change

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
)

// webhooks compares the calls that a client receives (OpenAPI 3.1, section 4.8.1):
// it reads their bodies and sends the responses.
func (c *contract) webhooks(before, after spot) {
	c.incoming(before.at("webhooks"), after.at("webhooks"), "the webhook")
}

// callbacks compares those of an operation (OpenAPI 3.0, section 4.7.18).
func (c *contract) callbacks(was, is call) {
	names, old := was.at("callbacks").items()
	_, now := is.at("callbacks").items()
	for _, name := range names {
		if _, there := now[name]; !there {
			c.say("operation-removed", old[name], spot{in: c.now}, "%s: the callback %s is removed", is.name, name)
			continue
		}
		c.incoming(old[name], now[name], fmt.Sprintf("%s: the callback %s", is.name, name))
	}
}

// incoming compares path items by name.
func (c *contract) incoming(before, after spot, what string) {
	names, old := before.items()
	_, now := after.items()
	for _, name := range names {
		label := what + " " + name
		if _, there := now[name]; !there {
			c.say("operation-removed", old[name], spot{in: c.now}, "%s is removed", label)
			continue
		}
		methods, was := old[name].items()
		_, is := now[name].items()
		for _, method := range methods {
			switch _, there := is[method]; {
			case !isMethod(method):
			case !there:
				c.say("operation-removed", was[method], spot{in: c.now}, "%s: %s is removed", label, strings.ToUpper(method))
			default:
				c.received(was[method], is[method], label)
			}
		}
	}
}

// received compares a call that a client receives.
func (c *contract) received(was, is spot, label string) {
	media, old := was.at("requestBody", "content").items()
	_, now := is.at("requestBody", "content").items()
	for _, name := range media {
		if m, there := now[name]; there {
			c.schema(old[name].at("schema"), m.at("schema"), read{label, ""})
		} else {
			c.say("response-media-type-removed", old[name], spot{in: c.now}, "%s no longer comes as %s", label, name)
		}
	}
	statuses, answered := was.at("responses").items()
	_, answers := is.at("responses").items()
	for _, status := range statuses {
		_, taken := answers[status].at("content").items()
		media, given := answered[status].at("content").items()
		for _, name := range media {
			if m, there := taken[name]; there {
				c.schema(given[name].at("schema"), m.at("schema"), sent{label + ": the response " + status, "", false})
			}
		}
	}
}

// mediaTypes compares those that OpenAPI 2.0 lists for an operation or for all.
func (c *contract) mediaTypes(was, is call) {
	of := func(o call, key string) spot {
		if at := o.at(key); at.node != nil {
			return at
		}
		return spot{o.in, o.in.doc.Root, nil}.at(key)
	}
	for _, list := range [...]struct{ key, removed, what string }{
		{"consumes", "request-media-type-removed", "no longer takes"}, {"produces", "response-media-type-removed", "no longer comes as"},
	} {
		before, after := of(was, list.key), of(is, list.key)
		if before.node == nil || after.node == nil {
			continue
		}
		for _, name := range lacking(texts(before), texts(after)) {
			c.say(list.removed, before, after, "%s %s %s", is.name, list.what, name)
		}
	}
}

func texts(s spot) []string { return list(s.node) }

// others are the keywords of schemas of which the effect of a change is not
// judged: it is reported that there is one.
var others = []string{
	"multipleOf", "not", "if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
	"dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "discriminator", "contentMediaType", "contentEncoding",
}

// compareOthers reports changes of keywords that are not judged, those of parts
// of allOf too. Each pair of schemas is compared once in a direction.
func (c *contract) compareOthers(old, now spot, d direction, say change) {
	pair := schemaPair{old.node, now.node, d.prefix() == "request"}
	if old.node == nil || now.node == nil || c.others[pair] {
		return
	}
	c.others[pair] = true
	for i := range list(old.node.Lookup("allOf")) {
		c.compareOthers(old.at("allOf", strconv.Itoa(i)), now.at("allOf", strconv.Itoa(i)), d, say)
	}
	for _, key := range others {
		if !equal(old.node.Lookup(key), now.node.Lookup(key)) {
			say("other", "has another %q, of which the effect is not judged", key)
		}
	}
	for _, key := range []string{"exclusiveMinimum", "exclusiveMaximum"} { // of OpenAPI 3.0: whether a limit is excluded
		switch before, after := old.isTrue(key), now.isTrue(key); {
		case after && !before:
			say("limit-narrowed", "has the %s true", key)
		case before && !after:
			say("limit-widened", "has the %s false", key)
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

// onlyRead and onlySent report whether a property is of responses alone, or of
// requests alone (OpenAPI 3.0, section 4.7.24).
func onlyRead(s spot) bool { return s.isTrue("readOnly") }
func onlySent(s spot) bool { return s.isTrue("writeOnly") }

// elsewhere reports whether a property is not of a direction.
func elsewhere(s spot, d direction) bool {
	if d.prefix() == "request" {
		return onlyRead(s)
	}
	return onlySent(s)
}
