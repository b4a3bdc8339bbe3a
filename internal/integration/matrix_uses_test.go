//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/rdf"
)

// A matrixUse is a tool that does with an output what the output is for.
type matrixUse struct {
	output, tool, does string
	run                func(t *testing.T, dir string) string
}

// quickUses run in make integration.
var quickUses = []matrixUse{
	{"`model shapes`", "pyshacl 0.40.1", "validates the studies", func(t *testing.T, dir string) string {
		return sameResults(t, dir, func(file string) []string {
			return answersOf(t, tools.Run(t, dir, withPyshacl(t), script(t, "pyshacl_check.py"), file))
		})
	}},
	{"`model shapes`", "Jena SHACL 5.6.0", "validates the studies", func(t *testing.T, dir string) string {
		return sameResults(t, dir, func(file string) []string {
			return answersOf(t, tools.Run(t, jenaDir(t), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Shacl.java"), file))
		})
	}},
	{"`serve`", "rdflib 7.6.0 (SPARQLStore)", "asks it", func(t *testing.T, dir string) string {
		return servedAnswers(t, func(args ...string) string {
			return tools.Run(t, dir, append([]string{python(t), script(t, "serve.py")}, args...)...)
		})
	}},
	{"`serve`", "Jena 5.6.0 (QueryExecHTTP)", "asks it", func(t *testing.T, dir string) string {
		return servedAnswers(t, func(args ...string) string {
			return tools.Run(t, jenaDir(t), append([]string{"java", "-Xmx1g", "-cp", "lib/*", script(t, "ServeJena.java")}, args...)...)
		})
	}},
	{"`serve`", "RDF4J 5.2.2 (SPARQLRepository)", "asks it", func(t *testing.T, dir string) string {
		return servedAnswers(t, func(args ...string) string {
			return tools.Run(t, rdf4jDir(t), append([]string{"java", "-Xmx1g", "-cp", "lib/*", script(t, "ServeRdf4j.java")}, args...)...)
		})
	}},
}

// slowUses run in make soak.
var slowUses = []matrixUse{
	{"`model shapes`", "TopBraid SHACL 1.4.4", "validates the studies", topbraid},
	{"`model enums`", "skosify 2.3.0", "mends SKOS", usesPython("skosify", "enums.ttl")},
	{"`model ontology`", "OWL API 5.5.1, which is that of ROBOT", "loads it and checks its profile", func(t *testing.T, dir string) string {
		return strings.TrimSpace(tools.Run(t, jars(t, "owlapi", "owlapi-distribution-5.5.1.jar"), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Owl.java"), filepath.Join(dir, "ontology.ttl")))
	}},
	{"`model ontology`", "Owlready2 0.51, from N-Triples of `format`", "loads it", func(t *testing.T, dir string) string {
		tools.Run(t, dir, trialweave(t), "format", "ontology.ttl", "-o", "ontology.nt")
		return usesPython("owlready2", "ontology.nt")(t, dir)
	}},
	{"`model ontology`", "pyLODE 3.4.1", "makes its page", usesPython("pylode", "ontology.ttl")},
	{"`model alignments`", "sssom-py 0.4.21", "reads and validates it", func(t *testing.T, dir string) string {
		save(t, filepath.Join(dir, "alignments.sssom.tsv"), []byte(tools.Run(t, ".", trialweave(t), "model", "alignments")))
		return usesPython("sssom", "alignments.sssom.tsv")(t, dir)
	}},
	{"`serve`", "Comunica 5.4.1", "asks it", func(t *testing.T, dir string) string {
		return servedAnswers(t, func(args ...string) string {
			return tools.Run(t, dir, append([]string{"node", script(t, "serve.js"), moreNode(t)}, args...)...)
		})
	}},
}

// TestMatrixUses uses each output of ours as it is meant to be, and holds the table of
// the page.
func TestMatrixUses(t *testing.T) { holdTable(t, "uses", usesTable(t, quickUses)) }

// TestMatrixUsesSlow is the same for tools that take long to install.
func TestMatrixUsesSlow(t *testing.T) {
	if !portion.Full() {
		t.Skip("part of make soak: TRIALWEAVE_FULL installs the slow tools")
	}
	holdTable(t, "slow uses", today()+usesTable(t, slowUses))
}

func usesTable(t *testing.T, uses []matrixUse) string {
	t.Helper()
	dir := matrixFolder(t)
	table := "| output | tool | what it does | result |\n|---|---|---|---|\n"
	for _, u := range uses {
		table += fmt.Sprintf("| %s | %s | %s | %s |\n", u.output, u.tool, u.does, u.run(t, dir))
	}
	t.Log("\n" + table)
	return table
}

func usesPython(what, file string) func(*testing.T, string) string {
	return func(t *testing.T, dir string) string {
		lines := answerLines(tools.Run(t, dir, morePython(t), script(t, "uses.py"), what, filepath.Join(dir, file)))
		return lines[len(lines)-1]
	}
}

// answersOf are the rows of the only case of a validator.
func answersOf(t *testing.T, out string) []string {
	t.Helper()
	var all [][]string
	if err := json.Unmarshal([]byte(out[max(0, strings.IndexByte(out, '[')):]), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v, %d answers, expected 1\n%.2000s", err, len(all), out)
	}
	return all[0]
}

// sameResults compares the results that a validator has of the studies with ours.
func sameResults(t *testing.T, dir string, ask func(file string) []string) string {
	t.Helper()
	c := shapesCase{Shapes: string(load(t, filepath.Join(dir, "shapes.ttl"))), Data: string(load(t, filepath.Join(dir, "a.ttl")))}
	data, err := json.Marshal([]shapesCase{c})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "case.json")
	save(t, file, data)
	theirs, ours := withoutValues(ask(file)), withoutValues(checkedHere(t, &c))
	if len(ours) == 0 {
		t.Error("no results of the studies: they compare nothing")
	}
	if slices.Equal(theirs, ours) {
		return fmt.Sprintf("the %d results of `validate`", len(ours))
	}
	missing, more := difference(ours, theirs)
	return fmt.Sprintf("%d results of %d that `validate` has, and %d others: %s", len(ours)-len(missing), len(ours), len(more), first(append(missing, more...)))
}

// withoutValues leaves out of rows what a validator may name otherwise: the values
// that a comparison is of.
func withoutValues(rows []string) []string {
	var out []string
	for _, row := range rows {
		fields := strings.Fields(row)
		out = append(out, strings.Join(append(fields[:2:2], fields[len(fields)-3:]...), " "))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func topbraid(t *testing.T, dir string) string {
	return sameResults(t, dir, func(string) []string {
		out := tools.Run(t, jars(t, "topbraid", "shacl-1.4.4.jar"), "java", "-Xmx1g", "-cp", "lib/*", script(t, "Topbraid.java"), filepath.Join(dir, "a.ttl"), filepath.Join(dir, "shapes.ttl"))
		const sh = "http://www.w3.org/ns/shacl#"
		results := map[string]map[string]string{}
		for q, err := range rdf.Read(bytes.NewReader([]byte(out)), rdf.NTriples, nil) {
			if err != nil {
				t.Fatalf("%v\n%.500s", err, out)
			}
			if results[q.Subject.Value] == nil {
				results[q.Subject.Value] = map[string]string{}
			}
			results[q.Subject.Value][q.Predicate.Value] = q.Object.String()
		}
		var rows []string
		for _, r := range results {
			if r[sh+"focusNode"] != "" {
				rows = append(rows, strings.Join([]string{r[sh+"focusNode"], r[sh+"resultPath"], "-", r[sh+"sourceShape"], r[sh+"sourceConstraintComponent"], r[sh+"resultSeverity"]}, " "))
			}
		}
		return rows
	})
}

// servedAnswers asks a service of the studies for the values of a property, and for
// the triples of the nodes that have it.
func servedAnswers(t *testing.T, ask func(args ...string) string) string {
	t.Helper()
	address := served(t, matrixStudies...)
	got := strings.TrimSpace(ask(address, "SELECT ?x { ?s <https://clinicaltrials.gov/ns/nct_id> ?x }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s <https://clinicaltrials.gov/ns/nct_id> ?x ; ?p ?o }"))
	file := filepath.Join(t.TempDir(), "a.nt")
	tools.Run(t, ".", slices.Concat([]string{trialweave(t), "convert", "-o", file}, matrixStudies)...)
	about := slices.DeleteFunc(lines(t, load(t, file)), func(line string) bool {
		return !strings.HasPrefix(line, "<https://clinicaltrials.gov/study/NCT9999000") || strings.Contains(strings.Fields(line)[0], "#")
	})
	if want := fmt.Sprintf("NCT99990001 NCT99990002 NCT99990003 %d", len(about)); got != want {
		return fmt.Sprintf("%q, not %q", got, want)
	}
	return "equal"
}
