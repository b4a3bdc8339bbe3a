//go:build integration

package integration

import (
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping/model"
)

// TestTables reads tables with DuckDB, pandas and Polars: they agree on counts and
// types; and the questions in SQL have the answers of those in SPARQL. In make soak
// all real studies are asked, too.
func TestTables(t *testing.T) {
	dir := t.TempDir()
	inputs := map[string]string{"synthetic": filepath.Join(dir, "cohort.zip")}
	tools.Run(t, dir, trialweave(t), "sample", "-n", "1500", "--seed", "7", "-o", "cohort.zip")
	if portion.Full() {
		inputs["real"] = absolutePath(t, sharedFile(t, "ctg-studies-visible.json.zip"))
	}
	for name, input := range inputs {
		t.Run(name, func(t *testing.T) {
			var numbers []string
			for _, q := range model.Queries() {
				if number := q.Name[:2]; number != "08" && number != "32" && number != "33" { // of versions
					numbers = append(numbers, number)
				}
			}
			agree(t, []string{input}, nil, numbers)
		})
	}
	t.Run("versions", func(t *testing.T) {
		versions := filepath.Join(tools.Root(t), "../shared/data/v2-older")
		agree(t, []string{versions, laterVersions(t, versions)}, []string{"--history"}, []string{"08", "32"})
	})
}

// agree asks questions of tables and of quads.
func agree(t *testing.T, inputs, flags, numbers []string) {
	t.Helper()
	dir := t.TempDir()
	command := trialweave(t)
	convert := func(more ...string) {
		tools.Run(t, dir, append(append(append([]string{command, "convert"}, inputs...), flags...), more...)...)
	}
	convert("--format", "parquet", "-o", "tables")
	convert("-o", "quads.nq")
	tools.Run(t, dir, command, "model", "enums", "-o", "enums.ttl")
	tools.Run(t, dir, command, "index", "quads.nq", "enums.ttl", "-o", "index")
	for _, number := range numbers {
		file := filepath.Join(dir, "answers", number)
		save(t, file+".sql", []byte(tools.Run(t, dir, command, "model", "sql", number)))
		save(t, file+".csv", []byte(tools.Run(t, dir, command, "query", number, "index", "--format", "csv")))
	}
	out := tools.Run(t, dir, tablesPython(t), script(t, "tables.py"), "tables", "answers")
	t.Log(out)
	m := regexp.MustCompile(`^(\d+) tables, (\d+) questions, (\d+) rows\n$`).FindStringSubmatch(out)
	if m == nil || m[2] != strconv.Itoa(len(numbers)) {
		t.Fatalf("tables and quads differ:\n%s", out)
	}
	if rows, _ := strconv.Atoi(m[3]); rows < 10*len(numbers) {
		t.Errorf("%d rows of %d questions compare too little", rows, len(numbers))
	}
}

// tablesPython is an interpreter with readers of Parquet.
func tablesPython(t testing.TB) string {
	t.Helper()
	venv := filepath.Join(tools.Dir(t), "tables")
	interpreter := filepath.Join(venv, "bin", "python")
	tools.Installed(t, filepath.Join(venv, "installed"), func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), interpreter, "-m", "pip", "install", "-q", "duckdb==2.0.1", "pandas==3.1.1", "polars==2.1.0", "pyarrow==26.0.1")
		save(t, filepath.Join(venv, "installed"), nil)
	})
	return interpreter
}
