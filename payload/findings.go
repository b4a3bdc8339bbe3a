package payload

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// report makes findings on the description of what was counted.
func (s *Schema) report(c *counts) *report.Report {
	r := &report.Report{Unchecked: slices.Clone(s.ignored)}
	for key, details := range c.faults {
		if key.kind == undescribed {
			r.Findings = append(r.Findings, s.untyped(c, key, details))
			continue
		}
		for _, detail := range slices.Sorted(maps.Keys(details))[:min(len(details), mostDetails)] {
			r.Findings = append(r.Findings, s.finding(c, key, detail, details[detail]))
		}
	}
	r.Findings = append(r.Findings, s.unseen(c)...)
	named := c.unread[:min(len(c.unread), mostDetails)]
	for _, u := range named {
		at := *u.err
		at.File = ""
		r.Unchecked = append(r.Unchecked, report.Unchecked{File: u.err.File, Why: strings.TrimPrefix(at.Error(), ":")})
	}
	if more := c.summary.Unreadable - int64(len(named)); more > 0 {
		r.Unchecked = append(r.Unchecked, report.Unchecked{File: named[len(named)-1].err.File, Why: fmt.Sprintf("and %d records more", more)})
	}
	return r
}

// place is the place of a key of a schema, or of the schema without it.
func (s *Schema) place(n int, key string) report.Place {
	path := s.nodes[n].path
	if key != "" && s.doc.Root.At(append(slices.Clone(path), key)...) != nil {
		path = append(slices.Clone(path), key)
	} else if r, ok := s.doc.KeyRangeAt(path...); ok {
		return s.written(r, path)
	}
	at, _ := s.doc.RangeAt(path...)
	return s.written(at, path)
}

// written makes the place of a path, which may be in another file.
func (s *Schema) written(r yamltree.Range, path []string) report.Place {
	file, at := s.origin(path)
	return report.Place{File: file, Range: reportRange(r), Path: at}
}

func reportRange(r yamltree.Range) report.Range {
	return report.Range{Start: report.Mark(r.Start), End: report.Mark(r.End)}
}

// finding makes the finding of one fault.
func (s *Schema) finding(c *counts, key faultKey, detail string, t *tally) report.Finding {
	n := &s.nodes[key.node]
	check, place, message := checkType(), s.place(key.node, ""), ""
	switch key.kind {
	case undocumented:
		check, place = checkUndocumented(), s.place(key.node, "properties")
		message = fmt.Sprintf("records contain the undocumented field %q", detail)
	case wrongType:
		place = s.place(key.node, "type")
		message = fmt.Sprintf("values are %s, expected %s", withArticle(detail), n.kinds)
	case notListed:
		check, place = checkEnum(), s.place(key.node, "enum")
		message = fmt.Sprintf("the value %q is not listed", detail)
	case noMatch:
		check, place = checkPattern(), s.place(key.node, "pattern")
		message = fmt.Sprintf("values do not match the pattern %s", n.pattern)
	case badFormat:
		check, place = checkFormat(), s.place(key.node, "format")
		message = fmt.Sprintf("values are not valid as %s", n.formatName)
	case outOfRange:
		check = checkRange()
		message = "values are " + detail
	case missing:
		check, place = checkRequired(), s.place(key.node, "required")
		message = fmt.Sprintf("the required field %q is missing", detail)
		if t.count == c.seen[key.node] {
			message = fmt.Sprintf("the required field %q is in no record", detail)
		}
	case noChoice:
		check = checkChoice()
		message = "values fit none of the alternatives"
	case severalFit:
		check, place = checkChoice(), s.place(key.node, "oneOf")
		message = "values fit several of the alternatives of oneOf, expected exactly one"
	}
	return check.finding(place, message, s.evidence(c, key, t))
}

// evidence says how often something was seen, and where first.
func (s *Schema) evidence(c *counts, key faultKey, t *tally) report.Related {
	of := c.seen[key.node]
	text := fmt.Sprintf("%s of %s (%s)", wording.Grouped(t.records), wording.CountGrouped(c.summary.Records-c.summary.Unreadable, "record"), share(t.records, c.summary.Records-c.summary.Unreadable))
	if t.count != t.records || of != c.summary.Records {
		text += fmt.Sprintf(", %s of %s", wording.Grouped(t.count), wording.CountGrouped(max(of, t.count), "value"))
	}
	text += "; first"
	if t.first.text != "" {
		text += " " + t.first.text
	}
	if t.first.offset > 0 {
		text += fmt.Sprintf(" in the record at offset %d of", t.first.offset)
	} else {
		text += " in"
	}
	return report.Related{Message: text, Place: report.Place{File: t.first.file, Path: t.first.pointer}}
}

// untyped makes the finding of objects of which nothing is described.
func (s *Schema) untyped(c *counts, key faultKey, details map[string]*tally) report.Finding {
	const shown = 20
	names := slices.Sorted(maps.Keys(details))
	most := details[names[0]]
	for _, name := range names {
		if t := details[name]; t.records > most.records || t.records == most.records && t.first.order < most.first.order {
			most = t
		}
	}
	list := strings.Join(names[:min(len(names), shown)], ", ")
	if len(names) > shown {
		list += ", …"
	}
	f := most.first
	f.pointer, f.text = f.pointer[:len(f.pointer)-1], ""
	t := &tally{count: c.seen[key.node], records: most.records, first: f}
	return checkUntyped().finding(s.place(key.node, ""), fmt.Sprintf("this object has no documented fields; records contain %s: %s", wording.CountGrouped(int64(len(names)), "field"), list), s.evidence(c, key, t))
}

// unseen lists the fields that are described and that no record has, of objects
// that some records have.
func (s *Schema) unseen(c *counts) (out []report.Finding) {
	for i := range s.nodes {
		o := s.nodes[i].object
		if o == nil || c.seen[i] == 0 {
			continue
		}
		for _, f := range o.fields {
			if c.present[f.id] > 0 || f.required {
				continue
			}
			path := append(slices.Clone(s.nodes[i].path), "properties", f.name)
			r, _ := s.doc.KeyRangeAt(path...)
			place := s.written(r, path)
			evidence := report.Related{Message: fmt.Sprintf("in none of %s", wording.CountGrouped(c.seen[i], "object"))}
			out = append(out, checkUnseen().finding(place, fmt.Sprintf("no record has the field %q", f.name), evidence))
		}
	}
	return out
}

// String lists the kinds, as a type of JSON Schema would.
func (k kinds) String() string {
	var out []string
	for i, name := range []string{"null", "boolean", "integer", "number", "string", "array", "object"} {
		if k&(1<<i) != 0 && !(name == "integer" && k&aNumber != 0) {
			out = append(out, withArticle(name))
		}
	}
	return strings.Join(out, " or ")
}

func withArticle(noun string) string {
	switch {
	case noun == "null":
		return noun
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return "an " + noun
	}
	return "a " + noun
}

func share(part, whole int64) string {
	if whole == 0 {
		return "0 %"
	}
	percent := 100 * float64(part) / float64(whole)
	if part < whole && percent >= 99.95 {
		return "99.9 %"
	}
	if part > 0 && percent < 0.05 {
		return "under 0.1 %"
	}
	return strconv.FormatFloat(percent, 'f', 1, 64) + " %"
}
