package proof

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// appendJSON writes a tree as JSON, keys in their order.
func appendJSON(b []byte, n *yamltree.Node) []byte {
	switch n.Kind {
	case yamltree.Bool:
		return append(b, n.Text...)
	case yamltree.Number:
		return appendNumber(b, n)
	case yamltree.String:
		return append(b, quote(n.Text)...)
	case yamltree.Sequence:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case yamltree.Mapping:
		return appendMembers(b, n)
	}
	return append(b, "null"...)
}

func appendMembers(b []byte, n *yamltree.Node) []byte {
	b = append(b, '{')
	first := true
	for i, key := range n.Keys {
		if n.Index(key.Name) != i {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(append(b, quote(key.Name)...), ':')
		b = appendJSON(b, n.Items[i])
	}
	return append(b, '}')
}

// appendNumber writes a number as it was written, where JSON has that
// spelling.
func appendNumber(b []byte, n *yamltree.Node) []byte {
	if json.Valid([]byte(n.Text)) {
		return append(b, n.Text...)
	}
	out, err := json.Marshal(n.Number)
	if err != nil { // infinite, or none
		return append(b, "null"...)
	}
	return append(b, out...)
}

func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}

// appendYAML writes a tree as YAML in block style; indent is that of the
// lines to come, and what is written ends in a line break.
func appendYAML(b []byte, n *yamltree.Node, indent string) []byte {
	if len(n.Items) == 0 {
		return append(appendScalar(b, n), '\n')
	}
	for i, item := range n.Items {
		if i > 0 {
			b = append(b, indent...)
		}
		if n.Kind == yamltree.Sequence {
			b = appendYAML(append(b, "- "...), item, indent+"  ")
			continue
		}
		b = append(append(b, plainOrQuoted(n.Keys[i].Name)...), ':')
		if len(item.Items) == 0 {
			b = appendYAML(append(b, ' '), item, "")
			continue
		}
		b = append(append(b, '\n'), indent+"  "...)
		b = appendYAML(b, item, indent+"  ")
	}
	return b
}

func appendScalar(b []byte, n *yamltree.Node) []byte {
	if n.Kind == yamltree.String {
		return append(b, plainOrQuoted(n.Text)...)
	}
	return appendJSON(b, n)
}

var (
	plainScalar = pattern(`^[A-Za-z/_$][A-Za-z0-9/._${}-]*( [A-Za-z0-9/._${}(),-]+)*$`)
	// taken are the words that some version of YAML reads as no string.
	taken = pattern(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

func plainOrQuoted(s string) string {
	if plainScalar().MatchString(s) && !taken().MatchString(s) {
		return s
	}
	return quote(s)
}
