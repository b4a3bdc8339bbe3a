package validate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/validate"
)

const recordLine = "<https://clinicaltrials.gov/study/NCT0000000%> <https://schema.org/name> \"n\" <https://clinicaltrials.gov/study/NCT0000000%#record> .\n"

// TestAGraphThatBeginsAgain holds that a study whose quads stand in two places
// is an error, unless all graphs are taken together.
func TestAGraphThatBeginsAgain(t *testing.T) {
	one, two := strings.ReplaceAll(recordLine, "%", "1"), strings.ReplaceAll(recordLine, "%", "2")
	for text, want := range map[string]string{one + one + two: "", one + two + one: "begins again"} {
		for _, together := range []bool{false, true} {
			graphs := 0
			err := validate.Graphs(t.Context(), rdf.Read(strings.NewReader(text), rdf.NQuads, nil), "a.nq", compiled().NewChecker(nil), together, func([]validate.Finding) error {
				graphs++
				return nil
			})
			fails := want != "" && !together
			if fails != (err != nil) || fails && !strings.Contains(err.Error(), want) {
				t.Errorf("together %v: %v, expected %q", together, err, want)
			}
			if err == nil && (together && graphs != 1 || !together && graphs != 2) {
				t.Errorf("together %v: %d graphs are checked", together, graphs)
			}
		}
	}
}

// TestFaultsEndTheCheck holds that an error of the input, and one of the report,
// come back.
func TestFaultsEndTheCheck(t *testing.T) {
	full := errors.New("disk full")
	report := func([]validate.Finding) error { return full }
	if err := validate.Graphs(t.Context(), rdf.Read(strings.NewReader(strings.ReplaceAll(recordLine, "%", "1")), rdf.NQuads, nil), "a.nq", compiled().NewChecker(nil), false, report); !errors.Is(err, full) {
		t.Errorf("%v, expected %v", err, full)
	}
	if err := validate.Graphs(t.Context(), rdf.Read(strings.NewReader("<a"), rdf.NQuads, nil), "a.nq", compiled().NewChecker(nil), false, report); err == nil || errors.Is(err, full) {
		t.Errorf("%v, expected the fault of the line", err)
	}
	if _, err := validate.Shapes("no-such-file.ttl"); err == nil || !strings.Contains(err.Error(), "no-such-file.ttl: cannot be read") {
		t.Errorf("%v, expected what cannot be read", err)
	}
}
