package study_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/study"
)

// zipped writes an archive of files, by name and text in turn.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return saved(t, "input.zip", b.Bytes())
}

func saved(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestExportsAndDumps: an export of AACT in a folder of an archive, and a dump of
// its database as it is, compressed and in an archive, are read, and what they do
// not have is noted.
func TestExportsAndDumps(t *testing.T) {
	const studies, keywords = "nct_id|brief_title\nNCT99990601|Synthetic\n", "id|nct_id|name\n1|NCT99990601|one\n"
	const dump = "--\n-- PostgreSQL database dump\n--\nCOPY ctgov.studies (nct_id, brief_title) FROM stdin;\nNCT99990601\tSynthetic\n\\.\n" +
		"COPY ctgov.keywords (id, nct_id, name) FROM stdin;\n1\tNCT99990601\tone\n\\.\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(dump)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const want = `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601","briefTitle":"Synthetic"},"conditionsModule":{"keywords":["one"]}}}`
	for name, path := range map[string]string{
		"at the root":           zipped(t, "studies.txt", studies, "keywords.txt", keywords),
		"in a folder":           zipped(t, "export/", "", "export/studies.txt", studies, "export/keywords.txt", keywords, "notes.txt", "x"),
		"two folders down":      zipped(t, "a/b/keywords.txt", keywords, "a/b/studies.txt", studies),
		"with commas":           zipped(t, "export/studies.csv", strings.ReplaceAll(studies, "|", ","), "export/keywords.csv", strings.ReplaceAll(keywords, "|", ",")),
		"a dump":                saved(t, "dump.sql", []byte(dump)),
		"a dump, compressed":    saved(t, "dump.sql.gz", packed.Bytes()),
		"a dump, in an archive": zipped(t, "dump.sql", dump),
	} {
		in, err := study.Open([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for r, err := range in.Records(t.Context()) {
			if err != nil || r.Err != nil || r.Form != study.FormAACT {
				t.Fatal(name, err, r.Err, r.Form)
			}
			if n++; string(r.JSON) != want {
				t.Errorf("%s: %s, expected %s", name, r.JSON, want)
			}
		}
		absent := func(line string) bool {
			return strings.Contains(line, "tables of AACT not in the input") && strings.Contains(line, "sponsors") && !strings.Contains(line, "keywords")
		}
		if n != 1 || !slices.ContainsFunc(in.Notes(), absent) || len(in.NotCarried()) == 0 {
			t.Errorf("%s: %d studies, notes %q", name, n, in.Notes())
		}
	}
}

// TestClassicResponsesInXML: what the registry still serves of its classic API is
// read, by itself and in its ZIP, of which each study is an entry.
func TestClassicResponsesInXML(t *testing.T) {
	one := func(id string) string {
		return `<FullStudy Rank="1"><Struct Name="Study"><Struct Name="ProtocolSection"><Struct Name="IdentificationModule"><Field Name="NCTId">` + id +
			`</Field></Struct></Struct></Struct></FullStudy>`
	}
	page := "<?xml version=\"1.0\"?>\n<FullStudiesResponse><FullStudyList>" + one("NCT99990601") + one("NCT99990602") + "</FullStudyList></FullStudiesResponse>\n"
	for name, path := range map[string]string{
		"a page":          saved(t, "full-studies.xml", []byte(page)),
		"a ZIP":           zipped(t, "NCT9999xxxx/NCT99990601.xml", one("NCT99990601"), "NCT9999xxxx/NCT99990602.xml", one("NCT99990602"), "Contents.txt", "2 studies"),
		"a page in a ZIP": zipped(t, "page.xml", page),
	} {
		in, err := study.Open([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for r, err := range in.Records(t.Context()) {
			if err != nil || r.Err != nil || !r.Made || r.Form != study.FormClassicAPI {
				t.Fatal(name, err, r.Err, r.Form)
			}
			ids = append(ids, string(r.JSON[len(`{"protocolSection":{"identificationModule":{"nctId":"`):][:11]))
		}
		if want := []string{"NCT99990601", "NCT99990602"}; !slices.Equal(ids, want) {
			t.Errorf("%s: %v, expected %v", name, ids, want)
		}
	}
}
