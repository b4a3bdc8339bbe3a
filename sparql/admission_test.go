package sparql

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/rdf"
)

// manyQuads is an index of n statements.
func manyQuads(n int) *index.Index {
	b := index.NewBuilder()
	for i := range n {
		b.Add(rdf.Quad{Subject: rdf.IRI("urn:s" + strconv.Itoa(i)), Predicate: rdf.IRI("urn:p"), Object: rdf.String(strconv.Itoa(i))})
	}
	return b.Build()
}

// TestShortBesideMany holds that a small query is answered at once beside 300 clients
// that all begin to ask for a cross product at the same time.
func TestShortBesideMany(t *testing.T) {
	limit := time.Duration(portion.Count(400, 1000)) * time.Millisecond
	server := httptest.NewServer(Handler(manyQuads(3000), &Options{Limits: Limits{Time: limit}}, &HandlerOptions{Slots: 1}))
	defer server.Close()
	product := "/sparql?query=" + url.QueryEscape("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?f = ?i && ?a != ?a) }")
	var all sync.WaitGroup
	for range 300 {
		all.Go(func() {
			if status, _, body := ask(t, request(t, http.MethodGet, server.URL+product, "", "", "")); status != http.StatusServiceUnavailable || !strings.Contains(body, "limit of "+limit.String()) {
				t.Errorf("%d %.200s", status, body)
			}
		})
	}
	for range 10 {
		time.Sleep(limit / 20)
		start := time.Now()
		status, _, body := ask(t, request(t, http.MethodGet, server.URL+"/sparql?query="+url.QueryEscape("SELECT ?o { <urn:s7> <urn:p> ?o }"), "text/csv", "", ""))
		if took := time.Since(start); status != http.StatusOK || body != "o\r\n7\r\n" || took > 5*time.Second {
			t.Errorf("%d %q after %s", status, body, took)
		}
	}
	all.Wait()
}

// TestLevels holds in which order slots are given: to those first that have run the
// least, and to long queries one after the other once they fill the memory.
func TestLevels(t *testing.T) {
	a := newAdmission(HandlerOptions{Slots: 1, Bytes: 1 << 20})
	a.free = [2]int{1, 1}
	arrive := func(ran time.Duration) *lane {
		_, l := a.arrive(t.Context())
		for l.ran = ran; l.ran >= levelEnds[l.level]; {
			l.level++
		}
		return l
	}
	first := arrive(0)
	if err := first.begin(); err != nil {
		t.Fatal(err)
	}
	got := make(chan time.Duration, 3)
	var all sync.WaitGroup
	for i, ran := range []time.Duration{20 * time.Millisecond, 3 * time.Millisecond, 0} {
		l := arrive(ran)
		all.Go(func() {
			if l.wait(false) {
				got <- ran
			}
			l.leave()
		})
		for waiting := 0; waiting <= i; time.Sleep(time.Millisecond) {
			a.lock.Lock()
			waiting = a.waiting(0)
			a.lock.Unlock()
		}
	}
	if first.pass(); !first.holds {
		t.Error("the slot was given back too early")
	}
	first.leave()
	all.Wait()
	if x, y, z := <-got, <-got, <-got; x != 0 || y != 3*time.Millisecond || z != 20*time.Millisecond {
		t.Errorf("%s, %s, %s", x, y, z)
	}

	long, newer := arrive(2*time.Second), arrive(200*time.Millisecond)
	if !long.wait(false) {
		t.Fatal("no slot")
	}
	a.waits[newer.level] = append(a.waits[newer.level], newer)
	if !long.isAfter() {
		t.Error("a long query goes on while one waits that has run less")
	}
	if long.hold(600 << 10); long.isAfter() {
		t.Error("long queries take turns that fill the memory")
	}
	long.leave()
	if <-newer.turn; !newer.holds {
		t.Error("the next has no slot")
	}
	newer.leave()
	if running, waiting, bytes := a.gauges(); running != 0 || waiting != 0 || bytes != 0 || a.free != [2]int{1, 1} {
		t.Errorf("%d, %d, %d, %v are left", running, waiting, bytes, a.free)
	}
}

// TestFullQueue holds that who cannot wait is refused with 503, and that this counts.
func TestFullQueue(t *testing.T) {
	server := httptest.NewServer(Handler(manyQuads(300), &Options{Limits: Limits{Time: 200 * time.Millisecond}}, &HandlerOptions{Slots: 1, Queue: 2}))
	defer server.Close()
	var all sync.WaitGroup
	var lock sync.Mutex
	full := 0
	for range 40 {
		all.Go(func() {
			status, _, body := ask(t, request(t, http.MethodGet, server.URL+"/sparql?query="+url.QueryEscape("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"), "", "", ""))
			if status != http.StatusServiceUnavailable {
				t.Errorf("%d %s", status, body)
			}
			if strings.HasPrefix(body, "2 queries") {
				lock.Lock()
				full++
				lock.Unlock()
			}
		})
	}
	all.Wait()
	_, _, metrics := ask(t, request(t, http.MethodGet, server.URL+"/metrics", "", "", ""))
	if full == 0 || !strings.Contains(metrics, `trialweave_query_limits_total{bound="queue"} `+strconv.Itoa(full)+"\n") {
		t.Errorf("%d met a full queue:\n%s", full, metrics)
	}
}
