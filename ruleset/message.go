package ruleset

import (
	"regexp"
	"strings"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// messageParts is what the template of a message can name.
type messageParts struct {
	error   string
	path    []string
	missing []string
	value   *yamltree.Node
	// From is the path that the rule went, before references were followed.
	from []string
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// fillMessage writes the message of a finding: the rule's template filled in,
// else its description, else what the function says.
func fillMessage(rule *rules.Rule, m messageParts) string {
	text := rule.Message
	if text == "" {
		text = rule.Description
		if text == "" {
			text = m.error
		}
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(m.fill(text, rule))
}

// fill writes the text of a template.
func (m messageParts) fill(text string, rule *rules.Rule) string {
	return placeholder.ReplaceAllStringFunc(text, func(s string) string {
		return m.part(placeholder.FindStringSubmatch(s)[1], rule)
	})
}

// part is the text of a name between double braces; an unknown one is empty.
func (m messageParts) part(name string, rule *rules.Rule) string {
	switch name {
	case "error":
		return m.error
	case "description":
		return rule.Description
	case "path":
		return "#" + yamltree.Pointer(m.path)
	case "property":
		if len(m.missing) > 0 {
			return strings.Join(m.missing, ".")
		}
		if len(m.path) > 0 {
			return m.path[len(m.path)-1]
		}
	case "value":
		return Describe(m.value)
	case "operation":
		return operationAt(m.from)
	}
	return ""
}

// operationAt names the operation that a path leads to or into, as a request
// does: GET /studies. Spectral has no such name, and leaves it empty.
func operationAt(path []string) string {
	for i := 0; i+2 < len(path); i++ {
		switch path[i] {
		case "paths", "webhooks", "pathItems":
			if path[i+2] == "additionalOperations" && i+3 < len(path) {
				return path[i+3] + " " + path[i+1]
			}
			return strings.ToUpper(path[i+2]) + " " + path[i+1]
		}
	}
	return "Operation"
}

// Describe writes a value the way it reads best inside a sentence.
func Describe(n *yamltree.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == yamltree.Null:
		return "null"
	case n.Kind == yamltree.Mapping:
		return "[object Object]"
	case n.Kind == yamltree.Sequence:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, Describe(item))
		}
		return strings.Join(parts, ",")
	}
	return n.Text
}
