package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkIndexType() Check {
	return Check{
		ID: "index-type", Severity: report.Warn,
		Description: "What an index calls an artefact is what the artefact is.",
		Why:         "A file that is not the ruleset or description that the index promises is not checked by anything, and looks clean.",
		Fix:         "Correct the type of the link, or the artefact.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == ruleset.APIsJSON {
					out = append(out, typeFindings(c, d)...)
				}
			}
			return out
		},
	}
}

func checkIndexAID() Check {
	return Check{
		ID: "index-aid", Severity: report.Error,
		Description: "The aids of an index are all different.",
		Why:         "An aid is what other artefacts refer to an API by; with two of the same nobody knows which is meant.",
		Fix:         "Give each API an aid of its own.",
		run: func(c *Corpus) (out []finding) {
			for _, x := range c.indexes() {
				first := map[string]report.Place{}
				for _, api := range x.APIs {
					at := x.doc.PointerPlace(api.At.Pointer + "/aid")
					if other, ok := first[api.AID]; ok && api.AID != "" {
						out = append(out, finding{place: at, message: fmt.Sprintf("the aid %q is already used by another API", api.AID), related: []report.Related{{Message: "first", Place: other}}})
						continue
					}
					first[api.AID] = at
				}
			}
			return out
		},
	}
}

func checkIndexOrphan() Check {
	return Check{
		ID: "index-orphan", Severity: report.Warn,
		Description: "An artefact in the folder of an index is named by the index, or referred to by another artefact, or is an overlay of a description that is.",
		Why:         "Who starts from the index never finds it, and nobody notices when it grows old.",
		Fix:         "Add it to the properties of its API or to common; or remove it.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				x, governed := c.governing(d.File)
				if !governed || d.Kind == ruleset.APIsJSON || d.Kind == ruleset.Other || d.Kind == ruleset.JSONSchema || x.links(d.File) || c.referred(d) || c.appliesTo(d, x) {
					continue
				}
				f := finding{place: d.Place(nil), message: fmt.Sprintf("nothing refers to this document (%s): %s does not name it", d.Kind, x.doc.File)}
				f.place.Range.End = f.place.Range.Start
				for _, older := range c.indexes() {
					if older.superseded(x) && older.links(d.File) {
						f.related = append(f.related, report.Related{Message: "an older index names it:", Place: older.linkPlace(d.File)})
					}
				}
				out = append(out, f)
			}
			return out
		},
	}
}

// appliesTo reports whether a document is an overlay of a description that the
// index names: whoever finds the one finds the other beside it.
func (c *Corpus) appliesTo(d *ruleset.Document, x index) bool {
	ref, ok := d.Tree.Root.Lookup("extends").StringValue()
	return d.Kind == ruleset.Overlay && ok && x.links(path.Join(path.Dir(d.File), ref))
}

// linkPlace is where an index names a file.
func (x index) linkPlace(file string) report.Place {
	for _, l := range x.Links() {
		if l.File == file {
			return x.doc.PointerPlace(l.At.Pointer)
		}
	}
	return x.doc.Place(nil)
}

// referred reports whether some other artefact leads to a document: a $ref, an
// overlay, a capability, the configuration, or a ruleset that extends it.
func (c *Corpus) referred(d *ruleset.Document) bool {
	if slices.ContainsFunc(c.refs.Links, func(l ruleset.Link) bool { return l.To.Doc == d && l.From.Doc != d }) {
		return true
	}
	for _, other := range c.Documents {
		if other != d && c.leadsTo(other, d.File) {
			return true
		}
	}
	uses := slices.ContainsFunc(c.Config.Rulesets, func(u RulesetUse) bool { return path.Clean(u.Ruleset) == d.File })
	return uses || slices.Contains(c.Config.Official, d.File)
}

// leadsTo reports whether a document extends a file, or refers to an operation
// in it.
func (c *Corpus) leadsTo(from *ruleset.Document, file string) bool {
	switch from.Kind {
	case ruleset.Overlay, ruleset.Ruleset:
		return slices.ContainsFunc(extended(from.Tree.Root.Lookup("extends")), func(ref string) bool {
			return path.Join(path.Dir(from.File), ref) == file
		})
	case ruleset.Capabilities:
		for _, r := range c.capabilityFiles() {
			if r.doc == from && slices.ContainsFunc(r.uses, func(u use) bool { return u.api.doc.File == file && !u.guessed }) {
				return true
			}
		}
	}
	return false
}

// extended are the names in an extends, whose items may be pairs of a name and
// a mode.
func extended(n *yamltree.Node) (out []string) {
	if n == nil {
		return nil
	}
	if s, ok := n.StringValue(); ok {
		return []string{s}
	}
	for _, item := range n.Items {
		if item.Kind == yamltree.Sequence && len(item.Items) > 0 {
			item = item.Items[0]
		}
		out = append(out, item.Text)
	}
	return out
}

func typeFindings(c *Corpus, index *ruleset.Document) (out []finding) {
	for _, link := range indexLinks(index) {
		want, known := promisedKind(link.Type)
		if !known || link.File == "" || !ruleset.LooksLikeDocument(link.File) {
			continue
		}
		d, err := c.document(link.File)
		if err != nil || d.Kind == want || d.Tree.Empty {
			continue // what cannot be read is reported by itself
		}
		out = append(out, finding{
			place:   index.PointerPlace(link.At.Pointer),
			message: fmt.Sprintf("the index calls %q %s, but by its content it is %s", link.File, link.Type, kindPhrase(d.Kind)),
		})
	}
	return out
}

// document returns a document of the corpus, or reads it.
func (c *Corpus) document(file string) (*ruleset.Document, error) {
	if i := slices.IndexFunc(c.Documents, func(d *ruleset.Document) bool { return d.File == file }); i >= 0 {
		return c.Documents[i], nil
	}
	return ruleset.ParseFile(c.files, file)
}

func kindPhrase(k ruleset.Kind) string {
	if k == ruleset.Other {
		return "of no known kind"
	}
	return string(k)
}

// promisedKind is the kind of document that a type of link stands for; the
// public indexes spell the types in many ways.
func promisedKind(linkType string) (ruleset.Kind, bool) {
	switch strings.ToLower(strings.NewReplacer("-", "", " ", "", "_", "").Replace(linkType)) {
	case "openapi", "swagger":
		return ruleset.OpenAPI, true
	case "spectral", "spectralrules", "spectralruleset", "rules", "governancerules":
		return ruleset.Ruleset, true
	case "overlay":
		return ruleset.Overlay, true
	case "arazzo":
		return ruleset.Arazzo, true
	case "asyncapi":
		return ruleset.AsyncAPI, true
	case apisjson.Include, apisjson.Network:
		return ruleset.APIsJSON, true
	case "jsonld", "jsonldcontext":
		return ruleset.Context, true
	case "capabilities", "xcapabilities", "naftikocapabilities", "naftikocapability":
		return ruleset.Capabilities, true
	}
	return "", false
}
