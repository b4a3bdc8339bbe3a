package formats_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
)

// TestFolder holds that forms for services name files from the root of the repository,
// and others as they are named here.
func TestFolder(t *testing.T) {
	r := &report.Report{
		Documents: []report.Document{{File: "a b.yml", Kind: "openapi"}},
		Findings: []report.Finding{{Rule: "x", Message: "m", Place: report.Place{File: "a b.yml", Range: report.Range{Start: report.Mark{Line: 1, Column: 4}, End: report.Mark{Line: 1, Column: 6}}},
			Related: []report.Related{{Message: "first", Place: report.Place{File: "c.yml", Range: report.Range{Start: report.Mark{Line: 2, Column: 1}}}}}}},
		Unchecked: []report.Unchecked{{Rule: "y", File: "c.yml", Why: "w"}},
	}
	for format, want := range map[formats.Format]string{
		formats.SARIF: `"uri": "sub/dir/a%20b.yml"`, formats.GitHub: "file=sub/dir/a b.yml", formats.GitLab: `"path": "sub/dir/a b.yml"`, formats.RDJSON: `"path": "sub/dir/c.yml"`,
		formats.JSON: `"file": "a b.yml"`, formats.Checkstyle: `name="a b.yml"`,
	} {
		var out bytes.Buffer
		if err := formats.Write(&out, format, r, &formats.Options{Folder: "sub/dir"}); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s lacks %s: %v\n%s", format, want, err, &out)
		}
	}
	if r.Findings[0].File != "a b.yml" || r.Findings[0].Related[0].File != "c.yml" {
		t.Error("the report itself has changed")
	}
}

// TestRDJSONColumns holds that columns count bytes, and that the lines of a file are
// found by its name.
func TestRDJSONColumns(t *testing.T) {
	r := &report.Report{Findings: []report.Finding{{Rule: "x", Message: "m", Place: report.Place{File: "a.yml", Range: report.Range{Start: report.Mark{Line: 1, Column: 5}, End: report.Mark{Line: 1, Column: 6}}}}}}
	line := func(file string, n int) string {
		if file != "a.yml" || n != 1 {
			t.Errorf("line %d of %s is read", n, file)
		}
		return "é𝄞: ü"
	}
	var out bytes.Buffer
	if err := formats.Write(&out, formats.RDJSON, r, &formats.Options{Folder: "sub", Line: line}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Diagnostics []struct {
			Location struct {
				Range struct{ Start, End struct{ Line, Column int } }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	// é has two bytes, the clef four bytes and two units, the colon one.
	if at := got.Diagnostics[0].Location.Range; at.Start.Column != 8 || at.End.Column != 9 {
		t.Errorf("columns %d to %d, expected 8 to 9", at.Start.Column, at.End.Column)
	}
}
