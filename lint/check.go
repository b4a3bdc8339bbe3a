// Package lint judges a set of documents that describe an API: OpenAPI
// descriptions, APIs.json indexes, capabilities, JSON-LD contexts, overlays
// and rulesets. Load finds and parses them, Run runs rulesets and checks of
// its own on them, and whatever could not be judged is part of the report.
package lint

import (
	"github.com/trialweave/trialweave/report"
)

// Check is something that the linter looks at whatever the rulesets say.
type Check struct {
	ID       string
	Severity report.Severity
	// Description says what must hold, Why for what reason, and Fix what to do.
	Description, Why, Fix string

	run func(*Corpus) []finding
	// structural tells that it looks at keys and references alone, and at no scalar.
	structural bool
}

// finding is a finding of a check before its rule and severity are filled in.
type finding struct {
	place   report.Place
	message string
	related []report.Related
	fixes   []fix
}

// Checks lists the checks, by id in order.
func Checks() []Check {
	return []Check{
		checkDocumentEmpty(),
		checkDocumentUnknown(),
		checkDuplicateKey(),
		checkFurtherDocument(),
		checkJSONSyntax(),
		checkIndexLink(),
		checkIndexShape(),
		checkIndexPropertyType(),
		checkIndexType(),
		checkIndexAID(),
		checkIndexOrphan(),
		checkReference(),
		checkReferenceKind(),
		checkOperationID(),
		checkLinkOperation(),
		checkPathTemplate(),
		checkHeaderCase(),
		checkFileConsumes(),
		checkComponentName(),
		checkSchemaIdentifier(),
		checkSchemaLoop(),
		checkTagParent(),
		checkAPIServers(),
		checkAPIVersion(),
		checkAPIOperation(),
		checkOfficialVersion(),
		checkOfficialOperation(),
		checkOfficialParameter(),
		checkOfficialConstraint(),
		checkOfficialResponse(),
		checkOfficialSchema(),
		checkKeyType(),
		checkCapabilityShape(),
		checkCapabilityRef(),
		checkCapabilityRefEscape(),
		checkCapabilityAPI(),
		checkCapabilityInput(),
		checkCapabilityOutput(),
		checkCapabilityOutputUndescribed(),
		checkCapabilityOutputNeeds(),
		checkCapabilityParameter(),
		checkCapabilityCoverage(),
		checkContextTerm(),
		checkContextSameIRI(),
		checkContextProperty(),
		checkContextType(),
		checkContextCoverage(),
		checkOverlayShape(),
		checkOverlayExtends(),
		checkOverlayTarget(),
		checkOverlayAction(),

		checkRulesetFault(),
		checkRuleMatchesNothing(),
		checkUnusedIgnore(),
		checkUnknownRule(),
	}
}

// checkNamed returns a check by its id.
func checkNamed(id string) (Check, bool) {
	for _, c := range Checks() {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}

// findings makes report findings of what a check found.
func (c Check) findings(found []finding) []report.Finding {
	var out []report.Finding
	for _, f := range found {
		out = append(out, report.Finding{Rule: c.ID, Severity: c.Severity, Message: f.message, Place: f.place, Related: f.related})
	}
	return out
}
