package aact

import (
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
)

// analyzed is a row of baseline measurements, and the class that it became part
// of.
type analyzed struct {
	class *object
	row   row
}

// participants is the unit of what is counted where a measure names none; the
// makers of AACT write it into every row that names none.
const participants = "Participants"

// denominators gives classes of baseline measures the numbers that were
// analysed in them, where these are not those of the whole baseline: a row says
// its number always, and a record only where it is another one.
func (j *joiner) denominators() {
	if len(j.number) == 0 || len(j.group) == 0 || len(j.analyzed) == 0 {
		return
	}
	overall := j.overall()
	for from := 0; from < len(j.analyzed); {
		class := j.analyzed[from].class
		to := from
		for to < len(j.analyzed) && j.analyzed[to].class == class {
			to++
		}
		j.denominatorsOf(class, j.analyzed[from:to], overall)
		from = to
	}
}

// counted is a group and the unit of what is counted of it, in small letters.
type counted struct{ group, units string }

func (j *joiner) unitsOf(r row) string {
	if units := j.units.of(r); units != "" {
		return units
	}
	return participants
}

// denoms is a list of denominators of the field tree, and where its parts stand.
type denoms struct {
	list, units, counts, group, value []int
	field, count                      *model.Field
}

func denomsOf(from *model.Field, path ...string) denoms {
	d := denoms{list: positions(from, path), field: from}
	for _, key := range path {
		d.field = d.field.Child(key)
	}
	d.count = d.field.Child("counts")
	d.units, d.counts = positions(d.field, []string{"units"}), positions(d.field, []string{"counts"})
	d.group, d.value = positions(d.count, []string{"groupId"}), positions(d.count, []string{"value"})
	return d
}

const baselineClasses = "resultsSection.baselineCharacteristicsModule.measures.classes"

var (
	overallDenoms = sync.OnceValue(func() denoms {
		return denomsOf(model.Default().Root, "resultsSection", "baselineCharacteristicsModule", "denoms")
	})
	classDenoms = sync.OnceValue(func() denoms { return denomsOf(model.Default().Field(baselineClasses), "denoms") })
)

// overall are the numbers of the whole baseline.
func (j *joiner) overall() map[counted]string {
	d, out := overallDenoms(), map[counted]string{}
	for _, denom := range j.root.listAt(d.list) {
		for _, count := range denom.listAt(d.counts) {
			out[counted{count.text(d.group), strings.ToLower(denom.text(d.units))}] = count.text(d.value)
		}
	}
	return out
}

// denominatorsOf gives a class its numbers, of its rows.
func (j *joiner) denominatorsOf(class *object, rows []analyzed, overall map[counted]string) {
	d := classDenoms()
	denom, other := (*object)(nil), false
	seen := map[string]bool{}
	for _, a := range rows {
		group, number := groupCode(j.group.of(a.row)), whole(j.number.of(a.row))
		if group == "" || number == "" || seen[group] {
			continue
		}
		seen[group] = true
		units := j.unitsOf(a.row)
		if denom == nil {
			denom = j.object(d.field)
			j.slot(denom, d.units).text = units
		}
		count := j.object(d.count)
		j.slot(count, d.group).text, j.slot(count, d.value).text = group, number
		j.add(j.slot(denom, d.counts), count)
		other = other || overall[counted{group, strings.ToLower(units)}] != number
	}
	if other {
		j.add(j.slot(class, d.list), denom)
	}
}
