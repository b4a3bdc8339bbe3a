package registry_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/registry"
	"github.com/trialweave/trialweave/registry/registrytest"
	"github.com/trialweave/trialweave/study"
)

// studies makes as many synthetic studies as it is told.
func studies(n int) [][]byte {
	out := make([][]byte, n)
	status := [...]string{"RECRUITING", "COMPLETED", "WITHDRAWN"}
	condition := [...]string{"Asthma", "Hearing Loss"}
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"protocolSection":{"identificationModule":{"nctId":"NCT%08d","briefTitle":"Study %d"},`+
			`"statusModule":{"overallStatus":%q,"lastUpdatePostDateStruct":{"date":"2024-%02d-01"}},"conditionsModule":{"conditions":[%q]}}}`,
			99_100_000+i, i, status[i%3], i%12+1, condition[i%2])
	}
	return out
}

func serve(t testing.TB, studies [][]byte) (*registrytest.Registry, *registry.Options) {
	t.Helper()
	r := registrytest.New(studies)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return r, &registry.Options{BaseURL: server.URL + "/api/v2", PerMinute: -1, Wait: time.Microsecond, PageSize: 7}
}

func client(t testing.TB, options *registry.Options) *registry.Client {
	t.Helper()
	c, err := registry.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func query(t testing.TB, text string) registry.Query {
	t.Helper()
	q, err := registry.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// read returns the studies of a snapshot by their numbers; one that is there
// twice fails the test.
func read(t testing.TB, s *registry.Snapshot) map[string]string {
	t.Helper()
	f, err := os.Open(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string]string{}
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		id, fault := study.ID(lines.Bytes())
		if fault != nil {
			t.Fatal(fault)
		}
		if _, twice := out[id]; twice {
			t.Fatalf("%s is there twice", id)
		}
		out[id] = lines.Text()
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(out) != s.Studies {
		t.Fatalf("%d studies, and %d are said to be there", len(out), s.Studies)
	}
	return out
}

func TestFetchFindsWhatTheRegistryFinds(t *testing.T) {
	r, options := serve(t, studies(40))
	for _, text := range []string{
		"", "query.cond=asthma", "query.term=study&filter.overallStatus=RECRUITING,COMPLETED", "filter.ids=NCT99100001|NCT99100009",
		"since=2024-06-01", "filter.advanced=AREA[OverallStatus]WITHDRAWN&since=2024-06-01", "query.cond=nothing", "sort=BriefTitle:desc&pageSize=3",
		"fields=BriefTitle",
	} {
		q := query(t, text)
		got, err := client(t, options).Fetch(t.Context(), q, t.TempDir())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		want, err := r.Find(q.String())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		have := read(t, got)
		if strings.Contains(text, "fields") {
			if len(have) != len(want) || have["NCT99100003"] != `{"protocolSection":{"identificationModule":{"briefTitle":"Study 3","nctId":"NCT99100003"}}}` {
				t.Errorf("%s: %v", text, have)
			}
			continue
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		n, err := client(t, options).Count(t.Context(), q)
		if err != nil || n != len(want) {
			t.Errorf("%s: counts %d, expected %d (%v)", text, n, len(want), err)
		}
	}
}

// TestFaults lets happen what can, alone and all together; whatever it is, the
// result is what the registry holds at the end.
func TestFaults(t *testing.T) {
	sets := map[string][]registrytest.Fault{"all": registrytest.AllFaults}
	for i, f := range registrytest.AllFaults {
		sets[fmt.Sprint("fault ", i)] = []registrytest.Fault{f}
	}
	for name, kinds := range sets {
		t.Run(name, func(t *testing.T) {
			seeds := portion.Count(8, 20)
			if name == "all" {
				seeds = portion.Count(30, 100)
			}
			happened := 0
			for seed := range seeds {
				r, options := serve(t, studies(60))
				options.Retries = 20
				r.Disturb(uint64(seed), kinds...)
				before := r.Left()
				got, err := client(t, options).Fetch(t.Context(), query(t, "query.cond=asthma"), t.TempDir())
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				happened += before - r.Left()
				want, _ := r.Find("query.cond=asthma")
				if diff := cmp.Diff(want, read(t, got)); diff != "" {
					t.Fatalf("seed %d: %s", seed, diff)
				}
			}
			if happened < seeds/2 {
				t.Errorf("only %d faults happened in %d fetches", happened, seeds)
			}
		})
	}
}

// TestResume kills a fetch again and again, with faults, and goes on each time
// with a new client.
func TestResume(t *testing.T) {
	for seed := range portion.Count(16, 50) {
		r, options := serve(t, studies(80))
		r.Disturb(uint64(seed), registrytest.AllFaults...)
		options.Retries = 20
		dir := t.TempDir()
		var got *registry.Snapshot
		for pages := seed%4 + 1; ; pages++ {
			ctx, kill := context.WithCancel(t.Context())
			left := pages
			options.Notify = func(e registry.Event) {
				if e.Kind != registry.Progressed {
					return
				}
				if left--; left == 0 {
					kill()
				}
			}
			var err error
			got, err = client(t, options).Fetch(ctx, query(t, ""), dir)
			kill()
			if err == nil {
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		want, _ := r.Find("")
		if diff := cmp.Diff(want, read(t, got)); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func TestResumeAsksOnlyForTheRest(t *testing.T) {
	r, options := serve(t, studies(70))
	dir := t.TempDir()
	ctx, kill := context.WithCancel(t.Context())
	pages := 0
	options.Notify = func(registry.Event) {
		if pages++; pages == 6 {
			kill()
		}
	}
	if _, err := client(t, options).Fetch(ctx, query(t, ""), dir); err == nil {
		t.Fatal("it was killed, and is done")
	}
	before := len(r.Requests())
	if _, err := client(t, options).Fetch(t.Context(), query(t, ""), dir); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Requests()) - before; n != 2+4 { // the version twice, and four of ten pages
		t.Errorf("%d requests, expected 6: %v", n, r.Requests()[before:])
	}
	// What is complete is not asked for again.
	before = len(r.Requests())
	if _, err := client(t, options).Fetch(t.Context(), query(t, ""), dir); err != nil {
		t.Fatal(err)
	}
	if n := len(r.Requests()) - before; n != 1 {
		t.Errorf("%d requests, expected 1: %v", n, r.Requests()[before:])
	}
	// Another query does not go on with it.
	other, err := client(t, options).Fetch(t.Context(), query(t, "query.cond=asthma"), dir)
	if err != nil || other.Studies != 35 {
		t.Errorf("%d studies, expected 35 (%v)", other.Studies, err)
	}
}

func TestListFollowsFormerNumbers(t *testing.T) {
	known := studies(5)
	known[2] = []byte(strings.Replace(string(known[2]), `"briefTitle"`, `"nctIdAliases":["NCT00000007"],"briefTitle"`, 1))
	_, options := serve(t, known)
	q, err := registry.NewList([]string{"nct99100001", "NCT7", "NCT99100002", "NCT12345678"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client(t, options).Fetch(t.Context(), q, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"NCT99100001": string(known[1]), "NCT99100002": string(known[2])}, read(t, got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"NCT12345678"}, got.Missing); diff != "" {
		t.Error(diff)
	}
}

func TestNothingElseIsContacted(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another server was asked") }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusMovedPermanently))
	defer server.Close()
	c := client(t, &registry.Options{BaseURL: server.URL, PerMinute: -1})
	if _, err := c.Version(t.Context()); err == nil || !strings.Contains(err.Error(), "another server") {
		t.Errorf("%v", err)
	}
}

func TestRefusalsAreTold(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		http.Error(w, "query.cond: no such\nthing", http.StatusBadRequest)
	}))
	defer server.Close()
	_, err := client(t, &registry.Options{BaseURL: server.URL, PerMinute: -1}).Count(t.Context(), query(t, "query.cond=x"))
	var status *registry.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusBadRequest || status.Text != "query.cond: no such thing" || asked != 1 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

func TestGivingUp(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer server.Close()
	_, err := client(t, &registry.Options{BaseURL: server.URL, PerMinute: -1, Retries: 3, Wait: time.Microsecond}).Version(t.Context())
	if err == nil || !strings.Contains(err.Error(), "given up after 4 attempts") || asked != 4 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

func TestRetryAfterIsHeeded(t *testing.T) {
	first := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if first {
			first = false
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, `{"apiVersion":"2.0.5"}`)
	}))
	defer server.Close()
	started := time.Now()
	if _, err := client(t, &registry.Options{BaseURL: server.URL, PerMinute: -1, Wait: time.Microsecond}).Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took < time.Second {
		t.Errorf("asked again after %s, expected a second", took)
	}
}

func TestRate(t *testing.T) {
	_, options := serve(t, studies(30))
	options.PerMinute = 6000
	started := time.Now()
	if _, err := client(t, options).Fetch(t.Context(), query(t, ""), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took < 6*10*time.Millisecond { // five pages and two versions
		t.Errorf("seven requests in %s, expected 10 ms between them", took)
	}
}

func TestTooLong(t *testing.T) {
	_, options := serve(t, studies(30))
	options.MaxPage = 1000
	if _, err := client(t, options).Fetch(t.Context(), query(t, ""), t.TempDir()); err == nil || !strings.Contains(err.Error(), "over 1000 bytes") {
		t.Errorf("%v", err)
	}
}

func TestCache(t *testing.T) {
	_, options := serve(t, studies(30))
	options.Cache = filepath.Join(t.TempDir(), "cache")
	first, err := client(t, options).Fetch(t.Context(), query(t, ""), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	options.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && answer.StatusCode != http.StatusNotModified {
			sent++
		}
		return answer, err
	})
	second, err := client(t, options).Fetch(t.Context(), query(t, ""), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, first), read(t, second)); diff != "" || sent != 0 {
		t.Errorf("%d answers were sent again, expected none; %s", sent, diff)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestACountThatNeverFits is of a registry that counts what its pages do not
// hold: after a second look that is said, and the studies are there.
func TestACountThatNeverFits(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "/version") {
			fmt.Fprint(w, `{"apiVersion":"2.0.5","dataTimestamp":"2026-01-01T00:00:00"}`)
			return
		}
		fmt.Fprintf(w, `{"totalCount":9,"studies":[%s]}`, studies(1)[0])
	}))
	defer server.Close()
	var told []string
	c := client(t, &registry.Options{BaseURL: server.URL, PerMinute: -1, Notify: func(e registry.Event) { told = append(told, e.Text) }})
	got, err := c.Fetch(t.Context(), query(t, ""), t.TempDir())
	if err != nil || got.Studies != 1 || !strings.Contains(strings.Join(told, "\n"), "counts 9 studies, and its pages held 1") {
		t.Errorf("%v %v %q", got, err, told)
	}
}

func TestRemoveLeavesWhatIsNotItsOwn(t *testing.T) {
	_, options := serve(t, studies(3))
	dir := t.TempDir()
	other := filepath.Join(dir, "mine")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := client(t, options).Fetch(t.Context(), query(t, ""), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 || left[0] != other {
		t.Errorf("left %q", left)
	}
}
