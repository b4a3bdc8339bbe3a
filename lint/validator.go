package lint

import (
	"fmt"

	"github.com/trialweave/trialweave/ruleset"
)

// Validator reports whether documents are valid, apart from any ruleset: an
// OpenAPI description by the schema of its version, a JSON Schema by the one
// of its dialect, any other document by those checks that look at nothing else;
// and every $ref leads somewhere. It is safe for use by several goroutines.
type Validator struct {
	checks []Check
}

// NewValidator makes a validator.
func NewValidator() *Validator {
	v := &Validator{}
	for _, id := range []string{"document-empty", "duplicate-key", "key-type", "capability-shape", "context-term"} {
		if c, ok := checkNamed(id); ok {
			v.checks = append(v.checks, c)
		}
	}
	return v
}

// Faults lists why the document is not a valid one of a kind.
func (v *Validator) Faults(d *ruleset.Document, as ruleset.Kind) (out []ruleset.Fault) {
	if d.Kind != as && as != ruleset.JSONSchema {
		return []ruleset.Fault{{Message: "this is not a document of the kind " + string(as)}}
	}
	defer func() {
		if p := recover(); p != nil {
			out = []ruleset.Fault{{Message: fmt.Sprintf("it failed: %v", p)}}
		}
	}()
	return v.faults(d, as)
}

func (v *Validator) faults(d *ruleset.Document, as ruleset.Kind) (out []ruleset.Fault) {
	for _, b := range d.Refs.Broken {
		out = append(out, ruleset.Fault{Path: b.At.Path, Message: "the reference " + b.Ref + " leads nowhere"})
	}
	if as == ruleset.OpenAPI || as == ruleset.JSONSchema {
		return append(out, d.SchemaFaults(as)...)
	}
	corpus := &Corpus{Documents: []*ruleset.Document{d}, Config: &Config{}, files: ruleset.NoFiles{}, refs: d.Refs}
	for _, c := range v.checks {
		for _, f := range c.run(corpus) {
			if n := len(f.place.Path); n > 0 && f.place.Path[n-1] == "@version" {
				continue // the version of a context is what json-ld-version is for
			}
			out = append(out, ruleset.Fault{Path: f.place.Path, Message: c.ID + ": " + f.message})
		}
	}
	return out
}
