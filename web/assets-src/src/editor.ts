// The editor of queries.
import { acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { type Place, showBoolean, showGraph, showRows } from "./answer";
import { button, byID, element, grouped, nonce, siteRoot } from "./dom";
import { check, type Checked, language, type Words } from "./language";
import { type Plan, planView } from "./plan";
import { ask, read, warningsOf } from "./rows";
import { Memory } from "./storage";

const bench = document.querySelector<HTMLElement>(".workbench")!;
const area = byID<HTMLTextAreaElement>("query"), host = byID("code"), said = byID("said"), answer = byID("answer");
const runButton = byID<HTMLButtonElement>("run"), cancelButton = byID<HTMLButtonElement>("cancel"), planButton = byID<HTMLButtonElement>("plan"), shareButton = byID<HTMLButtonElement>("share");
const place: Place = { root: answer, charts: bench.dataset.charts!, world: bench.dataset.world! };
const kept = new Memory();
let view: EditorView, running: AbortController | undefined;

// begin chooses the query to start with: that of a link, that of a question, or
// the tab that was open.
function begin(): string {
  const linked = new URLSearchParams(location.hash.slice(1)).get("query");
  const asked = new URLSearchParams(location.search).has("question");
  if (linked !== null || asked || kept.tabs.length === 0) {
    const query = linked ?? area.value;
    const at = kept.tabs.findIndex((t) => t.query === query);
    if (at >= 0) kept.at = at;
    else {
      kept.tabs.push({ name: `Query ${kept.tabs.length + 1}`, query });
      kept.at = kept.tabs.length - 1;
    }
    kept.save();
  }
  return kept.tab.query;
}

async function start(): Promise<void> {
  const words = (await (await fetch(siteRoot + "/editor/terms", { headers: { Accept: "application/json" } })).json()) as Words;
  view = new EditorView({
    parent: host,
    state: EditorState.create({ doc: begin(), extensions: [
      EditorView.cspNonce.of(nonce), lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), highlightSelectionMatches(), EditorView.lineWrapping,
      Prec.highest(keymap.of([{ key: "Ctrl-Enter", mac: "Cmd-Enter", run: () => { void run(); return true; } }])),
      keymap.of([{ key: "Tab", run: acceptCompletion }, ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      EditorView.domEventHandlers({ beforeinput: replaced }), ...language(words, told), EditorView.updateListener.of((u) => { if (u.docChanged) changed(); }),
    ] }),
  });
  host.hidden = false;
  area.hidden = true;
  for (const b of [planButton, shareButton, byID("questions-label"), byID("history-label"), byID("tabs")]) b.hidden = false;
  const questions = byID<HTMLSelectElement>("questions");
  for (const q of words.questions) questions.append(element("option", { value: q.name }, q.sentence));
  questions.addEventListener("change", () => {
    const q = words.questions.find((x) => x.name === questions.value);
    if (q) open(q.name.replace(/^(\d+)-.*/, "Question $1"), q.query);
    questions.value = "";
  });
  byID<HTMLSelectElement>("history").addEventListener("change", (e) => {
    const select = e.target as HTMLSelectElement;
    if (select.value !== "") replace(kept.history[Number(select.value)]);
    select.value = "";
  });
  byID("form").addEventListener("submit", (e) => { e.preventDefault(); void run(); });
  cancelButton.addEventListener("click", () => running?.abort());
  planButton.addEventListener("click", () => void explain());
  shareButton.addEventListener("click", () => void share());
  addEventListener("hashchange", () => {
    const linked = new URLSearchParams(location.hash.slice(1)).get("query");
    if (linked !== null && linked !== text()) openLinked(linked);
  });
  tabs();
  past();
  changed();
  document.documentElement.dataset.ready = "editor";
}

// replaced puts what is typed in the place of a selection. The browser would do
// so by elements with styles of their own, which the page's policy forbids.
function replaced(e: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  if (e.inputType !== "insertText" || empty || !e.data || view.composing) return false;
  const insert = (): Transaction => view.state.update(view.state.replaceSelection(e.data!), { userEvent: "input.type", scrollIntoView: true });
  e.preventDefault();
  if (!view.state.facet(EditorView.inputHandler).some((h) => h(view, from, to, e.data!, insert))) view.dispatch(insert());
  return true;
}

const text = (): string => view.state.doc.toString();
function replace(query: string): void { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: query } }); }

function open(name: string, query: string): void {
  kept.tabs.push({ name, query });
  choose(kept.tabs.length - 1);
}

// openLinked shows the query of a link: in its tab, or in a new one, so that
// nothing that was written is lost.
function openLinked(query: string): void {
  const at = kept.tabs.findIndex((t) => t.query === query);
  if (at >= 0) choose(at);
  else open(`Query ${kept.tabs.length + 1}`, query);
}

function choose(at: number): void {
  kept.at = at;
  kept.save();
  replace(kept.tab.query);
  answer.hidden = true;
  tabs();
}

// tabs shows the queries that are open.
function tabs(): void {
  const list = kept.tabs.map((t, i) => {
    const current = i === kept.at;
    const tab = element("button", { type: "button", class: "tab", ...(current ? { "aria-current": "true" } : {}) }, t.name);
    tab.addEventListener("click", () => choose(i));
    tab.addEventListener("dblclick", () => { const name = prompt("Name of the tab", t.name); if (name) { t.name = name.slice(0, 60); kept.save(); tabs(); } });
    const close = element("button", { type: "button", class: "close", "aria-label": `Close ${t.name}` }, "✕");
    close.addEventListener("click", () => {
      kept.tabs.splice(i, 1);
      if (kept.tabs.length === 0) kept.tabs.push({ name: "Query 1", query: "" });
      choose(Math.max(0, Math.min(kept.at > i ? kept.at - 1 : kept.at, kept.tabs.length - 1)));
    });
    return element("span", { class: "tab-box" }, tab, close);
  });
  byID("tabs").replaceChildren(...list, button("New tab", () => open(`Query ${kept.tabs.length + 1}`, "")));
}

function past(): void {
  const select = byID<HTMLSelectElement>("history");
  select.replaceChildren(select.options[0], ...kept.history.map((q, i) => element("option", { value: String(i) }, (q.replace(/^PREFIX[^\n]*\n/gim, "").trim().split("\n")[0] || q).slice(0, 80))));
  byID("history-label").hidden = kept.history.length === 0;
}

let saving = 0;
function changed(): void {
  kept.tab.query = text();
  clearTimeout(saving);
  saving = window.setTimeout(() => kept.save(), 300);
}

// told shows what the parser says of the query.
function told(c: Checked | undefined): void {

  said.className = "said" + (c?.error ? " bad" : c && c.warnings.length > 0 ? " warn" : "");
  said.textContent = c?.error ? `Line ${c.error.line}, column ${c.error.column}: ${c.error.message}` : (c?.warnings.join("\n") ?? "");
  parameters(c);
}

// parameters are the form of a query that has some.
let shownParameters = "";
function parameters(c: Checked | undefined): void {
  const set = byID<HTMLFieldSetElement>("parameters"), list = c?.parameters ?? [], now = JSON.stringify(list);
  set.hidden = list.length === 0;
  if (now === shownParameters || set.contains(document.activeElement)) return;
  shownParameters = now;
  set.replaceChildren(set.firstElementChild!, ...list.map((p) => {
    const input = element("input", { id: `p-${p.name}`, value: p.values.join(" "), autocomplete: "off" });
    input.addEventListener("change", async () => {
      try {
        const changed = await check(text(), { values: "1", [`p.${p.name}`]: input.value });
        if (changed.error) told(changed);
        else if (changed.query) replace(changed.query);
      } catch (e) { fault(e); }
    });
    return element("label", { class: "field" }, element("span", {}, p.name), input);
  }));
}

function busy(on: boolean): void {
  runButton.disabled = on;
  cancelButton.hidden = !on;
  answer.setAttribute("aria-busy", String(on));
}

function fault(e: unknown): void {
  const stopped = e instanceof DOMException && e.name === "AbortError";
  answer.hidden = false;
  answer.replaceChildren(element("p", { class: stopped ? "notice" : "notice bad", role: "alert" }, stopped ? "Cancelled." : e instanceof Error ? e.message : String(e)));
}

// run asks the query and shows the answer.
async function run(): Promise<void> {
  if (running) return;
  const query = text(), begun = performance.now();
  running = new AbortController();
  busy(true);
  answer.hidden = false;
  const clock = element("p", { class: "count", role: "status" }, "Asking…");
  answer.replaceChildren(clock);
  let rows = 0;
  const tick = setInterval(() => { clock.textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s, ${grouped(rows)} rows so far`; }, 100);
  try {
    const form = (await check(query, {}, running.signal)).form;
    kept.ran(query);
    past();
    if (form === "CONSTRUCT" || form === "DESCRIBE") {
      const first = await ask(query, "text/turtle", running.signal), turtle = await first.text(), seconds = (performance.now() - begun) / 1000;
      showGraph(place, query, turtle, await (await ask(query, "application/n-triples", running.signal)).text(), seconds, warningsOf(first));
    } else if (form === "ASK") {
      const a = (await (await ask(query, "application/sparql-results+json", running.signal)).json()) as { boolean: boolean };
      showBoolean(place, a.boolean, (performance.now() - begun) / 1000);
    } else {
      const done = await read(query, running.signal, (p) => { rows = p.rows; });
      showRows(place, query, done.rows, done.seconds, done.warnings);
    }
  } catch (e) { fault(e); } finally {
    clearInterval(tick);
    running = undefined;
    busy(false);
  }
}

// explain asks the service what it does for the query.
async function explain(): Promise<void> {
  if (running) return;
  running = new AbortController();
  busy(true);
  answer.hidden = false;
  answer.replaceChildren(element("p", { class: "count", role: "status" }, "Asking…"));
  try {
    const a = await fetch(siteRoot + "/sparql", { method: "POST", body: new URLSearchParams({ query: text(), explain: "1" }), headers: { Accept: "application/json" }, signal: running.signal });
    if (!a.ok) throw new Error(await a.text());
    answer.replaceChildren(planView((await a.json()) as Plan));
  } catch (e) { fault(e); } finally { running = undefined; busy(false); }
}

// share puts the query into the address, and that into the clipboard.
async function share(): Promise<void> {
  const link = new URL(siteRoot + "/sparql#" + new URLSearchParams({ query: text() }), location.href);
  remember(link);
  try { await navigator.clipboard.writeText(link.href); shareButton.textContent = "Copied"; } catch { shareButton.textContent = "In the address"; }
  setTimeout(() => { shareButton.textContent = "Copy link"; }, 2000);
}

function remember(link: URL): void { window.history.pushState(null, "", link); }

void start().catch((e: unknown) => { said.className = "said bad"; said.textContent = `The editor cannot be started: ${e instanceof Error ? e.message : String(e)}`; });
