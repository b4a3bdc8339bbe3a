//go:build integration

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/tools"
	"github.com/trialweave/trialweave/rdf"
)

// server is a real triple store on loopback.
type server struct {
	name   string
	target string   // of load and sync
	query  string   // where anybody may ask
	env    []string // who we are
	dir    string   // emptied by fresh
	argv   func(s *server) []string
	setup  func(t testing.TB, s *server) // before the first start on an empty folder
	ready  func(t testing.TB, s *server) // once it answers on an empty folder
	port   string
	cmd    *exec.Cmd
}

var servers = []struct {
	name string
	make func(t testing.TB) *server
}{
	{"oxigraph", newOxigraph}, {"fuseki", newFuseki}, {"rdf4j", newRDF4J}, {"virtuoso", newVirtuoso},
}

// fresh starts the server on nothing.
func (s *server) fresh(t testing.TB) {
	t.Helper()
	s.kill()
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if s.setup != nil {
		s.setup(t, s)
	}
	s.start(t)
	if s.ready != nil {
		s.ready(t, s)
	}
}

// start starts the server on what is in its folder, and waits until it answers.
func (s *server) start(t testing.TB) {
	t.Helper()
	argv := s.argv(s)
	log, err := os.OpenFile(s.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s.cmd = exec.CommandContext(context.Background(), argv[0], argv[1:]...)
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.dir, log, log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(s.query)
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		response, err := http.Get("http://" + u.Host + "/")
		if err == nil {
			response.Body.Close()
			if s.name != "rdf4j" || s.answers() {
				return
			}
		}
	}
	text, _ := os.ReadFile(s.dir + ".log")
	t.Fatalf("%s does not answer\n%.3000s", s.name, text)
}

// answers reports whether the web application behind the server is there.
func (s *server) answers() bool {
	base, _, _ := strings.Cut(s.query, "/repositories")
	response, err := http.Get(base + "/protocol")
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// kill ends the server as a power cut would.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

func newServer(t testing.TB, s *server) *server {
	t.Helper()
	s.dir = filepath.Join(t.TempDir(), s.name)
	t.Cleanup(s.kill)
	return s
}

func oxigraph(t testing.TB) string {
	t.Helper()
	command := filepath.Join(filepath.Dir(python(t)), "oxigraph")
	tools.Installed(t, command, func() {
		tools.Run(t, tools.Dir(t), python(t), "-m", "pip", "install", "-q", "oxigraph==0.5.13")
	})
	return command
}

func newOxigraph(t testing.TB) *server {
	command, port := oxigraph(t), tools.Port(t)
	base := "http://127.0.0.1:" + port
	return newServer(t, &server{name: "oxigraph", target: base, query: base + "/query", argv: func(s *server) []string {
		return []string{command, "serve", "--union-default-graph", "--location", s.dir + "/db", "--bind", "127.0.0.1:" + port}
	}})
}

// maven copies the artifact of a server and returns its path.
func maven(t testing.TB, artifact string) string {
	t.Helper()
	return tools.Maven(t, artifact, filepath.Join(tools.Dir(t), "servers"))
}

func fusekiJar(t testing.TB) string {
	return maven(t, "org.apache.jena:jena-fuseki-server:5.6.0:jar")
}

func rdf4jWar(t testing.TB) string {
	return maven(t, "org.eclipse.rdf4j:rdf4j-http-server:3.7.7:war")
}

func newFuseki(t testing.TB) *server {
	jar, port := fusekiJar(t), tools.Port(t)
	base := "http://127.0.0.1:" + port + "/ds"
	return newServer(t, &server{name: "fuseki", target: base, query: base + "/query",
		setup: func(t testing.TB, s *server) {
			if err := os.MkdirAll(s.dir+"/db", 0o755); err != nil {
				t.Fatal(err)
			}
		},
		argv: func(s *server) []string {
			return []string{"java", "-Xmx1500m", "-jar", jar, "--localhost", "--ping", "--port", port, "--set", "tdb2:unionDefaultGraph=true", "--tdb2", "--loc=" + s.dir + "/db", "--update", "/ds"}
		}})
}

const repository = `@prefix rep: <http://www.openrdf.org/config/repository#>.
@prefix sr: <http://www.openrdf.org/config/repository/sail#>.
@prefix sail: <http://www.openrdf.org/config/sail#>.
@prefix ns: <http://www.openrdf.org/config/sail/native#>.
[] a rep:Repository ; rep:repositoryID "trials" ;
   rep:repositoryImpl [ rep:repositoryType "openrdf:SailRepository" ;
      sr:sailImpl [ sail:sailType "openrdf:NativeStore" ; ns:tripleIndexes "spoc,posc,cspo" ] ] .
`

func newRDF4J(t testing.TB) *server {
	war := rdf4jWar(t)
	runner := maven(t, "org.eclipse.jetty:jetty-runner:9.4.57.v20241219:jar")
	port := tools.Port(t)
	base := "http://127.0.0.1:" + port + "/rdf4j-server/repositories/trials"
	return newServer(t, &server{name: "rdf4j", target: base, query: base,
		argv: func(s *server) []string {
			return []string{"java", "-Xmx1500m", "-Dorg.eclipse.rdf4j.appdata.basedir=" + s.dir + "/data", "-jar", runner,
				"--host", "127.0.0.1", "--port", port, "--path", "/rdf4j-server", war}
		},
		ready: func(t testing.TB, s *server) {
			r, err := http.NewRequest(http.MethodPut, base, strings.NewReader(repository))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "text/turtle")
			response, err := http.DefaultClient.Do(r)
			if err != nil || response.StatusCode > 299 {
				t.Fatalf("making the repository: %v %v", response, err)
			}
			response.Body.Close()
		}})
}

const virtuosoINI = `[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:@SQL@
DisableUnixSocket = 1
MaxClientConnections = 20
CheckpointInterval = 60
DirsAllowed = ., @DIR@
NumberOfBuffers = 80000
MaxDirtyBuffers = 60000
MaxQueryMem = 1G
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
[HTTPServer]
ServerPort = 127.0.0.1:@HTTP@
ServerRoot = .
MaxClientConnections = 20
ServerThreads = 20
MaxKeepAlives = 10
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryExecutionTime = 600
MaxQueryCostEstimationTime = 100000
`

func newVirtuoso(t testing.TB) *server {
	tools.Installed(t, "/usr/bin/virtuoso-t", func() {
		tools.Run(t, ".", "sh", "-c", "DEBIAN_FRONTEND=noninteractive apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends virtuoso-opensource-7 virtuoso-opensource-7-bin")
	})
	port, sql := tools.Port(t), tools.Port(t)
	base := "http://127.0.0.1:" + port
	return newServer(t, &server{name: "virtuoso", target: base, query: base + "/sparql", port: sql,
		env: []string{"TRIALWEAVE_USER=dba", "TRIALWEAVE_PASSWORD=secret"},
		setup: func(t testing.TB, s *server) {
			text := strings.NewReplacer("@SQL@", sql, "@HTTP@", port, "@DIR@", filepath.Dir(s.dir)).Replace(virtuosoINI)
			save(t, s.dir+"/virtuoso.ini", []byte(text))
			tools.Run(t, s.dir, "virtuoso-t", "+foreground", "+configfile", "virtuoso.ini", "+pwdold", "dba", "+pwddba", "secret", "+pwddav", "secret")
		},
		argv: func(s *server) []string {
			_ = os.Remove(s.dir + "/virtuoso.lck") // of one that was killed
			return []string{"virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"}
		}})
}

// ours runs the command against a server, and returns what it says and whether
// it succeeded.
func (s *server) ours(t testing.TB, args ...string) (said string, status int) {
	t.Helper()
	cmd := s.command(t, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func (s *server) command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), command(t), args...)
	cmd.Env = append(append(os.Environ(), "TRIALWEAVE_STATE="+s.dir+".state"), s.env...)
	return cmd
}

// must is ours where it has to succeed.
func (s *server) must(t testing.TB, args ...string) string {
	t.Helper()
	said, status := s.ours(t, args...)
	if status != 0 {
		t.Fatalf("trialweave %s: status %d\n%.3000s", strings.Join(args, " "), status, said)
	}
	return said
}

var built string

// command is the path of trialweave, built once.
func command(t testing.TB) string {
	t.Helper()
	if built == "" {
		built = trialweave(t)
	}
	return built
}

// get asks the server and returns its answer.
func (s *server) get(t testing.TB, query, accept string) []byte {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.query, strings.NewReader("query="+url.QueryEscape(query)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v %.600s", response.Status, err, data)
	}
	return data
}

// count asks for a number.
func (s *server) count(t testing.TB, query string) int {
	t.Helper()
	return lastNumber(t, strings.ReplaceAll(string(s.get(t, query, "text/csv")), `"`, ""))
}

const ours = `FILTER(STRSTARTS(STR(?g), "https://clinicaltrials.gov/study/") || STRSTARTS(STR(?g), "https://w3id.org/trialweave/graph/"))`

// dump is all that the server holds of ours: sorted lines of N-Quads.
func (s *server) dump(t testing.TB) []string {
	t.Helper()
	data := s.get(t, "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } "+ours+" }", "application/sparql-results+json")
	var answer struct {
		Results struct {
			Bindings []map[string]struct {
				Type, Value, Datatype string
				Lang                  string `json:"xml:lang"`
			}
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, b := range answer.Results.Bindings {
		var o rdf.Term
		switch v := b["o"]; {
		case v.Type == "uri":
			o = rdf.IRI(v.Value)
		case v.Lang != "":
			o = rdf.LangString(v.Value, v.Lang)
		default:
			o = rdf.Typed(v.Value, v.Datatype)
		}
		out = append(out, string(rdf.AppendQuad(nil, rdf.Quad{Subject: rdf.IRI(b["s"].Value), Predicate: rdf.IRI(b["p"].Value), Object: o, Graph: rdf.IRI(b["g"].Value)})))
	}
	slices.Sort(out)
	return out
}

// table collects what the tests find out of each server.
type table struct {
	rows []string
	cell map[string]string
}

var capabilities = table{cell: map[string]string{}}

func (c *table) note(t testing.TB, row, server, what string) {
	t.Helper()
	if t.Failed() {
		what = "no"
	}
	if !slices.Contains(c.rows, row) {
		c.rows = append(c.rows, row)
	}
	c.cell[row+"|"+server] = what
}

// String is the table of docs/how-tos/stores.md; what was not run says so.
func (c *table) String() string {
	var b bytes.Buffer
	fmt.Fprint(&b, "| |")
	for _, s := range servers {
		fmt.Fprintf(&b, " %s |", s.name)
	}
	fmt.Fprintf(&b, "\n|---|%s\n", strings.Repeat("---|", len(servers)))
	for _, row := range c.rows {
		fmt.Fprintf(&b, "| %s |", row)
		for _, s := range servers {
			what := c.cell[row+"|"+s.name]
			if what == "" {
				what = "not run"
			}
			fmt.Fprintf(&b, " %s |", what)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}
