package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// RefusedError says that the store answered a request with a status of failure.
type RefusedError struct {
	Action string // what was asked of it
	URL    string
	Status int
	Said   string // the begin of what it answered
}

func (e *RefusedError) Error() string {
	text := fmt.Sprintf("%s: %s answered %d %s", e.Action, e.URL, e.Status, http.StatusText(e.Status))
	if e.Said != "" {
		text += fmt.Sprintf(": %q", e.Said)
	}
	switch {
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		text += "\nhint: TRIALWEAVE_USER and TRIALWEAVE_PASSWORD, TRIALWEAVE_TOKEN or --credentials FILE say who you are"
	case strings.Contains(strings.ToLower(e.Said), "no space left") || e.Status == http.StatusInsufficientStorage:
		text += "\nhint: the disk of the store is full"
	}
	return text
}

// data says that it is what was sent that the store does not take, so that the
// same request would be refused again and another may not.
func (e *RefusedError) data() bool {
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return e.Status == http.StatusInternalServerError && (strings.Contains(e.Said, "syntax error") || strings.Contains(e.Said, "RDF29"))
}

// CountError says that a graph of the store does not hold what was sent.
type CountError struct {
	Graph       string
	Sent, Found int64
}

func (e *CountError) Error() string {
	return fmt.Sprintf("the store holds %d quads of <%s>, expected the %d that were sent: it said that it had stored them, or something between here and there changed them\nhint: what was counted right is kept; run the command again",
		e.Found, e.Graph, e.Sent)
}

// ContentError says that a graph of the store is not the one that was sent,
// though it has as many triples.
type ContentError struct{ Graph string }

func (e *ContentError) Error() string {
	return fmt.Sprintf("<%s> in the store is not what was sent, expected it to be replaced: the store said that it was, or something between here and there swallowed it\nhint: what was counted right is kept; run the command again", e.Graph)
}

// client sends requests.
type client struct {
	http    *http.Client
	retries int
	pause   time.Duration
	timeout time.Duration
	sent    atomic.Int64 // bytes
	count   atomic.Int64 // requests that write
}

type request struct {
	action, method, url string
	contentType, accept string
	body                [][]byte
	once                bool // carrying it out again is not the same
}

func (r request) size() (n int64) {
	for _, b := range r.body {
		n += int64(len(b))
	}
	return n
}

func (r request) reader() io.ReadCloser {
	readers := make([]io.Reader, len(r.body))
	for i, b := range r.body {
		readers[i] = bytes.NewReader(b)
	}
	return io.NopCloser(io.MultiReader(readers...))
}

// once sends a request once; any answer is a good one.
func (c *client) once(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	if r.body != nil {
		body = r.reader()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return nil, err
	}
	if r.body != nil {
		// Always with a length: Virtuoso answers 201 to a chunked body and
		// stores nothing.
		req.ContentLength = r.size()
		req.GetBody = func() (io.ReadCloser, error) { return r.reader(), nil }
		req.Header.Set("Content-Type", r.contentType)
	}
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	req.Header.Set("User-Agent", "trialweave")
	response, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.action, err)
	}
	c.sent.Add(r.size())
	return response, nil
}

// do sends a request, again and again where the store is not there or busy, and
// hands the answer of success to read, which may be called again after a cut.
func (c *client) do(ctx context.Context, r request, read func(io.Reader) error) error {
	return c.again(ctx, func() (bool, error) { return !r.once, c.try(ctx, r, read) })
}

// again calls do until it succeeds, with longer and longer pauses, as long as
// what it says may pass and doing it again is right.
func (c *client) again(ctx context.Context, do func() (repeatable bool, err error)) error {
	pause := c.pause
	for try := 0; ; try++ {
		repeatable, err := do()
		if err == nil || !repeatable || try >= c.retries || ctx.Err() != nil || !passing(err) {
			return err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (c *client) try(ctx context.Context, r request, read func(io.Reader) error) error {
	bounded, cancel := context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("no answer within %v", c.timeout))
	defer cancel()
	response, err := c.once(bounded, r)
	if err != nil {
		if ctx.Err() == nil && bounded.Err() != nil {
			return fmt.Errorf("%s: %s gave %w", r.action, r.url, context.Cause(bounded))
		}
		return err
	}
	defer discard(response)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 600)) // what can be read of it is enough
		return &RefusedError{r.action, r.url, response.StatusCode, strings.Join(strings.Fields(string(tag.ReplaceAll(said, nil))), " ")}
	}
	if read == nil {
		_, err = io.Copy(io.Discard, response.Body)
	} else {
		err = read(response.Body)
	}
	if err != nil {
		return &cutError{r.action, err}
	}
	return nil
}

// tag is one of HTML, of which some stores make their complaints.
var tag = regexp.MustCompile(`<[!/]?[A-Za-z][^>]*>`)

// cutError is an answer that could not be read to its end.
type cutError struct {
	action string
	err    error
}

func (e *cutError) Error() string { return e.action + ": reading the answer: " + e.err.Error() }

func (e *cutError) Unwrap() error { return e.err }

// passing reports whether it may be worth trying again.
func passing(err error) bool {
	var refused *RefusedError
	if errors.As(err, &refused) {
		switch refused.Status {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return strings.Contains(refused.Said, "deadlock") // Virtuoso, with a 500
	}
	var count *CountError
	var content *ContentError
	return !errors.As(err, &count) && !errors.As(err, &content) && !errors.Is(err, errRedirected) && !errors.Is(err, errAnswer)
}

// errAnswer is an answer that is no answer to the question.
var errAnswer = errors.New("not what was asked for")
