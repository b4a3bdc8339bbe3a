//go:build integration && unix

package integration

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/trialweave/trialweave/rdf"
)

// hostile is text that does something to a terminal, to the log of a CI service
// or to a page, where it is printed as it is.
const hostile = "\x1b[2J\x07\n::error::owned\r\n##[error]owned\u202e<script>alert(1)</script>|`**\u2066]]>&\"'"

// reports prints hostile text of keys, values, names of files and rules in each
// format of a report.
func (f *faults) reports(t *testing.T) {
	triallint, dir := triallint(t), t.TempDir()
	description, ruleset := hostileDescription(t, dir)
	a := f.row(t, "formats of reports with hostile text")
	for format, check := range map[string]func(string) error{
		"text": plainText, "json": validJSON, "sarif": validJSON, "junit": validXML, "github": workflowCommands, "gitlab": validJSON, "checkstyle": validXML, "markdown": markdown, "html": noMarkup, "rdjson": validJSON,
	} {
		got := f.runProgram(t, triallint, dir, "lint", "--format", format, "--fail-on", "hint", "--ruleset", ruleset, description)
		err := errors.Join(check(got.out), plainText(got.err))
		if got.status != 1 && got.status != 2 || got.out == "" {
			err = fmt.Errorf("status %d, %d bytes, %.300s, expected findings", got.status, len(got.out), got.err)
		}
		a.try(lostBy("triallint --format "+format, err))
	}
	study := hostileStudy(t, dir)
	for format, check := range map[string]func(string) error{"table": plainText, "summary": plainText, "sarif": validJSON, "json": jsonLines, "turtle": validTurtle} {
		got := f.runProgram(t, f.program, dir, "validate", study, "--format", format)
		err := errors.Join(check(got.out), plainText(got.err))
		if got.out == "" {
			err = fmt.Errorf("nothing is printed: %s", got.err)
		}
		a.try(lostBy("validate --format "+format, err))
	}
	everything := "SELECT * { ?s ?p ?o } ORDER BY ?o"
	for format, check := range map[string]func(string) error{"table": plainText, "json": validJSON, "xml": validXML} {
		got := f.runProgram(t, f.program, dir, "query", everything, study, "--format", format)
		err := errors.Join(check(got.out), plainText(got.err))
		if format == "xml" && got.status == 2 && strings.Contains(got.err, "which XML cannot hold") {
			err = plainText(got.err) // it is refused, and nothing is written
		}
		a.try(lostBy("query --format "+format, err))
	}
	for _, args := range [][]string{{"convert", study, "-o", os.DevNull}, {"explain", hostile}, {"stats", study}, {"describe", "NCT99300000", study}, {"query", hostile, study}, {"convert", hostile}} {
		got := f.runProgram(t, f.program, dir, args...)
		a.try(lostBy("messages of "+args[0], errors.Join(plainText(got.err), func() error {
			if args[0] == "describe" {
				return validTurtle(got.out)
			}
			return plainText(got.out)
		}())))
	}
}

func lostBy(what string, err error) string {
	if err == nil {
		return ""
	}
	return what + ": " + err.Error()
}

// hostileDescription writes a description with hostile texts, in a file with a
// hostile name, and a ruleset with hostile rules.
func hostileDescription(t *testing.T, dir string) (description, ruleset string) {
	t.Helper()
	operation := map[string]any{
		"operationId": hostile, "tags": []string{hostile, hostile}, "parameters": []any{map[string]any{"name": hostile, "in": "query", "schema": map[string]any{"type": hostile}}, map[string]any{"$ref": "#/" + hostile}},
		"responses": map[string]any{"200": map[string]any{"description": hostile, "content": map[string]any{hostile: map[string]any{"schema": map[string]any{"$ref": hostile + ".json"}}}}, hostile: map[string]any{}},
	}
	document := map[string]any{
		"openapi": "3.1.0", "info": map[string]any{"title": hostile, hostile: 1}, hostile: hostile, "servers": []any{map[string]any{"url": hostile}},
		"paths":      map[string]any{"/" + hostile + "/{" + hostile + "}": map[string]any{"get": operation, "post": operation, hostile: 1}},
		"components": map[string]any{"schemas": map[string]any{hostile: map[string]any{"enum": []string{hostile, hostile}, "default": 1, "type": "string", "pattern": hostile + "("}}},
	}
	rules := map[string]any{"rules": map[string]any{
		"r" + hostile:   map[string]any{"message": hostile + "{{path}} {{value}} {{property}}", "given": "$.info", "severity": "error", "then": map[string]any{"field": "contact", "function": "truthy"}},
		"all-" + "keys": map[string]any{"message": "{{path}} {{value}} {{property}} {{error}}", "given": "$..*", "severity": "warn", "then": map[string]any{"function": "pattern", "functionOptions": map[string]any{"match": "^never$"}}},
	}}
	description, ruleset = filepath.Join(dir, "x\n::error::owned\x1b[31m\u202e.json"), filepath.Join(dir, "rules\n::error::owned.json")
	for name, document := range map[string]any{description: document, ruleset: rules} {
		data, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		save(t, name, data)
	}
	return filepath.Base(description), filepath.Base(ruleset)
}

// hostileStudy writes a study with hostile keys and values.
func hostileStudy(t *testing.T, dir string) string {
	t.Helper()
	var study map[string]any
	if err := json.Unmarshal(ownStudies(t, 1)[0], &study); err != nil {
		t.Fatal(err)
	}
	protocol, ok := study["protocolSection"].(map[string]any)
	if !ok {
		t.Fatal("a study without a protocol")
	}
	protocol["k"+hostile] = map[string]any{hostile: hostile}
	protocol["statusModule"] = map[string]any{"overallStatus": hostile, "startDateStruct": map[string]any{"date": hostile, "type": hostile}}
	protocol["conditionsModule"] = map[string]any{"conditions": []string{hostile, "=1+1"}, "keywords": []any{1, hostile}}
	data, err := json.Marshal(study)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "study\n::error::owned\x1b[31m.json")
	save(t, name, data)
	return filepath.Base(name)
}

// plainText has no control characters but line ends and tabs, no overrides of
// direction, and no line that is a command of a CI service.
func plainText(s string) error {
	for i, r := range s {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return fmt.Errorf("%U in %.80q", r, s[max(0, i-40):])
		}
	}
	if at := regexp.MustCompile(`(?m)^\s*(::|##\[)`).FindStringIndex(s); at != nil {
		return fmt.Errorf("a command to a CI service: %.80q", s[at[0]:])
	}
	return nil
}

// workflowCommands are those of a report, a line each.
func workflowCommands(s string) error {
	line := regexp.MustCompile(`^::(error|warning|notice) [^:]*(file|title)=[^\r\n]*$`)
	for text := range strings.Lines(s) {
		text = strings.TrimSuffix(text, "\n")
		if rest, isCommand := strings.CutPrefix(text, "::"); isCommand {
			if !line.MatchString(text) {
				return fmt.Errorf("another command: %.120q", text)
			}
			text = rest
		}
		if err := plainText(text); err != nil {
			return err
		}
	}
	return nil
}

// markdown may have any text between backticks, where it is shown as it is.
func markdown(s string) error {
	return errors.Join(plainText(s), noMarkup(regexp.MustCompile("`[^`\n]*`").ReplaceAllString(s, "")))
}

func noMarkup(s string) error {
	if at := strings.Index(s, "<script>alert(1)"); at >= 0 {
		return fmt.Errorf("markup of the text is markup of the report: %q", s[max(0, at-80):at+20])
	}
	return nil
}

func validJSON(s string) error {
	if !json.Valid([]byte(s)) {
		return fmt.Errorf("invalid JSON: %.100q", s)
	}
	return nil
}

func jsonLines(s string) error {
	d := json.NewDecoder(strings.NewReader(s))
	for {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func validXML(s string) error {
	d := xml.NewDecoder(bytes.NewReader([]byte(s)))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return noMarkup(s)
		} else if err != nil {
			return err
		}
	}
}

func validTurtle(s string) error {
	for _, err := range rdf.Read(strings.NewReader(s), rdf.Turtle, nil) {
		if err != nil {
			return err
		}
	}
	return nil
}
