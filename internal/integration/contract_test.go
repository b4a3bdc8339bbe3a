//go:build integration

package integration

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// sample writes some of the real studies, or the fixtures where there are none,
// into a folder of one file each, and returns it.
func sample(t testing.TB, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "studies")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(allStudies(t))
	if err != nil {
		for _, file := range studies(t) {
			save(t, filepath.Join(dir, filepath.Base(file)), load(t, file))
		}
		return dir
	}
	defer archive.Close()
	step := max(1, len(archive.File)/n)
	for i := 0; i < len(archive.File) && n > 0; i += step {
		f, err := archive.File[i].Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, filepath.Base(archive.File[i].Name)), data)
		n--
	}
	return dir
}

// files lists the studies of a folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "NCT*.json"))
	if err != nil || len(names) < 10 {
		t.Fatalf("%d studies in %s: %v", len(names), dir, err)
	}
	return names
}

// newer makes a folder's newer state: three studies are withdrawn, three edited,
// and three that older did not have are there.
func newer(t testing.TB, dir string) (older, edited string, changed []string) {
	t.Helper()
	older, edited = dir+".older", dir+".newer"
	for i, file := range files(t, dir) {
		data, name := load(t, file), filepath.Base(file)
		if i < 3 || i >= 6 {
			save(t, filepath.Join(older, name), data)
		}
		switch {
		case i >= 9 && i < 12:
			continue // withdrawn
		case i >= 12 && i < 15:
			data = regexp.MustCompile(`"briefTitle": ?"`).ReplaceAll(data, []byte(`"briefTitle": "Edited: `))
		}
		save(t, filepath.Join(edited, name), data)
		if i >= 3 && i < 6 || i >= 9 && i < 15 {
			changed = append(changed, strings.TrimSuffix(name, ".json"))
		}
	}
	return older, edited, changed
}

// proxy stands between client and server and does to requests that write what it
// is told.
func proxy(t testing.TB, to string, do func(w http.ResponseWriter, r *http.Request, pass http.Handler)) (front *httptest.Server, log *[]string) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = u.Scheme, u.Host
	}}
	log = &[]string{}
	front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" || r.ContentLength <= 0 {
			pass.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		*log = append(*log, r.Method+" "+r.URL.String()+" "+string(body))
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		do(w, r, pass)
	}))
	t.Cleanup(front.Close)
	return front, log
}

// through is the target of a server behind a proxy.
func (s *server) through(t testing.TB, front string) string {
	t.Helper()
	u, err := url.Parse(s.target)
	if err != nil {
		t.Fatal(err)
	}
	return s.name + ":" + front + u.Path
}

// needed is the space on disk that the tests need: the longest part is the
// database of a store beside the N-Quads that it was made from.
const needed = 4 << 30

// TestMain checks the disk before all tests, since some loaders wait forever when
// it is full, installs what they need, and prints the table of docs/how-tos/stores.md after them.
func TestMain(m *testing.M) {
	for _, dir := range []string{".", os.TempDir()} {
		if free, err := tools.Free(dir); err != nil || free < needed {
			fmt.Printf("%s has %d MB left (%v), expected %d: make room on the disk first\n", dir, free>>20, err, needed>>20)
			os.Exit(1)
		}
	}
	installAhead()
	status := m.Run()
	if len(capabilities.rows) > 0 {
		fmt.Print(capabilities.String())
	}
	os.Exit(status)
}

// TestStoreContract holds each real store to one contract.
func TestStoreContract(t *testing.T) {
	dir := sample(t, portion.Count(20, 40))
	for _, kind := range servers {
		t.Run(kind.name, func(t *testing.T) {
			s := kind.make(t)
			s.fresh(t)
			contract(t, s, dir)
		})
	}
}

func contract(t *testing.T, s *server, dir string) {
	older, edited, changed := newer(t, dir)
	want := lines(t, []byte(tools.Run(t, ".", command(t), "convert", dir)))
	t.Run("load", func(t *testing.T) {
		said := s.must(t, "load", s.target, dir, "--no-model")
		got := slices.DeleteFunc(s.dump(t), func(line string) bool { return strings.Contains(line, "graph/dataset> .") })
		if len(got) != len(want) {
			t.Errorf("the store holds %d quads, expected %d\n%s", len(got), len(want), differences(want, got))
		}
		kept := len(want)
		for _, line := range want {
			if _, found := slices.BinarySearch(got, line); !found {
				kept--
			}
		}
		capabilities.note(t, "quads kept, letter by letter", s.name, fmt.Sprintf("%d of %d", kept, len(want)))
		if kept < len(want) {
			t.Logf("changed by the store:\n%s", differences(want, got))
		}
		if strings.Contains(said, "default graph is not the union") {
			t.Errorf("the union is switched on, and not seen: %s", said)
		}
		capabilities.note(t, "default graph is the union, as the hint says", s.name, "yes")
	})
	first := s.dump(t)
	t.Run("replace", func(t *testing.T) {
		s.must(t, "load", s.target, dir, "--no-model")
		same(t, first, s.dump(t))
		capabilities.note(t, "load again", s.name, "the same")
	})
	t.Run("sync", func(t *testing.T) { syncs(t, s, older, edited, changed) })
	t.Run("bad record", func(t *testing.T) { badRecord(t, s, edited) })
	t.Run("faults", func(t *testing.T) { storeFaults(t, s, edited) })
	t.Run("refused write", func(t *testing.T) { refused(t, s, edited) })
	t.Run("killed", func(t *testing.T) { killed(t, s, older, edited) })
}

// same compares two dumps.
func same(t testing.TB, want, got []string) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%d quads, expected %d\n%s", len(got), len(want), differences(want, got))
	}
}

// syncs proves that only what changed is touched, and that the outcome is that of
// a fresh load.
func syncs(t *testing.T, s *server, older, edited string, changed []string) {
	s.fresh(t)
	os.RemoveAll(s.dir + ".state")
	s.must(t, "load", s.target, edited)
	want := s.dump(t)
	s.fresh(t)
	os.RemoveAll(s.dir + ".state")
	front, log := proxy(t, s.target, func(w http.ResponseWriter, r *http.Request, pass http.Handler) { pass.ServeHTTP(w, r) })
	target := s.through(t, front.URL)
	s.must(t, "load", target, older)
	*log = nil
	said := s.must(t, "sync", target, edited)
	if !strings.Contains(said, "3 new, 3 replaced") || !strings.Contains(said, "3 withdrawn") {
		t.Errorf("found %s", said)
	}
	same(t, want, s.dump(t))
	all := strings.Join(*log, "\n")
	if plain, err := url.QueryUnescape(all); err == nil {
		all += plain
	}
	for _, file := range files(t, edited) {
		id := strings.TrimSuffix(filepath.Base(file), ".json")
		if touched := strings.Contains(all, "/"+id+"#record"); touched != slices.Contains(changed, id) {
			t.Errorf("%s: touched %v", id, touched)
		}
	}
	capabilities.note(t, "sync touches only what changed, and ends as a fresh load", s.name, "yes")
}

func badRecord(t *testing.T, s *server, edited string) {
	before := s.dump(t)
	for _, bad := range []struct {
		name   string
		status int
		spoil  func([]byte) []byte
	}{
		{"a bad record leaves the good graph", 1, func(data []byte) []byte {
			return bytes.Replace(data, []byte(`"protocolSection"`), []byte(`"hasResults":false,"hasResults":false,"protocolSection"`), 1)
		}},
		{"a record that is cut short changes nothing", 2, func(data []byte) []byte { return data[:len(data)-40] }},
	} {
		dir := filepath.Join(t.TempDir(), "bad")
		for i, file := range files(t, edited) {
			data := load(t, file)
			if i == 5 {
				data = bad.spoil(data)
			}
			save(t, filepath.Join(dir, filepath.Base(file)), data)
		}
		said, status := s.ours(t, "sync", s.name+":"+s.target, dir)
		if status != bad.status {
			t.Errorf("%s: status %d, expected %d\n%s", bad.name, status, bad.status, said)
		}
		if got := s.dump(t); !slices.Equal(before, got) {
			t.Errorf("%s: something changed\n%s", bad.name, differences(before, got))
		}
		capabilities.note(t, bad.name, s.name, "yes")
	}
}

// storeFaults puts a proxy between that cuts, swallows or delays; the graphs
// that were good stay.
func storeFaults(t *testing.T, s *server, edited string) {
	before := s.dump(t)
	one := filepath.Join(t.TempDir(), "one")
	file := files(t, edited)[7]
	text := regexp.MustCompile(`"briefTitle": ?"`).ReplaceAllString(string(load(t, file)), `"briefTitle": "Again: `)
	save(t, filepath.Join(one, filepath.Base(file)), []byte(text))
	faults := map[string]func(w http.ResponseWriter, r *http.Request, pass http.Handler){
		"a cut body": func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
			body, _ := io.ReadAll(r.Body)
			cut := strings.LastIndexByte(string(body[:len(body)/2]), '\n') + 1
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(string(body[:cut]))), int64(cut)
			r.Header.Set("Content-Length", strconv.Itoa(cut))
			pass.ServeHTTP(w, r)
		},
		"a 201 that stored nothing": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusCreated) },
		"a slow server": func(w http.ResponseWriter, r *http.Request, pass http.Handler) {
			time.Sleep(1500 * time.Millisecond)
			pass.ServeHTTP(w, r)
		},
	}
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		front, _ := proxy(t, s.target, faults[name])
		said, status := s.ours(t, "load", s.through(t, front.URL), one, "--no-model", "--timeout", map[bool]string{true: "1s", false: "1m"}[name == "a slow server"])
		if status != 2 && !(status == 1 && strings.Contains(said, "is not taken by the store")) {
			t.Errorf("%s: status %d\n%s", name, status, said)
		}
		got := slices.DeleteFunc(s.dump(t), func(line string) bool { return strings.Contains(line, "graph/staging") })
		if name != "a slow server" && !slices.Equal(before, got) { // a slow server may have done it in the end
			t.Errorf("%s changed what was there\n%s", name, differences(before, got))
		}
		capabilities.note(t, name+" is told", s.name, "yes")
	}
	s.must(t, "sync", s.name+":"+s.target, edited)
	same(t, before, s.dump(t))
}

// refused asks without leave, with a wrong password, or where nothing may be
// written.
func refused(t *testing.T, s *server, edited string) {
	before := s.dump(t)
	target, env := s.name+":"+s.target, s.env
	defer func() { s.env = env }()
	switch s.name {
	case "virtuoso":
		for _, password := range []string{"wrong", ""} {
			s.env = []string{"TRIALWEAVE_USER=dba", "TRIALWEAVE_PASSWORD=" + password}
			if password == "" {
				s.env = nil
			}
			if said, status := s.ours(t, "load", target, edited); status != 2 || !strings.Contains(said, "TRIALWEAVE_PASSWORD") || strings.Contains(said, "wrong") {
				t.Errorf("with %q: status %d\n%s", password, status, said)
			}
		}
		capabilities.note(t, "a wrong password is told", s.name, "yes")
	case "fuseki":
		argv := s.argv
		defer func() { s.argv = argv }()
		s.kill()
		passwords := filepath.Join(t.TempDir(), "passwd")
		save(t, passwords, []byte("dba: secret\n"))
		s.argv = func(s *server) []string {
			return append(slices.DeleteFunc(argv(s), func(a string) bool { return a == "/ds" }), "--auth=digest", "--passwd="+passwords, "/ds")
		}
		s.start(t)
		for password, want := range map[string]int{"wrong": 2, "secret": 0} {
			s.env = []string{"TRIALWEAVE_USER=dba", "TRIALWEAVE_PASSWORD=" + password}
			if said, status := s.ours(t, "sync", target, edited); status != want || strings.Contains(said, "wrong") {
				t.Errorf("with %q: status %d\n%s", password, status, said)
			}
		}
		s.kill()
		s.env, s.argv = nil, argv
		s.start(t)
		capabilities.note(t, "a wrong password is told", s.name, "yes")
	case "oxigraph":
		argv := s.argv
		s.kill()
		s.argv = func(s *server) []string {
			return []string{argv(s)[0], "serve-read-only", "--location", s.dir + "/db", "--bind", strings.TrimPrefix(s.target, "http://")}
		}
		s.start(t)
		if said, status := s.ours(t, "load", target, edited); status != 2 {
			t.Errorf("status %d\n%s", status, said)
		}
		s.kill()
		s.argv = argv
		s.start(t)
		capabilities.note(t, "a wrong password is told", s.name, "knows no users")
	case "rdf4j":
		if said, status := s.ours(t, "load", target+"x", edited); status != 2 || !strings.Contains(said, "404") {
			t.Errorf("status %d\n%s", status, said)
		}
		capabilities.note(t, "a wrong password is told", s.name, "knows no users")
	}
	capabilities.note(t, "a refused write is told", s.name, "yes")
	same(t, before, s.dump(t))
}

// killed ends the client and then the server in the middle of a sync, which is
// then run again.
func killed(t *testing.T, s *server, older, edited string) {
	want := s.dump(t)
	for _, who := range []string{"client", "server"} {
		s.fresh(t)
		os.RemoveAll(s.dir + ".state")
		s.must(t, "load", s.target, older)
		cmd := s.command(t, "sync", s.target, edited)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second / 4)
		if who == "client" {
			_ = cmd.Process.Kill()
		} else {
			s.kill()
			time.Sleep(time.Second)
			s.start(t)
		}
		_ = cmd.Wait()
		s.must(t, "sync", s.target, edited)
		same(t, want, s.dump(t))
		capabilities.note(t, "sync again after its "+who+" was killed", s.name, "as if undisturbed")
	}
}
