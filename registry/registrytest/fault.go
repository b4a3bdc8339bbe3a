package registrytest

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something that happens to a client.
type Fault int

// The faults.
const (
	// TooMany answers 429, with a Retry-After of no seconds.
	TooMany Fault = iota
	// ServerError answers 500.
	ServerError
	// Unavailable answers 503, with a Retry-After that is a date.
	Unavailable
	// Cut breaks the connection in the middle of the body.
	Cut
	// TruncatedGzip ends the compressed body early, in good form otherwise.
	TruncatedGzip
	// Refresh changes the data, as the registry does on most days: one study
	// is changed, one goes, one comes. Old tokens are unknown from then on.
	Refresh
	// Loop gives a page the token of an earlier one.
	Loop
	// Expire answers 400 to a token.
	Expire
	// Vanish takes a study away between two pages, and tells nobody.
	Vanish
)

// AllFaults are all of them.
var AllFaults = []Fault{TooMany, ServerError, Unavailable, Cut, TruncatedGzip, Refresh, Loop, Expire, Vanish}

// faults is what is to happen.
type faults struct {
	draw   *rand.Rand
	left   map[Fault]int
	kinds  []Fault
	looped bool
}

// Disturb makes each of the faults happen, to requests that the seed draws:
// those that a client gets over by asking again several times, the others
// once.
func (r *Registry) Disturb(seed uint64, kinds ...Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = faults{draw: rand.New(rand.NewPCG(seed, 1)), left: map[Fault]int{}, kinds: kinds} //nolint:gosec // a test that can be repeated
	for _, kind := range kinds {
		r.faults.left[kind] = 1
		if kind < Refresh {
			r.faults.left[kind] = 3
		}
	}
}

// Left returns how many of the faults have not happened.
func (r *Registry) Left() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, left := range r.faults.left {
		n += left
	}
	return n
}

// next draws the fault of a request, if it has one.
func (f *faults) next() (Fault, bool) {
	if f.draw == nil || f.draw.IntN(3) > 0 {
		return 0, false
	}
	kind := f.kinds[f.draw.IntN(len(f.kinds))]
	if f.left[kind] == 0 {
		return 0, false
	}
	return kind, true
}

// loop reports whether the page that begins at a place is to lead back.
func (f *faults) loop(from int) bool {
	if !f.looped || from == 0 {
		return false
	}
	f.looped = false
	return true
}

// disturb does what a fault says, and reports whether the request is done with.
func (r *Registry) disturb(w http.ResponseWriter, q *http.Request) bool {
	kind, ok := r.faults.next()
	if !ok {
		return false
	}
	paging := q.URL.Query().Has("pageToken")
	if kind >= Loop && !paging || kind == Refresh && !strings.HasSuffix(q.URL.Path, "/studies") {
		return false
	}
	r.faults.left[kind]--
	switch kind {
	case TooMany:
		w.Header().Set("Retry-After", "0")
		http.Error(w, "too many requests", http.StatusTooManyRequests)
	case ServerError:
		http.Error(w, "<html>oops</html>", http.StatusInternalServerError)
	case Unavailable:
		w.Header().Set("Retry-After", time.Now().UTC().Format(http.TimeFormat))
		http.Error(w, "down for maintenance", http.StatusServiceUnavailable)
	case Cut:
		r.cut(w, q)
	case TruncatedGzip:
		r.truncate(w, q)
	case Expire:
		http.Error(w, "pageToken: the token is unknown", http.StatusBadRequest)
	case Refresh:
		r.refresh()
		return false
	case Loop:
		r.faults.looped = true
		return false
	case Vanish:
		r.vanish()
		return false
	}
	return true
}

// recorded is a response that is kept.
type recorded struct {
	header http.Header
	body   bytes.Buffer
}

func (r *recorded) Header() http.Header         { return r.header }
func (r *recorded) Write(p []byte) (int, error) { return r.body.Write(p) }
func (r *recorded) WriteHeader(int)             {}

// whole is the uncompressed body of the answer.
func (r *Registry) whole(q *http.Request) []byte {
	plain := q.Clone(q.Context())
	plain.Header.Del("Accept-Encoding")
	plain.Header.Del("If-None-Match")
	to := &recorded{header: http.Header{}}
	r.mux.ServeHTTP(to, plain)
	return to.body.Bytes()
}

// cut states the whole length and sends a half.
func (r *Registry) cut(w http.ResponseWriter, q *http.Request) {
	body := r.whole(q)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body[:len(body)/2])
	panic(http.ErrAbortHandler)
}

func (r *Registry) truncate(w http.ResponseWriter, q *http.Request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(r.whole(q)) // to memory
	_ = z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()/2))
	_, _ = w.Write(b.Bytes()[:b.Len()/2])
}

// refresh makes the data of another day.
func (r *Registry) refresh() {
	r.generation++
	if len(r.studies) < 3 {
		return
	}
	at := r.faults.draw.IntN(len(r.studies) - 1)
	changed := bytes.Replace(r.studies[at].json, []byte(`"briefTitle":"`), []byte(`"briefTitle":"Changed: `), 1)
	r.studies[at] = newRecord(changed)
	gone := r.studies[at+1]
	r.studies = slices.Delete(slices.Clone(r.studies), at+1, at+2)
	come := bytes.ReplaceAll(gone.json, []byte(gone.id), fmtID(90_000_000+r.generation))
	r.studies = slices.Insert(r.studies, 0, newRecord(come))
}

func fmtID(n int) []byte { return []byte("NCT" + strconv.Itoa(n)) }

func (r *Registry) vanish() {
	if at := r.faults.draw.IntN(len(r.studies)); len(r.studies) > 3 {
		r.studies = slices.Delete(slices.Clone(r.studies), at, at+1)
	}
}
