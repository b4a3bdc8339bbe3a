package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/pages"
)

// pictured are the arrows of the picture of the model: a class, its property, the class
// of the values, and the column and row of that.
var pictured = []struct {
	from, property, to string
	column, row        int
}{
	{"Study", "schema:sponsor", "Organization", 1, 0},
	{"Study", "ctg:conditions", "Condition", 1, 1},
	{"Study", "ctg:arm_group", "ArmGroup", 1, 2},
	{"ArmGroup", "ctg:uses_intervention", "Intervention", 2, 2},
	{"Study", "ctg:primary_outcome", "Outcome", 1, 3},
	{"Study", "ctg:eligibility", "EligibilityCriteria", 1, 4},
	{"Study", "ctg:location", "Location", 1, 5},
	{"Study", "ctg:flow_period", "FlowPeriod", 1, 6},
	{"FlowPeriod", "ctg:milestone", "FlowMilestone", 2, 6},
	{"Study", "ctg:baseline_measure", "BaselineMeasure", 1, 7},
	{"BaselineMeasure", "ctg:measurement", "Measurement", 2, 7},
	{"Measurement", "tw:denominator", "Denominator", 3, 7},
	{"Study", "ctg:outcome_measure", "OutcomeMeasure", 1, 8},
	{"OutcomeMeasure", "ctg:analysis", "Analysis", 2, 8},
	{"Study", "ctg:serious_event", "AdverseEvent", 1, 9},
	{"AdverseEvent", "ctg:event_count", "EventCount", 2, 9},
	{"EventCount", "ctg:group", "EventGroup", 3, 9},
	{"Study", "ctg:record", "Record", 1, 10},
}

// TestModelPicture holds that the picture of the model has arrows that studies have.
func TestModelPicture(t *testing.T) {
	picture, err := filepath.Abs("../../docs/explanations/model.svg")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	printed(t, "sample -n 200 --seed 7 -o cohort.zip")
	printed(t, "index cohort.zip -o cohort.index --quiet")
	var query strings.Builder
	query.WriteString("SELECT * {")
	for i, a := range pictured {
		fmt.Fprintf(&query, " BIND(EXISTS { ?a%[1]d a ctg:%[2]s ; %[3]s ?b%[1]d . ?b%[1]d a ctg:%[4]s } AS ?x%[1]d)", i, a.from, a.property, a.to)
	}
	query.WriteString(" }")
	answer := runWith(t, "query", query.String(), "cohort.index", "--format", "csv")
	_, row, _ := strings.Cut(strings.ReplaceAll(answer, "\r", ""), "\n")
	for i, has := range strings.Split(strings.TrimSpace(row), ",") {
		if has != "true" {
			t.Errorf("no study has %s %s %s", pictured[i].from, pictured[i].property, pictured[i].to)
		}
	}
	pages.Compare(t, picture, drawModel(), *update)
}

func drawModel() string {
	const width, height, right, down = 150, 30, 330, 50
	type place struct{ x, y int }
	places := map[string]place{"Study": {10, 10 + 5*down}}
	for _, a := range pictured {
		places[a.to] = place{10 + a.column*right, 10 + a.row*down}
	}
	var arrows, boxes strings.Builder
	box := func(name string) {
		p := places[name]
		fmt.Fprintf(&boxes, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#e8f1f5" stroke="#1f6f8b"/><text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n",
			p.x, p.y, width, height, p.x+width/2, p.y+20, name)
	}
	box("Study")
	for _, a := range pictured {
		from, to := places[a.from], places[a.to]
		x, y := from.x+width, from.y+height/2
		fmt.Fprintf(&arrows, `<path d="M%d %d L%d %d L%d %d" fill="none" stroke="#4d5661" marker-end="url(#tip)"/>`+"\n", x, y, x+30, to.y+height/2, to.x-2, to.y+height/2)
		fmt.Fprintf(&arrows, `<text x="%d" y="%d" font-size="12">%s</text>`+"\n", x+36, to.y+height/2-4, a.property)
		box(a.to)
	}
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1160 570" font-family="sans-serif" font-size="14" role="img">
<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0 0 L8 4 L0 8 Z" fill="#4d5661"/></marker></defs>
<rect width="1160" height="570" fill="#fff"/>
` + arrows.String() + boxes.String() + "</svg>\n"
}
