package lint

import (
	"fmt"
	"path"
	"strings"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/report"
)

func checkReference() Check {
	return Check{
		ID: "invalid-ref", Severity: report.Error,
		Description: "A $ref leads to a value of this document, or of a file beside it.",
		Why:         "What a dangling reference stands for is unknown to every reader; a rule cannot judge it.",
		Fix:         "Correct the reference, or add what it names. References to other hosts are not followed.",
		run: func(c *Corpus) (out []finding) {
			for _, b := range c.refs.broken {
				if b.skip || !c.has(b.at.doc) {
					continue
				}
				at := append(b.at.path[:len(b.at.path):len(b.at.path)], "$ref")
				out = append(out, finding{place: b.at.doc.place(at), message: fmt.Sprintf("%q leads nowhere: %s", b.ref, b.why)})
			}
			return out
		},
	}
}

func (c *Corpus) has(d *Document) bool {
	for _, other := range c.Documents {
		if other == d {
			return true
		}
	}
	return false
}

// remoteReferences are the references that were not followed.
func (c *Corpus) remoteReferences() []report.Unchecked {
	var out []report.Unchecked
	for _, b := range c.refs.broken {
		if b.skip {
			p := b.at.doc.place(b.at.path)
			out = append(out, report.Unchecked{File: p.File, Why: fmt.Sprintf("%d:%d: %q is a remote reference, which is not followed", p.Range.Start.Line, p.Range.Start.Column, b.ref)})
		}
	}
	return out
}

func checkIndexLink() Check {
	return Check{
		ID: "index-link", Severity: report.Error,
		Description: "A local link of an index leads to a file.",
		Why:         "Who follows the index to an artefact that is not there cannot tell a mistake in the index from a missing artefact.",
		Fix:         "Correct the link, or add the file.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind != APIsJSON {
					continue
				}
				for _, link := range indexLinks(d) {
					if f, bad := judgeLink(c, d, link); bad {
						out = append(out, f)
					}
				}
			}
			return out
		},
	}
}

func judgeLink(c *Corpus, d *Document, link apisjson.Link) (finding, bool) {
	f := finding{place: d.pointerPlace(link.At.Pointer)}
	switch {
	case link.URL != strings.TrimSpace(link.URL):
		f.message = fmt.Sprintf("the link %q has white space around it", link.URL)
	case link.File == "" || exists(c.files, link.File):
		return f, false
	case path.IsAbs(link.URL):
		f.message = fmt.Sprintf("the link %q leads out of the repository", link.URL)
	default:
		f.message = fmt.Sprintf("there is no file %q (%s)", link.URL, link.Type)
	}
	return f, true
}
