package aacttest

import (
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/mapping/model"
)

// sinceOf says in which year a table or a column came to the exports, by the
// migrations that AACT's makers publish; what is not here was always there.
var sinceOf = map[string]int{
	"provided_documents": 2019, "reported_event_totals": 2020, "retractions": 2022,
	"result_agreements.restriction_type": 2020, "result_agreements.restrictive_agreement": 2020, "result_agreements.other_details": 2020,
	"browse_conditions.mesh_type": 2021, "browse_interventions.mesh_type": 2021,
	"result_contacts.extension": 2022, "central_contacts.phone_extension": 2022, "central_contacts.role": 2022, "facility_contacts.phone_extension": 2022,
	"participant_flows.units_analyzed": 2022, "responsible_parties.old_name_title": 2022,
	"id_information.id_type": 2022, "id_information.id_type_description": 2022, "id_information.id_link": 2022,
	"studies.source_class": 2022, "studies.delayed_posting": 2022, "studies.expanded_access_nctid": 2022, "studies.expanded_access_status_for_nctid": 2022,
	"studies.fdaaa801_violation": 2022, "studies.baseline_type_units_analyzed": 2022,
	"eligibilities.adult": 2022, "eligibilities.child": 2022, "eligibilities.older_adult": 2022,
	"baseline_measurements.number_analyzed": 2022, "baseline_measurements.number_analyzed_units": 2022,
	"baseline_measurements.population_description": 2022, "baseline_measurements.calculate_percentage": 2022,
	"milestones.milestone_description": 2022, "milestones.count_units": 2022,
	"drop_withdrawals.drop_withdraw_comment": 2022, "drop_withdrawals.reason_comment": 2022, "drop_withdrawals.count_units": 2022,
	"outcome_measurements.dispersion_lower_limit_raw": 2023, "outcome_measurements.dispersion_upper_limit_raw": 2023,
	"outcome_analyses.ci_lower_limit_raw": 2023, "outcome_analyses.ci_upper_limit_raw": 2023, "outcome_analyses.p_value_raw": 2023,
	"studies.patient_registry": 2024, "facilities.latitude": 2024, "facilities.longitude": 2024, "result_groups.outcome_id": 2024,
}

// codesSince is the year from which cells have the codes of the Data API v2, and
// not labels; withoutData that from which measures without data have a row.
const (
	codesSince  = 2024
	withoutData = 2025
)

// age takes out of the tables what their year does not have yet. What is called
// id_source today was id_type before.
func (t *Tables) age() {
	t.column("result_groups", "outcome_id")
	for name, columns := range t.Columns {
		if sinceOf[name] > t.year {
			delete(t.Columns, name)
			continue
		}
		t.Columns[name] = slices.DeleteFunc(columns, func(c string) bool { return sinceOf[name+"."+c] > t.year })
	}
	if t.year < sinceOf["id_information.id_type"] {
		t.Columns["id_information"][slices.Index(t.Columns["id_information"], "id_source")] = "id_type"
	}
	if t.year < sinceOf["result_agreements.restriction_type"] {
		t.column("result_agreements", "agreement")
	}
}

// registry stands behind the type of a study that is one, in the labels of before
// 2024.
const registry = " [Patient Registry]"

// labelled is a cell as its year has it: before 2024, labels and dates in words.
func (t *Tables) labelled(m *Table, c *Column, cell string) string {
	if t.year >= codesSince || cell == "" {
		return strings.TrimSuffix(cell, registry)
	}
	switch at := m.Table + "." + c.Name; {
	case at == "studies.study_type":
		kind, ok := strings.CutSuffix(cell, registry)
		if kind = label("StudyType", kind); ok {
			kind += registry
		}
		return kind
	case at == "studies.phase":
		var out []string
		for code := range strings.SplitSeq(cell, "/") {
			out = append(out, label("Phase", code))
		}
		return strings.Join(out, "/")
	case at == "eligibilities.healthy_volunteers":
		return map[string]string{"t": "Accepts Healthy Volunteers", "f": "No"}[cell]
	case strings.HasSuffix(c.Name, "_month_year"):
		return inWords(cell)
	case schemes[at] != "":
		return label(schemes[at], cell)
	}
	return cell
}

// schemes are those of the columns of codes.
var schemes = map[string]string{
	"studies.overall_status": "Status", "studies.enrollment_type": "EnrollmentType",
	"studies.start_date_type": "DateType", "studies.completion_date_type": "DateType", "studies.primary_completion_date_type": "DateType",
	"designs.allocation": "DesignAllocation", "designs.intervention_model": "InterventionalAssignment", "designs.primary_purpose": "PrimaryPurpose",
	"designs.observational_model": "ObservationalModel", "designs.time_perspective": "DesignTimePerspective", "designs.masking": "DesignMasking",
	"design_groups.group_type": "ArmGroupType", "interventions.intervention_type": "InterventionType", "eligibilities.gender": "Sex",
	"eligibilities.sampling_method": "SamplingMethod", "sponsors.agency_class": "AgencyClass", "overall_officials.role": "OfficialRole",
	"outcomes.param_type": "MeasureParam", "baseline_measurements.param_type": "MeasureParam", "baseline_measurements.dispersion_type": "MeasureDispersionType",
	"outcomes.outcome_type": "OutcomeMeasureType",
}

func label(scheme, code string) string {
	if c := model.Default().Concept(scheme, code); c != nil {
		return c.Label
	}
	return code
}

// inWords writes a date as it was served before 2024.
func inWords(date string) string {
	for _, form := range [...][2]string{{time.DateOnly, "January 2, 2006"}, {"2006-01", "January 2006"}} {
		if at, err := time.Parse(form[0], date); err == nil {
			return at.Format(form[1])
		}
	}
	return date
}

// participants is the unit that a row has where the record names none.
const participants = "Participants"

func unitsOf(measure any) string {
	if units := text(find(measure, "denomUnitsSelected")); units != "" {
		return units
	}
	return participants
}

// analyzed is the number of a row of baseline measurements: that of its class,
// of its measure, or of the whole baseline.
func analyzed(x *item) string {
	group, class := text(find(x.value, "groupId")), up(up(x))
	measure := up(class)
	units := unitsOf(measure.value)
	for _, around := range [...]any{class.value, measure.value, up(measure).value} {
		if denoms, ok := find(around, "denoms").([]any); ok {
			return numberOf(denoms, units, group)
		}
	}
	return ""
}

func numberOf(denoms []any, units, group string) string {
	for _, denom := range denoms {
		counts, _ := find(denom, "counts").([]any)
		for _, count := range counts {
			if text(find(denom, "units")) == units && text(find(count, "groupId")) == group {
				return number(text(find(count, "value")))
			}
		}
	}
	return ""
}

// totals adds, for exports that have no table of them, the totals of events as
// rows among the events.
func (t *Tables) totals(root *item, nct string) {
	if t.year >= sinceOf["reported_event_totals"] {
		return
	}
	for _, kind := range [...]struct{ key, of, term string }{
		{"serious", "serious", "Total, serious adverse events"}, {"other", "other", "Total, other adverse events"},
		{"other", "deaths", "Total, all-cause mortality"},
	} {
		for _, group := range root.items([]string{"resultsSection", "adverseEventsModule", "eventGroups"}) {
			affected, risk := text(find(group.value, kind.of+"NumAffected")), text(find(group.value, kind.of+"NumAtRisk"))
			if affected+risk == "" {
				continue
			}
			t.add("reported_events", nct, map[string]string{
				"event_type": kind.key, "organ_system": "Total", "adverse_event_term": kind.term, "ctgov_group_code": text(find(group.value, "id")),
				"subjects_affected": affected, "subjects_at_risk": risk,
			})
		}
	}
}
