package lint

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trialweave/trialweave/yamltree"
)

// Descriptions lists the OpenAPI descriptions that have fixes.
func (r *Repair) Descriptions() []string {
	var out []string
	for _, f := range r.fixes {
		if r.isDescription(f.file) && !slices.Contains(out, f.file) {
			out = append(out, f.file)
		}
	}
	return out
}

// Overlay writes the fixes of a description as an Overlay 1.0; extends is the
// way from the overlay to the description.
func (r *Repair) Overlay(description, extends string) ([]byte, error) {
	title := description
	if d := r.corpus.description(description); d != nil && d.Title != "" {
		title = d.Title
	}
	actions := &yamltree.Node{Kind: yamltree.Sequence}
	for _, f := range r.fixes {
		if f.file == description {
			actions.Items = append(actions.Items, action(f))
		}
	}
	info := members([]string{"title", "version"}, scalar("Fixes for "+title), scalar("1.0.0"))
	return encode(members([]string{"overlay", "info", "extends", "actions"}, scalar("1.0.0"), info, scalar(extends), actions))
}

// OverlayName is where the overlay of a description lies where nobody says
// otherwise: in the folder overlays beside the description's.
func OverlayName(description string) string {
	base := strings.TrimSuffix(path.Base(description), path.Ext(description))
	return path.Join(path.Dir(path.Dir(description)), "overlays", base+"-fixes.yml")
}

func action(f fix) *yamltree.Node {
	target, update := f.path, f.update
	if update == nil { // a scalar: its mapping gets another value
		last := len(f.path) - 1
		target, update = f.path[:last], mapping(f.path[last], scalar(f.value))
	}
	return members([]string{"target", "description", "update"}, scalar(jsonPath(target)), scalar(f.why), update)
}

// members makes a mapping.
func members(keys []string, values ...*yamltree.Node) *yamltree.Node {
	out := &yamltree.Node{Kind: yamltree.Mapping, Items: values}
	for _, key := range keys {
		out.Keys = append(out.Keys, yamltree.Key{Name: key, Kind: yamltree.String})
	}
	return out
}

func scalar(text string) *yamltree.Node { return &yamltree.Node{Kind: yamltree.String, Text: text} }

// jsonPath writes a path as a JSONPath (RFC 9535).
func jsonPath(path []string) string {
	out := "$"
	for _, name := range path {
		switch {
		case isName(name):
			out += "." + name
		case isIndex(name):
			out += "[" + name + "]"
		default:
			out += "['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']"
		}
	}
	return out
}

func isName(s string) bool {
	for i, c := range s {
		if letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'; !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// isIndex tells the index of a list from a key: status codes are keys.
func isIndex(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n < 100 && strconv.Itoa(n) == s
}

func encoded(n *yamltree.Node) string {
	if n == nil {
		return ""
	}
	text, err := encode(n)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func encode(n *yamltree.Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(yamlOf(n)); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// yamlOf is a node as the YAML package has it.
func yamlOf(n *yamltree.Node) *yaml.Node {
	switch n.Kind {
	case yamltree.Mapping:
		out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for i, key := range n.Keys {
			out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key.Name, Style: quoting(key.Name)}, yamlOf(n.Items[i]))
		}
		return out
	case yamltree.Sequence:
		out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range n.Items {
			out.Content = append(out.Content, yamlOf(item))
		}
		return out
	case yamltree.String:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: n.Text, Style: quoting(n.Text)}
	case yamltree.Null:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: n.Text}
}

// quoting keeps texts that look like something else texts.
func quoting(s string) yaml.Style {
	if strings.ContainsAny(s, "\n") {
		return yaml.LiteralStyle
	}
	if s == "" || strings.Trim(s, "0123456789.+-eE") == "" {
		return yaml.DoubleQuotedStyle
	}
	return 0
}
