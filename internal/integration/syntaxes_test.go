//go:build integration

package integration

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/rdf"
)

// TestEverySyntaxReadsBack: what we write of the fixtures and the golden
// studies in each syntax says the same, to our readers, to Jena and to rdflib (Jelly: by
// pyjelly, and to no other).
func TestEverySyntaxReadsBack(t *testing.T) {
	dir, in := t.TempDir(), t.TempDir()
	for _, file := range studies(t) {
		save(t, filepath.Join(in, filepath.Base(file)), load(t, file))
	}
	tool := trialweave(t)
	write := func(name string, args ...string) string {
		path := filepath.Join(dir, name)
		tools.Run(t, ".", append([]string{tool, "convert", in, "-o", path}, args...)...)
		return path
	}
	quads := lines(t, load(t, write("all.nq")))
	triples := lines(t, withoutGraphs(t, quads))
	for _, syntax := range []struct {
		file string
		args []string
		want []string
	}{
		{"all.nt", nil, triples},
		{"all.ttl", nil, triples},
		{"all.trig", nil, quads},
		{"all.jelly", nil, quads},
		{"annotated.jsonld", []string{"--form", "annotated"}, quads},
		{"expanded.jsonld", []string{"--form", "expanded"}, quads},
		{"compacted.jsonld", []string{"--form", "compacted"}, quads},
	} {
		t.Run(syntax.file, func(t *testing.T) {
			path := write(syntax.file, syntax.args...)
			if f := rdf.FormatByFile(path); f != rdf.UnknownFormat {
				compare(t, "our reader", syntax.want, readBack(t, path, f))
			}
			if syntax.file != "annotated.jsonld" && syntax.file != "compacted.jsonld" { // rdflib 7 does not apply the contexts of types
				compare(t, "rdflib", syntax.want, lines(t, []byte(tools.Run(t, dir, python(t), script(t, "rdflib_lines.py"), path))))
			}
			if syntax.file == "all.jelly" {
				return // Jena reads it by a plugin that its own distribution does not have
			}
			compare(t, "Jena", syntax.want, lines(t, []byte(rewritten(t, path))))
		})
	}
}

// rewritten is a file as Jena reads it. Jena warns of U+FFFE, and then exits as
// if it had failed; what it has not read is missed all the same.
func rewritten(t *testing.T, path string) string {
	t.Helper()
	command := `java -Xmx1g -cp 'lib/*' riotcmd.riot --output=nquads "$1" 2>/dev/null || true`
	return tools.Run(t, jenaDir(t), "sh", "-c", command, "riot", path)
}

func compare(t *testing.T, reader string, want, got []string) {
	t.Helper()
	if diff := differences(want, got); diff != "" {
		t.Errorf("%s: %s", reader, diff)
	}
}

func readBack(t *testing.T, path string, format rdf.Format) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	for q, err := range rdf.Read(f, format, nil) {
		if err != nil {
			t.Fatal(err)
		}
		b.Write(rdf.AppendQuad(nil, q))
	}
	return lines(t, b.Bytes())
}

// withoutGraphs takes the graph names off.
func withoutGraphs(t *testing.T, quads []string) []byte {
	t.Helper()
	var b []byte
	for q, err := range rdf.Read(strings.NewReader(strings.Join(quads, "")), rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		q.Graph = rdf.Term{}
		b = rdf.AppendQuad(b, q)
	}
	return b
}

// TestSameBytesForAnyWorkers: one worker and two write the same bytes.
func TestSameBytesForAnyWorkers(t *testing.T) {
	dir, tool := t.TempDir(), trialweave(t)
	for _, workers := range []string{"1", "2"} {
		tools.Run(t, ".", tool, "convert", allStudies(t), "--workers", workers, "-o", filepath.Join(dir, workers+".nq"))
	}
	if !bytes.Equal(load(t, filepath.Join(dir, "1.nq")), load(t, filepath.Join(dir, "2.nq"))) {
		t.Error("other bytes with another number of workers")
	}
}
