package jsonld

import (
	"bytes"
	_ "embed" // the contexts
	"fmt"

	"github.com/piprate/json-gold/ld"
)

// The URLs of the bundled contexts. They are served from this package and
// never fetched.
const (
	ContextURL     = "https://w3id.org/trialweave/context/v1"
	CoreContextURL = "https://w3id.org/trialweave/context/core/v1"
)

//go:embed context.jsonld
var context []byte

//go:embed core-context.jsonld
var coreContext []byte

// BundledContext returns the JSON-LD 1.1 context of the full profile, which is
// generated from the tables of the package model. The caller may change it.
func BundledContext() []byte { return bytes.Clone(context) }

// CoreContext returns the JSON-LD 1.1 context of the core profile: seven
// classes, with the IRIs that the first published context gave them. The caller
// may change it.
func CoreContext() []byte { return bytes.Clone(coreContext) }

// closedLoader serves the bundled contexts and nothing else.
type closedLoader struct{}

func (closedLoader) LoadDocument(url string) (*ld.RemoteDocument, error) {
	text := map[string][]byte{ContextURL: context, CoreContextURL: coreContext}[url]
	if text == nil {
		return nil, ld.NewJsonLdError(ld.LoadingRemoteContextFailed, fmt.Sprintf("%q is not one of the bundled contexts, and nothing is fetched", url))
	}
	doc, err := ld.DocumentFromReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return &ld.RemoteDocument{DocumentURL: url, Document: doc}, nil
}
