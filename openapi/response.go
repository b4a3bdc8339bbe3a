package openapi

import (
	"net/url"
	"slices"

	"github.com/trialweave/trialweave/yamltree"
)

func (d *Description) responses(n *yamltree.Node, at []string) []Response {
	if n == nil || n.Kind != yamltree.Mapping {
		return nil
	}
	var out []Response
	for i, status := range n.Keys {
		response, where := d.follow(n.Items[i], append(slices.Clone(at), status.Name))
		if schema := response.Lookup("schema"); schema != nil { // OpenAPI 2.0
			out = append(out, d.response(status.Name, "", schema, append(where, "schema")))
			continue
		}
		out = append(out, d.representations(status.Name, response, where)...)
	}
	return out
}

func (d *Description) representations(status string, response *yamltree.Node, at []string) []Response {
	content := response.Lookup("content")
	if content == nil || len(content.Items) == 0 {
		return []Response{{Status: status, Shape: Untyped, At: d.position(at...), d: d}}
	}
	var out []Response
	for i, media := range content.Keys {
		where := append(slices.Clone(at), "content", media.Name)
		out = append(out, d.response(status, media.Name, content.Items[i].Lookup("schema"), append(where, "schema")))
	}
	return out
}

func (d *Description) response(status, media string, schema *yamltree.Node, at []string) Response {
	r := Response{Status: status, MediaType: media, Shape: Untyped, d: d}
	n, where := d.follow(schema, at)
	r.At = d.position(where...)
	if items := n.Lookup("items"); items != nil {
		r.Shape = List
		n, _ = d.follow(items, nil)
	}
	r.schema = n
	if r.Shape == List {
		return r
	}
	switch kind := textOf(n, "type"); {
	case d.named.reaches(n):
		r.Shape = Object
	case kind == "array":
		r.Shape = List
	case kind != "" && kind != "object":
		r.Shape = Value
	}
	return r
}

const maxSchemaDepth = 20

// properties collects the properties of schemas and of what they are composed
// of, each schema once.
func (d *Description) properties(schemas ...*yamltree.Node) []string {
	var out []string
	names, seen := map[string]bool{}, map[*yamltree.Node]bool{}
	var visit func(n *yamltree.Node)
	visit = func(n *yamltree.Node) {
		n, _ = d.follow(n, nil)
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		if properties := n.Lookup("properties"); properties != nil {
			for _, key := range properties.Keys {
				if !names[key.Name] {
					names[key.Name] = true
					out = append(out, key.Name)
				}
			}
		}
		for _, part := range parts(n) {
			visit(part.node)
		}
	}
	for _, n := range schemas {
		visit(n)
	}
	return out
}

// readBody reads what an operation takes: a request body, or a parameter that
// is the body (OpenAPI 2.0).
func (d *Description) readBody(o *Operation, n, item *yamltree.Node) {
	body, _ := d.follow(n.Lookup("requestBody"), nil)
	var schemas []*yamltree.Node
	if content := body.Lookup("content"); content != nil {
		for _, media := range content.Items {
			schemas = append(schemas, media.Lookup("schema"))
		}
	} else if body != nil {
		o.AnyBody = true
	}
	for _, list := range []*yamltree.Node{n.Lookup("parameters"), item.Lookup("parameters")} {
		if list == nil {
			continue
		}
		for _, p := range list.Items {
			if p, _ = d.follow(p, nil); textOf(p, "in") == "body" {
				schemas = append(schemas, p.Lookup("schema"))
			}
		}
	}
	o.bodies = schemas
	for _, schema := range schemas {
		o.AnyBody = o.AnyBody || !d.named.reaches(d.end(schema))
	}
}

func unescape(fragment string) string {
	if s, err := url.PathUnescape(fragment); err == nil {
		return s
	}
	return fragment
}
