package change

import (
	"fmt"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
)

// Descriptions compares two versions of an OpenAPI description. What is no
// more is reported where it was, everything else where it is.
func Descriptions(old, now File) ([]report.Finding, error) {
	changes, err := openapi.Diff(old.Name, old.Text, now.Name, now.Text)
	if err != nil {
		return nil, err
	}
	var out []report.Finding
	for _, c := range changes {
		check := checkCompatible()
		if c.Breaking {
			check = checkBreaking()
		}
		place, related := placeOf(c.After), report.Related{Message: "before", Place: placeOf(c.Before)}
		if c.After.Line == 0 {
			out = append(out, check.finding(placeOf(c.Before), wording(c)+" (#"+c.Before.Pointer+")"))
			continue
		}
		message := wording(c) + " (#" + c.After.Pointer + ")"
		if c.Before.Line == 0 {
			out = append(out, check.finding(place, message))
			continue
		}
		out = append(out, check.finding(place, message, related))
	}
	return out, nil
}

func placeOf(p source.Position) report.Place {
	at := report.Mark{Line: p.Line, Column: p.Column}
	path, err := yamltree.ParsePointer(p.Pointer)
	if err != nil {
		path = nil
	}
	return report.Place{File: p.File, Range: report.Range{Start: at, End: at}, Path: path}
}

func wording(c openapi.Change) string {
	switch {
	case c.Removed && c.Property == c.Old:
		return fmt.Sprintf("%s is removed", short(c.Old))
	case c.Added && c.Property == c.New:
		return fmt.Sprintf("%s is added", short(c.New))
	case c.Added && c.New != "":
		return fmt.Sprintf("%s: %s is added", c.Property, short(c.New))
	case c.Added:
		return fmt.Sprintf("%s is added", c.Property)
	case c.Removed && c.Old != "":
		return fmt.Sprintf("%s: %s is removed", c.Property, short(c.Old))
	case c.Removed:
		return fmt.Sprintf("%s is removed", c.Property)
	}
	return fmt.Sprintf("%s: %s becomes %s", c.Property, short(c.Old), short(c.New))
}
