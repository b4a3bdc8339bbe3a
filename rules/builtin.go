package rules

import (
	"embed"
	"slices"
	"strings"
)

// The bundled rulesets. Their YAML is their source; nothing is generated.
//
//go:embed spectral-oas.yml clinical-trials-gov-rules.yml
var bundled embed.FS

// Builtin lists the names that can be extended without a file:
// "spectral:oas", the rules Spectral has under that name, and
// "trialweave:clinical-trials-gov", our own.
func Builtin() []string { return sortedKeys(builtinFiles()) }

func builtinFiles() map[string]string {
	return map[string]string{
		"spectral:oas":                   "spectral-oas.yml",
		"trialweave:clinical-trials-gov": "clinical-trials-gov-rules.yml",
	}
}

func builtinText(name string) ([]byte, bool) {
	file, ok := builtinFiles()[name]
	if !ok {
		return nil, false
	}
	text, err := bundled.ReadFile(file)
	return text, err == nil
}

// IsBuiltin tells whether a name is that of a bundled ruleset.
func IsBuiltin(name string) bool {
	return slices.Contains(Builtin(), name) || strings.HasPrefix(name, "vacuum:")
}
