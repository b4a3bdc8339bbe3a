package payload_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/study"
)

const head = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n"

// judge compares records, one a line, with the first schema of a description.
func judge(t *testing.T, schemas, records string, workers int) *report.Report {
	t.Helper()
	text := head + "    " + strings.ReplaceAll(strings.TrimSpace(schemas), "\n", "\n    ") + "\n"
	schema, err := payload.Compile("api.yml", []byte(text), "A")
	if err != nil {
		t.Fatal(err)
	}
	in, err := study.Open([]string{"-"}, &study.Options{Stdin: strings.NewReader(records)})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := payload.Judge(context.Background(), schema, in, &payload.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// said writes findings without their place and severity.
func said(r *report.Report) (out []string) {
	for _, f := range r.Findings {
		line := strings.TrimPrefix(f.Rule, "payload-") + " " + f.Message
		for _, related := range f.Related {
			line += " | " + related.Message
			if related.File != "" {
				line += " /" + strings.Join(related.Path, "/")
			}
		}
		out = append(out, line)
	}
	for _, u := range r.Unchecked {
		out = append(out, "not checked: "+u.Why)
	}
	return out
}

// inRecord is the offset of an example in its file.
var inRecord = regexp.MustCompile(` in the record at offset \d+ of`)

func TestJudge(t *testing.T) {
	for name, tt := range map[string]struct {
		schemas, records string
		want             []string
	}{
		"as described":        {"A: {type: object, required: [a], properties: {a: {type: string, enum: [x, y]}, b: {type: array, items: {type: integer}}, c: {type: [number, 'null']}}}", `{"a":"x","b":[1,2.0,3e2],"c":null}` + "\n" + `{"a":"y","c":1.5}`, nil},
		"a field more":        {"A: {type: object, properties: {a: {type: string}}}", `{"a":"1","b":{"c":1}}` + "\n" + `{"a":"2"}`, []string{`undocumented records contain the undocumented field "b" | 1 of 2 records (50.0 %); first in /b`}},
		"more on purpose":     {"A: {type: object, properties: {a: {type: string}}, additionalProperties: true}", `{"a":"1","b":2}`, nil},
		"a map":               {"A: {type: object, additionalProperties: {type: integer}}", `{"a":1,"b":"2"}`, []string{`type values are a string, expected an integer | 1 of 1 record (100.0 %), 1 of 2 values; first "2" in /b`}},
		"of no description":   {"A: {type: object, properties: {a: {type: object}}}", `{"a":{"x":1,"y":2}}` + "\n" + `{"a":{"x":1}}`, []string{`untyped this object has no documented fields; records contain 2 fields: x, y | 2 of 2 records (100.0 %); first in /a`}},
		"a value not listed":  {"A: {type: object, properties: {a: {enum: [x]}}}", `{"a":"z"}` + "\n" + `{"a":"x"}` + "\n" + `{"a":"z"}`, []string{`enum the value "z" is not listed | 2 of 3 records (66.7 %); first "z" in /a`}},
		"another type":        {"A: {type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: integer}}}}}}", `{"a":[{"b":1},{"b":1.5},{"b":"1"}]}`, []string{`type values are a number, expected an integer | 1 of 1 record (100.0 %), 1 of 3 values; first 1.5 in /a/1/b`, `type values are a string, expected an integer | 1 of 1 record (100.0 %), 1 of 3 values; first "1" in /a/2/b`}},
		"a pattern":           {"A: {type: object, properties: {a: {type: string, pattern: '^x+$'}}}", `{"a":"xx"}` + "\n" + `{"a":"xy"}`, []string{`pattern values do not match the pattern ^x+$ | 1 of 2 records (50.0 %); first "xy" in /a`}},
		"a format":            {"A: {type: object, properties: {a: {type: string, format: date}}}", `{"a":"2024-02-29"}` + "\n" + `{"a":"2023-02-29"}` + "\n" + `{"a":"2023-02"}`, []string{`format values are not valid as date | 2 of 3 records (66.7 %); first "2023-02-29" in /a`}},
		"a moment":            {"A: {type: object, properties: {a: {type: string, format: date-time}}}", `{"a":"2024-02-29T10:00:00Z"}` + "\n" + `{"a":"2024-02-29T10:00"}`, []string{`format values are not valid as date-time | 1 of 2 records (50.0 %); first "2024-02-29T10:00" in /a`}},
		"limits":              {"A: {type: object, properties: {a: {type: integer, format: int32}, b: {type: number, minimum: 0}, c: {type: string, maxLength: 1}, d: {type: array, minItems: 1}}}", `{"a":3000000000,"b":-1,"c":"äö","d":[]}`, []string{`range values are outside of int32 | 1 of 1 record (100.0 %); first 3000000000 in /a`, `range values are below the minimum of 0 | 1 of 1 record (100.0 %); first -1 in /b`, `range values are longer than 1 characters | 1 of 1 record (100.0 %); first "äö" in /c`, `range values are with fewer than 1 items | 1 of 1 record (100.0 %); first in /d`}},
		"required":            {"A: {type: object, required: [a, b], properties: {a: {}, b: {}}}", `{"a":1}` + "\n" + `{}`, []string{`required the required field "a" is missing | 1 of 2 records (50.0 %); first in /`, `required the required field "b" is in no record | 2 of 2 records (100.0 %); first in /`}},
		"never seen":          {"A: {type: object, properties: {a: {type: object, properties: {b: {}}}, c: {type: object, properties: {d: {}}}}}", `{"a":{}}`, []string{`unseen no record has the field "b" | in none of 1 object`, `unseen no record has the field "c" | in none of 1 object`}},
		"all of":              {"A: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {c: {}}, required: [c]}]}\nB: {type: object, properties: {b: {type: string}}}", `{"b":"1","c":2,"d":3}` + "\n" + `{"b":"1"}`, []string{`undocumented records contain the undocumented field "d" | 1 of 2 records (50.0 %); first 3 in /d`, `required the required field "c" is missing | 1 of 2 records (50.0 %); first in /`}},
		"one of":              {"A: {type: object, properties: {a: {oneOf: [{type: string}, {type: object, properties: {b: {type: integer}}}]}}}", `{"a":"x"}` + "\n" + `{"a":{"b":1,"c":2}}` + "\n" + `{"a":7}` + "\n" + `{"a":{"b":"x"}}`, []string{`choice values fit none of the alternatives | 2 of 4 records (50.0 %); first 7 in /a`, `undocumented records contain the undocumented field "c" | 1 of 4 records (25.0 %); first 2 in /a/c`}},
		"several of one of":   {"A: {type: object, properties: {a: {oneOf: [{type: integer}, {type: number, minimum: 3}, {type: string}]}}}", `{"a":"x"}` + "\n" + `{"a":7}` + "\n" + `{"a":2}` + "\n" + `{"a":3.5}`, []string{`choice values fit several of the alternatives of oneOf, expected exactly one | 1 of 4 records (25.0 %); first 7 in /a`}},
		"several open ones":   {"A: {type: object, properties: {a: {oneOf: [{required: [b]}, {required: [c]}]}}}", `{"a":{"b":1}}` + "\n" + `{"a":{"b":1,"c":2}}`, []string{`choice values fit several of the alternatives of oneOf, expected exactly one | 1 of 2 records (50.0 %); first in /a`}},
		"several of any":      {"A: {type: object, properties: {a: {anyOf: [{type: integer}, {type: number}]}}}", `{"a":7}`, nil},
		"several, not all of": {"A: {type: object, properties: {a: {oneOf: [{type: integer}, {type: number, not: {type: integer}}]}}}", `{"a":7}`, []string{`not checked: 6:84: the keyword "not" of the schema is not checked`}},
		"beside a reference":  {"A: {type: object, properties: {a: {$ref: '#/components/schemas/B', maxLength: 1}}}\nB: {type: string}", `{"a":"xx"}`, []string{`range values are longer than 1 characters | 1 of 1 record (100.0 %); first "xx" in /a`}},
		"into itself":         {"A: {type: object, properties: {a: {type: array, items: {$ref: '#/components/schemas/A'}}}}", `{"a":[{"a":[{"b":1}]}]}`, []string{`undocumented records contain the undocumented field "b" | 1 of 1 record (100.0 %), 1 of 3 values; first 1 in /a/0/a/0/b`}},
		"not checked":         {"A: {type: object, properties: {a: {type: string, not: {enum: [x]}}}}", `{"a":"y"}`, []string{`not checked: 6:58: the keyword "not" of the schema is not checked`}},
		"a pattern of others": {"A: {type: object, properties: {a: {type: string, pattern: '(?<=x)y'}}}", `{"a":"y"}`, []string{"not checked: 6:63: the pattern \"(?<=x)y\" cannot be checked: error parsing regexp: invalid named capture: `(?<=x)y`"}},
		"no JSON":             {"A: {type: object, properties: {a: {}}}", `{"a":1}` + "\n" + `{"a":1,"a":2}`, []string{`not checked: offset 15 #/a: duplicate key "a", expected each key once in an object`}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, workers := range []int{1, 3} {
				got := said(judge(t, tt.schemas, tt.records, workers))
				for i := range got {
					got[i] = inRecord.ReplaceAllString(got[i], " in")
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%d workers (-want +got):\n%s", workers, diff)
				}
			}
		})
	}
}

// TestSharedSchemas: schemas that share others, so that there are 2^100 ways to
// the last of them, are asked of a value once.
func TestSharedSchemas(t *testing.T) {
	for _, composed := range []string{"allOf", "anyOf", "oneOf"} {
		for leaf, tt := range map[string]struct{ record, fault string }{
			"type: string":                                  {`{"a":5}`, "type values are a number, expected a string"},
			"type: array, items: {type: string}":            {`{"a":[5]}`, "type values are a number, expected a string"},
			"type: object, properties: {b: {type: string}}": {`{"a":{"b":5}}`, "type values are a number, expected a string"},
		} {
			var schemas strings.Builder
			schemas.WriteString("A: {type: object, properties: {a: {$ref: '#/components/schemas/S0'}}}\n")
			for i := range 100 {
				fmt.Fprintf(&schemas, "S%d: {%s: [{$ref: '#/components/schemas/S%d'}, {$ref: '#/components/schemas/S%[3]d'}]}\n", i, composed, i+1)
			}
			fmt.Fprintf(&schemas, "S100: {%s}", leaf)
			good := strings.ReplaceAll(tt.record, "5", `"x"`)
			if got := said(judge(t, schemas.String(), good, 1)); got != nil {
				t.Errorf("%s of %s: %v", composed, leaf, got)
			}
			if composed != "allOf" {
				tt.fault = "choice values fit none of the alternatives"
			}
			tt.fault = strings.Replace(tt.fault, "a number", "an integer", 1)
			got := said(judge(t, schemas.String(), tt.record, 1))
			if len(got) != 1 || !strings.HasPrefix(got[0], tt.fault) {
				t.Errorf("%s of %s: %v, expected %s", composed, leaf, got, tt.fault)
			}
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, schema, want string }{
		"no description": {"a: 1\n", "", "api.yml:1:1: this is not an OpenAPI description, expected a mapping with openapi or swagger"},
		"no study":       {head + "    A: {type: object}\n", "", `api.yml:1:1: no schema has a property "protocolSection", so no schema describes a study`},
		"no such schema": {head + "    A: {type: object}\n", "B", `api.yml:1:1: there is no schema "B", expected a name of components/schemas, or a JSON pointer such as #/components/schemas/Study`},
		"no such type":   {head + "    A: {type: objekt}\n", "A", `api.yml:6:15 #/components/schemas/A/type: unknown type "objekt", expected null, boolean, integer, number, string, array or object`},
		"a broken ref":   {head + "    A: {$ref: '#/components/schemas/C'}\n", "A", `api.yml:6:15 #/components/schemas/A/$ref: "#/components/schemas/C" leads to no schema, expected a reference such as #/components/schemas/Study`},
		"of itself":      {head + "    A: {allOf: [{$ref: '#/components/schemas/A'}]}\n", "A", "api.yml:6:7 #/components/schemas/A: the schema is composed of itself, expected a composition that ends"},
		"a circle":       {head + "    A: {$ref: '#/components/schemas/A'}\n", "A", "api.yml:6:7 #/components/schemas/A: references that lead into each other, expected a schema"},
	} {
		if _, err := payload.Compile("api.yml", []byte(tt.text), tt.schema); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

func ExampleJudge() {
	description := head + "    Study: {type: object, properties: {protocolSection: {type: object, properties: {nctId: {type: string}}}}}\n"
	schema, err := payload.Compile("api.yml", []byte(description), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	records := `{"protocolSection": {"nctId": "NCT00000001"}, "hasResults": false}`
	in, err := study.Open([]string{"-"}, &study.Options{Stdin: strings.NewReader(records)})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, _, err := payload.Judge(context.Background(), schema, in, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range r.Findings {
		fmt.Printf("line %d: %s\n%s\n", f.Range.Start.Line, f.Message, f.Related[0].Message)
	}
	// Output:
	// line 6: records contain the undocumented field "hasResults"
	// 1 of 1 record (100.0 %); first false in
}
