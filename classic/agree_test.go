package classic_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/internal/test/record"
)

// explained are the leaves that differ between two forms of one version of a
// record, with the reason. Paths are without indices.
var explained = map[string]string{
	"derivedSection.miscInfoModule.versionHolder":                          "the day of the download",
	"protocolSection.statusModule.overallStatus":                           "UNKNOWN is computed when a record has not been verified for long: it changes without a new version",
	"derivedSection.conditionBrowseModule.meshes.term":                     "the registry's own index, made anew with each MeSH",
	"derivedSection.interventionBrowseModule.meshes.term":                  "the registry's own index, made anew with each MeSH",
	"protocolSection.sponsorCollaboratorsModule.leadSponsor.class":         "the registry's own classification, which it mends",
	"protocolSection.armsInterventionsModule.interventions.armGroupLabels": "the order in which the registry lists the arms of an intervention",
	"resultsSection.baselineCharacteristicsModule.measures.title":          "classic XML calls every measure of age Age",
}

// other are leaves of records that had another version between two downloads,
// where a download does not say which it is of.
var other = map[string]string{"NCT07386002": "protocolSection.identificationModule.briefTitle"}

var index = regexp.MustCompile(`\[\d+\]`)

// leaves lists what a record says, by path.
func leaves(t *testing.T, text []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for p, v := range record.Leaves(decode(t, text)) {
		out[p.At] = fmt.Sprint(v)
	}
	return out
}

const posted = "protocolSection.statusModule.lastUpdatePostDateStruct.date"

// agree compares what two forms of one version of a record both say. Texts are
// compared by their words where one form has no marks of lists and no escapes.
func agree(t *testing.T, id string, a, b []byte, plain bool) (same int) {
	t.Helper()
	one, two := leaves(t, a), leaves(t, b)
	if one[posted] != "" && one[posted] != two[posted] {
		return 0 // two versions
	}
	for path, x := range one {
		y, both := two[path]
		if plain {
			x, y = letters(x), letters(y)
		}
		switch {
		case !both:
		case x == y:
			same++
		case other[id] == path:
		case explained[index.ReplaceAllString(path, "")] == "":
			t.Errorf("%s: %s: %.200q and %.200q", id, path, x, y)
		}
	}
	return same
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("\\* \n0123456789.-", r) {
			return -1
		}
		return r
	}, s)
}

// v2Studies returns the real studies at hand with these numbers.
func v2Studies(t *testing.T, want func(id string) bool) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	archive(t, "ctg-studies-visible.json.zip", func(name string, text []byte) {
		if id := strings.TrimSuffix(name, ".json"); want(id) {
			out[id] = text
		}
	})
	return out
}

func TestXMLAndV2Agree(t *testing.T) {
	xml := map[string][]byte{}
	archive(t, "classic-public-xml-visible.zip", func(name string, text []byte) { xml[strings.TrimSuffix(name, ".xml")] = text })
	v2 := v2Studies(t, func(id string) bool { return xml[id] != nil })
	same := 0
	for id, study := range v2 {
		made, fault := classic.FromXML(nil, xml[id])
		if fault != nil {
			t.Fatal(fault)
		}
		same += agree(t, id, made, study, false)
	}
	t.Logf("%d studies in both forms; %d leaves agree in those of one version", len(v2), same)
	if len(v2) < 10 || same < 100 {
		t.Errorf("%d studies, %d leaves", len(v2), same)
	}
}

func TestXMLAndClassicJSONAgree(t *testing.T) {
	xml := map[string][]byte{}
	archive(t, "classic-public-xml-visible.zip", func(name string, text []byte) { xml[strings.TrimSuffix(name, ".xml")] = text })
	files, _ := filepath.Glob(real + "classic-json/*.json")
	n, same := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for s, fault := range classic.FromJSON(text) {
			if fault != nil {
				t.Fatal(fault)
			}
			id := leaves(t, s.JSON)["protocolSection.identificationModule.nctId"]
			if xml[id] == nil {
				continue
			}
			made, fault := classic.FromXML(nil, xml[id])
			if fault != nil {
				t.Fatal(fault)
			}
			n++
			same += agree(t, id, made, bytes.Clone(s.JSON), true)
		}
	}
	t.Logf("%d studies in both forms; %d leaves agree in those of one version", n, same)
	if same < 1000 {
		t.Errorf("%d studies, %d leaves", n, same)
	}
}

func TestTablesAndV2Agree(t *testing.T) {
	rows := map[string][][]byte{}
	files, _ := filepath.Glob(real + "csv/*sv")
	if len(files) == 0 {
		t.Skip("the real records are not at hand")
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		table, fault := classic.NewTable(f, 0)
		if fault != nil {
			t.Fatal(fault)
		}
		for {
			s, err := table.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			var v struct {
				ProtocolSection struct{ IdentificationModule struct{ NCTID string } }
			}
			if err := json.Unmarshal(s.JSON, &v); err != nil {
				t.Fatal(err)
			}
			id := v.ProtocolSection.IdentificationModule.NCTID
			rows[id] = append(rows[id], bytes.Clone(s.JSON))
		}
		f.Close()
	}
	v2 := v2Studies(t, func(id string) bool { return rows[id] != nil })
	same := 0
	for id, study := range v2 {
		for _, row := range rows[id] {
			same += agree(t, id, row, study, false)
		}
	}
	t.Logf("%d studies in both forms; %d leaves agree", len(v2), same)
	if len(v2) < 70 || same < 100 {
		t.Errorf("%d studies, %d leaves", len(v2), same)
	}
}
