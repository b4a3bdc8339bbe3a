package change

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/openapi/diff"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Descriptions compares two versions of an OpenAPI description: what changes
// for clients, in which direction, by the kinds of the table in the docs; and
// what else libopenapi finds changed, which breaks nobody. What is no more is
// reported where it was, everything else where it is. A build with the tag lean
// reports the first alone: see [Lean].
func Descriptions(old, now File) ([]report.Finding, error) {
	before, err := yamltree.Parse(old.Name, old.Text, nil)
	if err != nil {
		return nil, err
	}
	after, err := yamltree.Parse(now.Name, now.Text, nil)
	if err != nil {
		return nil, err
	}
	contract, err := compareContracts(before, after)
	if err != nil {
		return nil, err
	}
	out := contract.findings
	if contract.mixed || Lean() {
		return out, nil // libopenapi compares two of OpenAPI 2.0, or two of 3
	}
	changes, err := diff.Descriptions(old.Name, old.Text, now.Name, now.Text)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		place := placeOf(c.After)
		if c.After.Line == 0 {
			place = placeOf(c.Before)
		}
		if !contract.tellsMore(c, place) || slices.ContainsFunc(out, func(f report.Finding) bool {
			return f.Rule != checkCompatible().ID && covers(f.Path, place.Path) && f.File == place.File
		}) {
			continue
		}
		message := wording(c) + " (#" + yamltree.Pointer(place.Path) + ")"
		if c.After.Line == 0 || c.Before.Line == 0 {
			out = append(out, checkCompatible().finding(place, message))
			continue
		}
		out = append(out, checkCompatible().finding(place, message, report.Related{Message: "before", Place: placeOf(c.Before)}))
	}
	return out, nil
}

// Lean reports whether this build finds only what changes for clients in OpenAPI
// descriptions: without libopenapi, neither texts are compared nor components that
// no operation uses.
func Lean() bool { return !diff.Included }

// tellsMore reports whether a change is of the words of a description, or of a
// component that no operation uses: what changes for clients is found otherwise.
func (c *contract) tellsMore(found diff.Change, place report.Place) bool {
	words := []string{"description", "summary", "title", "version", "termsOfService", "example", "examples", "externalDocs", "url", "email", "tags", "contact", "license", "deprecated", "openapi", "swagger"}
	if slices.Contains(words, found.Property) && !slices.Contains(place.Path, "servers") {
		return true
	}
	pointer, inside := component(place.Path)
	return inside && (!c.reaches(place.Path) || pointer == yamltree.Pointer(place.Path) && (found.Added || found.Removed))
}

// covers reports whether a path is, or leads to, another.
func covers(above, path []string) bool {
	return len(above) > 2 && len(above) <= len(path) && slices.Equal(above, path[:len(above)])
}

func placeOf(p source.Position) report.Place {
	at := report.Mark{Line: p.Line, Column: p.Column}
	path, err := yamltree.ParsePointer(p.Pointer)
	if err != nil {
		path = nil
	}
	return report.Place{File: p.File, Range: report.Range{Start: at, End: at}, Path: path}
}

func wording(c diff.Change) string {
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
