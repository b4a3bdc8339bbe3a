package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// partsCheck makes the function of a check that judges each description by its
// parts.
func partsCheck(judge func(*Corpus, *parts) []finding) func(*Corpus) []finding {
	return func(c *Corpus) (out []finding) {
		for _, p := range c.descriptionParts() {
			out = append(out, judge(c, p)...)
		}
		return out
	}
}

func checkOperationID() Check {
	return Check{
		ID: "operation-id", Severity: report.Error,
		Description: "An operation of a webhook or callback has an operationId of its own.",
		Why:         "An operationId must be unique among all operations of a description. The rule operation-operationId-unique compares those of paths alone; generators of code make one name of all.",
		Fix:         "Rename one of the two.",
		run:         partsCheck(operationIDs),
	}
}

func operationIDs(_ *Corpus, p *parts) (out []finding) {
	first := map[string]part{}
	for _, o := range p.of("operation") {
		id, ok := o.Node.Lookup("operationId").StringValue()
		if !ok {
			continue
		}
		before, again := first[id]
		if !again {
			first[id] = o
			continue
		}
		if before.inPaths && o.inPaths {
			continue // the rule has it
		}
		out = append(out, finding{
			place:   o.Doc.Place(o.member("operationId")),
			message: fmt.Sprintf("operationId %q is already used by another operation", id),
			related: []report.Related{{Message: "first", Place: before.Doc.Place(before.member("operationId"))}},
		})
	}
	return out
}

func checkLinkOperation() Check {
	return Check{
		ID: "link-operation", Severity: report.Error,
		Description: "The operationId or operationRef of a link leads to an operation.",
		Why:         "Who follows the link has nothing to call.",
		Fix:         "Correct it, or give the operation that id.",
		run:         partsCheck(linkOperations),
	}
}

func linkOperations(c *Corpus, p *parts) (out []finding) {
	var ids []string
	for _, other := range c.descriptionParts() {
		for _, o := range other.of("operation") {
			ids = append(ids, yamltree.TextOf(o.Node, "operationId"))
		}
	}
	for _, l := range p.of("link") {
		if id, ok := l.Node.Lookup("operationId").StringValue(); ok && !slices.Contains(ids, id) {
			f := finding{place: l.Doc.Place(l.member("operationId")), message: fmt.Sprintf("no operation has the operationId %q", id)}
			if meant := suggestion(id, ids); meant != "" {
				f.message += nearest.DidYouMean(meant)
			}
			out = append(out, f)
		}
		ref, ok := l.Node.Lookup("operationRef").StringValue()
		if !ok {
			continue
		}
		at, why := c.refs.Find(l.Location, ref)
		switch {
		case why == ruleset.NotRemote:
			continue
		case why == "" && c.isOperation(at):
			continue
		case why == "":
			why = "that is not an operation"
		}
		out = append(out, finding{place: l.Doc.Place(l.member("operationRef")), message: fmt.Sprintf("operationRef %q leads to no operation: %s", ref, why)})
	}
	return out
}

// isOperation reports whether a description has an operation at a place.
func (c *Corpus) isOperation(at ruleset.Location) bool {
	if at.Doc.Kind == ruleset.OpenAPI && grammar(objectMembers()).below("document", at.Path) == "operation" {
		return true
	}
	return slices.ContainsFunc(c.descriptionParts(), func(p *parts) bool { return p.seen[rootKey{at.Node, "operation"}] })
}

// remoteLinks lists the links to operations of descriptions on other hosts.
func (c *Corpus) remoteLinks() (out []report.Unchecked) {
	for _, p := range c.descriptionParts() {
		for _, l := range p.of("link") {
			ref, ok := l.Node.Lookup("operationRef").StringValue()
			if !ok {
				continue
			}
			if _, why := c.refs.Find(l.Location, ref); why == ruleset.NotRemote {
				at := l.Doc.Place(l.member("operationRef"))
				out = append(out, report.Unchecked{File: at.File, Why: fmt.Sprintf("%d:%d: operationRef %q is a remote reference, which is not followed", at.Range.Start.Line, at.Range.Start.Column, ref)})
			}
		}
	}
	return out
}

func checkPathTemplate() Check {
	return Check{
		ID: "path-template", Severity: report.Error,
		Description: "Each brace of a path has its counterpart, and none stands within others.",
		Why:         "A brace alone is no variable: the parameter is never put in.",
		Fix:         "Close the variable: /pets/{id}.",
		run: partsCheck(func(_ *Corpus, p *parts) (out []finding) {
			for _, paths := range p.of("paths") {
				for _, key := range paths.Node.Pairs() {
					if why := badTemplate(key.Name); why != "" {
						out = append(out, finding{place: paths.Doc.KeyPlace(paths.member(key.Name)), message: fmt.Sprintf("the path %q has %s", key.Name, why)})
					}
				}
			}
			return out
		}),
	}
}

// badTemplate says what is wrong with the braces of a path.
func badTemplate(path string) string {
	open := false
	for _, r := range path {
		switch {
		case r == '{' && open:
			return "a brace within braces"
		case r == '}' && !open:
			return "a closing brace without an opening one"
		case r == '{' || r == '}':
			open = r == '{'
		case r == '/' && open:
			return "an opening brace that is not closed before the next slash"
		}
	}
	if open {
		return "an opening brace that is not closed"
	}
	return ""
}

func checkHeaderCase() Check {
	return Check{
		ID: "header-case", Severity: report.Error,
		Description: "No two header parameters of an operation differ by case alone.",
		Why:         "The names of HTTP headers are compared without regard to case (RFC 9110, section 5.1): the two are one header.",
		Fix:         "Remove one of them.",
		run:         partsCheck(headerCases),
	}
}

func headerCases(_ *Corpus, p *parts) (out []finding) {
	for _, item := range p.of("path item") {
		var shared []headerParameter
		out = append(out, p.headers(item, &shared)...)
		for i, n := range item.Node.Items {
			name := item.Node.StepName(i)
			lists := []part{{ruleset.Location{Doc: item.Doc, Path: item.member(name), Node: n}, p.grammar.member(item.kind, name), item.inPaths}}
			if name == "additionalOperations" {
				lists = nil
				for j, other := range n.Items {
					lists = append(lists, part{ruleset.Location{Doc: item.Doc, Path: item.member(name, n.StepName(j)), Node: other}, "operation", item.inPaths})
				}
			}
			for _, o := range lists {
				if o.kind == "operation" {
					seen := slices.Clone(shared)
					out = append(out, p.headers(o, &seen)...)
				}
			}
		}
	}
	return out
}

type headerParameter struct {
	name string
	at   report.Place
}

// headers compares the header parameters of an object with each other and with
// those before.
func (p *parts) headers(at part, seen *[]headerParameter) (out []finding) {
	list := at.Node.Lookup("parameters")
	if list == nil || list.Kind != yamltree.Sequence {
		return nil
	}
	for i, item := range list.Items {
		parameter := p.end(item)
		name := yamltree.TextOf(parameter, "name")
		if yamltree.TextOf(parameter, "in") != "header" || name == "" {
			continue
		}
		place := at.Doc.Place(at.member("parameters", strconv.Itoa(i)))
		for _, before := range *seen {
			if before.name != name && strings.EqualFold(before.name, name) {
				out = append(out, finding{
					place: place, message: fmt.Sprintf("header parameters %q and %q are the same header", before.name, name),
					related: []report.Related{{Message: "first", Place: before.at}},
				})
				break
			}
		}
		*seen = append(*seen, headerParameter{name, place})
	}
	return out
}

func checkFileConsumes() Check {
	return Check{
		ID: "file-consumes", Severity: report.Error,
		Description: "An operation with a parameter of type file consumes multipart/form-data or application/x-www-form-urlencoded, and nothing else (OpenAPI 2.0).",
		Why:         "In no other media type can a file be sent as a form parameter.",
		Fix:         "Add consumes: [multipart/form-data] to the operation.",
		run:         partsCheck(fileConsumes),
	}
}

func fileConsumes(_ *Corpus, p *parts) (out []finding) {
	if !p.doc.IsSwagger() {
		return nil
	}
	for _, item := range p.of("path item") {
		shared := p.file(item)
		for i, o := range item.Node.Items {
			at := part{ruleset.Location{Doc: item.Doc, Path: item.member(item.Node.StepName(i)), Node: o}, p.grammar.member(item.kind, item.Node.StepName(i)), item.inPaths}
			if at.kind != "operation" || o.Kind != yamltree.Mapping {
				continue
			}
			file := p.file(at)
			if file == nil {
				file = shared
			}
			consumes := o.Lookup("consumes")
			if consumes == nil {
				consumes = p.doc.Tree.Root.Lookup("consumes")
			}
			if file == nil || isFormOnly(consumes) {
				continue
			}
			what := "consumes nothing"
			if consumes != nil && len(consumes.Items) > 0 {
				what = "consumes other media types than those of forms"
			}
			out = append(out, finding{
				place:   at.Doc.Place(at.Path),
				message: fmt.Sprintf("%s has the file parameter %q and %s", strings.ToUpper(item.Node.StepName(i))+" "+item.Path[len(item.Path)-1], yamltree.TextOf(p.end(file), "name"), what),
			})
		}
	}
	return out
}

// file is the parameter of an object that is a file.
func (p *parts) file(at part) *yamltree.Node {
	list := at.Node.Lookup("parameters")
	if list == nil {
		return nil
	}
	for _, item := range list.Items {
		if yamltree.TextOf(p.end(item), "type") == "file" {
			return item
		}
	}
	return nil
}

// isFormOnly reports whether a list of media types holds those of forms alone.
func isFormOnly(consumes *yamltree.Node) bool {
	if consumes == nil || len(consumes.Items) == 0 {
		return false
	}
	return !slices.ContainsFunc(consumes.Items, func(n *yamltree.Node) bool {
		return !strings.HasPrefix(n.Text, "multipart/form-data") && !strings.HasPrefix(n.Text, "application/x-www-form-urlencoded")
	})
}
