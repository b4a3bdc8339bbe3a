package sample

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/mapping/model"
)

// makers are the fields that have to agree with others, by path.
func makers() map[string]maker {
	out := map[string]maker{
		"hasResults":        func(m *study) any { return m.results },
		"annotationSection": func(*study) any { return nil },
		"derivedSection":    derived,
		"resultsSection":    results,
		"documentSection":   documents,
		"protocolSection.conditionsModule.conditions": func(m *study) any { return texts(m.conditions, term) },
		"protocolSection.conditionsModule.keywords": func(m *study) any {
			if !m.chance(m.likely("protocolSection.conditionsModule.keywords")) {
				return nil
			}
			return texts(m.treatments, term)
		},
	}
	for _, module := range []string{armsPath, outcomePath, designPath} {
		path := strings.TrimSuffix(module, ".")
		out[path] = func(m *study) any { return m.object(model.Default().Field(path)) }
	}
	identification(out)
	dates(out)
	design(out)
	eligibility(out)
	out[placePath+"locations"] = locations
	return out
}

// term is the term of a heading.
func term(heading string) string {
	_, term, _ := strings.Cut(heading, " ")
	return term
}

func texts(headings []string, text func(string) string) []any {
	var out []any
	for _, h := range headings {
		out = append(out, text(h))
	}
	return out
}

func identification(out map[string]maker) {
	const path = "protocolSection.identificationModule."
	out[path+"nctId"] = func(m *study) any { return ID(m.number) }
	out[path+"nctIdAliases"] = func(*study) any { return nil }
	out[path+"orgStudyIdInfo"] = func(m *study) any { return object{{"id", fmt.Sprintf("SYN-%07d", m.number)}} }
	out[path+"secondaryIdInfos"] = func(m *study) any {
		if !m.chance(m.likely(path + "secondaryIdInfos")) {
			return nil
		}
		return m.list(m.items(path+"secondaryIdInfos"), func(int) any { return m.identifier(m.code(path + "secondaryIdInfos.type")) })
	}
	out[path+"briefTitle"] = func(m *study) any { return m.title() }
	out[path+"officialTitle"] = func(m *study) any {
		if !m.chance(m.likely(path + "officialTitle")) {
			return nil
		}
		return "A Synthetic Study: " + m.title()
	}
	out[path+"acronym"] = func(m *study) any {
		if !m.chance(m.likely(path + "acronym")) {
			return nil
		}
		return fmt.Sprintf("SYN-%d", m.number%1000)
	}
	out[path+"organization"] = func(m *study) any { return organization("fullName", m.sponsor, m.sponsorClass) }
	out[sponsorPath+"leadSponsor"] = func(m *study) any { return organization("name", m.sponsor, m.sponsorClass) }
	out[sponsorPath+"collaborators"] = func(m *study) any {
		if !m.chance(m.likely(sponsorPath + "collaborators")) {
			return nil
		}
		return m.list(min(m.items(sponsorPath+"collaborators"), 12), func(int) any {
			class := m.code(sponsorPath + "collaborators.class")
			return organization("name", m.organization(class), class)
		})
	}
}

// identifier is one of the form that its type asks for.
func (m *study) identifier(kind string) object {
	o := object{{"id", fmt.Sprintf("SYN-%04d", m.IntN(10_000))}}
	switch kind {
	case "EUDRACT_NUMBER":
		o[0].value = fmt.Sprintf("20%02d-%06d-%02d", 4+m.IntN(19), 900_000+m.IntN(100_000), 10+m.IntN(90))
	case "CTIS":
		o[0].value = fmt.Sprintf("20%02d-59%04d-%02d-00", 22+m.IntN(4), m.IntN(10_000), 10+m.IntN(90))
	case "NIH":
		o[0].value = fmt.Sprintf("R01AA9%05d", m.IntN(100_000))
	}
	o.add("type", kind)
	return o
}

func organization(key, name, class string) object {
	var o object
	o.add(key, name)
	o.add("class", class)
	return o
}

func (m *study) title() string {
	return fmt.Sprintf("%s in %s (Synthetic Study %d)", term(m.treatments[0]), term(m.conditions[0]), m.number)
}

// dates makes the status module.
func dates(out map[string]maker) {
	const p = statusPath
	out[p+"overallStatus"] = func(m *study) any { return m.status }
	out[p+"lastKnownStatus"] = func(m *study) any {
		if m.status != "UNKNOWN" {
			return nil
		}
		return cmp.Or(m.code(p+"lastKnownStatus"), "RECRUITING") // too few to be in the table
	}
	out[p+"whyStopped"] = func(m *study) any {
		if !slices.Contains([]string{"TERMINATED", "WITHDRAWN", "SUSPENDED"}, m.status) {
			return nil
		}
		return pick(m.Rand, []string{"Slow enrolment", "Decision of the sponsor", "Lack of funding", "Interim analysis", "The investigator left the institution", "Supply of the intervention ended"})
	}
	out[p+"expandedAccessInfo"] = func(m *study) any { return object{{"hasExpandedAccess", m.chance(0.02)}} }
	out[p+"statusVerifiedDate"] = func(m *study) any { return m.updated.Format("2006-01") }
	for name, of := range map[string]func(*study) time.Time{
		"startDateStruct": func(m *study) time.Time { return m.start }, "completionDateStruct": func(m *study) time.Time { return m.completion },
		"primaryCompletionDateStruct": func(m *study) time.Time { return m.primary },
	} {
		out[p+name] = func(m *study) any { return m.dated(p+name+".date", of(m)) }
	}
	for name, of := range map[string]func(*study) time.Time{
		"studyFirst": func(m *study) time.Time { return m.submitted }, "resultsFirst": func(m *study) time.Time { return m.resultsAt },
		"dispFirst": func(*study) time.Time { return time.Time{} }, "lastUpdate": func(m *study) time.Time { return m.updated },
	} {
		posted := func(m *study) time.Time {
			switch name {
			case "studyFirst":
				return m.posted
			case "lastUpdate":
				return m.updated.Add(3 * day)
			}
			return of(m).Add(14 * day)
		}
		out[p+name+"SubmitDate"] = func(m *study) any { return iso(of(m)) }
		out[p+name+"SubmitQcDate"] = func(m *study) any {
			if of(m).IsZero() || name == "lastUpdate" {
				return nil
			}
			return iso(of(m).Add(day))
		}
		out[p+name+"PostDateStruct"] = func(m *study) any {
			if of(m).IsZero() {
				return nil
			}
			return object{{"date", iso(posted(m))}, {"type", "ACTUAL"}}
		}
	}
}

// iso writes a day, and "" for none.
func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// dated is a day, or its month, that has come or is expected.
func (m *study) dated(path string, t time.Time) any {
	if t.IsZero() {
		return nil
	}
	text := iso(t)
	if m.d[path+" length"].draw(m.Rand) == "7" {
		text = t.Format("2006-01")
	}
	kind := "ACTUAL"
	if t.After(m.today) || m.status == "UNKNOWN" && !t.Equal(m.start) {
		kind = "ESTIMATED"
	}
	return object{{"date", text}, {"type", kind}}
}

// design makes the design and the number of participants.
func design(out map[string]maker) {
	out[designPath+"studyType"] = func(m *study) any {
		if len(m.n) > 0 && m.n[designPath+"phases there"] > 0 {
			return "INTERVENTIONAL"
		}
		return "OBSERVATIONAL"
	}
	out[designPath+"designInfo"] = func(m *study) any { return m.object(model.Default().Field(designPath + "designInfo")) }
	out[designPath+"designInfo.primaryPurpose"] = func(m *study) any { return m.code(designPath + "designInfo.primaryPurpose") }
	out[designPath+"phases"] = func(m *study) any {
		if !m.chance(m.likely(designPath + "phases")) {
			return nil
		}
		switch phase := m.code(designPath + "phases"); {
		case phase == "PHASE2" && m.chance(0.2):
			return []any{"PHASE1", phase}
		case phase == "PHASE3" && m.chance(0.15):
			return []any{"PHASE2", phase}
		default:
			return []any{phase}
		}
	}
	out[designPath+"enrollmentInfo"] = func(m *study) any {
		kind := "ESTIMATED"
		if slices.Contains([]string{"COMPLETED", "TERMINATED", "WITHDRAWN"}, m.status) || m.results {
			kind = "ACTUAL"
		}
		return object{{"count", m.enrolled}, {"type", kind}}
	}
	out[designPath+"targetDuration"] = func(m *study) any {
		if !m.chance(m.likely(designPath + "targetDuration")) {
			return nil
		}
		return m.code(designPath + "targetDuration")
	}
	arms(out)
}

// arms makes arms, interventions, which name each other, and outcomes.
func arms(out map[string]maker) {
	out[armsPath+"armGroups"] = func(m *study) any {
		return m.list(len(m.arms), func(i int) any {
			a := m.arms[i]
			var o object
			o.add("label", a.label)
			o.add("type", a.kind)
			o.add("description", prose(m.Rand, 60))
			o.add("interventionNames", m.list(len(a.treatments), func(j int) any {
				t := a.treatments[j]
				label := m.kinds[t]
				if c := model.Default().Concept("InterventionType", label); c != nil {
					label = c.Label
				}
				return label + ": " + term(m.treatments[t])
			}))
			return o
		})
	}
	out[armsPath+"interventions"] = func(m *study) any {
		return m.list(len(m.treatments), func(i int) any {
			o := object{{"type", m.kinds[i]}, {"name", term(m.treatments[i])}, {"description", prose(m.Rand, 80)}}
			o.add("armGroupLabels", m.list(len(m.arms), func(j int) any {
				if !slices.Contains(m.arms[j].treatments, i) {
					return nil
				}
				return m.arms[j].label
			}))
			return o
		})
	}
	for i, path := range []string{"primaryOutcomes", "secondaryOutcomes", "otherOutcomes"} {
		out[outcomePath+path] = func(m *study) any {
			return m.list(len(m.outcomes[i]), func(j int) any {
				return object{{"measure", m.outcomes[i][j].measure}, {"description", prose(m.Rand, 90)}, {"timeFrame", m.outcomes[i][j].frame}}
			})
		}
	}
}

// eligibility makes ages that agree.
func eligibility(out map[string]maker) {
	out["protocolSection.eligibilityModule"] = func(m *study) any {
		var o object
		least, most := m.ages()
		for _, f := range model.Default().Field("protocolSection.eligibilityModule").Children {
			switch f.Key {
			case "minimumAge":
				o.add(f.Key, least)
			case "maximumAge":
				o.add(f.Key, most)
			case "stdAges":
				o.add(f.Key, standardAges(years(least, 0), years(most, 200)))
			case "eligibilityCriteria":
				o.add(f.Key, "Inclusion Criteria:\n\n* "+prose(m.Rand, 100)+"\n* "+prose(m.Rand, 60)+"\n\nExclusion Criteria:\n\n* "+prose(m.Rand, 80))
			default:
				o.add(f.Key, m.value(f))
			}
		}
		return o
	}
}

func (m *study) ages() (least, most string) {
	if m.chance(m.likely(agePath + "minimumAge")) {
		least = m.code(agePath + "minimumAge")
	}
	if m.chance(m.likely(agePath + "maximumAge")) {
		most = m.code(agePath + "maximumAge")
	}
	if most != "" && years(most, 200) <= years(least, 0) {
		most = ""
	}
	return least, most
}

// years is an age in years, or what stands for none.
func years(age string, none float64) float64 {
	count, unit, ok := strings.Cut(age, " ")
	n, err := strconv.ParseFloat(count, 64)
	if !ok || err != nil {
		return none
	}
	switch strings.TrimSuffix(unit, "s") {
	case "Month":
		return n / 12
	case "Week":
		return n / 52
	case "Day":
		return n / 365
	case "Hour", "Minute":
		return 0
	}
	return n
}

func standardAges(least, most float64) []any {
	var out []any
	if least < 18 {
		out = append(out, "CHILD")
	}
	if least < 65 && most >= 18 {
		out = append(out, "ADULT")
	}
	if most >= 65 {
		out = append(out, "OLDER_ADULT")
	}
	return out
}

// locations makes sites in cities of the countries of the table.
func locations(m *study) any {
	if !m.chance(m.likely(placePath + "locations")) {
		return nil
	}
	home := m.country()
	recruits := slices.Contains([]string{"RECRUITING", "NOT_YET_RECRUITING"}, m.status)
	return m.list(max(1, m.items(placePath+"locations")), func(i int) any {
		country := home
		if i > 0 && m.chance(0.4) {
			country = m.country()
		}
		at := cities[country][m.IntN(len(cities[country]))]
		o := object{{"facility", fmt.Sprintf("%s, Site %d", pick(m.Rand, places), i+1)}}
		if recruits {
			o.add("status", m.status)
		}
		o.add("city", at.name)
		o.add("state", at.state)
		o.add("country", country)
		o.add("geoPoint", object{{"lat", degrees(at.lat)}, {"lon", degrees(at.lon)}})
		return o
	})
}

// country draws one that has cities here.
func (m *study) country() string {
	for range 50 {
		if c := m.code(placePath + "locations.country"); len(cities[c]) > 0 {
			return c
		}
	}
	return "United States"
}

func degrees(f float64) number { return number(strconv.FormatFloat(f, 'f', -1, 64)) }
