package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
)

// kept is a response of the cache: a line with the ETag, then the body.
type kept struct {
	etag string
	body []byte
}

func (c *Client) cachePath(at *url.URL) string {
	sum := sha256.Sum256([]byte(at.String()))
	return filepath.Join(c.options.Cache, hex.EncodeToString(sum[:16]))
}

// kept returns what the cache has of an address, or nil. A cache that cannot
// be read is an empty one.
func (c *Client) kept(at *url.URL) *kept {
	if c.options.Cache == "" {
		return nil
	}
	data, err := os.ReadFile(c.cachePath(at))
	if err != nil {
		return nil
	}
	etag, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok {
		return nil
	}
	return &kept{etag: string(etag), body: body}
}

// keep puts a response into the cache; one that cannot be kept is fetched
// again the next time.
func (c *Client) keep(at *url.URL, etag string, body []byte) {
	if c.options.Cache == "" || etag == "" {
		return
	}
	if err := os.MkdirAll(c.options.Cache, 0o755); err != nil {
		return
	}
	f, err := os.CreateTemp(c.options.Cache, ".part-*")
	if err != nil {
		return
	}
	_, err = f.Write(append([]byte(etag+"\n"), body...))
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), c.cachePath(at))
	}
	if err != nil {
		os.Remove(f.Name())
	}
}
