package change

import (
	"cmp"
	"fmt"

	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/report"
)

// Capabilities compares two versions of a capabilities file: a capability, an
// input or an output that is no more, or another operation, breaks who relies
// on it.
func Capabilities(old, now File) ([]report.Finding, error) {
	before, err := capabilities.Parse(old.Name, old.Text)
	if err != nil {
		return nil, err
	}
	after, err := capabilities.Parse(now.Name, now.Text)
	if err != nil {
		return nil, err
	}
	var out []report.Finding
	for _, was := range before.Capabilities {
		is, ok := capabilityNamed(after, name(was))
		if !ok {
			out = append(out, checkBreaking().finding(placeOf(was.At), fmt.Sprintf("the capability %q is removed", name(was))))
			continue
		}
		out = append(out, compareCapabilities(was, is)...)
	}
	for _, is := range after.Capabilities {
		if _, ok := capabilityNamed(before, name(is)); !ok {
			out = append(out, checkCompatible().finding(placeOf(is.At), fmt.Sprintf("the capability %q is added", name(is))))
		}
	}
	return out, nil
}

func name(c capabilities.Capability) string {
	return cmp.Or(c.ID, c.Name)
}

func capabilityNamed(f *capabilities.File, id string) (capabilities.Capability, bool) {
	for _, c := range f.Capabilities {
		if name(c) == id {
			return c, true
		}
	}
	return capabilities.Capability{}, false
}

func compareCapabilities(was, is capabilities.Capability) (out []report.Finding) {
	for _, part := range []struct {
		noun    string
		old, at *capabilities.Text
	}{{"api", was.API, is.API}, {"operationRef", was.OperationRef, is.OperationRef}} {
		switch {
		case part.old == nil && part.at == nil:
		case part.old == nil:
			out = append(out, checkCompatible().finding(placeOf(part.at.At), fmt.Sprintf("the %s of %q is added: %s", part.noun, name(is), part.at.Value)))
		case part.at == nil:
			out = append(out, checkBreaking().finding(placeOf(part.old.At), fmt.Sprintf("the %s of %q is removed", part.noun, name(is))))
		case part.old.Value != part.at.Value:
			out = append(out, checkBreaking().finding(placeOf(part.at.At), fmt.Sprintf("the %s of %q becomes %s", part.noun, name(is), short(part.at.Value)), report.Related{Message: "before", Place: placeOf(part.old.At)}))
		}
	}
	if was.Method+was.Path+was.BaseURI != is.Method+is.Path+is.BaseURI {
		out = append(out, checkBreaking().finding(placeOf(is.At), fmt.Sprintf("%q becomes %s %s%s", name(is), is.Method, is.BaseURI, is.Path), report.Related{Message: "before", Place: placeOf(was.At)}))
	}
	out = append(out, compareNames("input", name(is), was.Inputs, is.Inputs)...)
	return append(out, compareNames("output", name(is), was.Outputs, is.Outputs)...)
}

func compareNames(noun, capability string, was, is []capabilities.Text) (out []report.Finding) {
	for _, old := range was {
		if !has(is, old.Value) {
			out = append(out, checkBreaking().finding(placeOf(old.At), fmt.Sprintf("the %s %q of %q is removed", noun, old.Value, capability)))
		}
	}
	for _, now := range is {
		if !has(was, now.Value) {
			out = append(out, checkCompatible().finding(placeOf(now.At), fmt.Sprintf("the %s %q of %q is added", noun, now.Value, capability)))
		}
	}
	return out
}

func has(list []capabilities.Text, name string) bool {
	for _, t := range list {
		if t.Value == name {
			return true
		}
	}
	return false
}
