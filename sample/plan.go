package sample

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// facts is what has to agree within a study.
type facts struct {
	results bool
	status  string
	today   time.Time
	// start and the days after it are zero where the study has none.
	start, primary, completion time.Time
	submitted, posted          time.Time
	resultsAt                  time.Time
	updated                    time.Time
	enrolled                   int
	sponsor, sponsorClass      string
	conditions                 []string // headings: an id and a term
	treatments                 []string
	kinds                      []string // the types of the treatments
	arms                       []arm
	outcomes                   [3][]outcome // primary, secondary, other
}

type arm struct {
	label, kind string
	treatments  []int
}

type outcome struct{ measure, frame string }

const (
	month       = 730*time.Hour + 29*time.Minute
	day         = 24 * time.Hour
	statusPath  = "protocolSection.statusModule."
	designPath  = "protocolSection.designModule."
	armsPath    = "protocolSection.armsInterventionsModule."
	outcomePath = "protocolSection.outcomesModule."
	sponsorPath = "protocolSection.sponsorCollaboratorsModule."
	agePath     = "protocolSection.eligibilityModule."
	placePath   = "protocolSection.contactsLocationsModule."
)

var statesOfEnd = []string{"COMPLETED", "TERMINATED", "WITHDRAWN", "UNKNOWN"}

// plan draws what the rest of the study has to agree with.
func (m *study) plan() {
	name := m.table.names.draw(m.Rand)
	m.stratum = m.table.strata[name]
	m.results = strings.HasSuffix(name, "+")
	m.today, _ = time.Parse(time.DateOnly, m.table.day) // as the test of the table holds
	status, year, _ := strings.Cut(m.d[" status and year"].draw(m.Rand), " ")
	m.status = status
	m.dates(year)
	m.enrolled = m.d[designPath+"enrollmentInfo.count size"].number(m.Rand)
	switch {
	case status == "WITHDRAWN":
		m.enrolled = 0
	case m.results:
		m.enrolled = max(m.enrolled, 12)
	}
	m.sponsorClass = m.code(sponsorPath + "leadSponsor.class")
	m.sponsor = m.organization(m.sponsorClass)
	m.planArms()
	for i, path := range []string{"primaryOutcomes", "secondaryOutcomes", "otherOutcomes"} {
		n := 0
		if m.chance(m.likely(outcomePath+path)) || i == 0 {
			n = max(1, min(m.items(outcomePath+path), 40))
		}
		for j := range n {
			measure := pick(m.Rand, measures)
			if i > 0 || j > 0 {
				measure += fmt.Sprintf(", part %d", j+1)
			}
			m.outcomes[i] = append(m.outcomes[i], outcome{measure, pick(m.Rand, frames)})
		}
	}
}

// dates lays the days of the study out, in the order in which they happen.
func (m *study) dates(year string) {
	length := time.Duration(max(m.d[" months"].number(m.Rand), 1)) * month
	if n, err := strconv.Atoi(year); err == nil {
		m.start = time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(m.IntN(365)) * day)
		if m.status != "NOT_YET_RECRUITING" {
			latest := m.today.Add(-60 * day)
			if m.results {
				latest = m.today.Add(-1000 * day)
			}
			if m.start.After(latest) {
				m.start = latest.Add(-time.Duration(m.IntN(200)) * day)
			}
		} else if !m.start.After(m.today) {
			m.start = m.today.Add(time.Duration(1+m.IntN(200)) * day)
		}
		m.completion = m.end(length)
		m.primary = m.completion
		if span := m.completion.Sub(m.start); m.chance(0.6) {
			m.primary = m.start.Add(span / 100 * time.Duration(60+m.IntN(41)))
		}
	}
	m.reporting()
}

// end draws the day of completion: behind the day of the data where the status says
// that the study goes on, before it otherwise.
func (m *study) end(length time.Duration) time.Time {
	end := m.start.Add(length)
	ended := slices.Contains(statesOfEnd, m.status)
	switch past := m.today.Sub(m.start); {
	case ended && m.results:
		return m.start.Add(min(length, past-500*day))
	case ended && !end.Before(m.today):
		return m.start.Add(past / 100 * time.Duration(50+m.IntN(49)))
	case !ended && !end.After(m.today):
		return m.today.Add(time.Duration(30+m.IntN(700)) * day)
	}
	return end
}

// reporting lays out the days on which the registry heard of the study.
func (m *study) reporting() {
	lag, _ := strconv.Atoi(m.d[" months until submitted"].draw(m.Rand)) // of the table
	first := m.today.Add(-time.Duration(200+m.IntN(3000)) * day)
	if !m.start.IsZero() {
		first = m.start.Add(time.Duration(lag)*month + time.Duration(m.IntN(28))*day)
	}
	if registry := time.Date(1999, 9, 20, 0, 0, 0, 0, time.UTC); first.Before(registry) {
		first = registry.Add(time.Duration(m.IntN(60)) * day)
	}
	if latest := m.today.Add(-40 * day); first.After(latest) {
		first = latest.Add(-time.Duration(m.IntN(30)) * day)
	}
	m.submitted = first
	m.posted = first.Add(time.Duration(2+m.IntN(8)) * day)
	m.updated = m.posted
	if m.results {
		if ended := slices.Contains(statesOfEnd, m.status); !ended || m.today.Sub(m.primary) < 400*day {
			m.primary = m.start.Add(m.today.Sub(m.start) - 500*day)
		}
		m.resultsAt = later(m.primary.Add(time.Duration(200+m.IntN(160))*day), m.posted.Add(7*day))
		m.updated = later(m.updated, m.resultsAt.Add(30*day))
	}
	if room := int(m.today.Sub(m.updated)/day) - 5; room > 1 {
		m.updated = m.updated.Add(time.Duration(m.IntN(room)) * day)
	}
	if end := m.completion; !end.IsZero() && end.Before(m.today.Add(-10*day)) && m.status != "UNKNOWN" {
		m.updated = later(m.updated, end.Add(5*day)) // who says that it has ended says so afterwards
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// organization names a sponsor of a class. Some sponsors have many studies.
func (m *study) organization(class string) string {
	n := 1 + int(400*m.Float64()*m.Float64()*m.Float64())
	what := map[string]string{"INDUSTRY": "Example Pharma", "NIH": "Sample National Institute", "FED": "Sample Federal Agency", "NETWORK": "Placeholder Trials Network", "INDIV": "Dr. Specimen", "OTHER_GOV": "Sample Ministry of Health"}[class]
	if what == "" {
		what = "Example University Hospital"
	}
	return fmt.Sprintf("%s %d", what, n)
}

// planArms draws conditions, interventions and arms.
func (m *study) planArms() {
	heading := func(of string, n int) (out []string) {
		for range n {
			if h := m.table.all.d[" "+of].draw(m.Rand); !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
		return out
	}
	m.conditions = heading("condition", 1+min(m.IntN(4), m.IntN(3)))
	m.treatments = heading("intervention", max(1, min(m.items(armsPath+"interventions"), 6)))
	for _, t := range m.treatments {
		kind := m.table.kinds[t].draw(m.Rand)
		if kind == "" {
			kind = m.code(armsPath + "interventions.type")
		}
		m.kinds = append(m.kinds, kind)
	}
	if !m.chance(m.likely(armsPath+"armGroups")) && !m.results {
		return
	}
	for i := range max(1, min(m.items(armsPath+"armGroups"), 8)) {
		a := arm{label: fmt.Sprintf("Group %d", i+1), kind: m.code(armsPath + "armGroups.type"), treatments: []int{i % len(m.treatments)}}
		if m.chance(0.2) && i > 0 && len(m.treatments) > 1 {
			a.treatments = []int{0, 1 + m.IntN(len(m.treatments)-1)}
		}
		m.arms = append(m.arms, a)
	}
}
