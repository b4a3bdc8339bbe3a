package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkCapabilityInput() Check {
	return Check{
		ID: "capability-input", Severity: report.Warn,
		Description: "The inputs of a capability are parameters of its operation, or properties of its body, and what the operation requires is among them.",
		Why:         "An input that the operation does not know is dropped by the server, or refused; the result is not what was asked for.",
		Fix:         "Use the parameter's own name, or describe the parameter.",
		run: func(c *Corpus) (out []finding) {
			for _, r := range c.capabilityFiles() {
				for _, u := range slices.Concat(r.uses, r.calls) {
					out = append(out, r.inputs(u)...)
				}
			}
			return out
		},
	}
}

func checkCapabilityOutput() Check {
	return Check{
		ID: "capability-output", Severity: report.Warn,
		Description: "The outputs of a capability are properties of the response of its operation; where that is a list, of its items.",
		Why:         "Who reads the output by that name finds nothing.",
		Fix:         "Name properties that the response has, or describe the response.",
		run: eachUse(func(r *capabilityReader, u use) []finding {
			wrong, _ := r.outputs(u)
			return wrong
		}),
	}
}

func checkCapabilityOutputUndescribed() Check {
	return Check{
		ID: "capability-output-undescribed", Severity: report.Info,
		Description: "The response that an output is taken from is described.",
		Why:         "Whether an object without properties has the output is unknown.",
		Fix:         "Describe the properties of the response.",
		run: eachUse(func(r *capabilityReader, u use) []finding {
			_, undescribed := r.outputs(u)
			return undescribed
		}),
	}
}

func checkCapabilityOutputNeeds() Check {
	return Check{
		ID: "capability-output-needs", Severity: report.Info,
		Description: "Where a parameter switches an output on, it is an input.",
		Why:         "A server that counts only on request returns no count to those who cannot ask for it.",
		Fix:         "Add the parameter to the inputs, or drop the output.",
		run:         eachUse((*capabilityReader).switches),
	}
}

func checkCapabilityParameter() Check {
	return Check{
		ID: "capability-parameter", Severity: report.Info,
		Description: "A capability that lists inputs offers all parameters of its operation.",
		Why:         "What the capability does not offer, its users cannot ask for, though the API would answer.",
		Fix:         "Add the parameters, or ignore this where they are left out on purpose.",
		run:         eachUse((*capabilityReader).offered),
	}
}

func checkCapabilityCoverage() Check {
	return Check{
		ID: "capability-coverage", Severity: report.Info,
		Description: "Every operation of a description that capabilities refer to is covered by one of them.",
		Why:         "An operation without a capability is not found by those who start from the capabilities.",
		Fix:         "Add a capability for the operation, or ignore this where it is left out on purpose.",
		run:         (*Corpus).uncovered,
	}
}

// eachUse runs a judgement on every capability whose operation is known.
func eachUse(judge func(*capabilityReader, use) []finding) func(*Corpus) []finding {
	return func(c *Corpus) (out []finding) {
		for _, r := range c.capabilityFiles() {
			for _, u := range r.uses {
				out = append(out, judge(r, u)...)
			}
		}
		return out
	}
}

// operationName names an operation as a request does: GET /studies.
func operationName(o openapi.Operation) string { return strings.ToUpper(o.Method) + " " + o.Path }

func (r *capabilityReader) inputs(u use) (out []finding) {
	names := u.operation.Body()
	for _, p := range u.operation.Parameters {
		names = append(names, p.Name)
		if p.Required && p.In != "body" && p.In != "header" && r.has(u.Capability, "inputs") && !lists(u.Inputs, p.Name) {
			out = append(out, finding{place: r.at(u.Capability, "inputs"), message: fmt.Sprintf("%s requires the parameter %q, which is not an input", operationName(u.operation), p.Name)})
		}
	}
	if u.operation.AnyBody {
		return out
	}
	for _, input := range u.Inputs {
		if slices.Contains(names, input.Value) || !r.isParameter(input) {
			continue
		}
		f := finding{place: r.namePlace(input), message: fmt.Sprintf("%s has no parameter %q", operationName(u.operation), input.Value)}
		f.message += nearest.DidYouMean(suggestion(input.Value, names))
		free := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return lists(u.Inputs, name) })
		f.fixes = slip(f.place, input.Value, free, itself)
		for i := range f.fixes {
			f.fixes[i].single, f.fixes[i].scope = true, u.At.Pointer
		}
		out = append(out, f)
	}
	return out
}

// keyed reports whether a name is the key of a mapping, as in Ikanos files
// since 1.0.0-alpha3, and returns the path of its entry: the entry that has the
// name as a member, in a list.
func (r *capabilityReader) keyed(input capabilities.Text) (entry []string, key bool) {
	steps, err := yamltree.ParsePointer(input.At.Pointer)
	if err != nil || len(steps) == 0 {
		return nil, false
	}
	last := len(steps) - 1
	if steps[last] == "name" && r.doc.Tree.Root.At(steps...).IsScalar() {
		return steps[:last], false
	}
	return steps, r.doc.Tree.Root.At(steps[:last]...).Kind == yamltree.Mapping
}

// namePlace is where a name is written.
func (r *capabilityReader) namePlace(input capabilities.Text) report.Place {
	if entry, key := r.keyed(input); key {
		return r.doc.KeyPlace(entry)
	}
	return r.place(input.At)
}

// isParameter reports whether an input goes into the path or the query, or does
// not say where it goes.
func (r *capabilityReader) isParameter(input capabilities.Text) bool {
	entry, _ := r.keyed(input)
	in, ok := r.doc.Tree.Root.At(append(slices.Clone(entry), "in")...).StringValue()
	return !ok || in == "query" || in == "path"
}

func lists(list []capabilities.Text, name string) bool {
	return slices.ContainsFunc(list, func(t capabilities.Text) bool { return t.Value == name })
}

// outputs compares the outputs of a capability with the successful responses
// of its operation, and where those are not described, with the official ones.
func (r *capabilityReader) outputs(u use) (wrong, undescribed []finding) {
	for _, output := range u.Outputs {
		name, _, _ := strings.Cut(output.Value, ".")
		a := answer(u.operation, name)
		if a.has || a.responses == 0 {
			continue
		}
		f := finding{place: r.place(output.At)}
		if !a.untyped {
			f.message = fmt.Sprintf("%s %q%s", a.lacks(u.operation), name, a.instead(name))
			wrong = append(wrong, f)
			continue
		}
		f.message = fmt.Sprintf("the response of %s describes no properties, so the output %q cannot be checked", operationName(u.operation), name)
		switch o, its := r.officially(u, name); {
		case o == nil:
			undescribed = append(undescribed, f)
		case its.has:
			f.message += "; " + o.name + " has it"
			undescribed = append(undescribed, f)
		default:
			f.message = fmt.Sprintf("no property of the response of %s is described, and %s has no %q%s", operationName(u.operation), o.name, name, its.instead(name))
			wrong = append(wrong, f)
		}
	}
	return wrong, undescribed
}

// officially is what the official description says of an output.
func (r *capabilityReader) officially(u use, name string) (*official, answers) {
	o := r.corpus.officialOf(u.api)
	if o == nil {
		return nil, answers{}
	}
	for _, operation := range o.Operations {
		if operation.Key() != u.operation.Key() {
			continue
		}
		if a := answer(operation, name); a.responses > 0 && !a.untyped {
			return o, a
		}
	}
	return nil, answers{}
}

// answers is what the successful responses of an operation say about a
// property.
type answers struct {
	responses          int
	has, untyped, list bool
	properties         []string
}

func answer(o openapi.Operation, name string) (a answers) {
	for _, response := range o.Responses {
		if !response.Success() || !response.JSON() {
			continue
		}
		a.responses++
		a.has = a.has || slices.Contains(response.Properties(), name)
		a.untyped = a.untyped || response.Shape == openapi.Untyped
		a.list = a.list || response.Shape == openapi.List
		a.properties = append(a.properties, response.Properties()...)
	}
	return a
}

func (a answers) lacks(o openapi.Operation) string {
	switch {
	case a.list && len(a.properties) == 0:
		return fmt.Sprintf("the response of %s is a bare list, which has no property", operationName(o))
	case a.list:
		return fmt.Sprintf("the response of %s is a bare list, whose items have no property", operationName(o))
	case len(a.properties) == 0:
		return fmt.Sprintf("the response of %s is not an object, so it has no property", operationName(o))
	}
	return fmt.Sprintf("the response of %s has no property", operationName(o))
}

// instead says what a response has where it lacks a name.
func (a answers) instead(name string) string {
	const few = 8
	if meant := suggestion(name, a.properties); meant != "" || len(a.properties) == 0 || len(a.properties) > few {
		return nearest.DidYouMean(meant)
	}
	return "; there are " + strings.Join(a.properties, ", ")
}

// switches finds outputs with the name of a parameter that is no input: the
// same words in another order, as totalCount and countTotal are.
func (r *capabilityReader) switches(u use) (out []finding) {
	for _, output := range u.Outputs {
		for _, p := range u.operation.Parameters {
			if p.Name != output.Value && words(p.Name) == words(output.Value) && !lists(u.Inputs, p.Name) {
				out = append(out, finding{place: r.place(output.At), message: fmt.Sprintf("the output %q seems to come only with the parameter %q, which is not an input", output.Value, p.Name)})
			}
		}
	}
	return out
}

// words are the words of a name in camel case, in the order of the alphabet.
func words(name string) string {
	var out []string
	start := 0
	for i, c := range name {
		if unicode.IsUpper(c) && i > start {
			out = append(out, strings.ToLower(name[start:i]))
			start = i
		}
	}
	out = append(out, strings.ToLower(name[start:]))
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (r *capabilityReader) offered(u use) []finding {
	if !r.has(u.Capability, "inputs") {
		return nil
	}
	var missing []string
	for _, p := range u.operation.Parameters {
		if (p.In == "query" || p.In == "path") && !p.Required && !lists(u.Inputs, p.Name) {
			missing = append(missing, p.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []finding{{
		place:   r.at(u.Capability, "inputs"),
		message: fmt.Sprintf("%s has %s that the capability does not offer: %s", operationName(u.operation), wording.Count(len(missing), "parameter"), strings.Join(missing, ", ")),
	}}
}

// uncovered lists the operations of descriptions that capabilities refer to
// and that none of them stands for.
func (c *Corpus) uncovered() (out []finding) {
	covered := map[string]bool{}
	total := map[*ruleset.Document]*description{}
	for _, r := range c.capabilityFiles() {
		for _, u := range r.uses {
			covered[u.operation.Key()] = true
			total[u.api.doc] = u.api
		}
	}
	for _, d := range c.descriptions() {
		if total[d.doc] == nil {
			continue
		}
		for _, o := range d.Operations {
			if !covered[o.Key()] {
				out = append(out, finding{place: d.place(o.At), message: fmt.Sprintf("no capability covers %s", operationName(o))})
			}
		}
	}
	return out
}
