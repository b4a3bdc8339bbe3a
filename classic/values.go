package classic

// IsRule reports whether a name is that of a rule of the table.
func IsRule(name string) bool { return rules[name] != nil }

// Values applies a rule of the table to a text: "before-bracket" makes
// "Observational" of "Observational [Patient Registry]". There are none where
// the text says nothing.
func Values(rule, text string) []string {
	return (&alternative{rule: rule}).apply(&node{kind: '<', text: text})
}
