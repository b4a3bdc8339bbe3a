package change

import (
	"slices"
	"strings"
)

// servers are the addresses of an API, of a path or of an operation.
type servers struct {
	urls []string
	// variables are the values that the variables of an address may take, by
	// address and name; those without an enum may take any.
	variables map[string]map[string][]string
	there     bool
}

// serversOf reads those that a value lists itself.
func serversOf(s spot) servers {
	out := servers{variables: map[string]map[string][]string{}}
	if s.in.swagger {
		out.swagger(s)
		return out
	}
	for _, server := range s.at("servers").list() {
		url := server.text("url")
		out.there = true
		out.urls = append(out.urls, url)
		names, variables := server.at("variables").items()
		out.variables[url] = map[string][]string{}
		for _, name := range names {
			if variables[name].has("enum") {
				out.variables[url][name] = texts(variables[name].at("enum").node)
			}
		}
	}
	return out
}

// swagger reads the address of OpenAPI 2.0, or the schemes of an operation.
func (l *servers) swagger(s spot) {
	schemes := texts(s.at("schemes").node)
	root := s.in.root()
	if len(s.path) > 0 && len(schemes) == 0 || root.text("host") == "" && root.text("basePath") == "" {
		return
	}
	l.there = true
	if len(schemes) == 0 {
		schemes = []string{""}
	}
	for _, scheme := range schemes {
		if scheme != "" {
			scheme += ":"
		}
		address := root.text("basePath")
		if host := root.text("host"); host != "" {
			address = scheme + "//" + host + address
		}
		if !slices.Contains(l.urls, address) {
			l.urls = append(l.urls, address)
		}
	}
}

// has reports whether an address is listed, a slash at its end aside. One
// without a scheme has any.
func (l servers) has(url string) bool {
	return slices.ContainsFunc(l.urls, func(u string) bool {
		u, url := strings.TrimSuffix(u, "/"), strings.TrimSuffix(url, "/")
		return u == url || strings.HasPrefix(url, "//") && strings.HasSuffix(u, url) || strings.HasPrefix(u, "//") && strings.HasSuffix(url, u)
	})
}

// compareServers reports the addresses that are removed; what they are of is
// named by label.
func (c *contract) compareServers(was, is servers, before, after spot, label string) {
	old, now := before, after
	if at := before.at("servers"); at.node != nil {
		old = at
	}
	if at := after.at("servers"); at.node != nil {
		now = at
	}
	for _, url := range was.urls {
		if !is.has(url) {
			c.say("server-removed", old, now, "%sthe server %s is removed", label, url)
			continue
		}
		for _, name := range names(was.variables[url]) {
			values, bound := is.variables[url][name]
			if gone := lacking(was.variables[url][name], values); bound && len(gone) > 0 {
				c.say("server-removed", old, now, "%sthe server %s no longer has the %s %s", label, url, name, strings.Join(gone, ", "))
			}
		}
		for _, name := range names(is.variables[url]) {
			if _, bound := was.variables[url][name]; !bound && strings.Contains(url, "{"+name+"}") {
				c.say("server-removed", old, now, "%sthe %s of the server %s is one of %s only", label, name, url, strings.Join(is.variables[url][name], ", "))
			}
		}
	}
}

// operationServers compares those of an operation: its own, else those of its
// path, else those of the API, which are compared by themselves.
func (c *contract) operationServers(was, is call) {
	own := func(o call) servers {
		for _, s := range []spot{o.spot, o.item} {
			if l := serversOf(s); l.there {
				return l
			}
		}
		return servers{}
	}
	before, after := own(was), own(is)
	if !before.there && !after.there || c.mixed {
		return
	}
	if !before.there {
		before = serversOf(was.in.root())
	}
	if !after.there {
		after = serversOf(is.in.root())
	}
	c.compareServers(before, after, was.spot, is.spot, is.name+": ")
}
