package sample

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/mapping/model"
)

// derived makes what the registry computes.
func derived(m *study) any {
	o := object{{"miscInfoModule", object{{"versionHolder", iso(m.today)}}}}
	for _, of := range []struct {
		name     string
		headings []string
	}{{"condition", m.conditions}, {"intervention", m.treatments}} {
		var meshes, ancestors []any
		var seen []string
		for _, h := range of.headings {
			meshes = append(meshes, mesh(h))
			for _, a := range m.table.above[h] {
				if !slices.Contains(seen, a) && !slices.Contains(of.headings, a) {
					seen = append(seen, a)
					ancestors = append(ancestors, mesh(a))
				}
			}
		}
		var module object
		module.add("meshes", meshes)
		module.add("ancestors", ancestors)
		o.add(of.name+"BrowseModule", module)
	}
	return o
}

func mesh(heading string) object {
	name := term(heading)
	return object{{"id", heading[:len(heading)-len(name)-1]}, {"term", name}}
}

// documents makes the documents of studies with results.
func documents(m *study) any {
	if !m.chance(m.likely("documentSection")) || m.resultsAt.IsZero() {
		return nil
	}
	return object{{"largeDocumentModule", object{{"largeDocs", []any{object{
		{"typeAbbrev", "Prot_SAP"}, {"hasProtocol", true}, {"hasSap", true}, {"hasIcf", false},
		{"label", "Study Protocol and Statistical Analysis Plan"}, {"date", iso(m.submitted)},
		{"uploadDate", m.resultsAt.Format("2006-01-02T15:04")}, {"filename", "Prot_SAP_000.pdf"}, {"size", 100_000 + m.IntN(3_000_000)},
	}}}}}}
}

// group is a group of participants of the results.
type group struct {
	title   string
	n, left int // who started, and who did not complete
}

// results makes the results of a study, in which groups and numbers agree.
func results(m *study) any {
	if !m.results {
		return nil
	}
	var groups []group
	rest := m.enrolled
	for i, a := range m.arms {
		n := rest / (len(m.arms) - i)
		rest -= n
		groups = append(groups, group{a.label, n, n * m.IntN(25) / 100})
	}
	return object{
		{"participantFlowModule", m.flow(groups)},
		{"baselineCharacteristicsModule", m.baseline(groups)},
		{"outcomeMeasuresModule", object{{"outcomeMeasures", m.measured(groups)}}},
		{"adverseEventsModule", m.adverse(groups)},
		{"moreInfoModule", m.object(model.Default().Field("resultsSection.moreInfoModule"))},
	}
}

func (m *study) groups(prefix string, groups []group) []any {
	return m.list(len(groups), func(i int) any {
		return object{{"id", id(prefix, i)}, {"title", groups[i].title}, {"description", prose(m.Rand, 60)}}
	})
}

func id(prefix string, i int) string { return fmt.Sprintf("%s%03d", prefix, i) }

// each makes an object for each group: its id, and what a key has of it.
func (m *study) each(prefix, key string, groups []group, of func(group) any) []any {
	return m.list(len(groups), func(i int) any { return object{{"groupId", id(prefix, i)}, {key, of(groups[i])}} })
}

func (m *study) flow(groups []group) object {
	count := func(of func(group) int) func(group) any {
		return func(g group) any { return strconv.Itoa(of(g)) }
	}
	milestones := []any{
		object{{"type", "STARTED"}, {"achievements", m.each("FG", "numSubjects", groups, count(func(g group) int { return g.n }))}},
		object{{"type", "COMPLETED"}, {"achievements", m.each("FG", "numSubjects", groups, count(func(g group) int { return g.n - g.left }))}},
		object{{"type", "NOT COMPLETED"}, {"achievements", m.each("FG", "numSubjects", groups, count(func(g group) int { return g.left }))}},
	}
	reasons := []any{
		object{{"type", "Withdrawal by Subject"}, {"reasons", m.each("FG", "numSubjects", groups, count(func(g group) int { return g.left - g.left/3 }))}},
		object{{"type", "Lost to Follow-up"}, {"reasons", m.each("FG", "numSubjects", groups, count(func(g group) int { return g.left / 3 }))}},
	}
	return object{{"groups", m.groups("FG", groups)}, {"periods", []any{object{{"title", "Overall Study"}, {"milestones", milestones}, {"dropWithdraws", reasons}}}}}
}

func denoms(m *study, prefix string, groups []group) []any {
	return []any{object{{"units", "Participants"}, {"counts", m.each(prefix, "value", groups, func(g group) any { return strconv.Itoa(g.n) })}}}
}

// baseline has a group more, the total of the others.
func (m *study) baseline(groups []group) object {
	total := group{title: "Total"}
	for _, g := range groups {
		total.n += g.n
	}
	female := make([]int, len(groups)+1)
	for i, g := range groups {
		female[i] = g.n * (30 + m.IntN(41)) / 100
		female[len(groups)] += female[i]
	}
	all := append(slices.Clone(groups), total)
	sex := func(title string, of func(i int) int) object {
		return object{{"title", title}, {"measurements", m.list(len(all), func(i int) any {
			return object{{"groupId", id("BG", i)}, {"value", strconv.Itoa(of(i))}}
		})}}
	}
	age := m.list(len(all), func(i int) any {
		return object{{"groupId", id("BG", i)}, {"value", m.decimal(30, 70)}, {"spread", m.decimal(5, 15)}}
	})
	return object{
		{"groups", m.groups("BG", all)}, {"denoms", denoms(m, "BG", all)},
		{"measures", []any{
			object{
				{"title", "Age, Continuous"}, {"paramType", "MEAN"}, {"dispersionType", "STANDARD_DEVIATION"}, {"unitOfMeasure", "years"},
				{"classes", []any{object{{"categories", []any{object{{"measurements", age}}}}}}},
			},
			object{
				{"title", "Sex: Female, Male"}, {"paramType", "COUNT_OF_PARTICIPANTS"}, {"unitOfMeasure", "Participants"},
				{"classes", []any{object{{"categories", []any{
					sex("Female", func(i int) int { return female[i] }), sex("Male", func(i int) int { return all[i].n - female[i] }),
				}}}}},
			},
		}},
	}
}

func (m *study) decimal(low, high float64) string {
	return strconv.FormatFloat(low+m.Float64()*(high-low), 'f', 1, 64)
}

// measured makes a measure for each primary and secondary outcome.
func (m *study) measured(groups []group) []any {
	var out []any
	for i, kind := range []string{"PRIMARY", "SECONDARY"} {
		for _, o := range m.outcomes[i] {
			out = append(out, m.measure(kind, o, groups))
		}
	}
	return out
}

func (m *study) measure(kind string, o outcome, groups []group) object {
	mean := m.chance(0.6)
	out := object{{"type", kind}, {"title", o.measure}, {"description", prose(m.Rand, 80)}, {"populationDescription", prose(m.Rand, 60)}, {"reportingStatus", "POSTED"}}
	if mean {
		out.add("paramType", "MEAN")
		out.add("dispersionType", "Standard Deviation")
		out.add("unitOfMeasure", "units on a scale")
	} else {
		out.add("paramType", "COUNT_OF_PARTICIPANTS")
		out.add("unitOfMeasure", "Participants")
	}
	values := m.list(len(groups), func(i int) any {
		if !mean {
			return object{{"groupId", id("OG", i)}, {"value", strconv.Itoa(groups[i].n * m.IntN(101) / 100)}}
		}
		return object{{"groupId", id("OG", i)}, {"value", m.decimal(-20, 60)}, {"spread", m.decimal(1, 20)}}
	})
	out.add("timeFrame", o.frame)
	out.add("groups", m.groups("OG", groups))
	out.add("denoms", denoms(m, "OG", groups))
	out.add("classes", []any{object{{"categories", []any{object{{"measurements", values}}}}}})
	if len(groups) > 1 && m.chance(0.4) {
		p := strconv.FormatFloat(max(m.Float64()*m.Float64(), 0.0001), 'f', 4, 64)
		if m.chance(0.2) {
			p = "<0.001"
		}
		out.add("analyses", []any{object{
			{"groupIds", []any{"OG000", "OG001"}}, {"groupDescription", prose(m.Rand, 50)}, {"testedNonInferiority", false},
			{"nonInferiorityType", "SUPERIORITY"}, {"pValue", p}, {"statisticalMethod", pick(m.Rand, []string{"ANCOVA", "Chi-squared", "Log Rank", "t-test, 2 sided"})},
			{"paramType", "Mean Difference (Final Values)"}, {"paramValue", m.decimal(-5, 5)}, {"ciPctValue", "95"}, {"ciNumSides", "TWO_SIDED"},
			{"ciLowerLimit", m.decimal(-12, -5)}, {"ciUpperLimit", m.decimal(5, 12)},
		}})
	}
	return out
}

// adverse makes adverse events whose sums do not exceed those at risk.
func (m *study) adverse(groups []group) object {
	type total struct{ serious, other int }
	totals := make([]total, len(groups))
	table := func(rows, percent int, count func(i, n int)) []any {
		first := m.IntN(len(events))
		return m.list(rows, func(row int) any {
			e := (first + row) % len(events)
			return object{
				{"term", events[e]}, {"organSystem", systems[e]}, {"sourceVocabulary", "MedDRA (20.0)"}, {"assessmentType", "SYSTEMATIC_ASSESSMENT"},
				{"stats", m.list(len(groups), func(i int) any {
					n := groups[i].n * m.IntN(percent+1) / 100
					count(i, n)
					return object{{"groupId", id("EG", i)}, {"numEvents", n + m.IntN(n+1)}, {"numAffected", n}, {"numAtRisk", groups[i].n}}
				})},
			}
		})
	}
	const serious, other = "resultsSection.adverseEventsModule.seriousEvents", "resultsSection.adverseEventsModule.otherEvents"
	few := func(path string) int { return min(m.items(path), len(events)) }
	seriousRows := table(few(serious), 3, func(i, n int) { totals[i].serious = min(max(totals[i].serious, n)+n/2, groups[i].n) })
	otherRows := table(few(other), 20, func(i, n int) { totals[i].other = min(max(totals[i].other, n)+n/2, groups[i].n) })
	out := object{{"frequencyThreshold", "5"}, {"timeFrame", pick(m.Rand, frames)}}
	out.add("eventGroups", m.list(len(groups), func(i int) any {
		g := groups[i]
		return object{
			{"id", id("EG", i)}, {"title", g.title}, {"description", prose(m.Rand, 60)},
			{"deathsNumAffected", g.left * m.IntN(20) / 100}, {"deathsNumAtRisk", g.n},
			{"seriousNumAffected", totals[i].serious}, {"seriousNumAtRisk", g.n}, {"otherNumAffected", totals[i].other}, {"otherNumAtRisk", g.n},
		}
	}))
	out.add("seriousEvents", seriousRows)
	out.add("otherEvents", otherRows)
	return out
}
