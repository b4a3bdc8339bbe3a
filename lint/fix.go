package lint

import "github.com/trialweave/trialweave/report"

// fix is the one right answer to a finding: another value for a place, or
// members to be added to the mapping there.
type fix struct {
	place report.Place
	// value is the text of a scalar that takes the place of what is there.
	value string
}

func replacement(place report.Place, value string) *fix { return &fix{place, value} }
