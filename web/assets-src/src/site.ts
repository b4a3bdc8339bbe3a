// What makes the pages handier. All of them work without it.
import { element } from "./dom";

// Tables of adverse events can be filtered and sorted.
for (const table of document.querySelectorAll<HTMLTableElement>("table.events")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 6) continue;
  const input = element("input", { type: "search", "aria-label": "Filter the events", placeholder: "Filter by term or organ system" });
  const count = element("span", { class: "note", role: "status" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.cells[0].textContent?.toLowerCase() ?? "";
      row.hidden = !words.every((w) => text.includes(w));
      if (!row.hidden) shown++;
    }
    count.textContent = words.length > 0 ? `${shown} of ${rows.length}` : "";
  });
  table.parentElement?.before(element("div", { class: "filter" }, input, count));
  sortable(table, body, rows);
}

// affected is the number of participants in a cell, and the label in the first.
function affected(cell: HTMLTableCellElement): number | string {
  const n = cell.querySelector(".numAffected")?.textContent;
  return n === undefined || n === null ? (cell.textContent?.trim().toLowerCase() ?? "") : Number(n.replace(/,/g, ""));
}

function sortable(table: HTMLTableElement, body: HTMLTableSectionElement, rows: HTMLTableRowElement[]): void {
  const head = table.tHead?.rows[0];
  if (!head) return;
  [...head.cells].forEach((cell, column) => {
    if (cell.classList.contains("data")) return;
    const label = cell.querySelector(".v")?.textContent ?? (column === 0 ? "Event" : cell.textContent ?? "");
    const press = element("button", { type: "button" }, label);
    press.addEventListener("click", () => {
      const up = cell.getAttribute("aria-sort") === "descending" || (column === 0 && cell.getAttribute("aria-sort") !== "ascending");
      for (const other of head.cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = new Map(rows.map((r) => [r, affected(r.cells[column])]));
      rows.sort((a, b) => {
        const x = key.get(a)!, y = key.get(b)!;
        const order = typeof x === "number" && typeof y === "number" ? x - y : typeof x === typeof y ? String(x).localeCompare(String(y)) : typeof x === "number" ? 1 : -1;
        return up ? order : -order;
      });
      body.append(...rows);
    });
    const shown = cell.querySelector(".v");
    if (shown) shown.replaceChildren(press);
    else if (column === 0 && cell.tagName === "TD") {
      const th = element("th", { scope: "col" }, press);
      cell.replaceWith(th);
      cell = th as HTMLTableCellElement;
    }
  });
}

// The list of sections marks the one that is read.
const links = new Map([...document.querySelectorAll<HTMLAnchorElement>(".toc a")].map((a) => [a.hash.slice(1), a]));
if (links.size > 0) {
  const seen = new Set<string>();
  const observer = new IntersectionObserver((entries) => {
    for (const e of entries) if (e.isIntersecting) seen.add(e.target.id); else seen.delete(e.target.id);
    let current = true;
    for (const [id, a] of links) {
      if (current && seen.has(id)) { a.setAttribute("aria-current", "true"); current = false; } else a.removeAttribute("aria-current");
    }
  }, { rootMargin: "-10% 0px -60% 0px" });
  for (const id of links.keys()) { const e = document.getElementById(id); if (e) observer.observe(e); }
}

// An address with the anchor of something in a closed part opens that.
function reveal(): void {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  let opened = false;
  for (let e: Element | null = target; e; e = e.parentElement) if (e instanceof HTMLDetailsElement && !e.open) { e.open = true; opened = true; }
  if (opened) target?.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// Sites that have a position can be seen on a map, which is drawn when it is
// opened.
interface Place { lat: number; lon: number; title: string }
const charts = document.querySelector<HTMLElement>("[data-charts]")?.dataset;

function sites(): Place[] {
  const out: Place[] = [];
  for (const row of document.querySelectorAll<HTMLTableRowElement>("#sites tbody tr")) {
    const value = (end: string) => row.querySelector(`[data-at$="${end}"]`)?.textContent ?? "";
    const lat = Number(value("/geoPoint/lat") || NaN), lon = Number(value("/geoPoint/lon") || NaN);
    if (Number.isFinite(lat) && Number.isFinite(lon)) out.push({ lat, lon, title: [value("/facility"), value("/city"), value("/country")].filter(Boolean).join(", ") });
  }
  return out;
}

const placed = charts ? sites() : [];
if (placed.length > 0) {
  const box = element("details", { class: "block sites-map" }, element("summary", {}, `Map of ${placed.length === 1 ? "the site" : `${placed.length} sites`}`));
  box.addEventListener("toggle", () => {
    if (!box.open || box.children.length > 1) return;
    void (import(charts!.charts!) as Promise<typeof import("./charts")>)
      .then((c) => c.drawPlaces(placed, box.clientWidth || 800, charts!.world!))
      .then((svg) => box.append(svg), (e: unknown) => box.append(e instanceof Error ? e.message : String(e)));
  });
  document.querySelector("#sites > h2")?.after(box);
}

// "/" goes to the search.
addEventListener("keydown", (e) => {
  const at = e.target;
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement || (at instanceof HTMLElement && at.isContentEditable)) return;
  const find = document.querySelector<HTMLInputElement>("#find, #q");
  if (find) { e.preventDefault(); find.focus(); find.select(); }
});
