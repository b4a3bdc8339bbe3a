package rules

import (
	"embed"
	"slices"
	"sync"

	"github.com/trialweave/trialweave/yamltree"
)

// The bundled rulesets. Their YAML is their source; nothing is generated.
//
//go:embed spectral-oas.yml spectral-asyncapi.yml spectral-arazzo.yml clinical-trials-gov-rules.yml apis-json-rules.yml capabilities-rules.yml json-ld-rules.yml overlay-rules.yml
var bundled embed.FS

// Builtin lists the names that can be extended without a file:
// "spectral:oas", "spectral:asyncapi" and "spectral:arazzo", the rules Spectral
// has under these names, and ours, which begin with "trialweave:".
func Builtin() []string { return sortedKeys(builtins()) }

// builtin is a bundled ruleset: its file, and the format of the documents that
// it is for, where that is one that Spectral has no name for.
type builtin struct{ file, format string }

func builtins() map[string]builtin {
	return map[string]builtin{
		"spectral:oas":                   {"spectral-oas.yml", ""},
		"spectral:asyncapi":              {"spectral-asyncapi.yml", ""},
		"spectral:arazzo":                {"spectral-arazzo.yml", ""},
		"trialweave:clinical-trials-gov": {"clinical-trials-gov-rules.yml", ""},
		"trialweave:apis-json":           {"apis-json-rules.yml", "apis.json"},
		"trialweave:capabilities":        {"capabilities-rules.yml", "capabilities"},
		"trialweave:json-ld":             {"json-ld-rules.yml", "json-ld-context"},
		"trialweave:overlay":             {"overlay-rules.yml", "overlay"},
	}
}

func builtinText(name string) ([]byte, bool) {
	b, ok := builtins()[name]
	if !ok {
		return nil, false
	}
	text, err := bundled.ReadFile(b.file)
	return text, err == nil
}

// builtinTrees has the bundled rulesets as documents, which nothing changes: each is
// parsed once.
var builtinTrees = sync.OnceValue(func() map[string]func() (*yamltree.Document, error) {
	trees := map[string]func() (*yamltree.Document, error){}
	for name := range builtins() {
		trees[name] = sync.OnceValues(func() (*yamltree.Document, error) {
			text, _ := builtinText(name)
			return yamltree.Parse(name, text, nil)
		})
	}
	return trees
})

// Text returns the text of a bundled ruleset, and whether there is one of this
// name.
func Text(name string) ([]byte, bool) { return builtinText(name) }

// IsPack reports whether a name is that of a rule pack, which only an engine
// has.
func IsPack(name string) bool { return isPack(name) }

// IsBuiltin reports whether a name is that of a bundled ruleset.
func IsBuiltin(name string) bool {
	return slices.Contains(Builtin(), name) || isPack(name)
}
