package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Options says how to talk to the registry; nil and the zero value mean the
// defaults.
type Options struct {
	// BaseURL is the address of the API. Default: DefaultBase.
	BaseURL string
	// Transport makes the requests. Default: http.DefaultTransport, which
	// verifies TLS and heeds the proxy of the environment.
	Transport http.RoundTripper
	// PerMinute is how many requests are made in a minute at most; negative
	// for no limit. Default: 50, which the registry asks clients to keep to.
	PerMinute int
	// Retries is how often a request is made again when it fails in a way
	// that may pass; negative for never. Default: 8.
	Retries int
	// Wait is the pause before the first of them; it doubles each time, up to
	// a minute. Default: 500 ms.
	Wait time.Duration
	// Timeout is how long one request may take. Default: 2 minutes.
	Timeout time.Duration
	// MaxPage is the most bytes of one response. Default: 256 MiB.
	MaxPage int64
	// PageSize is how many studies a page has where a query does not say.
	// Default: 1000, the registry's most.
	PageSize int
	// Restarts is how often a search that turned out to be of no one version
	// of the data is begun again. Default: 5.
	Restarts int
	// Cache is a folder where responses are kept with their ETag, so that what
	// has not changed is not sent again. Default: none.
	Cache string
	// Notify is told what happens on the way. Default: nobody is.
	Notify func(Event)
}

// Event is something that happens on the way.
type Event struct {
	Kind EventKind
	// Text says it in words.
	Text string
	// Fetched is the number of studies at hand, Total that of all, or -1.
	Fetched, Total int
}

// EventKind tells events apart.
type EventKind int

// The kinds of events.
const (
	// Progressed: another page has come.
	Progressed EventKind = iota
	// Waiting: a request failed and is made again after a pause.
	Waiting
	// Restarted: what has come is of no use, and the search begins again.
	Restarted
	// Noted: something that a user should know.
	Noted
)

// Client talks to one registry. It is safe for use by one goroutine.
type Client struct {
	base    *url.URL
	options Options
	http    *http.Client
	next    time.Time // when the next request may be made
	// body holds the answer at hand, until the next request.
	body   bytes.Buffer
	unpack *gzip.Reader
}

// New makes a client; it makes no request yet.
func New(options *Options) (*Client, error) {
	c := &Client{options: options.withDefaults()}
	base, err := url.Parse(strings.TrimSuffix(c.options.BaseURL, "/"))
	if err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || base.RawQuery != "" {
		return nil, fmt.Errorf("%q is not an address of an API, expected one such as %s", c.options.BaseURL, DefaultBase)
	}
	c.base = base
	c.http = &http.Client{Transport: c.options.Transport, Timeout: c.options.Timeout, CheckRedirect: c.redirect}
	return c, nil
}

func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.BaseURL == "" {
		d.BaseURL = DefaultBase
	}
	if d.Wait <= 0 {
		d.Wait = 500 * time.Millisecond
	}
	if d.Timeout <= 0 {
		d.Timeout = 2 * time.Minute
	}
	if d.MaxPage <= 0 {
		d.MaxPage = 256 << 20
	}
	for _, n := range []struct {
		field  *int
		normal int
	}{{&d.PerMinute, 50}, {&d.Retries, 8}, {&d.PageSize, 1000}, {&d.Restarts, 5}} {
		if *n.field == 0 {
			*n.field = n.normal
		}
	}
	return d
}

const maxRedirects = 5

var errForeign = errors.New("the registry redirects to another server, which is not followed")

// redirect follows a former number to the present one, and nothing to another
// server.
func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != c.base.Scheme || r.URL.Host != c.base.Host {
		return fmt.Errorf("%w: %s", errForeign, r.URL)
	}
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	return nil
}

// Base returns the address of the API.
func (c *Client) Base() string { return c.base.String() }

func (c *Client) notify(kind EventKind, format string, arguments ...any) {
	if c.options.Notify != nil {
		c.options.Notify(Event{Kind: kind, Text: fmt.Sprintf(format, arguments...), Fetched: -1, Total: -1})
	}
}

// pause waits until the rate allows another request.
func (c *Client) pause(ctx context.Context) error {
	if c.options.PerMinute < 0 {
		return ctx.Err()
	}
	now := time.Now()
	if wait := c.next.Sub(now); wait > 0 {
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		now = c.next
	}
	c.next = now.Add(time.Minute / time.Duration(c.options.PerMinute))
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
