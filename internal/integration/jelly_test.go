//go:build integration

package integration

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestJellyInJava: what convert writes in Jelly says to Jena and to RDF4J what N-Quads
// say, by the number of quads and a sum over all of them.
func TestJellyInJava(t *testing.T) {
	dir, tool := t.TempDir(), trialweave(t)
	inputs := studies(t)
	if portion.Full() {
		inputs = append(inputs, allStudies(t))
	}
	var files []string
	for _, name := range []string{"all.nq", "all.jelly"} {
		path := filepath.Join(dir, name)
		files = append(files, path)
		tools.Run(t, ".", append([]string{tool, "convert", "-o", path}, inputs...)...)
	}
	for _, reader := range []struct{ jars, proof, program string }{
		{"jelly", "jelly-jena-3.7.1.jar", "StreamJena.java"},
		{"jelly_rdf4j", "jelly-rdf4j-3.5.0.jar", "StreamRdf4j.java"},
	} {
		rows := strings.Split(strings.TrimSpace(java(t, jars(t, reader.jars, reader.proof), reader.program, append([]string{"sum"}, files...)...)), "\n")
		t.Logf("%s\n%s", reader.program, strings.Join(rows, "\n"))
		if len(rows) != len(files) {
			t.Fatalf("%s: %d rows, expected %d", reader.program, len(rows), len(files))
		}
		lines, jelly := strings.Fields(rows[0]), strings.Fields(rows[1])
		if len(lines) < 3 || len(jelly) < 3 || lines[1] == "0" || lines[1] != jelly[1] || lines[2] != jelly[2] {
			t.Errorf("%s: N-Quads %v, Jelly %v", reader.program, lines, jelly)
		}
	}
}
