package change

import (
	"fmt"
	"strings"
)

// webhooks compares the calls that a client receives (OpenAPI 3.1, section
// 4.8.1; before, many descriptions have them under x-webhooks): it reads their
// bodies and sends the responses.
func (c *contract) webhooks(before, after spot) {
	of := func(s spot) spot {
		if s.has("webhooks") {
			return s.at("webhooks")
		}
		return s.at("x-webhooks")
	}
	c.incoming(of(before), of(after), "the webhook")
}

// callbacks compares those of an operation (OpenAPI 3.0, section 4.7.18).
func (c *contract) callbacks(was, is call) {
	names, old := was.at("callbacks").items()
	_, now := is.at("callbacks").items()
	for _, name := range names {
		if _, there := now[name]; !there {
			c.say("operation-removed", old[name], c.nowhere(), "%s: the callback %s is removed", is.name, name)
			continue
		}
		c.incoming(old[name], now[name], fmt.Sprintf("%s: the callback %s", is.name, name))
	}
}

// incoming compares path items by name.
func (c *contract) incoming(before, after spot, what string) {
	names, old := before.items()
	newNames, now := after.items()
	for _, name := range newNames {
		if _, there := old[name]; !there && !isExtension(name) {
			c.say("operation-added", c.before(), now[name], "%s %s is added", what, name)
		}
	}
	for _, name := range names {
		if isExtension(name) {
			continue
		}
		label := what + " " + name
		if _, there := now[name]; !there {
			c.say("operation-removed", old[name], c.nowhere(), "%s is removed", label)
			continue
		}
		methods, was := old[name].items()
		_, is := now[name].items()
		for _, method := range methods {
			switch _, there := is[method]; {
			case !isMethod(method):
			case !there:
				c.say("operation-removed", was[method], c.nowhere(), "%s: %s is removed", label, strings.ToUpper(method))
			default:
				c.received(was[method], is[method], label)
			}
		}
	}
}

// received compares a call that a client receives.
func (c *contract) received(was, is spot, label string) {
	old, now := was.at("requestBody"), is.at("requestBody")
	switch {
	case old.node != nil && now.node == nil:
		c.say("response-removed", old, c.nowhere(), "%s: the request body is removed", label)
	case old.isTrue("required") && !now.isTrue("required"):
		c.say("response-property-optional", old, now, "%s: the request body is no longer required", label)
	}
	c.content(contentOf(old), contentOf(now), old, now, read{label, ""})
	order, given := call{spot: was}.statuses()
	_, taken := call{spot: is}.statuses()
	for _, status := range order {
		r, there := taken[status]
		if !there {
			r, there = taken[rangeOf(status)]
		}
		if there {
			c.content(contentOf(given[status]), contentOf(r), given[status], r, sent{label + ": the response " + status, "", false})
		} else if success(status) {
			c.say("request-media-type-removed", given[status], c.nowhere(), "%s no longer takes the response %s", label, status)
		}
	}
}
