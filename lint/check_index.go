package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
)

func checkIndexType() Check {
	return Check{
		ID: "index-type", Severity: report.Warn,
		Description: "What an index calls an artefact is what the artefact is.",
		Why:         "A ruleset that is none, or a description that is none, is looked at by nothing and looks clean.",
		Fix:         "Correct the type of the link, or the artefact.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == APIsJSON {
					out = append(out, typeFindings(c, d)...)
				}
			}
			return out
		},
	}
}

func typeFindings(c *Corpus, index *Document) (out []finding) {
	for _, link := range indexLinks(index) {
		want, known := promisedKind(link.Type)
		if !known || link.File == "" || !looksLikeDocument(link.File) {
			continue
		}
		d, err := c.document(link.File)
		if err != nil || d.Kind == want || d.tree.Empty {
			continue // what cannot be read is reported by itself
		}
		out = append(out, finding{
			place:   index.pointerPlace(link.At.Pointer),
			message: fmt.Sprintf("the index calls %q %s, but by its content it is %s", link.File, link.Type, kindPhrase(d.Kind)),
		})
	}
	return out
}

// document returns a document of the corpus, or reads it.
func (c *Corpus) document(file string) (*Document, error) {
	if i := slices.IndexFunc(c.Documents, func(d *Document) bool { return d.File == file }); i >= 0 {
		return c.Documents[i], nil
	}
	return parse(c.files, file)
}

func kindPhrase(k Kind) string {
	if k == Other {
		return "of no known kind"
	}
	return string(k)
}

// promisedKind is the kind of document that a type of link stands for; the
// public indexes spell the types in many ways.
func promisedKind(linkType string) (Kind, bool) {
	switch strings.ToLower(strings.NewReplacer("-", "", " ", "", "_", "").Replace(linkType)) {
	case "openapi", "swagger":
		return OpenAPI, true
	case "spectral", "spectralrules", "spectralruleset":
		return Ruleset, true
	case "overlay":
		return Overlay, true
	case "jsonld", "jsonldcontext":
		return Context, true
	case "capabilities", "xcapabilities", "naftikocapabilities", "naftikocapability":
		return Capabilities, true
	}
	return "", false
}
