package sparql

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// queryText reads the query by the three ways of section 2.1. It is empty where
// a GET has none.
func queryText(w http.ResponseWriter, r *http.Request, l *lane) (string, error) {
	body, err := unpacked(r)
	if err != nil {
		return "", err
	}
	// Who is cut while the client is slow to send is not waited for.
	defer unblocked(l.ctx, w)()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // an invalid one is refused below as unknown
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case !reads && r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, HEAD, POST, OPTIONS")
		return "", refuse(http.StatusMethodNotAllowed, "method %s, expected GET, HEAD or POST", r.Method)
	case r.Method == http.MethodPost && kind == "application/sparql-query":
		r.Form = r.URL.Query()
		return textOf(r, body, l)
	case r.Method == http.MethodPost && kind == "application/sparql-update":
		return "", refuse(http.StatusForbidden, "this service only reads")
	case r.Method == http.MethodPost && kind != "application/x-www-form-urlencoded":
		return "", refuse(http.StatusUnsupportedMediaType, "content type %q, expected application/sparql-query or a form", kind)
	}
	if err := readForm(r, body, l); err != nil {
		return "", err
	}
	switch {
	case r.Form.Has("update"):
		return "", refuse(http.StatusForbidden, "this service only reads")
	case reads && !r.Form.Has("query"):
		return "", nil
	case len(r.Form["query"]) != 1:
		return "", refuse(http.StatusBadRequest, "%s queries, expected one in the parameter query", strconv.Itoa(len(r.Form["query"])))
	}
	return r.Form.Get("query"), nil
}

// unblocked has reading a body end where ctx does, and returns what undoes it. Then the
// connection is of no more use.
func unblocked(ctx context.Context, w http.ResponseWriter) (undo func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) // of a connection; a recorder has none
	})
	return func() {
		if !stop() {
			<-done
			w.Header().Set("Connection", "close")
		}
	}
}

// unpacked is the body of a request, which may be packed by gzip.
func unpacked(r *http.Request) (io.ReadCloser, error) {
	switch coding := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))); coding {
	case "", "identity":
		return r.Body, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "the body cannot be read: %s", err.Error())
		}
		return z, nil
	default:
		return nil, refuse(http.StatusUnsupportedMediaType, "content encoding %q, expected gzip", coding)
	}
}

// textOf reads a body, whose bytes count as memory of the query.
func textOf(r *http.Request, body io.Reader, l *lane) (string, error) {
	var b strings.Builder
	if _, err := io.Copy(&b, &countedBody{http.MaxBytesReader(nil, io.NopCloser(body), maxQuery), l}); err != nil {
		if l.ctx.Err() != nil {
			err = context.Cause(l.ctx)
		}
		return "", unreadable(r.Body, err)
	}
	return b.String(), nil
}

// readForm reads the parameters of a request, of its body and its address.
func readForm(r *http.Request, body io.Reader, l *lane) error {
	if r.PostForm != nil {
		return nil // who called this read it
	}
	form := url.Values{}
	if r.Method == http.MethodPost {
		text, err := textOf(r, body, l)
		if err != nil {
			return err
		}
		l.hold(len(text)) // which is decoded
		if form, err = url.ParseQuery(text); err != nil {
			return unreadable(r.Body, err)
		}
	}
	address, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return unreadable(r.Body, err)
	}
	for name, values := range address {
		form[name] = append(form[name], values...)
	}
	r.Form = form
	return nil
}

// countedBody is a body of which bytes count as memory of the query, twice, as they
// are copied while the text grows. It ends where the query does.
type countedBody struct {
	io.Reader
	lane *lane
}

func (b *countedBody) Read(p []byte) (int, error) {
	if b.lane.ctx.Err() != nil {
		return 0, context.Cause(b.lane.ctx)
	}
	n, err := b.Reader.Read(p)
	if full := b.lane.charge(2 * n); full != nil {
		err = full
	}
	return n, err
}

// mostUnread is how much of a body that is too long is read, so that a client that
// sends all of it first gets the answer.
const mostUnread = 16 << 20

// unreadable is the error of a body that is too long or broken.
func unreadable(sent io.Reader, err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		_, _ = io.CopyN(io.Discard, sent, mostUnread) // an error is that there is no more
		return &httpError{http.StatusRequestEntityTooLarge, fmt.Sprintf("the query is longer than %d bytes", maxQuery), BoundLength}
	}
	if errors.Is(err, ErrLimit) || errors.Is(err, ErrClosing) || errors.Is(err, context.Canceled) {
		return err
	}
	return refuse(http.StatusBadRequest, "the query cannot be read: %s", err.Error())
}
