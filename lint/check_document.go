package lint

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkDocumentEmpty() Check {
	return Check{
		ID: "document-empty", Severity: report.Error,
		Description: "A document holds something.",
		Why:         "An empty file passes every rule, because no rule has anything to look at.",
		Fix:         "Write the document, or remove the file and what refers to it.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Texts() {
				if d.Tree.Empty {
					out = append(out, finding{place: d.Place(nil), message: "the document is empty"})
				}
			}
			return out
		},
	}
}

func checkDocumentUnknown() Check {
	return Check{
		ID: "document-unknown", Severity: report.Warn,
		Description: "A document that is asked for by name is of a kind that is known.",
		Why:         "Rules for OpenAPI find nothing in a document of another kind, which looks like a clean result.",
		Fix:         "Check that the right file was named, and that it says what it is (openapi: 3.1.0, overlay: 1.0.0, …).",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == ruleset.Other && !d.Tree.Empty {
					out = append(out, finding{place: d.Place(nil), message: fmt.Sprintf("unknown kind of document (%s): only rules without formats are applied", wording.Article(d.Tree.Root.Kind.String()))})
				}
				if d.Kind == ruleset.OpenAPI && len(ruleset.OpenAPIVersions(d.Tree.Root)) == 0 {
					out = append(out, finding{place: d.Place([]string{versionKey(d.Tree.Root)}), message: fmt.Sprintf("unknown version of OpenAPI %q, expected 2.0 or 3.0 to 3.2", ruleset.Describe(d.Tree.Root.Lookup(versionKey(d.Tree.Root))))})
				}
			}
			return out
		},
	}
}

func versionKey(root *yamltree.Node) string {
	if root.Index("openapi") >= 0 {
		return "openapi"
	}
	return "swagger"
}

func checkDuplicateKey() Check {
	return Check{
		ID: "duplicate-key", Severity: report.Error,
		Description: "A mapping has each key once.",
		Why:         "Readers keep one of the values and drop the others, and they do not agree on which.",
		Fix:         "Merge the values, or rename one of the keys.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Texts() {
				for _, dup := range d.Tree.Duplicates {
					path := append(slices.Clone(dup.Path), dup.Key)
					out = append(out, finding{
						place:   report.Place{File: d.File, Range: ruleset.ReportRange(dup.Again), Path: path},
						message: fmt.Sprintf("the key %q occurs twice in this mapping", dup.Key),
						related: []report.Related{{Message: "first", Place: report.Place{File: d.File, Range: ruleset.ReportRange(dup.First), Path: path}}},
					})
				}
			}
			return out
		},
	}
}

func checkJSONSyntax() Check {
	return Check{
		ID: "json-syntax", Severity: report.Error,
		Description: "A file that is named .json or .jsonld holds JSON (RFC 8259).",
		Why:         "What reads it as JSON refuses it: comments, trailing commas and single quotes are part of YAML and JavaScript, and not of JSON. The rules look at what YAML makes of it.",
		Fix:         "Write it as JSON, or name it .yaml.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Texts() {
				for _, e := range d.Tree.NotJSON {
					at := report.Mark{Line: e.Line, Column: e.Column}
					message := "this is not JSON: " + e.Problem
					if e.Expected != "" {
						message += ", expected " + e.Expected
					}
					out = append(out, finding{place: report.Place{File: d.File, Range: report.Range{Start: at, End: at}}, message: message})
				}
			}
			return out
		},
	}
}

func checkFurtherDocument() Check {
	return Check{
		ID: "further-document", Severity: report.Error,
		Description: "A file holds one document.",
		Why:         "What follows a line of three dashes is a document of its own; tools that read a description read the first and drop the rest.",
		Fix:         "Put the further document into a file of its own.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Texts() {
				for _, m := range d.Tree.More {
					at := report.Mark(m)
					out = append(out, finding{
						place:   report.Place{File: d.File, Range: report.Range{Start: at, End: at}},
						message: "a further document begins here; it is not checked",
					})
				}
			}
			return out
		},
	}
}

// foreign lists the documents of kinds that are known and that no check looks
// at, but for those that a ruleset for their kind judged.
func (r *runner) foreign() (out []report.Unchecked) {
	for _, d := range r.corpus.Documents {
		if r.judged[d.File] {
			continue
		}
		var name, version string
		switch d.Kind {
		case ruleset.Arazzo:
			name, version = "Arazzo", ruleset.Describe(d.Tree.Root.Lookup("arazzo"))
		case ruleset.AsyncAPI:
			name, version = "AsyncAPI", ruleset.Describe(d.Tree.Root.Lookup("asyncapi"))
		default:
			continue
		}
		out = append(out, report.Unchecked{File: d.File, Why: fmt.Sprintf("%s %s is not checked but for what is common to all documents: duplicate keys, references, and rules for it", name, version), Aside: !d.Named})
	}
	return out
}
