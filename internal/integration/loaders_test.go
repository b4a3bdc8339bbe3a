//go:build integration

package integration

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// TestSoakLoaders measures, in one run, a full load from the ZIP against the
// store's own loader on N-Quads that lie ready, which are compared as the fastest
// of two each. What ours does besides, the conversion, the model and the
// counting, is in its time. It is part of make soak.
func TestSoakLoaders(t *testing.T) {
	if os.Getenv("TRIALWEAVE_SOAK") == "" {
		t.Skip("part of make soak")
	}
	input := allStudies(t)
	ready := filepath.Join(t.TempDir(), "ready.nq")
	tools.Run(t, ".", command(t), "convert", input, "-o", ready)
	var out bytes.Buffer
	fmt.Fprint(&out, "| store | own loader, s | CPU-s | from the ZIP, s | CPU-s | ratio by the clock | of CPU |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, kind := range servers {
		if only := os.Getenv("TRIALWEAVE_SERVER"); only != "" && only != kind.name {
			continue
		}
		t.Run(kind.name, func(t *testing.T) {
			s := kind.make(t)
			var own, ours spent
			for range 2 {
				s.empty(t)
				own = own.least(s.timed(t, func() { s.loadReady(t, ready) }))
				s.empty(t)
				ours = ours.least(s.timed(t, func() { s.loadAll(t, input) }))
			}
			ratio := ours.clock / own.clock
			fmt.Fprintf(&out, "| %s | %.1f | %.1f | %.1f | %.1f | %.2f | %.2f |\n", s.name, own.clock, own.cpu, ours.clock, ours.cpu, ratio, ours.cpu/own.cpu)
			if math.Round(100*ratio) > 115 {
				t.Errorf("from the ZIP it takes %.2f times as long as the store's own loader needs, expected at most 1.15", ratio)
			}
		})
	}
	t.Logf("%d cores\n%s", runtime.NumCPU(), out.String())
}

// loadReady has the store's own loader take a file of N-Quads.
func (s *server) loadReady(t testing.TB, file string) {
	t.Helper()
	switch s.name {
	case "oxigraph":
		tools.Run(t, ".", oxigraph(t), "load", "--location", s.dir+"/db", "--file", file)
	case "fuseki":
		tools.Run(t, ".", jenaCommand(t, "tdb2.tdbloader"), "--loader=parallel", "--loc", s.dir+"/db", file)
	case "rdf4j": // which has no other loader; one POST to /statements, which is isolated, was not over after 12 minutes
		tools.Run(t, ".", "sh", "-ec", unisolated, "sh", s.target, file)
	case "virtuoso":
		link := filepath.Join(s.dir, "ready.nq")
		if err := os.Link(file, link); err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{"ld_dir('" + s.dir + "', 'ready.nq', 'urn:x-trialweave:none');", "log_enable(2, 1); rdf_loader_run();", "checkpoint;"} {
			tools.Run(t, ".", "isql-vt", "127.0.0.1:"+s.port, "dba", "secret", "ERRORS=STDOUT", "exec="+statement)
		}
	}
}

// unisolated adds a file to a repository of RDF4J in one transaction.
const unisolated = `
transaction=$1/transactions/$(curl --fail-with-body -sS -X POST -D - -o /dev/null "$1/transactions?isolation-level=http%3A%2F%2Fwww.openrdf.org%2Fschema%2Fsesame%23NONE" | tr -d '\r' | sed -n 's,^[Ll]ocation:.*/,,p')
curl --fail-with-body -sS -X PUT -H 'Content-Type: application/n-quads' -T "$2" "$transaction?action=ADD"
curl --fail-with-body -sS -X PUT "$transaction?action=COMMIT"
`

type spent struct{ clock, cpu float64 }

// least is the smaller of two measurements; a time of nothing is none.
func (s spent) least(other spent) spent {
	if s.clock == 0 {
		return other
	}
	return spent{min(s.clock, other.clock), min(s.cpu, other.cpu)}
}

// timed measures what work takes of the clock, and of the CPU in the server and
// in the processes that the work starts.
func (s *server) timed(t testing.TB, work func()) spent {
	t.Helper()
	start, children, server := time.Now(), childrenCPU(t), s.cpu(t)
	work()
	return spent{time.Since(start).Seconds(), childrenCPU(t) - children + s.cpu(t) - server}
}

func childrenCPU(t testing.TB) float64 {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// cpu is what the running server used so far; Linux counts it in hundredths.
func (s *server) cpu(t testing.TB) float64 {
	t.Helper()
	if s.cmd == nil {
		return 0
	}
	text := load(t, fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	ticks := 0
	for _, f := range fields[11:13] { // utime and stime
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return float64(ticks) / 100
}
