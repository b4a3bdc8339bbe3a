package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/store"
	"github.com/trialweave/trialweave/study"
)

var kinds = []store.Kind{store.Oxigraph, store.Fuseki, store.RDF4J, store.Virtuoso, store.GSP, store.Update}

// records are the fixtures, one study a line.
func records(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/studies/NCT9999000[1-6].json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d fixtures: %v", len(files), err)
	}
	var out []string
	for r, err := range must(study.Open(files, nil)).Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		compact.Write(bytes.ReplaceAll(bytes.ReplaceAll(r.JSON, []byte("\n"), []byte(" ")), []byte("\r"), nil))
		out = append(out, compact.String())
	}
	return out
}

func nctID(t testing.TB, record string) string {
	t.Helper()
	id, fault := study.Validate([]byte(record))
	if fault != nil {
		t.Fatal(fault)
	}
	return id
}

// loaded returns a store of a kind that holds all records, and its journal.
func loaded(t *testing.T, kind store.Kind, all []string) (*storetest.Store, *store.Journal) {
	t.Helper()
	f := storetest.New(t, kind)
	j := journal(t, t.TempDir(), f)
	t.Cleanup(func() { j.Close() })
	must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, store.Options{}))
	return f, j
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// lines are the quads of records, sorted.
func lines(t testing.TB, records []string) []string {
	t.Helper()
	var out bytes.Buffer
	sink := must(convert.NewSink(&out, 2, nil)) // N-Quads
	if err := feed(t.Context(), records, sink, io.Discard); err != nil {
		t.Fatal(err)
	}
	all := strings.SplitAfter(out.String(), "\n")
	all = all[:len(all)-1]
	slices.Sort(all)
	return all
}

var engine = sync.OnceValue(func() *mapping.Engine { return must(mapping.NewEngine(nil)) })

func feed(ctx context.Context, records []string, sink convert.Sink, rejects io.Writer) error {
	in, err := study.Open([]string{"-"}, &study.Options{Stdin: strings.NewReader(strings.Join(records, "\n"))})
	if err != nil {
		return err
	}
	_, err = convert.Run(ctx, in, func() convert.Converter { return engine().NewConverter() }, sink, &convert.Options{Workers: 1, Validated: true, Rejects: rejects})
	return err
}

type rejected struct{ sink *store.Sink }

func (r rejected) Write(b []byte) (int, error) { r.sink.Rejected(b); return len(b), nil }

// run loads or syncs records into a fake.
func run(ctx context.Context, t testing.TB, f *storetest.Store, records []string, o store.LoadOptions, open store.Options) (store.Summary, error) {
	t.Helper()
	if open.Pause == 0 {
		open.Pause = time.Millisecond
	}
	if f.Kind == store.GSP && open.QueryURL == "" {
		open.QueryURL = ""
	}
	s, err := store.Open(ctx, f.Target(), &open)
	if err != nil {
		return store.Summary{}, err
	}
	return s.NewLoader(&o).Run(ctx, func(sink *store.Sink) error { return feed(ctx, records, sink, rejected{sink}) })
}

// small makes requests small, so that there are many.
func small(o store.LoadOptions) store.LoadOptions {
	o.BatchGraphs = 3
	return o
}

func journal(t testing.TB, folder string, f *storetest.Store) *store.Journal {
	t.Helper()
	j, err := store.OpenJournal(folder, f.Target())
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestLoadPutsEveryStudyInItsGraph(t *testing.T) {
	all := records(t)
	want := lines(t, all)
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			f := storetest.New(t, kind)
			for i := range 2 { // the second time everything is replaced
				sum, err := run(t.Context(), t, f, all, small(store.LoadOptions{}), store.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, f.Dump()); diff != "" {
					t.Fatalf("(-converted +stored)\n%s", diff)
				}
				n := int64(len(all))
				if sum.New != n*int64(1-i) || sum.Replaced != n*int64(i) || sum.Quads+sum.Shared != int64(len(want)) || sum.Studies != n {
					t.Errorf("%+v", sum)
				}
			}
		})
	}
}

func TestOpenFindsOutWhatAnswers(t *testing.T) {
	for _, kind := range kinds[:4] {
		f := storetest.New(t, kind)
		target := f.Target()
		target.Kind = ""
		s, err := store.Open(t.Context(), target, nil)
		if err != nil || s.Capability().Kind != kind {
			t.Errorf("%s: %+v %v", kind, s, err)
		}
	}
	f := storetest.New(t, store.GSP)
	if _, err := store.Open(t.Context(), store.Target{Address: f.URL}, nil); err == nil || !strings.Contains(err.Error(), "hint: say what it is") {
		t.Errorf("found %v", err)
	}
	if _, err := store.Open(t.Context(), store.Target{Kind: store.QLever, Address: "x"}, nil); err == nil || !strings.Contains(err.Error(), "--bulk") {
		t.Errorf("found %v", err)
	}
}

func TestWhoAsks(t *testing.T) {
	all := records(t)
	user, token := store.Credentials{User: "dba", Password: "secret"}, store.Credentials{Token: "secret"}
	cases := map[string]struct {
		auth  func(http.ResponseWriter, *http.Request) bool
		right store.Credentials
		wrong store.Credentials
	}{
		"basic":  {storetest.BasicAuth, user, store.Credentials{User: "dba", Password: "no"}},
		"digest": {storetest.DigestAuth, user, store.Credentials{User: "dba", Password: "no"}},
		"bearer": {storetest.BearerAuth, token, store.Credentials{Token: "no"}},
	}
	for name, c := range cases {
		for _, kind := range []store.Kind{store.Oxigraph, store.Virtuoso} {
			t.Run(name+"/"+string(kind), func(t *testing.T) {
				f := storetest.New(t, kind)
				f.Auth = c.auth
				if _, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{Credentials: c.right}); err != nil {
					t.Fatal(err)
				}
				before := f.Dump()
				for _, credentials := range []store.Credentials{c.wrong, {}} {
					_, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{Credentials: credentials})
					var refused *store.RefusedError
					if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || strings.Contains(err.Error(), "secret") {
						t.Errorf("with %+v: %v", credentials, err)
					}
				}
				if !cmp.Equal(before, f.Dump()) {
					t.Error("what was there is not there any more")
				}
			})
		}
	}
}

// writes reports whether a request changes anything.
func writes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Header.Get("Content-Type") != "application/x-www-form-urlencoded"
}

var faults = map[string]struct {
	fault func(w http.ResponseWriter, r *http.Request, body []byte) ([]byte, bool)
	want  string
}{
	"a 201 that stored nothing": {func(w http.ResponseWriter, _ *http.Request, _ []byte) ([]byte, bool) {
		w.WriteHeader(http.StatusCreated)
		return nil, true
	}, "expected (the|it to be replaced)"},
	"a proxy that cuts bodies after a line": {func(_ http.ResponseWriter, _ *http.Request, body []byte) ([]byte, bool) {
		return body[:bytes.LastIndexByte(body[:len(body)/2], '\n')+1], false
	}, "expected (the|it to)|400"},
	"a proxy that cuts bodies anywhere": {func(_ http.ResponseWriter, _ *http.Request, body []byte) ([]byte, bool) {
		return body[:len(body)/2], false
	}, "expected (the|it to)|400"},
	"disk full": {func(w http.ResponseWriter, _ *http.Request, _ []byte) ([]byte, bool) {
		http.Error(w, "write failed: No space left on device", http.StatusInternalServerError)
		return nil, true
	}, "hint: the disk of the store is full"},
	"insufficient storage": {func(w http.ResponseWriter, _ *http.Request, _ []byte) ([]byte, bool) {
		w.WriteHeader(http.StatusInsufficientStorage)
		return nil, true
	}, "hint: the disk of the store is full"},
	"forbidden": {func(w http.ResponseWriter, _ *http.Request, _ []byte) ([]byte, bool) {
		w.WriteHeader(http.StatusForbidden)
		return nil, true
	}, "hint: TRIALWEAVE_USER"},
	"redirected": {func(w http.ResponseWriter, r *http.Request, _ []byte) ([]byte, bool) {
		http.Redirect(w, r, "http://example.org/", http.StatusFound)
		return nil, true
	}, "redirection"},
	"slow": {func(_ http.ResponseWriter, _ *http.Request, _ []byte) ([]byte, bool) {
		time.Sleep(300 * time.Millisecond)
		return nil, true
	}, "no answer within 100ms"},
	"a connection that closes": {func(_ http.ResponseWriter, _ *http.Request, _ []byte) ([]byte, bool) {
		panic(http.ErrAbortHandler)
	}, "EOF"},
}

// TestFaultsAreTold: whatever goes wrong is told and not taken for success, and
// a graph that was good stays as it was.
func TestFaultsAreTold(t *testing.T) {
	all := records(t)
	for name, c := range faults {
		for _, kind := range kinds {
			t.Run(name+"/"+string(kind), func(t *testing.T) {
				t.Parallel()
				f := storetest.New(t, kind)
				if _, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{}); err != nil {
					t.Fatal(err)
				}
				before := f.Dump()
				f.Fault = func(w http.ResponseWriter, r *http.Request, body []byte) ([]byte, bool) {
					if !writes(r) {
						return body, false
					}
					return c.fault(w, r, body)
				}
				changed := slices.Clone(all)
				changed[1] = regexp.MustCompile(`"briefTitle": *"`).ReplaceAllString(changed[1], `${0}As many triples as before `)
				if kind == store.GSP || kind == store.Update {
					t.Skip("the plain protocols have no way to replace a graph that survives such faults; see the next test")
				}
				_, err := run(t.Context(), t, f, changed[1:2], store.LoadOptions{}, store.Options{Retries: 1, Timeout: timeout(name)})
				if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
					t.Errorf("found %v, expected %q", err, c.want)
				}
				kept := slices.DeleteFunc(f.Dump(), func(line string) bool { return strings.Contains(line, "graph/staging") })
				if diff := cmp.Diff(before, kept); diff != "" {
					t.Errorf("(-before +after)\n%s", diff)
				}
			})
		}
	}
}

// TestAStoreThatTakesUTF8ForSomethingElseReplacesNothing, since that is found out
// before the first graph is replaced.
func TestAStoreThatTakesUTF8ForSomethingElseReplacesNothing(t *testing.T) {
	all := records(t)[:2]
	f := storetest.New(t, store.RDF4J)
	must(run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{}))
	before := f.Dump()
	f.Fault = func(_ http.ResponseWriter, r *http.Request, body []byte) ([]byte, bool) {
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/sparql-update") {
			return body, false
		}
		latin := []rune{}
		for _, b := range body {
			latin = append(latin, rune(b))
		}
		return []byte(string(latin)), false
	}
	_, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{})
	var content *store.ContentError
	if !errors.As(err, &content) {
		t.Errorf("found %v", err)
	}
	kept := slices.DeleteFunc(f.Dump(), func(line string) bool { return strings.Contains(line, "graph/staging") })
	if diff := cmp.Diff(before, kept); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}

// TestFaultsAreToldByPlainProtocols: there too nothing is taken for success.
func TestFaultsAreToldByPlainProtocols(t *testing.T) {
	all := records(t)
	for name, c := range faults {
		for _, kind := range kinds[4:] {
			t.Run(name+"/"+string(kind), func(t *testing.T) {
				t.Parallel()
				f := storetest.New(t, kind)
				f.Fault = func(w http.ResponseWriter, r *http.Request, body []byte) ([]byte, bool) {
					if !writes(r) {
						return body, false
					}
					return c.fault(w, r, body)
				}
				_, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{Retries: 1, Timeout: timeout(name)})
				if err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
					t.Errorf("found %v, expected %q", err, c.want)
				}
			})
		}
	}
}

func timeout(name string) time.Duration {
	if name == "slow" {
		return 100 * time.Millisecond
	}
	return 0
}

func TestABusyStoreIsAskedAgain(t *testing.T) {
	all := records(t)
	for _, kind := range kinds {
		f := storetest.New(t, kind)
		dice := rand.New(rand.NewPCG(1, 2))
		f.Fault = func(w http.ResponseWriter, _ *http.Request, body []byte) ([]byte, bool) {
			if dice.IntN(7) == 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return nil, true
			}
			return body, false
		}
		if _, err := run(t.Context(), t, f, all, small(store.LoadOptions{}), store.Options{}); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if !cmp.Equal(lines(t, all), f.Dump()) {
			t.Errorf("%s holds something else", kind)
		}
	}
}

// TestARefusedGraphIsFound: of a request with many graphs, the one that the
// store does not like is told, and the others are there.
func TestARefusedGraphIsFound(t *testing.T) {
	all := records(t)
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			f := storetest.New(t, kind)
			if _, err := run(t.Context(), t, f, all, store.LoadOptions{}, store.Options{}); err != nil {
				t.Fatal(err)
			}
			bad := slices.Clone(all)
			bad[3] = strings.Replace(bad[3], `"briefTitle"`, `"acronym": "the store does not like this", "briefTitle"`, 1)
			bad[4] = strings.Replace(bad[4], `"briefTitle"`, `"acronym": "NEW", "briefTitle"`, 1)
			var told []string
			sum, err := run(t.Context(), t, f, bad, store.LoadOptions{OnRefused: func(graph string, err error) error {
				told = append(told, graph)
				return nil
			}}, store.Options{})
			if err != nil || sum.Refused != 1 || len(told) != 1 {
				t.Fatalf("%v, %+v, told %v", err, sum, told)
			}
			good := slices.Clone(bad)
			good[3] = all[3]
			if diff := cmp.Diff(recordLines(lines(t, good)), recordLines(f.Dump())); diff != "" && kind != store.Update {
				t.Errorf("(-expected +stored)\n%s", diff)
			}
		})
	}
}

func recordLines(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return !strings.Contains(s, "#record> .\n") })
}

// newer is the input of a sync: the first study is withdrawn, the second edited,
// the last new, and the day of the data is another in all.
func newer(all []string) []string {
	out := slices.Clone(all[1:])
	out[0] = strings.Replace(out[0], `"briefTitle"`, `"acronym": "NEW", "briefTitle"`, 1)
	for i := range out {
		out[i] = regexp.MustCompile(`"versionHolder": *"[^"]*"`).ReplaceAllString(out[i], `"versionHolder": "2031-01-01"`)
	}
	return out
}

var day = regexp.MustCompile(`(?m)^.*version_holder.*\n`)

func withoutDay(lines []string) string { return day.ReplaceAllString(strings.Join(lines, ""), "") }

func TestSyncTouchesOnlyWhatChanged(t *testing.T) {
	all := records(t)
	before, after := all[:len(all)-1], newer(all)
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			fresh := storetest.New(t, kind)
			if _, err := run(t.Context(), t, fresh, after, store.LoadOptions{}, store.Options{}); err != nil {
				t.Fatal(err)
			}
			f, folder := storetest.New(t, kind), t.TempDir()
			j := journal(t, folder, f)
			open := store.Options{}
			if kind == store.GSP {
				open.QueryURL, open.UpdateURL = f.URL+"/sparql", f.URL+"/sparql"
			}
			if _, err := run(t.Context(), t, f, before, store.LoadOptions{Journal: j}, open); err != nil {
				t.Fatal(err)
			}
			j.Close()
			f.Log = nil
			j = journal(t, folder, f)
			defer j.Close()
			sum, err := run(t.Context(), t, f, after, store.LoadOptions{Journal: j, Changed: true}, open)
			if err != nil || sum.New != 1 || sum.Replaced != 1 || sum.Withdrawn != 1 || sum.Unchanged != int64(len(all)-3) {
				t.Fatalf("%v %+v", err, sum)
			}
			if diff := cmp.Diff(withoutDay(fresh.Dump()), withoutDay(f.Dump())); diff != "" {
				t.Errorf("(-fresh +synced)\n%s", diff)
			}
			log := strings.Join(f.Log, "\n")
			for _, r := range all[2 : len(all)-1] {
				if id := nctID(t, r); strings.Contains(log, id+"#record") {
					t.Errorf("%s was touched", id)
				}
			}
			f.Log = nil
			if sum, err = run(t.Context(), t, f, after, store.LoadOptions{Journal: j, Changed: true}, open); err != nil || sum.Unchanged != int64(len(after)) || len(f.Log) > 0 && f.Kind != store.Virtuoso && f.Kind != store.Update && f.Kind != store.GSP {
				t.Errorf("the second time: %v %+v %q", err, sum, f.Log)
			}
		})
	}
}

// stopping ends a run at its nth request, before it arrives or after it.
type stopping struct {
	n      int
	after  bool
	cancel context.CancelFunc
}

func (s *stopping) RoundTrip(r *http.Request) (*http.Response, error) {
	s.n--
	if s.n < 0 {
		return nil, errors.New("killed")
	}
	if s.n == 0 && !s.after {
		s.cancel()
		return nil, errors.New("killed")
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if s.n == 0 {
		s.cancel()
	}
	return response, err
}

// TestKilledAnywhereAndRunAgain: a load and a sync that are ended at every one of
// their requests in turn end, run again, in the state of one that was not.
func TestKilledAnywhereAndRunAgain(t *testing.T) {
	all := records(t)[:4]
	before, after := all[:3], newer(all)
	for _, kind := range []store.Kind{store.Oxigraph, store.RDF4J, store.Virtuoso, store.Update} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			fresh := storetest.New(t, kind)
			if _, err := run(t.Context(), t, fresh, after, store.LoadOptions{}, store.Options{}); err != nil {
				t.Fatal(err)
			}
			want := withoutDay(fresh.Dump())
			for n := 1; ; n++ {
				ended := false
				for i, late := range []bool{false, true} {
					if (n+i)%portion.Count(6, 1) != 0 {
						continue // each request is cut, before it or after it
					}
					f, folder := storetest.New(t, kind), t.TempDir()
					j := journal(t, folder, f)
					must(run(t.Context(), t, f, before, store.LoadOptions{Journal: j}, store.Options{}))
					j.Close()
					ctx, cancel := context.WithCancel(t.Context())
					j = journal(t, folder, f)
					_, err := run(ctx, t, f, after, small(store.LoadOptions{Journal: j, Changed: true}), store.Options{Transport: &stopping{n, late, cancel}, Retries: -1})
					cancel()
					j.Close()
					ended = ended || err == nil
					j = journal(t, folder, f)
					if _, err = run(t.Context(), t, f, after, store.LoadOptions{Journal: j, Changed: true}, store.Options{}); err != nil {
						t.Fatalf("killed at request %d (late %v), then: %v", n, late, err)
					}
					j.Close()
					if diff := cmp.Diff(want, withoutDay(f.Dump())); diff != "" {
						t.Fatalf("killed at request %d (late %v) (-fresh +resumed)\n%s", n, late, diff)
					}
				}
				if ended {
					t.Logf("%d requests", n)
					if n < 6 {
						t.Error("the run ended too early to prove anything")
					}
					return
				}
			}
		})
	}
}

func TestWithdrawingIsGuarded(t *testing.T) {
	all := records(t)
	f, folder := storetest.New(t, store.Oxigraph), t.TempDir()
	j := journal(t, folder, f)
	defer j.Close()
	must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, store.Options{}))
	want := f.Dump()
	broken := []string{`{"protocolSection": {`, all[0]}
	_, err := run(t.Context(), t, f, broken, store.LoadOptions{Journal: j, Changed: true}, store.Options{})
	if err == nil || !strings.Contains(err.Error(), "does not say of which study") {
		t.Errorf("found %v", err)
	}
	id := nctID(t, all[1])
	named := append(slices.Clone(all[:1]), fmt.Sprintf(`{"protocolSection": {"identificationModule": {"nctId": "%s"}`, id))
	sum, err := run(t.Context(), t, f, append(named, all[2:]...), store.LoadOptions{Journal: j, Changed: true}, store.Options{})
	if err != nil || sum.Withdrawn != 0 {
		t.Errorf("%v %+v", err, sum)
	}
	if diff := cmp.Diff(want, f.Dump()); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	var many []string
	for i := range 40 {
		many = append(many, strings.ReplaceAll(all[0], nctID(t, all[0]), fmt.Sprintf("NCT98%06d", i+1)))
	}
	must(run(t.Context(), t, f, many, store.LoadOptions{Journal: j}, store.Options{}))
	_, err = run(t.Context(), t, f, many[:5], store.LoadOptions{Journal: j, Changed: true}, store.Options{})
	if err == nil || !strings.Contains(err.Error(), "are missing from the input; the limit is 10, so none was withdrawn (missing: NCT98000006") {
		t.Errorf("found %v", err)
	}
	if _, err = run(t.Context(), t, f, many[:5], store.LoadOptions{Journal: j, Changed: true, Keep: true}, store.Options{}); err != nil {
		t.Error(err)
	}
}

// TestNothingIsWithdrawnForNothing: an input that has none of the studies of a
// small store withdraws none without AllowEmpty, and rejected records count as
// missing.
func TestNothingIsWithdrawnForNothing(t *testing.T) {
	all := records(t)[:6]
	f, folder := storetest.New(t, store.Oxigraph), t.TempDir()
	j := journal(t, folder, f)
	defer j.Close()
	must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, store.Options{}))
	want := f.Dump()
	_, err := run(t.Context(), t, f, []string{`{"studies":[]}`}, store.LoadOptions{Journal: j, Changed: true}, store.Options{})
	if err == nil || !strings.Contains(err.Error(), "has none of the 6 studies") || !strings.Contains(err.Error(), "--allow-empty") {
		t.Errorf("found %v", err)
	}
	if diff := cmp.Diff(want, f.Dump()); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	sum, err := run(t.Context(), t, f, []string{`{"studies":[]}`}, store.LoadOptions{Journal: j, Changed: true, AllowEmpty: true}, store.Options{})
	if err != nil || sum.Withdrawn != 6 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestSyncBelievesTheStore: what the journal says is checked against the store.
func TestSyncBelievesTheStore(t *testing.T) {
	all := records(t)
	f, j := loaded(t, store.Virtuoso, all)
	want := f.Dump()
	f.Graphs = map[string]map[string]bool{}
	sum, err := run(t.Context(), t, f, all, store.LoadOptions{Journal: j, Changed: true}, store.Options{})
	if err == nil && sum.New != int64(len(all)) {
		t.Errorf("%+v %v", sum, err)
	}
	if diff := cmp.Diff(want, f.Dump()); err == nil && diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}

func TestOneRunATarget(t *testing.T) {
	f, folder := storetest.New(t, store.Oxigraph), t.TempDir()
	j := journal(t, folder, f)
	if _, err := store.OpenJournal(folder, f.Target()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("found %v", err)
	}
	j.Close()
	j = journal(t, folder, f)
	j.Close()
}

// TestATornJournalIsRead: whatever byte it was cut at, what is left is taken.
func TestATornJournalIsRead(t *testing.T) {
	all := records(t)[:3]
	f, folder := storetest.New(t, store.Oxigraph), t.TempDir()
	j := journal(t, folder, f)
	must(run(t.Context(), t, f, all, store.LoadOptions{Journal: j}, store.Options{}))
	j.Close()
	files := must(filepath.Glob(filepath.Join(folder, "*.journal")))
	whole := must(os.ReadFile(files[0]))
	for cut := range whole {
		if err := os.WriteFile(files[0], whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j := journal(t, folder, f)
		if n := bytes.Count(whole[:cut], []byte("\n")); j.Len() != max(0, n-1) {
			t.Fatalf("cut after %d bytes: %d graphs of %d lines", cut, j.Len(), n)
		}
		j.Close()
	}
	if err := os.WriteFile(files[0], []byte("something else\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.OpenJournal(folder, f.Target()); err == nil || !strings.Contains(err.Error(), "is not a journal of this target") {
		t.Errorf("found %v", err)
	}
}

func TestOneGraphAndTheUnion(t *testing.T) {
	all := records(t)
	f := storetest.New(t, store.Oxigraph)
	if _, err := run(t.Context(), t, f, all, store.LoadOptions{OneGraph: true}, store.Options{}); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, line := range lines(t, all) {
		want = append(want, line[:strings.LastIndex(line, " <")]+" .\n")
	}
	slices.Sort(want)
	if diff := cmp.Diff(slices.Compact(want), f.Dump()); diff != "" {
		t.Errorf("(-converted +stored)\n%s", diff)
	}
	if _, err := run(t.Context(), t, storetest.New(t, store.Virtuoso), all, store.LoadOptions{OneGraph: true}, store.Options{}); err == nil {
		t.Error("Virtuoso has no default graph of its own")
	}
	for _, union := range []bool{false, true} {
		f := storetest.New(t, store.Oxigraph)
		f.Union = union
		s := must(store.Open(t.Context(), f.Target(), nil))
		l := s.NewLoader(nil)
		must(l.Run(t.Context(), func(sink *store.Sink) error { return feed(t.Context(), all, sink, io.Discard) }))
		if sees := must(l.SeesUnion(t.Context())); sees != union {
			t.Errorf("a store with union %v sees %v", union, sees)
		}
	}
}

func TestDryRunSendsNothing(t *testing.T) {
	all := records(t)
	f := storetest.New(t, store.Fuseki)
	must(run(t.Context(), t, f, all[:2], store.LoadOptions{}, store.Options{}))
	f.Log = nil
	sum, err := run(t.Context(), t, f, all, store.LoadOptions{DryRun: true, Dataset: &model.Dataset{}}, store.Options{})
	if err != nil || sum.New != int64(len(all)-2) || sum.Replaced != 2 || len(f.Log) > 0 {
		t.Errorf("%v %+v %q", err, sum, f.Log)
	}
}

func TestTheDatasetIsDescribedWithItsCounts(t *testing.T) {
	all := records(t)
	f := storetest.New(t, store.Oxigraph)
	sum := must(run(t.Context(), t, f, all, store.LoadOptions{Dataset: &model.Dataset{Processed: "2026-11-25"}}, store.Options{}))
	text := strings.Join(f.Dump(), "")
	for _, want := range []string{
		fmt.Sprintf(`<http://rdfs.org/ns/void#triples> "%d"`, len(lines(t, all))),
		fmt.Sprintf(`<http://rdfs.org/ns/void#entities> "%d"`, len(all)),
		`graph/dataset> .`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the description lacks %s (%+v)", want, sum)
		}
	}
}

// TestTriplesOfTheDefaultGraphGoThere, also those whose object is an IRI.
func TestTriplesOfTheDefaultGraphGoThere(t *testing.T) {
	const triples = "<urn:x:s> <urn:x:p> <urn:x:o> .\n<urn:x:s> <urn:x:p> \"o\" .\n"
	for _, kind := range []store.Kind{store.Oxigraph, store.Fuseki, store.RDF4J} {
		f := storetest.New(t, kind)
		s := must(store.Open(t.Context(), f.Target(), nil))
		must(s.NewLoader(nil).Run(t.Context(), func(sink *store.Sink) error { return sink.WriteGraph([]byte(triples), false) }))
		if got := strings.Join(f.Dump(), ""); got != "<urn:x:s> <urn:x:p> \"o\" .\n<urn:x:s> <urn:x:p> <urn:x:o> .\n" {
			t.Errorf("%s holds %q", kind, got)
		}
	}
}

func TestTargetsNameNobody(t *testing.T) {
	for _, s := range []string{"http://dba:secret@localhost/", "virtuoso:http://dba@localhost:8890"} {
		if _, err := store.ParseTarget(s); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", s, err)
		}
	}
	target, err := store.ParseTarget("fuseki:http://localhost:3030/ds")
	if err != nil || target.Kind != store.Fuseki || target.Address != "http://localhost:3030/ds" {
		t.Errorf("%+v %v", target, err)
	}
}

func TestCredentialsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "who")
	for text, want := range map[string]store.Credentials{
		"dba:a:b\n": {User: "dba", Password: "a:b"}, "Bearer xyz\r\n": {Token: "xyz"}, "nobody\n": {}, "": {},
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := store.ReadCredentials(path, false)
		if got != want || (err == nil) == want.IsZero() {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
	if err := os.WriteFile(path, []byte("dba:secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := store.ReadCredentials(path, false); err == nil || !strings.Contains(err.Error(), "mode 0644") || strings.Contains(err.Error(), "secret") {
		t.Errorf("found %v", err)
	}
	if got, err := store.ReadCredentials(path, true); err != nil || got.User != "dba" {
		t.Errorf("%+v %v", got, err)
	}
}
