package mapping_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// person is what a record says of one contact.
type person struct{ email, phone, name string }

// personsIn collects the contacts of a record by the table, and the names that
// it also has for organisations.
func personsIn(f *model.Field, v any, out *[]person, organizations map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			personsIn(f, x, out, organizations)
		}
	case map[string]any:
		text := func(key string) string { s, _ := v[key].(string); return s }
		for _, key := range []string{"fullName", "affiliation", "investigatorAffiliation", "oldOrganization", "organization"} {
			organizations[strings.Join(strings.Fields(text(key)), " ")] = true
		}
		p := person{email: text("email"), phone: text("phone")}
		for _, key := range []string{"name", "title", "investigatorFullName", "oldNameTitle"} {
			if c := f.Child(key); c != nil && c.Part == "contacts" && text(key) != "" {
				p.name = text(key)
			}
		}
		if p != (person{}) {
			*out = append(*out, p)
		}
		for key, x := range v {
			if c := f.Child(key); c != nil {
				personsIn(c, x, out, organizations)
			}
		}
	}
}

// plainName is a contact's name without degrees, or "" where it says little.
func plainName(s string) string {
	name, _, _ := strings.Cut(s, ",")
	name = strings.Join(strings.Fields(name), " ")
	if !strings.Contains(name, " ") {
		return ""
	}
	return name
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

var numberRun = regexp.MustCompile(`[+(]?\d[\d()+./ -]*\d`)

// traces looks for contacts in the terms of an output.
func traces(t *testing.T, name string, data []byte, terms func(rdf.Quad) []string, quads []rdf.Quad, names bool) (found []string) {
	var persons []person
	organizations := map[string]bool{}
	personsIn(model.Default().Root, decode(t, data), &persons, organizations)
	var all strings.Builder
	runs := map[string]bool{}
	for _, q := range quads {
		for _, s := range terms(q) {
			all.WriteString(s + "\n")
			for _, run := range numberRun.FindAllString(s, -1) {
				runs[digits(run)] = true
			}
		}
	}
	text, small := all.String(), strings.ToLower(all.String())
	for _, p := range persons {
		if p.email != "" && strings.Contains(small, strings.ToLower(p.email)) {
			found = append(found, name+": e-mail "+p.email)
		}
		if d := digits(p.phone); len(d) >= 7 && (runs[d] || strings.Contains(text, p.phone)) {
			found = append(found, name+": phone "+p.phone)
		}
		n := plainName(p.name)
		if names && n != "" && !isNameOfAny(n, organizations) && says(text, n) {
			found = append(found, name+": name "+n)
		}
	}
	return found
}

// says looks for a name that is not a part of longer words.
func says(text, name string) bool {
	for {
		at := strings.Index(text, name)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(name):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			return true
		}
		text = text[at+1:]
	}
}

func isNameOfAny(name string, organizations map[string]bool) bool {
	for o := range organizations {
		if strings.HasPrefix(o, name) {
			return true
		}
	}
	return false
}

// literals and iris are the terms of a quad to look at.
func literals(q rdf.Quad) []string {
	return []string{q.Subject.Value, q.Predicate.Value, q.Object.Value, q.Graph.Value}
}

func iris(q rdf.Quad) []string {
	out := []string{q.Subject.Value, q.Predicate.Value, q.Graph.Value}
	if q.Object.Kind == rdf.IRITerm {
		out = append(out, q.Object.Value)
	}
	return out
}

func allQuads(t testing.TB, c *mapping.Converter, f named) []rdf.Quad {
	t.Helper()
	var out mapping.Output
	if err := c.Convert(f.data, &out); err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return append(quadsOf(t, out.Record), quadsOf(t, out.Shared)...)
}

// TestPeople: with --no contacts, no e-mail, phone or name of a contact is
// anywhere in the output; with contacts, none is in an IRI.
func TestPeople(t *testing.T) {
	for _, profile := range []mapping.Profile{mapping.Full, mapping.Core} {
		bare := engine(t, &mapping.Options{Profile: profile, Without: []string{"contacts"}}).NewConverter()
		whole := engine(t, &mapping.Options{Profile: profile}).NewConverter()
		for _, f := range fixtures(t) {
			checkPeople(t, bare, whole, f)
		}
	}
}

func TestPeopleOfRealStudies(t *testing.T) {
	bare := engine(t, &mapping.Options{Without: []string{"contacts"}}).NewConverter()
	whole := engine(t, nil).NewConverter()
	known := []string{"NCT04946890.json", "NCT00800540.json", "NCT02506166.json", "NCT04600544.json", "NCT05230784.json", "NCT05818137.json"}
	checked := 0
	for name, data := range chosen(t, func(_ int, name string) bool { return full() || slices.Contains(known, name) }) {
		checkPeople(t, bare, whole, named{name, data})
		checked++
	}
	if checked < len(known) {
		t.Errorf("%d studies were checked, expected %v", checked, known)
	}
}

func checkPeople(t *testing.T, bare, whole *mapping.Converter, f named) {
	t.Helper()
	for _, x := range traces(t, f.name, f.data, literals, allQuads(t, bare, f), true) {
		t.Errorf("without contacts there is still %s", x)
	}
	for _, x := range traces(t, f.name, f.data, iris, allQuads(t, whole, f), true) {
		t.Errorf("in an IRI there is %s", x)
	}
}

// TestPeopleInOtherTexts: a text that repeats a contact keeps the rest of it,
// and what only looks like a contact stays.
func TestPeopleInOtherTexts(t *testing.T) {
	record := `{"protocolSection":{
	 "identificationModule":{"nctId":"NCT99990001","organization":{"fullName":"Example Institute"}},
	 "sponsorCollaboratorsModule":{"leadSponsor":{"name":"Ada Example","class":"OTHER"},"collaborators":[{"name":"Example Institute"}]},
	 "descriptionModule":{"briefSummary":"Write to ADA@example.org or ask Prof. Ada  Example (+1 555 010 0123), not Ada Examplesson; see 555 010 9999.","detailedDescription":"Example Institute stays."},
	 "contactsLocationsModule":{"centralContacts":{"name":"Not a list"},"overallOfficials":[{"name":"Prof. Ada Example, MD","affiliation":"Example Institute"},{"name":"Example Institute","affiliation":"Example Institute"}],
	  "locations":[{"facility":"Praxis Ada Example","contacts":[{"name":"X","phone":"555-010-0123","email":"ada@example.org"}]}],"locations_nested":[{"city":"Bern","contacts":[{"name":"Hidden Person"}]}]}}}`
	out := convert(t, &mapping.Options{Without: []string{"contacts"}}, []byte(record))
	text := string(out.Record) + string(out.Shared)
	for _, want := range []string{
		`"Write to [contact removed] or ask [contact removed] ([contact removed]), not Ada Examplesson; see 555 010 9999."`,
		`"Example Institute stays."`, `"Praxis [contact removed]"`, `"Bern"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, not := range []string{"Ada Example>", "Hidden", "Not a list", "@example.org", "0123", "schema.org/sponsor"} {
		if strings.Contains(text, not) {
			t.Errorf("there is %q in\n%s", not, text)
		}
	}
	if convert(t, nil, []byte(record)).Unknown == nil {
		t.Error("with contacts, unknown keys are counted")
	}
}

// TestRemovedContactsChangeNothingElse: without contacts, a study that repeats
// none keeps every other line.
func TestRemovedContactsChangeNothingElse(t *testing.T) {
	f := readStudy(t, "../testdata/sample.json")
	with := string(convert(t, nil, f.data).Record)
	for line := range strings.Lines(string(convert(t, &mapping.Options{Without: []string{"contacts"}}, f.data).Record)) {
		if !strings.Contains(with, line) {
			t.Errorf("a line that is new: %s", line)
		}
	}
}
