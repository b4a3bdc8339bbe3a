//go:build integration

package integration

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping/model"
)

// TestAlignedTermsExist holds that the terms of other vocabularies stand in the
// packages in which they are said to have been read: those of schema.org in rdflib, the
// elements of FHIR in fhir.resources. The other files are in repositories, which are
// named with their commits and not fetched.
func TestAlignedTermsExist(t *testing.T) {
	packages := map[string]string{}
	for _, s := range model.AlignmentSources() {
		if name, _, ok := strings.Cut(s.File, " (PyPI), "); ok {
			packages[s.ID] = strings.Replace(name, " ", "==", 1)
		}
	}
	venv := filepath.Join(tools.Dir(t), "vocabularies")
	interpreter := filepath.Join(venv, "bin", "python")
	tools.Installed(t, filepath.Join(venv, "installed-1"), func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		for _, name := range packages {
			tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "--no-deps", name)
		}
		save(t, filepath.Join(venv, "installed-1"), nil)
	})
	asked := 0
	var rows strings.Builder
	for _, a := range model.Alignments() {
		if packages[a.Source.ID] == "" {
			continue
		}
		_, file, _ := strings.Cut(a.Source.File, "), ")
		_, local, _ := strings.Cut(a.Object, ":")
		rows.WriteString(file + "\t" + local[strings.LastIndexByte(local, '.')+1:] + "\n")
		asked++
	}
	list := filepath.Join(t.TempDir(), "terms.tsv")
	save(t, list, []byte(rows.String()))
	if out := tools.Run(t, tools.Dir(t), interpreter, script(t, "aligned.py"), list); out != "" || asked < 50 {
		t.Errorf("of %d terms, some are not where they are said to be:\n%s", asked, out)
	}
}
