package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
)

func checkCapabilityRef() Check {
	return Check{
		ID: "capability-ref", Severity: report.Error,
		Description: "The operationRef of a capability leads to an operation of a description in this repository.",
		Why:         "Who wants to use the capability follows the reference; where it leads nowhere, the request that is meant is unknown.",
		Fix:         "Correct the file or the pointer. A slash in a path is written ~1: #/paths/~1studies/get.",
		run: func(c *Corpus) (out []finding) {
			for _, r := range c.capabilityFiles() {
				out = append(out, r.refs...)
			}
			return out
		},
	}
}

func checkCapabilityRefEscape() Check {
	return Check{
		ID: "capability-ref-escape", Severity: report.Info,
		Description: "The fragment of an operationRef is written as RFC 3986 has it: braces are escaped.",
		Why:         "Most tools read a bare brace as it is meant; one that parses the reference as a URI refuses it.",
		Fix:         "Write {nctId} as %7BnctId%7D, or ignore this.",
		run: func(c *Corpus) (out []finding) {
			for _, r := range c.capabilityFiles() {
				out = append(out, r.escapes...)
			}
			return out
		},
	}
}

func checkCapabilityAPI() Check {
	return Check{
		ID: "capability-api", Severity: report.Error,
		Description: "The api of a capability is the aid of an API of the index.",
		Why:         "Aids are how the artefacts of a repository refer to each other; one that the index no longer has refers to nothing.",
		Fix:         "Write the aid that the API has today.",
		run: func(c *Corpus) (out []finding) {
			for _, r := range c.capabilityFiles() {
				x, ok := c.governing(r.doc.File)
				if !ok {
					continue
				}
				for _, one := range r.file.Capabilities {
					if one.API != nil {
						out = append(out, r.judgeAPI(one, x)...)
					}
				}
			}
			return out
		},
	}
}

// judgeAPI compares the api of a capability with the aids of an index. An aid
// of another provider may be that of an index that this one includes.
func (r *capabilityReader) judgeAPI(capability capabilities.Capability, x index) []finding {
	var aids []string
	api := *capability.API
	for _, one := range x.APIs {
		aids = append(aids, one.AID)
		if one.AID == api.Value {
			return nil
		}
	}
	if provider, _, _ := strings.Cut(api.Value, ":"); provider != x.AID && x.doc.Tree.Root.Index("include") >= 0 {
		return nil
	}
	f := finding{place: r.place(api.At), message: fmt.Sprintf("no API of %[2]s has the aid %[1]q", api.Value, x.doc.File)}
	if meant := r.meantAPI(capability, x, aids); meant != "" {
		f.message += nearest.DidYouMean(meant)
	}
	provider, own, _ := strings.Cut(api.Value, ":")
	var owns []string
	for _, aid := range aids {
		if p, name, _ := strings.Cut(aid, ":"); p == provider {
			owns = append(owns, name)
		}
	}
	f.fixes = slip(f.place, own, owns, func(meant string) string { return provider + ":" + meant })
	for _, older := range r.corpus.indexes() {
		for _, one := range older.APIs {
			if one.AID == api.Value && path.Dir(older.doc.File) == path.Dir(x.doc.File) {
				f.related = append(f.related, report.Related{Message: "an older index has it:", Place: older.doc.PointerPlace(one.At.Pointer + "/aid")})
			}
		}
	}
	return []finding{f}
}

// meantAPI is the aid that a wrong one is likely to stand for: that of the one
// API whose description has the operation, else the nearest.
func (r *capabilityReader) meantAPI(capability capabilities.Capability, x index, aids []string) string {
	var having []string
	for _, u := range r.uses {
		if u.At != capability.At {
			continue
		}
		for _, one := range x.APIs {
			if slices.ContainsFunc(one.Links, func(l apisjson.Link) bool { return r.corpus.operates(l.File, u.operation.Key()) }) {
				having = append(having, one.AID)
			}
		}
	}
	if len(having) == 1 {
		return having[0]
	}
	names := make([]string, len(aids))
	for i, aid := range aids {
		_, names[i], _ = strings.Cut(aid, ":")
	}
	provider, own, _ := strings.Cut(capability.API.Value, ":")
	if meant := suggestion(own, names); meant != "" {
		return provider + ":" + meant
	}
	return ""
}

// operates reports whether a file is a description with an operation.
func (c *Corpus) operates(file, key string) bool {
	d := c.description(file)
	if d == nil {
		return false
	}
	_, ok := d.operation(key)
	return ok
}
