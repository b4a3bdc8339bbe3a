package remote

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trialweave/trialweave/source"
)

// served is a host with some files, which counts requests.
func served(t *testing.T) (*httptest.Server, *atomic.Int64, *atomic.Value) {
	t.Helper()
	var asked atomic.Int64
	var text atomic.Value
	text.Store("a: 1\n")
	other := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/a.yml":
			_, _ = w.Write([]byte(text.Load().(string)))
		case "/long":
			_, _ = w.Write(make([]byte, 2000))
		case "/slow":
			<-r.Context().Done()
		case "/moved":
			http.Redirect(w, r, "/a.yml", http.StatusFound)
		case "/away":
			http.Redirect(w, r, other.URL+"/a.yml", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://"+r.Host+"/a.yml", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server, &asked, &text
}

func reader(t *testing.T, server *httptest.Server, o Options) *Reader {
	t.Helper()
	o.Hosts = append(o.Hosts, strings.TrimPrefix(server.URL, "https://"))
	o.Transport, o.MaxBytes, o.Timeout, o.Today = server.Client().Transport, 1000, 2*time.Second, "2026-01-31"
	r, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLocked holds that what is read is what the lock file has, from the folder
// where that has it, and that everything else is an error.
func TestLocked(t *testing.T) {
	server, asked, text := served(t)
	cache, address := filepath.Join(t.TempDir(), "cache"), server.URL+"/a.yml"
	if _, err := reader(t, server, Options{}).ReadRemote(address); err == nil || !strings.Contains(err.Error(), "triallint.lock has no entry for it") || !strings.Contains(err.Error(), "triallint lock --update") || asked.Load() != 0 {
		t.Fatalf("without an entry: %v, %d requests", err, asked.Load())
	}
	adding := reader(t, server, Options{Mode: Adding, Cache: cache})
	for range 3 {
		if got, err := adding.ReadRemote(address + "#/a"); err != nil || string(got) != "a: 1\n" || asked.Load() != 1 {
			t.Fatalf("%q, %v, %d requests", got, err, asked.Load())
		}
	}
	lock, err := ParseLock(adding.Used().Bytes())
	if err != nil || len(lock) != 1 || lock[address].Date != "2026-01-31" {
		t.Fatalf("%v, %v", lock, err)
	}
	text.Store("a: 2\n")
	for name, tt := range map[string]struct {
		cache string
		mode  Mode
		want  string
		fault string
	}{
		"kept":             {cache, Locked, "a: 1\n", ""},
		"not kept":         {"", Locked, "", "it has changed since 2026-01-31: triallint lock --update"},
		"not kept, adding": {"", Adding, "", "triallint lock --update"},
		"updating":         {cache, Updating, "a: 2\n", ""},
	} {
		r := reader(t, server, Options{Mode: tt.mode, Cache: tt.cache, Lock: lock})
		got, err := r.ReadRemote(address)
		if string(got) != tt.want || (err != nil) != (tt.fault != "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if failed := r.Failed(); (len(failed) > 0) != (tt.fault != "") {
			t.Errorf("%s: failed %v", name, failed)
		}
	}
	if err := os.WriteFile(filepath.Join(cache, lock[address].SHA256), []byte("a: 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := reader(t, server, Options{Cache: cache, Lock: lock}).ReadRemote(address); err == nil {
		t.Errorf("from a folder that was changed: %q", got)
	}
}

// TestBounds holds that no other host is asked, and that a host cannot keep a run
// from ending.
func TestBounds(t *testing.T) {
	server, asked, _ := served(t)
	r := reader(t, server, Options{Mode: Updating})
	host := strings.TrimPrefix(server.URL, "https://")
	for address, want := range map[string]string{
		server.URL + "/long":           "longer than 1000 bytes",
		server.URL + "/away":           "which --allow-remote does not name",
		server.URL + "/round":          "more than 5 redirections",
		server.URL + "/none":           "status 404",
		"https://user:x@" + host + "/": "a user name",
		"ftp://" + host + "/a":         "expected https",
	} {
		if _, err := r.ReadRemote(address); err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, source.ErrNotAllowed) {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
	hasty := reader(t, server, Options{Mode: Updating})
	hasty.client.Timeout = 100 * time.Millisecond
	if _, err := hasty.ReadRemote(server.URL + "/slow"); err == nil {
		t.Error("a host that does not answer is waited for")
	}
	before := asked.Load()
	for _, address := range []string{"https://example.org/a.yml", "https://" + host + ".example.org/", "http://[::1", "file:///etc/passwd"} {
		if _, err := r.ReadRemote(address); !errors.Is(err, source.ErrNotAllowed) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked.Load() != before || len(r.Refused()) == 0 {
		t.Errorf("%d requests more; refused %q", asked.Load()-before, r.Refused())
	}
	if got, err := r.ReadRemote(server.URL + "/moved"); err != nil || string(got) != "a: 1\n" {
		t.Errorf("moved: %q, %v", got, err)
	}
	for _, hosts := range [][]string{{"https://example.org"}, {"example.org/a"}, {""}, {"a@example.org"}} {
		if _, err := New(context.Background(), Options{Hosts: hosts}); err == nil {
			t.Errorf("the host %q is taken", hosts)
		}
	}
	plain, err := New(t.Context(), Options{Hosts: []string{"example.org"}, Mode: Updating})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plain.ReadRemote("http://example.org/a.yml"); err == nil || !strings.Contains(err.Error(), "expected https") {
		t.Errorf("without TLS: %v", err)
	}
}

// TestHostsHaveNoCase holds that a host is allowed however the case of its letters is written,
// in the flag and in the address, as DNS compares names.
func TestHostsHaveNoCase(t *testing.T) {
	r, err := New(t.Context(), Options{Hosts: []string{"Schemas.Example.org:8443"}})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://schemas.example.org:8443/a": true, "https://SCHEMAS.example.ORG:8443/a": true, "https://schemas.example.org/a": false, "https://schemas.example.net:8443/a": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.allowed(u); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestParseLock holds what a lock file may be.
func TestParseLock(t *testing.T) {
	sum := strings.Repeat("a", 64)
	for text, want := range map[string]string{
		"": "", "# a comment\n\n": "",
		sum + " 2026-01-31 https://b.org/x\r\n" + sum + " 2026-01-30 https://a.org/y\n": "",
		"a 2026-01-31 https://b.org/x\n":                                                "triallint.lock:1: expected a line",
		sum + " 2026-01-31 file:///etc\n":                                               "triallint.lock:1: expected a line",
		"#\n" + strings.Repeat(sum+" 2026-01-31 https://b.org/x\n", 2):                  "triallint.lock:3: https://b.org/x is there twice",
	} {
		lock, err := ParseLock([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
		if again, err := ParseLock(lock.Bytes()); err != nil || len(again) != len(lock) {
			t.Errorf("%q: written and read: %v", text, err)
		}
	}
}
