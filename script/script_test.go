package script_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/script"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == script.Argument {
		os.Exit(script.Serve(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

const description = `openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: list_pets
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 1.5}}
        - {$ref: '#/components/parameters/Offset'}
      responses:
        "404": {description: none}
        "200": {description: all}
components:
  parameters:
    Offset: {name: offset, in: query, schema: {$ref: '#/components/schemas/Offset'}}
  schemas:
    Offset: {type: integer, enum: [2, 1, 2]}
`

// files are a ruleset with a function, and a description.
func files(ruleset string, modules map[string]string) fstest.MapFS {
	out := fstest.MapFS{"rules/r.yml": {Data: []byte(ruleset)}, "api.yml": {Data: []byte(description)}}
	for name, text := range modules {
		out["rules/functions/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// judge runs the rule r of a ruleset, and says what it found, and what failed.
func judge(t testing.TB, h *script.Host, fsys fstest.MapFS) []string {
	t.Helper()
	set, err := rules.Load(fsys, "rules/r.yml")
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := ruleset.Compile(set.Rules["r"], h.Functions(fsys))
	if err != nil {
		return []string{err.Error()}
	}
	doc, err := ruleset.ParseFile(fsys, "api.yml")
	if err != nil {
		t.Fatal(err)
	}
	ruleset.NewReferences(fsys).Follow(doc)
	result, err := compiled.Run(context.Background(), doc)
	var out []string
	for _, f := range result.Findings {
		out = append(out, fmt.Sprintf("%d:%d /%s %s", f.Range.Start.Line, f.Range.Start.Column, strings.Join(f.Path, "/"), f.Message))
	}
	if err != nil {
		out = append(out, err.Error())
	}
	return out
}

func newHost(t testing.TB, o *script.Options) *script.Host {
	t.Helper()
	h, err := script.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

// ruleOf is a ruleset with one rule, whose message is that of the function.
func ruleOf(given, then string) string {
	return "functions: [f]\nrules:\n  r:\n    description: as it must be\n    message: '{{error}}'\n    given: " + given + "\n    then: " + then + "\n"
}

func TestFunctions(t *testing.T) {
	h := newHost(t, &script.Options{Time: 2 * time.Second})
	for name, tt := range map[string]struct {
		given, then string
		modules     map[string]string
		want        []string
	}{
		"an ES module":          {"$.info.title", "{function: f}", map[string]string{"f.js": `export default (v) => [{ message: v + "!" }];`}, []string{"2:15 /info/title Pets!"}},
		"CommonJS":              {"$.info.title", "{function: f}", map[string]string{"f.js": `module.exports = function f(v) { return [{ message: v + "!" }]; };`}, []string{"2:15 /info/title Pets!"}},
		"exports.default":       {"$.info.title", "{function: f}", map[string]string{"f.js": `"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.default = (v) => [{ message: v + "!" }];`}, []string{"2:15 /info/title Pets!"}},
		"nothing":               {"$.info.title", "{function: f}", map[string]string{"f.js": `export default () => {};`}, nil},
		"imports":               {"$.info.title", "{function: f}", map[string]string{"f.js": `import { say } from "./lib/say.js"; import words from "./words.json"; const { x } = require("./c"); export default (v) => [{ message: say(v) + words[0] + x }];`, "lib/say.js": `export * from "../say2.mjs";`, "say2.mjs": `export const say = (v) => v.toLowerCase();`, "words.json": `["?"]`, "c.js": `exports.x = 1`}, []string{"2:15 /info/title pets?1"}},
		"options and a field":   {"$.info", "{field: title, function: f, functionOptions: {most: 3, of: [a, {b: null}]}}", map[string]string{"f.js": `export default (v, o, c) => v.length > o.most ? [{ message: JSON.stringify([v, o, c.path]) }] : undefined;`}, []string{`2:15 /info/title ["Pets",{"most":3,"of":["a",{"b":null}]},["info","title"]]`}},
		"a path":                {"$.paths", "{function: f}", map[string]string{"f.js": `export default (v, _, c) => Object.keys(v).flatMap((k) => ["404", "200"].map((s) => ({ message: s + typeof c.path[0], path: [...c.path, k, "get", "responses", s] })));`}, []string{"11:15 /paths//pets/get/responses/404 404string", "12:15 /paths//pets/get/responses/200 200string"}},
		"indexes are numbers":   {"$.paths[*][*].parameters[*]", "{function: f}", map[string]string{"f.js": `export default (v, _, c) => [{ message: v.name + c.path.map((s) => typeof s).join() + c.path.at(-1) }];`}, []string{"8:11 /paths//pets/get/parameters/0 limitstring,string,string,string,number0", "15:12 /components/parameters/Offset offsetstring,string,string,string,number1"}},
		"resolved":              {"$.paths[*][*].parameters[1]", "{function: f}", map[string]string{"f.js": `export default (v, _, c) => [{ message: v.schema.type + c.documentInventory.resolved.paths["/pets"].get.parameters[1].name + c.document.data.paths["/pets"].get.parameters[1].$ref + (c.documentInventory.unresolved === c.document.data) + c.document.source + c.rule.name + c.rule.description, path: [...c.path, "schema", "enum", 1] }];`}, []string{"17:39 /components/schemas/Offset/enum/1 integeroffset#/components/parameters/Offsettrueapi.ymlras it must be"}},
		"async":                 {"$.info.title", "{function: f}", map[string]string{"f.js": `export default async (v) => { await null; const later = await Promise.resolve(v); return [{ message: later }]; };`}, []string{"2:15 /info/title Pets"}},
		"a thenable":            {"$.info.title", "{function: f}", map[string]string{"f.js": `export default (v) => ({ then: (f) => f([{ message: v }]) });`}, []string{"2:15 /info/title Pets"}},
		"a generator":           {"$.info.title", "{function: f}", map[string]string{"f.js": `export default function* (v) { yield { message: v }; yield { message: v, path: ["info"] }; }`}, []string{"2:15 /info/title Pets", "2:6 /info Pets"}},
		"a template":            {"$.info.title", "{function: f}", map[string]string{"f.js": `export default (v) => [{ message: "{{property}} {{path}} {{value}}" }];`}, []string{"2:15 /info/title title #/info/title Pets"}},
		"regular expressions":   {"$.paths[*][*].operationId", "{function: f}", map[string]string{"f.js": `export default (v) => [...v.matchAll(/(?<word>[a-z]+)(_|$)/g)].map((m) => ({ message: m.groups.word + v.replace(/(?<!l)is(?=t)/u, "IS").replaceAll("_", "-") }));`}, []string{"6:20 /paths//pets/get/operationId listlist-pets", "6:20 /paths//pets/get/operationId petslist-pets"}},
		"what documents have":   {"$.components.schemas.Offset", "{function: f}", map[string]string{"f.js": `export default (v, _, c) => [{ message: JSON.stringify([v.enum.filter((e, i) => v.enum.indexOf(e) !== i), [...new Set(v.enum)], Array.isArray(v.enum), { ...v }, Object.entries(v).length, "type" in v, v.hasOwnProperty("x"), v.x, Object.getPrototypeOf(v) === Object.prototype, structure(c.document.data.paths["/pets"].get.responses)]) }]; const structure = (o) => Object.keys(o);`}, []string{`17:12 /components/schemas/Offset [[2],[2,1],true,{"type":"integer","enum":[2,1,2]},2,true,false,null,true,["200","404"]]`}},
		"writes stay":           {"$.components.schemas.Offset", "{function: f}", map[string]string{"f.js": `export default (v) => { v.enum.sort(); v.x = v.enum.length; delete v.type; v.enum.push(9); return [{ message: JSON.stringify(v) }]; };`}, []string{`17:12 /components/schemas/Offset {"enum":[1,2,2,9],"x":3}`}},
		"state of a run":        {"$.paths[*][*].parameters[*].name", "{function: f}", map[string]string{"f.js": `let n = 0; export default () => [{ message: String(++n) }];`}, []string{"8:18 /paths//pets/get/parameters/0/name 1", "15:20 /components/parameters/Offset/name 2"}},
		"two functions":         {"$.info.title", "[{function: f}, {function: f, functionOptions: {a: 1}}]", map[string]string{"f.js": `export default (v, o) => [{ message: JSON.stringify(o) }];`}, []string{"2:15 /info/title null", `2:15 /info/title {"a":1}`}},
		"core functions":        {"$.info.title", "{function: f}", map[string]string{"f.js": `import { pattern, truthy, schema, casing, undefined as missing } from "@stoplight/spectral-functions"; export default (v, o, c) => [...(pattern(v, { match: "^x" }, c) ?? []), ...(truthy("", null, c) ?? []), ...(schema({ a: 1 }, { schema: { properties: { a: { type: "string" } } } }, c) ?? []), ...(missing(v, null, c) ?? []), ...(casing(v, { type: "pascal" }, c) ?? [])];`}, []string{`2:15 /info/title "Pets" does not match the pattern /^x/`, `2:15 /info/title "title" is empty`, `2:15 /info/title "a" is a number, expected a string`, `2:15 /info/title "title" is present`}},
		"createRulesetFunction": {"$.info[*]", "{function: f, functionOptions: {a: 1}}", map[string]string{"f.js": `import { createRulesetFunction } from "@stoplight/spectral-core"; export default createRulesetFunction({ input: { type: "string", minLength: 2 }, options: { type: "object", properties: { a: { type: "integer" } }, additionalProperties: false } }, function f(v, o) { return [{ message: v + o.a }]; });`}, []string{"2:15 /info/title Pets1"}},
		"an invalid input":      {"$.info[*]", "{function: f}", map[string]string{"f.js": `const { createRulesetFunction } = require("@stoplight/spectral-core"); module.exports = createRulesetFunction({ input: { type: "string", minLength: 2, errorMessage: "too short" }, errorOnInvalidInput: true, options: null }, () => {});`}, []string{"2:30 /info/version too short"}},
		"invalid options":       {"$.info[*]", "{function: f, functionOptions: {b: 1}}", map[string]string{"f.js": `import { createRulesetFunction } from "@stoplight/spectral-core"; export default createRulesetFunction({ input: null, options: { type: "object", required: ["a"] } }, () => {});`}, []string{`rules/r.yml:7:22 #/rules/r/then: function "f": rules/functions/f.js: it throws "its options are invalid: the value has no property \"a\""`}},
		"no options":            {"$.info[*]", "{function: f, functionOptions: {b: 1}}", map[string]string{"f.js": `import { createRulesetFunction } from "@stoplight/spectral-core"; export default createRulesetFunction({ input: null, options: null }, function named() {});`}, []string{`rules/r.yml:7:22 #/rules/r/then: function "f": rules/functions/f.js: it throws "\"named\" function does not accept any options"`}},
		"formats":               {"$.info.title", "{function: f}", map[string]string{"f.js": `import { oas3, oas3_1, oas2 } from "@stoplight/spectral-formats"; export default (v, _, c) => [{ message: [oas3(c.document.data), oas3_1(c.document.data), oas2(c.document.data), c.document.formats.has(oas3_1), c.documentInventory.formats.has(oas2)].join() }];`}, []string{"2:15 /info/title true,true,false,true,false"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, judge(t, h, files(ruleOf(tt.given, tt.then), tt.modules))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
