package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// StatusError is an answer of the registry that is no success.
type StatusError struct {
	URL    string
	Status int
	// Text is what the registry says of it, on one line.
	Text string
}

func (e *StatusError) Error() string {
	text := e.Text
	if text != "" {
		text = ": " + text
	}
	return fmt.Sprintf("%s: the registry answers %d %s%s", e.URL, e.Status, http.StatusText(e.Status), text)
}

// response is a success, read to its end.
type response struct {
	body []byte   // valid until the next request
	url  *url.URL // after redirects
}

// get makes a request, again where it failed in a way that may pass. What
// accept refuses counts as a failure of that kind: a body that was cut off.
func (c *Client) get(ctx context.Context, path string, query url.Values, accept func([]byte) error) (*response, error) {
	at := c.base.JoinPath(path)
	at.RawQuery = query.Encode()
	for attempt := 0; ; attempt++ {
		if err := c.pause(ctx); err != nil {
			return nil, err
		}
		r, wait, err := c.try(ctx, at, accept)
		switch {
		case err == nil:
			return r, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case wait < 0:
			return nil, err
		case attempt >= c.options.Retries:
			return nil, fmt.Errorf("%w; given up after %d attempts", err, attempt+1)
		}
		wait = max(wait, c.backoff(attempt))
		c.notify(Waiting, "%v; again in %s", err, wait.Round(100*time.Millisecond))
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

const longestBackoff = time.Minute

// backoff is the pause before another attempt: it doubles each time, and a
// part of it is drawn, so that clients that failed together do not come back
// together.
func (c *Client) backoff(attempt int) time.Duration {
	d := min(c.options.Wait<<min(attempt, 16), longestBackoff)
	return d/2 + rand.N(d/2+1) //nolint:gosec // a pause, no secret
}

// try makes one request. Where that failed, wait is how long the registry asks
// to wait before another one, or negative where another one is of no use.
func (c *Client) try(ctx context.Context, at *url.URL, accept func([]byte) error) (r *response, wait time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, -1, err
	}
	request.Header.Set("User-Agent", "trialweave (+https://github.com/trialweave/trialweave)")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Encoding", "gzip")
	kept := c.kept(at)
	if kept != nil {
		request.Header.Set("If-None-Match", kept.etag)
	}
	answer, err := c.http.Do(request)
	if errors.Is(err, errForeign) {
		return nil, -1, err
	}
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotModified && kept != nil {
		return &response{body: kept.body, url: answer.Request.URL}, 0, nil
	}
	body, err := c.read(answer)
	switch {
	case answer.StatusCode != http.StatusOK:
		return nil, again(answer), &StatusError{URL: at.String(), Status: answer.StatusCode, Text: oneLine(body)}
	case errors.Is(err, errTooLong):
		return nil, -1, fmt.Errorf("%s: %w", at, err)
	case err != nil:
		return nil, 0, fmt.Errorf("%s: the answer is cut off: %w", at, err)
	}
	if err := accept(body); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", at, err)
	}
	c.keep(at, answer.Header.Get("ETag"), body)
	return &response{body: body, url: answer.Request.URL}, 0, nil
}

var errTooLong = errors.New("the answer is too long")

// read reads a body to its end; that of a compressed one has a checksum.
func (c *Client) read(answer *http.Response) ([]byte, error) {
	var body io.Reader = answer.Body
	if answer.Header.Get("Content-Encoding") == "gzip" {
		if err := c.unpacker(answer.Body); err != nil {
			return nil, err
		}
		body = c.unpack
	}
	c.body.Reset()
	n, err := c.body.ReadFrom(io.LimitReader(body, c.options.MaxPage+1))
	if err == nil && n > c.options.MaxPage {
		err = fmt.Errorf("%w: over %d bytes", errTooLong, c.options.MaxPage)
	}
	return c.body.Bytes(), err
}

func (c *Client) unpacker(body io.Reader) (err error) {
	if c.unpack == nil {
		c.unpack, err = gzip.NewReader(body)
		return err
	}
	return c.unpack.Reset(body)
}

// longestWait is the longest that the registry can make us wait; what it asks
// for beyond that is cut.
const longestWait = 10 * time.Minute

// again says how long to wait before another attempt; negative where an answer
// will not change.
func again(answer *http.Response) time.Duration {
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return -1
	}
	// Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3).
	after := answer.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
		return min(time.Duration(min(seconds, 1e6))*time.Second, longestWait)
	}
	if date, err := http.ParseTime(after); err == nil {
		return min(max(time.Until(date), 0), longestWait)
	}
	return 0
}

const longestText = 300

// oneLine shows what the registry says of a failure.
func oneLine(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), longestText)]), "")), " ")
	if strings.HasPrefix(text, "<") {
		return "" // a page for people
	}
	return text
}
