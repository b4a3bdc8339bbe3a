package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/source"
)

// Mode is what is done about addresses that the lock file does not name.
type Mode int

const (
	// Locked refuses them, and bytes that are not those of the lock file.
	Locked Mode = iota
	// Adding notes them, and refuses other bytes than those of the lock file.
	Adding
	// Updating asks for everything again, and notes what comes.
	Updating
)

// Options say what may be read.
type Options struct {
	// Hosts may be asked: names, with a port where it is not the usual one.
	Hosts []string
	Lock  Lock
	Mode  Mode
	// Cache is the folder in which bytes are kept, by their hash; none where empty.
	Cache string
	// MaxBytes is the most bytes of one file; default 16 MiB.
	MaxBytes int64
	// Timeout ends a request; default 30 seconds.
	Timeout time.Duration
	// Transport asks; default http.DefaultTransport.
	Transport http.RoundTripper
	// Today is the day that is noted; default the present one.
	Today string
}

// Reader reads from other hosts. It is safe for use by several goroutines.
type Reader struct {
	ctx     context.Context //nolint:containedctx // of the run that it reads for
	options Options
	client  *http.Client

	lock sync.Mutex
	read map[string]answer
	// used are the entries of what was read.
	used Lock
	// refused are the hosts that may not be asked.
	refused map[string]bool
}

type answer struct {
	text []byte
	err  error
}

const (
	defaultBytes   = 16 << 20
	defaultTimeout = 30 * time.Second
	maxRedirects   = 5
	maxReads       = 1000
)

// New makes a reader for one run.
func New(ctx context.Context, o Options) (*Reader, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultBytes
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Today == "" {
		o.Today = time.Now().UTC().Format(time.DateOnly)
	}
	for _, host := range o.Hosts {
		if u, err := url.Parse("https://" + host); err != nil || u.Host != host || u.Hostname() == "" {
			return nil, fmt.Errorf("%q is not a host, expected a name such as example.org, with a port where it is not the usual one", host)
		}
	}
	r := &Reader{ctx: ctx, options: o, read: map[string]answer{}, used: Lock{}, refused: map[string]bool{}}
	r.client = &http.Client{Transport: o.Transport, Timeout: o.Timeout, CheckRedirect: r.redirect}
	return r, nil
}

// Used are the entries of what was read, those that the run needs.
func (r *Reader) Used() Lock {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.used
}

// Refused are the hosts that were not asked, since they may not be.
func (r *Reader) Refused() []string {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Sorted(maps.Keys(r.refused))
}

// NotAsked are the entries of a lock file whose hosts may not be asked: whether they are
// referred to is not known.
func (r *Reader) NotAsked(of Lock) Lock {
	out := Lock{}
	for address, entry := range of {
		if u, err := url.Parse(address); err == nil && errors.Is(r.allowed(u), source.ErrNotAllowed) {
			out[address] = entry
		}
	}
	return out
}

// Failed are the errors of what could not be read, by address in order.
func (r *Reader) Failed() (out []error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, address := range slices.Sorted(maps.Keys(r.read)) {
		if err := r.read[address].err; err != nil {
			out = append(out, fmt.Errorf("%s: %w", address, err))
		}
	}
	return out
}

// ReadRemote returns the text at an address.
func (r *Reader) ReadRemote(address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, source.ErrNotAllowed
	}
	u.Fragment = ""
	r.lock.Lock()
	defer r.lock.Unlock()
	if err := r.allowed(u); err != nil {
		if errors.Is(err, source.ErrNotAllowed) {
			r.refused[u.Host] = true
		}
		return nil, err
	}
	address = u.String()
	if known, ok := r.read[address]; ok {
		return known.text, known.err
	}
	if len(r.read) == maxReads {
		return nil, fmt.Errorf("more than %d addresses are asked for", maxReads)
	}
	text, err := r.load(address)
	r.read[address] = answer{text, err}
	return text, err
}

// allowed reports why an address may not be asked.
func (r *Reader) allowed(u *url.URL) error {
	if !slices.ContainsFunc(r.options.Hosts, func(host string) bool { return strings.EqualFold(host, u.Host) }) { // as DNS compares them
		return source.ErrNotAllowed
	}
	switch {
	case u.User != nil:
		return errors.New("the address has a user name, which is not sent")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return fmt.Errorf("the address has the scheme %s, expected https", u.Scheme)
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// redirect follows redirections to hosts that may be asked.
func (r *Reader) redirect(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirections", maxRedirects)
	}
	if err := r.allowed(next.URL); err != nil {
		if errors.Is(err, source.ErrNotAllowed) {
			err = fmt.Errorf("it is redirected to %s, which --allow-remote does not name", next.URL.Host)
		}
		return err
	}
	return nil
}

const update = "triallint lock --update reads it anew"

// load gets the bytes of an address, from the folder or the host, as the lock file
// has them.
func (r *Reader) load(address string) ([]byte, error) {
	locked, known := r.options.Lock[address]
	if !known && r.options.Mode == Locked {
		return nil, fmt.Errorf("%s has no entry for it; triallint lock adds one, and %s", LockFile, update)
	}
	if known && r.options.Mode != Updating {
		if text, ok := r.cached(locked.SHA256); ok {
			r.used[address] = locked
			return text, nil
		}
	}
	text, err := r.ask(address)
	if err != nil {
		return nil, err
	}
	sum := hashOf(text)
	entry := Entry{sum, r.options.Today}
	switch {
	case known && locked.SHA256 == sum:
		entry = locked
	case known && r.options.Mode != Updating:
		return nil, fmt.Errorf("its SHA-256 is %s, expected %s as %s has it; it has changed since %s: %s", sum, locked.SHA256, LockFile, locked.Date, update)
	}
	r.used[address] = entry
	r.keep(sum, text)
	return text, nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// ask asks the host.
func (r *Reader) ask(address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(r.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "triallint")
	response, err := r.client.Do(request)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			err = of.Err
		}
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers with status %d, expected 200", response.Request.URL.Host, response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, r.options.MaxBytes+1))
	if err == nil && int64(len(text)) > r.options.MaxBytes {
		err = fmt.Errorf("it is longer than %d bytes", r.options.MaxBytes)
	}
	return text, err
}

// cached is what the folder has of a hash.
func (r *Reader) cached(sum string) ([]byte, bool) {
	if r.options.Cache == "" {
		return nil, false
	}
	f, err := os.Open(filepath.Join(r.options.Cache, sum))
	if err != nil {
		return nil, false
	}
	defer func() { _ = f.Close() }() // it was read
	text, err := io.ReadAll(io.LimitReader(f, r.options.MaxBytes+1))
	return text, err == nil && hashOf(text) == sum
}

// keep puts bytes into the folder; that they cannot be kept is no fault of the run.
func (r *Reader) keep(sum string, text []byte) {
	if r.options.Cache == "" || os.MkdirAll(r.options.Cache, 0o750) != nil {
		return
	}
	f, err := output.Create(filepath.Join(r.options.Cache, sum), nil, 1)
	if err != nil {
		return
	}
	if _, err := f.Write(text); err != nil {
		f.Abort()
		return
	}
	_ = f.Commit() // as said above
}

// Files is a tree of files that reads from other hosts, too.
type Files struct {
	fs.FS
	*Reader
}

// Open opens a file of the tree.
func (f Files) Open(name string) (fs.File, error) { return f.FS.Open(name) }

// DefaultCache is the folder in which bytes are kept where nothing else is said.
func DefaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "triallint", "remote")
}
