package mapping

import (
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// A table of results has classes, these have categories, and these have
// measurements. A class, the measure and, of the baseline, the whole table may
// have denominators: those of a class hold for its measurements, else those of
// the measure, else those of the table.

// tablePlace is a place in a table of results.
type tablePlace struct {
	measure, class *model.Field
	// measured is the measure around the place, classed the class.
	measured, classed *value
	classIRI          string
	// classAt and categoryAt are the places of the class and of the category in
	// their lists, from 1, where these are longer than one.
	classAt, categoryAt int
}

// enter goes into an item of a list of classes, of categories or of others.
func (t tablePlace) enter(c *model.Field, item *value, iri string, i, of int) tablePlace {
	at := 0
	if of > 1 {
		at = i + 1
	}
	switch c.Class {
	case "MeasureClass":
		t.class, t.classed, t.classIRI, t.classAt, t.categoryAt = c, item, iri, at, 0
	case "MeasureCategory":
		t.categoryAt = at
	}
	return t
}

// inTable says of a node of a table where it belongs; in is nil of the node of a
// place.
func (a *annotator) inTable(class string, in *value, n node, out *value) {
	t := n.table
	switch class {
	case "Measurement":
		if in != nil {
			a.computed(out, "holds", given(a.denominatorOf(in.get("groupId").str(), n))...)
		}
	case "Denominator":
		if title := t.classed.get("title"); title != nil && title.kind == '"' {
			a.computed(out, "denominator-class-title", title.str())
		}
	case "MeasureClass", "MeasureCategory":
	default:
		return
	}
	if t.classAt > 0 {
		a.computed(out, "class-order", strconv.Itoa(t.classAt-1))
	}
	if t.categoryAt > 0 && class != "Denominator" && class != "MeasureClass" {
		a.computed(out, "category-order", strconv.Itoa(t.categoryAt-1))
	}
}

// denominatorOf returns the IRI of the denominator that holds for a group at a
// place, or "".
func (a *annotator) denominatorOf(group string, n node) string {
	t := n.table
	if blank(group) || t.measure == nil {
		return ""
	}
	if t.class != nil {
		if iri := a.denominatorIn(t.class, t.classed, group, t.classIRI, n); iri != "" {
			return iri
		}
	}
	if iri := a.denominatorIn(t.measure, t.measured, group, n.measure, n); iri != "" {
		return iri
	}
	whole := t.measure.Parent
	return a.denominatorIn(whole, a.in.path(strings.Split(whole.Path, ".")...), group, a.study, n)
}

// unitsOf are the units that a measure counts its denominators in: those that it
// selects, or else those that it was analysed in.
func unitsOf(measure *value) (selected, analyzed string) {
	return normalize(measure.get("denomUnitsSelected").str()), normalize(measure.get("typeUnitsAnalyzed").str())
}

// denominatorIn looks among the denominators of an object, whose IRI is around.
func (a *annotator) denominatorIn(f *model.Field, in *value, group, around string, n node) string {
	list := f.Child("denoms")
	if list == nil || in.get("denoms") == nil || !fits(list, in.get("denoms")) {
		return ""
	}
	counts := list.Child("counts")
	choice := newUnitChoice(unitsOf(n.table.measured))
	for i, denom := range in.get("denoms").list() {
		v := denom.get("counts")
		if v == nil || !fits(counts, v) {
			continue
		}
		for _, count := range v.list() {
			if count.get("groupId").str() == group {
				at := node{around: a.patterns[list].iri(a.at(denom, node{around: around, measure: n.measure}, i)), measure: n.measure}
				choice.offer(normalize(denom.get("units").str()), a.patterns[counts].iri(a.at(count, at, 0)))
				break
			}
		}
	}
	return choice.made()
}

// unitChoice chooses among the denominators of one group in several units.
type unitChoice struct {
	selected, analyzed string
	offers             int
	// only is the one offer, where it is one; by are those in the units that a
	// measure selects, was analysed in, and has where it says none.
	only string
	by   [3]string
}

// participants is the unit of the registry's counts where it names none.
const participants = "Participants"

func newUnitChoice(selected, analyzed string) unitChoice {
	return unitChoice{selected: selected, analyzed: analyzed}
}

// offer takes a denominator; the first in a unit wins.
func (c *unitChoice) offer(units, iri string) {
	c.offers++
	c.only = iri
	for i, unit := range [...]string{c.selected, c.analyzed, participants} {
		if unit != "" && c.by[i] == "" && strings.EqualFold(units, unit) {
			c.by[i] = iri
		}
	}
}

// made returns the denominator, or "" where nothing says which one holds.
func (c *unitChoice) made() string {
	switch {
	case c.selected != "":
		return c.by[0]
	case c.offers == 1:
		return c.only
	case c.by[1] != "":
		return c.by[1]
	}
	return c.by[2]
}
