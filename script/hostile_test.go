package script_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/script"
)

// hostile is a function that must not do what it tries.
type hostile struct {
	name, text string
	// want is in what is said, once: a finding, where the function only finds out
	// that it cannot, or why it was stopped.
	want string
}

const (
	tooLong = "a call takes longer than"
	tooMuch = "it takes more than"
	tooDeep = "it calls itself too deeply"
	absent  = "title absent"
)

// body makes a module of what a function does.
func body(text string) string { return "export default function f(v, o, c) {" + text + "}" }

// reports makes a module that says whether an expression has a value.
func reports(expression string) string {
	return body("let found = 'absent'; try { if ((" + expression + ") !== undefined) found = 'present'; } catch (e) { } return [{ message: '{{property}} ' + found }];")
}

// functions are hostile ones. URL and FILE stand for a server and a file that
// nothing may reach.
func hostiles() []hostile {
	return []hostile{
		{"an endless loop", body("while (true) {}"), tooLong},
		{"an endless loop of a module", "while (true) {}\nexport default () => {};", tooLong},
		{"a loop that catches", body("while (true) { try { while (true) {} } catch (e) { } }"), tooLong},
		{"a loop in finally", body("try { throw 1 } finally { for (;;) {} }"), tooLong},
		{"a loop in a getter", body("return [{ get message() { for (;;) {} } }]"), tooLong},
		{"a loop in a path", body("return [{ message: 'm', path: [{ toString() { for (;;) {} } }] }]"), "neither a text nor a number"},
		{"a loop in an iterator", body("return { [Symbol.iterator]() { return { next() { for (;;) {} } } } }"), tooLong},
		{"endless results", body("return { [Symbol.iterator]() { return { next() { return { done: false, value: { message: 'm' } } } } } }"), "more than 10000 results"},
		{"a loop in then", body("return { then() { for (;;) {} } }"), tooLong},
		{"a loop in an error", body("throw { get message() { for (;;) {} } }"), ""},
		{"a loop of promises", body("const again = () => Promise.resolve().then(again); return again();"), tooLong},
		{"a loop in async", "export default async function f() { while (true) await null; }", tooLong},
		{"a loop of a generator", body("function* g() { while (true) yield 1; } for (const x of g()) { }"), tooLong},
		{"a loop in sort", body("[3, 2, 1].sort(() => { for (;;) {} })"), tooLong},
		{"a loop in replace", body("'a'.replace(/a/, () => { for (;;) {} })"), tooLong},
		{"a loop in a proxy", body("return new Proxy([], { get() { for (;;) {} } })"), tooLong},
		{"a loop in toJSON", body("JSON.stringify({ toJSON() { for (;;) {} } })"), tooLong},
		{"a loop of a validator", "const f = () => {}; f.validator = () => { for (;;) {} }; export default f;", tooLong},
		{"a function made of text", body("return [{ message: String(Function('for (;;) {}')()) }]"), tooLong},
		{"text that is run", body("eval('for (;;) {}')"), tooLong},
		{"a promise that nothing settles", body("return new Promise(() => {})"), "a promise that nothing settles"},
		{"await for ever", "export default async function f() { await new Promise(() => {}); }", "a promise that nothing settles"},
		{"a promise that is rejected", body("return Promise.reject(new Error('no'))"), `it throws "no"`},
		{"memory in an array", body("const all = []; for (;;) all.push(new Array(1000).fill(all.length));"), tooMuch},
		{"memory in a text", body("let s = 'abcdefgh'; for (;;) s = (s + s).split('').join('');"), tooMuch},
		{"memory in an object", body("const all = {}; for (let i = 0; ; i++) all['key' + i] = { i };"), tooMuch},
		{"memory in a buffer", body("const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));"), tooMuch},
		{"memory in closures", body("let f = () => 0; for (;;) { const g = f, big = new Array(100).fill(0); f = () => [g, big]; }"), tooMuch},
		{"memory in a map", body("const all = new Map(); for (let i = 0; ; i++) all.set(i, [i]);"), tooMuch},
		{"memory of a module", "const all = []; for (;;) all.push(new Array(1000).fill(1));\nexport default () => all;", tooMuch},
		{"memory in the document", body("for (let i = 0; ; i++) c.document.data['x' + i] = new Array(1000).fill(i);"), tooMuch},
		{"recursion", body("const g = (n) => g(n + 1) + 1; return g(0);"), tooDeep},
		{"recursion of two", body("const a = (n) => b(n) + 1, b = (n) => a(n) + 1; return a(0);"), tooDeep},
		{"recursion that catches", body("const g = () => { try { g() } catch (e) { g() } }; g(); for (;;) {}"), ""},
		{"recursion of a getter", body("const p = { get x() { return this.x } }; return p.x;"), tooDeep},
		{"a big message", body("return [{ message: 'x'.repeat(1 << 20) }]"), "a message has more than 65536 bytes"},
		{"a long path", body("return [{ message: 'm', path: new Array(100000).fill('a') }]"), "a path has more than 1000 steps"},
		{"a big step", body("return [{ message: 'm', path: ['x'.repeat(1 << 20)] }]"), "a step of a path has more than 65536 bytes"},
		{"results of no kind", body("return 5"), "it returns 5, expected an array of results"},
		{"null", body("return null"), "it returns null"},
		{"a result of no kind", body("return ['m']"), "a result has no message"},
		{"throwing undefined", body("throw undefined"), "it throws undefined"},
		{"throwing null", body("throw null"), "it throws null"},
		{"throwing a symbol", body("throw Symbol('x')"), "it throws"},
		{"throwing itself", body("throw f"), "it throws"},
		{"throwing a proxy", body("throw new Proxy({}, { get() { throw 1 } })"), "it throws"},
		{"throwing what throws", body("throw { get message() { throw this } }"), "it throws"},
		{"prototypes of objects", body("Object.prototype.message = 'polluted'; Array.prototype.path = ['info']; return [{}];"), ""},
		{"prototypes of arrays", body("Array.prototype[Symbol.iterator] = function* () { yield { message: '{{property}} iterated' } }; return [];"), "title iterated"},
		{"promises of its own", body("Promise.resolve = () => ({ then() { } }); return { then(f) { f([]) } };"), "a promise that is not one"},
		{"what it is served", body("globalThis.__triallint = null; globalThis.Set = null; return [{ message: '{{property}} ' + typeof globalThis.__triallint }];"), ""},
		{"the process", reports("process"), absent},
		{"require", reports("typeof require === 'function' ? require('fs') : undefined"), `"fs" cannot be imported`},
		{"a module that is named late", body("const name = 'f' + 's'; try { require(name); return [{ message: '{{property}} present' }] } catch (e) { return [{ message: '{{property}} absent' }] }"), absent},
		{"files", `import fs from "fs"; export default () => [{ message: fs.readFileSync("FILE", "utf8") }];`, `"fs" cannot be imported`},
		{"processes", `const { execSync } = require("node:child_process"); module.exports = () => [{ message: execSync("id") }];`, `"node:child_process" cannot be imported`},
		{"the network", reports("fetch('URL')"), absent},
		{"a module of the network", `import x from "URL/x.js"; export default x;`, "cannot be imported"},
		{"timers", reports("setTimeout(() => {}, 1)"), absent},
		{"the environment", reports("globalThis.process?.env ?? globalThis.Deno?.env ?? globalThis.Bun?.env"), absent},
		{"a file above", `import x from "../../secret.json"; export default () => [{ message: x }];`, "leads out of the folder of functions"},
		{"a file by its path", `import x from "FILE"; export default () => [{ message: x }];`, "cannot be imported"},
		{"a file that is no module", `import x from "./secret.txt"; export default () => [{ message: x }];`, "there is no file"},
		{"an import of what is not there late", `export default async () => { const x = await import("./none.js"); return [{ message: x }]; };`, "there is no file"},
		{"another language", "export default function (v) { return v as any; }", "Expected"},
		{"no function", "export default 5;", "exports no function"},
		{"nothing to export", "const x = 1;", "exports no function"},
	}
}

// TestHostileFunctions holds that nothing leaves the processes of functions, that
// all end, and that what is said of each is one line.
func TestHostileFunctions(t *testing.T) {
	var reached atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(func() {
		server.Close()
		if n := reached.Load(); n > 0 {
			t.Errorf("%d requests were made", n)
		}
	})
	secret := filepath.Join(t.TempDir(), "secret.js")
	if err := os.WriteFile(secret, []byte("export default 'a secret';"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TRIALWEAVE_SECRET", "a secret")
	all := hostiles()
	if len(all) < 60 {
		t.Fatalf("%d functions, want 60", len(all))
	}
	h := newHost(t, &script.Options{Time: time.Duration(portion.Count(40, 100)) * time.Millisecond, Memory: 1})
	steady := newHost(t, &script.Options{Time: time.Minute, Memory: 1})
	patient := newHost(t, &script.Options{Time: time.Minute, Memory: 1, Processes: 2})
	big := slices.DeleteFunc(slices.Clone(all), func(f hostile) bool { return f.want != tooMuch })
	all = slices.DeleteFunc(all, func(f hostile) bool { return f.want == tooMuch })
	all = append(all, portion.Of(big, 1)...)
	t.Run("each", func(t *testing.T) {
		for _, tt := range all {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				h := h
				switch {
				case tt.want == tooMuch:
					h = patient
				case tt.want != "" && !strings.Contains(tt.want, "longer"):
					h = steady // on a busy machine, 100 ms may be over before the fault
				}
				text := strings.NewReplacer("URL", server.URL, "FILE", secret).Replace(tt.text)
				fsys := files(ruleOf("$.info.title", "{function: f}"), map[string]string{"f.js": text, "secret.txt": "a secret", "right.js": "export default () => [{ message: 'right' }];"})
				fsys["secret.json"] = fsys["rules/functions/secret.txt"]
				said := judge(t, h, fsys)
				if all := strings.Join(said, "\n"); strings.Contains(all, "a secret") || strings.Count(all, "\n") > 0 && !strings.Contains(tt.want, "results") || !strings.Contains(all, tt.want) || len(all) > 2000 && !strings.Contains(tt.want, "results") {
					t.Errorf("%.2000s, want %q", said, tt.want)
				}
			})
		}
	})
	if said := judge(t, h, files(ruleOf("$.info.title", "{function: f}"), map[string]string{"f.js": body("return [{ message: 'right' }]")})); len(said) != 1 || !strings.HasSuffix(said[0], "/info/title right") {
		t.Errorf("after all of them: %q", said)
	}
}
