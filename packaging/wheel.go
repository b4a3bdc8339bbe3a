package main

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

//go:embed all:python
var pythonModules embed.FS

// wheelTags are the platforms of wheels: the binaries are static, and run with any C
// library.
var wheelTags = map[platform]string{
	{"linux", "amd64"}: "manylinux_2_17_x86_64.musllinux_1_1_x86_64", {"linux", "arm64"}: "manylinux_2_17_aarch64.musllinux_1_1_aarch64",
	{"darwin", "amd64"}: "macosx_12_0_x86_64", {"darwin", "arm64"}: "macosx_12_0_arm64",
	{"windows", "amd64"}: "win_amd64", {"windows", "arm64"}: "win_arm64",
}

// wheel makes a wheel: the binary as a script, and a module that calls it.
func (r *release) wheel(b binary) error {
	version := pythonVersion(r.version)
	info := fmt.Sprintf("%s-%s.dist-info/", b.command, version)
	entries := []entry{{fmt.Sprintf("%s-%s.data/scripts/%s", b.command, version, b.file()), b.data, 0o755}}
	for _, name := range []string{b.command + "/__init__.py", b.command + "/__main__.py", "_command.py"} { // the last is of both
		data, err := pythonModules.ReadFile("python/" + name)
		if err != nil {
			return err
		}
		entries = append(entries, entry{b.command + "/" + path.Base(name), data, 0o644})
	}
	license, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return err
	}
	var tags strings.Builder
	for tag := range strings.SplitSeq(wheelTags[b.platform], ".") {
		fmt.Fprintf(&tags, "Tag: py3-none-%s\n", tag)
	}
	entries = append(entries,
		entry{info + "METADATA", fmt.Appendf(nil, "Metadata-Version: 2.4\nName: %s\nVersion: %s\nSummary: %s\nHome-page: %s\nLicense-Expression: Apache-2.0\nLicense-File: LICENSE\nRequires-Python: >=3.9\n", b.command, version, summaries[b.command], home), 0o644},
		entry{info + "WHEEL", fmt.Appendf(nil, "Wheel-Version: 1.0\nGenerator: trialweave packaging\nRoot-Is-Purelib: false\n%s", tags.String()), 0o644},
		entry{info + "licenses/LICENSE", license, 0o644})
	var record strings.Builder
	for _, e := range entries {
		sum := sha256.Sum256(e.data)
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", e.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(e.data))
	}
	fmt.Fprintf(&record, "%sRECORD,,\n", info)
	entries = append(entries, entry{info + "RECORD", []byte(record.String()), 0o644})
	data, err := zipped(entries, r.time)
	if err != nil {
		return err
	}
	return r.write(fmt.Sprintf("wheels/%s-%s-py3-none-%s.whl", b.command, version, wheelTags[b.platform]), data)
}
