// Package change compares two versions of an artefact and reports what becomes
// of those who rely on it: which requests and answers of an API change, which
// triples a context makes of studies, which verdicts a ruleset gives.
package change

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// File is a version of an artefact.
type File struct {
	Name string
	Text []byte
}

// Check is a kind of change.
type Check struct {
	ID       string
	Severity report.Severity
	// Description says what must hold, Why for what reason, and Fix what to do.
	Description, Why, Fix string
}

// Checks lists the kinds of changes.
func Checks() []Check {
	return append([]Check{checkBreaking(), checkCompatible(), checkTriples(), checkTerm(), checkVerdict()}, kindChecks()...)
}

func checkBreaking() Check {
	return Check{
		ID: "change-breaking", Severity: report.Error,
		Description: "What worked with the old version works with the new one.",
		Why:         "Clients that were made for the old version send or expect what no longer exists.",
		Fix:         "Keep what clients rely on, or make it a new major version.",
	}
}

func checkCompatible() Check {
	return Check{
		ID: "change-compatible", Severity: report.Info,
		Description: "A description or a capabilities file says what it said.",
		Why:         "The change breaks nobody; it is listed so that it is not missed.",
		Fix:         "Nothing; mention it in the release notes.",
	}
}

func checkTriples() Check {
	return Check{
		ID: "change-triples", Severity: report.Error,
		Description: "A context makes the same triples of the same studies.",
		Why:         "Queries and stores go by IRIs and datatypes: what was loaded by the old context does not meet what is loaded by the new one.",
		Fix:         "Keep the IRI and the datatype, or load everything again.",
	}
}

func checkTerm() Check {
	return Check{
		ID: "change-term", Severity: report.Info,
		Description: "A context defines the terms that it defined, as it did.",
		Why:         "The change makes no other triples of what is at hand; it may of other studies.",
		Fix:         "Nothing; or try more studies.",
	}
}

func checkVerdict() Check {
	return Check{
		ID: "change-verdict", Severity: report.Warn,
		Description: "A ruleset gives the same verdicts on the same documents.",
		Why:         "Who lints by the new version finds other things wrong than before.",
		Fix:         "Look at each: was the rule wrong before, or is it now?",
	}
}

// Rules lists the kinds of changes as a report does.
func Rules() []report.Rule {
	var out []report.Rule
	for _, c := range Checks() {
		out = append(out, report.Rule{ID: c.ID, Description: c.Description, Severity: c.Severity, From: "triallint diff", Help: "triallint explain " + c.ID, Why: c.Why, Fix: c.Fix, URL: report.PageURL(c.ID)})
	}
	return out
}

func (c Check) finding(place report.Place, message string, related ...report.Related) report.Finding {
	return report.Finding{Rule: c.ID, Severity: c.Severity, Message: message, Place: place, Related: related}
}

// keyPlace is the place of the key that a path ends in.
func keyPlace(doc *yamltree.Document, path []string) report.Place {
	r, ok := doc.KeyRangeAt(path...)
	if !ok {
		r, _ = doc.RangeAt(path...)
	}
	return report.Place{File: doc.Name, Range: report.Range{Start: report.Mark(r.Start), End: report.Mark(r.End)}, Path: slices.Clone(path)}
}

const shownText = 80

// short is a text in quotes, cut where it is long.
func short(s string) string {
	if r := []rune(s); len(r) > shownText {
		return fmt.Sprintf("%q…", string(r[:shownText]))
	}
	return fmt.Sprintf("%q", s)
}
