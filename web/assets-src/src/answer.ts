// The answer of a query: a table, charts, downloads, and programs that get the
// same.
import { button, download, element, grouped } from "./dom";
import { Labels } from "./labels";
import { ask, type Rows } from "./rows";
import { snippets } from "./snippets";
import { tableView } from "./table";
import type * as Charts from "./charts";

export interface Place { root: HTMLElement; charts: string; world: string }

const chartRows = 20_000;
const names = { bar: "Bars", line: "Line", scatter: "Scatter", histogram: "Histogram", timeline: "Timeline", map: "Map" } as const;

let loaded: Promise<typeof Charts> | undefined;
function charts(place: Place): Promise<typeof Charts> {
  loaded ??= import(place.charts) as Promise<typeof Charts>;
  return loaded;
}

// views are tabs over panels; a panel is made when its tab is first chosen.
function views(list: [string, () => HTMLElement | Promise<HTMLElement>][]): HTMLElement {
  const bar = element("div", { class: "views", role: "tablist", "aria-label": "Views of the answer" });
  const panel = element("div", { class: "view", role: "tabpanel", tabindex: "0", id: "view" });
  const made = new Map<string, HTMLElement>();
  const tabs = list.map(([name, make]) => {
    const tab = element("button", { type: "button", role: "tab", "aria-selected": "false", "aria-controls": "view", tabindex: "-1" }, name);
    tab.addEventListener("click", () => void choose(tab, name, make));
    bar.append(tab);
    return tab;
  });
  async function choose(tab: HTMLElement, name: string, make: () => HTMLElement | Promise<HTMLElement>): Promise<void> {
    for (const t of tabs) { t.setAttribute("aria-selected", String(t === tab)); t.tabIndex = t === tab ? 0 : -1; }
    panel.setAttribute("aria-label", name);
    try {
      let shown = made.get(name);
      if (!shown) { shown = await make(); made.set(name, shown); }
      panel.replaceChildren(shown);
    } catch (e) { panel.replaceChildren(element("p", { class: "notice bad" }, e instanceof Error ? e.message : String(e))); }
  }
  bar.addEventListener("keydown", (e) => {
    const at = tabs.indexOf(document.activeElement as HTMLButtonElement), step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (at < 0 || !step) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  tabs[0].click();
  return element("div", {}, bar, panel);
}

export function showRows(place: Place, query: string, rows: Rows, seconds: number, warnings: string[]): void {
  place.root.replaceChildren(summary(`${grouped(rows.all)} ${rows.all === 1 ? "row" : "rows"}`, seconds, warnings));
  if (rows.all === 0) { place.root.append(element("p", { class: "note" }, "Nothing in the data fits the query.")); return; }
  place.root.append(views([
    ["Table", () => tableView(rows)],
    ["Chart", () => chartView(place, rows)],
    ["Download", () => downloads(query, [["CSV", "text/csv", "csv"], ["TSV", "text/tab-separated-values", "tsv"], ["JSON", "application/sparql-results+json", "json"], ["XML", "application/sparql-results+xml", "xml"]])],
    ["Code", () => code(query, true)],
  ]));
}

export function showGraph(place: Place, query: string, text: string, ntriples: string, seconds: number, warnings: string[]): void {
  const count = ntriples.split("\n").filter((l) => l.endsWith(" .")).length;
  place.root.replaceChildren(summary(`${grouped(count)} ${count === 1 ? "triple" : "triples"}`, seconds, warnings), views([
    ["Turtle", () => element("pre", { tabindex: "0" }, element("code", {}, text.length > 2_000_000 ? text.slice(0, 2_000_000) + "\n…" : text))],
    ["Graph", async () => {
      const c = await charts(place);
      const triples = c.triplesOf(ntriples), labels = new Labels();
      await labels.load(c.nodesOf(triples));
      return framed(c, c.graph(triples, place.root.clientWidth || 900, (iri) => labels.of(iri)));
    }],
    ["Download", () => downloads(query, [["Turtle", "text/turtle", "ttl"], ["N-Triples", "application/n-triples", "nt"], ["RDF/XML", "application/rdf+xml", "rdf"]])],
    ["Code", () => code(query, false)],
  ]));
}

export function showBoolean(place: Place, answer: boolean, seconds: number): void {
  place.root.replaceChildren(summary(answer ? "Yes" : "No", seconds, []));
}

function summary(text: string, seconds: number, warnings: string[]): HTMLElement {
  const p = element("p", { class: "count", role: "status" }, element("strong", {}, text), ` in ${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s`);
  return element("div", {}, p, ...warnings.map((w) => element("p", { class: "notice" }, w)));
}

async function chartView(place: Place, rows: Rows): Promise<HTMLElement> {
  const c = await charts(place), data = new c.Data(rows.columns, rows.first(chartRows)), choices = data.choices();
  if (choices.length === 0) return element("p", { class: "note" }, "No chart fits these columns. A chart needs a number, a date, a country or a place.");
  const kind = picker("Chart", choices.map((x) => [x.kind, names[x.kind]]));
  const x = picker("Horizontal", data.columns.map((k) => [k.name, k.name])), y = picker("Vertical", [["", "count"], ...data.columns.map((k): [string, string] => [k.name, k.name])]);
  const frame = element("div", { class: "drawing" });
  const note = element("p", { class: "note" }, rows.all > chartRows ? `The first ${grouped(chartRows)} rows are drawn.` : "");
  async function redraw(): Promise<void> {
    try {
      const svg = await c.draw(data, { kind: kind.select.value as Charts.Kind, x: x.select.value, y: y.select.value }, Math.max(300, Math.min(1100, place.root.clientWidth || 900)), place.world);
      frame.replaceChildren(framed(c, svg));
    } catch (e) { frame.replaceChildren(element("p", { class: "notice bad" }, e instanceof Error ? e.message : String(e))); }
  }
  kind.select.addEventListener("change", () => {
    const choice = choices.find((o) => o.kind === kind.select.value)!;
    x.select.value = choice.x;
    y.select.value = choice.y;
    void redraw();
  });
  for (const p of [x, y]) p.select.addEventListener("change", () => void redraw());
  x.select.value = choices[0].x;
  y.select.value = choices[0].y;
  await redraw();
  return element("div", {}, element("div", { class: "pickers" }, kind.label, x.label, y.label), frame, note);
}

function picker(name: string, options: [string, string][]): { label: HTMLElement; select: HTMLSelectElement } {
  const select = element("select", {}, ...options.map(([value, text]) => element("option", { value }, text)));
  return { label: element("label", { class: "picker" }, name + " ", select), select };
}

// framed is a drawing with what keeps it.
function framed(c: typeof Charts, svg: SVGSVGElement): HTMLElement {
  return element("figure", {}, element("div", { class: "scroll" }, svg), element("figcaption", {},
    button("SVG", () => download("chart.svg", c.picture(svg))), " ", button("PNG", () => void c.bitmap(svg).then((b) => download("chart.png", b)))));
}

function downloads(query: string, forms: [string, string, string][]): HTMLElement {
  const said = element("p", { role: "status", class: "note" });
  const list = forms.map(([name, type, suffix]) => button(name, () => {
    said.textContent = "Asking…";
    ask(query, type).then((a) => a.blob()).then((b) => { download(`answer.${suffix}`, b); said.textContent = ""; }).catch((e: unknown) => { said.textContent = e instanceof Error ? e.message : String(e); });
  }));
  return element("div", { class: "downloads" }, ...list, said);
}

function code(query: string, rows: boolean): HTMLElement {
  return element("div", {}, ...snippets(query, rows).map(([name, text]) =>
    element("div", { class: "block" }, element("h2", {}, name, " ", button("Copy", () => void navigator.clipboard?.writeText(text))), element("pre", { tabindex: "0" }, element("code", {}, text)))));
}
