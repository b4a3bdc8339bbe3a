package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed npm.js
var npmStarter string

// npmManifest is a package.json.
type npmManifest struct {
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Description string            `json:"description"`
	License     string            `json:"license"`
	Homepage    string            `json:"homepage"`
	Repository  map[string]string `json:"repository"`
	Bin         map[string]string `json:"bin,omitempty"`
	OS          []string          `json:"os,omitempty"`
	CPU         []string          `json:"cpu,omitempty"`
	Engines     map[string]string `json:"engines,omitempty"`
	Optional    map[string]string `json:"optionalDependencies,omitempty"`
}

func (r *release) manifest(name, summary string) npmManifest {
	return npmManifest{
		Name: name, Version: r.version, Description: summary, License: "Apache-2.0", Homepage: home,
		Repository: map[string]string{"type": "git", "url": "git+" + home + ".git"},
	}
}

// names of npm for systems and processors.
var (
	npmSystems    = map[string]string{"linux": "linux", "darwin": "darwin", "windows": "win32"}
	npmProcessors = map[string]string{"amd64": "x64", "arm64": "arm64"}
)

func npmName(command string, p platform) string {
	return fmt.Sprintf("@trialweave/%s-%s-%s", command, npmSystems[p.os], npmProcessors[p.arch])
}

// npmBinary makes the package that has the binary for one platform.
func (r *release) npmBinary(b binary) error {
	m := r.manifest(npmName(b.command, b.platform), summaries[b.command]+", for "+npmSystems[b.os]+" "+npmProcessors[b.arch])
	m.OS, m.CPU = []string{npmSystems[b.os]}, []string{npmProcessors[b.arch]}
	return r.npmPack(m, entry{"package/bin/" + b.file(), b.data, 0o755})
}

// npm makes the package that people install: it starts the binary of the one for
// their platform, which npm chooses among the optional dependencies.
func (r *release) npm(command string) error {
	m := r.manifest(command, summaries[command])
	m.Bin = map[string]string{command: "bin/" + command + ".js"}
	m.Engines = map[string]string{"node": ">=18"}
	m.Optional = map[string]string{}
	for _, p := range platforms {
		m.Optional[npmName(command, p)] = r.version
	}
	readme := fmt.Sprintf("# %s\n\n%s.\n\n    npx %s --help\n\nThe documentation is at <%s>.\n", command, summaries[command], command, home)
	return r.npmPack(m, entry{"package/bin/" + command + ".js", []byte(strings.ReplaceAll(npmStarter, "COMMAND", command)), 0o755},
		entry{"package/README.md", []byte(readme), 0o644})
}

// npmPack writes a package as npm pack does.
func (r *release) npmPack(m npmManifest, entries ...entry) error {
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	license, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return err
	}
	entries = append([]entry{{"package/package.json", append(manifest, '\n'), 0o644}, {"package/LICENSE", license, 0o644}}, entries...)
	data, err := tarGzip(entries, r.time)
	if err != nil {
		return err
	}
	name := strings.NewReplacer("@", "", "/", "-").Replace(m.Name)
	return r.write(fmt.Sprintf("npm/%s-%s.tgz", name, r.version), data)
}
