package shacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// route is a property path that is no predicate (section 2.3.1).
type route struct {
	kind      string // predicatePath, inversePath, sequence, alternativePath, zeroOrMorePath, oneOrMorePath, zeroOrOnePath
	predicate int
	parts     []*route
}

// route compiles a path.
func (c *compiler) route(at rdf.Term, depth int) (*route, error) {
	if at.Kind == rdf.IRITerm && at.Value != rdf.RDFNil {
		return &route{kind: "predicatePath", predicate: c.predicate(at)}, nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("the path %s has no end", at)
	}
	kind, inner := "", []rdf.Term(nil)
	ways := 0
	for _, k := range []string{"inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"} {
		if values := c.graph[at][ns+k]; len(values) > 0 {
			kind, inner = k, values
			ways += len(values)
		}
	}
	isList := len(c.graph[at][rdf.RDFFirst]) > 0 // which the suite of the W3C has before all others
	if isList {
		kind = ""
	}
	if !isList && ways != 1 {
		return nil, fmt.Errorf("the path %s, expected a predicate or a path of section 2.3.1", at)
	}
	if kind == "" || kind == "alternativePath" {
		from := at
		if kind == "" {
			kind = "sequence"
		} else {
			from = inner[0]
		}
		list, err := c.list(from)
		if err != nil {
			return nil, err
		}
		if kind != "sequence" || len(list) > 1 {
			return c.routes(kind, list, depth)
		}
		return nil, fmt.Errorf("the path %s has one member, expected at least two", at)
	}
	return c.routes(kind, inner, depth)
}

func (c *compiler) routes(kind string, parts []rdf.Term, depth int) (*route, error) {
	r := &route{kind: kind}
	for _, t := range parts {
		part, err := c.route(t, depth+1)
		if err != nil {
			return nil, err
		}
		r.parts = append(r.parts, part)
	}
	if len(r.parts) == 0 {
		return nil, fmt.Errorf("a path of no parts, expected some in sh:%s", kind)
	}
	return r, nil
}

// pathText is the path of a shape in the syntax of SPARQL (section 5.3.1); empty
// for a node shape.
func (s *Shapes) pathText(of *shape) string {
	switch {
	case of.pathTerm.IsZero():
		return ""
	case of.route == nil:
		return of.pathTerm.String()
	}
	return s.routeText(of.route)
}

func (s *Shapes) routeText(r *route) string {
	var parts []string
	for _, p := range r.parts {
		parts = append(parts, s.routeText(p))
	}
	switch r.kind {
	case "predicatePath":
		return s.preds[r.predicate].String()
	case "inversePath":
		return "^(" + parts[0] + ")"
	case "sequence":
		return "(" + strings.Join(parts, "/") + ")"
	case "alternativePath":
		return "(" + strings.Join(parts, "|") + ")"
	case "zeroOrOnePath":
		return "(" + parts[0] + ")?"
	case "zeroOrMorePath":
		return "(" + parts[0] + ")*"
	}
	return "(" + parts[0] + ")+"
}

// follow puts on the stack where a path leads from a node, each node once.
func (c *Checker) follow(r *route, from uint32) []uint32 {
	mark := len(c.stack)
	seen := map[string]bool{}
	c.walk(r, from, func(v uint32) {
		if key := c.key(v); !seen[key] {
			seen[key] = true
			c.stack = append(c.stack, v)
		}
	})
	return c.stack[mark:len(c.stack):len(c.stack)]
}

func (c *Checker) walk(r *route, from uint32, found func(uint32)) {
	switch r.kind {
	case "predicatePath":
		if n := c.find(from); n >= 0 {
			c.edges(n, r.predicate, found)
		}
	case "inversePath":
		c.back(r.parts[0], from, found)
	case "sequence":
		c.inTurn(r.parts, from, found)
	case "alternativePath":
		for _, p := range r.parts {
			c.walk(p, from, found)
		}
	case "zeroOrOnePath":
		found(from)
		c.walk(r.parts[0], from, found)
	default:
		c.again(r.parts[0], from, r.kind == "zeroOrMorePath", found)
	}
}

func (c *Checker) inTurn(parts []*route, from uint32, found func(uint32)) {
	if len(parts) == 1 {
		c.walk(parts[0], from, found)
		return
	}
	c.walk(parts[0], from, func(v uint32) { c.inTurn(parts[1:], v, found) })
}

// edges finds the objects of a node and predicate.
func (c *Checker) edges(n, predicate int, found func(uint32)) {
	for q := c.about[n].head; q >= 0; q = c.quads[q].next {
		if int(c.quads[q].predicate) == predicate {
			found(c.quads[q].object)
		}
	}
}

// back follows a path from its end: from every node, of those that arrive.
func (c *Checker) back(r *route, to uint32, found func(uint32)) {
	for n := range c.about {
		name := c.about[n].number
		arrives := false
		c.walk(r, name, func(v uint32) { arrives = arrives || c.equal(v, to) })
		if arrives {
			found(name)
		}
	}
}

// again follows a path as often as it goes on.
func (c *Checker) again(r *route, from uint32, zero bool, found func(uint32)) {
	seen := map[string]bool{}
	next := []uint32{from}
	if zero {
		seen[c.key(from)] = true
		found(from)
	}
	for len(next) > 0 {
		at := next[0]
		next = slices.Delete(next, 0, 1)
		c.walk(r, at, func(v uint32) {
			if key := c.key(v); !seen[key] {
				seen[key] = true
				found(v)
				next = append(next, v)
			}
		})
	}
}
