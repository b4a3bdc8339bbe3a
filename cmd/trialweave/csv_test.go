package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// converted converts what standard input holds to N-Quads.
func converted(t *testing.T, text string, flags ...string) (quads []string, summary string) {
	t.Helper()
	var out, fault bytes.Buffer
	std := &streams{in: strings.NewReader(text), out: &out, err: &fault, engine: newEngine}
	if status := run(t.Context(), append([]string{"convert", "-"}, flags...), std); status != 0 {
		t.Fatalf("exit %d, %s", status, &fault)
	}
	for line := range strings.Lines(out.String()) {
		quads = append(quads, line)
	}
	slices.Sort(quads)
	return quads, fault.String()
}

// TestTextNodes: the IRI of a site or outcome of which the text is kept depends on
// the text and not on the order.
func TestTextNodes(t *testing.T) {
	const head = "NCT Number,Study Title,Locations,Primary Outcome Measures\nNCT99990001,T,"
	texts := func(row string, flags ...string) []string {
		quads, _ := converted(t, head+row, flags...)
		return slices.DeleteFunc(quads, func(q string) bool { return !strings.Contains(q, "_text>") })
	}
	for _, engine := range [...]string{"compiled", "json-gold"} {
		one := texts("\"A, Paris, France|B, Lyon, France\",\"a, b, 1 day|c, d, 2 days\"\n", "--engine", engine)
		other := texts("\"B, Lyon, France|A, Paris, France\",\"c, d, 2 days|a, b, 1 day\"\n", "--engine", engine)
		if len(one) != 4 || !slices.Equal(one, other) {
			t.Errorf("%s:\n%s\n%s", engine, strings.Join(one, ""), strings.Join(other, ""))
		}
	}
}

// TestUnknownDesign: parts of a study design that have no field are carried as
// text and counted.
func TestUnknownDesign(t *testing.T) {
	quads, summary := converted(t, "NCT Number,Study Design\nNCT99990001,Allocation: RANDOMIZED|Foo: BAR|bare word|Masking: NONE|Masking: DOUBLE|Time Perspective: ODD\n")
	text := strings.Join(quads, "")
	for _, want := range [...]string{"RANDOMIZED", "Foo: BAR", "bare word", "Masking: DOUBLE", "ODD"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if !strings.Contains(summary, "unknown path classicRecord.studyDesign: once") || !strings.Contains(summary, `unknown code "ODD"`) {
		t.Error(summary)
	}
}
