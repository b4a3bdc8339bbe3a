package lint_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestFunctions holds the verdicts of each function of the core set; they were
// compared with Spectral's.
func TestFunctions(t *testing.T) {
	for _, tt := range []struct {
		function, options string
		right, wrong      []string
	}{
		{"truthy", "{}", []string{"a", "1", "[]", "{}", "true"}, []string{"null", "''", "0", "false"}},
		{"falsy", "{}", []string{"null", "''", "0", "false"}, []string{"a", "1", "[]"}},
		{"defined", "{}", []string{"null", "0"}, []string{"ABSENT"}},
		{"undefined", "{}", []string{"ABSENT"}, []string{"null", "0"}},
		{"pattern", "{match: '^a'}", []string{"ab", "7", "[b]"}, []string{"b"}},
		{"pattern", "{match: '/^A/i'}", []string{"ab", "AB"}, []string{"b"}},
		{"pattern", "{notMatch: '^a'}", []string{"b"}, []string{"ab"}},
		{"pattern", "{match: '(?<!x)y'}", []string{"ay"}, []string{"xy"}},
		{"enumeration", "{values: [a, 1, null]}", []string{"a", "1", "null", "[x]"}, []string{"b", "'1'", "2"}},
		{"length", "{min: 2, max: 3}", []string{"ab", "[1, 2, 3]", "{a: 1, b: 2}", "2", "true"}, []string{"a", "abcd", "[1]", "4"}},
		{"alphabetical", "{}", []string{"[a, b]", "{a: 1, b: 2}", "[1, 2, 10]", "[a]", "x"}, []string{"[b, a]", "{b: 1, a: 2}", "[{a: 1}, 2]"}},
		{"alphabetical", "{keyedBy: n}", []string{"[{n: a}, {n: b}]"}, []string{"[{n: b}, {n: a}]", "[a, b]"}},
		{"casing", "{type: flat}", []string{"ab1"}, []string{"aB", "a-b"}},
		{"casing", "{type: camel}", []string{"aB", "aBc1D"}, []string{"AB", "a_b"}},
		{"casing", "{type: pascal}", []string{"AbC"}, []string{"aB"}},
		{"casing", "{type: kebab}", []string{"a-b1"}, []string{"a_b", "A-b"}},
		{"casing", "{type: cobol}", []string{"A-B"}, []string{"A_B"}},
		{"casing", "{type: snake}", []string{"a_b"}, []string{"a-b"}},
		{"casing", "{type: macro}", []string{"A_B"}, []string{"a_b"}},
		{"casing", "{type: snake, disallowDigits: true}", []string{"a_b"}, []string{"a_1"}},
		{"casing", "{type: camel, separator: {char: '/'}}", []string{"aBc/cD"}, []string{"/aB", "aB-c"}},
		{"casing", "{type: camel, separator: {char: '/', allowLeading: true}}", []string{"/aBc/cD", "/"}, []string{"/AB"}},
		{"schema", "{schema: {type: array, minItems: 1}}", []string{"[1]"}, []string{"[]", "a", "ABSENT"}},
		{"schema", "{schema: {type: string, format: date}}", []string{"2026-11-23"}, []string{"soon"}},
		{"schema", "{dialect: draft2020-12, schema: {prefixItems: [{type: string}]}}", []string{"[a]"}, []string{"[1]"}},
		{"xor", "{properties: [a, b]}", []string{"{a: 1}", "x"}, []string{"{}", "{a: 1, b: 2}"}},
		{"or", "{properties: [a, b]}", []string{"{a: 1}", "{a: 1, b: 2}"}, []string{"{c: 1}"}},
		{"typedEnum", "{}", []string{"{type: integer, enum: [1, 2]}", "{type: [string, 'null'], enum: [a, null]}", "{enum: [1]}"}, []string{"{type: integer, enum: [1, a]}", "{type: string, enum: [1]}"}},
	} {
		for i, values := range [][]string{tt.right, tt.wrong} {
			for _, value := range values {
				document := "openapi: 3.1.0\nx-under:\n  test: " + value + "\n"
				if value == "ABSENT" {
					document = "openapi: 3.1.0\nx-under: {other: 1}\n"
				}
				options := ""
				if tt.options != "{}" {
					options = ", functionOptions: " + tt.options
				}
				r := lintText(t, fmt.Sprintf("rules: {x: {given: $.x-under, then: {field: test, function: %s%s}}}", tt.function, options), document)
				if fires(r, "x") != (i == 1) || len(r.Unchecked) > 0 {
					t.Errorf("%s %s on %s: fires %v, unchecked %v", tt.function, tt.options, value, fires(r, "x"), r.Unchecked)
				}
			}
		}
	}
}

func TestUnreferenced(t *testing.T) {
	r := lintText(t, `rules: {x: {resolved: false, given: $.parts, then: {function: unreferencedReusableObject, functionOptions: {reusableObjectsLocation: "#/parts"}}}}`,
		"openapi: 3.1.0\nparts: {used: {a: 1}, unused: {a: 1}, self: {$ref: '#/parts/self'}}\nx: {$ref: '#/parts/used'}\n")
	var got []string
	for _, f := range r.Findings {
		if f.Rule == "x" {
			got = append(got, strings.Join(f.Path, "/"))
		}
	}
	if s := strings.Join(got, " "); s != "parts/unused parts/self" {
		t.Errorf("unreferenced: %q", s)
	}
}
