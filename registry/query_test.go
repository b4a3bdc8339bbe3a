package registry_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/registry"
	"github.com/trialweave/trialweave/yamltree"
)

func TestWrongParametersAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"query.conditio=x":                      `did you mean query.cond?`,
		"filter.overallStatus=Recruiting":       `did you mean RECRUITING?`,
		"filter.overallStatus=RECRUITING,DONE":  `filter.overallStatus: "DONE", expected one of`,
		"filter.geo=distance(1,2)":              `such as distance(39.0035707,-77.1013313,50mi)`,
		"filter.ids=NCT0":                       `filter.ids: "NCT0"`,
		"sort=a|b|c":                            `at most 2 values`,
		"sort=@relevance:up":                    `sort: "@relevance:up"`,
		"fields=":                               `fields: no value, expected at least 1 values`,
		"pageSize=many":                         `a whole number from 0`,
		"pageSize=-1":                           `a whole number from 0`,
		"pageToken=abc":                         `"pageToken" is not a parameter that fetching takes`,
		"markupFormat=html":                     `expected one of markdown, legacy`,
		"since=May":                             `since: "May", expected a day such as 2024-05-31`,
		"query.cond=a&query.cond=b":             `query.cond: "a, b", expected one value`,
		"NCT1,NCX2":                             `"NCX2" is not an NCT number`,
		"NCT00000000":                           `"NCT00000000" is not an NCT number`,
		"query.cond=%zz":                        `is not a query`,
		"geoDecay=func:gauss,scale:3,offset:1m": `geoDecay: "func:gauss,scale:3,offset:1m"`,
	} {
		_, err := registry.ParseQuery(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", text, err, want)
		}
	}
	_, err := registry.NewQuery(map[string]string{"sort": "a|b|c"})
	if fault, ok := errors.AsType[*registry.ParameterError](err); !ok || fault.Name != "sort" {
		t.Errorf("%v", err)
	}
}

func TestQueriesAreWrittenInOneWay(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"nct1,NCT00000001,NCT0002": "NCT00000001,NCT00000002",
		"filter.overallStatus=RECRUITING, COMPLETED": "filter.overallStatus=RECRUITING%7CCOMPLETED",
		"fields=BriefTitle":                          "fields=NCTId%7CBriefTitle",
		"fields=NCTId":                               "fields=NCTId",
		"fields=IdentificationModule":                "fields=IdentificationModule",
		"fields=protocolSection":                     "fields=protocolSection",
		"since=2024-01-31&filter.advanced=A":         "filter.advanced=%28A%29+AND+AREA%5BLastUpdatePostDate%5DRANGE%5B2024-01-31%2CMAX%5D",
	} {
		q := query(t, text)
		if q.String() != want {
			t.Errorf("%s: %s, expected %s", text, q, want)
		}
		if again := query(t, q.String()); again.String() != want {
			t.Errorf("%s: read back as %s", want, again)
		}
	}
}

func TestSources(t *testing.T) {
	base, q, err := registry.ParseSource("http://127.0.0.1:8080/api/v2?query.cond=lung+cancer")
	if err != nil || base != "http://127.0.0.1:8080/api/v2" || q.String() != "query.cond=lung+cancer" {
		t.Errorf("%q %q %v", base, q, err)
	}
	if base, _, err := registry.ParseSource("NCT1"); err != nil || base != "" {
		t.Errorf("%q %v", base, err)
	}
}

func TestDoubts(t *testing.T) {
	got := query(t, "fields=NCTId,BreifTitle,protocolSection.statusModule,@query").Doubts()
	if diff := cmp.Diff([]string{`fields: the model knows no "BreifTitle"; did you mean BriefTitle?`}, got); diff != "" {
		t.Error(diff)
	}
}

// TestTheTableIsTheDescription reads the description in another way than the
// generator and compares.
func TestTheTableIsTheDescription(t *testing.T) {
	const file = "../openapi/clinical-trials-gov-data-api-v2-openapi.yml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := yamltree.Parse(file, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, p := range doc.Root.At("paths", "/studies", "get", "parameters").Items {
		want = append(want, p.At("name").Text)
	}
	for _, p := range registry.SearchParameters() {
		got = append(got, p.Name)
		if p.Name == "filter.overallStatus" && len(p.Enum) != len(doc.Root.At("components", "schemas", "Status", "enum").Items) {
			t.Errorf("statuses: %v", p.Enum)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
