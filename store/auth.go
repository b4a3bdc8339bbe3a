package store

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/icholy/digest"
)

// Credentials say who asks: a user with a password, or a bearer token. The zero
// value is nobody.
type Credentials struct {
	User, Password string
	Token          string
}

// IsZero reports whether nobody asks.
func (c Credentials) IsZero() bool { return c == Credentials{} }

// ReadCredentials reads a file whose first line is USER:PASSWORD or
// "Bearer TOKEN". A file that others may read is refused, unless readable is
// set.
func ReadCredentials(path string, readable bool) (Credentials, error) {
	if info, err := os.Stat(path); err == nil && !readable && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		return Credentials{}, fmt.Errorf("%s: others may read these credentials (mode %04o)\nhint: chmod 600 %s, or --allow-readable-credentials", path, info.Mode().Perm(), path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Credentials{}, err
	}
	line, _, _ := strings.Cut(string(data), "\n")
	line = strings.TrimSuffix(line, "\r")
	if token, found := strings.CutPrefix(line, "Bearer "); found && token != "" {
		return Credentials{Token: strings.TrimSpace(token)}, nil
	}
	user, password, found := strings.Cut(line, ":")
	if !found || user == "" {
		return Credentials{}, fmt.Errorf("%s: no credentials, expected USER:PASSWORD or \"Bearer TOKEN\" in the first line", path)
	}
	return Credentials{User: user, Password: password}, nil
}

// readableByOthers reports whether credentials would travel in the clear.
func (c Credentials) readableByOthers(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "https" || c.IsZero() {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

// authTransport answers challenges (RFC 7235): Basic (RFC 7617), Digest
// (RFC 7616) and Bearer (RFC 6750). A path is asked for its challenge before a
// body is sent there, so that no body is sent in vain.
type authTransport struct {
	Credentials
	next http.RoundTripper

	mu     sync.Mutex
	asked  map[string]bool
	basic  map[string]bool
	digest map[string]*digest.Challenge
	count  int
}

func newAuthTransport(c Credentials, next http.RoundTripper) *authTransport {
	return &authTransport{Credentials: c, next: next, asked: map[string]bool{}, basic: map[string]bool{}, digest: map[string]*digest.Challenge{}}
}

// RoundTrip sends a request with what its path asks for.
func (a *authTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.Token != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+a.Token)
		return a.next.RoundTrip(r)
	}
	if r.ContentLength > 0 && !a.known(r.URL.Path) {
		if err := a.ask(r); err != nil {
			return nil, err
		}
	}
	signed, err := a.signed(r)
	if err != nil {
		return nil, err
	}
	response, err := a.next.RoundTrip(signed)
	if err != nil || response.StatusCode != http.StatusUnauthorized || !a.learn(r.URL.Path, response, signed) {
		return response, err
	}
	discard(response)
	again, err := a.signed(r)
	if err != nil {
		return nil, err
	}
	return a.next.RoundTrip(again)
}

func (a *authTransport) known(path string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[path]
}

// ask sends a request without a body, only to be challenged.
func (a *authTransport) ask(r *http.Request) error {
	probe, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.URL.String(), nil)
	if err != nil {
		return err
	}
	response, err := a.next.RoundTrip(probe)
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusUnauthorized {
		a.learn(r.URL.Path, response, probe)
	}
	discard(response)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[r.URL.Path] = true
	return nil
}

// learn remembers the challenge, and reports whether answering it may help: a
// request that had answered Basic, or a Digest that is not stale, was refused.
func (a *authTransport) learn(path string, response *http.Response, sent *http.Request) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[path] = true
	tried := sent.Header.Get("Authorization") != ""
	if challenge, err := digest.FindChallenge(response.Header); err == nil && digest.CanDigest(challenge) {
		before := a.digest[path]
		a.digest[path] = challenge
		a.count = 0
		return !tried || before == nil || before.Nonce != challenge.Nonce
	}
	for _, h := range response.Header.Values("WWW-Authenticate") {
		if strings.HasPrefix(strings.ToLower(h), "basic") {
			a.basic[path] = true
			return !tried
		}
	}
	return false
}

func (a *authTransport) signed(r *http.Request) (*http.Request, error) {
	out := r.Clone(r.Context())
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch challenge := a.digest[r.URL.Path]; {
	case challenge != nil:
		a.count++
		credentials, err := digest.Digest(challenge, digest.Options{
			Username: a.User, Password: a.Password, Method: r.Method, URI: r.URL.RequestURI(), Count: a.count, GetBody: r.GetBody,
		})
		if err != nil {
			return nil, fmt.Errorf("answering the store's challenge: %w", err)
		}
		out.Header.Set("Authorization", credentials.String())
	case a.basic[r.URL.Path]:
		out.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(a.User+":"+a.Password)))
	}
	return out, nil
}

func discard(r *http.Response) {
	_, _ = io.CopyN(io.Discard, r.Body, 64<<10) // only so that the connection can be used again
	_ = r.Body.Close()
}

var errRedirected = errors.New("the store answered with a redirection, expected the address itself")
