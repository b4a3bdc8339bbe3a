package payload_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/study"
)

const pets = head + `    Pet: {type: object, required: [name], properties: {name: {type: string}, data: {type: array, items: {type: integer}}}}
    Pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}
    All: {allOf: [{$ref: '#/components/schemas/Pets'}]}
    Page: {type: object, properties: {items: {$ref: '#/components/schemas/Pets'}, next: {type: string}}}
    Count: {type: integer, minimum: 0}
`

// TestAnyRecords holds that records of any API are compared, however they come.
func TestAnyRecords(t *testing.T) {
	long := `{"name":"` + strings.Repeat("x", 300<<10) + `"}`
	for name, tt := range map[string]struct {
		schema, records string
		number          int64
		want            []string
	}{
		"lines":              {"Pet", `{"name":"a","data":[1]}` + "\n" + `{"data":["x"]}`, 2, []string{`required the required field "name" is missing | 1 of 2 records (50.0 %); first in the record at offset 24 of /`, `type values are a string, expected an integer | 1 of 2 records (50.0 %); first "x" in the record at offset 24 of /data/0`}},
		"an array":           {"Pet", `[{"name":"a","data":[1]}, {"name":1}]`, 2, []string{`type values are an integer, expected a string | 1 of 2 records (50.0 %); first 1 in the record at offset 26 of /name`}},
		"an array as one":    {"Pets", `[{"name":"a","data":[1]}, {"name":1}]`, 1, []string{`type values are an integer, expected a string | 1 of 1 record (100.0 %), 1 of 2 values; first 1 in /1/name`}},
		"a composed array":   {"All", `[{"name":"a","data":[1]}, {"name":1}]`, 1, []string{`type values are an integer, expected a string | 1 of 1 record (100.0 %), 1 of 2 values; first 1 in /1/name`}},
		"a page":             {"Page", `{"items":[{"name":"a","data":[]}],"next":5}`, 1, []string{`type values are an integer, expected a string | 1 of 1 record (100.0 %); first 5 in /next`}},
		"a pointer":          {"#/components/schemas/Page/properties/next", `"a"` + "\n" + `5`, 2, []string{`type values are an integer, expected a string | 1 of 2 records (50.0 %); first 5 in the record at offset 4 of /`}},
		"a plain pointer":    {"/components/schemas/Count", `1 -1`, 2, []string{`range values are below the minimum of 0 | 1 of 2 records (50.0 %); first -1 in the record at offset 2 of /`}},
		"scalars":            {"Count", "1\n2.5\nnull\n\x1e3\n[4,true]\n", 6, []string{`type values are a boolean, expected an integer | 1 of 6 records (16.7 %); first true in the record at offset 17 of /`, `type values are a number, expected an integer | 1 of 6 records (16.7 %); first 2.5 in the record at offset 2 of /`, `type values are null, expected an integer | 1 of 6 records (16.7 %); first null in the record at offset 6 of /`}},
		"words of studies":   {"Pet", `{"name":"a","data":[],"studies":[{"name":1}]}`, 1, []string{`undocumented records contain the undocumented field "studies" | 1 of 1 record (100.0 %); first in /studies`}},
		"over several":       {"Pet", "{\n\"name\":\n\"a\",\n\"data\": [\n1]}\n\n{\"name\": \"b\"\n}\n", 2, nil},
		"longer than a read": {"Pet", long + "\n" + `{"name":1,"data":[]}` + "\n" + long, 3, []string{`type values are an integer, expected a string | 1 of 3 records (33.3 %); first 1 in the record at offset 307212 of /name`}},
		"no record":          {"Pet", `[]`, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, summary, err := compare(t, tt.schema, "-", tt.records)
			if err != nil {
				t.Fatal(err)
			}
			if summary.Records != tt.number || summary.Unreadable != 0 {
				t.Errorf("%+v, want %d records", summary, tt.number)
			}
			if diff := cmp.Diff(tt.want, r); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBrokenRecords holds that a broken record is listed, whatever it is, and
// that the others are compared; an input that is cut short is an error.
func TestBrokenRecords(t *testing.T) {
	broken := `{"name":"a","data":[1,]}` + "\n" + `{"name":"b"` + "\n" + `{"name":"c","data":[]}` + "\n" + `"x` + "\n" + `[{"name":"d"},{"a":1,"a":2}]`
	r, summary, err := compare(t, "Pet", "-", broken)
	if err != nil || summary.Records != 6 || summary.Unreadable != 4 {
		t.Errorf("%+v, %v, %q", summary, err, r)
	}
	_, _, err = compare(t, "Pet", "-", `[{"name":"a"},{"name":`)
	if want := "-:offset 22: cut short after 1 record: the text ends in the middle of a record, expected the rest of it"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// compare judges a text, or the file at a path.
func compare(t *testing.T, name, path, text string) ([]string, payload.Summary, error) {
	t.Helper()
	schema, err := payload.Compile("api.yml", []byte(pets), name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := study.Open([]string{path}, &study.Options{Stdin: strings.NewReader(text), Values: schema.Values()})
	if err != nil {
		t.Fatal(err)
	}
	r, summary, err := payload.Judge(context.Background(), schema, in, nil)
	if err != nil {
		return nil, summary, err
	}
	return said(r), summary, in.Finish()
}

// TestAnyFiles holds that folders, archives and compressed files are read, and
// what is not JSON in them is passed over.
func TestAnyFiles(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var packed, archive bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(`{"name":1}` + "\n"))
	_ = z.Close()
	a := zip.NewWriter(&archive)
	for name, text := range map[string]string{"a.json": `{"name":2}`, "README.md": "the pets\n", "b.ndjson": "{\"name\":3}\n{\"name\":4}"} {
		w, err := a.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	_ = a.Close()
	write("a.json.gz", packed.Bytes())
	write("b.zip", archive.Bytes())
	write("c.txt", []byte("nothing\n"))
	write("studies.txt", []byte("nct_id|brief_title\nNCT00000001|x\n"))
	r, summary, err := compare(t, "Pet", folder, "")
	if err != nil || summary.Records != 4 || summary.Unreadable != 0 {
		t.Fatalf("%v, %+v, %q", err, summary, r)
	}
	for path, want := range map[string]string{
		"c.txt": `not JSON: it begins with "nothing\n", expected JSON, NDJSON, or a ZIP, .gz or .zst of it`,
	} {
		if _, _, err := compare(t, "Pet", filepath.Join(folder, path), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	empty := t.TempDir()
	if _, _, err := compare(t, "Pet", empty, ""); err == nil || !strings.Contains(err.Error(), "no record was found, expected JSON") {
		t.Errorf("an empty folder: %v", err)
	}
}
