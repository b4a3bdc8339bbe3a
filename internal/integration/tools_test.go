//go:build integration

package integration

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// buildDir is where tools are installed and big files are written.
func buildDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TRIALWEAVE_BUILD")
	if dir == "" {
		dir = "../../build/integration"
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// run runs a command in a folder and returns what it prints. A tool that is
// missing or fails is a failure of the test: nothing is skipped.
func run(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%.4000s\n%.4000s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// installed makes what a file of the folder shows to be there already.
func installed(t testing.TB, proof string, install func()) {
	t.Helper()
	if _, err := os.Stat(proof); err == nil {
		return
	}
	install()
	if _, err := os.Stat(proof); err != nil {
		t.Fatalf("installed, and not there: %v", err)
	}
}

// node returns the folder that has jsonld.js.
func node(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(buildDir(t), "node")
	installed(t, filepath.Join(dir, "node_modules", "jsonld", "package.json"), func() {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "jsonld@9.0.0")
	})
	return dir
}

// python returns the interpreter that has pyld, rdflib and pyoxigraph.
func python(t testing.TB) string {
	t.Helper()
	venv := filepath.Join(buildDir(t), "venv")
	interpreter := filepath.Join(venv, "bin", "python")
	installed(t, filepath.Join(venv, "installed"), func() {
		run(t, buildDir(t), "python3", "-m", "venv", venv)
		run(t, buildDir(t), interpreter, "-m", "pip", "install", "-q", "pyld==2.0.3", "rdflib==7.6.0", "pyoxigraph==0.5.13")
		save(t, filepath.Join(venv, "installed"), nil)
	})
	return interpreter
}

// jena runs a command of Apache Jena and returns what it prints.
func jena(t testing.TB, class string, args ...string) string {
	t.Helper()
	dir := jenaDir(t)
	return run(t, dir, append([]string{"java", "-Xmx1g", "-cp", "lib/*", class}, args...)...)
}

// riot validates a file and returns all that it has to say, whatever its verdict.
func riot(t testing.TB, args ...string) string {
	t.Helper()
	command := `java -Xmx1g -cp 'lib/*' riotcmd.riot "$@" 2>&1 || true`
	return run(t, jenaDir(t), append([]string{"sh", "-c", command, "riot"}, args...)...)
}

func jenaDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(buildDir(t), "jena")
	installed(t, filepath.Join(dir, "lib", "slf4j-simple-2.0.17.jar"), func() {
		pom, err := os.ReadFile("testdata/pom.xml")
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, "pom.xml"), pom)
		run(t, dir, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
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

// trialweave builds the command once and returns its path.
func trialweave(t testing.TB) string {
	t.Helper()
	path := filepath.Join(buildDir(t), "trialweave")
	run(t, ".", "go", "build", "-o", path, "../../cmd/trialweave")
	return path
}
