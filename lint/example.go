package lint

import (
	"embed"

	"github.com/trialweave/trialweave/report"
)

//go:embed examples/*.txtar
var examples embed.FS

// explained is what there is to say of a check.
func explained(check Check) Explanation {
	bad, good := report.Example(examples, check.ID)
	return Explanation{
		ID: check.ID, Severity: check.Severity.String(), Description: check.Description, Why: check.Why, Fix: check.Fix, Bad: bad, Good: good,
	}
}
