package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/internal/wording"
)

//go:embed assets
var assetFiles embed.FS

//go:embed templates
var templateFiles embed.FS

// assetKinds are the media types of assets.
var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
}

// assets are the files by their names, with a hash each.
var assets = sync.OnceValue(func() map[string]assetFile {
	out := map[string]assetFile{}
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		return out // embedded files are there
	}
	for _, e := range entries {
		data, err := assetFiles.ReadFile("assets/" + e.Name())
		if kind := assetKinds[path.Ext(e.Name())]; err == nil && kind != "" {
			sum := sha256.Sum256(data)
			out[e.Name()] = assetFile{data, kind, hex.EncodeToString(sum[:6])}
		}
	}
	return out
})

type assetFile struct {
	data       []byte
	kind, hash string
}

// assetPage is the address of an asset, which changes with its content.
func assetPage(name string) string { return "/assets/" + name + "?v=" + assets()[name].hash }

func asset(w http.ResponseWriter, r *http.Request, name string) error {
	a, ok := assets()[name]
	if !ok {
		return errNotHere
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Etag", `"`+a.hash+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if r.Header.Get("If-None-Match") == `"`+a.hash+`"` {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, err := w.Write(a.data)
	return err
}

// templates are the pages.
var templates = sync.OnceValue(parseTemplates)

func parseTemplates() *template.Template {
	functions := template.FuncMap{
		"asset": assetPage, "before": before, "after": after, "number": grouped, "lower": strings.ToLower, "counted": wording.CountGrouped[int], "slug": slug,
	}
	return template.Must(template.New("").Funcs(functions).ParseFS(templateFiles, "templates/*.html"))
}

// slug is a text as a part of the name of a class.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
}

// grouped is a number with commas between thousands.
func grouped(n any) string {
	var v int64
	switch n := n.(type) {
	case int:
		v = int64(n)
	case int64:
		v = n
	}
	return wording.Grouped(v)
}
