package main

import "strings"

// preCommitHook is a hook of pre-commit. An index and what it names are judged together,
// so that the whole repository is linted, once.
const preCommitHook = `- id: ID
  name: triallint
  description: Lint API descriptions, indexes, capabilities, JSON-LD contexts, overlays and rulesets.
  entry: triallint
  args: ["."]
  language: LANGUAGE
  additional_dependencies: [NEEDS]
  files: \.(ya?ml|json|jsonld)$
  pass_filenames: false
  require_serial: true
`

// preCommit writes the content of the repository that pre-commit takes the linter from.
// It compiles and installs all of a repository before what a hook needs, so hooks have a
// repository of their own, with nothing in it: in Python and Node they take the released
// binary, in Go they compile the linter alone.
func (r *release) preCommit() error {
	var hooks strings.Builder
	hooks.WriteString("# Made for each release from the module that has the linter: " + home + "\n")
	for _, hook := range []struct{ id, language, needs string }{
		{"triallint", "python", `"triallint==` + pythonVersion(r.version) + `"`},
		{"triallint-node", "node", `"triallint@` + r.version + `"`},
		{"triallint-go", "golang", `"github.com/trialweave/trialweave/cmd/triallint@v` + r.version + `"`},
		{"triallint-system", "system", ""},
	} {
		hooks.WriteString(strings.NewReplacer("ID", hook.id, "LANGUAGE", hook.language, "NEEDS", hook.needs).Replace(preCommitHook))
	}
	readme := "# triallint in pre-commit\n\n```yaml\nrepos:\n  - repo: https://github.com/trialweave/triallint-pre-commit\n    rev: v" + r.version +
		"\n    hooks:\n      - id: triallint # or triallint-node, triallint-go, triallint-system\n```\n\nThe documentation is at <" + home + ">.\n"
	project := "[build-system]\nrequires = [\"setuptools>=77\"]\nbuild-backend = \"setuptools.build_meta\"\n\n" +
		"[project]\nname = \"triallint-pre-commit\"\nversion = \"" + pythonVersion(r.version) + "\"\n\n[tool.setuptools]\npy-modules = []\n"
	data, err := tarGzip([]entry{
		{".pre-commit-hooks.yaml", []byte(hooks.String()), 0o644},
		{"README.md", []byte(readme), 0o644},
		{"go.mod", []byte("module github.com/trialweave/triallint-pre-commit\n\ngo 1.26\n"), 0o644},
		{"package.json", []byte(`{"name": "triallint-pre-commit", "version": "` + r.version + `", "private": true}` + "\n"), 0o644},
		{"pyproject.toml", []byte(project), 0o644},
	}, r.time)
	if err != nil {
		return err
	}
	return r.write("triallint-pre-commit.tar.gz", data)
}

// pythonVersion is a version as Python writes it.
func pythonVersion(version string) string { return strings.Replace(version, "-rc.", "rc", 1) }
