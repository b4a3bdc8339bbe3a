package mapping_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// studyOf makes a study of the modules of its protocol section, the
// identification left out, and of other sections.
func studyOf(modules, sections string) []byte {
	return []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990001"}` + modules + `}` + sections + `}`)
}

func mesh(id string) []byte {
	return studyOf("", `,"derivedSection":{"conditionBrowseModule":{"meshes":[{"id":"`+id+`","term":"T"}]}}`)
}

// TestMeshIdentifiers holds that a heading has one IRI however a delivery
// writes its number, and that what is not an identifier of MeSH has none.
func TestMeshIdentifiers(t *testing.T) {
	for served, want := range map[string]string{
		"D009369": "D009369", "D000009369": "D009369", "D000066298": "D066298", "D066298": "D066298",
		"D000086382": "D000086382", "D086382": "D000086382", "D000066449": "D000066449",
		"D000066400": "D000066400", "D066400": "D066400", // between the borders
		"C000587251": "C587251", "C587132": "C587132", "C000590786": "C000590786", "C600000": "C000600000", "C000588000": "C000588000",
		"D9": "", "X009369": "", "D00936X": "", "D0000009369": "", "": "", "d009369": "", "D000000000": "", "D000000": "",
	} {
		quads, out := convertWith(t, mesh(served))
		got := objects(quads, "", "ctg:condition_mesh")
		var expected []string
		if want != "" {
			expected = []string{model.NSMesh + want}
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", served, diff)
		}
		uncertain := strings.Contains("D000066400 D066400 C000588000", served)
		if reported := len(out.Invalid) > 0; served != "" && reported != (want == "" || uncertain) {
			t.Errorf("%q: invalid values %v", served, out.Invalid)
		}
	}
}

// convertWith converts a study with both engines, which have to agree.
func convertWith(t *testing.T, study []byte) ([]rdf.Quad, *mapping.Output) {
	t.Helper()
	e := newEngines(t, nil)
	e.same(t, "study", study)
	var out mapping.Output
	if err := e.compiled.Convert(study, &out); err != nil {
		t.Fatal(err)
	}
	return append(quadsOf(t, out.Record), quadsOf(t, out.Shared)...), &out
}

// TestInvalidValues holds that what is not what its field holds is reported,
// carried as text, and makes no IRI.
func TestInvalidValues(t *testing.T) {
	for _, test := range []struct {
		modules, want, property string
		links                   int
	}{
		{`,"referencesModule":{"references":[{"pmid":"12345678"},{"pmid":"0123"},{"pmid":"PMC99"},{"pmid":"123456789"}]}`, "identifier \"0123\" identifier \"123456789\" identifier \"PMC99\"", "dcterms:references", 2},
		{`,"statusModule":{"startDateStruct":{"date":"January 2020"},"completionDateStruct":{"date":"2020-02"},"statusVerifiedDate":"2020-13"}`, "date \"January 2020\" date \"2020-13\"", "tw:none", 0},
		{`,"contactsLocationsModule":{"locations":[{"country":"Atlantis"},{"country":"Côte d’Ivoire"},{"country":"Former Serbia and Montenegro"}]}`, "country \"Atlantis\"", "tw:country", 1},
		{`,"designModule":{"enrollmentInfo":{"count":"about 40"},"patientRegistry":"perhaps","numberOfArms":[2],"studyType":7}`, `boolean "perhaps" list or value [2] number "about 40" text 7`, "tw:none", 0},
		{`,"eligibilityModule":{"minimumAge":"eighteen","maximumAge":"65 YEARS"}`, `age or duration "eighteen"`, "tw:maximum_age_years", 1},
		{`,"designModule":{"targetDuration":"18 years to 65"},"eligibilityModule":{"minimumAge":"18 years","maximumAge":"N/A"}`, `age or duration "18 years to 65" age or duration "N/A"`, "tw:minimum_age_years", 1},
	} {
		quads, out := convertWith(t, studyOf(test.modules, ""))
		if len(out.Unknown) > 0 {
			t.Errorf("%s: unknown paths %v", test.modules, out.Unknown)
		}
		var got []string
		for _, v := range sortedInvalid(out.Invalid) {
			got = append(got, fmt.Sprintf("%s %s", v.Kind, v.Example))
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: %s, want %s", test.modules, s, test.want)
		}
		if links := objects(quads, "", test.property); len(links) != test.links {
			t.Errorf("%s: %s %v", test.modules, test.property, links)
		}
	}
	identification := `{"protocolSection":{"identificationModule":{"nctId":"NCT99990001","nctIdAliases":["NCT99990001","NCT99990002","none"],` +
		`"secondaryIdInfos":[{"id":"2020-001234-99","type":"EUDRACT_NUMBER"},{"id":"2020/1","type":"EUDRACT_NUMBER"},{"id":"2023-501234-99-00","type":"CTIS"},{"id":"7","type":"OTHER"}]}}}`
	quads, out := convertWith(t, []byte(identification))
	if got := objects(quads, "", "dcterms:replaces"); len(got) != 1 || got[0] != model.StudyBase+"NCT99990002" {
		t.Errorf("replaces %v", got)
	}
	if len(out.Invalid) != 2 {
		t.Errorf("invalid values %v", out.Invalid)
	}
}

// TestWithheld holds that a name that only says that it is not published is
// text, and makes no node that unrelated studies share.
func TestWithheld(t *testing.T) {
	for _, name := range []string{"[Redacted]", "[Missing]"} {
		quads, out := convertWith(t, studyOf(`,"sponsorCollaboratorsModule":{"leadSponsor":{"name":"`+name+`"},"collaborators":[{"name":"`+name+`"}]},"conditionsModule":{"conditions":["`+name+`"]}`, ""))
		for _, property := range []string{"schema:sponsor", "ctg:collaborator", "ctg:conditions"} {
			if got := objects(quads, "", property); len(got) > 0 {
				t.Errorf("%s: %s %v", name, property, got)
			}
		}
		if len(out.Shared) > 0 {
			t.Errorf("%s: shared nodes\n%s", name, out.Shared)
		}
		if !bytes.Contains(out.Record, []byte(name)) {
			t.Errorf("%s is lost", name)
		}
	}
}

// TestMeshOfRealStudies holds that no IRI of MeSH is padded, and that a label
// has one IRI, over all real studies at hand.
func TestMeshOfRealStudies(t *testing.T) {
	w3c.Dir(t, "data/golden") // skips where there are none
	iris := regexp.MustCompile(`^(D0(0[0-5]|[0-5]\d|6[0-6])\d{3,4}|C[0-5]\d{5}|[DC]000\d{6})$`)
	byLabel := map[string]string{}
	for _, study := range studiesIn(t, w3c.Dir(t, "data/golden")) {
		out := convert(t, nil, study.data)
		for _, q := range append(quadsOf(t, out.Record), quadsOf(t, out.Shared)...) {
			for _, term := range []rdf.Term{q.Subject, q.Object} {
				id, ok := strings.CutPrefix(term.Value, model.NSMesh)
				if ok && !iris.MatchString(id) {
					t.Errorf("%s: %s", study.name, term)
				}
			}
			if strings.HasPrefix(q.Subject.Value, model.NSMesh) {
				if before, known := byLabel[q.Object.Value]; known && before != q.Subject.Value {
					t.Errorf("%s: %q is both %s and %s", study.name, q.Object.Value, before, q.Subject.Value)
				}
				byLabel[q.Object.Value] = q.Subject.Value
			}
		}
	}
}

// TestCoordinates: what is beyond the poles or the date line is not a number of a
// place, and comes back as it was served.
func TestCoordinates(t *testing.T) {
	const decimal = "http://www.w3.org/2001/XMLSchema#decimal"
	for _, c := range []struct {
		lat, lon       string
		isLat, isLon   bool
		written, other string
	}{
		{"52.5", "13.25", true, true, "52.5", "13.25"}, {"-90", "180", true, true, "-90", "180"}, {"90.0", "-180.000", true, true, "90.0", "-180.000"},
		{"9.0e1", "0", true, true, "90", "0"}, {"90.0001", "13.25", false, true, "90.0001", "13.25"}, {"13.25", "-180.5", true, false, "13.25", "-180.5"},
		{"-133.25", "525", false, false, "-133.25", "525"}, {"5.25e2", "1E3", false, false, "525", "1000"}, {"1e999", "0", false, true, "1e999", "0"},
	} {
		served := studyOf(`,"contactsLocationsModule":{"locations":[{"city":"B","geoPoint":{"lat":`+c.lat+`,"lon":`+c.lon+`}}]}`, "")
		quads, out := convertWith(t, served)
		for _, x := range []struct {
			property, want string
			number         bool
		}{{"wgs:lat", c.written, c.isLat}, {"wgs:long", c.other, c.isLon}} {
			for _, q := range quads {
				if q.Predicate.Value == model.Expand(x.property) && (q.Object.Value != x.want || (q.Object.Datatype == decimal) != x.number) {
					t.Errorf("%s, %s: %s, expected %s, number %t", c.lat, c.lon, q.Object, x.want, x.number)
				}
			}
			if n := len(objects(quads, "", x.property)); n != 1 {
				t.Errorf("%s, %s: %d values of %s", c.lat, c.lon, n, x.property)
			}
		}
		points := objects(quads, "", "geo:asWKT")
		if both := c.isLat && c.isLon; len(points) > 0 != both {
			t.Errorf("%s, %s: points %v", c.lat, c.lon, points)
		}
		reported := 0
		for _, v := range out.Invalid {
			if v.Kind == mapping.InvalidCoordinate {
				reported++
			}
		}
		if want := strings.Count(fmt.Sprint(c.isLat, c.isLon), "false"); reported != want {
			t.Errorf("%s, %s: reported %d times, expected %d: %v", c.lat, c.lon, reported, want, out.Invalid)
		}
		checkRestored(t, c.lat+", "+c.lon, served, out.Record)
	}
}
