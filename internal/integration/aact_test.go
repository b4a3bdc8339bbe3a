//go:build integration

package integration

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/aacttest"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// postgres starts a PostgreSQL server of its own, on a port of this machine,
// and returns where it can be reached. The server does not run as root, so
// neither does the rest of its household.
func postgres(t *testing.T) (address string, psql func(args ...string) string) {
	t.Helper()
	bin := postgresBin(t)
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("trialweave-postgres-%d", os.Getpid()))
	t.Cleanup(func() { os.RemoveAll(dir) })
	as := func(args ...string) string {
		if os.Getuid() == 0 {
			args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
		}
		return tools.Run(t, "/", args...)
	}
	if os.Getuid() == 0 {
		tools.Run(t, "/", "install", "-d", "-o", "postgres", dir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	port := tools.Port(t)
	as(filepath.Join(bin, "initdb"), "-D", dir+"/data", "-U", "aact", "-A", "trust", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8")
	options := fmt.Sprintf("-p %s -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c fsync=off", port, dir)
	as(filepath.Join(bin, "pg_ctl"), "-D", dir+"/data", "-o", options, "-l", dir+"/log", "-w", "start")
	t.Cleanup(func() { as(filepath.Join(bin, "pg_ctl"), "-D", dir+"/data", "-m", "immediate", "stop") })
	address = "postgres://aact@127.0.0.1:" + port + "/postgres"
	return address, func(args ...string) string {
		return tools.Run(t, "/", append([]string{filepath.Join(bin, "psql"), "-q", "-v", "ON_ERROR_STOP=1", address}, args...)...)
	}
}

func postgresBin(t *testing.T) string {
	t.Helper()
	find := func() string {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
		if len(found) == 0 {
			return ""
		}
		return filepath.Dir(found[len(found)-1])
	}
	if find() == "" {
		tools.Run(t, "/", "sh", "-c", "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql")
	}
	if find() == "" {
		t.Fatal("PostgreSQL is installed, and not there")
	}
	return find()
}

var createTable = regexp.MustCompile(`(?s)CREATE TABLE ctgov\.(\w+) \((.*?)\n\);`)

// ddl takes the tables that are read out of the makers' description of the
// database, with the columns that newer versions of it have beside.
func ddl(t *testing.T, tables *aacttest.Tables) string {
	t.Helper()
	text := load(t, sharedFile(t, "aact/structure.sql"))
	b := strings.Builder{}
	b.WriteString("CREATE SCHEMA ctgov;\n")
	for _, m := range createTable.FindAllStringSubmatch(string(text), -1) {
		name := m[1]
		if tables.Columns[name] == nil {
			continue
		}
		b.WriteString(m[0] + "\n")
		for _, column := range tables.Columns[name] {
			fmt.Fprintf(&b, "ALTER TABLE ctgov.%s ADD COLUMN IF NOT EXISTS %s character varying;\n", name, column)
		}
		fmt.Fprintf(&b, "ALTER TABLE ctgov.%s ALTER COLUMN nct_id SET NOT NULL;\nCREATE INDEX ON ctgov.%s (nct_id COLLATE \"C\");\n", name, name)
		for _, column := range []string{"created_at", "updated_at"} {
			if strings.Contains(m[2], column) {
				fmt.Fprintf(&b, "ALTER TABLE ctgov.%s ALTER COLUMN %s DROP NOT NULL;\n", name, column)
			}
		}
	}
	return b.String()
}

// spreadReal makes AACT's tables of real studies, every step-th of them.
func spreadReal(t *testing.T, step int) (tables *aacttest.Tables, ids []string) {
	t.Helper()
	tables, err := aacttest.New(load(t, sharedFile(t, "aact/mapping.json")), aacttest.Latest)
	if err != nil {
		t.Fatal(err)
	}
	for f, err := range record.Archive(sharedFile(t, "ctg-studies-visible.json.zip"), step) {
		if err == nil {
			err = tables.Add(f.Text)
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.ID)
	}
	onlyNumbers(string(load(t, sharedFile(t, "aact/structure.sql"))), tables)
	return tables, ids
}

var numberColumn = regexp.MustCompile(`(?m)^ +(\w+) (integer|numeric|double precision)`)

var leadingZeros = regexp.MustCompile(`^(-?)0+(\d)`)

// onlyNumbers empties the cells of columns of numbers that hold none, as the
// database does; grouping commas and leading zeros
// go.
func onlyNumbers(structure string, tables *aacttest.Tables) {
	for _, m := range createTable.FindAllStringSubmatch(structure, -1) {
		for _, column := range numberColumn.FindAllStringSubmatch(m[2], -1) {
			at := slices.Index(tables.Columns[m[1]], column[1])
			for _, row := range tables.Rows[m[1]] {
				if at < 0 {
					break
				}
				row[at] = leadingZeros.ReplaceAllString(strings.ReplaceAll(row[at], ",", ""), "$1$2")
				if _, err := strconv.ParseFloat(row[at], 64); err != nil {
					row[at] = ""
				}
			}
		}
	}
}

// fill loads tables into a database.
func fill(t *testing.T, tables *aacttest.Tables, psql func(...string) string, dir string) {
	t.Helper()
	save(t, filepath.Join(dir, "ddl.sql"), []byte(ddl(t, tables)))
	psql("-f", filepath.Join(dir, "ddl.sql"))
	for name, columns := range tables.Columns {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(tables.Rows[name]); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".csv")
		save(t, path, b.Bytes())
		psql("-c", fmt.Sprintf(`\copy ctgov.%s (%s) from '%s' csv`, name, strings.Join(columns, ", "), path))
	}
}

// TestAACTDatabase loads real studies, spread over AACT's tables, into a real
// server and reads them back: from the server, from the plain-text dump that
// pg_dump writes of it, and from the one that pg_restore makes of an archive, the
// same triples; so, by the tests of the package aact, as from the studies
// themselves but for what AACT has no column for.
func TestAACTDatabase(t *testing.T) {
	address, psql := postgres(t)
	command := trialweave(t)
	tables, ids := spreadReal(t, 5)
	dir := t.TempDir()
	fill(t, tables, psql, dir)
	bin := postgresBin(t)
	tools.Run(t, dir, filepath.Join(bin, "pg_dump"), "--schema=ctgov", "-f", "plain.sql", address)
	tools.Run(t, dir, filepath.Join(bin, "pg_dump"), "--schema=ctgov", "-Fc", "-f", "archive.dmp", address)
	tools.Run(t, dir, filepath.Join(bin, "pg_restore"), "-f", "restored.sql", "archive.dmp")
	tools.Run(t, dir, command, "convert", address, "-o", "database.nq")
	want := sortedLines(t, filepath.Join(dir, "database.nq"))
	for _, dump := range []string{"plain", "restored"} {
		tools.Run(t, dir, command, "convert", dump+".sql", "-o", dump+".nq")
		if missing, more := difference(want, sortedLines(t, filepath.Join(dir, dump+".nq"))); len(missing)+len(more) > 0 {
			t.Errorf("%s: %d lines only from the database, such as %s; %d only from the dump, such as %s", dump, len(missing), first(missing), len(more), first(more))
		}
	}
	t.Logf("%d studies, %d lines from the database and from its dumps", len(ids), len(want))
}

// TestR2RML lets engines that others wrote read the same database by the
// mappings: of the fields and of the links between nodes they make the triples
// that convert makes.
func TestR2RML(t *testing.T) {
	address, psql := postgres(t)
	command := trialweave(t)
	tables, ids := spreadReal(t, 40)
	dir := t.TempDir()
	number := slices.Index(tables.Columns["baseline_measurements"], "number_analyzed")
	for _, row := range tables.Rows["baseline_measurements"] {
		row[number] = "" // of which the mappings make nothing
	}
	latitude, longitude := slices.Index(tables.Columns["facilities"], "latitude"), slices.Index(tables.Columns["facilities"], "longitude")
	for i, beyond := range []struct{ latitude, longitude string }{{"91.5", "10.25"}, {"-12.5", "-525.75"}} { // which are text
		tables.Rows["facilities"][i][latitude], tables.Rows["facilities"][i][longitude] = beyond.latitude, beyond.longitude
	}
	fill(t, tables, psql, dir)
	tools.Run(t, dir, command, "convert", address, "--calc", "off", "-o", "ours.nq")
	tools.Run(t, dir, command, "model", "r2rml", "-o", "mapping.ttl")
	mapping := string(load(t, filepath.Join(dir, "mapping.ttl")))
	ours := mapped(t, filepath.Join(dir, "ours.nq"), mapping)
	for engine, run := range map[string]func(t *testing.T, dir, address string){"morph-kgc": morphKGC, "Ontop": ontop} {
		t.Run(engine, func(t *testing.T) {
			run(t, dir, address)
			theirs := mapped(t, filepath.Join(dir, engine+".nq"), mapping)
			t.Logf("%d studies, %d lines of ours, %d of theirs", len(ids), len(ours), len(theirs))
			sameLines(t, ours, theirs)
		})
	}
}

// sameLines fails where one of two sorted lists has what the other has not.
func sameLines(t *testing.T, ours, theirs []string) {
	t.Helper()
	missing, more := difference(ours, theirs)
	byPredicate := map[string]int{}
	for _, line := range missing {
		byPredicate["- "+strings.Fields(line)[1]]++
	}
	for _, line := range more {
		byPredicate["+ "+strings.Fields(line)[1]]++
	}
	for _, line := range append(missing[:min(20, len(missing))], more[:min(20, len(more))]...) {
		t.Log(line)
	}
	if len(missing)+len(more) > 0 {
		t.Errorf("%d lines only from ours, %d only from theirs: %v", len(missing), len(more), byPredicate)
	}
}

// morphKGC writes morph-kgc.nq by mapping.ttl.
func morphKGC(t *testing.T, dir, address string) {
	t.Helper()
	engine := strings.Replace(address, "postgres://", "postgresql+psycopg://", 1)
	save(t, filepath.Join(dir, "morph.ini"), fmt.Appendf(nil, "[CONFIGURATION]\noutput_file=%s/morph-kgc.nq\noutput_format=N-QUADS\nnumber_of_processes=1\n"+
		"logging_level=ERROR\nna_values=this text stands for nothing\n[DataSource1]\nmappings=%s/mapping.ttl\ndb_url=%s\n", dir, dir, engine))
	tools.Run(t, dir, morphKGCPython(t), "-m", "morph_kgc", filepath.Join(dir, "morph.ini"))
}

// ontop writes Ontop.nq by mapping.ttl, in make soak.
func ontop(t *testing.T, dir, address string) {
	t.Helper()
	if !portion.Full() {
		t.Skip("part of make soak: TRIALWEAVE_FULL installs the slow tools")
	}
	user, host, _ := strings.Cut(strings.TrimPrefix(address, "postgres://"), "@")
	java(t, jars(t, "ontop", "ontop-rdf4j-5.1.2.jar"), "Ontop.java", filepath.Join(dir, "mapping.ttl"), "jdbc:postgresql://"+host, user, filepath.Join(dir, "Ontop.nq"))
}

// morphKGCPython returns the interpreter that has the engine.
func morphKGCPython(t testing.TB) string {
	t.Helper()
	venv := filepath.Join(tools.Dir(t), "morph")
	tools.Installed(t, filepath.Join(venv, "installed"), func() {
		tools.Run(t, tools.Dir(t), "python3", "-m", "venv", venv)
		tools.Run(t, tools.Dir(t), filepath.Join(venv, "bin", "python"), "-m", "pip", "install", "-q", "morph-kgc[postgresql]==2.10.0")
		save(t, filepath.Join(venv, "installed"), nil)
	})
	return filepath.Join(venv, "bin", "python")
}

// mapped returns the lines of studies' own graphs whose predicates and types a
// mapping has.
func mapped(t *testing.T, path, mapping string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for q, err := range rdf.Read(f, rdf.NQuads, nil) {
		if err != nil {
			t.Fatal(err)
		}
		what := q.Predicate.Value
		if strings.HasSuffix(what, "#type") {
			what = q.Object.Value
		}
		if strings.HasPrefix(q.Object.Value, model.DefaultBase) {
			continue // a shared node, which is left to convert
		}
		if strings.Contains(mapping, "<"+what+">") && strings.HasSuffix(q.Graph.Value, "#record") && !strings.HasSuffix(q.Subject.Value, "#record") {
			out = append(out, q.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestAACTDatabaseStreams reads 100,000 studies; what that takes of memory is
// what a thousand take.
func TestAACTDatabaseStreams(t *testing.T) {
	address, psql := postgres(t)
	command := trialweave(t)
	psql("-c", `CREATE SCHEMA ctgov; CREATE TABLE ctgov.studies (nct_id text, brief_title text); CREATE TABLE ctgov.keywords (id int, nct_id text, name text)`)
	peak := map[int]int{}
	for _, n := range []int{1_000, 100_000} {
		psql("-c", fmt.Sprintf(`TRUNCATE ctgov.studies, ctgov.keywords;
			INSERT INTO ctgov.studies SELECT 'NCT' || lpad(i::text, 8, '0'), 'Synthetic ' || i FROM generate_series(1, %d) i;
			INSERT INTO ctgov.keywords SELECT i * 10 + k, 'NCT' || lpad(i::text, 8, '0'), 'keyword ' || k FROM generate_series(1, %d) i, generate_series(1, 5) k`, n, n))
		psql("-c", `CREATE INDEX IF NOT EXISTS a ON ctgov.studies (nct_id COLLATE "C"); CREATE INDEX IF NOT EXISTS b ON ctgov.keywords (nct_id); ANALYZE`)
		cmd := exec.CommandContext(t.Context(), command, "convert", address, "-o", "/dev/null")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		started := time.Now()
		if err := cmd.Run(); err != nil || !strings.Contains(errs.String(), strconv.Itoa(n)+" studies") {
			t.Fatalf("%v: %s", err, errs.String())
		}
		peak[n] = maxRSS(cmd)
		t.Logf("%d studies: %.1f s, %d MB at most", n, time.Since(started).Seconds(), peak[n]>>20)
	}
	if more := peak[100_000] - peak[1_000]; more > 60<<20 {
		t.Errorf("100,000 studies take %d MB more than 1,000", more>>20)
	}
}

// maxRSS is the most memory that a process had, in bytes.
func maxRSS(cmd *exec.Cmd) int {
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int(usage.Maxrss) << 10 // Linux counts kibibytes
}

// sharedFile is a file of the real records, without which the test is skipped.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(shared(), "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real records are not at hand: %v", err)
	}
	return path
}

// difference returns what only a, and only b has; both are sorted.
func difference(a, b []string) (onlyA, onlyB []string) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			onlyA, a = append(onlyA, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			onlyB, b = append(onlyB, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return onlyA, onlyB
}

func first(lines []string) string {
	if len(lines) == 0 {
		return "none"
	}
	return lines[0]
}

func sortedLines(t *testing.T, path string) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(load(t, path))), "\n")
	slices.Sort(lines)
	return lines
}
