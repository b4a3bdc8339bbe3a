package classic

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/mapping/model"
)

// words is a text without what escapes, wrapping and marks of lists change.
func words(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// plainPaths are the places of XML whose texts stand in the record as they
// are: those of fields that are no code, date or flag, and that no rule reads.
func plainPaths() map[string]bool {
	out := map[string]bool{}
	for _, f := range model.Default().Fields {
		switch f.Kind {
		case model.Text, model.Markup, model.NumText, model.PValue, model.Integer, model.Down:
		default:
			continue
		}
		for _, place := range strings.Split(f.XML, " | ") {
			if place != "" && !strings.Contains(place, "!") {
				out[strings.TrimSuffix(strings.TrimSpace(place), "/.")] = true
			}
		}
	}
	return out
}

// texts calls see for every text and attribute of a document, by an own
// reading of it.
func texts(t testing.TB, doc []byte, see func(path, text string)) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(string(doc)))
	var path []string
	var text []string
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			path, text = append(path, x.Name.Local), append(text, "")
			for _, a := range x.Attr {
				see(strings.Join(append(path[1:len(path):len(path)], "@"+a.Name.Local), "/"), a.Value)
			}
		case xml.CharData:
			if len(text) > 0 {
				text[len(text)-1] += string(x)
			}
		case xml.EndElement:
			if s := strings.TrimSpace(text[len(text)-1]); s != "" {
				see(strings.Join(path[1:], "/"), s)
			}
			path, text = path[:len(path)-1], text[:len(text)-1]
		}
	}
}

// allText returns the words of every string and number of a JSON text.
func allText(t testing.TB, json []byte) string {
	t.Helper()
	var b strings.Builder
	dec := jsontext.NewDecoder(strings.NewReader(string(json)))
	for {
		token, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if k := token.Kind(); k == '"' || k == '0' {
			b.WriteString(words(token.String()) + "\n")
		}
	}
}

// implied are the texts that go without saying: they name a row of sums or the
// measure of old tables that counts who was there, which have fields of their own.
var implied = map[string]bool{
	"Total, all-cause mortality": true, "Total, serious adverse events": true, "Total, other adverse events": true, "Number of Participants": true,
}

// account checks that nothing of a record is lost: plain texts stand in the
// study; of the others, whatever no rule of the table reads is left over.
func account(t *testing.T, name string, doc []byte, plain map[string]bool) (n int) {
	t.Helper()
	json, fault := FromXML(nil, doc)
	if fault != nil {
		t.Errorf("%s: %v", name, fault)
		return 0
	}
	said := allText(t, json)
	texts(t, doc, func(path, text string) {
		n++
		if implied[text] {
			return
		}
		if plain[path] && !strings.Contains(said, words(text)) {
			t.Errorf("%s: %s: %q is lost", name, path, text)
		}
	})
	return n
}

func TestNothingOfXMLIsLost(t *testing.T) {
	plain := plainPaths()
	if len(plain) < 90 {
		t.Fatalf("only %d plain paths", len(plain))
	}
	files, _ := filepath.Glob("../testdata/classic/*.xml")
	if len(files) < 3 {
		t.Fatal("no fixtures")
	}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := account(t, file, doc, plain); n == 0 {
			t.Errorf("%s: no text", file)
		}
	}
}

// TestWhatNoFieldHoldsIsLeftOver adds an element that nobody knows.
func TestWhatNoFieldHoldsIsLeftOver(t *testing.T) {
	doc, err := os.ReadFile("../testdata/classic/NCT99990203.xml")
	if err != nil {
		t.Fatal(err)
	}
	json, fault := FromXML(nil, []byte(strings.Replace(string(doc), "<brief_title>", "<moon_title>full</moon_title><brief_title>", 1)))
	if fault != nil || !strings.Contains(string(json), `"moonTitle":["full"]`) || !strings.Contains(string(json), `"moonPhaseValue":["3"]`) {
		t.Errorf("%s %v", json, fault)
	}
}

// TestEveryPlaceOfTheTableHasAFixture finds places of the table that no fixture has.
func TestEveryPlaceOfTheTableHasAFixture(t *testing.T) {
	seen := map[string]bool{}
	files, _ := filepath.Glob("../testdata/classic/*.xml")
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts(t, doc, func(path, _ string) { seen[path] = true })
	}
	for path := range plainPaths() {
		if strings.HasSuffix(path, "/site_text") || strings.HasSuffix(path, "/outcome_text") {
			continue // of the cells of a table: see TestParseSite
		}
		made := strings.Contains(path, "@deaths_") || strings.Contains(path, "@serious_") || strings.Contains(path, "@other_") || strings.HasSuffix(path, "/@category")
		if !seen[path] && !made && !unseen[path] {
			t.Errorf("no fixture has %s", path)
		}
	}
}

// unseen are places that the records at hand do not have either.
var unseen = map[string]bool{
	"clinical_results/outcome_list/outcome/analysis_list/analysis/ci_lower_limit_na_comment": true,
	"clinical_results/outcome_list/outcome/analysis_list/analysis/other_analysis_desc":       true,
	"clinical_results/outcome_list/outcome/measure/units_analyzed":                           true,
}

func TestRules(t *testing.T) {
	for rule, cases := range map[string]map[string]string{
		"phases":             {"N/A": "N/A", "Phase 1/Phase 2": "Phase 1;Phase 2", "Phase 4": "Phase 4"},
		"age":                {"N/A": "", "18 Years": "18 Years"},
		"before-parenthesis": {"Double (Participant, Investigator)": "Double", "None (Open Label)": "None", "Single": "Single"},
		"in-parenthesis":     {"Double (Participant, Investigator)": "Participant;Investigator", "None (Open Label)": "", "Single": ""},
		"group":              {"O1": "OG000", "P12": "FG011", "X1": "X1", "E0": "E0", "B": "B", "O1x": "O1x"},
		"abbreviation":       {"https://example.org/Prot_SAP_000.pdf": "Prot_SAP", "x.pdf": ""},
		"registry":           {"Observational [Patient Registry]": "true", "Observational": "false", "Interventional": ""},
		"agreement-type": {
			"There is NOT an agreement between": "", "for a period that is more than 60 days but less than or equal to 180 days": "GT60", "Own words.": "OTHER",
		},
		"agreement-details": {"Own words, <5.": "Own words, \\<5.", "There is NOT an agreement": ""},
		"known-date":        {"Unknown": "", "May 1, 2001": "May 1, 2001"},
	} {
		for text, want := range cases {
			a := alternative{rule: rule}
			if got := strings.Join(a.apply(&node{kind: '<', text: text}), ";"); got != want {
				t.Errorf("%s of %q: %q, expected %q", rule, text, got, want)
			}
		}
	}
}

func TestValues(t *testing.T) {
	c := compiled().codes
	for _, test := range []struct {
		kind       model.Kind
		enum       string
		text, want string
	}{
		{model.Enum, "Status", "Active, not recruiting", `"ACTIVE_NOT_RECRUITING"`},
		{model.Enum, "Status", "ACTIVE_NOT_RECRUITING", `"ACTIVE_NOT_RECRUITING"`},
		{model.Enum, "Status", "Asleep", `"Asleep"`},
		{model.Enum, "Sex", "Both", `"ALL"`},
		{model.Enum, "AgencyClass", "U.S. Fed", `"FED"`},
		{model.Boolean, "", "Accepts Healthy Volunteers", "true"},
		{model.Boolean, "", "No", "false"},
		{model.Boolean, "", "Perhaps", `"Perhaps"`},
		{model.Integer, "", "12", "12"},
		{model.Integer, "", "012", `"012"`},
		{model.Integer, "", "many", `"many"`},
		{model.Decimal, "", "-0.5", "-0.5"},
		{model.Decimal, "", ".5", `".5"`},
		{model.PartialDate, "", "March 2007", `"2007-03"`},
		{model.Date, "", "March 12, 2007", `"2007-03-12"`},
		{model.PartialDate, "", "01/2020", `"2020-01"`},
		{model.PartialDate, "", "2020-01", `"2020-01"`},
		{model.Date, "", "some day", `"some day"`},
		{model.Text, "", "a\"b\\c\nd\x01", `"a\"b\\c\nd\u0001"`},
	} {
		f := &model.Field{Kind: test.kind, Enum: test.enum}
		if got := string(c.appendValue(nil, f, test.text)); got != test.want {
			t.Errorf("%s %q: %s, expected %s", test.kind, test.text, got, test.want)
		}
	}
}
