package mapping_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// lexicalSpaces are the datatypes that we write, and what XSD 1.1 (or
// GeoSPARQL) admits of them, in the canonical or narrower form that we write.
// It shares nothing with the converter.
func lexicalSpaces() map[string]*regexp.Regexp {
	day := `(0[1-9]|[12]\d|3[01])`
	month := `(0[1-9]|1[0-2])`
	out := map[string]*regexp.Regexp{}
	for name, form := range map[string]string{
		model.NSXSD + "string":                            `(?s).*`,
		model.NSXSD + "boolean":                           `true|false`,
		model.NSXSD + "integer":                           `-?(0|[1-9]\d*)`,
		model.NSXSD + "decimal":                           `-?\d+(\.\d+)?`,
		model.NSXSD + "date":                              `\d{4}-` + month + `-` + day,
		model.NSXSD + "gYear":                             `\d{4}`,
		model.NSXSD + "dateTime":                          `\d{4}-` + month + `-` + day + `T([01]\d|2[0-3]):[0-5]\d:[0-5]\d`,
		model.NSXSD + "duration":                          `P(\d+[YMD]|T\d+[HM])`,
		"http://www.opengis.net/ont/geosparql#wktLiteral": `POINT\(-?\d+(\.\d+)? -?\d+(\.\d+)?\)`,
	} {
		out[name] = regexp.MustCompile(`^(` + form + `)$`)
	}
	out[model.NSXSD+"gYearMonth"] = regexp.MustCompile(`^\d{4}-` + month + `$`)
	return out
}

// illTyped says what is wrong with a literal.
func illTyped(spaces map[string]*regexp.Regexp, o rdf.Term) string {
	space := spaces[o.Datatype]
	switch {
	case space == nil:
		return "a datatype that we do not write"
	case !space.MatchString(o.Value):
		return "not in the lexical space"
	case strings.HasSuffix(o.Datatype, "#date") || strings.HasSuffix(o.Datatype, "#dateTime"):
		if _, err := time.Parse(time.DateOnly, o.Value[:10]); err != nil {
			return "no day of the calendar"
		}
	}
	if strings.Contains(o.Datatype, "#g") && strings.HasPrefix(o.Value, "0000") || strings.HasPrefix(o.Datatype, model.NSXSD+"date") && strings.HasPrefix(o.Value, "0000") {
		return "XSD 1.0 has no year 0000"
	}
	return ""
}

func checkLiterals(t *testing.T, c *mapping.Converter, f named, seen map[string]int) {
	t.Helper()
	spaces := lexicalSpaces()
	for _, q := range allQuads(t, c, f) {
		if q.Object.Kind != rdf.LiteralTerm {
			continue
		}
		seen[q.Object.Datatype]++
		if fault := illTyped(spaces, q.Object); fault != "" {
			t.Errorf("%s: %v: %s", f.name, q, fault)
		}
	}
}

// TestNoIllTypedLiteral: every typed literal is valid for its datatype.
// internal/integration asks two independent libraries the same.
func TestNoIllTypedLiteral(t *testing.T) {
	seen := map[string]int{}
	for _, o := range []*mapping.Options{nil, {Concepts: true}, {NoComputed: true}, {Profile: mapping.Core}} {
		c := engine(t, o).NewConverter()
		for _, f := range fixtures(t) {
			checkLiterals(t, c, f, seen)
		}
	}
	for datatype := range lexicalSpaces() {
		if seen[datatype] == 0 {
			t.Errorf("no fixture leads to a literal of %s", datatype)
		}
	}
}

func TestNoIllTypedLiteralOfRealStudies(t *testing.T) {
	c, seen := engine(t, nil).NewConverter(), map[string]int{}
	for name, data := range sampled(t, 120) {
		checkLiterals(t, c, named{name, data}, seen)
	}
	t.Logf("%v", seen)
}

// TestIllTypedLiteralsAreSeen: the check above fails on what it must.
func TestIllTypedLiteralsAreSeen(t *testing.T) {
	for _, bad := range [][2]string{
		{"2020-01", "date"}, {"2023-02-30", "date"}, {"0000-01-01", "date"}, {"2020-13", "gYearMonth"}, {"4.07E1", "decimal"}, {"1,5", "decimal"},
		{"+1", "integer"}, {"01", "integer"}, {"1.0", "integer"}, {"True", "boolean"}, {"2020-01-01T09:41", "dateTime"}, {"18 Years", "duration"}, {"P", "duration"}, {"1.0", "double"},
	} {
		if illTyped(lexicalSpaces(), rdf.Typed(bad[0], model.NSXSD+bad[1])) == "" {
			t.Errorf("%q passes as xsd:%s", bad[0], bad[1])
		}
	}
}
