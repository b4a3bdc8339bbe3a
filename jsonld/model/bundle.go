package model

import "embed"

//go:embed context.jsonld core-context.jsonld
var bundle embed.FS

// Context returns the JSON-LD 1.1 context of the full profile, generated from
// the tables.
func Context() []byte { return bundled("context.jsonld") }

// CoreContext returns the JSON-LD 1.1 context of the core profile.
func CoreContext() []byte { return bundled("core-context.jsonld") }

func bundled(name string) []byte {
	data, err := bundle.ReadFile(name)
	if err != nil {
		panic(err) // a file that go:embed put there
	}
	return data
}
