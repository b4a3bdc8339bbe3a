package lint

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/jsonschema"
	_ "github.com/trialweave/trialweave/openapi/schemas" // the schemas of DocumentSchema
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkReferenceKind() Check {
	return Check{
		ID: "reference-kind", Severity: report.Error,
		Description: "A $ref of an OpenAPI description leads to a valid object of the kind that is expected where it stands.",
		Why:         "The schema of OpenAPI judges a description as it is written: it sees the $ref, and not what another file holds. Tools that follow it fail there, or read an object of another kind.",
		Fix:         "Correct the object in the other file, or refer to one of the kind that is expected.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == ruleset.OpenAPI {
					out = append(out, c.judgeUses(d)...)
				}
			}
			return out
		},
	}
}

// judgeUses judges what the references of a description lead to.
func (c *Corpus) judgeUses(d *ruleset.Document) (out []finding) {
	j := objectJudge{d: d, grammar: objectMembers(), covered: map[rootKey]bool{}}
	uses := c.objectUses(d)
	var roots []objectUse
	for _, u := range uses {
		switch is := j.kindOf(u.To); {
		case is == u.kind:
		case is != "":
			out = append(out, j.otherKind(u, is))
		default:
			roots = append(roots, u)
		}
	}
	// What is part of another object that is judged is not judged again.
	slices.SortStableFunc(roots, func(a, b objectUse) int { return len(a.To.Path) - len(b.To.Path) })
	for _, u := range roots {
		if !j.covered[rootKey{u.To.Node, u.kind}] {
			j.cover(u.kind, u.To.Node)
			out = append(out, j.object(u)...)
		}
	}
	return out
}

// objectJudge judges objects by the schema of the version of a description.
type objectJudge struct {
	d       *ruleset.Document
	grammar grammar
	covered map[rootKey]bool
}

// kindOf is the kind of an object by its place in a document that is no piece.
func (j *objectJudge) kindOf(at ruleset.Location) objectKind {
	if objectKindOf(at.Doc) == "" {
		return ""
	}
	return j.grammar.below(objectKindOf(at.Doc), at.Path)
}

func (j *objectJudge) cover(kind objectKind, n *yamltree.Node) {
	if kind == "" || n.IsScalar() || j.covered[rootKey{n, kind}] {
		return
	}
	j.covered[rootKey{n, kind}] = true
	for i, item := range n.Items {
		j.cover(j.grammar.member(kind, n.StepName(i)), item)
	}
}

func (j *objectJudge) otherKind(u objectUse, is objectKind) finding {
	ref := u.From.Node.Lookup("$ref").Text
	return finding{
		place:   u.From.Doc.Place(append(slices.Clone(u.From.Path), "$ref")),
		message: fmt.Sprintf("%q leads to %s, expected %s", ref, is.a(), u.kind.a()),
		related: []report.Related{{Message: "leads to", Place: u.To.Doc.Place(u.To.Path)}},
	}
}

// object judges what a reference leads to, in a place that says nothing of its
// kind: in a piece, or in an extension.
func (j *objectJudge) object(u objectUse) (out []finding) {
	if u.kind[0] == '{' || u.kind[0] == '[' {
		for i, item := range u.To.Node.Items {
			member := u
			member.kind, member.To = u.kind[1:], ruleset.Location{Doc: u.To.Doc, Path: append(slices.Clone(u.To.Path), u.To.Node.StepName(i)), Node: item}
			out = append(out, j.object(member)...)
		}
		return out
	}
	schema, err := j.schema(u)
	if err != nil || schema == nil || u.kind != "schema" && u.To.Node.Index("$ref") >= 0 {
		return nil
	}
	errs, err := schema.Validate(u.To.Node, &jsonschema.Options{For: j.d})
	if err != nil {
		return nil
	}
	ruleset.SortErrors(errs)
	for _, e := range errs {
		message := ruleset.SchemaMessage(e.Path, e)
		if len(e.Path) == 0 {
			message = "the " + string(u.kind) + " " + e.Text(suggestion)
		}
		path := slices.Concat(u.To.Path, e.Path)
		if e.Keyword == "additionalProperties" {
			path = append(path, e.Names[0])
		}
		out = append(out, finding{
			place: u.To.Doc.Place(path), message: message,
			related: []report.Related{{Message: "used as " + u.kind.a() + " by", Place: u.From.Doc.Place(append(slices.Clone(u.From.Path), "$ref"))}},
		})
	}
	return out
}

// schema is what an object of a kind is judged by; nil where the version of
// OpenAPI has no such object. A schema that names its dialect is judged by that.
func (j *objectJudge) schema(u objectUse) (*jsonschema.Schema, error) {
	if u.kind == "schema" {
		if draft, known := jsonschema.DraftOf(u.To.Node.Lookup("$schema").TextValue()); known {
			return ruleset.Metaschemas().Draft(draft), nil
		}
	}
	version := ruleset.DocumentVersion(ruleset.Formats(j.d.Tree.Root))
	return objectSchema(version, u.kind)
}

// objectSchema is the part of the schema of a version of OpenAPI that objects
// of a kind are judged by.
func objectSchema(version string, kind objectKind) (*jsonschema.Schema, error) {
	s, err := ruleset.DocumentSchema(version)
	if err != nil {
		return nil, err
	}
	var names map[objectKind]string
	at := "definitions"
	switch version {
	case "2.0":
		names = map[objectKind]string{"schema": "schema", "parameter": "parameter", "response": "response", "path item": "pathItem"}
	case "3.0":
		names = map[objectKind]string{
			"schema": "Schema", "parameter": "Parameter", "response": "Response", "example": "Example", "request body": "RequestBody",
			"header": "Header", "security scheme": "SecurityScheme", "link": "Link", "callback": "Callback", "path item": "PathItem",
		}
	default:
		at = "$defs"
		names = map[objectKind]string{
			"schema": "schema", "parameter": "parameter", "response": "response", "example": "example", "request body": "request-body",
			"header": "header", "security scheme": "security-scheme", "link": "link", "callback": "callbacks", "path item": "path-item", "media type": "media-type",
		}
	}
	return s.Part(at, names[kind]), nil
}
