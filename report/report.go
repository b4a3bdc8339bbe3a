// Package report holds what a check of documents found. A Report is data; nothing
// here looks at a document. The package report/formats writes it down.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/source"
)

// Severity says how bad a finding is.
type Severity uint8

// The severities, from the worst to the mildest.
const (
	Error Severity = iota
	Warn
	Info
	Hint
)

// SeverityNames are the names of the severities, from the worst to the mildest.
func SeverityNames() []string { return []string{"error", "warn", "info", "hint"} }

// String names the severity as rulesets and the JSON report do.
func (s Severity) String() string {
	if int(s) < len(SeverityNames()) {
		return SeverityNames()[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// ParseSeverity reads the name of a severity.
func ParseSeverity(name string) (Severity, error) {
	if i := slices.Index(SeverityNames(), name); i >= 0 {
		return Severity(i), nil
	}
	return 0, fmt.Errorf("severity %q, expected one of %s", name, strings.Join(SeverityNames(), ", "))
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity's name.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}

// Mark is a place in a text; lines and columns count from 1.
type Mark struct {
	Line int `json:"line"`
	// Column counts UTF-16 units.
	Column int `json:"column"`
}

// Range is a stretch of text; End is the place after its last character.
type Range struct {
	Start Mark `json:"start"`
	End   Mark `json:"end"`
}

// Place is a value of a document.
type Place struct {
	File  string `json:"file"`
	Range Range  `json:"range"`
	// Path leads to the value from the root of the document.
	Path []string `json:"path"`
}

// Pointer is the path as a JSON Pointer.
func (p Place) Pointer() string {
	var b strings.Builder
	for _, step := range p.Path {
		b.WriteByte('/')
		b.WriteString(source.EscapePointer(step))
	}
	return b.String()
}

// Finding is one thing that is wrong at one place.
type Finding struct {
	// Rule is the id of the rule or check that found it.
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Place
	// Related are other places that have to do with it.
	Related []Related `json:"related"`
}

// Related is another place that a finding has to do with.
type Related struct {
	Message string `json:"message"`
	Place
}

// Sentence is the message with the place: a line of a document, or a value of
// a record, which has no lines worth naming.
func (r Related) Sentence() string {
	switch {
	case r.Range.Start.Line > 0:
		return fmt.Sprintf("%s %s:%d:%d", r.Message, r.File, r.Range.Start.Line, r.Range.Start.Column)
	case r.File != "":
		return strings.TrimSuffix(fmt.Sprintf("%s %s #%s", r.Message, r.File, r.Pointer()), " #")
	}
	return r.Message
}

// Full is the message of a finding with what records say about it: the forms
// that do not list related places have nothing else to say it in.
func (f Finding) Full() string {
	text := f.Message
	for _, related := range f.Related {
		if related.Range.Start.Line == 0 {
			text += "; " + related.Sentence()
		}
	}
	return text
}

// Unchecked is something that was asked for and not done.
type Unchecked struct {
	// Rule is the rule that did not run; empty where none of them could.
	Rule string `json:"rule"`
	// File is the document (or the ruleset) that was not judged.
	File string `json:"file"`
	Why  string `json:"why"`
	// Aside tells that nobody asked for it: it was come upon, and leaves the
	// run as it is.
	Aside bool `json:"aside,omitempty"`
}

// Incomplete reports whether something that was asked for was not done.
func (r *Report) Incomplete() bool {
	return slices.ContainsFunc(r.Unchecked, func(u Unchecked) bool { return !u.Aside })
}

// Missed is what was asked for and not done, for the forms that only know
// failures.
func (r *Report) Missed() []Unchecked {
	return slices.DeleteFunc(slices.Clone(r.Unchecked), func(u Unchecked) bool { return u.Aside })
}

// Document is a document that was looked at.
type Document struct {
	File string `json:"file"`
	// Kind is what it was taken for: openapi, apis.json, capabilities, …
	Kind string `json:"kind"`
}

// Rule describes a rule that took part, for the forms that list rules.
type Rule struct {
	ID          string
	Description string
	Severity    Severity
	// From is where the rule is defined.
	From string
	// Help is an address, or a command, that explains the rule.
	Help string
	// Why is its reason, and Fix what to do; both may be empty.
	Why, Fix string
	// Bad and Good are examples, as YAML; both may be empty.
	Bad, Good string
	// URL is the address of its page, if it has one.
	URL string
}

// Report is the outcome of one run.
type Report struct {
	Documents []Document
	Findings  []Finding
	Unchecked []Unchecked
	// Rules are the rules that took part, whether they found something or not.
	Rules []Rule
	// Rulesets are the rulesets that were run.
	Rulesets []string
	// Known is how many findings a baseline left out.
	Known int
}

// Sort brings everything into the order of files, places and rules, and
// drops what is in it twice.
func (r *Report) Sort() {
	slices.SortStableFunc(r.Findings, compareFindings)
	r.Findings = slices.CompactFunc(r.Findings, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
	slices.SortFunc(r.Unchecked, func(a, b Unchecked) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Why, b.Why))
	})
	r.Unchecked = slices.Compact(r.Unchecked)
	slices.SortFunc(r.Documents, func(a, b Document) int { return cmp.Compare(a.File, b.File) })
	r.Documents = slices.Compact(r.Documents)
	slices.SortStableFunc(r.Rules, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	r.Rules = slices.CompactFunc(r.Rules, func(a, b Rule) bool { return a.ID == b.ID })
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		a.Range.Start.Compare(b.Range.Start),
		cmp.Compare(a.Rule, b.Rule),
		slices.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Severity, b.Severity),
	)
}

// Compare says which of two marks comes first, as cmp.Compare does.
func (a Mark) Compare(b Mark) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// Count returns the number of findings of each severity.
func (r *Report) Count() map[Severity]int {
	out := map[Severity]int{}
	for _, f := range r.Findings {
		out[f.Severity]++
	}
	return out
}

// Worst reports whether some finding is at least as bad as s.
func (r *Report) Worst(s Severity) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity <= s })
}

// ByFile calls visit with each file that has findings, in order.
func (r *Report) ByFile(visit func(file string, findings []Finding)) {
	for start := 0; start < len(r.Findings); {
		end := start + 1
		for end < len(r.Findings) && r.Findings[end].File == r.Findings[start].File {
			end++
		}
		visit(r.Findings[start].File, r.Findings[start:end])
		start = end
	}
}

// Rule returns the description of a rule by its id.
func (r *Report) Rule(id string) Rule {
	if i := slices.IndexFunc(r.Rules, func(rule Rule) bool { return rule.ID == id }); i >= 0 {
		return r.Rules[i]
	}
	return Rule{ID: id, Severity: Warn}
}
