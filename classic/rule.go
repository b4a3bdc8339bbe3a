package classic

import (
	"path"
	"strings"
)

// A rule makes of what stands at a place the values of a field; none where
// there is nothing to say.
type rule func(n *node) []string

// rules are those that the table names. A name in capitals, or true and false,
// is a constant.
var rules = map[string]rule{
	"before-bracket":     beforeBracket,
	"before-parenthesis": maskingDegree,
	"in-parenthesis":     masked,
	"registry":           registry,
	"phases":             phases,
	"age":                age,
	"person":             person,
	"group":              func(n *node) []string { return one(groupID(use(n))) },
	"agreement-employee": employee,
	"agreement":          restrictive,
	"agreement-type":     restriction,
	"agreement-details":  details,
	"known-date":         knownDate,
	"unknown-date":       unknownDate,
	"file":               func(n *node) []string { return one(path.Base(use(n))) },
	"abbreviation":       abbreviation,
	"processed": func(n *node) []string {
		return one(strings.TrimPrefix(use(n), "ClinicalTrials.gov processed this data on "))
	},
}

// apply makes the values of an alternative.
func (a *alternative) apply(n *node) []string {
	switch r := rules[a.rule]; {
	case a.rule == "":
		return one(use(n))
	case r != nil:
		return r(n)
	}
	return []string{a.rule}
}

// use returns the text of a node and notes that it is in the record.
func use(n *node) string {
	n.used = true
	return strings.TrimSpace(n.text)
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func beforeBracket(n *node) []string {
	text, _, _ := strings.Cut(use(n), "[")
	if text == "N/A" { // of a record that is withheld
		return nil
	}
	return one(strings.TrimSpace(text))
}

// masking takes "Double (Participant, Investigator)" apart. What stands behind
// "None (Open Label)" names nobody.
func masking(n *node) (degree string, who []string) {
	degree, list, _ := strings.Cut(use(n), "(")
	for name := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(list), ")"), ",") {
		if name = strings.TrimSpace(name); name != "" && name != "Open Label" {
			who = append(who, name)
		}
	}
	return strings.TrimSpace(degree), who
}

func maskingDegree(n *node) []string {
	degree, _ := masking(n)
	return one(degree)
}

func masked(n *node) []string {
	_, who := masking(n)
	return who
}

func registry(n *node) []string {
	if strings.Contains(use(n), "[Patient Registry]") {
		return []string{"true"}
	}
	if n.kind == '<' && strings.HasPrefix(n.text, "Observational") {
		return []string{"false"}
	}
	return nil
}

// phases reads "Phase 2/Phase 3".
func phases(n *node) []string {
	text := use(n)
	switch text {
	case "":
		return nil
	case "N/A":
		return []string{text}
	}
	return strings.Split(text, "/")
}

// age reads an age; "N/A" says that there is no limit.
func age(n *node) []string {
	text := use(n)
	if text == "N/A" || text == "None" {
		return nil
	}
	return one(text)
}

// person puts the parts of a name together.
func person(n *node) []string {
	var parts []string
	for _, name := range [...]string{"first_name", "middle_name", "last_name"} {
		if part := n.textOf(name); part != "" {
			parts = append(parts, part)
		}
	}
	name := strings.Join(parts, " ")
	if degrees := n.textOf("degrees"); degrees != "" {
		name += ", " + degrees
	}
	return one(name)
}

// The sentences of certain agreements are always the same ones.

func employee(n *node) []string {
	switch text := use(n); {
	case strings.Contains(text, "are NOT employed"):
		return []string{"false"}
	case strings.Contains(text, "ARE employed"):
		return []string{"true"}
	default:
		return one(text)
	}
}

func restrictive(n *node) []string {
	switch text := use(n); {
	case text == "":
		return nil
	case strings.HasPrefix(text, "There is NOT an agreement"):
		return []string{"false"}
	}
	return []string{"true"}
}

func restriction(n *node) []string {
	text := n.text
	switch {
	case strings.HasPrefix(text, "There is NOT an agreement"), text == "":
		return nil
	case strings.Contains(text, "less than or equal to 60 days"):
		return []string{"LTE60"}
	case strings.Contains(text, "more than 60 days"):
		return []string{"GT60"}
	}
	return []string{"OTHER"}
}

// details are what is said of a restriction of another kind.
func details(n *node) []string {
	if kind := restriction(n); len(kind) == 0 || kind[0] != "OTHER" {
		return nil
	}
	return one(escapeText(strings.TrimSpace(strings.TrimPrefix(n.text, "Restriction Description:"))))
}

func knownDate(n *node) []string {
	if text := use(n); text != "Unknown" {
		return one(text)
	}
	return nil
}

func unknownDate(n *node) []string {
	if n.text == "Unknown" {
		return []string{"true"}
	}
	return nil
}

// abbreviation reads what a file's name begins with: "Prot_SAP_000.pdf".
func abbreviation(n *node) []string {
	name := strings.TrimSuffix(path.Base(use(n)), ".pdf")
	if at := strings.LastIndex(name, "_"); at > 0 && digits(name[at+1:]) {
		return []string{name[:at]}
	}
	return nil
}
