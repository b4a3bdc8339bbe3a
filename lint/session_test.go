package lint_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

const typedDescription = `openapi: 3.0.3
info:
  title: Example
  version: 1.0.0
  description: <script>no</script>
servers:
  - url: https://api.example.org/v1/
tags:
  - name: b
  - name: a
paths:
  /things/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema: {type: string}
    get:
      operationId: get things
      description: Gets a thing.
      tags: [a, c]
      parameters:
        - $ref: '#/components/parameters/size'
        - name: kind
          in: query
          schema:
            type: string
            enum:
              - one
              - two
              - one
            example: three
      responses:
        '200':
          description: eval(a thing)
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Thing'
                description: Beside a reference.
              example:
                type: array
                name: 12
  /other:
    post:
      summary: |
        Several
        lines.
      requestBody:
        content:
          application/json:
            schema:
              type: array
      responses:
        default: {description: ok}
components:
  parameters:
    size:
      name: size
      in: query
      schema: {type: integer, enum: [1, x]}
  schemas:
    Thing:
      type: object
      title: A thing
      x-note:
        type: array
        description: <script>
      required: [name]
      properties:
        name:
          type: string
          enum: [a, b, a]
          default: c
        parts:
          type: array
          items: {$ref: '#/components/schemas/Thing'}
        type: {$ref: '#/components/schemas/Kind'}
        enum:
          type: string
    Kind:
      type: string
      enum:
        - x
        - 1
    Unused:
      type: array
      description: Of no use.
`

const typedRules = `extends: [[spectral:oas, all]]
rules:
  no-todo:
    description: No description is to be done.
    message: '{{value}} at {{path}} of {{operation}}'
    given: $..description
    then: {function: pattern, functionOptions: {notMatch: todo}}
  typed:
    given: "$..[?(@property !== 'x' && @.type === 'string')]"
    resolved: false
    then: [{field: description, function: truthy}, {field: example, function: undefined}]
  kinds:
    given: ["$..schema", "$..items"]
    then: {field: type, function: defined}
  none:
    given: $..nothing
    then: {function: falsy}
  names:
    given: $.components.schemas[*]~
    then: {function: casing, functionOptions: {type: pascal}}
`

// whole is what a run over the files says.
func whole(t testing.TB, files fstest.MapFS) *report.Report {
	t.Helper()
	c, err := lint.Load(files, []string{"."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lint.Run(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// entries are the findings of a report, and what it could not check.
func entries(r *report.Report) (out []string) {
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s:%v %s %s %v %q %v", f.File, f.Range, f.Rule, f.Message, f.Severity, f.Path, f.Related))
	}
	for _, u := range r.Unchecked {
		out = append(out, fmt.Sprintf("%+v", u))
	}
	for _, d := range r.Documents {
		out = append(out, fmt.Sprintf("%+v", d))
	}
	return out
}

// TestSession types into a description: after each edit, a session says what a run says,
// also where it takes over from the run before.
func TestSession(t *testing.T) {
	edits := portion.Count(15, 1500)
	random := rand.New(rand.NewPCG(5, 8))
	words := []string{"x", "e", " ", "todo", "eval(", "1", "array", "string", "type: array", "enum: [a, a]", "example: 1", "description: <script>", "\n", "\n        ", ":", "'", "-", "#", "$ref", ", ", "{}", "null"}
	for _, name := range []string{"none.yml", "rules.yml"} {
		files := fstest.MapFS{"openapi.yml": {Data: []byte(typedDescription)}}
		if name == "rules.yml" {
			files[".spectral.yml"] = &fstest.MapFile{Data: []byte(typedRules)}
		}
		s := lint.NewSession(files, nil)
		text := typedDescription
		for i := range edits {
			at := random.IntN(len(text))
			if at = strings.IndexAny(text[at:], "abcdefghijklmnopqrstuvwxyz\n") + at; i%3 == 0 {
				text = text[:at] + text[min(at+1+random.IntN(6), len(text)):]
			} else {
				text = text[:at] + words[random.IntN(len(words))] + text[at:]
			}
			s.Set("openapi.yml", []byte(text))
			got, err := s.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			files["openapi.yml"] = &fstest.MapFile{Data: []byte(text)}
			want := whole(t, files)
			if a, b := entries(got), entries(want); !slices.Equal(a, b) {
				t.Fatalf("%s, edit %d: the session says\n%s\na run says\n%s\n%s", name, i, strings.Join(without(a, b), "\n"), strings.Join(without(b, a), "\n"), text)
			}
			if len(want.Documents) == 0 || i%9 == 8 { // it is broken, or far from what it was
				text = typedDescription
			}
		}
		if all, taken := s.Runs(); taken < edits/8 {
			t.Errorf("%s: %d runs took over, %d were whole", name, taken, all)
		}
	}
}

func without(a, b []string) (out []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// typing are kinds of edits: each gives, at a place where a line of the text begins with its
// indentation, the texts that the line becomes one after the other; the last is the line as it
// was. It gives nothing where the line does not suit.
func typing() map[string]func(line string) []string {
	indent := func(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }
	key := func(line string) bool {
		_, value, ok := strings.Cut(line, ": ")
		return ok && value != "" && !strings.ContainsAny(value[:1], "|>{[\"'") && !strings.Contains(line, "$ref") && !strings.HasPrefix(strings.TrimLeft(line, " "), "-")
	}
	when := func(suits bool, texts ...string) []string {
		if !suits {
			return nil
		}
		return texts
	}
	return map[string]func(line string) []string{
		"text": func(line string) []string {
			return when(strings.Contains(line, " description: ") && key(line), line+" x", line+" xy", line)
		},
		"value": func(line string) []string {
			return when(key(line) && !strings.Contains(line, "description: "), line+"x", line)
		},
		"type": func(line string) []string {
			return when(strings.HasSuffix(line, " type: string"), strings.TrimSuffix(line, "string")+"integer", line)
		},
		"key":  func(line string) []string { return when(key(line), line+"\n"+indent(line)+"x-note: 1", line) },
		"less": func(line string) []string { return when(key(line), "", line) },
		"item": func(line string) []string {
			return when(strings.HasPrefix(strings.TrimLeft(line, " "), "- ") && !strings.Contains(line, ":"), line+"\n"+indent(line)+"- another", line)
		},
		"broken key": func(line string) []string {
			more := line + "\n" + indent(line)
			return when(key(line), more+"s", more+"sum", more+"summary", more+"summary:", more+"summary: x", more, line)
		},
		"broken quote": func(line string) []string {
			name, value, _ := strings.Cut(line, ": ")
			return when(key(line) && !strings.Contains(line, "'"), name+": '"+value, name+": '"+value+"'", line)
		},
	}
}

// TestSessionMends types what breaks a description before it is whole again, and takes it out:
// after each key, broken or not, a session says what a run says, and takes over from what was
// whole last.
func TestSessionMends(t *testing.T) {
	files := fstest.MapFS{"openapi.yml": {Data: []byte(typedDescription)}, ".spectral.yml": {Data: []byte(typedRules)}}
	s := lint.NewSession(files, nil)
	lines := strings.SplitAfter(typedDescription, "\n")
	random := rand.New(rand.NewPCG(3, 9))
	broken, kinds := 0, typing()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for range portion.Count(4, 60) {
			at := random.IntN(len(lines))
			for _, step := range kinds[kind](strings.TrimSuffix(lines[at], "\n")) {
				text := strings.Join(lines[:at], "") + step + "\n" + strings.Join(lines[at+1:], "")
				s.Set("openapi.yml", []byte(text))
				got, err := s.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				files["openapi.yml"] = &fstest.MapFile{Data: []byte(text)}
				want := whole(t, files)
				if a, b := entries(got), entries(want); !slices.Equal(a, b) {
					t.Fatalf("%s: the session says\n%s\na run says\n%s\n%s", kind, strings.Join(without(a, b), "\n"), strings.Join(without(b, a), "\n"), text)
				}
				if len(want.Documents) == 0 {
					broken++
				}
			}
		}
	}
	all, taken := s.Runs()
	if broken < 5 || taken < all-broken {
		t.Errorf("%d runs are of a broken description, %d took over, %d others did not", broken, taken, all-broken)
	}
}
