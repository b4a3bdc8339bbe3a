package web

import (
	"strings"
	"unicode"

	"github.com/trialweave/trialweave/source"
)

// visible is a text of the data on one line, in which characters that would
// change how others are shown are written as \uXXXX.
func visible(s string) string {
	return source.Visible(strings.Join(strings.FieldsFunc(s, breaksLine), " "))
}

// harmless is a text of somebody who asks without the characters that visible
// writes otherwise.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if c := string(r); source.Visible(c) != c {
			return ' '
		}
		return r
	}, s)
}

func breaksLine(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }

// paragraph is a part of a long text: Kind is p, li (an item of a list, at a
// Level from 1) or h (a heading).
type paragraph struct {
	Kind  string
	Level int
	Text  string
}

// paragraphs takes a text in the CommonMark of the registry apart: paragraphs,
// items of lists, and lines that end in a colon as headings. The numbers of
// items stay in their text; the marks of others, and backslashes before
// punctuation, do not.
func paragraphs(text string) []paragraph {
	var out []paragraph
	fresh := true // a new paragraph begins
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		trimmed := strings.Trim(line, " \t")
		if trimmed == "" {
			fresh = true
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		mark, rest := listMark(trimmed)
		switch {
		case mark != "":
			out = append(out, paragraph{"li", min(1+indent/2, maxLevel), rest})
		case !fresh || indent > 0 && len(out) > 0 && out[len(out)-1].Kind == "li":
			last := &out[len(out)-1]
			last.Text += "\n" + trimmed
		case len(trimmed) < 100 && strings.HasSuffix(trimmed, ":"):
			out = append(out, paragraph{"h", 0, trimmed})
		default:
			out = append(out, paragraph{"p", 0, trimmed})
		}
		fresh = len(out) > 0 && out[len(out)-1].Kind == "h"
	}
	for i := range out {
		out[i].Text = visibleLines(unescaped(out[i].Text))
	}
	return out
}

// maxLevel is how deep lists are indented.
const maxLevel = 4

// visibleLines is visible, but for the line ends.
func visibleLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = visible(line)
	}
	return strings.Join(lines, "\n")
}

// listMark splits an item of a list from its mark; a number is not taken off.
func listMark(line string) (mark, rest string) {
	if c := line[0]; (c == '*' || c == '-' || c == '+') && len(line) > 1 && line[1] == ' ' {
		return line[:1], strings.Trim(line[2:], " \t")
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < 4 && len(line) > digits+1 && (line[digits] == '.' || line[digits] == ')') && line[digits+1] == ' ' {
		return line[:digits+1], line
	}
	return "", line
}

// unescaped takes the backslashes before ASCII punctuation out (CommonMark,
// section 2.4).
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] < 0x80 && (unicode.IsPunct(rune(s[i+1])) || unicode.IsSymbol(rune(s[i+1]))) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// shortened is a text of at most so many characters, an ellipsis at its end
// where something is left out.
func shortened(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// names are labels that the words of a key do not give.
var names = map[string]string{
	"nctId": "NCT number", "nctIdAliases": "Former NCT numbers", "orgStudyIdInfo": "Organization's study ID", "secondaryIdInfos": "Other IDs",
	"briefTitle": "Title", "organization.fullName": "Organization", "expandedAccessInfo.nctId": "Expanded access record", "oversightHasDmc": "Has a data monitoring committee",
	"isFdaRegulatedDrug": "Studies an FDA-regulated drug", "isFdaRegulatedDevice": "Studies an FDA-regulated device",
	"isUnapprovedDevice": "Device not approved by the FDA", "isPpsd": "Pediatric postmarket surveillance of a device", "isUsExport": "Product exported from the US",
	"fdaaa801Violation": "FDAAA 801 violation", "isFdaRegulated": "FDA-regulated", "isSection801": "Section 801",
	"nPtrsToThisExpAccNctId": "Studies that point to this expanded access record",
	"stdAges":                "Age groups", "enrollmentInfo": "Enrollment", "whoMasked": "Who is masked", "maskingInfo": "Masking", "designInfo": "Design",
	"armGroups": "Arms", "armGroupLabels": "Arms", "interventionNames": "Interventions", "pmid": "PubMed ID", "ciPctValue": "Confidence level (%)",
	"ciLowerLimit": "Lower limit", "ciUpperLimit": "Upper limit", "ciNumSides": "Sides of the interval", "largeDocs": "Documents", "noSap": "No statistical analysis plan",
	"hasSap": "Holds the statistical analysis plan", "hasIcf": "Holds the informed consent form", "hasProtocol": "Holds the protocol", "asFound": "As found in the record",
	"availIpds": "Available data and documents", "seeAlsoLinks": "More information", "phoneExt": "Extension", "geoPoint": "Position", "lat": "Latitude", "lon": "Longitude",
	"dispFirstSubmitDate": "Delay of results first submitted", "dispFirstSubmitQcDate": "Delay of results first met QC", "dispFirstPostDateStruct": "Delay of results first posted",
	"versionHolder": "Version of the registry's data", "mcpReleaseN": "Review cycle", "firstMcpInfo": "First modified by the sponsor", "firstMcpInfo.postDateStruct": "First modification posted", "piSponsorEmployee": "Investigator employed by the sponsor",
	"hasResults": "Results posted", "infoTypes": "Supporting information", "ipdSharing": "Plan to share participant data", "whyStopped": "Why the study stopped",
	"sex": "Sex", "studyFirstSubmitDate": "First submitted", "studyFirstSubmitQcDate": "First met quality control", "studyFirstPostDateStruct": "First posted",
	"resultsFirstSubmitDate": "Results first submitted", "resultsFirstSubmitQcDate": "Results first met quality control", "resultsFirstPostDateStruct": "Results first posted",
	"lastUpdateSubmitDate": "Last update submitted", "lastUpdatePostDateStruct": "Last update posted", "statusVerifiedDate": "Status verified", "overallStatus": "Status",
	"paramType": "Measure", "dispersionType": "Dispersion", "unitOfMeasure": "Unit", "calculatePct": "Percentages are calculated", "paramValue": "Estimate", "dispersionValue": "Dispersion value",
	"typeUnitsAnalyzed": "Units analyzed", "denomUnitsSelected": "Units of the denominator", "populationDescription": "Analysis population", "groupIds": "Groups compared",
	"measure": "Outcome", "typeAbbrev": "Type", "leadSponsor": "Lead sponsor", "meshes": "MeSH headings", "ancestors": "MeSH headings above", "browseLeaves": "Terms of the browse tree", "browseBranches": "Branches of the browse tree",
	"conditionBrowseModule.meshes": "MeSH headings of the conditions", "conditionBrowseModule.ancestors": "MeSH headings above them",
	"interventionBrowseModule.meshes": "MeSH headings of the interventions", "interventionBrowseModule.ancestors": "MeSH headings above these",
	"conditionBrowseModule.browseLeaves": "Conditions in the browse tree", "interventionBrowseModule.browseLeaves": "Interventions in the browse tree",
	"conditionBrowseModule.browseBranches": "Branches of the conditions", "interventionBrowseModule.browseBranches": "Branches of the interventions",
	"seriousEvents": "Serious adverse events", "otherEvents": "Other adverse events", "outcomeMeasures": "Outcome results", "locations": "Sites",
	"minBmi": "Lowest BMI", "maxBmi": "Highest BMI", "otherNames": "Other names", "statusForNctId": "Status of expanded access", "eligibilityCriteria": "Criteria",
}

// acronyms are words that are written in capitals.
var acronyms = map[string]string{
	"fda": "FDA", "dmc": "DMC", "ipd": "IPD", "qc": "QC", "us": "US", "nct": "NCT", "sap": "SAP", "icf": "ICF", "url": "URL", "mcp": "MCP", "bmi": "BMI", "id": "ID", "ids": "IDs", "pct": "percent", "num": "number", "p": "P", "ci": "CI", "zip": "postal code", "subjects": "participants",
}

// title is what a value of a record is called on a page: by its key, and by that
// of the object around it where the key alone does not say enough.
func title(v *value) string {
	if v.field != nil {
		parts := strings.Split(v.field.Path, ".")
		if n := names[strings.Join(parts[max(0, len(parts)-2):], ".")]; n != "" {
			return n
		}
	}
	return name(v.key)
}

// name is what a member of a record is called on a page.
func name(key string) string {
	if n := names[key]; n != "" {
		return n
	}
	words := strings.Split(snake(strings.TrimSuffix(strings.TrimSuffix(key, "Struct"), "Module")), "_")
	for i, w := range words {
		if a := acronyms[w]; a != "" {
			words[i] = a
		}
	}
	return capital(strings.Join(words, " "))
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// snake splits a key at its capitals.
func snake(key string) string {
	var b strings.Builder
	for i, r := range key {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
