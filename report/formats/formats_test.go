package formats_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func sample() (*report.Report, *formats.Options) {
	source := []string{"openapi: 3.0.3", "info:", "  title: \"Trials\u202e & <b>\"", "paths: {}"}
	place := func(line, from, to int, path ...string) report.Place {
		return report.Place{File: "api.yml", Range: report.Range{Start: report.Mark{Line: line, Column: from}, End: report.Mark{Line: line, Column: to}}, Path: path}
	}
	r := &report.Report{
		Documents: []report.Document{{File: "api.yml", Kind: "openapi"}, {File: "clean.yml", Kind: "openapi"}},
		Findings: []report.Finding{
			{Rule: "title", Severity: report.Warn, Message: "title, \"Trials\u202e & <b>\" | 100%", Place: place(3, 10, 27, "info", "title")},
			{Rule: "contact", Severity: report.Error, Message: "no contact", Place: place(2, 6, 27, "info"),
				Related: []report.Related{{Message: "as said in", Place: place(1, 1, 8)}}},
			{Rule: "contact", Severity: report.Error, Message: "no contact", Place: place(2, 6, 27, "info")},
			{Rule: "note", Severity: report.Info, Message: "two\nlines", Place: place(4, 7, 9, "paths")},
		},
		Unchecked: []report.Unchecked{{Rule: "slow", File: "api.yml", Why: "took longer than 5s"}},
		Rules:     []report.Rule{{ID: "title", Description: "A title says what.", Severity: report.Warn, From: "rules.yml:3:3", Help: "triallint explain title"}, {ID: "quiet", Severity: report.Hint}},
	}
	r.Sort()
	return r, &formats.Options{Version: "1.2.3", Line: func(_ string, n int) string {
		if n < 1 || n > len(source) {
			return ""
		}
		return source[n-1]
	}}
}

// TestGolden holds each format's bytes.
func TestGolden(t *testing.T) {
	r, opts := sample()
	for _, format := range formats.Formats() {
		var b bytes.Buffer
		if err := formats.Write(&b, format, r, opts); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		file := filepath.Join("testdata", string(format)+".golden")
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s differs from %s (-want +got):\n%s", format, file, diff)
		}
		checkSyntax(t, format, b.Bytes())
	}
}

func checkSyntax(t *testing.T, format formats.Format, out []byte) {
	t.Helper()
	switch format {
	case formats.JSON, formats.SARIF, formats.GitLab:
		if !json.Valid(out) {
			t.Errorf("%s is not JSON", format)
		}
	case formats.JUnit, formats.Checkstyle:
		d := xml.NewDecoder(bytes.NewReader(out))
		for {
			if _, err := d.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%s: %v", format, err)
				}
				return
			}
		}
	}
}

func TestTextColour(t *testing.T) {
	r, opts := sample()
	opts.Color = true
	var b strings.Builder
	if err := formats.Write(&b, formats.Text, r, opts); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[31;1merror\x1b[0m") || strings.Contains(b.String(), "\u202e") {
		t.Errorf("colours are missing, or a control character came through:\n%q", b.String())
	}
}

func TestReadJSON(t *testing.T) {
	r, opts := sample()
	var b bytes.Buffer
	if err := formats.Write(&b, formats.JSON, r, opts); err != nil {
		t.Fatal(err)
	}
	back, err := formats.ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Findings) != 3 || formats.Fingerprint(back.Findings[0]) != formats.Fingerprint(r.Findings[0]) {
		t.Errorf("read back: %+v", back.Findings)
	}
}

func ExampleWrite() {
	r := &report.Report{
		Documents: []report.Document{{File: "api.yml", Kind: "openapi"}},
		Findings: []report.Finding{{Rule: "info-contact", Severity: report.Error, Message: "no contact",
			Place: report.Place{File: "api.yml", Range: report.Range{Start: report.Mark{Line: 2, Column: 6}}}}},
	}
	r.Sort()
	_ = formats.Write(os.Stdout, formats.Text, r, nil)
	// Output:
	// api.yml
	//   2:6      error  no contact  info-contact
	//
	// 1 error in 1 document
}

func TestBaseline(t *testing.T) {
	known, _ := sample()
	now, _ := sample()
	for i := range now.Findings {
		now.Findings[i].Range.Start.Line += 7 // lines moved
	}
	now.Findings = append(now.Findings[1:], report.Finding{Rule: "new", Place: report.Place{File: "api.yml"}})
	stale := formats.Baseline(now, known)
	if len(now.Findings) != 1 || now.Findings[0].Rule != "new" {
		t.Errorf("new findings: %+v", now.Findings)
	}
	if len(stale) != 1 || stale[0].Rule != "contact" {
		t.Errorf("stale findings: %+v", stale)
	}
}

// TestTextOfOthers holds that no form that people or CI read obeys a text of a
// document: a name of a file, a rule, a message.
func TestTextOfOthers(t *testing.T) {
	hostile := func(name string) string { return name + "\x1b[31m\n::error::pwn\u202e`|" }
	r := &report.Report{
		Documents: []report.Document{{File: hostile("f"), Kind: "openapi"}}, Rulesets: []string{hostile("s")},
		Findings: []report.Finding{{
			Rule: hostile("r"), Severity: report.Error, Message: hostile("m"),
			Place:   report.Place{File: hostile("f"), Path: []string{hostile("p")}, Range: report.Range{Start: report.Mark{Line: 1, Column: 1}, End: report.Mark{Line: 1, Column: 2}}},
			Related: []report.Related{{Message: hostile("first"), Place: report.Place{File: hostile("g")}}},
		}},
		Unchecked: []report.Unchecked{{File: hostile("u"), Rule: hostile("v"), Why: hostile("w")}},
		Rules:     []report.Rule{{ID: hostile("r"), Description: hostile("d"), From: hostile("from")}},
	}
	for _, format := range []formats.Format{formats.Text, formats.Markdown, formats.GitHub, formats.HTML} {
		var out strings.Builder
		if err := formats.Write(&out, format, r, &formats.Options{Line: func(string, int) string { return hostile("line") }}); err != nil {
			t.Fatal(err)
		}
		for _, obeyed := range []string{"\x1b", "\u202e", "\n::error::pwn"} {
			if strings.Contains(out.String(), obeyed) {
				t.Errorf("%s has %q:\n%s", format, obeyed, out.String())
			}
		}
	}
}
