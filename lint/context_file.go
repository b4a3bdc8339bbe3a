package lint

import (
	"fmt"
	"net/url"
	"path"
	"slices"

	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// maxContextFiles bounds how many contexts refer to each other in a row.
const maxContextFiles = 20

// otherContext reads the context of another file of the repository; why says
// why there is none, and remote tells that it is not read on purpose.
func (r *contextReader) otherContext(from *ruleset.Document, ref string) (d *ruleset.Document, context *yamltree.Node, why string, remote bool) {
	u, err := url.Parse(ref)
	if err != nil {
		return nil, nil, fmt.Sprintf("the context %q is not an IRI reference", ref), false
	}
	if u.IsAbs() || u.Host != "" || path.IsAbs(u.Path) {
		return nil, nil, "", true
	}
	name := path.Join(path.Dir(from.File), u.Path)
	if u.Path == "" {
		name = from.File
	}
	d, err = r.corpus.document(name)
	switch {
	case err != nil && !exists(r.corpus.files, name):
		return nil, nil, fmt.Sprintf("the context %q is not there: there is no file %q", ref, name), false
	case err != nil:
		return nil, nil, fmt.Sprintf("the context %q cannot be read: %s", ref, source.Plain(err)), false
	case d.Tree.Root.Lookup("@context") == nil:
		return nil, nil, fmt.Sprintf("%q has no @context", name), false
	}
	return d, d.Tree.Root.Lookup("@context"), "", false
}

// inlined is a context with the contexts of other files written in, and with
// those left out that are not read.
func (r *contextReader) inlined(d *ruleset.Document, n *yamltree.Node, files []string) any {
	if slices.Contains(files, d.File) || len(files) > maxContextFiles {
		return map[string]any{}
	}
	switch n.Kind {
	case yamltree.Sequence:
		out := []any{}
		for _, item := range n.Items {
			if v := r.inlined(d, item, files); v != nil || item.Kind == yamltree.Null {
				out = append(out, v)
			}
		}
		return out
	case yamltree.String:
		if other, context, why, remote := r.otherContext(d, n.Text); why == "" && !remote {
			return r.inlined(other, context, append(slices.Clone(files), d.File))
		}
		return map[string]any{}
	case yamltree.Mapping:
		own, _ := plainJSON(n).(map[string]any)
		for _, definition := range own {
			if d, ok := definition.(map[string]any); ok && d["@container"] == nil {
				delete(d, "@container") // null is no container, and json-gold does not expect it
			}
		}
		return r.imported(d, own, files)
	}
	return plainJSON(n)
}

// imported is a context with the one that it imports below it.
func (r *contextReader) imported(d *ruleset.Document, own map[string]any, files []string) any {
	ref, ok := own["@import"].(string)
	if !ok {
		return own
	}
	delete(own, "@import")
	other, context, why, remote := r.otherContext(d, ref)
	if why != "" || remote {
		return own
	}
	base, ok := r.inlined(other, context, append(slices.Clone(files), d.File)).(map[string]any)
	if !ok {
		return own
	}
	for key, value := range own {
		base[key] = value
	}
	return base
}

// plainJSON is what JSON decoding makes of a value.
func plainJSON(n *yamltree.Node) any {
	switch n.Kind {
	case yamltree.Bool:
		return n.Text == "true"
	case yamltree.Number:
		return n.Number
	case yamltree.String:
		return n.Text
	case yamltree.Sequence:
		out := make([]any, len(n.Items))
		for i, item := range n.Items {
			out[i] = plainJSON(item)
		}
		return out
	case yamltree.Mapping:
		out := make(map[string]any, len(n.Items))
		for i, item := range n.Items {
			out[n.Keys[i].Name] = plainJSON(item)
		}
		return out
	}
	return nil
}
