import { siteRoot } from "./dom";

// The language of the editor: colours, completion, and what the parser of the
// service says.
import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension, Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

export interface Named { name: string; kind: string; label?: string; detail?: string }
export interface Prefix { name: string; iri: string }
export interface Question { name: string; sentence: string; query: string }
export interface Words { terms: Named[]; codes: Named[]; prefixes: Prefix[]; questions: Question[] }

export interface Checked {
  form?: string;
  variables: string[];
  error?: { line: number; column: number; message: string };
  warnings: string[];
  prefixes: Prefix[];
  parameters: { name: string; values: string[] }[];
  query?: string;
}

const colours = HighlightStyle.define([
  { tag: t.keyword, class: "c-keyword" }, { tag: t.comment, class: "c-comment" }, { tag: t.string, class: "c-string" }, { tag: t.variableName, class: "c-variable" },
  { tag: [t.atom, t.bool, t.number], class: "c-atom" }, { tag: t.operator, class: "c-operator" }, { tag: t.propertyName, class: "c-name" }, { tag: t.standard(t.variableName), class: "c-name" },
]);

const keywords = "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH SERVICE BIND VALUES GROUP BY ORDER HAVING LIMIT OFFSET CONSTRUCT DESCRIBE ASK PREFIX AS ASC DESC NOT EXISTS IN COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT STR LANG DATATYPE IF COALESCE REGEX CONTAINS STRSTARTS STRENDS LCASE UCASE REPLACE YEAR MONTH DAY NOW BOUND".split(" ");

// check asks the service what it thinks of a query.
export async function check(query: string, extra: Record<string, string> = {}, signal?: AbortSignal): Promise<Checked> {
  const answer = await fetch(siteRoot + "/editor/check?" + new URLSearchParams({ query, ...extra }), { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Checked;
}

// place is the offset of a line and a column, which count from 1; a column
// counts characters, of which an offset may take two.
function place(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(at.from + [...at.text].slice(0, Math.max(column - 1, 0)).join("").length, at.to);
}

function underlined(doc: Text, from: number): { from: number; to: number } {
  const word = /^(?:<[^>\s]*>?|"[^"\n]*"?|[?$]?[\w:.-]+|\S)/.exec(doc.sliceString(from, from + 200));
  const to = from + (word ? word[0].length : 0);
  return to > from ? { from, to } : { from: Math.max(0, from - 1), to: from };
}

// language makes the extensions. Told is called with each verdict of the parser.
export function language(words: Words, told: (c: Checked | undefined) => void): Extension[] {
  const lint = linter(async (view): Promise<Diagnostic[]> => {
    const doc = view.state.doc, text = doc.toString();
    if (text.trim() === "") { told(undefined); return []; }
    let said: Checked;
    try { said = await check(text); } catch { return []; }
    told(said);
    const out: Diagnostic[] = [];
    if (said.error) {
      out.push({ ...underlined(doc, place(doc, said.error.line, said.error.column)), severity: "error", message: said.error.message });
    }
    for (const message of said.warnings) {
      const word = message.split(" ")[0];
      const from = text.indexOf(word);
      out.push({ from: Math.max(from, 0), to: from < 0 ? 0 : from + word.length, severity: "warning", message });
    }
    return out;
  }, { delay: 350 });
  return [
    StreamLanguage.define(sparql), syntaxHighlighting(colours), lint,
    autocompletion({ override: [(c) => complete(c, words)], icons: false, maxRenderedOptions: 60 }),
    EditorView.contentAttributes.of({ "aria-label": "Query", spellcheck: "false", tabindex: "0" }),
  ];
}

// declaring is a completion that also writes the PREFIX line, where the prefix is
// not one that the service knows.
function declaring(c: Completion, words: Words): Completion {
  return { ...c, apply: (view, completion, from, to) => {
    const prefix = /^(\w+):/.exec(completion.label)?.[1];
    const known = words.prefixes.find((p) => p.name === prefix);
    const changes = [{ from, to, insert: completion.label }];
    const text = view.state.doc.toString();
    if (known && !new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text)) {
      const at = /^(?:\s*(?:#[^\n]*\n|\n))*/.exec(text)?.[0].length ?? 0;
      changes.unshift({ from: Math.min(at, from), to: Math.min(at, from), insert: `PREFIX ${known.name}: <${known.iri}>\n` });
    }
    const added = changes.length > 1 ? changes[0].insert.length : 0;
    view.dispatch({ changes, selection: { anchor: from + added + completion.label.length } });
  } };
}

function complete(c: CompletionContext, words: Words): CompletionResult | null {
  const variable = c.matchBefore(/[?$]\w*/);
  if (variable) {
    const names = new Set(c.state.doc.toString().match(/[?$]\w+/g) ?? []);
    names.delete(variable.text);
    return { from: variable.from, options: [...names].map((label) => ({ label, type: "variable" })) };
  }
  const quoted = c.matchBefore(/"[^"\n]*/);
  if (quoted) return { from: quoted.from, options: words.codes.filter((w) => w.kind === "code").map(option), filter: true };
  const word = c.matchBefore(/[\w:][\w:.-]*/);
  if (!word && !c.explicit) return null;
  const from = word?.from ?? c.pos, typed = (word?.text ?? "").toLowerCase();
  const options: Completion[] = [];
  for (const w of [...words.terms, ...words.codes]) {
    const at = rank(w, typed);
    if (at > 0) options.push(declaring({ ...option(w), boost: at }, words));
  }
  for (const p of words.prefixes) if (p.name.startsWith(typed)) options.push({ label: p.name + ":", detail: p.iri, type: "namespace" });
  for (const k of keywords) if (typed && k.toLowerCase().startsWith(typed)) options.push({ label: k, type: "keyword", boost: 20 });
  return { from, options: options.sort((a, b) => (b.boost ?? 0) - (a.boost ?? 0)).slice(0, 200), filter: false };
}

// rank is how well a term fits what was typed: by its name, then by its label
// and what it means.
function rank(w: Named, typed: string): number {
  const name = w.name.toLowerCase(), local = name.slice(name.indexOf(":") + 1), label = (w.label ?? "").toLowerCase();
  if (name.startsWith(typed) || local.startsWith(typed)) return 10;
  if (typed.length < 3) return 0;
  if (label.startsWith(typed)) return 8;
  if (local.includes(typed) || label.includes(typed)) return 6;
  return (w.detail ?? "").toLowerCase().includes(typed) ? 2 : 0;
}

function option(w: Named): Completion {
  return { label: w.name, displayLabel: w.kind === "code" || w.kind === "country" ? `${w.name.replace(/^<.*\/|>$/g, "")}  ${w.label ?? ""}` : w.name, detail: w.kind, info: w.detail, type: w.kind };
}
