//go:build integration && linux

package integration

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// hostileQuery writes a query of the n-th kind that asks for more than anybody
// should get, of some size.
func hostileQuery(dice *rand.Rand, n int) string {
	size := func(most int) int { return most/2 + dice.IntN(most/2) }
	times := func(part string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.NewReplacer("%i", fmt.Sprint(i), "%j", fmt.Sprint(i+1), "%c", string(rune('a'+i%26))).Replace(part))
		}
		return b.String()
	}
	list := func(part, between string, n int) string { return strings.TrimSuffix(times(part+between, n), between) }
	product := times("?s%i ?p%i ?o%i . ", 3+dice.IntN(3))
	text := `BIND("` + times("a ", size(60000)) + `" AS ?t) `
	prefixes := list("%c*", " OR ", 50)
	zigzag := "\"LINESTRING(" + list("%i.5 1,%i.5 40", ",", 90) + ")\"^^geo:wktLiteral"
	kinds := []string{
		`SELECT ?v40 {BIND("aaaaaaaa" AS ?v0) ` + times("BIND(CONCAT(?v%i,?v%i) AS ?v%j) ", 40) + "}",
		`SELECT ?v40 {BIND("aa" AS ?v0) ` + times(`BIND(REPLACE(?v%i,"a","aa") AS ?v%j) `, 40) + "}",
		"SELECT * {" + times("OPTIONAL{?s <urn:p> ?v%i}", size(900)) + "}",
		"SELECT * {" + times("OPTIONAL{?s ?p ?o}", size(5000)) + "}",
		"SELECT * {{}" + times("UNION{}", size(9000)) + "}",
		"SELECT * {" + times("{", 150) + product + times("}", 150) + "}",
		"SELECT * {?s ?p ?o FILTER(" + times("!(", 40) + "?o = 1" + times(")", 40) + ") " + product + "}",
		"SELECT * {" + times("?s%i ?p ?o . ", size(900)) + "}",
		"SELECT * {VALUES ?x {" + times("%i ", size(30000)) + "} FILTER(?x NOT IN (" + list("%i", ",", size(30000)) + ")) " + product + "}",
		"SELECT * {" + product + "} ORDER BY ?o0 ?o1 ?o2",
		"SELECT ?s ?p ?o {?s ?p ?o} ORDER BY STR(?o) DESC(?s)",
		"SELECT DISTINCT * {" + product + "}",
		"SELECT (GROUP_CONCAT(?o0) AS ?all) (COUNT(DISTINCT *) AS ?n) {" + product + "}",
		"CONSTRUCT {?s0 ?p1 ?o2 . ?s1 ?p2 ?o0} {" + product + "}",
		"CONSTRUCT WHERE {?s ?p ?o}",
		"DESCRIBE * {" + product + "}",
		"SELECT * {?s (!<urn:a>|^!<urn:b>)* ?o}",
		"SELECT * {?s !<urn:a>*/!<urn:a>*/!<urn:a>* ?o}",
		`ASK {` + text + `FILTER(REGEX(?t,"` + times("a? ?", 400) + `b$"))}`,
		`ASK {` + text + `FILTER(REGEX(?t,"(a*)( *)(a*)\\1\\2\\3c"))}`,
		`SELECT * {?s ?p ?o FILTER(REGEX(STR(?o),"(` + list("x%i.*y", "|", 300) + `)")) ` + product + "}",
		"SELECT * {?s ?p ?o LATERAL {SELECT * {" + product + "} ORDER BY ?o0 LIMIT 3}}",
		"SELECT * {?s ?p ?o LATERAL {?s ?q ?r LATERAL {?r ?t ?u LATERAL {?a ?b ?c}}}}",
		"SELECT * {<<( ?s ?p ?o )>> ?q ?r . ?a ?b ?c . ?d ?e ?f}",
		"SELECT (TRIPLE(?s,?p," + times("TRIPLE(?s,?p,", 60) + "?o" + times(")", 60) + ") AS ?t) {" + product + "}",
		`SELECT * {?o tw:matches "` + prefixes + `" . ` + product + "}",
		`SELECT * {?o tw:matches "` + times("(a* OR NOT ", 15) + "b" + times(" OR c*)", 15) + ` the" . ` + product + "}",
		`SELECT * {` + times(`?o%i tw:matches "a*" . `, size(200)) + "}",
		`ASK {` + text + `FILTER(tw:matches(?t,"` + times(`\"a a a a a a b%i\" OR `, 100) + `x"))}`,
		`SELECT (tw:snippet(?o,"` + prefixes + `") AS ?x) {?o tw:matches "` + prefixes + `" . ` + product + "}",
		`SELECT ?o {?s ?p ?o . ?a ?b ?c} ORDER BY tw:score(?o,"` + prefixes + `")`,
		`SELECT * {?s ?p ?o ` + times(`FILTER(CONTAINS(?o,"abc%i"))`, size(3000)) + "}",
		"SELECT (geof:buffer(geof:union(" + zigzag + ",?g),10,uom:metre) AS ?b) {" + product + `BIND(STRDT(CONCAT("LINESTRING(",STR(RAND()*90)," 1,2 ",STR(RAND()*40),")"),geo:wktLiteral) AS ?g)}`,
		"SELECT (COUNT(*) AS ?n) {" + product + "FILTER(geof:sfCrosses(" + zigzag + `,STRDT(CONCAT("POINT(",STR(RAND())," 1)"),geo:wktLiteral)))}`,
		"SELECT (" + list("?o0", "*", 4000) + " AS ?x) {BIND(12345678901234567890.5 AS ?o0)}",
		"SELECT * {" + product + "FILTER NOT EXISTS {" + product + "FILTER(?o1 = 5)}}",
		"SELECT * {" + product + "MINUS {?s0 ?x ?y . ?z ?x ?o1}}",
	}
	return kinds[n%len(kinds)]
}

// TestHostileQueries asks queries that want too much from 20 clients at once, beside
// one that asks something small again and again, which is always answered. The
// process lives, stays below 600 MB, and ends on SIGTERM.
func TestHostileQueries(t *testing.T) {
	count, timeout, memory := 80, time.Second, "192"
	if portion.Full() {
		count, timeout, memory = 200, 5*time.Second, "256"
	}
	f := &faults{program: trialweave(t)}
	dice := rand.New(rand.NewPCG(seedOf(t), 200))
	dir := filepath.Join(t.TempDir(), "index")
	if made := f.run(t, "index", "-o", dir, manyTexts(t)); made.status != 0 {
		t.Fatal(made.err)
	}
	s := f.serve(t, dir, "--timeout", timeout.String(), "--memory", memory)
	queries := make(chan string, count)
	for i := range count {
		queries <- hostileQuery(dice, i)
	}
	close(queries)
	before := len(queries)
	var answers [6]atomic.Int64 // by the first digit of the status; 0 for those that broke off
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			for q := range queries {
				status, err := hostileAnswer(t.Context(), s, q)
				if status/100 == 4 {
					t.Logf("%d: %.100s", status, q)
				}
				if answers[status/100].Add(1); err != nil && s.dead() {
					t.Errorf("serve ended at %.300s", q)
					return
				}
			}
		})
	}
	over := make(chan struct{})
	go func() { wait.Wait(); close(over) }()
	slowest, asked, peak := friendly(t, s, over)
	t.Logf("%d queries: %d answered, %d refused, %d at a limit, %d broke off; beside them %d small ones, the slowest %v; peak %d MB",
		before, answers[2].Load(), answers[4].Load(), answers[5].Load(), answers[0].Load(), asked, slowest.Round(time.Millisecond), peak)
	if peak == 0 || peak > 600 {
		t.Errorf("%d MB of memory at the peak", peak)
	}
	if bad := answers[4].Load(); bad > int64(before/5) {
		t.Errorf("%d queries are not read", bad)
	}
	f.terminate(t, s)
}

// manyTexts is a file of statements with texts.
func manyTexts(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&b, "<urn:s%d> <urn:p%d> \"abc%d the text of x%x and more\" .\n<urn:s%d> <urn:q> <urn:s%d> .\n", i%3000, i%7, i%900, i*7919, i%3000, i*13%3000)
	}
	name := filepath.Join(t.TempDir(), "texts.nt")
	save(t, name, []byte(b.String()))
	return name
}

// hostileAnswer asks a query and reads what comes; the status is 0 for an answer
// that broke off.
func hostileAnswer(ctx context.Context, s *service, query string) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/sparql", strings.NewReader(url.Values{"query": {query}}.Encode()))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0, err
	}
	return response.StatusCode, nil
}

// friendly asks something small until over is closed: each time the answer is
// there and the same.
func friendly(t *testing.T, s *service, over <-chan struct{}) (slowest time.Duration, asked, peak int) {
	t.Helper()
	const path = "/sparql?query=SELECT%20*%20%7B%20%3Curn:s7%3E%20%3Curn:q%3E%20?o%20%7D%20ORDER%20BY%20?o"
	_, want, err := s.get(t.Context(), path, "text/csv")
	if err != nil || !strings.Contains(want, "urn:s91") {
		t.Fatalf("%v %q", err, want)
	}
	for {
		start := time.Now()
		status, got, err := s.get(t.Context(), path, "text/csv")
		if slowest = max(slowest, time.Since(start)); err != nil || status != http.StatusOK || got != want {
			t.Errorf("the small query after %v: %d %v %.300s", time.Since(start), status, err, got)
			return slowest, asked, peak
		}
		asked++
		peak = max(peak, peakSoFar(s.cmd))
		select {
		case <-over:
			return slowest, asked, peak
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// peakSoFar is the most memory in MB that a running process has had.
func peakSoFar(cmd *exec.Cmd) (peak int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)) // nothing once it ended
	for line := range strings.Lines(string(status)) {
		kB := 0
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kB); n == 1 {
			peak = kB >> 10
		}
	}
	return peak
}
