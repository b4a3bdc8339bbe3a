package jsonld

import "github.com/trialweave/trialweave/jsonld/model"

// BundledContext returns the JSON-LD 1.1 context of the full profile.
func BundledContext() []byte { return model.Context() }

// CoreContext returns the JSON-LD 1.1 context of the core profile: seven
// classes, with the IRIs that the first published context gave them.
func CoreContext() []byte { return model.CoreContext() }
