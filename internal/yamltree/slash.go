package yamltree

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The YAML package does not know the escape "\/", which YAML 1.2 has for the
// sake of JSON. It is given "\e" in its place, which is as long and which no
// document that is changed has; what it read is changed back.

// hideSlashes replaces the escape; changed reports whether there was one. A
// document that has "\e" itself stays as it is.
func hideSlashes(text []byte) (out []byte, changed bool) {
	if !bytes.Contains(text, []byte(`\/`)) {
		return text, false
	}
	for _, taken := range []string{`\e`, `\x1`, `\u001`, `\U0000001`} {
		if bytes.Contains(text, []byte(taken)) {
			return text, false
		}
	}
	return bytes.ReplaceAll(text, []byte(`\/`), []byte(`\e`)), true
}

// showSlashes undoes hideSlashes in all scalars below a node.
func showSlashes(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		return
	}
	n.Value = strings.NewReplacer("\x1b", "/", `\e`, `\/`).Replace(n.Value)
	for _, c := range n.Content {
		showSlashes(c)
	}
}
