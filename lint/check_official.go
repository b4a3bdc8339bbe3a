package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
)

const (
	officialWhy = "The service answers as its own description says; what another description leaves out, or says otherwise, its readers do not know."
	officialFix = "Take it over from the official description (triallint fix writes an overlay that does), or ignore this where it is left out on purpose."
)

func checkOfficialVersion() Check {
	return Check{
		ID: "official-version", Severity: report.Info,
		Description: "A description is of the version that the official description of the same service has.",
		Why:         officialWhy,
		Fix:         "Compare the two, then say which version is described.",
		run: eachOfficial(func(d *description, o *official) []finding {
			if d.APIVersion == o.APIVersion || o.APIVersion == "" {
				return nil
			}
			return []finding{{place: d.doc.Place([]string{"info", "version"}), message: fmt.Sprintf("the version of the API is %q, but %q in %s", d.APIVersion, o.APIVersion, o.name)}}
		}),
	}
}

func checkOfficialOperation() Check {
	return Check{
		ID: "official-operation", Severity: report.Warn,
		Description: "The descriptions of a service have the operations that the official description has, and no others.",
		Why:         officialWhy, Fix: officialFix,
		run: (*Corpus).officialOperations,
	}
}

func checkOfficialParameter() Check {
	return Check{
		ID: "official-parameter", Severity: report.Warn,
		Description: "An operation has the parameters that it has in the official description, and no others.",
		Why:         officialWhy, Fix: officialFix,
		run: eachOfficialOperation(officialParameters),
	}
}

func checkOfficialConstraint() Check {
	return Check{
		ID: "official-constraint", Severity: report.Warn,
		Description: "A parameter is as narrow as in the official description: pattern, values, whether it is required.",
		Why:         officialWhy, Fix: officialFix,
		run: eachOfficialOperation(officialConstraints),
	}
}

func checkOfficialResponse() Check {
	return Check{
		ID: "official-response", Severity: report.Warn,
		Description: "An operation has the responses that it has in the official description.",
		Why:         officialWhy, Fix: officialFix,
		run: eachOfficialOperation(officialResponses),
	}
}

func checkOfficialSchema() Check {
	return Check{
		ID: "official-schema", Severity: report.Info,
		Description: "What the official description gives a schema is described.",
		Why:         officialWhy, Fix: "Take the schemas over from the official description.",
		run: eachOfficial(officialSchemas),
	}
}

func eachOfficial(judge func(*description, *official) []finding) func(*Corpus) []finding {
	return func(c *Corpus) (out []finding) {
		for _, d := range c.descriptions() {
			if o := c.officialOf(d); o != nil {
				out = append(out, judge(d, o)...)
			}
		}
		return out
	}
}

// officialPair is an operation with what it is officially.
type officialPair struct {
	d    *description
	o    *official
	ours openapi.Operation
	its  openapi.Operation
}

func eachOfficialOperation(judge func(officialPair) []finding) func(*Corpus) []finding {
	return eachOfficial(func(d *description, o *official) (out []finding) {
		for _, p := range pairs(d, o) {
			out = append(out, judge(p)...)
		}
		return out
	})
}

func pairs(d *description, o *official) (out []officialPair) {
	for _, its := range o.Operations {
		if ours, ok := d.operation(its.Key()); ok {
			out = append(out, officialPair{d, o, ours, its})
		}
	}
	return out
}

// officialOperations compares the operations of all descriptions of a service
// with the official ones: one that is split over files has them all in one of
// them.
func (c *Corpus) officialOperations() (out []finding) {
	judged := map[*official]bool{}
	for _, d := range c.descriptions() {
		o := c.officialOf(d)
		if o == nil {
			continue
		}
		for _, ours := range d.Operations {
			if !slices.ContainsFunc(o.Operations, func(its openapi.Operation) bool { return its.Key() == ours.Key() }) {
				out = append(out, finding{place: d.place(ours.At), message: fmt.Sprintf("%s is not in %s", operationName(ours), o.name)})
			}
		}
		if judged[o] {
			continue
		}
		judged[o] = true
		there := c.operationsOf(o.Description)
		var missing []string
		for _, its := range o.Operations {
			if !there[its.Key()] {
				missing = append(missing, operationName(its))
			}
		}
		if len(missing) > 0 {
			out = append(out, finding{place: d.doc.KeyPlace([]string{"paths"}), message: fmt.Sprintf("no description has %s of %s: %s", wording.Count(len(missing), "operation"), o.name, strings.Join(missing, ", "))})
		}
	}
	return out
}

// missingParameters are the parameters that the operation has officially and
// lacks here; those of headers and cookies count as little as they do in use.
func (p officialPair) missingParameters() (out []openapi.Parameter) {
	for _, its := range p.its.Parameters {
		if _, ok := parameterNamed(p.ours, its.Name, its.In); !ok && !p.renamed(its) {
			out = append(out, its)
		}
	}
	return out
}

// renamed reports whether a path parameter only has another name here.
func (p officialPair) renamed(its openapi.Parameter) bool {
	return its.In == "path" && p.ours.Path != p.its.Path
}

func parameterNamed(o openapi.Operation, name, in string) (openapi.Parameter, bool) {
	for _, p := range o.Parameters {
		if p.Name == name && p.In == in {
			return p, true
		}
	}
	return openapi.Parameter{}, false
}

func officialParameters(p officialPair) (out []finding) {
	var names []string
	for _, missing := range p.missingParameters() {
		names = append(names, missing.Name)
	}
	if len(names) > 0 {
		have := len(p.its.Parameters) - len(names)
		out = append(out, finding{
			place: p.operationPlace("parameters"), fixes: p.addParameters(),
			message: fmt.Sprintf("%s has %d of the %d parameters that it has in %s; there are also %s", operationName(p.ours), have, len(p.its.Parameters), p.o.name, strings.Join(names, ", ")),
		})
	}
	for _, ours := range p.ours.Parameters {
		if _, ok := parameterNamed(p.its, ours.Name, ours.In); ok || ours.In == "header" || ours.In == "cookie" || p.renamed(ours) {
			continue
		}
		out = append(out, finding{place: p.d.place(ours.At), message: fmt.Sprintf("the parameter %q of %s is not in %s%s", ours.Name, operationName(p.ours), p.o.name, nearest.DidYouMean(suggestion(ours.Name, names)))})
	}
	return out
}

// operationPlace is the place of a key of the operation, or of the operation
// where it has no such key.
func (p officialPair) operationPlace(key string) report.Place {
	at := p.d.place(source.Position{Pointer: p.ours.At.Pointer + "/" + key})
	if len(at.Path) > 0 && at.Path[len(at.Path)-1] == key {
		return p.d.docOf(at.File).KeyPlace(at.Path)
	}
	return at
}

// docOf is the document that a place of the description is in.
func (d *description) docOf(file string) *ruleset.Document {
	if other := d.doc.Refs.Files[file]; other != nil {
		return other
	}
	return d.doc
}

func officialConstraints(p officialPair) (out []finding) {
	for _, ours := range p.ours.Parameters {
		its, ok := parameterNamed(p.its, ours.Name, ours.In)
		if !ok {
			continue
		}
		say := func(format string, args ...any) {
			message := fmt.Sprintf("the parameter %q of %s %s", ours.Name, operationName(p.ours), fmt.Sprintf(format, args...))
			out = append(out, finding{place: p.d.place(ours.At), message: message + " in " + p.o.name})
		}
		switch {
		case its.List != ours.List: // a pattern for the items is none for a text that lists them
		case its.Pattern != "" && ours.Pattern == "":
			say("has no pattern, but %s", its.Pattern)
			out[len(out)-1].fixes = addPattern(out[len(out)-1].place, p.d.docOf(out[len(out)-1].place.File), its.Pattern)
		case its.Pattern != "" && ours.Pattern != its.Pattern:
			say("has the pattern %s, but %s", ours.Pattern, its.Pattern)
		}
		if added, gone := missingFrom(ours.Enum, its.Enum), missingFrom(its.Enum, ours.Enum); ours.Enum != nil && its.Enum != nil && (len(added) > 0 || len(gone) > 0) {
			say("%s", enumDifference(added, gone))
		}
		if its.Required != ours.Required {
			say("is %s, but %s", requiredWord(ours.Required), requiredWord(its.Required))
		}
	}
	return out
}

// missingFrom are the words of all that are not in some.
func missingFrom(some, all []string) (out []string) {
	for _, v := range all {
		if !slices.Contains(some, v) {
			out = append(out, v)
		}
	}
	return out
}

func enumDifference(added, gone []string) string {
	var parts []string
	if len(gone) > 0 {
		parts = append(parts, "may be "+strings.Join(gone, ", ")+", but not")
	}
	if len(added) > 0 {
		parts = append(parts, "may not be "+strings.Join(added, ", ")+", but may")
	}
	return strings.Join(parts, "; it ")
}

func requiredWord(required bool) string {
	if required {
		return "required"
	}
	return "not required"
}

func officialResponses(p officialPair) []finding {
	var missing []string
	for _, its := range p.its.Responses {
		if !slices.ContainsFunc(p.ours.Responses, func(r openapi.Response) bool { return covers(r.Status, its.Status) }) && !slices.Contains(missing, its.Status) {
			missing = append(missing, its.Status)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []finding{{
		place: p.operationPlace("responses"), fixes: p.addResponses(missing),
		message: fmt.Sprintf("%s has no response %s, which it has in %s", operationName(p.ours), strings.Join(missing, ", "), p.o.name),
	}}
}

// covers reports whether a key of responses stands for a status.
func covers(key, status string) bool {
	return key == status || key == "default" || strings.EqualFold(key, status[:1]+"XX")
}

// officialSchemas counts the schemas; one for one they cannot be compared,
// since their names are free.
func officialSchemas(d *description, o *official) []finding {
	ours, its := len(d.Schemas()), o.schemasOf(d)
	if ours >= its {
		return nil
	}
	place := d.doc.KeyPlace([]string{"components", "schemas"})
	return []finding{{place: place, message: fmt.Sprintf("%s for %s, for which %s has %d", wording.Count(ours, "schema"), wording.Count(len(d.Operations), "operation"), o.name, its)}}
}

// schemasOf counts the named schemas that the official description has: all of
// them, for a description that has all its operations.
func (o *official) schemasOf(d *description) int {
	if len(pairs(d, o)) == len(o.Operations) {
		return len(o.Schemas())
	}
	keys := map[string]bool{}
	for _, p := range pairs(d, o) {
		keys[p.its.Key()] = true
	}
	return o.Reached(func(operation openapi.Operation) bool { return keys[operation.Key()] })
}
