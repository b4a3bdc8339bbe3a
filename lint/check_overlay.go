package lint

import (
	"github.com/trialweave/trialweave/report"
)

func checkOverlayExtends() Check {
	return Check{
		ID: "overlay-extends", Severity: report.Error,
		Description: "What an overlay extends is a description in this repository.",
		Why:         "The reference is resolved from the overlay's own folder, as the Overlay specification has it; tools that apply the overlay look there, find nothing, and apply it to nothing.",
		Fix:         "Write the way from the overlay to the description, such as ../openapi/api.yml.",
		run: func(c *Corpus) (out []finding) {
			for _, o := range c.overlays() {
				out = append(out, o.extends...)
			}
			return out
		},
	}
}

func checkOverlayShape() Check {
	return Check{
		ID: "overlay-shape", Severity: report.Error,
		Description: "An overlay is valid by the schema of its version: 1.0, 1.1 or 1.2.",
		Why:         "A tool refuses an overlay that is not, or passes over what it does not know: an action is lost without a word.",
		Fix:         "Correct the key or value that is named; what a later version brought needs that version in overlay.",
		run: func(c *Corpus) (out []finding) {
			for _, o := range c.overlays() {
				out = append(out, o.shape...)
			}
			return out
		},
	}
}

func checkOverlayAction() Check {
	return Check{
		ID: "overlay-action", Severity: report.Error,
		Description: "An action of an overlay can be carried out: what it writes is of the kind that its target is of, and what it copies is there.",
		Why:         "The specification makes an error of it; tools stop, or each does something else.",
		Fix:         "Select values of one kind, and write objects into objects, anything into lists, and single values onto single values.",
		run: func(c *Corpus) (out []finding) {
			for _, o := range c.overlays() {
				out = append(out, o.failures...)
			}
			return out
		},
	}
}

func checkOverlayTarget() Check {
	return Check{
		ID: "overlay-target", Severity: report.Warn,
		Description: "Every action of an overlay changes something; its target is a query of RFC 9535.",
		Why:         "An action whose target selects nothing is not an error to any tool that applies it: what it was to add is just not there. A target in the notation of another dialect is refused, or selects nothing.",
		Fix:         "Correct the target. An update does not create what its target does not find: select the parent, and put the missing key into the update.",
		run: func(c *Corpus) (out []finding) {
			for _, o := range c.overlays() {
				out = append(out, o.targets...)
			}
			return out
		},
	}
}
