package payload_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/yamltree"
)

const shared = "../../shared/data/"

func judgeFiles(t testing.TB, description, text string, inputs ...string) *report.Report {
	t.Helper()
	schema, err := payload.Compile(description, []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	in, err := study.Open(inputs, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := payload.Judge(context.Background(), schema, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readShared(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(shared + name)
	if err != nil {
		t.Skip("../shared is absent: real studies were not compared with their description")
	}
	return string(text)
}

// severe are the findings that are no mere absence.
func severe(r *report.Report) (out []string) {
	for _, f := range r.Findings {
		if f.Rule != "payload-unseen" {
			evidence, _, _ := strings.Cut(f.Related[0].Message, ";")
			out = append(out, fmt.Sprintf("%s: %s (%s)", strings.Join(f.Path[2:], "/"), f.Message, evidence))
		}
	}
	for _, u := range r.Unchecked {
		out = append(out, u.Why)
	}
	return out
}

// TestRealStudies holds that real studies are as the registry's own description
// says, and where that ends.
func TestRealStudies(t *testing.T) {
	beta := []string{
		`ContactsLocationsModule/properties: records contain the undocumented field "locations_nested" (28 of 2,309 records (1.2 %), 28 of 2,257 values)`,
		`MiscInfoModule/properties: records contain the undocumented field "modelPredictions" (92 of 2,309 records (4.0 %))`,
		`Intervention/properties: records contain the undocumented field "interventionMappedName" (10 of 2,309 records (0.4 %), 18 of 4,253 values)`,
	}
	sections := []string{
		`Study/properties: records contain the undocumented field "annotationSection" (32 of 2,309 records (1.4 %))`,
		`Study/properties: records contain the undocumented field "documentSection" (260 of 2,309 records (11.3 %))`,
		`Study/properties: records contain the undocumented field "resultsSection" (395 of 2,309 records (17.1 %))`,
		`Study/properties/protocolSection: this object has no documented fields; records contain 13 fields: armsInterventionsModule, conditionsModule, contactsLocationsModule, descriptionModule, designModule, eligibilityModule, identificationModule, ipdSharingStatementModule, outcomesModule, oversightModule, referencesModule, sponsorCollaboratorsModule, statusModule (2,309 of 2,309 records (100.0 %))`,
		`Study/properties/derivedSection: this object has no documented fields; records contain 3 fields: conditionBrowseModule, interventionBrowseModule, miscInfoModule (2,309 of 2,309 records (100.0 %))`,
	}
	for file, want := range map[string][]string{
		"oas/ctg-oas-v2-2.0.5.yaml": beta,
		"governance/clinical-trials-gov/openapi/clinical-trials-gov-openapi.yml":             sections,
		"governance/clinical-trials-gov/openapi/clinical-trials-gov-studies-api-openapi.yml": sections,
	} {
		if strings.HasSuffix(file, "/clinical-trials-gov-openapi.yml") && !portion.Full() {
			continue // the other description has the same schemas
		}
		r := judgeFiles(t, file, readShared(t, file), shared+"ctg-studies-visible.json.zip")
		if diff := cmp.Diff(want, severe(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
	r := judgeFiles(t, "bundled", string(openapi.Bundled()), shared+"ctg-studies-visible.json.zip")
	if got := severe(r); len(got) != len(beta) {
		t.Errorf("by the bundled description: %q", got)
	}
}

// TestOracle holds that a record is found faulty where a JSON Schema library
// finds it faulty, over synthetic studies and what random changes make of them.
func TestOracle(t *testing.T) {
	oracle := compileOracle(t)
	names, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no studies", err)
	}
	schema, err := payload.Compile("api.yml", openapi.Bundled(), "")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	valid, faulty := 0, 0
	for round := range portion.Count(6, 40) {
		for _, name := range names {
			var doc map[string]any
			text, err := os.ReadFile(name)
			if err != nil || json.Unmarshal(text, &doc) != nil {
				t.Fatal(name, err)
			}
			if round > 0 {
				mutate(random, doc)
			}
			record, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(record))
			if err != nil {
				t.Fatal(err)
			}
			want, got := oracle.Validate(instance) == nil, isValid(t, schema, record)
			if want != got {
				t.Fatalf("%s, round %d: valid %v, by the oracle %v\n%v\n%s", name, round, got, want, oracle.Validate(instance), record)
			}
			if want {
				valid++
			} else {
				faulty++
			}
		}
	}
	t.Logf("%d valid, %d faulty", valid, faulty)
	if valid < 20 || faulty < 100 {
		t.Errorf("%d valid and %d faulty records prove little", valid, faulty)
	}
}

func isValid(t *testing.T, schema *payload.Schema, record []byte) bool {
	t.Helper()
	in, err := study.Open([]string{"-"}, &study.Options{Stdin: bytes.NewReader(record)})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := payload.Judge(context.Background(), schema, in, &payload.Options{Workers: 1})
	if err != nil || len(r.Unchecked) > 0 {
		t.Fatal(err, r.Unchecked)
	}
	return !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Severity == report.Error })
}

func compileOracle(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := yamltree.Parse("api.yml", openapi.Bundled(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("mem:api", plain(doc.Root)); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("mem:api#/components/schemas/Study")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// plain is a node as the library wants it.
func plain(n *yamltree.Node) any {
	switch n.Kind {
	case yamltree.Mapping:
		out := map[string]any{}
		for i, key := range n.Keys {
			out[key.Name] = plain(n.Items[i])
		}
		return out
	case yamltree.Sequence:
		out := []any{}
		for _, item := range n.Items {
			out = append(out, plain(item))
		}
		return out
	case yamltree.String:
		return n.Text
	case yamltree.Number:
		return json.Number(n.Text)
	case yamltree.Bool:
		return n.Text == "true"
	}
	return nil
}

// mutate changes one or two values of a study.
func mutate(random *rand.Rand, doc map[string]any) {
	for range 1 + random.IntN(2) {
		var at any = doc
		for {
			key, next := pickMember(random, at)
			if next == nil || random.IntN(4) == 0 {
				replace(random, at, key)
				break
			}
			at = next
		}
	}
}

// pickMember picks a member, and where it goes on from there.
func pickMember(random *rand.Rand, at any) (key string, next any) {
	switch v := at.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		if len(keys) == 0 {
			return "", nil
		}
		key = keys[random.IntN(len(keys))]
		next = v[key]
	case []any:
		if len(v) > 0 {
			next = v[random.IntN(len(v))]
		}
	}
	switch next.(type) {
	case map[string]any, []any:
		return key, next
	}
	return key, nil
}

func replace(random *rand.Rand, at any, key string) {
	values := []any{"x", "2020-01-31", "2020-02-31", 7, 7.5, 3e10, true, nil, []any{}, []any{"x"}, map[string]any{}, "COMPLETED", "18 Years", "18 Yrs", 1.0}
	value := values[random.IntN(len(values))]
	switch v := at.(type) {
	case map[string]any:
		if random.IntN(6) == 0 {
			delete(v, key)
		} else {
			v[key] = value
		}
	case []any:
		if len(v) > 0 {
			v[random.IntN(len(v))] = value
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	text := readShared(b, "oas/ctg-oas-v2-2.0.5.yaml")
	schema, err := payload.Compile("api.yml", []byte(text), "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		in, err := study.Open([]string{shared + "ctg-studies-visible.json.zip"}, nil)
		if err != nil {
			b.Fatal(err)
		}
		_, summary, err := payload.Judge(context.Background(), schema, in, &payload.Options{Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(summary.Bytes)
	}
}
