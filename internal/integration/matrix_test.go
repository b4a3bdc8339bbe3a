//go:build integration

package integration

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/rdf"
)

// interopPage is the page whose tables the tests of this file and of
// matrix_uses_test.go write with -update, and hold otherwise.
const interopPage = "../../docs/reference/interop.md"

// A matrixFile is an output of ours: what the page calls it, and the arguments that
// write it.
type matrixFile struct {
	file, name string
	args       []string
}

// matrixSyntaxes are three studies in each syntax; the model is written below.
var matrixSyntaxes = []matrixFile{
	{"a.nq", "N-Quads", []string{"convert"}}, {"a.nt", "N-Triples", []string{"convert"}}, {"a.ttl", "Turtle", []string{"convert"}},
	{"a.trig", "TriG", []string{"convert"}}, {"a.rdf", "RDF/XML", nil}, {"a.jelly", "Jelly", []string{"convert"}},
	{"annotated.jsonld", "JSON-LD annotated", []string{"convert", "--form", "annotated"}},
	{"expanded.jsonld", "expanded", []string{"convert", "--form", "expanded"}},
	{"compacted.jsonld", "compacted", []string{"convert", "--form", "compacted"}},
}

// matrixModels are what model prints as Turtle.
var matrixModels = []matrixFile{
	{"shapes.ttl", "SHACL (`model shapes`)", []string{"model", "shapes"}}, {"enums.ttl", "SKOS (`model enums`)", []string{"model", "enums"}},
	{"ontology.ttl", "OWL (`model ontology`)", []string{"model", "ontology"}}, {"r2rml.ttl", "R2RML (`model r2rml`)", []string{"model", "r2rml"}},
	{"dataset.ttl", "VoID and DCAT (`model dataset`)", []string{"model", "dataset"}},
	{"skos.ttl", "SKOS (`model alignments skos`)", []string{"model", "alignments", "skos"}},
}

// matrixStudies are what is converted.
var matrixStudies = []string{"../../testdata/studies/NCT99990001.json", "../../testdata/studies/NCT99990002.json", "../../testdata/studies/NCT99990003.json"}

// A matrixReader reads each file of a folder, and writes for each beside it FILE.out
// with its quads as N-Quads, or FILE.err with a line that says why not.
type matrixReader struct {
	name  string
	reads string // the endings that it is tried with; all if it has none
	run   func(t *testing.T, dir string)
}

func pythonReader(name string, interpreter func(testing.TB) string) func(*testing.T, string) {
	return func(t *testing.T, dir string) { tools.Run(t, dir, interpreter(t), script(t, "matrix.py"), name, dir) }
}

// jsonLDReader is one of processors, which read JSON-LD alone.
func jsonLDReader(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		for _, p := range processors {
			if p.name == name {
				p.run(t, dir)
			}
		}
		for _, form := range []string{"annotated", "expanded", "compacted"} {
			if err := os.Rename(filepath.Join(dir, form+".nq"), filepath.Join(dir, form+".jsonld.out")); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// quickReaders run in make integration.
var quickReaders = []matrixReader{
	{"pyoxigraph 0.5.13", "", pythonReader("pyoxigraph", matrixPython)},
	{"rdflib 7.6.0 with pyjelly 0.8.2", "", pythonReader("rdflib", matrixPython)},
	{"lightrdf 0.4.0", "", pythonReader("lightrdf", matrixPython)},
	{"maplib 0.20.26", "", pythonReader("maplib", matrixPython)},
	{"Jena 5.6.0 (riot)", "", func(t *testing.T, dir string) { java(t, jenaDir(t), "MatrixJena.java", dir) }},
	{"RDF4J 5.2.2 (Rio)", "", func(t *testing.T, dir string) { java(t, rdf4jDir(t), "MatrixRdf4j.java", dir) }},
	{"N3.js 2.13.12", "", func(t *testing.T, dir string) { tools.Run(t, dir, "node", script(t, "matrix.js"), "n3", node(t), dir) }},
	{"jsonld.js 9.0.0", ".jsonld", jsonLDReader("jsonld.js")},
	{"jsonld-streaming-parser 5.0.1", ".jsonld", jsonLDReader("jsonld-streaming-parser")},
	{"PyLD 3.3.0", ".jsonld", jsonLDReader("pyld")},
	{"titanium 1.7.0", ".jsonld", jsonLDReader("titanium")},
}

// slowReaders run in make soak: their libraries take long to install.
var slowReaders = []matrixReader{
	{"kglab 1.0.1", "", pythonReader("kglab", morePython)},
	{"rdf-parse 5.0.0", "", func(t *testing.T, dir string) {
		tools.Run(t, dir, "node", script(t, "matrix.js"), "rdf-parse", moreNode(t), dir)
	}},
	{"Comunica 5.4.1 (files)", "", func(t *testing.T, dir string) {
		tools.Run(t, dir, "node", script(t, "matrix.js"), "comunica", moreNode(t), dir)
	}},
	{"hdt-java 3.0.10 (to HDT and back)", "", func(t *testing.T, dir string) {
		java(t, jars(t, "hdt", "hdt-java-core-3.0.10.jar"), "MatrixHdt.java", dir)
	}},
	{"Jena 5.6.0 with jelly-jena 3.7.1", ".jelly", func(t *testing.T, dir string) {
		java(t, jars(t, "jelly", "jelly-jena-3.7.1.jar"), "MatrixJena.java", dir)
	}},
}

// TestMatrix reads each output with each tool, and holds the tables of the page
// against what comes of it.
func TestMatrix(t *testing.T) {
	dir := matrixFolder(t)
	holdTable(t, "syntaxes", matrixTable(t, dir, matrixSyntaxes, quickReaders))
	holdTable(t, "models", matrixTable(t, dir, matrixModels, quickReaders))
}

// TestMatrixSlow is TestMatrix for the tools that take long to install.
func TestMatrixSlow(t *testing.T) {
	if !portion.Full() {
		t.Skip("part of make soak: TRIALWEAVE_FULL installs the slow tools")
	}
	dir := matrixFolder(t)
	holdTable(t, "slow syntaxes", today()+matrixTable(t, dir, matrixSyntaxes, slowReaders))
	holdTable(t, "slow models", today()+matrixTable(t, dir, matrixModels, slowReaders))
}

// today is when tables of make soak were last written.
func today() string { return "Last run on " + time.Now().UTC().Format(time.DateOnly) + ".\n\n" }

// matrixFolder has the outputs.
func matrixFolder(t *testing.T) string {
	t.Helper()
	dir, command := t.TempDir(), trialweave(t)
	for _, f := range slices.Concat(matrixSyntaxes, matrixModels) {
		path := filepath.Join(dir, f.file)
		switch {
		case f.args == nil:
			tools.Run(t, ".", command, "format", filepath.Join(dir, "a.nt"), "-o", path)
		case f.args[0] == "convert":
			tools.Run(t, ".", slices.Concat([]string{command}, f.args, []string{"-o", path}, matrixStudies)...)
		default:
			tools.Run(t, ".", slices.Concat([]string{command}, f.args, []string{"-o", path})...)
		}
	}
	return dir
}

// matrixTable is a table of files and readers. Readers that read none of the files
// have no row.
func matrixTable(t *testing.T, dir string, of []matrixFile, readers []matrixReader) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| |")
	for _, f := range of {
		b.WriteString(" " + f.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(of)) + "\n")
	for _, reader := range readers {
		own, given := t.TempDir(), 0
		for _, f := range of {
			if strings.HasSuffix(f.file, reader.reads) {
				save(t, filepath.Join(own, f.file), load(t, filepath.Join(dir, f.file)))
				given++
			}
		}
		if given == 0 {
			continue
		}
		reader.run(t, own)
		fmt.Fprintf(&b, "| %s |", reader.name)
		for _, f := range of {
			cell := "–"
			if strings.HasSuffix(f.file, reader.reads) {
				cell = matrixCell(t, dir, own, f.file)
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	for line := range strings.Lines(b.String()) {
		t.Log(strings.TrimSpace(line))
	}
	return b.String()
}

// matrixCell says what a reader has made of a file: the dataset that the converter
// writes as N-Quads, or for what has no graphs its triples.
func matrixCell(t *testing.T, dir, own, file string) string {
	t.Helper()
	if text, err := os.ReadFile(filepath.Join(own, file+".err")); err == nil {
		return strings.TrimSpace(string(text))
	}
	want := load(t, filepath.Join(dir, file))
	if data := slices.ContainsFunc(matrixSyntaxes, func(f matrixFile) bool { return f.file == file }); data {
		want = load(t, filepath.Join(dir, "a.nq"))
		if strings.HasSuffix(file, ".nt") || strings.HasSuffix(file, ".ttl") || strings.HasSuffix(file, ".rdf") {
			want = load(t, filepath.Join(dir, "a.nt"))
		}
	}
	format := rdf.NQuads
	if slices.ContainsFunc(matrixModels, func(f matrixFile) bool { return f.file == file }) {
		format = rdf.Turtle
	}
	got := load(t, filepath.Join(own, file+".out"))
	for _, merged := range []bool{false, true} {
		theirs, ours := canonical(t, got, rdf.NQuads, merged), canonical(t, want, format, merged)
		switch {
		case slices.Equal(theirs, ours) && merged:
			return "equal, without graphs"
		case slices.Equal(theirs, ours):
			return "equal"
		case merged:
			return kept(ours, theirs)
		}
	}
	return ""
}

// kept counts the statements of the first that the second has, but for the labels of
// blank nodes.
func kept(ours, theirs []string) string {
	have := map[string]int{}
	for _, line := range theirs {
		have[blankLabel.ReplaceAllString(line, "_:b")]++
	}
	n := 0
	for _, line := range ours {
		if line = blankLabel.ReplaceAllString(line, "_:b"); have[line] > 0 {
			have[line]--
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(ours))
}

// canonical returns the lines of the canonical form of a dataset, or of its graphs
// merged into one.
func canonical(t *testing.T, text []byte, format rdf.Format, merged bool) []string {
	t.Helper()
	form, err := rdf.Canonicalize(t.Context(), func(yield func(rdf.Quad, error) bool) {
		for q, err := range rdf.Read(bytes.NewReader(text), format, &rdf.ReadOptions{Base: "https://w3id.org/trialweave/r2rml"}) {
			if merged {
				q.Graph = rdf.Term{}
			}
			if !yield(q, err) {
				return
			}
		}
	})
	if err != nil {
		t.Fatalf("%v\n%.500s", err, text)
	}
	return strings.Split(strings.TrimSpace(string(form)), "\n")
}

// matrixPython has lightrdf, maplib and pyshacl, too.
func matrixPython(t testing.TB) string {
	t.Helper()
	interpreter := withPyshacl(t)
	mark := filepath.Join(tools.Dir(t), "venv", "installed-matrix")
	tools.Installed(t, mark, func() {
		tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "lightrdf==0.4.0", "maplib==0.20.26")
		save(t, mark, nil)
	})
	return interpreter
}

// morePython has what requires other versions of the libraries that matrixPython has.
func morePython(t testing.TB) string {
	t.Helper()
	venv := filepath.Join(tools.Dir(t), "venv-more")
	interpreter, mark := filepath.Join(venv, "bin", "python"), filepath.Join(venv, "installed")
	tools.Installed(t, mark, func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "kglab==1.0.1", "skosify==2.3.0", "pylode==3.4.1", "owlready2==0.51", "sssom==0.4.21")
		save(t, mark, nil)
	})
	return interpreter
}

// moreNode has Comunica and rdf-parse. The undici that they require (8.13.1) starts in
// Node 22 or later, and 7 in Node 20 too.
func moreNode(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "node-more")
	tools.Installed(t, filepath.Join(dir, "node_modules", "@comunica", "query-sparql-file", "package.json"), func() {
		save(t, filepath.Join(dir, "package.json"), []byte(`{"overrides": {"undici": "7.16.0"}}`))
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "rdf-parse@5.0.0", "@comunica/query-sparql@5.4.1", "@comunica/query-sparql-file@5.3.0", "n3@2.13.12")
	})
	return dir
}

// rdf4jDir has the readers of RDF4J and its store in memory.
func rdf4jDir(t *testing.T) string {
	t.Helper()
	return jars(t, "rdf4j", "rdf4j-sail-memory-5.2.2.jar")
}

// holdTable compares the part of the page between two marks, but for dates of runs,
// or writes it.
func holdTable(t *testing.T, name, table string) {
	t.Helper()
	begin, end := "<!-- written by the tests: "+name+" -->\n", "<!-- end -->\n"
	text := string(load(t, interopPage))
	head, rest, ok := strings.Cut(text, begin)
	old, tail, closed := strings.Cut(rest, end)
	switch {
	case !ok || !closed:
		t.Fatalf("%s has no place for the table %q", interopPage, name)
	case *update:
		save(t, interopPage, []byte(head+begin+table+end+tail))
	case lastRun.ReplaceAllString(old, "") != lastRun.ReplaceAllString(table, ""):
		t.Errorf("%s has another table: run go test -tags integration ./internal/integration -run %s -update\n%s", interopPage, t.Name(), table)
	}
}

var lastRun = regexp.MustCompile(`Last run on \d{4}-\d\d-\d\d`)
