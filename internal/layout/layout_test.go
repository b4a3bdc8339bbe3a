// Package layout holds the import law of the module as a table, and the test
// that nothing breaks it.
package layout

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/trialweave/trialweave/"

// arrows says which rooms of the module a room may import. Data flows one way:
// a room never imports one that is listed after it. A new room gets a line here
// in the commit that makes it.
var arrows = []struct {
	room    string
	imports []string
}{
	{"source", nil},
	{"internal/durable", nil},
	{"internal/output", []string{"internal/durable"}},
	{"internal/decompress", nil},
	{"internal/nearest", nil},
	{"internal/wording", nil},
	{"internal/network", nil},
	{"internal/redact", nil},
	{"internal/buildinfo", nil},
	{"internal/interrupt", nil},
	{"internal/toolserver", nil},
	{"internal/remote", []string{"internal/output", "source"}},
	{"yamltree", []string{"source"}},
	{"internal/commandline", []string{"source", "internal/nearest", "yamltree"}},
	{"internal/jsonpath", []string{"yamltree"}},
	{"jsonschema", []string{"internal/wording", "yamltree", "internal/jsonpath"}},
	{"internal/rfc9535", []string{"yamltree"}},
	{"rdf", []string{"source"}},
	{"rdf/knakkrdf", []string{"rdf"}},
	{"internal/test/tools", nil},
	{"internal/test/w3c", []string{"internal/test/tools", "rdf"}},
	{"mapping/model", []string{"internal/nearest"}},
	{"mapping/model/generate", []string{"mapping/model"}},
	{"internal/scan", nil},
	{"internal/inorder", nil},
	{"internal/test/portion", nil},
	{"internal/test/pages", nil},
	{"internal/test/mcpclient", nil},
	{"internal/test/record", []string{"internal/test/portion"}},
	{"jsonld", []string{"rdf", "source"}},
	{"mapping", []string{"internal/scan", "internal/inorder", "mapping/model", "jsonld", "rdf", "source"}},
	{"classic", []string{"mapping/model", "source"}},
	{"aact", []string{"internal/network", "internal/wording", "internal/decompress", "classic", "mapping/model", "source"}},
	{"internal/test/aacttest", []string{"mapping/model"}},
	{"study", []string{"internal/wording", "internal/decompress", "aact", "classic", "mapping/model", "source"}},
	{"parallel", []string{"study"}},
	{"convert", []string{"parallel", "mapping", "mapping/model", "study", "rdf", "source"}},
	{"shard", nil},
	{"void", []string{"mapping/model", "rdf"}},
	{"registry", []string{"internal/decompress", "study", "mapping/model"}},
	{"registry/generate", []string{"yamltree"}},
	{"registry/registrytest", []string{"registry", "mapping/model"}},
	{"sample", []string{"mapping/model"}},
	{"sample/generate", []string{"mapping/model"}},
	{"words", nil},
	{"geosparql", nil},
	{"index", []string{"internal/durable", "rdf", "words"}},
	{"sparql", []string{"internal/nearest", "index", "geosparql", "jsonld", "rdf", "source", "words"}},
	{"search", nil},
	{"shacl", []string{"internal/nearest", "index", "rdf", "sparql"}},
	{"web", []string{"internal/wording", "search", "sparql", "shacl", "index", "jsonld", "mapping", "mapping/model", "rdf", "source"}},
	{"tables", []string{"convert", "mapping", "mapping/model", "rdf", "source"}},
	{"store", []string{"internal/redact", "convert", "mapping/model", "rdf"}},
	{"internal/test/storetest", []string{"index", "rdf", "sparql", "store"}},
	{"input", []string{"internal/inorder", "convert", "index", "jsonld", "mapping", "mapping/model", "rdf", "internal/decompress"}},
	{"validate", []string{"input", "convert", "mapping", "mapping/model", "rdf", "shacl"}},
	{".", []string{"validate", "input", "convert", "index", "mapping", "rdf", "shacl", "source", "sparql", "study"}}, // the page of the public API
	{"report", []string{"source"}},
	{"report/formats", []string{"report", "internal/wording"}},
	{"cmd/trialweave", []string{"internal/wording", "internal/toolserver", "tables", "sample", "web", "validate", "input", "aact", "shard", "void", "store", "sparql", "shacl", "report", "report/formats", "index", "registry", "convert", "jsonld", "mapping", "mapping/model", "study", "rdf", "source", "internal/output", "internal/decompress", "internal/nearest", "internal/network", "internal/redact", "internal/buildinfo", "internal/interrupt", "internal/commandline"}},
	{"openapi", []string{"yamltree", "source"}},
	{"openapi/schemas", []string{"openapi"}},
	{"openapi/diff", []string{"yamltree", "source"}},
	{"apisjson", []string{"yamltree", "source"}},
	{"capabilities", []string{"yamltree", "source"}},
	{"rules", []string{"yamltree", "source"}},
	{"ruleset", []string{"openapi", "internal/wording", "rules", "report", "yamltree", "internal/jsonpath", "jsonschema", "internal/nearest", "source"}},
	{"script", []string{"rules", "ruleset", "yamltree"}},
	{"lint", []string{"ruleset", "openapi", "openapi/schemas", "apisjson", "capabilities", "rules", "report", "jsonld", "mapping/model", "yamltree", "internal/jsonpath", "internal/rfc9535", "jsonschema", "internal/nearest", "internal/wording", "source"}},
	{"vacuum", []string{"lint", "rules", "ruleset"}},
	{"payload", []string{"internal/nearest", "internal/wording", "parallel", "openapi", "study", "report", "mapping", "internal/scan", "yamltree", "source"}},
	{"languageserver", []string{"lint", "ruleset", "rules", "apisjson", "report", "yamltree", "source"}},
	{"change", []string{"parallel", "openapi", "openapi/diff", "capabilities", "study", "report", "jsonld", "mapping", "rdf", "jsonschema", "internal/scan", "yamltree", "source"}},
	{"proof", []string{"ruleset", "lint", "rules", "report", "yamltree", "internal/jsonpath"}},
	{"cmd/triallint", []string{"internal/remote", "internal/toolserver", "script", "languageserver", "ruleset", "internal/wording", "vacuum", "change", "proof", "lint", "payload", "study", "openapi", "rules", "report", "report/formats", "internal/output", "internal/buildinfo", "internal/interrupt", "internal/commandline", "yamltree"}},
	{"internal/bench", []string{"mapping/model", "internal/test/aacttest"}},
	{"internal/integration", nil},
	{"internal/layout", nil},
	{"packaging", nil},
	{"internal/site", nil},
}

// doors says which room alone may import a foreign library: others get it
// through that room. Tests may use a library as an oracle.
var doors = map[string]string{
	"github.com/piprate/json-gold":         "jsonld internal/bench",
	"github.com/dop251/goja":               "script",
	"github.com/evanw/esbuild":             "script",
	"github.com/knakk/rdf":                 "rdf/knakkrdf",
	"github.com/modelcontextprotocol":      "internal/toolserver internal/test/mcpclient",
	"github.com/pb33f/libopenapi":          "openapi/schemas openapi/diff",
	"github.com/daveshanley/vacuum":        "vacuum",
	"github.com/alecthomas/kong":           "cmd internal/commandline",
	"github.com/go-json-experiment":        "jsonld mapping internal/scan internal/test/record study classic registry internal/bench",
	"github.com/klauspost/compress":        "study registry convert internal/decompress internal/output cmd internal/bench",
	"github.com/icholy/digest":             "store",
	"github.com/zeebo/xxh3":                "index",
	"github.com/gofrs/flock":               "internal/output store index",
	"github.com/jackc/pgx":                 "aact",
	"github.com/parquet-go/parquet-go":     "tables",
	"github.com/peterstace/simplefeatures": "geosparql",
	"github.com/tggo/goRDFlib":             "",
	"github.com/santhosh-tekuri":           "jsonschema payload cmd internal/test/pages",
	"go.yaml.in/yaml":                      "yamltree lint openapi vacuum",
	"golang.org/x/text/cases":              "sparql words",
	"golang.org/x/text/encoding/charmap":   "classic",
	"golang.org/x/text/language":           "sparql",
	"golang.org/x/text/unicode/norm":       "mapping search words",
	"github.com/pb33f/jsonpath":            "lint",
	"github.com/dlclark/regexp2":           "internal/jsonpath",
	"github.com/rogpeppe/go-internal":      "",
	"github.com/google/go-cmp":             "internal/test/pages",
	"github.com/pb33f/ordered-map":         "",
	"github.com/owenrumney/go-sarif":       "",
	"github.com/pb33f/libopenapi-valid":    "",
}

type file struct {
	room, name string
	imports    []string
}

func TestArrows(t *testing.T) {
	allowed := map[string][]string{}
	place := map[string]int{}
	for i, a := range arrows {
		allowed[a.room], place[a.room] = a.imports, i
		for _, to := range a.imports {
			if at, known := place[to]; !known || at >= i {
				t.Errorf("%s may import %s, which does not stand before it", a.room, to)
			}
		}
	}
	for _, f := range files(t) {
		if strings.HasSuffix(f.name, "_test.go") || strings.Contains(f.room, "testdata") {
			continue
		}
		imports, known := allowed[f.room]
		if !known {
			t.Errorf("%s is in no room of the table: add %s with what it earns", f.name, f.room)
			continue
		}
		for _, path := range f.imports {
			if to, ours := strings.CutPrefix(path, module); ours && to != f.room && !slices.Contains(imports, to) && !strings.HasPrefix(to, f.room+"/internal/") {
				t.Errorf("%s imports %s, an arrow that is not in the table", f.name, to)
			}
		}
	}
}

// TestNoLeaveIsUnused holds that the table allows what is done, and no more.
func TestNoLeaveIsUnused(t *testing.T) {
	used := map[string]map[string]bool{}
	for _, f := range files(t) {
		if used[f.room] == nil {
			used[f.room] = map[string]bool{}
		}
		for _, path := range f.imports {
			used[f.room][strings.TrimPrefix(path, module)] = true
		}
	}
	for _, a := range arrows {
		for _, to := range a.imports {
			if !used[a.room][to] {
				t.Errorf("%s may import %s, and does not", a.room, to)
			}
		}
	}
}

// TestHelpersOfTestsStayInTests holds that no product imports what is below
// internal/test; the measurements of internal/bench may.
func TestHelpersOfTestsStayInTests(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasSuffix(f.name, "_test.go") || behind(f.room, "internal/test internal/bench") {
			continue
		}
		for _, path := range f.imports {
			if strings.HasPrefix(path, module+"internal/test/") {
				t.Errorf("%s imports %s, which is for tests", f.name, path)
			}
		}
	}
}

func TestForeignLibrariesStayBehindTheirDoors(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasSuffix(f.name, "_test.go") {
			continue
		}
		for _, path := range f.imports {
			for library, rooms := range doors {
				if strings.HasPrefix(path, library) && !behind(f.room, rooms) {
					t.Errorf("%s imports %s, expected only in %q", f.name, path, rooms)
				}
			}
		}
	}
}

func behind(room, rooms string) bool {
	for _, r := range strings.Fields(rooms) {
		if room == r || strings.HasPrefix(room, r+"/") {
			return true
		}
	}
	return false
}

// TestTheDataHalfIsLight is the law that matters most: who converts studies
// does not pay for the linter.
func TestTheDataHalfIsLight(t *testing.T) {
	graph := map[string][]string{}
	for _, f := range files(t) {
		if !strings.HasSuffix(f.name, "_test.go") {
			graph[f.room] = append(graph[f.room], f.imports...)
		}
	}
	seen := map[string]bool{}
	var visit func(room string)
	visit = func(room string) {
		if seen[room] {
			return
		}
		seen[room] = true
		for _, path := range graph[room] {
			if strings.HasPrefix(path, "github.com/daveshanley/") || strings.HasPrefix(path, "github.com/pb33f/") {
				t.Errorf("cmd/trialweave reaches %s through %s", path, room)
			}
			if to, ours := strings.CutPrefix(path, module); ours {
				visit(to)
			}
		}
	}
	visit("cmd/trialweave")
	if len(seen) < 5 {
		t.Errorf("only %d rooms are reached from cmd/trialweave", len(seen))
	}
}

// TestVacuumAndItsKinMoveTogether guards the set of versions that builds.
func TestVacuumAndItsKinMoveTogether(t *testing.T) {
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, pin := range []string{
		"github.com/daveshanley/vacuum v0.30.3", "github.com/pb33f/libopenapi v0.38.7", "github.com/pb33f/jsonpath v0.8.3",
		"github.com/pb33f/libopenapi-validator v0.13.13", "github.com/pb33f/doctor v0.0.80",
	} {
		if !strings.Contains(string(data), pin) {
			t.Errorf("go.mod lacks %q: these five move together or not at all", pin)
		}
	}
}

// files parses the imports of every Go file of the module.
func files(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var out []file
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "build" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && name != root):
			return filepath.SkipDir
		case d.IsDir() && name != root && exists(filepath.Join(name, "go.mod")):
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		f, err := parse(root, name)
		out = append(out, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func parse(root, name string) (file, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return file{}, err
	}
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return file{}, err
	}
	f := file{room: path.Dir(filepath.ToSlash(rel)), name: filepath.ToSlash(rel)}
	for _, spec := range parsed.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return f, err
		}
		f.imports = append(f.imports, p)
	}
	return f, nil
}
