package classic

import "strings"

// repeated are the places of classic XML whose texts say nothing that is not
// said elsewhere in the record, with the reason.
var repeated = map[string]string{
	"@rank":                     "the place in the search that the file was downloaded from",
	"required_header/link_text": "the same sentence in every record",
	"required_header/url":       "the address of the page, made of the NCT number",
	"clinical_results/baseline/analyzed_list/analyzed/scope":                                       "said by where the counts stand",
	"clinical_results/baseline/measure_list/measure/analyzed_list/analyzed/scope":                  "said by where the counts stand",
	"clinical_results/baseline/measure_list/measure/class_list/class/analyzed_list/analyzed/scope": "said by where the counts stand",
	"clinical_results/outcome_list/outcome/measure/analyzed_list/analyzed/scope":                   "said by where the counts stand",
	"clinical_results/outcome_list/outcome/measure/class_list/class/analyzed_list/analyzed/scope":  "said by where the counts stand",
}

// modernize brings what earlier exporters wrote into the shape that the table
// knows, and what stands once for many to each of them.
func modernize(root *node) {
	studyDesign(root)
	results := root.child("clinical_results")
	if results == nil {
		root.add("no_results", "")
		return
	}
	if baseline := results.child("baseline"); baseline != nil {
		modernizeBaseline(baseline)
	}
	if list := results.child("outcome_list"); list != nil {
		for _, outcome := range list.children {
			modernizeOutcome(outcome)
		}
	}
	if events := results.child("reported_events"); events != nil {
		modernizeEvents(events)
	}
}

// designParts are the names in the design line of before 2016 of what later
// got elements of its own.
var designParts = map[string]string{
	"Allocation": "allocation", "Intervention Model": "intervention_model", "Masking": "masking",
	"Primary Purpose": "primary_purpose", "Observational Model": "observational_model", "Time Perspective": "time_perspective",
}

// studyDesign reads "Allocation: Randomized, Masking: Double Blind (Subject,
// Investigator), …". The line itself is kept too: the endpoint classification
// in it has no field.
func studyDesign(root *node) {
	line := root.child("study_design")
	if line == nil || root.child("study_design_info") != nil {
		return
	}
	info := &node{name: "study_design_info", kind: '<', offset: line.offset}
	part, value := "", ""
	finish := func() {
		if name := designParts[part]; name != "" && value != "" {
			info.add(name, strings.TrimSpace(value))
			info.children[len(info.children)-1].used = true
		}
	}
	for text := range strings.SplitSeq(line.text, ",") {
		name, rest, ok := strings.Cut(strings.TrimSpace(text), ": ")
		if ok && (designParts[name] != "" || name == "Endpoint Classification") {
			finish()
			part, value = name, rest
			continue
		}
		value += "," + text
	}
	finish()
	if len(info.children) > 0 {
		root.children = append(root.children, info)
	}
}

const participants = "Number of Participants"

// modernizeBaseline makes of a first measure that counts participants the
// numbers analysed, and classes of bare categories.
func modernizeBaseline(baseline *node) {
	list := baseline.child("measure_list")
	if list == nil {
		return
	}
	for _, measure := range append([]*node(nil), list.children...) {
		if baseline.child("analyzed_list") == nil && isCount(measure) {
			list.remove(measure)
			baseline.children = append(baseline.children, analyzed(measure))
			continue
		}
		classesOf(measure, false)
	}
}

// modernizeOutcome does the same to an outcome, which used to have a list of
// measures and has one.
func modernizeOutcome(outcome *node) {
	var counts *node
	if list := outcome.child("measure_list"); list != nil {
		outcome.remove(list)
		for _, measure := range list.children {
			if counts == nil && isCount(measure) {
				counts = analyzed(measure)
				continue
			}
			outcome.children = append(outcome.children, measure)
		}
	}
	for _, measure := range outcome.children {
		if measure.name != "measure" {
			continue
		}
		if counts != nil && measure.child("analyzed_list") == nil {
			measure.children = append(measure.children, counts)
		}
		classesOf(measure, true)
		repeats(outcome, measure, "title")
		repeats(outcome, measure, "description")
		repeats(outcome, measure, "population")
	}
}

// repeats notes that a measure says again what its outcome does.
func repeats(outcome, measure *node, name string) {
	a, b := outcome.child(name), measure.child(name)
	if a != nil && b != nil && strings.TrimSpace(a.text) == strings.TrimSpace(b.text) {
		b.used = true
	}
}

func isCount(measure *node) bool {
	title, units := measure.child("title"), measure.child("units")
	return title != nil && strings.TrimSpace(title.text) == participants &&
		units != nil && strings.EqualFold(strings.TrimSpace(units.text), "participants")
}

// analyzed turns a measure that counts participants into the list of later
// exporters. Its own title, unit and kind go without saying.
func analyzed(measure *node) *node {
	counts := &node{name: "count_list", kind: '<', offset: measure.offset}
	for _, m := range measure.find([]string{"category_list", "category", "measurement_list", "measurement"}, nil) {
		m.name = "count"
		counts.children = append(counts.children, m)
	}
	one := &node{name: "analyzed", kind: '<', children: []*node{counts}, offset: measure.offset}
	one.add("units", "Participants")
	one.children[len(one.children)-1].used = true
	return &node{name: "analyzed_list", kind: '<', children: []*node{one}, offset: measure.offset}
}

// classesOf makes of the bare categories of a measure classes with one
// category each, or one class with all of them.
func classesOf(measure *node, each bool) {
	list := measure.child("category_list")
	if list == nil {
		return
	}
	measure.remove(list)
	classes := &node{name: "class_list", kind: '<', offset: list.offset}
	measure.children = append(measure.children, classes)
	if !each {
		for _, category := range list.children {
			rename(category, "sub_title", "title")
		}
		classes.children = []*node{{name: "class", kind: '<', children: []*node{list}, offset: list.offset}}
		return
	}
	for _, category := range list.children {
		class := &node{name: "class", kind: '<', offset: category.offset}
		if title := category.child("sub_title"); title != nil {
			title.name = "title"
			category.remove(title)
			class.children = append(class.children, title)
		}
		class.children = append(class.children, &node{name: "category_list", kind: '<', children: []*node{category}, offset: category.offset})
		classes.children = append(classes.children, class)
	}
}

func rename(n *node, from, to string) {
	if c := n.child(from); c != nil {
		c.name = to
	}
}

// modernizeEvents gives each event its organ system, vocabulary and way of
// assessment, and each group its totals.
func modernizeEvents(events *node) {
	for _, kind := range [...]string{"serious", "other"} {
		section := events.child(kind + "_events")
		if section == nil {
			continue
		}
		categories := section.child("category_list")
		if categories == nil {
			continue
		}
		vocabulary, assessment := section.child("default_vocab"), section.child("default_assessment")
		for _, category := range append([]*node(nil), categories.children...) {
			title := category.child("title")
			if title != nil && title.text == "Total" {
				totals(events, category, kind)
				categories.remove(category)
				continue
			}
			for _, event := range category.find([]string{"event_list", "event"}, nil) {
				inherit(event, title, vocabulary, assessment)
			}
		}
		for _, given := range []*node{vocabulary, assessment} {
			if given != nil {
				given.used = true // by each event without a word of its own
			}
		}
	}
}

func inherit(event, title, vocabulary, assessment *node) {
	if title != nil {
		title.used = true
		event.add("@category", title.text)
	}
	if term := event.child("sub_title"); term != nil && vocabulary != nil && term.child("@vocab") == nil {
		term.add("@vocab", vocabulary.text)
	}
	if assessment != nil && event.child("assessment") == nil {
		event.add("assessment", assessment.text)
	}
}

// totals moves the numbers of the category that sums up to the groups.
func totals(events, category *node, kind string) {
	groups := events.find([]string{"group_list", "group"}, nil)
	for _, event := range category.find([]string{"event_list", "event"}, nil) {
		of := kind
		if term := event.child("sub_title"); term != nil && strings.Contains(term.text, "all-cause mortality") {
			of = "deaths"
		}
		for _, counts := range event.find([]string{"counts"}, nil) {
			total(groups, counts, of)
		}
	}
}

func total(groups []*node, counts *node, of string) {
	id := counts.child("@group_id")
	for _, group := range groups {
		if own := group.child("@group_id"); id == nil || own == nil || own.text != id.text {
			continue
		}
		for _, name := range [...]string{"affected", "at_risk"} {
			if v := counts.child("@subjects_" + name); v != nil {
				group.add("@"+of+"_"+name, v.text)
			}
		}
	}
}
