//go:build integration

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// node returns the folder that has jsonld.js and jsonld-streaming-parser.
func node(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "node")
	tools.Installed(t, filepath.Join(dir, "node_modules", "jsonld-streaming-parser", "package.json"), func() {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "jsonld@9.0.0", "jsonld-streaming-parser@5.0.1", "n3@2.13.12")
	})
	return dir
}

// python returns the interpreter that has pyld, rdflib with pyjelly, and pyoxigraph.
func python(t testing.TB) string {
	t.Helper()
	venv := filepath.Join(tools.Dir(t), "venv")
	interpreter := filepath.Join(venv, "bin", "python")
	tools.Installed(t, filepath.Join(venv, "installed-3"), func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "pyld==3.3.0", "rdflib==7.6.0", "pyoxigraph==0.5.13", "pyjelly==0.8.2")
		save(t, filepath.Join(venv, "installed-3"), nil)
	})
	return interpreter
}

// jena runs a command of Apache Jena and returns what it prints.
func jena(t testing.TB, class string, args ...string) string {
	t.Helper()
	dir := jenaDir(t)
	return tools.Run(t, dir, append([]string{"java", "-Xmx1g", "-cp", "lib/*", class}, args...)...)
}

// riot validates a file and returns all that it has to say, whatever its verdict.
func riot(t testing.TB, args ...string) string {
	t.Helper()
	command := `java -Xmx1g -cp 'lib/*' riotcmd.riot "$@" 2>&1 || true`
	return tools.Run(t, jenaDir(t), append([]string{"sh", "-c", command, "riot"}, args...)...)
}

func jenaDir(t testing.TB) string {
	return jars(t, "jena", "jena-cmds-5.6.0.jar")
}

// java runs a Java source file of ours with the libraries of a folder of jars.
func java(t testing.TB, dir, file string, args ...string) string {
	t.Helper()
	return tools.Run(t, dir, append([]string{"java", "-Xmx1g", "-cp", "lib/*", script(t, file)}, args...)...)
}

// jars returns a folder whose folder lib has what a POM of ours depends on; one
// of the files shows that it is there.
func jars(t testing.TB, name, proof string) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), name)
	tools.Installed(t, filepath.Join(dir, "lib", proof), func() {
		pom, err := os.ReadFile("testdata/pom_" + name + ".xml")
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, "pom.xml"), pom)
		tools.Run(t, dir, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
	})
	return dir
}

// script is the path of a script of ours, from anywhere.
func script(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func save(t testing.TB, path string, data []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// seedOf is what a test of chance is repeated by: TRIALWEAVE_SEED, or 1. So what
// fails in make integration fails by a change, and not by chance; make soak takes
// a seed of the clock. It is printed.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(fromEnv(t, "TRIALWEAVE_SEED", 1))
	fmt.Printf("TRIALWEAVE_SEED=%d\n", seed)
	return seed
}

// fromEnv returns the number in an environment variable, or otherwise if it is not
// set.
func fromEnv(t *testing.T, name string, otherwise int) int {
	t.Helper()
	if os.Getenv(name) == "" {
		return otherwise
	}
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
